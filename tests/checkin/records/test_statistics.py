"""Counts of a day, a week, a month: each visit once, removed days by what is left of them, nobody named."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text, update

from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckIn
from kiosk.checkin.records import statistics as module
from kiosk.checkin.records.retention import Retention, RetentionDays
from kiosk.checkin.records.statistics import Period, ServiceWait, Span, SqlStatistics, Statistics
from kiosk.checkin.store.queue_tables import queue_place
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import proof
from kiosk.eligibility.decision import Verdict

MONDAY = date(2026, 11, 16)
KEEP_VISITS_3_DAYS = RetentionDays(3, 0, 0, 0, 0, 0, 0)
VisitOf = Callable[..., CheckIn]


class SetClock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


def at(day: date, hour: int) -> datetime:
    """A moment by the clinic's own clock."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=7)


def check_in(visit_of: VisitOf, person: int, verdict: Verdict = Verdict.COVERED) -> CheckIn:
    """The n-th invented person, with a card of their own."""
    return visit_of(f"Mẫu {person}", f"9990{person:08}", card=f"GD499{person:010}", verdict=verdict)


def day_of(store: Store, day: date = MONDAY) -> Statistics:
    return SqlStatistics(store).of(Period.around(Span.DAY, day))


def call_after(store: Store, visits: dict[str, float]) -> None:
    """Each visit's call, so many seconds after its arrival."""
    with store.transaction() as connection:
        for visit_id, waited_s in visits.items():
            called = queue_place.c.arrived_ms + round(waited_s * 1000)
            mine = update(queue_place).where(queue_place.c.visit_id == visit_id)
            connection.execute(mine.values(called_ms=called))


def test_empty_day_has_zeros_and_no_waits(store: Store) -> None:
    assert day_of(store) == Statistics(Period(Span.DAY, MONDAY, MONDAY))


def test_arrivals_stand_in_the_clinics_hours(store: Store, visit_of: VisitOf, clock: SetClock) -> None:
    for hour, called in ((6, 1), (7, 3), (23, 2)):
        clock.now = at(MONDAY, hour)
        for person in range(called):
            check_in(visit_of, 100 * hour + person)
    told = day_of(store)
    assert {hour: count for hour, count in enumerate(told.hours) if count} == {6: 1, 7: 3, 23: 2}
    assert told.visits == 6


def test_each_visit_has_one_verdict_and_one_trust(store: Store, visit_of: VisitOf, clock: SetClock) -> None:
    clock.now = at(MONDAY, 8)
    for person, verdict in enumerate([Verdict.COVERED, Verdict.COVERED, Verdict.SELF_PAY]):
        check_in(visit_of, person, verdict)
    told = day_of(store)
    assert told.verdicts == (("covered", 2), ("self-pay", 1))
    assert told.trusts == (("CHIP_VERIFIED", 3),)


def test_waits_are_ones_that_somebody_had(store: Store, visit_of: VisitOf, clock: SetClock) -> None:
    clock.now = at(MONDAY, 8)
    visits = [check_in(visit_of, person).visit_id for person in range(10)]
    call_after(store, {one: 60.0 * (position + 1) for position, one in enumerate(visits)})
    assert day_of(store).waits == (("noi-tong-quat", ServiceWait(10, 300, 540)),)


@pytest.mark.parametrize("called", [1, 2, 3])
def test_few_waits_have_both_marks(store: Store, visit_of: VisitOf, clock: SetClock, called: int) -> None:
    clock.now = at(MONDAY, 8)
    visits = [check_in(visit_of, person).visit_id for person in range(called)]
    call_after(store, {one: 10.0 * (position + 1) for position, one in enumerate(visits)})
    [(_, wait)] = day_of(store).waits
    assert wait == ServiceWait(called, 10 * -(-called // 2), 10 * called)


def test_who_was_never_called_is_in_no_wait(store: Store, visit_of: VisitOf, clock: SetClock) -> None:
    clock.now = at(MONDAY, 8)
    visit_of()
    assert day_of(store).waits == ()


def test_prints_are_parted_from_their_reasons(
    store: Store, kept: SqlJournal, visit_of: VisitOf, clock: SetClock
) -> None:
    clock.now = at(MONDAY, 8)
    done = visit_of()
    kept.log_print(done, "failed:paper-out")
    kept.log_print(done, "unconfirmed:status-unknown")
    told = day_of(store)
    assert dict(told.prints) == {"printed": 1, "failed": 1, "unconfirmed": 1}
    assert dict(told.print_faults) == {"paper-out": 1, "status-unknown": 1}


def test_lookups_without_an_answer_are_told_by_their_trouble(store: Store, visit_of: VisitOf, clock: SetClock) -> None:
    clock.now = at(MONDAY, 8)
    kept = [check_in(visit_of, person) for person in range(3)]

    first = kept[0].visit_id
    assert day_of(store).asked == 3
    assert day_of(store).troubles == ()
    with store.transaction(reading=True) as connection:
        # Rows of proofs are only ever added: one more is how a trouble comes.
        row = dict(connection.execute(proof.select().where(proof.c.visit_id == first)).mappings().one())
    del row["id"]
    with store.transaction() as connection:
        connection.execute(proof.insert().values(row | {"proof_id": "f" * 32, "answered": False, "trouble": "timeout"}))
    told = day_of(store)
    assert (told.asked, told.troubles) == (4, (("timeout", 1),))


def test_removed_days_keep_their_number_and_verdicts(
    store: Store, visit_of: VisitOf, trail: Audit, clock: SetClock
) -> None:
    clock.now = at(MONDAY, 8)
    check_in(visit_of, 1)
    check_in(visit_of, 2, Verdict.SELF_PAY)
    clock.now = at(MONDAY + timedelta(days=6), 8)
    check_in(visit_of, 3)
    Retention(store, trail, KEEP_VISITS_3_DAYS, clock).run()
    told = SqlStatistics(store).of(Period.around(Span.WEEK, MONDAY))
    assert (told.visits, told.removed, sum(told.hours)) == (3, 2, 1)
    assert dict(told.verdicts) == {"covered": 2, "self-pay": 1}
    assert told.trusts == (("CHIP_VERIFIED", 1),)


def test_day_that_is_half_removed_counts_nobody_twice(
    store: Store, visit_of: VisitOf, trail: Audit, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now = at(MONDAY, 8)
    for person in range(3):
        check_in(visit_of, person)
    clock.now = at(MONDAY + timedelta(days=6), 8)
    monkeypatch.setattr("kiosk.checkin.records.retention.BATCH", 1)
    Retention(store, trail, KEEP_VISITS_3_DAYS, clock).run(may_go_on=lambda: False)
    assert day_of(store).visits == 3


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(Span))
def test_periods_follow_each_other_without_a_gap(day: date, span: Span) -> None:
    period = Period.around(span, day)
    assert period.first <= day <= period.last
    assert period.before().last + timedelta(days=1) == period.first
    assert period.after().first - timedelta(days=1) == period.last
    assert period.before().after() == period


@pytest.mark.parametrize("statement", ["_arrivals", "_removed", "_prints", "_lookups"])
def test_no_count_reads_a_whole_table(journal: SqlJournal, statement: str) -> None:
    """A month among a million visits takes less than half a second: by indexes, or not at all."""
    counted = getattr(module, statement)(Period.around(Span.MONTH, MONDAY))
    with journal.store.transaction(reading=True) as connection:
        written = str(counted.compile(connection.engine, compile_kwargs={"literal_binds": True}))
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {written}")).all()
    steps = [row[3] for row in plan]
    assert steps
    assert not [step for step in steps if step.startswith("SCAN") and "USING" not in step]
