"""One step back, and the end of a page's patience."""

from dataclasses import replace

from kiosk.reader.emrtd.keys import CardKeys
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.workflow.card import read
from kiosk.workflow.desk import Desk, Step, forget
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    AskingPriority,
    Choosing,
    Confirming,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    TypingBirthDate,
    TypingNumber,
    Waiting,
)
from kiosk.workflow.trouble import NEVER_OPENS


def went_back(desk: Desk) -> Step:
    """One question back; from a page without one before it, to the start."""
    match desk.state:
        case Choosing(identity, answer, decision, _):
            return replace(desk, state=Found(identity, False, answer, decision)), ()
        case AskingPriority(identity, answer, decision, offers, offer, reasons, seen):
            return replace(desk, state=Confirming(identity, answer, decision, offers, offer, reasons, seen)), ()
        case Confirming(identity, answer, decision, offers):
            return replace(desk, state=Choosing(identity, answer, decision, offers)), ()
        case TypingBirthDate(number):
            return replace(desk, state=AskingCard(), opened_with=CardKeys(personal_number=number)), ()
        case TypingNumber(number=number, born=born) if number:
            year_only = born is not None and born.month is None
            return replace(desk, state=TypingBirthDate(number, year_only, born)), ()
        case Reading() | Issuing() | Waiting():
            return desk, ()
        case Failed() if desk.card_laid and desk.opened_with is not None:
            return read(desk, desk.opened_with)
        case Failed(code) if desk.card_laid and code not in NEVER_OPENS:
            # The card need not be lifted and laid anew to go on with it.
            return forget(desk, AskingKey())
    return forget(desk, Waiting())


def timed_out(desk: Desk) -> Step:
    """Nobody gave a sign of life."""
    match desk.state:
        case Done(check_in, None):
            # Nobody stands before a page that only says "printing": the number is what counts.
            return replace(desk, state=Done(check_in, PrintOutcome(PrintState.WAITING))), ()
        case Done() as done if not done.is_over:
            return desk, ()
    return forget(desk, Waiting())
