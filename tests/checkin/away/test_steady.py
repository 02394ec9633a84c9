"""A desk whose shared store goes away gives numbers that are its alone, and brings them in without doubling anybody."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.checkin.away.merge import WhyRefused, away_id, bring_renumbered
from kiosk.checkin.away.number_range import NumberRange, next_number, numbers_left, take_range
from kiosk.checkin.away.queues import queues_of
from kiosk.checkin.away.steady import SteadyJournal
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal, next_in_queue, ticket_text
from kiosk.checkin.queue.sql_queue import SqlQueue
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.desk_tables import merged_visit
from kiosk.checkin.store.store import open_store
from kiosk.checkin.store.tables import print_log, visit
from kiosk.failure import FailureCode, KioskError

Requests = Callable[..., CheckInRequest]


def kept(journal: SqlJournal) -> list[str]:
    with journal.store.transaction(reading=True) as connection:
        return list(connection.execute(select(visit.c.ticket).order_by(visit.c.ticket)).scalars())


def test_store_that_is_there_gives_the_numbers(open_desk: Any, request_for: Requests) -> None:
    desk = open_desk()
    assert desk.journal.check_in(request_for(1)).ticket == "A001"
    assert not desk.journal.state.is_away
    assert desk.spool.waiting_to_be_merged() == 0


def test_store_away_gives_own_numbers_and_they_come_in_later(
    open_desk: Any, shared: SqlJournal, request_for: Requests
) -> None:
    desk = open_desk()
    assert desk.journal.check_in(request_for(1)).ticket == "A001"
    desk.line.cut = True
    assert [desk.journal.check_in(request_for(n)).ticket for n in (2, 3)] == ["X001", "X002"]
    state = desk.journal.state
    assert (state.is_away, state.numbers_left, state.to_merge) == (True, 2, 2)
    assert kept(shared) == ["A001"]

    desk.line.cut = False
    assert desk.journal.look_after().brought == 2
    assert kept(shared) == ["A001", "X001", "X002"]
    assert desk.hall.admitted == ["X001", "X002"]
    assert desk.journal.check_in(request_for(4)).ticket == "A002"
    state = desk.journal.state
    assert (state.is_away, state.to_merge) == (False, 0)


def test_numbers_of_several_desks_never_meet(open_desk: Any, shared: SqlJournal, request_for: Requests) -> None:
    desks = [open_desk(name) for name in ("K1", "K2", "K3")]
    for desk in desks:
        desk.line.cut = True
    tickets = [
        desk.journal.check_in(request_for(at * 10 + n)).ticket for at, desk in enumerate(desks) for n in range(3)
    ]
    assert len(set(tickets)) == 9
    for desk in desks:
        desk.line.cut = False
        desk.journal.look_after()
    assert kept(shared) == sorted(tickets)


def test_numbers_begin_anew_each_day_and_stay_the_desks(open_desk: Any, request_for: Requests, clock: Any) -> None:
    first, second = open_desk("K1"), open_desk("K2")
    for desk in (first, second):
        desk.line.cut = True
    assert second.journal.check_in(request_for(1)).ticket == "X005"
    clock.now += timedelta(days=1)
    assert second.journal.check_in(request_for(1)).ticket == "X005"
    assert first.journal.check_in(request_for(2)).ticket == "X001"


def test_desk_without_a_number_left_refuses_and_saves_nothing(open_desk: Any, request_for: Requests) -> None:
    desk = open_desk(at_least=2)
    desk.line.cut = True
    for person in (1, 2):
        desk.journal.check_in(request_for(person))
    with pytest.raises(KioskError, match="no number is left") as caught:
        desk.journal.check_in(request_for(3))
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE
    assert desk.spool.waiting_to_be_merged() == 2


def test_desk_takes_more_numbers_as_soon_as_it_can(open_desk: Any, request_for: Requests, shared: SqlJournal) -> None:
    desk = open_desk(at_least=2)
    for round_ in range(3):
        desk.line.cut = True
        tickets = [desk.journal.check_in(request_for(round_ * 10 + n)).ticket for n in range(2)]
        assert tickets == [f"X{round_ * 2 + 1:03}", f"X{round_ * 2 + 2:03}"]
        desk.line.cut = False
        desk.journal.look_after()
    assert kept(shared) == [f"X{n:03}" for n in range(1, 7)]


def test_desk_that_never_saw_the_shared_store_has_no_number(open_desk: Any, request_for: Requests) -> None:
    with pytest.raises(KioskError) as caught:
        open_desk(cut=True).journal.check_in(request_for(1))
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE


def test_desk_started_while_the_store_is_away_goes_on_with_yesterdays_numbers(
    open_desk: Any, request_for: Requests, clock: Any
) -> None:
    open_desk("K1").journal.close()
    clock.now += timedelta(days=1)
    assert open_desk("K1", cut=True).journal.check_in(request_for(1)).ticket == "X001"


def test_restart_in_between_repeats_no_number(open_desk: Any, request_for: Requests, shared: SqlJournal) -> None:
    desk = open_desk("K1")
    desk.line.cut = True
    assert desk.journal.check_in(request_for(1)).ticket == "X001"
    desk.journal.close()
    again = open_desk("K1", cut=True)
    assert again.journal.check_in(request_for(2)).ticket == "X002"
    again.line.cut = False
    again.journal.look_after()
    again.line.cut = True
    assert again.journal.check_in(request_for(3)).ticket == "X003", "numbers given today stay given"
    assert kept(shared) == ["X001", "X002"]


def test_lost_file_of_a_desk_leads_to_new_numbers(
    open_desk: Any, request_for: Requests, tmp_path: Path, shared: SqlJournal
) -> None:
    desk = open_desk("K1")
    desk.line.cut = True
    assert desk.journal.check_in(request_for(1)).ticket == "X001"
    desk.journal.close()
    for file in tmp_path.glob("K1.db*"):
        if file.is_file():
            file.unlink()
    again = open_desk("K1")
    again.line.cut = True
    number = again.journal.check_in(request_for(2)).number
    assert number > 4, "the numbers of the lost file are nobody's any more"


def test_person_who_had_a_ticket_before_is_not_queued_twice(
    open_desk: Any, request_for: Requests, shared: SqlJournal
) -> None:
    desk = open_desk()
    first = desk.journal.check_in(request_for(1))
    desk.journal.log_print(first, "printed")
    desk.line.cut = True
    second = desk.journal.check_in(request_for(1))
    assert (first.ticket, second.ticket) == ("A001", "X001")
    desk.line.cut = False
    merged = desk.journal.look_after()
    assert (merged.brought, merged.doubled) == (1, 1)
    assert (desk.hall.admitted, desk.hall.withdrawn) == ([], [])
    with shared.store.transaction(reading=True) as connection:
        row = connection.execute(select(merged_visit)).mappings().one()
    assert (row["visit_id"], row["same_as"], row["desk"]) == (second.visit_id, first.visit_id, "K1")
    assert shared.check_in(request_for(1)).ticket == "A001"


def test_number_that_was_committed_but_never_heard_of_gives_way_to_the_one_on_paper(
    open_desk: Any, request_for: Requests, shared: SqlJournal
) -> None:
    desk = open_desk()
    desk.line.cut_at_commit = True
    given = desk.journal.check_in(request_for(1))
    assert given.ticket == "X001"
    [unheard] = kept(shared)
    assert unheard == "A001"
    desk.line.cut = False
    assert desk.journal.look_after().doubled == 1
    assert desk.hall.admitted == ["X001"]
    assert len(desk.hall.withdrawn) == 1


def test_merge_that_was_ended_half_way_brings_nobody_twice(
    open_desk: Any, request_for: Requests, shared: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    desk.line.cut = True
    for person in (1, 2, 3):
        desk.journal.check_in(request_for(person))
    desk.line.cut = False
    monkeypatch.setattr(type(desk.spool), "renew", lambda *_: None)  # killed before the file was begun anew
    assert desk.journal.look_after().brought == 3
    monkeypatch.undo()
    assert desk.journal.look_after().brought == 0
    assert kept(shared) == ["X001", "X002", "X003"]
    assert desk.spool.waiting_to_be_merged() == 0


def test_line_that_breaks_during_the_merge_loses_nobody(
    open_desk: Any, request_for: Requests, shared: SqlJournal
) -> None:
    desk = open_desk()
    desk.line.cut = True
    for person in (1, 2, 3):
        desk.journal.check_in(request_for(person))
    for _ in range(3):
        desk.line.cut, desk.line.cut_at_commit = False, True
        desk.journal.look_after()
        assert desk.journal.state.is_away
    desk.line.cut, desk.line.cut_at_commit = False, False
    desk.journal.look_after()
    assert kept(shared) == ["X001", "X002", "X003"]
    assert desk.journal.state.to_merge == 0


def test_slip_is_logged_where_the_check_in_is(open_desk: Any, request_for: Requests, shared: SqlJournal) -> None:
    desk = open_desk()
    desk.line.cut = True
    check_in = desk.journal.check_in(request_for(1))
    desk.journal.log_print(check_in, "failed:paper-out")
    assert desk.journal.printed_again(check_in).reprints == 1
    desk.line.cut = False
    desk.journal.look_after()
    assert desk.journal.printed_again(check_in).reprints == 2
    with shared.store.transaction(reading=True) as connection:
        outcomes = connection.execute(select(print_log.c.outcome).order_by(print_log.c.id)).scalars().all()
    assert outcomes == ["failed:paper-out", "reprint", "reprint"]
    acts = [(row.happened, row.subject) for row in reversed(shared.audit.rows())]
    assert acts == [(act, check_in.visit_id) for act in ("reprinted", "merged", "reprinted")]


def test_slip_of_the_shared_store_is_refused_at_once_while_that_is_away_and_counted_when_it_is_back(
    open_desk: Any, request_for: Requests, shared: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    check_in = desk.journal.check_in(request_for(1))
    desk.line.cut = True
    asked: list[str] = []
    monkeypatch.setattr(SqlJournal, "printed_again", _counting(asked, SqlJournal.printed_again))
    for _ in range(3):
        with pytest.raises(KioskError) as caught:
            desk.journal.printed_again(check_in)
        assert caught.value.code is FailureCode.STORE_UNAVAILABLE
    assert (len(asked), desk.journal.state.is_away) == (1, True), "one heard that the line is cut, the others were told"
    desk.line.cut = False
    desk.journal.look_after()
    assert desk.journal.printed_again(check_in).reprints == 1


def _counting(asked: list[str], act: Callable[..., Any]) -> Callable[..., Any]:
    def counted(journal: SqlJournal, check_in: Any) -> Any:
        asked.append(check_in.ticket)
        return act(journal, check_in)

    return counted


def test_nobody_stays_in_the_desks_file_after_the_merge(
    open_desk: Any, request_for: Requests, tmp_path: Path, shared: SqlJournal
) -> None:
    desk = open_desk()
    desk.line.cut = True
    request = request_for(1)
    desk.journal.check_in(request)
    desk.line.cut = False
    desk.journal.look_after()
    desk.journal.close()
    content = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and "K1.db" in str(file))
    assert request.identity.full_name.encode() not in content


def test_check_ins_of_another_store_are_kept_and_told(
    open_desk: Any, request_for: Requests, shared: SqlJournal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = open_desk()
    desk.line.cut = True
    desk.journal.check_in(request_for(1))
    with open_store(f"sqlite:///{tmp_path}/another.db") as another, pytest.raises(KioskError, match="another store"):
        desk.spool.prepare(another)
    assert desk.spool.waiting_to_be_merged() == 1


def test_full_disk_of_the_shared_store_is_no_absence(
    open_desk: Any, request_for: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()

    def full(*_: object, **__: object) -> Iterator[None]:
        raise KioskError(FailureCode.STORE_FULL, "53100")

    monkeypatch.setattr(SqlJournal, "check_in", full)
    with pytest.raises(KioskError) as caught:
        desk.journal.check_in(request_for(1))
    assert caught.value.code is FailureCode.STORE_FULL
    assert not desk.journal.state.is_away


def test_worklist_says_that_the_store_is_away(open_desk: Any) -> None:
    desk = open_desk()
    assert desk.journal.claim() is None
    desk.line.cut = True
    desk.journal.look_after()
    with pytest.raises(KioskError) as caught:
        desk.journal.claim()
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE


@pytest.mark.parametrize(
    ("last", "number", "left"), [(0, 5, 5), (5, 6, 4), (7, 20, 2), (19, 20, 2), (20, 21, 1), (21, None, 0)]
)
def test_next_number_skips_what_is_another_desks(last: int, number: int | None, left: int) -> None:
    ranges = (NumberRange(20, 21), NumberRange(5, 7))
    assert next_number(ranges, last) == number
    assert numbers_left(ranges, last) == left


@pytest.mark.usefixtures("patient_desks")
def test_ranges_taken_at_once_never_overlap(shared: SqlJournal, clock: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        taken = list(
            pool.map(
                lambda n: take_range(shared.store, desk=f"K{n}", spool_id=f"{n:032}", size=7, at=clock()), range(24)
            )
        )
    numbers = [number for each in taken for number in range(each.first, each.last + 1)]
    assert sorted(numbers) == list(range(1, 24 * 7 + 1))


def test_clinic_keeps_its_services_in_the_time_away(open_desk: Any, request_for: Requests, clinic: Clinic) -> None:
    desk = open_desk()
    desk.line.cut = True
    check_in = desk.journal.check_in(request_for(1, "nhi"))
    assert check_in.service.code == "nhi"
    assert check_in.service.name == clinic.service("nhi").name  # type: ignore[union-attr]


def test_what_is_no_absence_is_told_at_the_start(
    open_desk: Any, tmp_path: Path, clinic: Clinic, clock: Any, hall: Any
) -> None:
    def wrong() -> SqlJournal:
        raise KioskError(FailureCode.SETTINGS_INVALID, "store.url")

    spool = open_desk("K1").spool
    with pytest.raises(KioskError) as caught:
        SteadyJournal(wrong, spool, desk="K1", clock=clock, queues=hall.queues)
    assert caught.value.code is FailureCode.SETTINGS_INVALID


def test_slip_printed_again_after_a_merge_that_broke_off_is_counted_once(
    open_desk: Any, request_for: Requests, shared: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    desk.line.cut = True
    check_in = desk.journal.check_in(request_for(1))
    desk.journal.log_print(check_in, "printed")
    desk.line.cut = False
    monkeypatch.setattr(type(desk.spool), "renew", lambda *_: None)
    desk.journal.look_after()
    assert desk.journal.printed_again(check_in).reprints == 1, "the desk's own file still has it"
    monkeypatch.undo()
    for _ in range(2):
        desk.journal.look_after()
    assert desk.journal.printed_again(check_in).reprints == 2
    with shared.store.transaction(reading=True) as connection:
        outcomes = connection.execute(select(print_log.c.outcome).order_by(print_log.c.id)).scalars().all()
    assert outcomes == ["printed", "reprint", "reprint"]
    assert [row.happened for row in shared.audit.rows()] == ["merged", "reprinted", "reprinted"]


def test_midnight_between_two_looks_at_the_clock_gives_no_other_desks_number(
    open_desk: Any, request_for: Requests, clock: Any, shared: SqlJournal
) -> None:
    first, second = open_desk("K1"), open_desk("K2")
    first.line.cut = second.line.cut = True
    assert second.journal.check_in(request_for(1)).ticket == "X005"
    journal = second.spool.journal
    late = iter([clock.now, clock.now + timedelta(days=1)])
    journal._clock = lambda: next(late, clock.now + timedelta(days=1))
    clock.now += timedelta(days=1)
    assert second.journal.check_in(request_for(2)).ticket == "X006", "still yesterday's"
    assert second.journal.check_in(request_for(3)).ticket == "X005", "of its own range on the new day too"


def test_two_programs_with_the_same_file_share_its_numbers_and_never_pass_their_end(
    open_desk: Any, request_for: Requests, shared: SqlJournal
) -> None:
    one, other = open_desk("K1", at_least=3), open_desk("K1", at_least=3)
    one.line.cut = other.line.cut = True
    given = [desk.journal.check_in(request_for(n)).number for n, desk in enumerate((one, other, one))]
    assert given == [1, 2, 3]
    for desk in (one, other):
        with pytest.raises(KioskError, match="no number is left"):
            desk.journal.check_in(request_for(9))
    one.line.cut = False
    assert one.journal.look_after().brought == 3
    assert one.journal.state.to_merge == 3, "the other program has the file open: it is begun anew later"
    other.journal.close()
    assert one.journal.look_after().brought == 0
    assert one.journal.state.to_merge == 0
    assert kept(shared) == ["X001", "X002", "X003"]


def test_check_in_of_another_program_during_the_merge_is_not_thrown_away(
    open_desk: Any, request_for: Requests, shared: SqlJournal
) -> None:
    desk = open_desk()
    desk.line.cut = True
    desk.journal.check_in(request_for(1))
    desk.journal.check_in(request_for(2))
    desk.spool.renew(1)
    assert desk.spool.waiting_to_be_merged() == 2


def test_damaged_file_of_a_desk_is_put_aside_and_the_desk_goes_on(
    open_desk: Any, request_for: Requests, tmp_path: Path, shared: SqlJournal
) -> None:
    desk = open_desk("K1")
    desk.line.cut = True
    assert desk.journal.check_in(request_for(1)).ticket == "X001"
    desk.journal.close()
    file = tmp_path / "K1.db"
    file.write_bytes(bytes(file.stat().st_size))
    again = open_desk("K1")
    again.line.cut = True
    assert again.journal.check_in(request_for(2)).number > 4, "what the damaged file gave is not known for sure"
    assert [found.name for found in tmp_path.glob("K1.db.damaged-*")]


def test_kill_while_the_merged_file_is_overwritten_leaves_no_damaged_one(
    open_desk: Any, request_for: Requests, tmp_path: Path, shared: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk("K1")
    desk.line.cut = True
    desk.journal.check_in(request_for(1))
    desk.line.cut = False

    def killed(file: Path) -> None:
        if file.exists():
            file.write_bytes(bytes(file.stat().st_size))
            raise RuntimeError(file.name)

    monkeypatch.setattr("kiosk.checkin.away.spool.destroy", killed)
    with pytest.raises(RuntimeError):
        desk.journal.look_after()
    monkeypatch.undo()
    assert list(tmp_path.glob("K1.db.merged"))
    again = open_desk("K1")
    assert again.journal.state.to_merge == 0
    assert not list(tmp_path.glob("K1.db*.merged"))
    assert not list(tmp_path.glob("K1.db.damaged-*"))


# -- a check-in that nothing names ------------------------------------------------------------------------------------
def nameless(request: CheckInRequest) -> CheckInRequest:
    return replace(request, identity=replace(request.identity, personal_number=""))


def test_check_in_and_its_other_id_lead_to_each_other() -> None:
    assert away_id("0" * 31 + "1") == "f" * 31 + "e"
    assert away_id(away_id("0123456789abcdef" * 2)) == "0123456789abcdef" * 2


def test_number_that_was_never_heard_of_leaves_no_ghost_where_nothing_names_the_person(
    open_desk: Any, request_for: Requests, shared: SqlJournal, clinic: Clinic, clock: Any
) -> None:
    desk = open_desk()
    desk.journal._queues = lambda journal: queues_of(journal, clock)
    desk.line.cut_at_commit = True
    given = desk.journal.check_in(nameless(request_for(1)))
    assert (given.ticket, kept(shared)) == ("X001", ["A001"])
    desk.line.cut = False
    merged = desk.journal.look_after()
    assert (merged.brought, merged.doubled) == (1, 1)
    waiting = SqlQueue(shared.store, clinic, clock).screens.today()
    assert {entry.ticket: entry.state.value for entry in waiting} == {"A001": "cancelled", "X001": "waiting"}


def test_namesakes_whom_nothing_names_keep_a_place_each(
    open_desk: Any, request_for: Requests, shared: SqlJournal, clinic: Clinic, clock: Any
) -> None:
    desk = open_desk()
    desk.journal._queues = lambda journal: queues_of(journal, clock)
    assert desk.journal.check_in(nameless(request_for(1))).ticket == "A001"
    desk.line.cut = True
    assert desk.journal.check_in(nameless(request_for(1))).ticket == "X001"
    desk.line.cut = False
    assert desk.journal.look_after().doubled == 0
    waiting = SqlQueue(shared.store, clinic, clock).screens.today()
    assert {entry.ticket: entry.state.value for entry in waiting} == {"A001": "waiting", "X001": "waiting"}


# -- a check-in that the shared store refuses -------------------------------------------------------------------------
@pytest.fixture
def refused(open_desk: Any, request_for: Requests, shared: SqlJournal, clock: Any) -> Any:
    """A desk with X001 to X003 of the time away, of which X002 was given to somebody else meanwhile; not yet merged."""
    desk = open_desk()
    desk.line.cut = True
    for person in (1, 2, 3):
        desk.journal.check_in(request_for(person))
    numbers = iter([2])
    other = SqlJournal(shared.store, desk.spool._clinic, clock, next_number=lambda *_: next(numbers))
    assert other.check_in(request_for(9)).ticket == "X002"
    desk.line.cut = False
    return desk


def test_refused_check_in_is_told_with_its_reason_and_keeps_nobody_else_out(
    refused: Any, shared: SqlJournal, caplog: pytest.LogCaptureFixture
) -> None:
    merged = refused.journal.look_after()
    assert merged.brought == 2
    [refusal] = refused.journal.state.refusals
    assert (refusal.ticket, refusal.why) == ("X002", WhyRefused.NUMBER_TAKEN)
    assert refused.journal.state.refused == 1
    assert "the shared store does not take X002: number-taken" in caplog.text
    assert kept(shared) == ["X001", "X002", "X003"]


def test_refused_check_in_alone_stays_in_the_desks_file(refused: Any, shared: SqlJournal) -> None:
    refused.journal.look_after()
    [refusal] = refused.journal.state.refusals
    assert refused.spool.visit_ids() == {refusal.visit_id}
    assert refused.journal.state.to_merge == 1


def test_refused_check_in_rests_longer_each_time_and_is_told_once(
    refused: Any, shared: SqlJournal, caplog: pytest.LogCaptureFixture
) -> None:
    expected = [0, 60, 180, 420, 900, 1860, 3780, 7380]
    at = 0
    refused.journal._running_s = lambda: float(at)
    tried = []
    for at in sorted({*expected, *(due - 1 for due in expected[1:]), *range(30, 10_000, 700)}):
        if refused.journal.look_after().refusals:
            tried.append(at)
        assert refused.journal.state.refused == 1
    assert tried == expected
    assert caplog.text.count("does not take X002") == 1


def test_newcomers_are_merged_beside_one_that_rests(refused: Any, request_for: Requests, shared: SqlJournal) -> None:
    refused.journal.look_after()
    refused.line.cut = True
    assert refused.journal.check_in(request_for(4)).ticket == "X004"
    refused.line.cut = False
    assert refused.journal.look_after().brought == 1
    assert (refused.journal.state.refused, refused.journal.state.to_merge) == (1, 1)


def test_refused_check_in_comes_in_once_what_was_in_its_way_is_gone(
    refused: Any, request_for: Requests, shared: SqlJournal
) -> None:
    at = 0.0
    refused.journal._running_s = lambda: at
    refused.journal.look_after()
    with shared.store.transaction() as connection:
        connection.execute(visit.update().where(visit.c.ticket == "X002").values(number=99, ticket="X099"))
    at = 61.0
    assert refused.journal.look_after().brought == 1
    state = refused.journal.state
    assert (state.refused, state.to_merge) == (0, 0)
    assert kept(shared) == ["X001", "X002", "X003", "X099"]


def test_slip_of_a_merged_check_in_is_not_forgotten_with_it(
    refused: Any, shared: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program of the desk prints again between the merge and the forgetting."""
    forget = type(refused.spool).forget
    first = refused.spool.journal.slips.find("X001", refused.spool.journal.latest_day())

    def late(spool: Any, there: Any) -> None:
        spool.journal.printed_again(first)
        forget(spool, there)

    monkeypatch.setattr(type(refused.spool), "forget", late)
    refused.journal.look_after()
    assert first.visit_id in refused.spool.visit_ids()
    monkeypatch.undo()
    refused.journal.look_after()
    assert first.visit_id not in refused.spool.visit_ids()
    assert shared.slips.find("X001", first.business_day).reprints == 1  # type: ignore[union-attr]


def test_refused_check_in_gets_another_number_where_an_officer_says_so(
    refused: Any, shared: SqlJournal, clock: Any
) -> None:
    refused.journal.look_after()
    [refusal] = refused.journal.state.refusals

    def number(connection: Any, day: Any) -> tuple[str, int, str]:
        taken = next_in_queue(connection, day, "A")
        return "A", taken, ticket_text("A", taken)

    ticket = bring_renumbered(
        refused.spool.store, shared.store, refusal.visit_id, number=number, desk="K1", now=clock(),
        queues=queues_of(shared, clock), trail=shared.audit, by="lan",
    )  # fmt: skip
    assert ticket == "A001"
    assert kept(shared) == ["A001", "X001", "X002", "X003"]
    found = shared.slips.find("A001", refusal.business_day)
    assert found is not None
    assert found.visit_id == refusal.visit_id
    row = shared.audit.rows(subject=refusal.visit_id)[-1]
    assert (row.happened, row.actor, row.detail) == ("turn-changed", "lan", '{"after":"A001","before":"X002"}')
    shared.verify()
