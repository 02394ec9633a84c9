"""What a check-in is. Types only; the journal keeps them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kiosk.checkin.clinic import Service
from kiosk.eligibility.decision import Decision
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import Answer
from kiosk.privacy import Personal


class Priority(StrEnum):
    """Why a person goes first [Law 15/2023 art. 3(2)]; NONE waits in turn."""

    NONE = "none"
    UNDER_SIX = "under-six"
    SEVENTY_FIVE = "seventy-five"


@dataclass(frozen=True, slots=True, repr=False)
class CheckInRequest(Personal):
    """Everything that one durable transaction needs.

    `answered_at`: when the gateway was asked; None: it was not. `answer` is what is proven; None: nothing is. `visit`
    is what was decided with, for a later decision about the same visit; None: what the clinic's settings say.
    """

    identity: Identity
    decision: Decision
    service_code: str
    answered_at: datetime | None = None
    answer: Answer | None = None
    visit: Visit | None = None


@dataclass(frozen=True, slots=True, repr=False)
class CheckIn(Personal):
    """A committed check-in.

    `visit_id` is random (32 hex characters) and says nothing about the person. `ticket` is what the hall calls, such
    as `A042`: the queue's prefix and `number`, which counts from 1 without gaps per business day and queue.
    `repeated`: the person already had this ticket today. `reprints` counts the slips after the first.
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
        """How many tickets each service code gave today."""
        ...
