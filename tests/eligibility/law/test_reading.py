"""The tables of the law: what they hold, what is refused, and that a change of data changes the decision."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.law.reading import FACTS, packaged_law, read_law
from kiosk.eligibility.law.tables import Law
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import CareLevel, FormerTier, Visit
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import CardAnswer, Copay, InsuranceCard, ServiceTrouble, TroubleKind

TODAY = date(2026, 11, 20)
ASKED_AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
BORN = PartialDate(1990, 1, 15)
PERSON = Identity(Trust.CHIP_VERIFIED, "Nguyễn Văn Mẫu", personal_number="999090000123", date_of_birth=BORN)
CARD = InsuranceCard(
    "DN4999900000123",
    "Nguyễn Văn Mẫu",
    BORN,
    facility="99017",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    five_year_date=date(2020, 1, 1),
)
FORMERLY_PROVINCIAL = Visit("99001", former_tier=FormerTier.PROVINCIAL)
FORMERLY_CENTRAL = Visit("99001", CareLevel.SPECIALISED, former_tier=FormerTier.CENTRAL)
CODES = {
    *("1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.11", "1.12", "1.13", "1.14", "1.15", "1.16", "1.17", "1.18"),
    *("2", "3.1", "3.2", "3.3", "3.6", "7", "7.2", "7.3", "7.4", "9", "10"),
}


def answer(card: InsuranceCard = CARD, code: str = "000") -> CardAnswer:
    return CardAnswer(code, "", card, ASKED_AT)


def own(card: InsuranceCard = CARD) -> CardAnswer:
    return answer(replace(card, facility="99001"))


def test_packaged_law_has_every_route_that_reception_gives() -> None:
    assert {row.code for row in packaged_law().routes} == CODES


def test_every_row_of_every_table_names_its_source(law_texts: dict[str, str]) -> None:
    for text in law_texts.values():
        for entry in tomllib.loads(text).values():
            for row in entry if isinstance(entry, list) else [entry]:
                assert len(row["source"]) > 10


def test_packaged_law_is_read_once() -> None:
    assert packaged_law() is packaged_law()


Decide = Callable[[Law], object]


def decided(**given: object) -> Decide:
    """How one decision comes out under a law: everything of it that a law can change."""
    identity = given.get("identity", PERSON)
    visit = given.get("visit", Visit("99001", points=40))
    asked = given.get("answer", own())
    copay = given.get("copay", Copay())
    earlier = given.get("earlier")
    today = given.get("today", TODAY)
    assert isinstance(identity, Identity)
    assert isinstance(visit, Visit)
    assert isinstance(asked, CardAnswer | ServiceTrouble)
    assert isinstance(copay, Copay)
    assert earlier is None or isinstance(earlier, CardAnswer)
    assert isinstance(today, date)

    def under(law: Law) -> object:
        found = decide(identity, asked, visit, today, law=law, copay=copay, earlier=earlier)
        reasons = [reason.code for reason in found.reasons]
        return found.verdict.value, found.fund_permille, found.route, found.no_co_pay_below_vnd, reasons

    return under


def child(born: PartialDate) -> Identity:
    return replace(PERSON, date_of_birth=born)


CHANGES: dict[str, tuple[str, str, str, Decide]] = {
    "base salary": (
        "amounts",
        "vnd = 2_530_000",
        "vnd = 2_700_000",
        decided(copay=Copay(15_500_000)),
    ),
    "day of the base salary": (
        "amounts",
        "from = 2026-07-01",
        "from = 2026-12-01",
        decided(copay=Copay(15_000_000)),
    ),
    "six base salaries": ("amounts", "base_salaries = 6", "base_salaries = 7", decided(copay=Copay(15_500_000))),
    "small visits": ("amounts", "percent_of_base_salary = 15", "percent_of_base_salary = 20", decided()),
    "benefit digit": ("benefits", "percent = 80", "percent = 85", decided()),
    "forces": (
        "benefits",
        '"QN", "CA", "CY"',
        '"QN", "CA", "DN"',
        decided(answer=answer(replace(CARD, valid_to=TODAY - timedelta(days=1)), "010")),
    ),
    "islands": (
        "benefits",
        'islands = ["K3"]',
        'islands = ["K2", "K3"]',
        decided(answer=answer(replace(CARD, area="K2")), visit=replace(FORMERLY_CENTRAL, inpatient=True)),
    ),
    "groups of hard areas": (
        "benefits",
        'groups = ["DT", "HN"]',
        'groups = ["DT", "HN", "DN"]',
        decided(answer=answer(replace(CARD, area="K2")), visit=replace(FORMERLY_CENTRAL, inpatient=True)),
    ),
    "child's age": (
        "benefits",
        "under_years = 6",
        "under_years = 7",
        decided(identity=child(PartialDate(2020, 1, 1)), answer=CardAnswer("050", "", None, ASKED_AT)),
    ),
    "newborn's days": (
        "benefits",
        "days = 28",
        "days = 20",
        decided(identity=child(PartialDate(2026, 10, 26)), answer=CardAnswer("050", "", None, ASKED_AT)),
    ),
    "working days of a transfer form": (
        "papers",
        "working_days = 10",
        "working_days = 9",
        decided(
            answer=answer(),
            visit=replace(FORMERLY_CENTRAL, transfer_form=True, transfer_signed_on=date(2026, 11, 6)),
        ),
    ),
    "year of a transfer form": (
        "papers",
        "years = 1",
        "years = 2",
        decided(
            answer=answer(),
            visit=replace(
                FORMERLY_CENTRAL, transfer_form=True, transfer_one_year=True, transfer_signed_on=date(2025, 11, 19)
            ),
        ),
    ),
    "day off": (
        "papers",
        "[[day_off]]\nfrom = 2026-01-01",
        '[[day_off]]\nfrom = 2026-11-09\nto = 2026-11-09\nsource = "a new day"\n\n[[day_off]]\nfrom = 2026-01-01',
        decided(
            answer=answer(),
            visit=replace(FORMERLY_CENTRAL, transfer_form=True, transfer_signed_on=date(2026, 11, 5)),
        ),
    ),
    "day of the half rate": (
        "routes",
        "{ from = 2026-07-01, percent = 50 }",
        "{ from = 2027-07-01, percent = 50 }",
        decided(answer=answer(), visit=FORMERLY_PROVINCIAL),
    ),
    "rate of a route": (
        "routes",
        "{ from = 2026-07-01, percent = 50 }",
        "{ from = 2026-07-01, percent = 60 }",
        decided(answer=answer(), visit=FORMERLY_PROVINCIAL),
    ),
    "points of a route": (
        "routes",
        "points = { below = 50 }",
        "points = { below = 30 }",
        decided(answer=answer()),
    ),
    "code of a route": ("routes", 'code = "1.12"', 'code = "1.99"', decided(answer=answer())),
    "age of an earlier answer": (
        "house",
        "days = 30",
        "days = 3",
        decided(
            answer=ServiceTrouble(TroubleKind.TIMEOUT, "", ASKED_AT),
            earlier=replace(own(), checked_at=ASKED_AT - timedelta(days=5)),
        ),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_of_the_data_changes_the_decision(change: str, law_texts: dict[str, str]) -> None:
    table, before, after, under = CHANGES[change]
    assert before in law_texts[table]
    changed = read_law({**law_texts, table: law_texts[table].replace(before, after)})
    assert under(packaged_law()) == under(read_law(law_texts))
    assert under(changed) != under(packaged_law())


def test_decision_without_a_law_is_by_the_packaged_one() -> None:
    def once(law: Law | None) -> Decision:
        return decide(PERSON, own(), Visit("99001", points=40), TODAY, law=law)

    assert once(None) == once(packaged_law())


REFUSALS = [
    ("amounts", "vnd = 2_530_000", "vnd = 2530000.5", "law/amounts.toml: base_salary[3].vnd"),
    ("amounts", "vnd = 2_530_000", "vnd = 0", "law/amounts.toml: base_salary[3].vnd"),
    ("amounts", "vnd = 2_530_000", "vnd = true", "law/amounts.toml: base_salary[3].vnd"),
    ("amounts", "from = 2026-07-01", "from = 2024-07-01", "law/amounts.toml: base_salary"),
    ("amounts", "from = 2026-07-01", "from = 2026-07-01T00:00:00", "law/amounts.toml: base_salary[3].from"),
    ("amounts", 'source = "Decree 161/2026/ND-CP"', 'source = " "', "law/amounts.toml: base_salary[3].source"),
    ("amounts", "[low_cost]", "[low_costs]", "law/amounts.toml: low_cost"),
    ("amounts", "base_salaries = 6", "base_salaries = 6\nmonths = 6", "law/amounts.toml: co_pay_exemption.months"),
    ("amounts", "[[base_salary]]", "[[base_salary", "law/amounts.toml"),
    ("benefits", 'digit = "5"', 'digit = "4"', "law/benefits.toml: benefit[5].digit"),
    ("benefits", 'digit = "5"', 'digit = "6"', "law/benefits.toml: benefit[5].digit"),
    ("benefits", "percent = 95", "percent = 101", "law/benefits.toml: benefit[3].percent"),
    ("benefits", '["QN", "CA", "CY"]', '"QN"', "law/benefits.toml: forces.groups"),
    ("benefits", "islands =", "isles =", "law/benefits.toml: hard_area.islands"),
    ("benefits", "islands =", 'lakes = ["K4"]\nislands =', "law/benefits.toml: hard_area.lakes"),
    ("papers", "to = 2026-01-02", "to = 2025-01-02", "law/papers.toml: day_off[1].to"),
    ("papers", "to = 2026-01-02", "to = 2027-01-02", "law/papers.toml: day_off[1].to"),
    ("routes", 'level = ["primary"], primary', 'level = ["prime"], primary', "law/routes.toml: route[7].when.level"),
    ("routes", "registered = [true]", "registered = [1]", "law/routes.toml: route[8].when.registered"),
    ("routes", "registered = [true]", "registered = []", "law/routes.toml: route[8].when.registered"),
    ("routes", "registered = [true]", "enlisted = [true]", "law/routes.toml: route[8].when.enlisted"),
    ("routes", "points = { below = 50 }", "points = { from = 50, below = 50 }", "points.below"),
    ("routes", "points = { below = 50 }", "points = { below = 50, above = 3 }", "points.above"),
    ("routes", "points = { below = 50 }", "points = 50", "when.points"),
    ("routes", "from = 2026-07-01, percent", "from = 2024-07-01, percent", ".share"),
    ("routes", "whatever_card = true", 'whatever_card = "yes"', "share[1].whatever_card"),
    ("routes", "percent = 100 }]", "percent = 100, cap = 3 }]", "share[1].cap"),
    ("routes", "share = [{ from = 2025-01-01, percent = 0 }]", "share = []", "law/routes.toml: route[1].share"),
    ("house", "days = 30", "days = -1", "law/house.toml: earlier_answer.days"),
    ("house", "[earlier_answer]", "extra = 1\n[earlier_answer]", "law/house.toml: extra"),
]


@pytest.mark.parametrize(("table", "before", "after", "place"), REFUSALS)
def test_table_that_cannot_be_meant_is_refused_with_its_place(
    table: str, before: str, after: str, place: str, law_texts: dict[str, str]
) -> None:
    assert before in law_texts[table]
    with pytest.raises(KioskError) as caught:
        read_law({**law_texts, table: law_texts[table].replace(before, after)})
    assert caught.value.code is FailureCode.SETTINGS_INVALID
    assert place in caught.value.detail


def test_missing_table_is_refused(law_texts: dict[str, str]) -> None:
    del law_texts["routes"]
    with pytest.raises(KioskError, match=r"law/routes\.toml: route: missing"):
        read_law(law_texts)


def test_missing_digit_is_refused(law_texts: dict[str, str]) -> None:
    benefits = law_texts["benefits"]
    cut = benefits[: benefits.index('[[benefit]]\ndigit = "5"')] + benefits[benefits.index("# Groups whose") :]
    with pytest.raises(KioskError, match="not all digits"):
        read_law({**law_texts, "benefits": cut})


def test_every_fact_that_a_row_may_ask_for_is_asked_for(law_texts: dict[str, str]) -> None:
    asked = {name for row in packaged_law().routes for name in row.when}
    assert asked == FACTS.keys()


@pytest.mark.parametrize(
    ("day", "limits"),
    [
        (date(2023, 12, 31), None),
        (date(2024, 6, 30), (10_800_000, 10_800_000)),
        (date(2024, 7, 1), (10_800_000, 14_040_000)),
        (date(2025, 12, 31), (14_040_000, 14_040_000)),
        (date(2026, 6, 30), (14_040_000, 14_040_000)),
        (date(2026, 7, 1), (14_040_000, 15_180_000)),
        (date(2026, 12, 31), (14_040_000, 15_180_000)),
        (date(2027, 1, 1), (15_180_000, 15_180_000)),
    ],
)
def test_limits_of_the_exemption_follow_the_salaries_of_the_year(day: date, limits: tuple[int, int] | None) -> None:
    assert packaged_law().exemption_limits_vnd(day) == limits


def test_before_the_first_salary_nothing_is_said_of_small_visits_or_exemption() -> None:
    law = packaged_law()
    assert law.low_cost_vnd(date(2023, 6, 30)) is None
    assert law.low_cost_vnd(date(2023, 7, 1)) == 270_000
    early = date(2023, 8, 1)
    card = replace(CARD, facility="99001", valid_from=date(2023, 1, 1))
    found = decide(PERSON, answer(card), Visit("99001", points=40), early, copay=Copay(99_000_000))
    assert found.verdict is Verdict.ATTENTION
    assert found.fund_permille is None


def test_working_days_stop_at_the_end_of_the_calendar() -> None:
    assert packaged_law().add_working_days(date.max, 10) == date.max


@pytest.mark.parametrize(
    ("signed", "last"),
    [
        (date(2026, 11, 6), date(2026, 11, 20)),
        (date(2026, 11, 7), date(2026, 11, 20)),
        (date(2026, 11, 8), date(2026, 11, 20)),
        (date(2026, 11, 9), date(2026, 11, 23)),
        (date(2026, 2, 13), date(2026, 3, 6)),
    ],
)
def test_ten_working_days_leave_out_weekends_and_days_off(signed: date, last: date) -> None:
    assert packaged_law().add_working_days(signed, 10) == last
