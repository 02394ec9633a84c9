"""In an outage the journal is asked about the same person, and whatever is wrong there turns nobody away."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kiosk.eligibility.decision import Verdict
from kiosk.identity.person import Identity
from kiosk.lookup.answer import CardAnswer, ServiceTrouble, TroubleKind
from kiosk.workflow import event as happened
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.state import Found
from kiosk.workflow.transition import advance

if TYPE_CHECKING:
    from kiosk.eligibility.decision import Decision


def decided(desk: Desk) -> "Decision":
    assert isinstance(desk.state, Found)
    assert desk.state.decision is not None
    return desk.state.decision


@pytest.fixture
def away(covered: CardAnswer) -> ServiceTrouble:
    return ServiceTrouble(TroubleKind.TIMEOUT, "", covered.checked_at)


@pytest.fixture
def earlier(covered: CardAnswer) -> CardAnswer:
    return replace(covered, checked_at=covered.checked_at - timedelta(days=2))


def test_staff_are_told_and_the_card_stays_unverified(
    world: World, person: Identity, away: ServiceTrouble, earlier: CardAnswer
) -> None:
    desk, effects = advance(Desk(Found(person, True, None, None)), happened.Answered(1, away, earlier), world)
    desk, _ = advance(desk, happened.ChipRead(person), world)
    assert decided(desk).verdict is Verdict.UNVERIFIED
    assert "last-verified" in {reason.code for reason in decided(desk).reasons}
    assert effects == ()


def test_next_person_has_none_of_it(world: World, person: Identity, away: ServiceTrouble, earlier: CardAnswer) -> None:
    desk, _ = advance(Desk(Found(person, False, None, None)), happened.Answered(1, away, earlier), world)
    desk, _ = advance(desk, happened.TimedOut(), world)
    assert desk.earlier is None


def test_answer_of_another_session_leaves_nothing(
    world: World, person: Identity, away: ServiceTrouble, earlier: CardAnswer
) -> None:
    before = Desk(Found(person, False, None, None), session=2)
    assert advance(before, happened.Answered(1, away, earlier), world) == (before, ())
