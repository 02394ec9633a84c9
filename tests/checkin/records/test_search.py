"""Finding visits at the desk: by number, ticket and name; newest first, paged, complete."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql

from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckIn, CheckInRequest
from kiosk.checkin.records import search as search_module
from kiosk.checkin.records.search import Found, FoundVisit, VisitSearch, Wanted
from kiosk.checkin.records.searchable import forget_searchable, make_searchable, words_of
from kiosk.eligibility.decision import Decision, Verdict

Ask = Callable[..., CheckInRequest]


class SetClock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


@pytest.fixture
def keep(journal: SqlJournal, request_for: Ask, clock: SetClock) -> Callable[..., CheckIn]:
    """Checks people in, a minute apart."""
    persons = iter(range(1, 10_000))

    def check_in(name: str, **wanted: object) -> CheckIn:
        clock.now += timedelta(minutes=1)
        person = wanted.pop("person", None) or next(persons)
        return journal.check_in(request_for(person, name=name, **wanted))

    return check_in


@pytest.fixture
def search(journal: SqlJournal) -> VisitSearch:
    return VisitSearch(journal.store)


def names(found: Found) -> list[str]:
    return [visit.full_name for visit in found.visits]


@pytest.mark.parametrize(
    "typed",
    ["nguyen van mau", "Nguyễn Văn Mẫu", "mau nguyen", "MAU", "ng v m", "van", "  Nguyễn   Mẫ ", "nguyễn văn mẫu"],
)
def test_a_name_is_found_by_beginnings_of_its_words_in_any_order(
    keep: Callable[..., CheckIn], search: VisitSearch, typed: str
) -> None:
    keep("Nguyễn Văn Mẫu")
    keep("Trần Thị Đỗ Quyên")
    assert names(search.find(Wanted(typed))) == ["Nguyễn Văn Mẫu"]


@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["nguyen van maus", "guyen", "nguyen tran", "%", "_", "' OR 1=1 --", "a" * 300])
def test_another_name_is_not_found(keep: Callable[..., CheckIn], search: VisitSearch, typed: str) -> None:
    keep("Nguyễn Văn Mẫu")
    assert search.find(Wanted(typed)) == Found((), None)


@pytest.mark.both_databases
def test_the_letter_d_with_a_stroke_is_a_d(keep: Callable[..., CheckIn], search: VisitSearch) -> None:
    keep("Đỗ Đăng Đạt")
    assert names(search.find(Wanted("do dang dat"))) == ["Đỗ Đăng Đạt"]


@pytest.mark.both_databases
def test_newest_come_first_and_pages_follow_without_gap(keep: Callable[..., CheckIn], search: VisitSearch) -> None:
    kept = [keep(f"Nguyễn Văn {word}").visit_id for word in ("An", "Bình", "Chi", "Dũng", "Em")]
    seen: list[str] = []
    after, pages = None, 0
    while pages == 0 or after is not None:
        found = search.find(Wanted("nguyen"), after, page=2)
        seen += [visit.visit_id for visit in found.visits]
        after, pages = found.after, pages + 1
    assert seen == kept[::-1]
    assert pages == 3


@pytest.mark.both_databases
def test_two_words_that_begin_alike_are_one_visit(keep: Callable[..., CheckIn], search: VisitSearch) -> None:
    keep("Mai Minh Mẫn")
    assert names(search.find(Wanted("m"))) == ["Mai Minh Mẫn"]


@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["nguyen van", "ng ba", "van ba", "b"])
def test_where_every_word_is_common_windows_find_the_same(
    keep: Callable[..., CheckIn], search: VisitSearch, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(12):
        keep(f"Nguyễn Văn {'Ba' if at % 4 == 0 else 'Bốn' if at % 3 == 0 else 'Tư'}")
        keep("Ngô Bá Văn" if at % 5 == 0 else "Lê Ngân Hà")
    whole = search.find(Wanted(typed), page=50)
    monkeypatch.setattr(search_module, "_RARE", 0)
    monkeypatch.setattr(search_module, "_WINDOWS", (2, 5))
    seen: list[FoundVisit] = []
    after, found = None, search.find(Wanted(typed), page=2)
    while True:
        seen += found.visits
        after = found.after
        if after is None:
            break
        found = search.find(Wanted(typed), after, page=2)
    assert whole.visits
    assert [one.visit_id for one in seen] == [one.visit_id for one in whole.visits]


def every_page(search: VisitSearch, wanted: Wanted, page: int) -> list[str]:
    """All that is found, page after page."""
    seen: list[str] = []
    found = search.find(wanted, page=page)
    seen += [visit.visit_id for visit in found.visits]
    while found.after is not None:
        found = search.find(wanted, found.after, page=page)
        seen += [visit.visit_id for visit in found.visits]
    return seen


@pytest.mark.both_databases
def test_every_question_finds_in_windows_what_reading_every_visit_finds(
    keep: Callable[..., CheckIn], search: VisitSearch, monkeypatch: pytest.MonkeyPatch, clock: SetClock
) -> None:
    draw = random.Random(20261122)
    surnames, middles, given_names = (
        ("Nguyễn", "Nguyễn", "Trần", "Ngô"), ("Văn", "Thị", ""), ("An", "Ân", "Bình", "Vân", "Ngân")
    )  # fmt: skip
    verdicts = (Verdict.COVERED, Verdict.COVERED, Verdict.SELF_PAY, Verdict.UNVERIFIED)
    kept: list[CheckIn] = []
    for _ in range(60):
        name = " ".join(filter(None, (draw.choice(surnames), draw.choice(middles), draw.choice(given_names))))
        kept.append(keep(name, decision=Decision(draw.choice(verdicts))))
        if draw.random() < 0.1:
            clock.now += timedelta(days=1)
    monkeypatch.setattr(search_module, "_RARE", 3)
    monkeypatch.setattr(search_module, "_WINDOWS", (2, 5))
    monkeypatch.setattr(search_module, "_WINDOWS_OF_STATES", (2, 3))
    middle_day, last_day = kept[30].business_day, kept[-1].business_day
    assert middle_day < last_day
    for typed in ("", "n", "nguyen", "nguyen an", "an nguyen van", "tran binh", "ng ng", "v", "v ngan", "ngo thi an"):
        for verdict in (None, *set(verdicts)):
            for days in (None, (middle_day, middle_day)):
                for state in ("", "waiting", "no-show"):
                    asked, words = Wanted(typed, days, verdict, state), words_of(typed)
                    expected = [
                        one.visit_id for one in reversed(kept)
                        if all(any(own.startswith(word) for own in words_of(one.full_name)) for word in words)
                        and verdict in (None, one.decision.verdict)
                        and (days is None or one.business_day == middle_day)
                        and state in ("", "waiting" if one.business_day == last_day else "no-show")
                    ]  # fmt: skip
                    assert every_page(search, asked, page=4) == expected, (typed, verdict, days, state)


@pytest.mark.parametrize("source", search_module._Source)
def test_what_may_be_many_is_read_in_its_order_and_never_sorted(
    journal: SqlJournal, source: search_module._Source
) -> None:
    few = {search_module._Source.BEGINNING, search_module._Source.PERSON}
    by = {"word": "nguyen", "first": "ng", "end": "nh", "number": 1, "person_key": "", "since": 0, "most": 21}
    given = {**by, "before_ms": 1, "before_no": 1, "word_0": "% an%"}
    with journal.store.transaction(reading=True) as connection:
        for statement in (
            search_module._listing(source, 1000, 1, prefixed=False, state=False),
            search_module._last_of(source, 1000),
        ):
            named = {name: given[name] for name in statement.compile().params}
            plan = [row[3] for row in connection.execute(sql(f"EXPLAIN QUERY PLAN {statement}"), named)]
            assert not any(step.startswith("SCAN visit") for step in plan), plan
            windows = plan[: plan.index("SCAN gone")] if "SCAN gone" in plan else plan
            assert source in few or not any("TEMP B-TREE" in step for step in windows), plan


@pytest.mark.both_databases
def test_a_question_that_finds_nothing_among_common_words_ends(
    keep: Callable[..., CheckIn], search: VisitSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(9):
        keep("Trần Văn An")
        keep("Phạm Thị Bình")
    monkeypatch.setattr(search_module, "_RARE", 0)
    monkeypatch.setattr(search_module, "_WINDOWS", (2, 4))
    found, pages = search.find(Wanted("tran pham")), 1
    while found.after is not None:
        found, pages = search.find(Wanted("tran pham"), found.after), pages + 1
    assert found.visits == ()
    assert 1 < pages <= 4


@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["A001", "a1", "a 001", "1", "01"])
def test_a_ticket_is_found_as_people_write_it(keep: Callable[..., CheckIn], search: VisitSearch, typed: str) -> None:
    first = keep("Nguyễn Văn Mẫu")
    keep("Trần Thị Thử")
    assert first.ticket == "A001"
    assert [visit.visit_id for visit in search.find(Wanted(typed)).visits] == [first.visit_id]


@pytest.mark.both_databases
def test_a_ticket_number_of_several_days_is_found_newest_first(
    keep: Callable[..., CheckIn], search: VisitSearch, clock: SetClock
) -> None:
    older = keep("Nguyễn Văn Mẫu")
    clock.now += timedelta(days=1)
    newer = keep("Trần Thị Thử")
    assert [visit.visit_id for visit in search.find(Wanted("A001")).visits] == [newer.visit_id, older.visit_id]
    only = search.find(Wanted("A001", days=(date(2026, 11, 20), date(2026, 11, 20))))
    assert [visit.visit_id for visit in only.visits] == [older.visit_id]


@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["999000000007", " 999 000 000 007 "])
def test_a_personal_number_is_found_exactly(keep: Callable[..., CheckIn], search: VisitSearch, typed: str) -> None:
    kept = keep("Nguyễn Văn Mẫu", person=7)
    keep("Trần Thị Thử", person=8)
    assert [visit.visit_id for visit in search.find(Wanted(typed)).visits] == [kept.visit_id]
    assert search.find(Wanted("99900000000")).visits == ()


@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["GD4999876543210", "9876543210", "gd4999876543210"])
def test_an_insurance_number_is_found_by_card_and_by_its_ten_digits(
    keep: Callable[..., CheckIn], search: VisitSearch, typed: str
) -> None:
    kept = keep("Nguyễn Văn Mẫu", decision=Decision(Verdict.COVERED, card_number="GD4999876543210"))
    keep("Trần Thị Thử", decision=Decision(Verdict.COVERED, card_number="GD4999876543211"))
    assert [visit.visit_id for visit in search.find(Wanted(typed)).visits] == [kept.visit_id]


@pytest.mark.both_databases
def test_verdict_and_days_narrow_what_is_found(
    keep: Callable[..., CheckIn], search: VisitSearch, clock: SetClock
) -> None:
    keep("Nguyễn Văn An")
    unverified = keep("Nguyễn Văn Bình", decision=Decision(Verdict.UNVERIFIED))
    clock.now += timedelta(days=1)
    today = keep("Nguyễn Văn Chi")
    found = search.find(Wanted("nguyen", verdict=Verdict.UNVERIFIED))
    assert [visit.visit_id for visit in found.visits] == [unverified.visit_id]
    found = search.find(Wanted("", days=(today.business_day, today.business_day)))
    assert [visit.visit_id for visit in found.visits] == [today.visit_id]


@pytest.mark.both_databases
def test_without_a_question_every_visit_is_listed(keep: Callable[..., CheckIn], search: VisitSearch) -> None:
    kept = [keep("Nguyễn Văn Mẫu").visit_id, keep("").visit_id]
    assert [visit.visit_id for visit in search.find(Wanted()).visits] == kept[::-1]


@pytest.mark.both_databases
def test_a_repeated_check_in_is_found_once(keep: Callable[..., CheckIn], search: VisitSearch) -> None:
    keep("Nguyễn Văn Mẫu", person=5)
    keep("Nguyễn Văn Mẫu", person=5)
    assert len(search.find(Wanted("mau")).visits) == 1


@pytest.mark.both_databases
def test_visits_of_a_release_without_search_are_made_to_be_found_once(
    keep: Callable[..., CheckIn], search: VisitSearch, journal: SqlJournal
) -> None:
    kept = [keep(f"Nguyễn Văn {word}").visit_id for word in ("An", "Bình", "Chi")]
    with journal.store.transaction() as connection:
        forget_searchable(connection, kept)
    assert search.find(Wanted("nguyen")).visits == ()
    with journal.store.transaction() as connection:
        assert [make_searchable(connection, 2) for _ in range(3)] == [2, 1, 0]
    assert [visit.visit_id for visit in search.find(Wanted("nguyen")).visits] == kept[::-1]


def test_no_verdict_begins_as_another_and_none_is_found_as_a_name(
    keep: Callable[..., CheckIn], search: VisitSearch
) -> None:
    values = [verdict.value for verdict in Verdict]
    assert not [(one, other) for one in values for other in values if one != other and other.startswith(one)]
    keep("Nguyễn Văn Mẫu", decision=Decision(Verdict.UNVERIFIED))
    assert search.find(Wanted("unverified")).visits == ()
    assert search.find(Wanted("=unverified")).visits == ()


@given(st.text(max_size=200))
def test_words_of_any_text_hold_letters_and_digits_alone(text: str) -> None:
    words = words_of(text)
    assert len(words) <= 12
    assert all(0 < len(word) <= 40 for word in words)
    assert not any(character in "%_ " for word in words for character in word)
    assert words_of(" ".join(words)) == words
