"""From the person to the number: confirmed, a service chosen, committed, printed."""

from dataclasses import replace
from datetime import date

from kiosk.checkin.notice import NoticeSeen
from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import CheckIn, CheckInRequest, Priority, PriorityBasis, PriorityClaim
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.override import overridden
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer
from kiosk.reader.document import Sex
from kiosk.slip.outcome import PrintOutcome
from kiosk.workflow.desk import Desk, Step, World
from kiosk.workflow.effect import Commit, CountServices, PrintSlip
from kiosk.workflow.no_card import card_missing
from kiosk.workflow.order import Order
from kiosk.workflow.state import (
    AskingCard,
    AskingPriority,
    Choosing,
    Confirming,
    Done,
    Found,
    Issuing,
    ServiceOffer,
)


def confirmed(desk: Desk, world: World) -> Step:
    """Yes, it is them: on to the services, or straight to the desk's number."""
    match desk.state:
        case AskingCard():
            return card_missing(desk, world)
        case Found(identity, False, answer, decision) if answer is not None and decision is not None:
            if decision.verdict is Verdict.ASK_STAFF:
                return _commit(desk, identity, answer, decision, world.desk_service, world)
            return desk, (CountServices(),)
    return desk, ()


def choose(desk: Desk, offers: tuple[ServiceOffer, ...]) -> Step:
    """What can be chosen is counted."""
    match desk.state:
        case Found(identity, False, answer, decision) if answer is not None and decision is not None:
            return replace(desk, state=Choosing(identity, answer, decision, offers)), ()
    return desk, ()


def chosen(desk: Desk, code: str, world: World) -> Step:
    """A service; patients see everything before it is committed, staff have seen it."""
    match desk.state:
        case Choosing(identity, answer, decision, offers):
            offer = next((offer for offer in offers if offer.service.code == code), None)
            if offer is None:
                return desk, ()
            if not world.self_service:
                return _commit(desk, identity, answer, decision, code, world)
            reasons = reasons_to_go_first(identity, world.today)
            return replace(desk, state=Confirming(identity, answer, decision, offers, offer, reasons)), ()
    return desk, ()


def reasons_to_go_first(identity: Identity, day: date) -> tuple[Priority, ...]:
    """The reasons that no birth date shows and that may be this person's [Law 15/2023 art. 3(2)].

    Empty for whom the birth date puts first. A man is not asked whether he is pregnant, and an emergency is no matter
    for a screen.
    """
    if priority_of(identity.date_of_birth, day) is not Priority.NONE:
        return ()
    own = (Priority.DISABILITY, Priority.MERIT)
    return own if identity.sex is Sex.MALE else (Priority.PREGNANT, *own)


def agreed(desk: Desk, seen: NoticeSeen, world: World) -> Step:
    """The patient saw what will stand on the slip, and the notice beside it."""
    match desk.state:
        case Confirming(identity, answer, decision, _, offer):
            return _commit(desk, identity, answer, decision, offer.service.code, world, seen=seen)
    return desk, ()


def priority_wanted(desk: Desk, seen: NoticeSeen) -> Step:
    """Somebody goes first for a reason that only they know; what they saw and answered goes with them."""
    match desk.state:
        case Confirming(identity, answer, decision, offers, offer, reasons) if reasons:
            asking = AskingPriority(identity, answer, decision, offers, offer, reasons, seen)
            return replace(desk, state=asking), ()
    return desk, ()


def priority_claimed(desk: Desk, priority: Priority, world: World) -> Step:
    """The reason was all that was missing: the number follows at once."""
    match desk.state:
        case AskingPriority(identity, answer, decision, _, offer, reasons, seen) if priority in reasons:
            claim = PriorityClaim(priority, PriorityBasis.ASKED)
            return _commit(desk, identity, answer, decision, offer.service.code, world, claim=claim, seen=seen)
    return desk, ()


def ordered(desk: Desk, order: Order, world: World) -> Step:
    """From the person's page as from the choice of a service; while the gateway is asked nothing is decided yet."""
    match desk.state:
        case Found(identity, _, answer, decision) | Choosing(identity, answer, decision) if (
            answer is not None and decision is not None
        ):
            if order.override is not None:
                decision = overridden(decision, order.override)
            return _commit(desk, identity, answer, decision, order.service_code, world, claim=order.claim, order=order)
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


def committed(desk: Desk, check_in: CheckIn) -> Step:
    """The journal has it: the number is theirs, its slip is printed."""
    if isinstance(desk.state, Issuing):
        slip = PrintSlip(check_in, again=check_in.repeated)
        return replace(desk, state=Done(check_in, None), opened_with=None), (slip,)
    return desk, ()


def printed(desk: Desk, visit_id: str, outcome: PrintOutcome) -> Step:
    """How the slip ended."""
    match desk.state:
        case Done(check_in, _) as done if check_in.visit_id == visit_id and not done.is_over:
            return replace(desk, state=Done(check_in, outcome)), ()
    return desk, ()  # whose slip it was has gone


def reprint(desk: Desk) -> Step:
    """The slip once more, when the one before has ended."""
    match desk.state:
        case Done(check_in, _) as done if done.is_over:
            return replace(desk, state=Done(check_in, None)), (PrintSlip(check_in, again=True),)
    return desk, ()
