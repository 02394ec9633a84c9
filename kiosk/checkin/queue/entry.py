"""What screens and lists show of the queues. Types only."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.checkin.clinic import Room, Service
from kiosk.checkin.queue.calling import Lane
from kiosk.checkin.queue.place import Act, PlaceState
from kiosk.checkin.queue.waits import WaitRange
from kiosk.checkin.record import PriorityClaim
from kiosk.privacy import Personal


@dataclass(frozen=True, slots=True, repr=False)
class QueueEntry(Personal):
    """One visit of today in its queue, for staff.

    `calls` counts how often it was called, `skips` how often nobody came. `waiting_since` is the first arrival.
    """

    visit_id: str
    ticket: str
    full_name: str
    birth_year: int | None
    service_code: str
    room_code: str
    state: PlaceState
    lane: Lane
    claim: PriorityClaim | None
    waiting_since: datetime
    called_at: datetime | None
    entered_at: datetime | None
    ended_at: datetime | None
    calls: int
    skips: int


@dataclass(frozen=True, slots=True, repr=False)
class BoardTicket(Personal):
    """A ticket for the hall to see; `name` is masked, or empty where the settings show none."""

    ticket: str
    state: PlaceState
    lane: Lane
    name: str = ""
    calls: int = 0


@dataclass(frozen=True, slots=True)
class RoomBoard:
    """One room on the hall's screen.

    `now`: who is called or inside, the last called first; `coming`: the next few in the order in which they will be
    called if nobody else comes. `opens_at`: when it opens; None: it is open, or nobody knows.
    """

    room: Room
    is_open: bool
    opens_at: datetime | None
    now: tuple[BoardTicket, ...]
    coming: tuple[BoardTicket, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class ServiceWait:
    """What a tile says of a service: how many wait for it, and what whoever comes now would be told.

    `room` is the one where they would go; `wait` None: nobody can say; `opens_at` None: that room is open.
    """

    service: Service
    waiting: int
    room: Room
    wait: WaitRange | None
    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """Where a visit is. `ahead`: how many are called first, if nobody else comes; None: it does not wait any more.

    `now_serving`: the ticket that its room called last; empty: nobody yet today.
    """

    room: Room
    state: PlaceState
    ahead: int | None
    wait: WaitRange | None
    opens_at: datetime | None
    now_serving: str = ""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which of today's visits are listed; what is empty does not matter."""

    room_code: str = ""
    service_code: str = ""
    department_code: str = ""
    ticket: str = ""
    states: frozenset[PlaceState] = frozenset()


@dataclass(frozen=True, slots=True, repr=False)
class QueueEvent(Personal):
    """What happened to a visit. `by`: an officer's id or a desk's name."""

    at: datetime
    act: Act
    room_code: str
    by: str
    reason: str
