"""What a patient is asked between the choice of a service and the number."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.checkin.notice import NoticeSeen, PurposeAnswer
from kiosk.checkin.record import Priority, PriorityBasis, PriorityClaim
from kiosk.dates import PartialDate
from kiosk.eligibility.rules import decide
from kiosk.identity.person import Identity
from kiosk.lookup.answer import CardAnswer
from kiosk.text import Language
from kiosk.workflow import event as happened
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.effect import Commit, Effect
from kiosk.workflow.event import Event
from kiosk.workflow.state import (
    AskingKey,
    AskingPriority,
    Choosing,
    Confirming,
    Found,
    Issuing,
    ServiceOffer,
    Waiting,
)
from kiosk.workflow.transition import advance
from kiosk.workflow.visit_answers import VisitAnswers


def go(desk: Desk, world: World, *events: Event) -> tuple[Desk, list[Effect]]:
    asked: list[Effect] = []
    for event in events:
        desk, effects = advance(desk, event, world)
        asked += effects
    return desk, asked


SEEN = NoticeSeen("1-0123456789ab", Language.EN, (PurposeAnswer("reminder", "0123456789ab", given=False),))


@pytest.fixture
def self_service(world: World) -> World:
    return replace(world, self_service=True)


@pytest.fixture
def chosen(
    self_service: World, person: Identity, covered: CardAnswer, offers: tuple[ServiceOffer, ...]
) -> Callable[..., Desk]:
    def choose(identity: Identity = person) -> Desk:
        decision = decide(identity, covered, self_service.visit, self_service.today)
        desk, effects = go(
            Desk(Choosing(identity, covered, decision, offers)), self_service, happened.ServiceChosen("NOI")
        )
        assert effects == []
        return desk

    return choose


@pytest.mark.parametrize(
    ("priority", "claim"),
    [
        (Priority.NONE, None),
        (Priority.PREGNANT, PriorityClaim(Priority.PREGNANT, PriorityBasis.ASKED)),
        (Priority.MERIT, PriorityClaim(Priority.MERIT, PriorityBasis.ASKED)),
    ],
)
def test_whom_no_birth_date_puts_first_is_asked_once_and_sees_all_before_the_number(
    chosen: Callable[..., Desk], self_service: World, priority: Priority, claim: PriorityClaim | None
) -> None:
    desk = chosen()
    assert isinstance(desk.state, AskingPriority)
    desk, effects = go(desk, self_service, happened.PriorityAnswered(priority))
    assert isinstance(desk.state, Confirming)
    assert (desk.state.claim, effects) == (claim, [])
    desk, [commit] = go(desk, self_service, happened.Agreed(SEEN))
    assert isinstance(desk.state, Issuing)
    assert isinstance(commit, Commit)
    assert (commit.request.claim, commit.request.notice_seen, commit.request.service_code) == (claim, SEEN, "NOI")


@pytest.mark.parametrize("born", [PartialDate(1948, 1, 15), PartialDate(2024, 5, 1)])
def test_whom_the_birth_date_puts_first_is_not_asked(
    chosen: Callable[..., Desk], person: Identity, born: PartialDate
) -> None:
    assert isinstance(chosen(replace(person, date_of_birth=born)).state, Confirming)


def test_back_leads_one_question_back_and_forgets_what_was_said(
    chosen: Callable[..., Desk], self_service: World, person: Identity
) -> None:
    desk, _ = go(chosen(), self_service, happened.PriorityAnswered(Priority.PREGNANT), happened.WentBack())
    assert isinstance(desk.state, AskingPriority)
    desk, _ = go(desk, self_service, happened.PriorityAnswered(Priority.NONE))
    assert isinstance(desk.state, Confirming)
    assert desk.state.claim is None
    desk, _ = go(desk, self_service, happened.WentBack(), happened.WentBack())
    assert isinstance(desk.state, Choosing)
    desk, _ = go(chosen(replace(person, date_of_birth=PartialDate(1948))), self_service, happened.WentBack())
    assert isinstance(desk.state, Choosing)


@pytest.mark.parametrize("further", [0, 1])
def test_another_card_a_code_or_no_in_the_last_questions(
    chosen: Callable[..., Desk], self_service: World, further: int
) -> None:
    desk, _ = go(chosen(), self_service, *[happened.PriorityAnswered(Priority.NONE)] * further)
    assert go(desk, self_service, happened.CodeScanned("999090000456|||||"))[0] == desk
    after, _ = go(desk, self_service, happened.CardLaid())
    assert isinstance(after.state, AskingKey)
    assert after.session != desk.session
    after, _ = go(desk, self_service, happened.Denied())
    assert isinstance(after.state, Waiting)
    after, _ = go(replace(desk, card_laid=True), self_service, happened.CardTaken())
    assert after.state == desk.state, "whoever takes their card early still gets their number"


def test_answer_to_a_question_that_is_not_asked_changes_nothing(world: World, person: Identity) -> None:
    desk = Desk(Found(person, False, None, None))
    assert go(desk, world, happened.PriorityAnswered(Priority.MERIT), happened.Agreed(SEEN)) == (desk, [])


def test_staffed_desk_commits_with_the_service(
    world: World, person: Identity, covered: CardAnswer, offers: tuple[ServiceOffer, ...]
) -> None:
    decision = decide(person, covered, world.visit, world.today)
    desk, [commit] = go(Desk(Choosing(person, covered, decision, offers)), world, happened.ServiceChosen("NOI"))
    assert isinstance(desk.state, Issuing)
    assert isinstance(commit, Commit)
    assert commit.request.notice_seen is None


def test_what_staff_say_late_is_decided_anew_and_may_need_them(
    chosen: Callable[..., Desk], self_service: World
) -> None:
    desk = chosen()
    after, _ = go(desk, self_service, happened.VisitAnswered(VisitAnswers(uses_insurance=False)))
    assert isinstance(after.state, AskingPriority)
    assert isinstance(desk.state, AskingPriority)
    assert after.state.decision != desk.state.decision
