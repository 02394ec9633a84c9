"""Whose person may be seen: whoever goes off duty leaves nobody, whatever the line was at and still says of them."""

from typing import Any

import pytest

from kiosk.checkin.clinic import Clinic
from kiosk.failure import FailureCode
from kiosk.reader.document import ReadPhase
from kiosk.ui.desk.curtain import Curtain
from kiosk.ui.desk.gallery import desk_examples
from kiosk.workflow.event import Denied, TimedOut, WentBack
from kiosk.workflow.state import AskingCard, AskingKey, Done, Failed, Found, Issuing, Reading, State, Waiting


@pytest.fixture
def states(desk_clinic: Clinic) -> dict[str, State]:
    examples = desk_examples(desk_clinic)
    found = examples["found-covered"].state
    assert isinstance(found, Found)
    assert found.decision is not None
    return {
        "found": found,
        "issuing": Issuing(found.identity, found.decision),
        "done": examples["done"].state,
        "reading": Reading(ReadPhase.CONNECTING),
        "failed": Failed(FailureCode.CARD_REMOVED),
        "card-wanted": AskingCard(),
        "key": AskingKey(),
        "waiting": Waiting(),
    }


@pytest.mark.parametrize(
    ("was_at", "ends_with"),
    [
        ("found", [Denied()]),
        ("done", [WentBack()]),
        ("failed", [TimedOut()]),
        ("card-wanted", [WentBack()]),
        ("reading", []),
        ("issuing", []),
    ],
)
def test_officer_who_goes_ends_what_can_be_ended_and_waits_for_the_rest(
    states: dict[str, State], was_at: str, ends_with: list[Any]
) -> None:
    asked: list[Any] = []
    curtain = Curtain(asked.append)
    curtain.fall(states[was_at])
    assert (asked, curtain.is_ending) == (ends_with, True)


@pytest.mark.parametrize("was_at", ["waiting", "key"])
def test_nothing_has_to_end_where_the_line_is_with_nobody(states: dict[str, State], was_at: str) -> None:
    asked: list[Any] = []
    curtain = Curtain(asked.append)
    curtain.fall(states[was_at])
    assert (asked, curtain.is_ending) == ([], False)


def test_number_that_was_being_given_is_not_shown_and_its_page_is_ended(states: dict[str, State]) -> None:
    asked: list[Any] = []
    curtain = Curtain(asked.append)
    curtain.fall(states["issuing"])
    assert not curtain.lets_through(states["done"])
    assert asked == [WentBack()]
    assert curtain.lets_through(Waiting())
    assert curtain.lets_through(states["found"])


def test_person_whose_chip_was_being_read_is_not_shown_however_often_the_line_says_so(
    states: dict[str, State],
) -> None:
    asked: list[Any] = []
    curtain = Curtain(asked.append)
    curtain.fall(states["reading"])
    assert not curtain.lets_through(Reading(ReadPhase.PHOTO))
    assert not curtain.lets_through(states["found"])
    assert not curtain.lets_through(states["found"])
    assert asked == [Denied(), Denied()]


def test_nobody_is_shown_while_nobody_is_on_duty(states: dict[str, State]) -> None:
    asked: list[Any] = []
    curtain = Curtain(asked.append)
    curtain.nobody_may_see = True
    assert not curtain.lets_through(states["found"])
    assert not curtain.lets_through(states["done"])
    assert asked == [Denied(), WentBack()]
    assert curtain.lets_through(Failed(FailureCode.OFFICER_NEEDED))
    assert curtain.lets_through(states["key"])
    assert isinstance(states["done"], Done)
