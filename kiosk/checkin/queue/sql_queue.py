"""The queues of a clinic in a store: who is called next, and what becomes of everybody.

Each act is one transaction, and `queue_event` says for good who did it and why; what turns a visit's way is in the
audit by the same transaction. Two doctors who press at the same
moment get different people: a room's row is locked while somebody is chosen, and a visit's row while it changes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, func, select, update

from kiosk.checkin.audit.entry import Act as Audited
from kiosk.checkin.business_day import business_day, in_clinic
from kiosk.checkin.clinic import Clinic, Room, Service
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.queue.calling import Lane, next_lane
from kiosk.checkin.queue.entry import QueueEntry
from kiosk.checkin.queue.kept_place import (
    LANE_ORDER,
    keep_event,
    keep_history,
    keep_place,
    locked_place,
    place_of,
    place_row,
)
from kiosk.checkin.queue.new_day import DayOpening
from kiosk.checkin.queue.place import Act, Place, PlaceState, Refused, RoomAct, act_on, lane_of
from kiosk.checkin.queue.rooms import read_paces, rooms_now
from kiosk.checkin.queue.routing import route
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.queue.screens import QueueScreens, entry_of, today_statement
from kiosk.checkin.record import PriorityClaim
from kiosk.checkin.store.queue_tables import queue_place, room_turn
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.upsert import upsert
from kiosk.failure import FailureCode, KioskError

Note = Callable[..., object]
"""Adds a row to the audit in the act's transaction, as `Audit.note`."""

_AUDITED = {
    Act.CANCEL: Audited.CANCELLED,
    Act.RETURN: Audited.RESTORED_TO_QUEUE,
    Act.MOVE: Audited.ROOM_CHANGED,
    Act.PRIORITY: Audited.PRIORITY_CHANGED,
}


class SqlQueue:
    """The queues in a store; safe to use from several threads and programs at once. `store` is closed by its opener.

    Acts say `by` whom: an officer's id, or the desk's name where nobody is signed in. What is not possible where a
    visit stands is a `Refused`, a value. `note` keeps what turns a visit's way in the audit; without it nothing does.

    Every method raises KioskError: STORE_…; INPUT_INVALID for a room, service or visit that there is not.
    """

    def __init__(
        self,
        store: Store,
        clinic: Clinic,
        clock: Callable[[], datetime],
        rule: QueueRule = QueueRule(),  # noqa: B008 - frozen
        note: Note = lambda *_, **__: None,
    ) -> None:
        self._note = note
        self._clinic = clinic
        self._clock = clock
        self._rule = rule
        self._transaction = store.transaction
        self._day = DayOpening()
        self.screens = QueueScreens(store, clinic, clock, rule)

    def call_next(self, room_code: str, by: str) -> QueueEntry | None:
        """Calls whose turn it is; None: nobody waits there."""
        self._room(room_code)
        with self._transaction() as connection:
            at = self._begin(connection)
            today, at_ms = business_day(at), milliseconds(at)
            turn = _locked_turn(connection, today, room_code)
            while heads := _heads(connection, today, room_code):
                chosen = next_lane(heads, turn, self._rule)
                if chosen is None:
                    break
                lane, turn_after = chosen
                called = act_on(heads[lane], Act.CALL, at_ms, self._rule)
                if isinstance(called, Refused) or not _taken(connection, replace(called, turn_before=turn), today):
                    continue  # somebody called, moved or cancelled that one a moment earlier
                _set_turn(connection, today, room_code, turn_after)
                keep_event(connection, Act.CALL, called, at_ms, by)
                return self._entry(connection, called.visit_id)
        return None

    def call(self, visit_id: str, by: str, reason: str = "") -> QueueEntry | Refused:
        """Calls this one, whoever's turn it is; the alternation stays where it is."""
        return self._act(visit_id, Act.CALL, by, reason)

    def recall(self, visit_id: str, by: str) -> QueueEntry | Refused:
        """Calls again who was called; it is counted."""
        return self._act(visit_id, Act.RECALL, by)

    def enter(self, visit_id: str, by: str) -> QueueEntry | Refused:
        """The person came in."""
        return self._act(visit_id, Act.ENTER, by)

    def finish(self, visit_id: str, by: str) -> QueueEntry | Refused:
        """The visit is done; who was only called is taken to have been inside since the call."""
        return self._act(visit_id, Act.FINISH, by)

    def no_show(self, visit_id: str, by: str, reason: str = "") -> QueueEntry | Refused:
        """Nobody came: waits again behind some others as often as the rule allows, and is a no-show after that."""
        return self._act(visit_id, Act.NO_SHOW, by, reason, self._put_back)

    def cancel(self, visit_id: str, by: str, reason: str) -> QueueEntry | Refused:
        """The person does not want to, or may not, wait any more."""
        return self._act(visit_id, Act.CANCEL, by, reason)

    def come_back(self, visit_id: str, by: str, reason: str = "") -> QueueEntry | Refused:
        """A visit of today that was over waits again in its room, from now on, with its ticket."""
        return self._act(visit_id, Act.RETURN, by, reason)

    def move(
        self, visit_id: str, by: str, *, room_code: str = "", service_code: str = "", reason: str = ""
    ) -> QueueEntry | Refused:
        """To another room, or to another service and its least loaded room; the ticket stays.

        Where in the new room is for the rule to say: by the first arrival, or behind all who are there.
        """
        room = self._room(room_code) if room_code else None
        service = self._service(service_code) if service_code else None
        if room is None and service is None:
            raise _unknown("neither a room nor a service to move to")

        def moved(connection: Connection, place: Place, day: date, at: datetime) -> Place:
            if service is not None:
                to = room or self._least_loaded(connection, service, day, at)
                return replace(place, room_code=to.code, service_code=service.code)
            return place if room is None else replace(place, room_code=room.code)

        return self._act(visit_id, Act.MOVE, by, reason, moved)

    def set_priority(self, visit_id: str, claim: PriorityClaim | None, by: str) -> QueueEntry | Refused:
        """Another lane, at the place of the arrival; None: in turn. The claim says who set it and why."""

        def changed(_connection: Connection, place: Place, _day: date, _at: datetime) -> Place:
            return replace(place, claim=claim, lane=lane_of(claim))

        why = f"{claim.priority.value}: {claim.why}".removesuffix(": ") if claim else ""
        return self._act(visit_id, Act.PRIORITY, by, why, changed)

    def undo_call(self, room_code: str, by: str, reason: str = "") -> QueueEntry | None:
        """Takes the room's last call back, with the turn that it used; None: nobody is called there."""
        self._room(room_code)
        with self._transaction() as connection:
            at = self._begin(connection)
            today, at_ms = business_day(at), milliseconds(at)
            _locked_turn(connection, today, room_code)
            kept = queue_place.c
            last = (
                select(queue_place)
                .where(kept.business_day == today, kept.room_code == room_code, kept.state == PlaceState.CALLED.value)
                .order_by(kept.called_ms.desc(), kept.calls)
                .limit(1)
                .with_for_update()
            )
            if (row := connection.execute(last).mappings().first()) is None:
                return None
            place = place_of(row)
            waiting = act_on(place, Act.UNDO_CALL, at_ms, self._rule)
            if isinstance(waiting, Refused):
                return None
            if place.turn_before is not None:
                _set_turn(connection, today, room_code, place.turn_before)
            keep_place(connection, waiting, today)
            keep_event(connection, Act.UNDO_CALL, waiting, at_ms, by, reason)
            self._note(connection, Audited.TURN_CHANGED, place.visit_id, reason, by=by, room=room_code)
            return self._entry(connection, place.visit_id)

    def set_room(
        self, room_code: str, by: str, *, open_today: bool | None = None, capacity: int | None = None, reason: str = ""
    ) -> None:
        """Opens or closes a room for today, and says how many doctors it has; None: what the clinic's file says."""
        room = self._room(room_code)
        if capacity is not None and capacity < 1:
            raise _unknown("a room has one doctor at least; close it instead")
        with self._transaction() as connection:
            at = self._begin(connection)
            today = business_day(at)
            _locked_turn(connection, today, room.code)
            same = (room_turn.c.business_day == today) & (room_turn.c.room_code == room.code)
            connection.execute(update(room_turn).where(same).values(open=open_today, capacity=capacity))
            act = {True: RoomAct.OPEN, False: RoomAct.CLOSE, None: RoomAct.AS_WRITTEN}[open_today]
            keep_history(connection, act.value, milliseconds(at), room.code, None, by, reason)
            self._note(connection, Audited.QUEUE_SET, "", reason, by=by, room=room.code)

    def _act(
        self,
        visit_id: str,
        act: Act,
        by: str,
        reason: str = "",
        change: Callable[[Connection, Place, date, datetime], Place] | None = None,
    ) -> QueueEntry | Refused:
        with self._transaction() as connection:
            at = self._begin(connection)
            if (kept := locked_place(connection, visit_id)) is None:
                raise _unknown("this visit is in no queue")
            place, day = kept
            after = act_on(place, act, milliseconds(at), self._rule)
            if isinstance(after, Refused) or day != business_day(at):
                return Refused(act, place.state)
            if change is not None:
                after = change(connection, after, day, at)
            keep_place(connection, after, day)
            happened = Act.PUT_BACK if act is Act.NO_SHOW and after.state is PlaceState.WAITING else act
            keep_event(connection, happened, after, milliseconds(at), by, reason)
            self._note_turn(connection, act, after, by, reason)
            return self._entry(connection, visit_id)

    def _note_turn(self, connection: Connection, act: Act, after: Place, by: str, reason: str) -> None:
        """The audit's row comes last: whoever holds the end of its chain waits for nothing else."""
        if (audited := _AUDITED.get(act)) is None:
            return
        detail: dict[str, str] = {}
        if act is Act.MOVE:
            detail = {"room": after.room_code}
        elif act is Act.PRIORITY and after.claim is not None:
            detail, reason = {"after": after.claim.priority}, after.claim.why
        self._note(connection, audited, after.visit_id, reason, by=by, **detail)

    def _begin(self, connection: Connection) -> datetime:
        at = in_clinic(self._clock())
        self._day.open(connection, at)
        return at

    def _put_back(self, connection: Connection, place: Place, day: date, at: datetime) -> Place:
        """Behind so many others of the lane; behind all where there are fewer."""
        if place.state is not PlaceState.WAITING:
            return place
        kept = queue_place.c
        others = (
            select(kept.place_ms)
            .where(
                kept.business_day == day,
                kept.room_code == place.room_code,
                kept.state == PlaceState.WAITING.value,
                kept.lane == place.lane.value,
                kept.visit_id != place.visit_id,
            )
            .order_by(*LANE_ORDER)
            .limit(self._rule.behind)
        )
        passed = connection.execute(others).scalars().all()
        return replace(place, place_ms=passed[-1], behind_ms=milliseconds(at)) if passed else place

    def _least_loaded(self, connection: Connection, service: Service, day: date, at: datetime) -> Room:
        rooms = rooms_now(connection, self._clinic, service.rooms, day, read_paces(connection, at))
        return route([one.day for one in rooms.values()], at).room

    def _entry(self, connection: Connection, visit_id: str) -> QueueEntry:
        row = connection.execute(today_statement().where(queue_place.c.visit_id == visit_id)).mappings().one()
        return entry_of(row)

    def _room(self, code: str) -> Room:
        if (room := self._clinic.room(code)) is None:
            raise _unknown(f"room {code!r}; there are {', '.join(room.code for room in self._clinic.rooms)}")
        return room

    def _service(self, code: str) -> Service:
        if (service := self._clinic.service(code)) is None:
            raise KioskError(FailureCode.SERVICE_UNKNOWN, code)
        return service


def _heads(connection: Connection, day: date, room_code: str) -> dict[Lane, Place]:
    """Who is first in each lane where somebody waits."""
    kept = queue_place.c
    first = func.row_number().over(partition_by=kept.lane, order_by=LANE_ORDER)
    waiting = (kept.business_day == day) & (kept.room_code == room_code) & (kept.state == PlaceState.WAITING.value)
    ranked = select(kept.visit_id, first.label("rank")).where(waiting).subquery()
    heads = select(queue_place).join(ranked, ranked.c.visit_id == kept.visit_id).where(ranked.c.rank == 1)
    places = [place_of(row) for row in connection.execute(heads).mappings()]
    return {place.lane: place for place in places}


def _taken(connection: Connection, called: Place, day: date) -> bool:
    """Calls somebody, unless another program changed that place since it was read."""
    kept = queue_place.c
    still = (kept.state == PlaceState.WAITING.value) & (kept.room_code == called.room_code)
    changed = update(queue_place).where(kept.visit_id == called.visit_id, still).values(place_row(called, day))
    return connection.execute(changed).rowcount == 1


def _locked_turn(connection: Connection, day: date, room_code: str) -> int:
    """The room's turn; from here on this transaction is alone with it."""
    first = upsert(connection, room_turn).values(business_day=day, room_code=room_code, turn=0)
    locked = first.on_conflict_do_update(
        index_elements=["business_day", "room_code"], set_={"turn": room_turn.c.turn}
    ).returning(room_turn.c.turn)
    return int(connection.execute(locked).scalar_one())


def _set_turn(connection: Connection, day: date, room_code: str, turn: int) -> None:
    same = (room_turn.c.business_day == day) & (room_turn.c.room_code == room_code)
    connection.execute(update(room_turn).where(same).values(turn=turn))


def _unknown(detail: str) -> KioskError:
    return KioskError(FailureCode.INPUT_INVALID, detail)
