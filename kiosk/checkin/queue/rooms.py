"""What is in the rooms at this moment, counted in the tables; nothing is kept twice that could disagree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import Connection, bindparam, cast, func, literal, null, select, union_all

from kiosk.checkin.business_day import business_day
from kiosk.checkin.clinic import Clinic, Room, Service
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.queue.calling import Lane, called_before
from kiosk.checkin.queue.place import LIVE, PlaceState
from kiosk.checkin.queue.routing import RoomDay
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.queue.waits import WaitRange, wait_range
from kiosk.checkin.store.queue_tables import queue_place, room_turn

PACE_HOURS = 1
FEWEST_VISITS = 3
"""Of fewer finished visits the median says nothing."""

_UNKNOWN_MIN = 10
"""What a visit counts for when rooms are compared and nobody said how long it takes."""

Paces = Mapping[str, Sequence[float]]
"""By room code, how many minutes each visit took that was finished lately."""


# One statement, made once: a check-in has no time to put statements together, nor to ask twice.
_PLACE = queue_place.c
_TURN = room_turn.c
_PEOPLE = (
    select(
        _PLACE.room_code,
        *(cast(null(), column.type) for column in (_TURN.turn, _TURN.open, _TURN.capacity)),
        _PLACE.service_code,
        _PLACE.state,
        _PLACE.lane,
        func.count(),
    )
    .where(
        _PLACE.business_day == bindparam("day"),
        _PLACE.room_code.in_(bindparam("rooms", expanding=True)),
        _PLACE.state.in_([state.value for state in LIVE]),
    )
    .group_by(_PLACE.room_code, _PLACE.service_code, _PLACE.state, _PLACE.lane)
)
_TURNS_AND_PEOPLE = union_all(
    select(
        _TURN.room_code,
        _TURN.turn,
        _TURN.open,
        _TURN.capacity,
        cast(null(), _PLACE.service_code.type),
        cast(null(), _PLACE.state.type),
        cast(null(), _PLACE.lane.type),
        literal(0),
    ).where(_TURN.business_day == bindparam("day"), _TURN.room_code.in_(bindparam("rooms", expanding=True))),
    _PEOPLE,
)


@dataclass(slots=True)
class RoomNow:
    """One room at one moment. `busy` counts who is called or inside; `lane` and `service` count who waits."""

    room: Room
    capacity: int
    turn: int = 0
    staff_open: bool | None = None
    pace_min: float | None = None
    lanes: Counter[Lane] = field(default_factory=Counter)
    services: Counter[str] = field(default_factory=Counter)
    busy: int = 0
    usual_min: float = 0.0
    is_known: bool = True

    @property
    def waiting(self) -> int:
        """How many wait to be called."""
        return self.lanes.total()

    @property
    def day(self) -> RoomDay:
        """The same, as routing compares it."""
        people = self.waiting + self.busy
        work_min = self.usual_min if self.pace_min is None else self.pace_min * people
        return RoomDay(self.room, work_min, self.staff_open, self.capacity)

    def ahead(self, lane: Lane, before: int, rule: QueueRule) -> int:
        """How many are called before one with `before` others ahead in the same lane."""
        return called_before(lane, before, self.lanes, self.turn, rule)

    def wait(self, ahead: int, service: Service, at: datetime) -> WaitRange | None:
        """How long until it is somebody's turn; None where the room is closed now, or nobody knows."""
        people = self.waiting + self.busy
        known = self.usual_min / people if people and self.is_known else service.usual_minutes
        visit_min = self.pace_min if self.pace_min is not None else known
        if visit_min is None or not self.day.is_open(at):
            return None
        is_free = ahead + self.busy < self.capacity
        work_min = 0.0 if is_free else visit_min * (ahead + self.busy / 2)
        return wait_range(work_min, self.capacity, self.room, at)


def rooms_now(
    connection: Connection, clinic: Clinic, rooms: Sequence[Room], day: date, paces: Paces
) -> dict[str, RoomNow]:
    """These rooms by their codes, in their order."""
    found = {room.code: RoomNow(room, room.capacity, pace_min=pace_of(paces.get(room.code, ()))) for room in rooms}
    rows = connection.execute(_TURNS_AND_PEOPLE, {"day": day, "rooms": list(found)})
    for room_code, turn, staff_open, capacity, service_code, state, lane, people in rows:
        now = found[room_code]
        if state is None:
            now.turn, now.staff_open, now.capacity = turn, staff_open, capacity or now.room.capacity
        else:
            _count(now, clinic.service(service_code), service_code, PlaceState(state), Lane(lane), people)
    return found


def _count(
    now: RoomNow, service: Service | None, service_code: str, state: PlaceState, lane: Lane, people: int
) -> None:
    if state is PlaceState.WAITING:
        now.lanes[lane] += people
        now.services[service_code] += people
    else:
        now.busy += people
    usual_min = service.usual_minutes if service else None
    now.usual_min += (usual_min or _UNKNOWN_MIN) * people
    now.is_known = now.is_known and usual_min is not None


def people_waiting(connection: Connection, day: date) -> dict[str, int]:
    """How many wait to be called, by service code."""
    place = queue_place.c
    waiting = (place.business_day == day) & (place.state == PlaceState.WAITING.value)
    counted = select(place.service_code, func.count()).where(waiting).group_by(place.service_code)
    return {str(code): int(people) for code, people in connection.execute(counted)}


def pace_of(visits_min: Sequence[float]) -> float | None:
    """The minutes that one visit takes here lately; None: too few were finished.

    The median lets a door that was forgotten open, or a patient who left at once, count as one visit among others.
    """
    return median(visits_min) if len(visits_min) >= FEWEST_VISITS else None


def read_paces(connection: Connection, at: datetime) -> Paces:
    """How long the visits took that were finished within the last hour, by room."""
    place = queue_place.c
    since_ms = milliseconds(at - timedelta(hours=PACE_HOURS))
    finished = select(place.room_code, place.entered_ms, place.ended_ms).where(
        place.business_day == business_day(at),
        place.ended_ms >= since_ms,
        place.state == PlaceState.DONE.value,
        place.entered_ms.is_not(None),
    )
    taken: dict[str, list[float]] = {}
    for room_code, entered_ms, ended_ms in connection.execute(finished):
        taken.setdefault(room_code, []).append((ended_ms - entered_ms) / 60_000)
    return taken
