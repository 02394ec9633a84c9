"""Who it is and what the insurance says of them: found, asked about, judged by all that is known."""

from dataclasses import replace

from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.rules import decide
from kiosk.failure import FailureCode
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, CardAnswer
from kiosk.lookup.copay import reason_for_copay
from kiosk.workflow.desk import Desk, Step, Theirs, World
from kiosk.workflow.effect import AskCopay, LookUp
from kiosk.workflow.state import AskingPriority, Choosing, Confirming, Found
from kiosk.workflow.trouble import broke
from kiosk.workflow.visit_answers import VisitAnswers


def found(desk: Desk, identity: Identity, world: World, *, reading: bool) -> Step:
    """Shows who it is and asks the insurance."""
    if is_refused(identity, world):
        return broke(desk, FailureCode.CARD_GENUINE_IN_TRAINING)
    found = Found(identity, reading, None, None)
    # A key is only kept for the card that is being read: it may have been typed for another one.
    return replace(desk, state=found, opened_with=desk.opened_with if reading else None), (
        LookUp(desk.session, identity),
    )


def is_refused(identity: Identity, world: World) -> bool:
    """Whether this is somebody real, and the world is played."""
    return world.training and not is_invented(identity)


def is_invented(identity: Identity) -> bool:
    """Whether a person can only be invented: province codes 900 to 999 and issuing province 99 belong to nobody."""
    if identity.personal_number:
        return identity.personal_number.startswith("9")
    return identity.insurance_number[-12:-10] == "99" or identity.insurance_number.startswith("99")


def answered(desk: Desk, answer: Answer, earlier: CardAnswer | None, world: World) -> Step:
    """The insurance's answer, and what follows for reception."""
    match desk.state:
        case Found(identity, reading, None, _):
            desk = replace(desk, earlier=earlier)
            decision = judge(desk, identity, answer, world)
            asked = reason_for_copay(answer, world.today, world.ask_copay) is not None
            effects = (AskCopay(desk.session, identity),) if asked else ()
            return replace(desk, state=Found(identity, reading, answer, decision)), effects
    return desk, ()


def asked_again(desk: Desk) -> Step:
    """The insurance once more, for staff."""
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


def visit_answered(desk: Desk, answers: VisitAnswers, world: World) -> Step:
    """What staff know of the visit."""
    if isinstance(desk.state, Theirs):
        return judged_anew(replace(desk, answers=answers), world), ()
    return desk, ()


def judge(desk: Desk, identity: Identity, answer: Answer, world: World) -> Decision:
    """What reception does, by everything that is known in this session."""
    return decide(identity, answer, desk.answers.at(world.visit), world.today, copay=desk.copay, earlier=desk.earlier)


def judged_anew(desk: Desk, world: World) -> Desk:
    """More is known than when the decision was made."""
    match desk.state:
        case Found(identity, reading, answer, _) if answer is not None:
            decision = judge(desk, identity, answer, world)
            return replace(desk, state=Found(identity, reading, answer, decision))
        case Choosing(identity, answer, _, offers):
            decision = judge(desk, identity, answer, world)
            if decision.verdict is Verdict.ASK_STAFF:
                # Whom the staff must see chooses no service.
                return replace(desk, state=Found(identity, False, answer, decision))
            return replace(desk, state=Choosing(identity, answer, decision, offers))
        case AskingPriority(identity, answer) | Confirming(identity, answer) as later:
            decision = judge(desk, identity, answer, world)
            if decision.verdict is Verdict.ASK_STAFF:
                return replace(desk, state=Found(identity, False, answer, decision))
            return replace(desk, state=replace(later, decision=decision))
    return desk
