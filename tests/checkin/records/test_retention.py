"""What is over is removed, in small pieces, with counts left of it and the audit whole."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Protocol

import pytest
from sqlalchemy import func, insert, select

from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.audit.verify import verify
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckIn
from kiosk.checkin.records import retention as retention_module
from kiosk.checkin.records.kept import KEPT, Purpose, tables_of_visits
from kiosk.checkin.records.retention import Retention, RetentionDays
from kiosk.checkin.records.search import VisitSearch, Wanted
from kiosk.checkin.store.metadata import metadata, purge_pass
from kiosk.checkin.store.records_tables import day_statistics
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import duty_log, print_log, proof, ticket_counter, visit
from kiosk.eligibility.decision import Verdict

NOTHING = RetentionDays(0, 0, 0, 0, 0, 0, 0)


class SetClock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


def count(store: Store, table: object) -> int:
    with store.transaction(reading=True) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


@pytest.fixture
def two_days(visit_of: Callable[..., CheckIn], clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> list[CheckIn]:
    """Five visits of an old day and two of the next, with batches of two."""
    monkeypatch.setattr(retention_module, "BATCH", 2)
    visits = [visit_of(f"Nguyễn Văn {at}", f"99909000000{at}", card=f"GD499987654321{at}") for at in range(5)]
    clock.now += timedelta(days=1)
    visits += [
        visit_of(f"Trần Thị {at}", f"99909000001{at}", card=f"GD499987654300{at}", verdict=Verdict.SELF_PAY)
        for at in range(2)
    ]
    return visits


def test_visits_that_are_over_go_with_all_that_speaks_of_them(
    store: Store, kept: SqlJournal, trail: Audit, clock: SetClock, two_days: list[CheckIn]
) -> None:
    clock.now += timedelta(days=10)
    removed = Retention(store, trail, RetentionDays(10, 0, 0, 0, 0, 0, 0), clock).run()
    assert removed == {Purpose.VISITS: 5}
    assert count(store, visit) == 2
    with store.transaction(reading=True) as connection:
        kept_ids = set(connection.execute(select(visit.c.visit_id)).scalars())
        for table, naming in tables_of_visits():
            for column in naming:
                assert set(connection.execute(select(column).where(column.is_not(None))).scalars()) <= kept_ids, (
                    table.name
                )
    kept.verify()
    found = VisitSearch(store).find(Wanted("")).visits
    assert {one.visit_id for one in found} == {one.visit_id for one in two_days[5:]}


def test_counts_of_removed_days_are_left(store: Store, trail: Audit, clock: SetClock, two_days: list[CheckIn]) -> None:
    clock.now += timedelta(days=30)
    Retention(store, trail, RetentionDays(10, 0, 0, 0, 0, 0, 0), clock).run()
    with store.transaction(reading=True) as connection:
        rows = connection.execute(select(day_statistics).order_by(day_statistics.c.business_day)).all()
    assert [tuple(row) for row in rows] == [
        (date(2026, 11, 20), "noi-tong-quat", "covered", 5),
        (date(2026, 11, 21), "noi-tong-quat", "self-pay", 2),
    ]
    assert count(store, ticket_counter) == 0


def test_a_run_that_was_cut_short_counts_a_day_once(
    store: Store, kept: SqlJournal, trail: Audit, clock: SetClock, two_days: list[CheckIn]
) -> None:
    clock.now += timedelta(days=30)
    retention = Retention(store, trail, RetentionDays(10, 0, 0, 0, 0, 0, 0), clock)
    assert retention.run(may_go_on=lambda: False) == {Purpose.VISITS: 2}
    kept.verify()
    assert retention.run() == {Purpose.VISITS: 5}
    with store.transaction(reading=True) as connection:
        assert connection.execute(select(func.sum(day_statistics.c.visits))).scalar_one() == 7


@pytest.mark.parametrize(
    ("days", "purpose", "table", "left"),
    [
        (RetentionDays(0, 10, 0, 0, 0, 0, 0), Purpose.PROOFS, proof, 2),
        (RetentionDays(0, 0, 0, 10, 0, 0, 0), Purpose.PRINT_LOG, print_log, 2),
        (RetentionDays(0, 0, 0, 0, 0, 10, 0), Purpose.DUTY_LOG, duty_log, 0),
    ],
    ids=["proofs", "print log", "duty log"],
)
def test_each_purpose_has_days_of_its_own(
    store: Store, trail: Audit, clock: SetClock, two_days: list[CheckIn], days: RetentionDays, purpose: Purpose,
    table: object, left: int,
) -> None:  # fmt: skip
    with store.transaction() as connection:
        connection.execute(insert(duty_log).values(at="2026-11-20T08:00:00+07:00", subject="x", happened="tried"))
    clock.now += timedelta(days=10)
    retention = Retention(store, trail, days, clock)
    due = retention.due()
    assert retention.run() == due
    assert due[purpose] > 0
    assert count(store, table) == left
    assert count(store, visit) == 7


def test_questions_go_before_their_proofs(store: Store, trail: Audit, clock: SetClock, two_days: list[CheckIn]) -> None:
    clock.now += timedelta(days=10)
    assert Retention(store, trail, RetentionDays(0, 0, 10, 0, 0, 0, 0), clock).run() == {Purpose.QUESTIONS: 5}
    with store.transaction(reading=True) as connection:
        sealed = connection.execute(select(proof.c.sealed_question).order_by(proof.c.id)).scalars().all()
    assert [box is None for box in sealed] == [True] * 5 + [False] * 2


def test_a_day_that_is_not_over_stays(store: Store, trail: Audit, clock: SetClock, two_days: list[CheckIn]) -> None:
    clock.now += timedelta(days=9)
    assert Retention(store, trail, RetentionDays(10, 10, 10, 10, 10, 10, 10), clock).run() == {}


def test_zero_keeps_without_end(store: Store, trail: Audit, clock: SetClock, two_days: list[CheckIn]) -> None:
    clock.now += timedelta(days=20_000)
    retention = Retention(store, trail, NOTHING, clock)
    assert (retention.due(), retention.run()) == ({}, {})


def test_the_audit_says_what_was_removed_without_saying_whose(
    store: Store, trail: Audit, clock: SetClock, two_days: list[CheckIn]
) -> None:
    clock.now += timedelta(days=10)
    Retention(store, trail, RetentionDays(10, 0, 0, 0, 0, 0, 0), clock).run()
    rows = trail.rows()
    assert [(row.happened, row.subject) for row in rows] == [(Act.PURGED.value, "")] * 3
    assert [row.detail for row in rows][:1] == ['{"count":2,"purpose":"visits","until":"2026-11-21"}']


def test_a_purged_audit_is_still_a_chain(store: Store, trail: Audit, clock: SetClock) -> None:
    for _ in range(5):
        with store.transaction() as connection:
            trail.note(connection, Act.REPRINTED, "a" * 32)
        clock.now += timedelta(days=1)
    removed = Retention(store, trail, RetentionDays(0, 0, 0, 0, 0, 0, 3), clock).run()
    assert removed == {Purpose.AUDIT: 2}
    verified = verify(store)
    assert (verified.findings, verified.first, verified.last) == ((), 3, 6)


def test_the_guard_is_closed_again(store: Store, trail: Audit, clock: SetClock, two_days: list[CheckIn]) -> None:
    clock.now += timedelta(days=10)
    Retention(store, trail, RetentionDays(10, 10, 10, 10, 10, 10, 10), clock).run()
    assert count(store, purge_pass) == 0


def test_every_table_that_speaks_of_visits_is_listed() -> None:
    assert {table.name for table, _ in tables_of_visits()} | {"visit"} == set(KEPT)
    assert all(table in metadata.tables for table in KEPT)
