"""What the desk knows in a session, the world that it decides in, and the one place that forgets."""

from dataclasses import dataclass
from datetime import date

from kiosk.eligibility.visit import Visit
from kiosk.lookup.answer import CardAnswer, Copay
from kiosk.lookup.copay import AskCopay as WhenToAskCopay
from kiosk.privacy import Personal
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.workflow.effect import Effect
from kiosk.workflow.state import AskingPriority, Choosing, Confirming, Found, State
from kiosk.workflow.visit_answers import NOTHING_SAID, VisitAnswers

_COPAY_NOT_ASKED = Copay()

KEY_TRIES = 3
"""Wrong keys that one person may try; a chip blocks or slows down after more [ICAO 9303-11 §4.4]."""


@dataclass(frozen=True, slots=True)
class World:
    """What decisions depend on besides the person: the clinic's own facts and the business day.

    `training`: simulators stand in for the world, and nobody real may be checked in. `ask_copay`: as the settings say.
    `self_service`: patients themselves are asked whether they go first, and see everything before it is committed.
    """

    visit: Visit
    desk_service: str
    today: date
    training: bool = False
    ask_copay: WhenToAskCopay = "staff"
    self_service: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Desk(Personal):
    """The state on the screen, and what the session knows beside it.

    `session` counts people; an answer for an earlier one is dropped. `card_laid` is the reader's, not the person's.
    `opened_with` is the code or number that opens the card, kept while the same person may lay it anew. `answers` are
    the staff's about this visit, `copay` the gateway's about this year, `earlier` what the
    journal knows while there is no answer.
    """

    state: State
    session: int = 1
    card_laid: bool = False
    opened_with: CardKeys | None = None
    tries_left: int = KEY_TRIES
    answers: VisitAnswers = NOTHING_SAID
    copay: Copay = _COPAY_NOT_ASKED
    earlier: CardAnswer | None = None


Step = tuple[Desk, tuple[Effect, ...]]

Theirs = Found | Choosing | Confirming | AskingPriority
"""The pages that show somebody who has not got a number yet."""


def forget(desk: Desk, state: State) -> Step:
    """Ends the session: nothing of the person is left but the page that follows. The one place that wipes."""
    return Desk(state, session=desk.session + 1, card_laid=desk.card_laid), ()
