"""What staff order at once becomes one check-in, from whatever page the person is on."""

import pytest

from kiosk.checkin.record import Priority, PriorityBasis, PriorityClaim
from kiosk.eligibility.decision import Verdict
from kiosk.eligibility.override import Override
from kiosk.eligibility.rules import decide
from kiosk.identity.person import Identity
from kiosk.lookup.answer import CardAnswer
from kiosk.workflow import event as happened
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.effect import Commit
from kiosk.workflow.order import Order
from kiosk.workflow.state import Choosing, Found, Issuing, ServiceOffer, State, Waiting
from kiosk.workflow.transition import advance

CLAIM = PriorityClaim(Priority.DISABILITY, PriorityBasis.STAFF, "o1", "giấy xác nhận")


@pytest.fixture(params=["found", "still-reading", "choosing"])
def page(
    request: pytest.FixtureRequest, world: World, person: Identity, covered: CardAnswer,
    offers: tuple[ServiceOffer, ...],
) -> State:  # fmt: skip
    decision = decide(person, covered, world.visit, world.today)
    if request.param == "choosing":
        return Choosing(person, covered, decision, offers)
    return Found(person, request.param == "still-reading", covered, decision)


def test_order_carries_service_room_priority_and_decision(page: State, world: World) -> None:
    override = Override(Verdict.SELF_PAY, "người bệnh không dùng thẻ", "o1")
    desk, [commit] = advance(Desk(page), happened.Ordered(Order("NOI", "P203", CLAIM, override)), world)
    assert isinstance(desk.state, Issuing)
    assert isinstance(commit, Commit)
    request = commit.request
    assert (request.service_code, request.room_code, request.claim, request.override) == (
        "NOI",
        "P203",
        CLAIM,
        override,
    )
    assert request.decision.verdict is Verdict.SELF_PAY
    assert desk.state.decision == request.decision


def test_order_without_more_is_as_the_rules_decided(page: State, world: World) -> None:
    desk, [commit] = advance(Desk(page), happened.Ordered(Order("NOI")), world)
    assert isinstance(commit, Commit)
    assert isinstance(desk.state, Issuing)
    assert isinstance(page, Found | Choosing)
    assert commit.request.decision == page.decision
    assert (commit.request.room_code, commit.request.claim, commit.request.override) == ("", None, None)


def test_nothing_is_ordered_before_there_is_a_decision_or_a_person(world: World, person: Identity) -> None:
    for state in (Waiting(), Found(person, False, None, None), Found(person, True, None, None)):
        desk = Desk(state)
        assert advance(desk, happened.Ordered(Order("NOI")), world) == (desk, ())
