"""`kiosk queue`: who waits where and who is next, for scripts and for clinics without a screen in each room."""

from argparse import Namespace
from functools import partial
from typing import Any

from sqlalchemy import Connection

from kiosk.app.auditing import BY_COMMAND, audit_in
from kiosk.app.clock import now
from kiosk.app.desk import clinic_of
from kiosk.app.keeping import clock_beside, store_of
from kiosk.app.queues import queue_in
from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.queue.entry import BoardTicket, QueueEntry, QueueEvent, QueueFilter, RoomBoard
from kiosk.checkin.queue.place import PlaceState, Refused
from kiosk.checkin.queue.sql_queue import SqlQueue
from kiosk.checkin.queue.words import opening_words
from kiosk.checkin.record import Priority, PriorityBasis, PriorityClaim
from kiosk.commands.report import write_report
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings
from kiosk.text import Language, say

_LONGEST_NAME = 64
_VI = Language.VI


def run(settings: Settings, given: Namespace) -> int:
    """Lists, calls and ends visits of today by their tickets; no names: a terminal's scroll-back stays.

    Raises:
        KioskError: QUEUE_REFUSED: not possible where the visit stands; INPUT_INVALID, SERVICE_UNKNOWN,
            SETTINGS_INVALID, STORE_….
    """
    clinic = clinic_of(settings)
    with store_of(settings) as store:
        queue = queue_in(store, settings, clinic, clock_beside(store).now, partial(_note, audit_in(store, settings)))
        by = (given.by or settings.desk_name)[:_LONGEST_NAME]
        write_report(_report(queue, settings, given, by), as_json=given.json)
    return 0


def _note(trail: Audit, connection: Connection, *about: Any, by: str, **detail: Any) -> None:  # noqa: ARG001, ANN401
    """Whoever gives a command says who they are; the audit names those only who signed in."""
    trail.note(connection, *about, by=BY_COMMAND, **detail)


def _report(queue: SqlQueue, settings: Settings, given: Namespace, by: str) -> dict[str, Any]:
    as_json = given.json
    match given.action:
        case "list":
            states = frozenset(PlaceState(state) for state in given.state)
            entries = queue.screens.today(QueueFilter(given.room, given.service, given.department, "", states))
            return {"queue": [_entry(one, as_json=as_json) for one in entries]}
        case "board":
            boards = queue.screens.board(coming=settings.queue.board_next)
            return {"rooms": [_board(one, as_json=as_json) for one in boards]}
        case "history":
            events = queue.screens.history(_visit(queue, given.ticket).visit_id)
            return {"events": [_event(one, as_json=as_json) for one in events]}
        case "next":
            return _told(queue.call_next(given.room, by), "nobody", as_json=as_json)
        case "undo":
            return _told(queue.undo_call(given.room, by, given.reason), "nobody_called", as_json=as_json)
        case "room":
            open_today = {"open": True, "closed": False, "as-written": None}[given.state]
            queue.set_room(given.room, by, open_today=open_today, capacity=given.doctors, reason=given.reason)
            (board,) = (one for one in queue.screens.board(coming=0) if one.room.code == given.room)
            return {"rooms": [_board(board, as_json=as_json)]}
        case _:
            return _told(_act(queue, given, by), "nobody", as_json=as_json)


def _act(queue: SqlQueue, given: Namespace, by: str) -> QueueEntry:
    visit = _visit(queue, given.ticket)
    done: QueueEntry | Refused
    match given.action:
        case "call":
            done = queue.call(visit.visit_id, by, given.reason)
        case "recall":
            done = queue.recall(visit.visit_id, by)
        case "enter":
            done = queue.enter(visit.visit_id, by)
        case "done":
            done = queue.finish(visit.visit_id, by)
        case "no-show":
            done = queue.no_show(visit.visit_id, by, given.reason)
        case "cancel":
            done = queue.cancel(visit.visit_id, by, given.reason)
        case "return":
            done = queue.come_back(visit.visit_id, by, given.reason)
        case "move":
            done = queue.move(visit.visit_id, by, room_code=given.room, service_code=given.service, reason=given.reason)
        case _:
            kind = Priority(given.kind)
            basis = PriorityBasis.ASKED if given.asked else PriorityBasis.STAFF
            claim = None if kind is Priority.NONE else PriorityClaim(kind, basis, by, given.reason)
            done = queue.set_priority(visit.visit_id, claim, by)
    if isinstance(done, Refused):
        raise KioskError(FailureCode.QUEUE_REFUSED, f"{visit.ticket} is {done.state.value}: {done.act.value}")
    return done


def _visit(queue: SqlQueue, ticket: str) -> QueueEntry:
    """Today's visit of this ticket; letters count in either case."""
    if found := queue.screens.today(QueueFilter(ticket=ticket.strip().upper())):
        return found[0]
    raise KioskError(FailureCode.INPUT_INVALID, "no visit of today has this ticket")


def _told(entry: QueueEntry | None, nobody: str, *, as_json: bool) -> dict[str, Any]:
    if entry is None:
        return {"visit": None} if as_json else {"state": say(f"queue.command.{nobody}", _VI)}
    return {"visit": _entry(entry, as_json=as_json)}


def _entry(entry: QueueEntry, *, as_json: bool) -> Any:  # noqa: ANN401 - an entry of a report
    if not as_json:
        state = say(f"queue.state.{entry.state.value}", _VI)
        words = say("queue.command.line", _VI, ticket=entry.ticket, room=entry.room_code, state=state)
        return f"{words}  {_priority(entry.claim)}".rstrip()
    moments = {
        "waiting_since": entry.waiting_since,
        "called_at": entry.called_at,
        "entered_at": entry.entered_at,
        "ended_at": entry.ended_at,
    }
    return {
        "ticket": entry.ticket,
        "visit": entry.visit_id,
        "service": entry.service_code,
        "room": entry.room_code,
        "state": entry.state.value,
        "lane": entry.lane.name.lower(),
        "priority": entry.claim.priority.value if entry.claim else Priority.NONE.value,
        "basis": entry.claim.basis.value if entry.claim else None,
        "calls": entry.calls,
        "skips": entry.skips,
        **{name: at.isoformat(timespec="seconds") if at else None for name, at in moments.items()},
    }


def _priority(claim: PriorityClaim | None) -> str:
    if claim is None:
        return ""
    kind, basis = say(f"queue.priority.{claim.priority.value}", _VI), say(f"queue.basis.{claim.basis.value}", _VI)
    return f"{kind} ({basis})"


def _board(board: RoomBoard, *, as_json: bool) -> Any:  # noqa: ANN401 - an entry of a report
    if as_json:
        return {
            "room": board.room.code,
            "open": board.is_open,
            "opens_at": board.opens_at.isoformat(timespec="minutes") if board.opens_at else None,
            "now": [_ticket(one) for one in board.now],
            "next": [_ticket(one) for one in board.coming],
            "waiting": board.waiting,
        }
    tickets = {"now": board.now, "coming": board.coming}
    shown = {name: ", ".join(one.ticket for one in some) or "–" for name, some in tickets.items()}
    line = say("queue.command.room", _VI, room=board.room.code, waiting=board.waiting, **shown)
    opens = opening_words(board.opens_at, now(), _VI)
    closed = "" if board.is_open else opens or say("queue.command.closed", _VI)
    return f"{line}; {closed}" if closed else line


def _ticket(ticket: BoardTicket) -> dict[str, Any]:
    return {"ticket": ticket.ticket, "state": ticket.state.value, "lane": ticket.lane.name.lower()}


def _event(event: QueueEvent, *, as_json: bool) -> Any:  # noqa: ANN401 - an entry of a report
    if as_json:
        at = event.at.isoformat(timespec="seconds")
        happened = {"at": at, "happened": event.act.value, "room": event.room_code}
        return {**happened, "by": event.by, "reason": event.reason or None}
    act = say(f"queue.act.{event.act.value}", _VI)
    line = say("queue.command.event", _VI, time=f"{event.at:%H:%M:%S}", act=act, room=event.room_code, by=event.by)
    return f"{line}  {event.reason}".rstrip()
