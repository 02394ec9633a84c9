"""What the hall's screen, the desk's list, the kiosk's tiles and a slip show of the queues; nothing is changed here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from kiosk.checkin.business_day import business_day, in_clinic
from kiosk.checkin.clinic import Clinic, Service
from kiosk.checkin.queue.calling import Lane, next_lane
from kiosk.checkin.queue.entry import (
    BoardTicket,
    QueueEntry,
    QueueEvent,
    QueueFilter,
    QueuePosition,
    RoomBoard,
    ServiceWait,
)
from kiosk.checkin.queue.kept_place import LANE_ORDER, moment, place_of, waiting_before
from kiosk.checkin.queue.place import LIVE, Act, PlaceState
from kiosk.checkin.queue.rooms import RoomNow, read_paces, rooms_now
from kiosk.checkin.queue.routing import route
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.store.queue_tables import queue_event, queue_place
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import visit
from kiosk.privacy import mask_initials

SHOWN_NEXT = 3
_VISIT = (visit.c.ticket, visit.c.full_name, visit.c.birth_year)


class QueueScreens:
    """Reads the queues of today; every method raises KioskError: STORE_…."""

    def __init__(
        self, store: Store, clinic: Clinic, clock: Callable[[], datetime], rule: QueueRule = QueueRule()  # noqa: B008
    ) -> None:  # fmt: skip
        self._clinic = clinic
        self._clock = clock
        self._rule = rule
        self._transaction = store.transaction

    def board(self, *, with_names: bool = False, coming: int = SHOWN_NEXT) -> tuple[RoomBoard, ...]:
        """Every room: who is called, and who comes next; `with_names`: masked names beside the numbers."""
        at = in_clinic(self._clock())
        with self._transaction(reading=True) as connection:
            rooms = rooms_now(connection, self._clinic, self._clinic.rooms, business_day(at), {})
            rows = connection.execute(_live(business_day(at))).mappings().all()
        entries = [entry_of(row) for row in rows]
        return tuple(self._room_board(now, entries, at, with_names=with_names, coming=coming) for now in rooms.values())

    def today(self, only: QueueFilter = QueueFilter()) -> tuple[QueueEntry, ...]:  # noqa: B008 - frozen
        """Today's visits that fit, by room, how far they are, and their place in the lane."""
        statement = today_statement().where(queue_place.c.business_day == business_day(self._clock()))
        for column, wanted in (
            (queue_place.c.room_code, only.room_code),
            (queue_place.c.service_code, only.service_code),
            (visit.c.ticket, only.ticket),
        ):
            if wanted:
                statement = statement.where(column == wanted)
        if only.states:
            statement = statement.where(queue_place.c.state.in_([state.value for state in only.states]))
        if only.department_code:
            codes = [one.code for one in self._clinic.services if _is_of(one, only.department_code)]
            statement = statement.where(queue_place.c.service_code.in_(codes))
        with self._transaction(reading=True) as connection:
            entries = [entry_of(row) for row in connection.execute(statement).mappings()]
        order = list(PlaceState)
        return tuple(sorted(entries, key=lambda one: (one.room_code, order.index(one.state), one.lane)))

    def waits(self) -> dict[str, ServiceWait]:
        """By service code, of all services and the desk: how many wait, and what whoever comes now would be told."""
        at = in_clinic(self._clock())
        with self._transaction(reading=True) as connection:
            paces = read_paces(connection, at)
            rooms = rooms_now(connection, self._clinic, self._clinic.rooms, business_day(at), paces)
        return {one.code: self._service_wait(one, rooms, at) for one in (*self._clinic.services, self._clinic.desk)}

    def position(self, visit_id: str) -> QueuePosition | None:
        """Where a visit is; None: it is in no queue."""
        at = in_clinic(self._clock())
        with self._transaction(reading=True) as connection:
            kept = select(queue_place).where(queue_place.c.visit_id == visit_id)
            row = connection.execute(kept).mappings().first()
            if row is None:
                return None
            place, day = place_of(row), row["business_day"]
            service = self._clinic.service(place.service_code) or self._clinic.desk
            room = self._clinic.room(place.room_code) or replace(service.room, code=place.room_code)
            now = rooms_now(connection, self._clinic, [room], day, read_paces(connection, at))[room.code]
            serving = _now_serving(connection, day, room.code)
            opens_at = now.day.opens_at(at)
            if place.state is not PlaceState.WAITING:
                return QueuePosition(room, place.state, None, None, opens_at, serving)
            ahead = now.ahead(place.lane, waiting_before(connection, place, day), self._rule)
        return QueuePosition(room, place.state, ahead, now.wait(ahead, service, at), opens_at, serving)

    def now_serving(self, room_code: str) -> str:
        """The ticket that a room called last today; empty: none yet."""
        with self._transaction(reading=True) as connection:
            return _now_serving(connection, business_day(self._clock()), room_code)

    def history(self, visit_id: str) -> tuple[QueueEvent, ...]:
        """All that happened to a visit in the queues, in order."""
        events = select(queue_event).where(queue_event.c.visit_id == visit_id).order_by(queue_event.c.id)
        with self._transaction(reading=True) as connection:
            rows = connection.execute(events).mappings().all()
        return tuple(_event(row) for row in rows)

    def _room_board(
        self, now: RoomNow, entries: Sequence[QueueEntry], at: datetime, *, with_names: bool, coming: int
    ) -> RoomBoard:
        here = [one for one in entries if one.room_code == now.room.code]
        busy = [one for one in here if one.state is not PlaceState.WAITING]
        busy.sort(key=lambda one: one.called_at or one.waiting_since, reverse=True)
        return RoomBoard(
            now.room,
            now.day.is_open(at),
            now.day.opens_at(at),
            tuple(_shown(one, with_names=with_names) for one in busy),
            tuple(_shown(one, with_names=with_names) for one in self._in_turn(here, now.turn, coming)),
            now.waiting,
        )

    def _in_turn(self, here: Sequence[QueueEntry], turn: int, most: int) -> list[QueueEntry]:
        """The next few of those who wait, which stand in the order of their lanes."""
        lanes = {lane: [one for one in here if one.state is PlaceState.WAITING and one.lane is lane] for lane in Lane}
        coming: list[QueueEntry] = []
        while len(coming) < most:
            chosen = next_lane([lane for lane, people in lanes.items() if people], turn, self._rule)
            if chosen is None:
                break
            lane, turn = chosen
            coming.append(lanes[lane].pop(0))
        return coming

    def _service_wait(self, service: Service, rooms: dict[str, RoomNow], at: datetime) -> ServiceWait:
        chosen = route([rooms[room.code].day for room in service.rooms], at)
        now = rooms[chosen.room.code]
        ahead = now.ahead(Lane.NORMAL, now.lanes[Lane.NORMAL], self._rule)
        # Rooms of other services count too: a patient may have been moved there.
        waiting = sum(one.services[service.code] for one in rooms.values())
        return ServiceWait(service, waiting, now.room, now.wait(ahead, service, at), now.day.opens_at(at))


def today_statement() -> Select[Any]:
    """Places with what a list says of their visits, each lane in its order."""
    return select(queue_place, *_VISIT).join(visit, visit.c.visit_id == queue_place.c.visit_id).order_by(*LANE_ORDER)


def entry_of(row: RowMapping) -> QueueEntry:
    """A row of `today_statement`."""
    place = place_of(row)
    return QueueEntry(
        visit_id=place.visit_id,
        ticket=row["ticket"],
        full_name=row["full_name"],
        birth_year=row["birth_year"],
        service_code=place.service_code,
        room_code=place.room_code,
        state=place.state,
        lane=place.lane,
        claim=place.claim,
        waiting_since=moment(place.arrived_ms),
        called_at=moment(place.called_ms) if place.called_ms is not None else None,
        entered_at=moment(place.entered_ms) if place.entered_ms is not None else None,
        ended_at=moment(place.ended_ms) if place.ended_ms is not None else None,
        calls=place.calls,
        skips=place.skips,
    )


def _live(day: date) -> Select[Any]:
    here = (queue_place.c.business_day == day) & queue_place.c.state.in_([state.value for state in LIVE])
    return today_statement().where(here)


def _now_serving(connection: Connection, day: date, room_code: str) -> str:
    """The ticket that the room called last, whatever became of it since."""
    last = (
        select(visit.c.ticket)
        .join(queue_place, queue_place.c.visit_id == visit.c.visit_id)
        .where(
            queue_place.c.business_day == day,
            queue_place.c.room_code == room_code,
            queue_place.c.called_ms.is_not(None),
        )
        .order_by(queue_place.c.called_ms.desc())
        .limit(1)
    )
    return connection.execute(last).scalar() or ""


def _shown(entry: QueueEntry, *, with_names: bool) -> BoardTicket:
    name = mask_initials(entry.full_name) if with_names else ""
    return BoardTicket(entry.ticket, entry.state, entry.lane, name, entry.calls)


def _is_of(service: Service, department_code: str) -> bool:
    return service.department is not None and service.department.code == department_code


def _event(row: RowMapping) -> QueueEvent:
    return QueueEvent(moment(row["at_ms"]), Act(row["happened"]), row["room_code"], row["by"], row["reason"])
