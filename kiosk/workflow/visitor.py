"""Somebody who goes through the line without a screen: for scripts, demonstrations and measurements."""

from collections.abc import Callable

from kiosk.checkin.notice import NoticeSeen, notice_version
from kiosk.checkin.record import Priority
from kiosk.failure import FailureCode, KioskError
from kiosk.text import Language
from kiosk.workflow import event as happened
from kiosk.workflow.event import Event
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    AskingPriority,
    Assistance,
    Choosing,
    Confirming,
    Done,
    Failed,
    Found,
    ScanningCode,
    State,
    TypingBirthDate,
    TypingNumber,
    Waiting,
)


class Visitor:
    """Answers each state as a willing patient would, with the events that a screen would send.

    `begins` is said once at `Waiting`; `key` opens the card when asked; `service` is chosen if it is offered, else
    the first one. `ends` is called once with the last state: Done with its printing over, or a state that cannot go
    on without a person. `says` is said once, as soon as somebody is found. `claims` is why they go first, where the
    screen asks them. `birth_date`, `ddmmyyyy`, is typed by whoever has no card with them; empty: it is not known.
    """

    def __init__(
        self, post: Callable[[Event], None], ends: Callable[[State], None], *, begins: Event | None = None,
        key: Event | None = None, service: str = "", says: Event | None = None,
        claims: Priority = Priority.NONE, birth_date: str = "",
    ) -> None:  # fmt: skip
        self._post = post
        self._ends = ends
        self._begins = begins
        self._key = key
        self._service = service
        self._says = says
        self._claims = claims
        self._birth_date = birth_date

    def see(self, state: State) -> None:
        """Acts on a state that the line shows."""
        if isinstance(state, Found) and self._says is not None:
            self._post(self._says)
            self._says = None
        match state:
            case Waiting() if self._begins is not None:
                self._post(self._begins)
                self._begins = None
            case AskingKey(wrong=False) if self._key is not None:
                self._post(self._key)
            case Found(reading=False, answer=answer) if answer is not None:
                self._post(happened.Confirmed())
            case Choosing(offers=offers):
                codes = [offer.service.code for offer in offers]
                self._post(happened.ServiceChosen(self._service if self._service in codes else codes[0]))
            case Confirming(reasons=reasons):
                seen = NoticeSeen(notice_version(Language.VI), Language.VI)
                wants = self._claims in reasons
                self._post(happened.PriorityWanted(seen) if wants else happened.Agreed(seen))
            case AskingPriority():
                self._post(happened.PriorityClaimed(self._claims))
            case Done() as done if done.is_over:
                self._ends(state)
            case AskingCard() if self._birth_date:
                self._post(happened.Confirmed())
            case TypingBirthDate() if self._birth_date:
                self._post(happened.BirthDateTyped(self._birth_date))
            case AskingKey() | AskingCard() | TypingNumber() | TypingBirthDate() | ScanningCode():
                self._ends(state)
            case Failed() | Assistance():
                self._ends(state)
            case _:
                pass


def failure_of(state: State) -> KioskError:
    """Why a visit that ended in `state` did not end in Done."""
    match state:
        case Failed(code):
            return KioskError(code)
        case AskingKey(wrong=True):
            return KioskError(FailureCode.CARD_KEY_WRONG)
        case AskingKey():
            return KioskError(FailureCode.CARD_KEY_NEEDED)
        case AskingCard() | TypingBirthDate():
            return KioskError(FailureCode.CARD_MISSING)
        case ScanningCode():
            return KioskError(FailureCode.CODE_UNREADABLE)
        case _:
            return KioskError(FailureCode.INTERNAL, type(state).__name__)
