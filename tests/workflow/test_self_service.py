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
from kiosk.reader.document import Sex
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


def test_from_the_person_to_the_number_are_three_taps(chosen: Callable[..., Desk], self_service: World) -> None:
    desk, [commit] = go(chosen(), self_service, happened.Agreed(SEEN))
    assert isinstance(desk.state, Issuing)
    assert isinstance(commit, Commit)
    assert (commit.request.claim, commit.request.notice_seen, commit.request.service_code) == (None, SEEN, "NOI")


@pytest.mark.parametrize("priority", [Priority.PREGNANT, Priority.DISABILITY, Priority.MERIT])
def test_whoever_says_why_they_go_first_has_a_number_with_what_they_saw_before(
    chosen: Callable[..., Desk], self_service: World, priority: Priority
) -> None:
    desk, asked = go(chosen(), self_service, happened.PriorityWanted(SEEN))
    assert isinstance(desk.state, AskingPriority)
    assert asked == []
    desk, [commit] = go(desk, self_service, happened.PriorityClaimed(priority))
    assert isinstance(desk.state, Issuing)
    assert isinstance(commit, Commit)
    claim = PriorityClaim(priority, PriorityBasis.ASKED)
    assert (commit.request.claim, commit.request.notice_seen, commit.request.service_code) == (claim, SEEN, "NOI")


@pytest.mark.parametrize("born", [PartialDate(1948, 1, 15), PartialDate(2024, 5, 1)])
def test_whom_the_birth_date_puts_first_is_not_asked(
    chosen: Callable[..., Desk], self_service: World, person: Identity, born: PartialDate
) -> None:
    desk = chosen(replace(person, date_of_birth=born))
    assert isinstance(desk.state, Confirming)
    assert desk.state.reasons == ()
    assert go(desk, self_service, happened.PriorityWanted(SEEN)) == (desk, [])


@pytest.mark.parametrize(
    "priority", [Priority.NONE, Priority.EMERGENCY, Priority.UNDER_SIX, Priority.SEVENTY_FIVE, Priority.PREGNANT]
)
def test_only_what_a_man_was_asked_counts_as_his_answer(
    chosen: Callable[..., Desk], self_service: World, person: Identity, priority: Priority
) -> None:
    asking, _ = go(chosen(replace(person, sex=Sex.MALE)), self_service, happened.PriorityWanted(SEEN))
    assert go(asking, self_service, happened.PriorityClaimed(priority)) == (asking, [])


def test_back_from_the_reasons_shows_the_page_as_it_was_left(chosen: Callable[..., Desk], self_service: World) -> None:
    desk, asked = go(chosen(), self_service, happened.PriorityWanted(SEEN), happened.WentBack())
    assert asked == []
    assert isinstance(desk.state, Confirming)
    assert desk.state.seen == SEEN
    desk, _ = go(desk, self_service, happened.WentBack())
    assert isinstance(desk.state, Choosing)


@pytest.mark.parametrize("further", [0, 1])
def test_another_card_a_code_or_no_in_the_last_questions(
    chosen: Callable[..., Desk], self_service: World, further: int
) -> None:
    desk, _ = go(chosen(), self_service, *[happened.PriorityWanted(SEEN)] * further)
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
    untimely = (happened.PriorityClaimed(Priority.MERIT), happened.PriorityWanted(SEEN), happened.Agreed(SEEN))
    assert go(desk, world, *untimely) == (desk, [])


def test_reason_tapped_before_the_notice_was_left_gives_no_number(
    chosen: Callable[..., Desk], self_service: World
) -> None:
    desk = chosen()
    assert go(desk, self_service, happened.PriorityClaimed(Priority.MERIT)) == (desk, [])


def test_staffed_desk_commits_with_the_service(
    world: World, person: Identity, covered: CardAnswer, offers: tuple[ServiceOffer, ...]
) -> None:
    decision = decide(person, covered, world.visit, world.today)
    desk, [commit] = go(Desk(Choosing(person, covered, decision, offers)), world, happened.ServiceChosen("NOI"))
    assert isinstance(desk.state, Issuing)
    assert isinstance(commit, Commit)
    assert commit.request.notice_seen is None


@pytest.mark.parametrize("further", [0, 1])
def test_what_staff_say_late_is_decided_anew_and_leaves_the_rest(
    chosen: Callable[..., Desk], self_service: World, further: int
) -> None:
    desk, _ = go(chosen(), self_service, *[happened.PriorityWanted(SEEN)] * further)
    after, _ = go(desk, self_service, happened.VisitAnswered(VisitAnswers(uses_insurance=False)))
    assert isinstance(after.state, Confirming | AskingPriority)
    assert isinstance(desk.state, Confirming | AskingPriority)
    assert after.state.decision != desk.state.decision
    assert replace(after.state, decision=desk.state.decision) == desk.state
