"""`kiosk check-in`: the whole line once, by itself, without a window."""

from argparse import Namespace

from kiosk.app.desk import ReaderInUse, clinic_of, open_desk, secrets_of
from kiosk.checkin.clinic import Clinic
from kiosk.commands.look_up import describe_reasons, typed_person
from kiosk.commands.report import write_report
from kiosk.commands.visit_options import visit_answers
from kiosk.failure import FailureCode, KioskError
from kiosk.reader.document import UnknownCode
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.payload import parse
from kiosk.settings import Settings
from kiosk.workflow import event as happened
from kiosk.workflow.codes import card_keys
from kiosk.workflow.event import Event
from kiosk.workflow.line import Line
from kiosk.workflow.state import Done, State, Waiting
from kiosk.workflow.visitor import Visitor, failure_of


def run(settings: Settings, given: Namespace) -> int:
    """Checks one person in and prints their slip; the JSON says what came of both.

    Raises:
        KioskError: whatever breaks before the check-in is committed; nothing is saved then.
    """
    clinic = clinic_of(settings)
    begins, key = _said(given)
    says = happened.VisitAnswered(visit_answers(given))
    _check_service(clinic, given.service)
    begun: list[bool] = []
    ended: list[State] = []

    def ends(state: State) -> None:
        ended.append(state)
        line.stop()

    with open_desk(settings, secrets_of(settings), clinic, ReaderInUse(settings.reader.name).connect) as edges:

        def see(state: State) -> None:
            if isinstance(state, Waiting) and begun:
                ends(state)  # the session was given up: nobody is left who could go on
            begun.append(True)
            visitor.see(state)

        line = Line(edges, on_state=see)
        visitor = Visitor(line.post, ends, begins=begins, key=key, service=given.service, says=says)
        line.run()
    if not isinstance(ended[0], Done):
        raise failure_of(ended[0])
    write_report(describe(ended[0]), as_json=given.json)
    return 0


def describe(done: Done) -> dict[str, object]:
    """`ticket, verdict, reasons[], trust, slip, service, room, repeated, also_today[]` of the command's JSON."""
    check_in, printing = done.check_in, done.printing
    return {
        "ticket": check_in.ticket,
        "verdict": check_in.decision.verdict.value,
        "reasons": describe_reasons(check_in.decision),
        "trust": check_in.trust.value,
        "slip": None
        if printing is None
        else {"state": printing.state.value, **({"reason": printing.reason} if printing.reason else {})},
        "service": check_in.service.code,
        "room": check_in.room.code,
        "repeated": check_in.repeated,
        "also_today": list(check_in.also_today),
    }


def _said(given: Namespace) -> tuple[Event, Event | None]:
    """What happens first at the desk, and what opens the card when it asks."""
    if given.card:
        return happened.CardLaid(), _opens(given)
    if given.payload:
        return happened.CodeScanned(given.payload), None
    if given.id and given.name and given.dob:
        return happened.PersonTyped(typed_person(given.id, given.name, given.dob)), None
    raise KioskError(FailureCode.INPUT_INVALID, "--payload, --card, or --id with --name and --dob")


def _opens(given: Namespace) -> Event:
    if given.payload:
        code = parse(given.payload)
        if isinstance(code, UnknownCode):
            raise KioskError(FailureCode.CODE_UNREADABLE, "--payload")
        if card_keys(code) is None:
            raise KioskError(FailureCode.CARD_KEY_NEEDED, "--payload holds none")
        return happened.CodeScanned(given.payload)
    if not (given.can or given.id):
        raise KioskError(FailureCode.CARD_KEY_NEEDED, "--card with --can, --id or --payload")
    CardKeys(can=given.can, personal_number=given.id)  # refuses what is none
    return happened.NumberTyped(given.can or given.id)


def _check_service(clinic: Clinic, code: str) -> None:
    codes = [service.code for service in clinic.services]
    if code and code not in codes:
        raise KioskError(FailureCode.SERVICE_UNKNOWN, f"{code}; there are {', '.join(codes)}")
