"""What holds for every decision, whatever comes in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Action, Decision, Field, Grade, Verdict
from kiosk.eligibility.result_codes import RESULT_CODES, UNKNOWN_CODE
from kiosk.eligibility.rules import card_in_use, decide
from kiosk.eligibility.visit import CareLevel, FormerTier, PrimaryKind, Purpose, Visit
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import (
    Answer,
    CardAnswer,
    Copay,
    InsuranceCard,
    NextCard,
    NotAsked,
    ServiceTrouble,
    TroubleKind,
)
from kiosk.reader.document import Sex
from kiosk.text import Language, catalog, say

TODAY = date(2026, 11, 21)
ASKED_AT = datetime(2026, 11, 21, tzinfo=UTC)

HARMLESS = {
    *("card-valid", "other-facility", "appointment-once", "document-expiry-not-told"),
    *("area", "five-years", "co-pay-below-limit", "co-pay-exempt", "card-of-forces", "temporary-number"),
}

near_days = st.dates(date(2026, 11, 18), date(2026, 11, 24))
days = st.none() | near_days | st.dates()
births = st.none() | st.builds(PartialDate, st.integers(1, 9999)) | st.just(PartialDate(1990, 1, 15))
numbers = st.sampled_from(["", "DN4999900000123", "HT3999900000999", "9900000123"]) | st.text(max_size=20)
names = st.sampled_from(["", "Nguyễn Văn Mẫu", "NGUYEN VAN MAU"]) | st.text(max_size=40)
facilities = st.sampled_from(["", "99001", "99017"]) | st.text(max_size=6)
next_cards = st.builds(NextCard, numbers, days, days, facilities, names)
cards = st.builds(
    InsuranceCard,
    number=numbers,
    full_name=names,
    date_of_birth=births,
    sex_raw=st.sampled_from(["", "Nam", "Nữ", "?"]),
    facility=facilities,
    valid_from=days,
    valid_to=days,
    area=st.sampled_from(["", "K1", "K2", "K3"]),
    five_year_date=days,
    next_card=st.none() | next_cards,
)
codes = st.sampled_from([*RESULT_CODES, "777", ""]) | st.text(max_size=4)
card_answers = st.builds(
    CardAnswer, codes, st.text(max_size=9), st.none() | cards, st.just(ASKED_AT), st.lists(codes, max_size=2).map(tuple)
)
answers: st.SearchStrategy[Answer] = st.one_of(
    card_answers,
    st.builds(ServiceTrouble, st.sampled_from(TroubleKind), codes, st.just(ASKED_AT)),
    st.builds(NotAsked, st.text(max_size=20), st.just(ASKED_AT)),
)
identities = st.builds(
    Identity,
    st.sampled_from(Trust),
    names,
    date_of_birth=births,
    sex=st.none() | st.sampled_from(Sex),
    name_is_transliterated=st.booleans(),
)
visits = st.builds(
    Visit,
    facilities,
    st.sampled_from(CareLevel),
    st.none() | st.integers(0, 100),
    st.sampled_from(FormerTier),
    *[st.booleans()] * 6,
    primary_kind=st.sampled_from(PrimaryKind),
    inpatient=st.booleans(),
    purpose=st.sampled_from(Purpose),
    transfer_signed_on=days,
    transfer_one_year=st.booleans(),
    newborn_care=st.booleans(),
    listed_disease=st.booleans(),
    hard_area_household=st.booleans(),
)
copays = st.builds(Copay, st.none() | st.integers(-1, 20_000_000), days)
earlier_answers = st.none() | st.builds(
    CardAnswer, codes, st.just(""), st.none() | cards, st.datetimes(timezones=st.just(UTC))
)


@given(identities, answers, visits, near_days | st.dates(), copays, earlier_answers)
def test_any_input_is_decided_and_every_reason_has_words(
    identity: Identity, answer: Answer, visit: Visit, today: date, copay: Copay, earlier: CardAnswer | None
) -> None:
    decision = decide(identity, answer, visit, today, copay=copay, earlier=earlier)
    assert decision.reasons
    if decision.fund_permille is not None:
        assert 0 <= decision.fund_permille <= 1000
        assert decision.benefit_percent == decision.fund_permille // 10
    for reason in decision.reasons:
        assert reason.sentence(Language.VI)
        assert reason.sentence(Language.EN)


@given(identities, answers, visits, near_days)
def test_card_counts_only_with_a_good_code_and_inside_its_dates(
    identity: Identity, answer: Answer, visit: Visit, today: date
) -> None:
    decision = decide(identity, answer, visit, today)
    if decision.verdict in {Verdict.COVERED, Verdict.ATTENTION}:
        assert isinstance(answer, CardAnswer)
        assert answer.code in {"000", "003", "004"}
        assert decision.valid_from is not None
        assert decision.valid_to is not None
        assert decision.valid_from <= today <= decision.valid_to
        assert decision.card_number
        assert answer.card is not None
        card = card_in_use(answer.code, answer.card, today)
        assert (card.number, card.valid_from) == (decision.card_number, decision.valid_from)
    else:
        assert decision.benefit_percent is None


@given(identities, card_answers, visits, near_days)
def test_covered_means_that_nothing_at_all_was_odd(
    identity: Identity, answer: CardAnswer, visit: Visit, today: date
) -> None:
    decision = decide(identity, answer, visit, today)
    if decision.verdict is Verdict.COVERED:
        assert answer.code == "000"
        assert {reason.code for reason in decision.reasons} <= HARMLESS
        assert decision.benefit_percent is not None
        assert decision.route
        assert all(found.grade not in {Grade.GRAVE, Grade.UNKNOWN} for found in decision.differences)


@st.composite
def good_cases(draw: st.DrawFn) -> tuple[Identity, CardAnswer, Visit, date]:
    """Everything speaks for the card, save for one thing at most that a test spoils."""
    today = draw(near_days)
    born = PartialDate(1990, 1, 15)
    identity = Identity(draw(st.sampled_from(Trust)), "Nguyễn Văn Mẫu", date_of_birth=born, sex=Sex.MALE)
    card = InsuranceCard(
        "DN4999900000123",
        "NGUYỄN VĂN MẪU",
        draw(st.sampled_from([born, PartialDate(1990, 1), PartialDate(1990)])),
        draw(st.sampled_from(["Nam", "nam", ""])),
        facility="99001",
        valid_from=today - timedelta(days=draw(st.integers(0, 400))),
        valid_to=today + timedelta(days=draw(st.integers(0, 400))),
    )
    return identity, CardAnswer("000", "", card, ASKED_AT), Visit("99001", points=40), today


@given(good_cases())
def test_good_case_is_covered(case: tuple[Identity, CardAnswer, Visit, date]) -> None:
    assert decide(*case).verdict is Verdict.COVERED


SPOILERS: dict[str, Callable[[InsuranceCard, date], InsuranceCard]] = {
    "ended": lambda card, today: replace(card, valid_to=today - timedelta(days=1)),
    "not begun": lambda card, today: replace(card, valid_from=today + timedelta(days=1)),
    "no last day": lambda card, _: replace(card, valid_to=None),
    "no first day": lambda card, _: replace(card, valid_from=None),
    "another name": lambda card, _: replace(card, full_name="Nguyễn Văn Khác"),
    "other marks": lambda card, _: replace(card, full_name="Nguyễn Văn Mậu"),
    "no name": lambda card, _: replace(card, full_name=""),
    "another birth": lambda card, _: replace(card, date_of_birth=PartialDate(1991)),
    "no birth": lambda card, _: replace(card, date_of_birth=None),
    "another sex": lambda card, _: replace(card, sex_raw="Nữ"),
    "no number": lambda card, _: replace(card, number=""),
    "odd number": lambda card, _: replace(card, number="DN499990000012"),
    "no facility": lambda card, _: replace(card, facility=""),
}


@pytest.mark.parametrize("spoiled", SPOILERS)
@given(case=good_cases())
def test_one_thing_amiss_is_enough_not_to_be_covered(
    spoiled: str, case: tuple[Identity, CardAnswer, Visit, date]
) -> None:
    identity, answer, visit, today = case
    assert answer.card is not None
    worse = replace(answer, card=SPOILERS[spoiled](answer.card, today))
    assert decide(identity, worse, visit, today).verdict is not Verdict.COVERED


@given(case=good_cases(), code=codes.filter(lambda code: code != "000"))
def test_no_other_result_is_plainly_covered(case: tuple[Identity, CardAnswer, Visit, date], code: str) -> None:
    identity, answer, visit, today = case
    assert decide(identity, replace(answer, code=code), visit, today).verdict is not Verdict.COVERED


@given(identities, card_answers, visits, near_days, st.integers(1, 400))
def test_card_of_the_future_is_never_used(
    identity: Identity, answer: CardAnswer, visit: Visit, today: date, days_ahead: int
) -> None:
    following = NextCard("GD4999900000999", today + timedelta(days=days_ahead), today + timedelta(days=800), "99001")
    card = replace(answer.card or InsuranceCard("DN4999900000123"), next_card=following)
    decision = decide(identity, replace(answer, card=card), visit, today)
    if decision.verdict in {Verdict.COVERED, Verdict.ATTENTION}:
        assert decision.card_number == card.number
        assert decision.next_card is following


@given(identities, st.sampled_from(TroubleKind), visits)
def test_no_trouble_of_the_service_turns_anybody_away(identity: Identity, kind: TroubleKind, visit: Visit) -> None:
    decision = decide(identity, ServiceTrouble(kind, "", ASKED_AT), visit, TODAY)
    assert decision.verdict is (Verdict.UNVERIFIED if visit.uses_insurance else Verdict.SELF_PAY)


@pytest.mark.parametrize("language", list(Language))
def test_every_verdict_action_and_trouble_has_words(language: Language) -> None:
    for verdict in Verdict:
        for part in ("title", "patient", "staff"):
            assert say(f"decision.verdict.{verdict.value}.{part}", language)
    for action in Action:
        assert say(f"decision.action.{action.value}", language)
    for kind in TroubleKind:
        assert say(f"decision.trouble.{kind.value}", language)
    for field in Field:
        assert say(f"decision.field.{field.value}", language)
    for grade in Grade:
        assert say(f"decision.grade.{grade.value}", language)


@pytest.mark.parametrize("language", list(Language))
def test_every_result_code_has_words_for_patient_and_staff_and_a_cure(language: Language) -> None:
    for rule in [*RESULT_CODES.values(), UNKNOWN_CODE]:
        patient = say(f"decision.verdict.{rule.verdict.value}.patient", language)
        assert "mã" not in patient.split()
        assert say(f"decision.verdict.{rule.verdict.value}.staff", language)
        assert say(f"decision.action.{rule.action.value}", language)


@pytest.mark.parametrize("language", list(Language))
def test_every_result_code_has_a_sentence(language: Language) -> None:
    sentences = catalog(language)
    for rule in RESULT_CODES.values():
        key = rule.reason if rule.reason.startswith("trouble.") else f"reason.{rule.reason}"
        assert f"decision.{key}" in sentences


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("language", list(Language))
def test_words_for_the_public_screen_name_no_reason(verdict: Verdict, language: Language) -> None:
    words = say(f"decision.verdict.{verdict.value}.patient", language).casefold()
    assert not any(hint in words for hint in ("hết hạn", "không có thẻ", "thu phí", "sai", "expired", "wrong", "pay"))


def test_decision_and_its_reasons_do_not_show_the_person() -> None:
    identity = Identity(Trust.TYPED, "Nguyễn Văn Mẫu", date_of_birth=PartialDate(1990, 1, 15))
    card = InsuranceCard("DN4999900000123", "Nguyễn Văn Khác", PartialDate(1991), valid_from=TODAY, valid_to=TODAY)
    decision = decide(identity, CardAnswer("000", "", card, ASKED_AT), Visit("99001"), TODAY)
    assert repr(decision) == "<Decision>"
    assert repr(decision.reasons[0]) == "<Reason>"
    assert repr(decision.differences[0]) == "<Difference>"
    assert "Nguyễn Văn Khác" in decision.reasons[0].sentence(Language.VI)


def test_usual_decision_is_equal_for_equal_input() -> None:
    def once() -> Decision:
        card = InsuranceCard("DN4999900000123", valid_from=TODAY, valid_to=TODAY)
        return decide(Identity(Trust.TYPED, "Mẫu"), CardAnswer("000", "", card, ASKED_AT), Visit("99001"), TODAY)

    assert once() == once()
