"""Where a visit stands: the table of moves is the whole truth, and a refusal is told in a sentence."""

from dataclasses import replace
from itertools import product

import pytest

from kiosk.checkin.queue.calling import Lane
from kiosk.checkin.queue.place import MOVES, Act, Place, PlaceState, Refused, act_on, lane_of
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.record import Priority, PriorityBasis, PriorityClaim
from kiosk.text import Language

WAITING = Place("0" * 32, "nhi", "P105", PlaceState.WAITING, Lane.NORMAL, arrived_ms=100, place_ms=100, number=7)
ALLOWED = """
waiting call; waiting cancel; waiting move; waiting priority; waiting day-closed
called recall; called undo-call; called enter; called done; called no-show; called cancel; called move
called day-closed
in-room done; in-room cancel; in-room move; in-room day-closed
done return; no-show return; cancelled return
"""


def after(place: Place, *acts: Act, rule: QueueRule = QueueRule(), at_ms: int = 500) -> Place:  # noqa: B008
    for act in acts:
        moved = act_on(place, act, at_ms, rule)
        assert isinstance(moved, Place)
        place = moved
    return place


def test_exactly_these_acts_are_possible() -> None:
    written = {tuple(pair.split()) for line in ALLOWED.strip().splitlines() for pair in line.split("; ")}
    assert {(state.value, act.value) for state, act in MOVES} == written


@pytest.mark.parametrize(("state", "act"), list(product(PlaceState, Act)))
def test_every_other_act_is_refused_with_a_sentence(state: PlaceState, act: Act) -> None:
    moved = act_on(replace(WAITING, state=state, called_ms=200, calls=1), act, 500, QueueRule(returns=0))
    if (state, act) in MOVES:
        assert isinstance(moved, Place)
        assert moved.state is MOVES[state, act]
    else:
        assert moved == Refused(act, state)
        for language in Language:
            sentence = moved.told(language)
            assert sentence.endswith(".")
            assert "{" not in sentence


def test_refusal_says_what_is_not_possible_and_why() -> None:
    assert Refused(Act.CALL, PlaceState.IN_ROOM).told(Language.VI) == "Không thể gọi: lượt khám này đang ở trong phòng."
    assert Refused(Act.CALL, PlaceState.IN_ROOM).told(Language.EN) == "Not possible to call: this visit is in the room."


def test_recalls_are_counted() -> None:
    assert after(WAITING, Act.CALL, Act.RECALL, Act.RECALL).calls == 3


def test_call_taken_back_leaves_the_place_as_it_was() -> None:
    assert after(WAITING, Act.CALL, Act.UNDO_CALL) == WAITING


def test_who_does_not_come_waits_again_as_often_as_the_rule_says() -> None:
    rule = QueueRule(returns=2)
    once = after(WAITING, Act.CALL, Act.NO_SHOW, rule=rule)
    assert (once.state, once.skips, once.called_ms) == (PlaceState.WAITING, 1, None)
    thrice = after(once, Act.CALL, Act.NO_SHOW, Act.CALL, Act.NO_SHOW, rule=rule)
    assert (thrice.state, thrice.skips, thrice.ended_ms) == (PlaceState.NO_SHOW, 3, 500)
    assert after(WAITING, Act.CALL, Act.NO_SHOW, rule=QueueRule(returns=0)).state is PlaceState.NO_SHOW


def test_moved_visit_keeps_its_place_or_joins_behind_as_the_rule_says() -> None:
    called = after(WAITING, Act.CALL)
    assert after(called, Act.MOVE).place_ms == 100
    assert after(called, Act.MOVE, rule=QueueRule(moved_keeps_place=False)).place_ms == 500
    assert after(called, Act.MOVE).called_ms is None


def test_returning_visit_joins_behind_everybody_with_its_skips_forgiven() -> None:
    gone = after(WAITING, Act.CALL, Act.NO_SHOW, rule=QueueRule(returns=0))
    back = after(gone, Act.RETURN, at_ms=900)
    assert (back.state, back.place_ms, back.arrived_ms, back.skips, back.ended_ms) == (
        PlaceState.WAITING, 900, 100, 0, None,
    )  # fmt: skip


def test_visit_finished_without_entering_was_inside_since_its_call() -> None:
    done = act_on(after(WAITING, Act.CALL, at_ms=200), Act.FINISH, 800, QueueRule())
    assert isinstance(done, Place)
    assert (done.entered_ms, done.ended_ms) == (200, 800)


@pytest.mark.parametrize("priority", list(Priority))
def test_each_priority_has_its_lane(priority: Priority) -> None:
    expected = {Priority.NONE: Lane.NORMAL, Priority.EMERGENCY: Lane.EMERGENCY}.get(priority, Lane.PRIORITY)
    assert lane_of(PriorityClaim(priority, PriorityBasis.STAFF)) is expected
    assert lane_of(None) is Lane.NORMAL


def test_place_shows_nothing_of_itself() -> None:
    assert repr(WAITING) == "<Place>"
