"""What a check-in is. Types only; the journal keeps them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kiosk.checkin.clinic import Room, Service
from kiosk.checkin.notice import NoticeSeen
from kiosk.checkin.queue.waits import WaitRange
from kiosk.eligibility.decision import Decision
from kiosk.eligibility.override import Override
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import Answer
from kiosk.privacy import Personal


class Priority(StrEnum):
    """Why a person goes first [Law 15/2023 art. 3(2)]; NONE waits in turn. DISABILITY is severe or extremely severe."""

    NONE = "none"
    EMERGENCY = "emergency"
    UNDER_SIX = "under-six"
    PREGNANT = "pregnant"
    DISABILITY = "disability"
    SEVENTY_FIVE = "seventy-five"
    MERIT = "merit"


class PriorityBasis(StrEnum):
    """What a priority rests on: the birth date, what staff set, or what the patient said when asked."""

    BIRTH_DATE = "birth-date"
    STAFF = "staff"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, repr=False)
class PriorityClaim(Personal):
    """A priority, and who says so. `by`: an officer's id or the desk's name; `why`: what was seen or said."""

    priority: Priority
    basis: PriorityBasis
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Placement(Personal):
    """Where a visit waits, as of this moment.

    `ahead`: how many people are called before it, if nobody else comes. `wait`: how long that may take; None: nobody
    can say. `opens_at`: when the room opens; None: it is open, or nobody knows. `returned`: the visit had been over and
    waits again, from now on.
    """

    room: Room
    ahead: int
    wait: WaitRange | None = None
    opens_at: datetime | None = None
    returned: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class CheckInRequest(Personal):
    """Everything that one durable transaction needs.

    `answered_at`: when the gateway was asked; None: it was not. `answer` is what is proven; None: nothing is. `visit`
    is what was decided with, for a later decision about the same visit; None: what the clinic's settings say. `claim`
    is a priority that staff set or the patient named; what follows from the birth date needs none.
    `notice_seen`: what the person was told about their data on the screen; None: told at the desk. `room_code`: the
    room that staff chose; empty: the least loaded one. `override`: who decided otherwise than the rules, and why.
    """

    identity: Identity
    decision: Decision
    service_code: str
    answered_at: datetime | None = None
    answer: Answer | None = None
    visit: Visit | None = None
    claim: PriorityClaim | None = None
    notice_seen: NoticeSeen | None = None
    room_code: str = ""
    override: Override | None = None


@dataclass(frozen=True, slots=True, repr=False)
class CheckIn(Personal):
    """A committed check-in.

    `visit_id` is random (32 hex characters) and says nothing about the person. `ticket` is what the hall calls, such
    as `A042`: the queue's prefix and `number`, which counts from 1 without gaps per business day and queue.
    `repeated`: the person already had this ticket today. `reprints` counts the slips after the first. `claim`: what
    the priority rests on. `placement` is where it waits; None: it is over, or of a release without queues.
    `also_today`: the tickets that the person has for other services today; none for a number that was only typed.
    """

    visit_id: str
    business_day: date
    ticket: str
    number: int
    service: Service
    priority: Priority
    full_name: str
    birth_year: int | None
    trust: Trust
    decision: Decision
    created_at: datetime
    repeated: bool = False
    reprints: int = 0
    claim: PriorityClaim | None = None
    placement: Placement | None = None
    also_today: tuple[str, ...] = ()

    @property
    def room(self) -> Room:
        """Where the person goes."""
        return self.placement.room if self.placement else self.service.room


class Journal(Protocol):
    """The durable record of check-ins."""

    def check_in(self, request: CheckInRequest) -> CheckIn:
        """Commits a check-in, or gives back today's one of the same person and service.

        Raises:
            KioskError: STORE_FULL, STORE_LOCKED, STORE_UNAVAILABLE, STORE_CORRUPT, SERVICE_UNKNOWN; nothing was saved.
        """
        ...

    def printed_again(self, check_in: CheckIn) -> CheckIn:
        """Counts one more slip of the same check-in and returns it with its new `reprints`."""
        ...

    def log_print(self, check_in: CheckIn, outcome: str) -> None:
        """Keeps how printing a slip ended (`printed`, `unconfirmed`, `failed:paper-out`)."""
        ...

    def waiting(self) -> dict[str, int]:
        """How many people wait for each service code now."""
        ...
