"""What the staff's window asks of the store. Types only: the window does it through its errands, never itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kiosk.checkin.clinic_clock import ClockState
from kiosk.checkin.queue.entry import QueueEntry, QueueEvent
from kiosk.checkin.queue.place import Act, Refused
from kiosk.checkin.record import CheckIn, PriorityClaim
from kiosk.privacy import Personal
from kiosk.workflow.state import ServiceOffer

if TYPE_CHECKING:
    # They read the store: the window only shows what they found.
    from kiosk.checkin.proofs import ProvenVisit
    from kiosk.checkin.records.search import FoundVisit
    from kiosk.checkin.records.today import ListedVisit
    from kiosk.identity.person import Identity


@dataclass(frozen=True, slots=True)
class StoreNews:
    """How the store is.

    `is_away`: this desk goes on with `numbers_left` numbers of its own; None: it shares nothing. `refused` of its
    `to_merge` check-ins wait for somebody's decision.
    """

    is_away: bool = False
    numbers_left: int | None = None
    to_merge: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Today(Personal):
    """What the window shows of today; `visits` None: nobody can say while the shared store is away.

    `clock`: whether this computer's can be believed; None: nothing else tells the time.
    """

    visits: "tuple[ListedVisit, ...] | None"
    offers: tuple[ServiceOffer, ...]
    store: StoreNews = StoreNews()
    clock: ClockState | None = None


@dataclass(frozen=True, slots=True, repr=False)
class OpenedVisit(Personal):
    """A kept visit that somebody opened: with its proofs, and what happened to it in the queues."""

    visit: "ProvenVisit"
    history: tuple[QueueEvent, ...]


class DeskRecords(Protocol):
    """The store as the window needs it; every method raises KioskError (STORE_…, INPUT_INVALID) and may take its time.

    Each act is kept with who is on duty.
    """

    def today(self) -> Today:
        """Today's list, the services with who waits, and how the store is."""
        ...

    def find(self, typed: str) -> "tuple[FoundVisit, ...]":
        """Visits of any day by name, number or ticket, newest first."""
        ...

    def open(self, visit_id: str) -> OpenedVisit | None:
        """A kept person's record: an audited read; None: there is none any more."""
        ...

    def slip_of(self, visit_id: str) -> CheckIn | None:
        """The check-in whose slip is wanted again; None: there is none any more."""
        ...

    def tickets_today(self, identity: "Identity") -> tuple[str, ...]:
        """The numbers that somebody has today; none of whom only a number was typed."""
        ...

    def call_next(self, room_code: str) -> QueueEntry | None:
        """Calls whose turn it is; None: nobody waits there."""
        ...

    def undo_call(self, room_code: str) -> QueueEntry | None:
        """Takes the room's last call back; None: nobody is called there."""
        ...

    def act(self, act: Act, visit_id: str, reason: str = "", room_code: str = "") -> QueueEntry | Refused:
        """Moves a visit on: CALL, RECALL, ENTER, FINISH, NO_SHOW, RETURN, MOVE to `room_code`, CANCEL."""
        ...

    def set_priority(self, visit_id: str, claim: PriorityClaim | None) -> QueueEntry | Refused:
        """Another lane."""
        ...
