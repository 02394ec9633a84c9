"""What staff may ask for at any moment: the service once more, and a slip once more."""

from datetime import UTC, date, datetime

import pytest

from kiosk.checkin.record import CheckIn, Priority
from kiosk.eligibility.rules import decide
from kiosk.identity.person import Identity
from kiosk.lookup.answer import CardAnswer
from kiosk.workflow import event as happened
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.effect import LookUp, PrintSlip
from kiosk.workflow.state import Choosing, Found, ServiceOffer, State, Waiting
from kiosk.workflow.transition import advance


@pytest.fixture
def decided(world: World, person: Identity, covered: CardAnswer) -> Found:
    return Found(person, False, covered, decide(person, covered, world.visit, world.today))


def test_service_is_asked_again_and_its_first_answer_is_gone_meanwhile(decided: Found, world: World) -> None:
    desk, effects = advance(Desk(decided, session=7), happened.AskedAgain(), world)
    assert desk.state == Found(decided.identity, False, None, None)
    assert effects == (LookUp(7, decided.identity, again=True),)


def test_choice_of_a_service_goes_back_to_the_person(
    decided: Found, world: World, offers: tuple[ServiceOffer, ...]
) -> None:
    assert decided.answer is not None
    assert decided.decision is not None
    choosing = Choosing(decided.identity, decided.answer, decided.decision, offers)
    desk, [asked] = advance(Desk(choosing), happened.AskedAgain(), world)
    assert isinstance(desk.state, Found)
    assert asked == LookUp(desk.session, decided.identity, again=True)


def test_nobody_is_asked_about_twice_at_once_nor_where_nobody_is(person: Identity, world: World) -> None:
    states: list[State] = [Found(person, False, None, None), Waiting()]
    for state in states:
        desk = Desk(state)
        assert advance(desk, happened.AskedAgain(), world) == (desk, ())


def test_answer_of_the_second_question_decides(decided: Found, world: World) -> None:
    desk, _ = advance(Desk(decided), happened.AskedAgain(), world)
    assert decided.answer is not None
    desk, _ = advance(desk, happened.Answered(desk.session, decided.answer), world)
    assert desk.state == decided


@pytest.mark.parametrize("kind", ["waiting", "found"])
def test_slip_is_printed_again_whoever_is_at_the_desk(
    kind: str, decided: Found, world: World, check_in: CheckIn
) -> None:
    state = Waiting() if kind == "waiting" else decided
    desk, effects = advance(Desk(state), happened.SlipOrdered(check_in), world)
    assert desk.state is state
    assert effects == (PrintSlip(check_in, again=True),)


@pytest.fixture
def check_in(decided: Found, offers: tuple[ServiceOffer, ...]) -> CheckIn:
    assert decided.decision is not None
    return CheckIn(
        visit_id="0" * 32,
        business_day=date(2026, 11, 21),
        ticket="A001",
        number=1,
        service=offers[0].service,
        priority=Priority.NONE,
        full_name=decided.identity.full_name,
        birth_year=None,
        trust=decided.identity.trust,
        decision=decided.decision,
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
