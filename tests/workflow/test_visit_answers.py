"""What staff say of a visit changes its decision, in this session and in no other."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date

import pytest

from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, CardAnswer
from kiosk.workflow import event as happened
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.effect import Commit, Effect
from kiosk.workflow.event import Event
from kiosk.workflow.state import Choosing, Found, Issuing, ServiceOffer, State, Waiting
from kiosk.workflow.transition import advance
from kiosk.workflow.visit_answers import VisitAnswers

EMERGENCY = happened.VisitAnswered(VisitAnswers(emergency=True))
SELF_PAY = happened.VisitAnswered(VisitAnswers(uses_insurance=False))


@pytest.fixture
def elsewhere(covered: CardAnswer) -> CardAnswer:
    """A good card of another facility: what is paid depends on why the person comes here."""
    assert covered.card is not None
    return replace(covered, card=replace(covered.card, facility="99002"))


def go(desk: Desk, world: World, events: Sequence[Event]) -> tuple[Desk, list[Effect]]:
    asked: list[Effect] = []
    for event in events:
        desk, effects = advance(desk, event, world)
        asked += effects
    return desk, asked


def found(person: Identity, reading: bool = False) -> Desk:
    return Desk(Found(person, reading, None, None))


def decided(desk: Desk) -> Decision:
    assert isinstance(desk.state, Found | Choosing | Issuing)
    assert desk.state.decision is not None
    return desk.state.decision


def heard(answer: Answer) -> happened.Answered:
    return happened.Answered(1, answer)


def test_every_answer_is_a_flag_of_the_visit_and_the_clinic_stays() -> None:
    clinic = Visit(facility="99001", points=45)
    assert {field.name for field in fields(VisitAnswers)} <= {field.name for field in fields(Visit)}
    visit = VisitAnswers(transfer_form=True, transfer_signed_on=date(2026, 11, 20), uses_insurance=False).at(clinic)
    assert visit == replace(clinic, transfer_form=True, transfer_signed_on=date(2026, 11, 20), uses_insurance=False)
    assert VisitAnswers().at(clinic) == clinic


@pytest.mark.parametrize("answers_first", [True, False])
def test_emergency_is_decided_anew_whenever_it_is_said(
    world: World, person: Identity, elsewhere: CardAnswer, answers_first: bool
) -> None:
    plain, _ = go(found(person), world, [heard(elsewhere)])
    events: list[Event] = [EMERGENCY, heard(elsewhere)] if answers_first else [heard(elsewhere), EMERGENCY]
    desk, _ = go(found(person), world, events)
    assert decided(plain).route != "2"
    assert decided(desk).route == "2"


def test_answers_hold_when_the_chip_is_read_afterwards(world: World, person: Identity, elsewhere: CardAnswer) -> None:
    desk, _ = go(found(person, reading=True), world, [EMERGENCY, heard(elsewhere), happened.ChipRead(person)])
    assert decided(desk).route == "2"


def test_all_is_said_anew_each_time(world: World, person: Identity, elsewhere: CardAnswer) -> None:
    desk, _ = go(found(person), world, [heard(elsewhere), SELF_PAY, happened.VisitAnswered(VisitAnswers())])
    plain, _ = go(found(person), world, [heard(elsewhere)])
    assert desk.state == plain.state


def test_said_while_choosing_it_is_kept_with_the_check_in(
    world: World, person: Identity, elsewhere: CardAnswer, offers: tuple[ServiceOffer, ...]
) -> None:
    choosing: list[Event] = [heard(elsewhere), happened.Confirmed(), happened.ServicesCounted(offers)]
    desk, _ = go(found(person), world, [*choosing, SELF_PAY])
    assert isinstance(desk.state, Choosing)
    assert desk.state.offers == offers
    desk, [commit] = go(desk, world, [happened.ServiceChosen("NOI")])
    assert isinstance(commit, Commit)
    assert commit.request.decision.verdict is Verdict.SELF_PAY
    assert commit.request.decision.reasons[0].code == "insurance-not-used"


def test_whom_staff_must_see_after_all_chooses_no_service(
    world: World, person: Identity, elsewhere: CardAnswer, offers: tuple[ServiceOffer, ...]
) -> None:
    assert elsewhere.card is not None
    wrong = replace(elsewhere, code="060")
    chosen: list[Event] = [SELF_PAY, heard(wrong), happened.Confirmed(), happened.ServicesCounted(offers)]
    desk, _ = go(found(person), world, chosen)
    assert isinstance(desk.state, Choosing)
    desk, asked = go(desk, world, [happened.VisitAnswered(VisitAnswers())])
    assert isinstance(desk.state, Found)
    assert decided(desk).verdict is Verdict.ASK_STAFF
    desk, [commit] = go(desk, world, [happened.ServiceChosen("NOI"), happened.Confirmed()])
    assert isinstance(commit, Commit)
    assert (asked, commit.request.service_code) == ([], "TIEPDON")


@pytest.mark.parametrize("ends", [happened.TimedOut(), happened.Denied(), happened.StaffCalled(), happened.WentBack()])
def test_next_person_has_none_of_it(world: World, person: Identity, elsewhere: CardAnswer, ends: Event) -> None:
    desk, _ = go(found(person), world, [EMERGENCY, heard(elsewhere), ends])
    assert desk.answers == VisitAnswers()
    assert "answers" not in repr(desk)


@pytest.mark.parametrize("state", [Waiting(), Issuing])
def test_said_of_nobody_it_is_dropped(
    world: World, person: Identity, elsewhere: CardAnswer, state: State | type[Issuing]
) -> None:
    if isinstance(state, type):
        answered, _ = go(found(person), world, [heard(elsewhere)])
        state = Issuing(person, decided(answered))
    desk, asked = go(Desk(state), world, [EMERGENCY])
    assert (desk, asked) == (Desk(state), [])
