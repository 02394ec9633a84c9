"""Where the line stands: one frozen state per page of the screen, as a closed union.

A state holds everything that its page shows, and nothing else remembers a person: leaving a state for `Waiting` is
what forgets them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.checkin.clinic import Room, Service
from kiosk.checkin.notice import NoticeSeen
from kiosk.checkin.queue.waits import WaitRange
from kiosk.checkin.record import CheckIn, Priority
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision
from kiosk.failure import FailureCode
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer
from kiosk.privacy import Personal
from kiosk.reader.document import ReadPhase
from kiosk.slip.outcome import PrintOutcome


class DeviceState(StrEnum):
    """What a device's light on the screen says."""

    READY = "ready"
    BUSY = "busy"
    TROUBLE = "trouble"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices of this kiosk as last heard, and whether a card lies on the reader.

    `printer_reason` says what is the matter with the printer (a `PrintOutcome`'s reason), or that its roll is near its
    end; empty: nothing. `scanner` is the better of `camera` and `gun`, each None where there is none to be known of: a
    gun that types like a keyboard tells nothing of itself.
    """

    reader: DeviceState = DeviceState.ABSENT
    scanner: DeviceState = DeviceState.READY
    printer: DeviceState = DeviceState.READY
    card_laid: bool = False
    printer_reason: str = ""
    camera: DeviceState | None = None
    gun: DeviceState | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nobody is in front of the screen; the three ways to begin."""


@dataclass(frozen=True, slots=True, repr=False)
class TypingNumber(Personal):
    """The keypad for the 12 digits. `unreadable`: a code was shown instead that nobody knows.

    `number` is to be corrected, because the birth date `born` is not the one that it states; empty: the first try.
    """

    unreadable: bool = False
    number: str = ""
    born: PartialDate | None = None


@dataclass(frozen=True, slots=True, repr=False)
class TypingBirthDate(Personal):
    """The keypad for the birth date of whoever typed `number`, 12 digits, and has no card with them.

    `year_only`: for the four digits of its year. `unlike`: a birth date that was typed before, and is not the one that
    the number states. `unreadable`: a code was shown instead that nobody knows.
    """

    number: str
    year_only: bool = False
    unlike: PartialDate | None = None
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class ScanningCode:
    """The camera page: show a QR."""

    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class AskingCard:
    """A number is known and no card lies on the reader: lay it there.

    `unreadable`: a code was shown instead that nobody knows.
    """

    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class AskingKey:
    """A card lies on the reader and nothing opens it yet: its QR, or the last six digits of its number.

    `wrong`: what was tried did not open it; `tries_left` before the desk has to help.
    """

    wrong: bool = False
    tries_left: int = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """The chip is being read."""

    phase: ReadPhase


@dataclass(frozen=True, slots=True, repr=False)
class Found(Personal):
    """Who it is and what the insurance says, filled in as it comes.

    `reading`: the chip still gives its photo and proof; `answer` and `decision` are None while the gateway is asked.
    """

    identity: Identity
    reading: bool
    answer: Answer | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class ServiceOffer:
    """One tile: a service, how many wait for it now, and what whoever comes now would be told.

    `room` is where they would go, `wait` how long they would wait; None, of `waiting` too: nobody can say. `opens_at`:
    when that room opens; None: it is open.
    """

    service: Service
    waiting: int | None
    room: Room | None = None
    wait: WaitRange | None = None
    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Choosing(Personal):
    """What the person comes for."""

    identity: Identity
    answer: Answer
    decision: Decision
    offers: tuple[ServiceOffer, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Confirming(Personal):
    """Everything on one page before it becomes a check-in.

    `reasons` to go first that may be this person's; empty: the birth date has said it already. `seen`: how the page was
    left for the question of priority; None: it was not left yet.
    """

    identity: Identity
    answer: Answer
    decision: Decision
    offers: tuple[ServiceOffer, ...]
    offer: ServiceOffer
    reasons: tuple[Priority, ...] = ()
    seen: NoticeSeen | None = None


@dataclass(frozen=True, slots=True, repr=False)
class AskingPriority(Personal):
    """For which of `reasons`, that no birth date shows, the person goes first: whoever says one has a number.

    `seen`: the notice and the answers beside it, as they stood on the page before; nothing is committed without.
    """

    identity: Identity
    answer: Answer
    decision: Decision
    offers: tuple[ServiceOffer, ...]
    offer: ServiceOffer
    reasons: tuple[Priority, ...]
    seen: NoticeSeen


@dataclass(frozen=True, slots=True, repr=False)
class Issuing(Personal):
    """The check-in is being committed; no number is shown yet."""

    identity: Identity
    decision: Decision


@dataclass(frozen=True, slots=True, repr=False)
class Done(Personal):
    """Committed. `printing` is None while the slip is still printed, and WAITING when that takes long."""

    check_in: CheckIn
    printing: PrintOutcome | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be heard of the slip."""
        return self.printing is not None and self.printing.is_final


@dataclass(frozen=True, slots=True)
class Failed:
    """Something broke: what happened, what to do now, what we did."""

    code: FailureCode


@dataclass(frozen=True, slots=True)
class Assistance:
    """Someone pressed "Gọi nhân viên": staff are on their way; the person before is forgotten."""


State = (
    Waiting
    | TypingNumber
    | TypingBirthDate
    | ScanningCode
    | AskingCard
    | AskingKey
    | Reading
    | Found
    | Choosing
    | Confirming
    | AskingPriority
    | Issuing
    | Done
    | Failed
    | Assistance
)
