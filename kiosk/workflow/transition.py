"""What follows from what: the line's whole behaviour as one pure function, `advance`.

Read it as the desk works: a card or a code comes, the chip is opened, the person is found, the insurance is asked,
a service is chosen, the check-in is committed, the slip is printed. Whatever an event does not mean in a state
leaves the desk as it was.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from kiosk.checkin.notice import NoticeSeen
from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import CheckIn, CheckInRequest, Priority, PriorityBasis, PriorityClaim
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.override import overridden
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import Visit
from kiosk.failure import FailureCode
from kiosk.identity.identify import identify
from kiosk.identity.number import numbers_agree
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, CardAnswer, Copay
from kiosk.lookup.copay import AskCopay as WhenToAskCopay
from kiosk.lookup.copay import reason_for_copay
from kiosk.privacy import Personal
from kiosk.reader.document import (
    CitizenCode,
    Code,
    InsuranceCode,
    MrzCode,
    NumberCode,
    NumberKind,
    ReadPhase,
    TypedDocument,
    UnknownCode,
)
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.emrtd.mrz import key_information
from kiosk.reader.payload import parse
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.workflow import event as happened
from kiosk.workflow.effect import AskCopay, Commit, CountServices, Effect, LookUp, PrintSlip, ReadChip
from kiosk.workflow.event import Event
from kiosk.workflow.order import Order
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
    Issuing,
    Reading,
    ScanningCode,
    ServiceOffer,
    State,
    TypingNumber,
    Waiting,
)
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


_THEIRS = Found | Choosing | AskingPriority | Confirming
"""The pages that show somebody who has not got a number yet."""


def advance(desk: Desk, event: Event, world: World) -> Step:
    """The desk after `event`, and what has to be done now."""
    match event:
        case happened.CardLaid():
            return _card_laid(replace(desk, card_laid=True), was_laid=desk.card_laid)
        case happened.CardTaken():
            return _card_taken(replace(desk, card_laid=False))
        case happened.StaffCalled():
            return forget(desk, Assistance())
        case happened.WentBack():
            return _went_back(desk)
        case happened.TimedOut():
            return _timed_out(desk)
        case happened.CodeScanned(text):
            return _code_scanned(desk, parse(text), world)
        case happened.PersonTyped(document):
            if isinstance(desk.state, Waiting | TypingNumber | Failed):
                return _found(desk, identify(document), world, reading=False)
            return desk, ()
        case happened.StartedTyping():
            return _start(desk, TypingNumber())
        case happened.StartedScanning():
            return _start(desk, ScanningCode())
        case happened.NumberTyped(digits):
            return _number_typed(desk, digits)
        case happened.PhaseReached(phase):
            return _in_reading(desk, phase)
        case happened.IdentityRead(identity):
            return _identity_read(desk, identity, world)
        case happened.ChipRead(identity):
            return _chip_read(desk, identity, world)
        case happened.Answered(session, answer, earlier):
            return _answered(desk, answer, earlier, world) if session == desk.session else (desk, ())
        case happened.CopayAnswered(session, copay):
            return (_judged_anew(replace(desk, copay=copay), world) if session == desk.session else desk), ()
        case happened.Confirmed():
            return _confirmed(desk, world)
        case happened.Denied():
            return forget(desk, Waiting()) if isinstance(desk.state, _THEIRS) else (desk, ())
        case happened.VisitAnswered(answers):
            return _visit_answered(desk, answers, world)
        case happened.ServicesCounted(offers):
            return _choose(desk, offers)
        case happened.ServiceChosen(code):
            return _chosen(desk, code, world)
        case happened.PriorityAnswered(priority):
            return _priority_answered(desk, priority)
        case happened.Ordered(order):
            return _ordered(desk, order, world)
        case happened.AskedAgain():
            return _asked_again(desk)
        case happened.SlipOrdered(check_in):
            return desk, (PrintSlip(check_in, again=True),)
        case happened.Agreed(seen):
            return _agreed(desk, seen, world)
        case happened.Committed(check_in):
            return _committed(desk, check_in)
        case happened.Printed(visit_id, outcome):
            return _printed(desk, visit_id, outcome)
        case happened.ReprintAsked():
            return _reprint(desk)
        case happened.Broke(code):
            return _broke(desk, code)
        case happened.ReaderChanged() | happened.ScannerChanged() | happened.PrinterSeen() | happened.Touched():
            return desk, ()
        case _:
            assert_never(event)


def forget(desk: Desk, state: State) -> Step:
    """Ends the session: nothing of the person is left but the page that follows. The one place that wipes."""
    return Desk(state, session=desk.session + 1, card_laid=desk.card_laid), ()


# -- cards ----------------------------------------------------------------------------------------------------------
def _card_laid(desk: Desk, *, was_laid: bool) -> Step:
    match desk.state:
        case AskingCard() | Failed() if desk.opened_with is not None:
            return _read(desk, desk.opened_with)
        case Reading() | Issuing() | AskingKey():
            return desk, ()
        case Found() | Choosing() | AskingPriority() | Confirming() | Done() if was_laid:
            return desk, ()
        case _:
            # A new card, also one that was swapped in after another was read: never the earlier person's session.
            fresh, _ = forget(desk, AskingKey())
            return fresh, ()


def _card_taken(desk: Desk) -> Step:
    # While the chip is read its own failed APDU reports the removal, with what follows from it.
    return forget(desk, Waiting()) if isinstance(desk.state, AskingKey) else (desk, ())


def _read(desk: Desk, keys: CardKeys) -> Step:
    return replace(desk, state=Reading(ReadPhase.CONNECTING), opened_with=keys), (ReadChip(keys),)


def _in_reading(desk: Desk, phase: ReadPhase) -> Step:
    return (replace(desk, state=Reading(phase)), ()) if isinstance(desk.state, Reading) else (desk, ())


def _identity_read(desk: Desk, identity: Identity, world: World) -> Step:
    if not isinstance(desk.state, Reading):
        return desk, ()
    said = desk.opened_with.personal_number if desk.opened_with else ""
    if not numbers_agree(said, identity.personal_number):
        # Two numbers may end in the same six digits: the code shown was another person's.
        return _broke(desk, FailureCode.CARD_KEY_WRONG)
    return _found(desk, identity, world, reading=True)


def _chip_read(desk: Desk, identity: Identity, world: World) -> Step:
    match desk.state:
        case Reading():
            return _found(desk, identity, world, reading=False)
        case Found(_, True, heard, _):
            decision = _judge(desk, identity, heard, world) if heard is not None else None
            return replace(desk, state=Found(identity, False, heard, decision)), ()
    return desk, ()


# -- codes and keys -------------------------------------------------------------------------------------------------
def _code_scanned(desk: Desk, code: Code, world: World) -> Step:
    if isinstance(desk.state, Reading | Issuing | _THEIRS):
        return desk, ()  # somebody's session is under way; a code never changes the person in it
    if isinstance(desk.state, Done) and isinstance(code, UnknownCode):
        return desk, ()  # nobody loses sight of their number by what was no code of a person
    if not isinstance(desk.state, AskingKey | AskingCard):
        desk, _ = forget(desk, desk.state)
    keys = card_keys(code)
    match code:
        case UnknownCode():
            return _code_unreadable(desk)
        case CitizenCode() | MrzCode() if desk.card_laid and keys is not None:
            return _read(desk, keys)
        case CitizenCode() | InsuranceCode() | MrzCode():
            return _found(desk, identify(code), world, reading=False)
        case NumberCode():
            if keys is not None and desk.card_laid:
                return _read(desk, keys)
            if desk.card_laid:
                return replace(desk, state=AskingKey(tries_left=desk.tries_left)), ()
            if keys is None:
                # An insurance number opens no card: like any number alone it leads to the staffed desk.
                return _found(desk, identify(code), world, reading=False)
            return replace(desk, state=AskingCard(), opened_with=keys), ()
        case _:
            assert_never(code)


def _code_unreadable(desk: Desk) -> Step:
    match desk.state:
        case ScanningCode():
            return replace(desk, state=ScanningCode(unreadable=True)), ()
        case TypingNumber():
            return replace(desk, state=TypingNumber(unreadable=True)), ()
        case AskingKey():
            return replace(desk, state=AskingKey(wrong=True, tries_left=desk.tries_left)), ()
    return forget(desk, Failed(FailureCode.CODE_UNREADABLE))


def _number_typed(desk: Desk, digits: str) -> Step:
    if not digits.isascii() or not digits.isdecimal():
        return desk, ()
    match desk.state, len(digits):
        case AskingKey(), 6:
            return _read(desk, CardKeys(can=digits))
        case ((AskingKey() | TypingNumber()), 12):
            keys = CardKeys(personal_number=digits)
            return _read(desk, keys) if desk.card_laid else (replace(desk, state=AskingCard(), opened_with=keys), ())
    return desk, ()


def card_keys(code: Code) -> CardKeys | None:
    """What of a code opens its card; None: nothing."""
    match code:
        case CitizenCode():
            return CardKeys(
                personal_number=code.personal_number,
                date_of_birth=code.date_of_birth.exact if code.date_of_birth else None,
                date_of_issue=code.date_of_issue.exact if code.date_of_issue else None,
            )
        case MrzCode(mrz) if mrz.personal_number:
            return CardKeys(
                personal_number=mrz.personal_number,
                date_of_birth=mrz.date_of_birth.exact if mrz.date_of_birth else None,
                date_of_expiry=mrz.date_of_expiry.exact if mrz.date_of_expiry else None,
            )
        case MrzCode(mrz) if mrz.date_of_expiry_raw.isdecimal():
            # A foreign document opens with what its zone says: number, birth and expiry as they are written there.
            return CardKeys(mrz=key_information(mrz.document_number, mrz.date_of_birth_raw, mrz.date_of_expiry_raw))
        case NumberCode(NumberKind.PERSONAL, number):
            return CardKeys(personal_number=number)
    return None


# -- the person, the answer, the visit ------------------------------------------------------------------------------
def _start(desk: Desk, state: State) -> Step:
    return (replace(desk, state=state), ()) if isinstance(desk.state, Waiting | Failed) else (desk, ())


def _found(desk: Desk, identity: Identity, world: World, *, reading: bool) -> Step:
    if world.training and not is_invented(identity):
        return _broke(desk, FailureCode.CARD_GENUINE_IN_TRAINING)
    found = Found(identity, reading, None, None)
    # A key is only kept for the card that is being read: it may have been typed for another one.
    return replace(desk, state=found, opened_with=desk.opened_with if reading else None), (
        LookUp(desk.session, identity),
    )


def is_invented(identity: Identity) -> bool:
    """Whether a person can only be invented: province codes 900 to 999 and issuing province 99 belong to nobody."""
    if identity.personal_number:
        return identity.personal_number.startswith("9")
    return identity.insurance_number[-12:-10] == "99" or identity.insurance_number.startswith("99")


def _answered(desk: Desk, answer: Answer, earlier: CardAnswer | None, world: World) -> Step:
    match desk.state:
        case Found(identity, reading, None, _):
            desk = replace(desk, earlier=earlier)
            decision = _judge(desk, identity, answer, world)
            asked = reason_for_copay(answer, world.today, world.ask_copay) is not None
            effects = (AskCopay(desk.session, identity),) if asked else ()
            return replace(desk, state=Found(identity, reading, answer, decision)), effects
    return desk, ()


def _visit_answered(desk: Desk, answers: VisitAnswers, world: World) -> Step:
    if isinstance(desk.state, _THEIRS):
        return _judged_anew(replace(desk, answers=answers), world), ()
    return desk, ()


def _judge(desk: Desk, identity: Identity, answer: Answer, world: World) -> Decision:
    """What reception does, by everything that is known in this session."""
    return decide(identity, answer, desk.answers.at(world.visit), world.today, copay=desk.copay, earlier=desk.earlier)


def _judged_anew(desk: Desk, world: World) -> Desk:
    """More is known than when the decision was made."""
    match desk.state:
        case Found(identity, reading, answer, _) if answer is not None:
            decision = _judge(desk, identity, answer, world)
            return replace(desk, state=Found(identity, reading, answer, decision))
        case Choosing(identity, answer, _, offers):
            decision = _judge(desk, identity, answer, world)
            if decision.verdict is Verdict.ASK_STAFF:
                # Whom the staff must see chooses no service.
                return replace(desk, state=Found(identity, False, answer, decision))
            return replace(desk, state=Choosing(identity, answer, decision, offers))
        case AskingPriority(identity, answer) | Confirming(identity, answer) as later:
            decision = _judge(desk, identity, answer, world)
            if decision.verdict is Verdict.ASK_STAFF:
                return replace(desk, state=Found(identity, False, answer, decision))
            return replace(desk, state=replace(later, decision=decision))
    return desk


def _confirmed(desk: Desk, world: World) -> Step:
    match desk.state:
        case AskingCard() if desk.opened_with is not None:
            # Nobody may be sent away for want of a card: the number alone leads to the staffed desk.
            typed = identify(TypedDocument(desk.opened_with.personal_number))
            return _found(desk, typed, world, reading=False)
        case Found(identity, False, answer, decision) if answer is not None and decision is not None:
            if decision.verdict is Verdict.ASK_STAFF:
                return _commit(desk, identity, answer, decision, world.desk_service, world)
            return desk, (CountServices(),)
    return desk, ()


def _choose(desk: Desk, offers: tuple[ServiceOffer, ...]) -> Step:
    match desk.state:
        case Found(identity, False, answer, decision) if answer is not None and decision is not None:
            return replace(desk, state=Choosing(identity, answer, decision, offers)), ()
    return desk, ()


def _chosen(desk: Desk, code: str, world: World) -> Step:
    match desk.state:
        case Choosing(identity, answer, decision, offers):
            offer = next((offer for offer in offers if offer.service.code == code), None)
            if offer is None:
                return desk, ()
            if not world.self_service:
                return _commit(desk, identity, answer, decision, code, world)
            if _may_have_priority(identity, world):
                return replace(desk, state=AskingPriority(identity, answer, decision, offers, offer)), ()
            confirming = Confirming(identity, answer, decision, offers, offer, claim=None, asked=False)
            return replace(desk, state=confirming), ()
    return desk, ()


def _may_have_priority(identity: Identity, world: World) -> bool:
    """Whom the birth date puts first, or who was said to be an emergency, need not be asked for another reason."""
    return priority_of(identity.date_of_birth, world.today) is Priority.NONE


def _priority_answered(desk: Desk, priority: Priority) -> Step:
    match desk.state:
        case AskingPriority(identity, answer, decision, offers, offer):
            claim = PriorityClaim(priority, PriorityBasis.ASKED) if priority is not Priority.NONE else None
            return replace(desk, state=Confirming(identity, answer, decision, offers, offer, claim, asked=True)), ()
    return desk, ()


def _agreed(desk: Desk, seen: NoticeSeen, world: World) -> Step:
    match desk.state:
        case Confirming(identity, answer, decision, _, offer, claim):
            return _commit(desk, identity, answer, decision, offer.service.code, world, claim=claim, seen=seen)
    return desk, ()


def _ordered(desk: Desk, order: Order, world: World) -> Step:
    """From the person's page as from the choice of a service; while the gateway is asked nothing is decided yet."""
    match desk.state:
        case Found(identity, _, answer, decision) | Choosing(identity, answer, decision) if (
            answer is not None and decision is not None
        ):
            if order.override is not None:
                decision = overridden(decision, order.override)
            return _commit(desk, identity, answer, decision, order.service_code, world, claim=order.claim, order=order)
    return desk, ()


def _asked_again(desk: Desk) -> Step:
    match desk.state:
        case Found(identity, reading, answer) if answer is not None:
            return replace(desk, state=Found(identity, reading, None, None)), (
                LookUp(desk.session, identity, again=True),
            )
        case Choosing(identity):
            return replace(desk, state=Found(identity, False, None, None)), (
                LookUp(desk.session, identity, again=True),
            )
    return desk, ()


def _commit(
    desk: Desk, identity: Identity, answer: Answer, decision: Decision, service: str, world: World, *,
    claim: PriorityClaim | None = None, seen: NoticeSeen | None = None, order: Order | None = None,
) -> Step:  # fmt: skip
    visit = desk.answers.at(world.visit)
    request = CheckInRequest(
        identity,
        decision,
        service,
        answer.checked_at,
        answer,
        visit,
        claim=claim,
        notice_seen=seen,
        room_code=order.room_code if order else "",
        override=order.override if order else None,
    )
    return replace(desk, state=Issuing(identity, decision)), (Commit(request),)


def _committed(desk: Desk, check_in: CheckIn) -> Step:
    if isinstance(desk.state, Issuing):
        slip = PrintSlip(check_in, again=check_in.repeated)
        return replace(desk, state=Done(check_in, None), opened_with=None), (slip,)
    return desk, ()


def _printed(desk: Desk, visit_id: str, outcome: PrintOutcome) -> Step:
    match desk.state:
        case Done(check_in, _) as done if check_in.visit_id == visit_id and not done.is_over:
            return replace(desk, state=Done(check_in, outcome)), ()
    return desk, ()  # whose slip it was has gone


def _timed_out(desk: Desk) -> Step:
    match desk.state:
        case Done(check_in, None):
            # Nobody stands before a page that only says "printing": the number is what counts.
            return replace(desk, state=Done(check_in, PrintOutcome(PrintState.WAITING))), ()
        case Done() as done if not done.is_over:
            return desk, ()
    return forget(desk, Waiting())


def _reprint(desk: Desk) -> Step:
    match desk.state:
        case Done(check_in, _) as done if done.is_over:
            return replace(desk, state=Done(check_in, None)), (PrintSlip(check_in, again=True),)
    return desk, ()


def _went_back(desk: Desk) -> Step:
    match desk.state:
        case Choosing(identity, answer, decision, _):
            return replace(desk, state=Found(identity, False, answer, decision)), ()
        case Confirming(identity, answer, decision, offers, offer, asked=True):
            return replace(desk, state=AskingPriority(identity, answer, decision, offers, offer)), ()
        case AskingPriority(identity, answer, decision, offers) | Confirming(identity, answer, decision, offers):
            return replace(desk, state=Choosing(identity, answer, decision, offers)), ()
        case Reading() | Issuing() | Waiting():
            return desk, ()
        case Failed() if desk.card_laid and desk.opened_with is not None:
            return _read(desk, desk.opened_with)
        case Failed(code) if desk.card_laid and code not in _NEVER_OPENS:
            # The card need not be lifted and laid anew to go on with it.
            return forget(desk, AskingKey())
    return forget(desk, Waiting())


# -- what broke -----------------------------------------------------------------------------------------------------
_LAY_AGAIN = (FailureCode.CARD_REMOVED, FailureCode.CARD_UNREADABLE, FailureCode.CARD_TIMEOUT, FailureCode.READER_LOST)
_NEVER_OPENS = (
    FailureCode.CARD_KEY_WRONG,
    FailureCode.CARD_UNSUPPORTED,
    FailureCode.CARD_ALTERED,
    FailureCode.CARD_GENUINE_IN_TRAINING,
)


def _broke(desk: Desk, code: FailureCode) -> Step:
    match desk.state:
        case Done(check_in, _) as done if not done.is_over:
            # Nothing undoes a committed check-in: the number stays, only its slip is missing.
            return replace(desk, state=Done(check_in, PrintOutcome(PrintState.FAILED, code.value))), ()
        case Done():
            return desk, ()
    if code is FailureCode.CARD_KEY_WRONG and isinstance(desk.state, Reading) and desk.tries_left > 1:
        left = desk.tries_left - 1
        return replace(desk, state=AskingKey(wrong=True, tries_left=left), tries_left=left, opened_with=None), ()
    failed, _ = forget(desk, Failed(code))
    if code in _LAY_AGAIN:
        # Laying the card anew must go on without scanning again; the page's patience forgets the key too.
        return replace(failed, opened_with=desk.opened_with, tries_left=desk.tries_left), ()
    return failed, ()
