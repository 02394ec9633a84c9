"""The audit's chain: rows in the act's own transaction, gapless under many writers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import select

from kiosk.checkin.audit.anchors import Anchor, AnchorFile
from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import NO_DIGEST, Act, AuditKey
from kiosk.checkin.record import Priority
from kiosk.checkin.store.audit_tables import audit
from kiosk.checkin.store.store import Store, open_store
from kiosk.failure import KioskError

VISIT = "0123456789abcdef" * 2


class SetClock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


def note(trail: Audit, store: Store, happened: Act = Act.REPRINTED, reason: str = "") -> int:
    with store.transaction() as connection:
        return trail.note(connection, happened, VISIT, reason, count=1)


def test_rows_follow_each_other_by_number_and_digest(store: Store, trail: Audit) -> None:
    assert [note(trail, store) for _ in range(3)] == [1, 2, 3]
    rows = trail.rows()
    assert [row.previous for row in rows] == [NO_DIGEST, rows[0].digest, rows[1].digest]
    assert all(row.digest == row.computed_digest() for row in rows)


def test_an_act_that_is_rolled_back_leaves_neither_row_nor_gap(store: Store, trail: Audit) -> None:
    note(trail, store)

    def act_that_breaks() -> None:
        with store.transaction() as connection:
            trail.note(connection, Act.CANCELLED, VISIT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_that_breaks()
    assert note(trail, store) == 2


@pytest.mark.usefixtures("patient_desks")
@pytest.mark.both_databases
def test_many_desks_at_once_leave_no_gap(store_url: str, clock: SetClock) -> None:
    def desk(_: int) -> None:
        with open_store(store_url) as own:
            own_trail = Audit(own, clock)
            for _ in range(25):
                note(own_trail, own)

    open_store(store_url).close()
    with ThreadPoolExecutor(4) as desks:
        list(desks.map(desk, range(4)))
    with open_store(store_url) as store, store.transaction(reading=True) as connection:
        assert connection.execute(select(audit.c.seq).order_by(audit.c.seq)).scalars().all() == list(range(1, 101))


def test_who_acts_is_asked_at_each_act_and_may_be_told(store: Store, clock: Callable[[], datetime]) -> None:
    on_duty = iter(["a" * 32, "desk"])
    trail = Audit(store, clock, lambda: next(on_duty))
    note(trail, store)
    note(trail, store)
    with store.transaction() as connection:
        trail.note(connection, Act.CANCELLED, VISIT, by="b" * 32)
    assert [row.actor for row in trail.rows()] == ["a" * 32, "desk", "b" * 32]


def test_details_are_kept_as_canonical_json(store: Store, trail: Audit) -> None:
    with store.transaction() as connection:
        changed = {"before": Priority.NONE, "after": Priority.UNDER_SIX}
        trail.note(connection, Act.PRIORITY_CHANGED, VISIT, "giấy tờ của bé", **changed, day=date(2026, 11, 20))
    (row,) = trail.rows()
    assert row.detail == '{"after":"under-six","before":"none","day":"2026-11-20"}'
    assert row.reason == "giấy tờ của bé"


def test_rows_are_found_by_day_and_subject(store: Store, trail: Audit, clock: SetClock) -> None:
    note(trail, store)
    clock.now += timedelta(days=1)
    with store.transaction() as connection:
        trail.note(connection, Act.PROOF_SHOWN, "f" * 32)
    assert [row.seq for row in trail.rows(since=date(2026, 11, 21))] == [2]
    assert [row.seq for row in trail.rows(subject=VISIT)] == [1]
    assert [row.seq for row in trail.rows(most=1)] == [2]


def test_the_first_row_of_a_day_keeps_the_end_of_the_day_before(store: Store, trail: Audit, clock: SetClock) -> None:
    note(trail, store)
    note(trail, store)
    assert trail.kept_anchors() == ()
    clock.now += timedelta(days=1)
    note(trail, store)
    second = trail.rows()[1]
    assert trail.kept_anchors() == (Anchor(date(2026, 11, 20), 2, second.digest),)


def test_a_clock_set_back_keeps_no_second_end_of_a_day(store: Store, trail: Audit, clock: SetClock) -> None:
    note(trail, store)
    clock.now += timedelta(days=1)
    note(trail, store)
    clock.now -= timedelta(days=1)
    note(trail, store)
    clock.now += timedelta(days=1)
    note(trail, store)
    assert [anchor.business_day for anchor in trail.kept_anchors()] == [date(2026, 11, 20)]


def test_ends_are_carried_out_once_and_catch_up(store: Store, clock: SetClock, tmp_path: Path) -> None:
    out = AnchorFile(tmp_path / "share" / "audit-anchors.txt")
    trail = Audit(store, clock, anchors=out)
    for _ in range(3):
        note(trail, store)
        clock.now += timedelta(days=1)
    assert (trail.carry_anchors_out(), trail.carry_anchors_out()) == (2, 0)
    assert out.read().anchors == trail.kept_anchors()


def test_a_file_that_cannot_be_written_is_told(store: Store, clock: SetClock, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    trail = Audit(store, clock, anchors=AnchorFile(tmp_path / "taken" / "audit-anchors.txt"))
    note(trail, store)
    with pytest.raises(KioskError, match="output-unwritable"):
        trail.anchor_now()


def test_an_end_by_command_is_todays(store: Store, clock: SetClock, tmp_path: Path) -> None:
    out = AnchorFile(tmp_path / "audit-anchors.txt", AuditKey.of(b"k" * 32))
    trail = Audit(store, clock, anchors=out)
    assert trail.anchor_now() is None
    note(trail, store)
    anchor = trail.anchor_now()
    assert anchor is not None
    assert out.read().anchors == (anchor,)
    assert anchor == Anchor(date(2026, 11, 20), 1, trail.rows()[0].digest)


def test_the_file_is_private_and_its_lines_are_sealed(store: Store, clock: SetClock, tmp_path: Path) -> None:
    file = tmp_path / "audit-anchors.txt"
    trail = Audit(store, clock, anchors=AnchorFile(file, AuditKey.of(b"k" * 32)))
    note(trail, store)
    trail.anchor_now()
    assert file.stat().st_mode & 0o777 == 0o600
    forged = file.read_text().replace("2026-11-20 1 ", "2026-11-20 7 ")
    file.write_text(forged)
    assert AnchorFile(file, AuditKey.of(b"k" * 32)).read().unreadable == (2,)
    assert AnchorFile(file).read().unreadable == ()


@pytest.mark.parametrize("line", ["nonsense", "2026-13-01 1 " + "0" * 64, "2026-11-20 1 " + "0" * 63])
def test_a_line_that_is_none_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "audit-anchors.txt"
    file.write_text(f"# head\n\n{line}\n")
    assert AnchorFile(file).read().unreadable == (3,)
