"""`kiosk look-up`: one question to the insurance gateway, and what the answer means here today."""

from argparse import Namespace

from kiosk.app.clock import now
from kiosk.app.desk import clinic_of, gateway_of, secrets_of, when_to_ask_copay, world_of
from kiosk.app.records import note_of_command
from kiosk.checkin.audit.entry import Act
from kiosk.commands.report import write_report
from kiosk.commands.visit_options import visit_answers
from kiosk.dates import PartialDate, parse_date
from kiosk.eligibility.decision import Decision
from kiosk.eligibility.rules import decide
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.identify import identify
from kiosk.lookup.answer import (
    Answer,
    AskedBecause,
    CardAnswer,
    Copay,
    CopayAnswer,
    NotAsked,
    PastVisit,
    Question,
    ServiceTrouble,
    VisitHistory,
)
from kiosk.lookup.copay import reason_for_copay
from kiosk.lookup.question import question_for
from kiosk.reader.document import NumberCode, NumberKind, TypedDocument
from kiosk.reader.payload import parse
from kiosk.settings import Settings
from kiosk.text import Language


def run(settings: Settings, given: Namespace) -> int:
    """Asks once and prints verdict, reasons and card; with `--history` earlier visits too, which is a call of its own.

    Raises:
        KioskError: INPUT_INVALID, LOOKUP_NOT_CONFIGURED.
    """
    answers = visit_answers(given)
    identity = identify(typed_person(given.id, given.name, given.dob))
    clinic = clinic_of(settings)
    world = world_of(clinic, training=False, ask_copay=when_to_ask_copay(settings))(now().date())
    copay = Copay()
    with gateway_of(settings, secrets_of(settings)) as gateway:
        question = question_for(identity, now())
        answer: Answer = question if isinstance(question, NotAsked) else gateway.look_up(question)
        reason = reason_for_copay(answer, world.today, world.ask_copay)
        if reason is not None and isinstance(question, Question):
            told = gateway.copay_so_far(question, reason)
            copay = told.copay if isinstance(told, CopayAnswer) else copay
        history = None
        if given.history and isinstance(question, Question):
            history = gateway.visit_history(question, AskedBecause.STAFF)
    decision = decide(identity, answer, answers.at(world.visit), world.today, copay=copay)
    report = describe_answer(answer, decision)
    if given.history:
        note_of_command(settings, Act.HISTORY_SHOWN, about=given.id)
        report["history"] = None if history is None else describe_history(history)
    write_report(report, as_json=given.json)
    return 0


def typed_person(number: str, name: str, born: str) -> TypedDocument:
    """Who was typed; `number` is a personal, VSS or card number.

    Raises:
        KioskError: INPUT_INVALID, naming what is wrong.
    """
    date_of_birth = read_birth(born)
    match parse(number):
        case NumberCode(NumberKind.PERSONAL, personal_number):
            return TypedDocument(personal_number, name, date_of_birth)
        case NumberCode(_, insurance_number):
            return TypedDocument("", name, date_of_birth, insurance_number)
    raise KioskError(FailureCode.INPUT_INVALID, "--id takes 12 or 10 digits, or a 15-character card number")


def read_birth(written: str) -> PartialDate:
    """A typed birth date in any precision.

    Raises:
        KioskError: INPUT_INVALID.
    """
    if (born := parse_date(written)) is None:
        raise KioskError(FailureCode.INPUT_INVALID, "--dob takes dd/mm/yyyy, mm/yyyy, yyyy or yyyy-mm-dd")
    return born


def describe_answer(answer: Answer, decision: Decision) -> dict[str, object]:
    """`verdict, code, reasons[], card{…}, checked_at` of the command's JSON."""
    match answer:
        case CardAnswer(code=code):
            pass
        case ServiceTrouble(kind, given_code, _):
            code = given_code or kind.value
        case NotAsked(missing, _):
            code = f"missing-{missing}"
    card = answer.card if isinstance(answer, CardAnswer) else None
    return {
        "verdict": decision.verdict.value,
        "code": code,
        "reasons": describe_reasons(decision),
        "card": None
        if card is None
        else {
            "number": card.number,
            "valid_from": card.valid_from.isoformat() if card.valid_from else None,
            "valid_to": card.valid_to.isoformat() if card.valid_to else None,
            "facility": card.facility,
            "area": card.area,
        },
        "checked_at": answer.checked_at.isoformat(timespec="seconds"),
    }


def describe_history(history: VisitHistory | ServiceTrouble) -> dict[str, object]:
    """`code, visits[]` of earlier visits, each with its facility and times; what for is nobody's business here.

    `visits` None means that there is no list, which is not "never".
    """
    if isinstance(history, ServiceTrouble):
        return {"code": history.code or history.kind.value, "visits": None}
    visits = history.visits
    return {"code": history.code, "visits": None if visits is None else [_describe_visit(visit) for visit in visits]}


def _describe_visit(visit: PastVisit) -> dict[str, str | None]:
    admitted, discharged = (
        at.isoformat(timespec="minutes") if at else None for at in (visit.admitted_at, visit.discharged_at)
    )
    return {"facility": visit.facility, "admitted_at": admitted, "discharged_at": discharged}


def describe_reasons(decision: Decision) -> list[dict[str, str]]:
    """Each reason with its code and its sentence in both languages."""
    return [
        {"code": reason.code, "vi": reason.sentence(Language.VI), "en": reason.sentence(Language.EN)}
        for reason in decision.reasons
    ]
