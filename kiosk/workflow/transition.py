"""What follows from what: the line's whole behaviour as one pure function, `advance`.

Read it as the desk works: a card or a code comes, the chip is opened, the person is found, the insurance is asked,
a service is chosen, the check-in is committed, the slip is printed. Whatever an event does not mean in a state
leaves the desk as it was. What each means is in the modules that it is handed to.
"""

from dataclasses import replace
from typing import assert_never

from kiosk.identity.identify import identify
from kiosk.reader.payload import parse
from kiosk.workflow import event as happened
from kiosk.workflow.card import card_laid, card_taken, chip_read, identity_read, phase_reached
from kiosk.workflow.check_in import (
    agreed,
    choose,
    chosen,
    committed,
    confirmed,
    ordered,
    printed,
    priority_claimed,
    priority_wanted,
    reprint,
)
from kiosk.workflow.codes import begin, code_scanned, number_typed, number_wanted
from kiosk.workflow.desk import Desk, Step, Theirs, World, forget
from kiosk.workflow.effect import PrintSlip
from kiosk.workflow.event import Event
from kiosk.workflow.leaving import timed_out, went_back
from kiosk.workflow.no_card import birth_date_typed, birth_date_unknown, birth_year_only
from kiosk.workflow.person import answered, asked_again, found, judged_anew, visit_answered
from kiosk.workflow.state import Assistance, Failed, ScanningCode, TypingNumber, Waiting
from kiosk.workflow.trouble import broke


def advance(desk: Desk, event: Event, world: World) -> Step:
    """The desk after `event`, and what has to be done now."""
    match event:
        case happened.CardLaid():
            return card_laid(replace(desk, card_laid=True), was_laid=desk.card_laid)
        case happened.CardTaken():
            return card_taken(replace(desk, card_laid=False))
        case happened.StaffCalled():
            return forget(desk, Assistance())
        case happened.WentBack():
            return went_back(desk)
        case happened.TimedOut():
            return timed_out(desk)
        case happened.CodeScanned(text):
            return code_scanned(desk, parse(text), world)
        case happened.PersonTyped(document):
            if isinstance(desk.state, Waiting | TypingNumber | Failed):
                return found(desk, identify(document), world, reading=False)
            return desk, ()
        case happened.StartedTyping():
            return number_wanted(desk)
        case happened.StartedScanning():
            return begin(desk, ScanningCode())
        case happened.NumberTyped(digits):
            return number_typed(desk, digits, world)
        case happened.BirthYearOnly(only):
            return birth_year_only(desk, only=only)
        case happened.BirthDateTyped(digits):
            return birth_date_typed(desk, digits, world)
        case happened.BirthDateUnknown():
            return birth_date_unknown(desk, world)
        case happened.PhaseReached(phase):
            return phase_reached(desk, phase)
        case happened.IdentityRead(identity):
            return identity_read(desk, identity, world)
        case happened.ChipRead(identity):
            return chip_read(desk, identity, world)
        case happened.Answered(session, answer, earlier):
            return answered(desk, answer, earlier, world) if session == desk.session else (desk, ())
        case happened.CopayAnswered(session, copay):
            return (judged_anew(replace(desk, copay=copay), world) if session == desk.session else desk), ()
        case happened.Confirmed():
            return confirmed(desk, world)
        case happened.Denied():
            return forget(desk, Waiting()) if isinstance(desk.state, Theirs) else (desk, ())
        case happened.VisitAnswered(answers):
            return visit_answered(desk, answers, world)
        case happened.ServicesCounted(offers):
            return choose(desk, offers)
        case happened.ServiceChosen(code):
            return chosen(desk, code, world)
        case happened.Ordered(order):
            return ordered(desk, order, world)
        case happened.AskedAgain():
            return asked_again(desk)
        case happened.SlipOrdered(check_in):
            return desk, (PrintSlip(check_in, again=True),)
        case happened.Agreed(seen):
            return agreed(desk, seen, world)
        case happened.PriorityWanted(seen):
            return priority_wanted(desk, seen)
        case happened.PriorityClaimed(priority):
            return priority_claimed(desk, priority, world)
        case happened.Committed(check_in):
            return committed(desk, check_in)
        case happened.Printed(visit_id, outcome):
            return printed(desk, visit_id, outcome)
        case happened.ReprintAsked():
            return reprint(desk)
        case happened.Broke(code):
            return broke(desk, code)
        case happened.ReaderChanged() | happened.ScannerChanged() | happened.PrinterSeen() | happened.Touched():
            return desk, ()
        case _:
            assert_never(event)
