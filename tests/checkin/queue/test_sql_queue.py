"""The life of a queue on both databases: called, in the room, done, and everything that comes between."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from kiosk.checkin.queue.entry import QueueEntry, QueueFilter
from kiosk.checkin.queue.place import Act, PlaceState, Refused
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.record import Priority, PriorityBasis, PriorityClaim
from kiosk.checkin.store.queue_tables import queue_event
from kiosk.checkin.store.store import Store
from kiosk.failure import FailureCode, KioskError

House = Any  # of conftest; what may be absent in general is there in these tests
BY = "desk-1"


def done(result: QueueEntry | Refused) -> QueueEntry:
    assert isinstance(result, QueueEntry)
    return result


def acts(house: House, visit_id: str) -> list[Act]:
    return [event.act for event in house.queue.screens.history(visit_id)]


def test_visit_from_arrival_to_its_end(house: House) -> None:
    check_in = house.arrive()
    called = house.next()
    assert (called.ticket, called.state, called.calls) == (check_in.ticket, PlaceState.CALLED, 1)
    assert done(house.queue.enter(called.visit_id, BY)).state is PlaceState.IN_ROOM
    house.wait(8)
    finished = done(house.queue.finish(called.visit_id, BY))
    assert finished.state is PlaceState.DONE
    assert finished.ended_at is not None
    assert finished.entered_at is not None
    assert (finished.ended_at - finished.entered_at).total_seconds() == 480
    assert acts(house, called.visit_id) == [Act.ARRIVE, Act.CALL, Act.ENTER, Act.FINISH]
    assert house.queue.call_next("P105", BY) is None


def test_lanes_are_called_by_the_settings_rule(open_house: Callable[..., House]) -> None:
    house = open_house(QueueRule(priorities=2, normals=1))
    normals = [house.arrive().ticket for _ in range(3)]
    priorities = [house.arrive(priority=Priority.MERIT).ticket for _ in range(3)]
    emergency = house.arrive(priority=Priority.EMERGENCY).ticket
    called = [house.next().ticket for _ in range(7)]
    first, second, third = normals
    assert called == [emergency, *priorities[:2], first, priorities[2], second, third]
    assert house.queue.call_next("P105", BY) is None


def test_rooms_alternate_each_for_itself(house: House) -> None:
    for _ in range(2):
        house.arrive("nhi")
        house.arrive("nhi", Priority.PREGNANT)
        house.arrive("mat")
        house.arrive("mat", Priority.PREGNANT)
    assert [house.next("P105").lane.name for _ in range(2)] == ["PRIORITY", "NORMAL"]
    assert [house.next("P302").lane.name for _ in range(2)] == ["PRIORITY", "NORMAL"]


def test_particular_one_is_called_without_using_up_the_turn(house: House) -> None:
    first, second = house.arrive(), house.arrive()
    priority = house.arrive(priority=Priority.MERIT)
    assert done(house.queue.call(second.visit_id, BY, "asked for")).ticket == second.ticket
    assert [house.next().ticket for _ in range(2)] == [priority.ticket, first.ticket]


def test_recalls_are_counted_and_kept(house: House) -> None:
    visit_id = house.arrive().visit_id
    house.next()
    house.queue.recall(visit_id, BY)
    assert done(house.queue.recall(visit_id, BY)).calls == 3
    assert acts(house, visit_id) == [Act.ARRIVE, Act.CALL, Act.RECALL, Act.RECALL]


def test_who_does_not_come_waits_behind_so_many_others_and_then_is_a_no_show(
    open_house: Callable[..., House],
) -> None:
    house = open_house(QueueRule(returns=1, behind=2))
    absent, *others = [house.arrive() for _ in range(4)]
    assert house.next().ticket == absent.ticket
    assert done(house.queue.no_show(absent.visit_id, BY)).state is PlaceState.WAITING
    order = [house.next().ticket for _ in range(3)]
    assert order == [others[0].ticket, others[1].ticket, absent.ticket]
    gone = done(house.queue.no_show(absent.visit_id, BY, "called three times"))
    assert (gone.state, gone.skips) == (PlaceState.NO_SHOW, 2)
    assert acts(house, absent.visit_id)[-4:] == [Act.CALL, Act.PUT_BACK, Act.CALL, Act.NO_SHOW]
    assert house.next().ticket == others[2].ticket


def test_two_who_did_not_come_return_in_the_order_in_which_they_were_passed_over(
    open_house: Callable[..., House],
) -> None:
    house = open_house(QueueRule(behind=2))
    people = [house.arrive() for _ in range(5)]
    for absent in people[:2]:
        assert house.next().ticket == absent.ticket
        house.wait(1)
        house.queue.no_show(absent.visit_id, BY)
    # The first one waits behind the third; the second one behind the third and the first.
    assert [house.next().ticket for _ in range(5)] == [people[at].ticket for at in (2, 0, 1, 3, 4)]


def test_nobody_else_waiting_the_absent_one_is_next_again(house: House) -> None:
    only = house.arrive()
    house.next()
    house.queue.no_show(only.visit_id, BY)
    assert house.next().ticket == only.ticket


def test_last_call_is_taken_back_with_its_turn(house: House) -> None:
    house.arrive()
    priority = house.arrive(priority=Priority.MERIT)
    assert house.next().ticket == priority.ticket
    undone = house.queue.undo_call("P105", BY, "pressed twice")
    assert (undone.ticket, undone.state, undone.calls) == (priority.ticket, PlaceState.WAITING, 0)
    assert house.next().ticket == priority.ticket, "the turn was given back"
    assert acts(house, priority.visit_id) == [Act.ARRIVE, Act.CALL, Act.UNDO_CALL, Act.CALL]


def test_room_that_called_nobody_has_no_call_to_take_back(house: House) -> None:
    house.arrive()
    assert house.queue.undo_call("P105", BY) is None


def test_cancelled_visit_is_not_called_and_says_why(house: House) -> None:
    first, second = house.arrive(), house.arrive()
    assert done(house.queue.cancel(first.visit_id, BY, "went home")).state is PlaceState.CANCELLED
    assert house.next().ticket == second.ticket
    last = house.queue.screens.history(first.visit_id)[-1]
    assert (last.act, last.by, last.reason) == (Act.CANCEL, BY, "went home")


@pytest.mark.parametrize(("keeps", "order"), [(True, "moved first"), (False, "moved last")])
def test_moved_visit_keeps_its_ticket_and_by_the_rule_its_place(
    open_house: Callable[..., House], keeps: bool, order: str
) -> None:
    house = open_house(QueueRule(moved_keeps_place=keeps))
    moved, there = house.arrive("nhi"), house.arrive("mat")
    house.wait(1)
    entry = done(house.queue.move(moved.visit_id, BY, room_code="P302", reason="doctor away"))
    assert (entry.ticket, entry.room_code, entry.service_code) == (moved.ticket, "P302", "nhi")
    assert house.next("P302").ticket == (moved if keeps else there).ticket, order


def test_moved_to_another_service_goes_to_its_least_loaded_room(house: House) -> None:
    house.arrive("noi-tong-quat")
    moved = house.arrive("nhi")
    entry = done(house.queue.move(moved.visit_id, BY, service_code="noi-tong-quat"))
    assert (entry.service_code, entry.room_code, entry.ticket) == ("noi-tong-quat", "P204", moved.ticket)


def test_priority_set_by_staff_goes_first_and_says_who_and_why(house: House) -> None:
    house.arrive()
    later = house.arrive()
    claim = PriorityClaim(Priority.DISABILITY, PriorityBasis.ASKED, BY, "certificate shown")
    entry = done(house.queue.set_priority(later.visit_id, claim, BY))
    assert entry.claim == claim
    assert house.next().ticket == later.ticket
    assert house.queue.screens.history(later.visit_id)[1].reason == "disability: certificate shown"


def test_what_is_not_possible_is_a_value_and_changes_nothing(house: House) -> None:
    visit_id = house.arrive().visit_id
    refused = house.queue.enter(visit_id, BY)
    assert refused == Refused(Act.ENTER, PlaceState.WAITING)
    assert acts(house, visit_id) == [Act.ARRIVE]


@pytest.mark.parametrize(
    "ask",
    [
        lambda queue: queue.call_next("P999", BY),
        lambda queue: queue.undo_call("P999", BY),
        lambda queue: queue.set_room("P999", BY, open_today=True),
        lambda queue: queue.set_room("P105", BY, capacity=0),
        lambda queue: queue.finish("f" * 32, BY),
        lambda queue: queue.move("f" * 32, BY),
    ],
    ids=["next", "undo", "room", "no-doctor", "visit", "nowhere"],
)
def test_room_or_visit_that_there_is_not_is_named_input(house: House, ask: Callable[[Any], object]) -> None:
    with pytest.raises(KioskError) as caught:
        ask(house.queue)
    assert caught.value.code is FailureCode.INPUT_INVALID


def test_service_that_there_is_not_is_refused(house: House) -> None:
    visit_id = house.arrive().visit_id
    with pytest.raises(KioskError) as caught:
        house.queue.move(visit_id, BY, service_code="none")
    assert caught.value.code is FailureCode.SERVICE_UNKNOWN


def test_room_closed_by_staff_takes_nobody_until_it_is_opened(house: House) -> None:
    house.queue.set_room("P203", BY, open_today=False, reason="doctor ill")
    assert [house.arrive("noi-tong-quat").room.code for _ in range(3)] == ["P204"] * 3
    house.queue.set_room("P203", BY)
    assert house.arrive("noi-tong-quat").room.code == "P203"


def test_room_with_more_doctors_today_takes_more(house: House) -> None:
    house.queue.set_room("P204", BY, capacity=3)
    rooms = [house.arrive("noi-tong-quat").room.code for _ in range(8)]
    assert (rooms.count("P203"), rooms.count("P204")) == (2, 6)


def test_new_day_closes_whoever_is_still_there_and_marks_it(house: House, clock: Any) -> None:
    waiting, called, inside = (house.arrive() for _ in range(3))
    house.queue.call(called.visit_id, BY)
    house.queue.call(inside.visit_id, BY)
    house.queue.enter(inside.visit_id, BY)
    clock.now = datetime(2026, 11, 20, 17, 0, 1, tzinfo=UTC)  # past midnight in Ho Chi Minh City
    today = house.arrive()
    ends = [house.queue.screens.position(one.visit_id).state for one in (waiting, called, inside)]
    assert ends == [PlaceState.NO_SHOW, PlaceState.NO_SHOW, PlaceState.DONE]
    last = house.queue.screens.history(waiting.visit_id)[-1]
    assert (last.act, last.by) == (Act.DAY_CLOSED, "midnight")
    assert house.next().ticket == today.ticket == "B001"
    refused = house.queue.come_back(waiting.visit_id, BY)
    assert refused == Refused(Act.RETURN, PlaceState.NO_SHOW), "yesterday is over"


def test_days_without_an_act_are_closed_by_the_next_act_whenever_it_comes(house: House, clock: Any) -> None:
    left = house.arrive()
    clock.now = datetime(2026, 12, 24, 2, 0, tzinfo=UTC)
    assert house.queue.call_next("P105", BY) is None
    assert house.queue.screens.position(left.visit_id).state is PlaceState.NO_SHOW


def test_queue_goes_on_after_a_restart(open_house: Callable[..., House]) -> None:
    house = open_house()
    first, second, priority = house.arrive(), house.arrive(), house.arrive(priority=Priority.MERIT)
    assert house.next().ticket == priority.ticket
    again = open_house()
    again.queue.no_show(priority.visit_id, BY)
    assert [again.next().ticket for _ in range(3)] == [first.ticket, second.ticket, priority.ticket]


def test_history_refuses_to_forget(house: House, store: Store) -> None:
    house.arrive()
    for change in (update(queue_event).values(reason="another"), queue_event.delete()):
        with pytest.raises((KioskError, DBAPIError)), store.transaction() as connection:
            connection.execute(change)
    with store.transaction(reading=True) as connection:
        assert len(connection.execute(select(queue_event)).all()) == 1


def test_nothing_of_a_person_is_in_what_the_queue_shows_of_itself(house: House) -> None:
    visit_id = house.arrive().visit_id
    (entry,) = house.queue.screens.today(QueueFilter(room_code="P105"))
    (event,) = house.queue.screens.history(visit_id)
    (board,) = (room for room in house.queue.screens.board(with_names=True) if room.waiting)
    assert repr(entry) == "<QueueEntry>"
    assert repr(event) == "<QueueEvent>"
    assert repr(board.coming) == "(<BoardTicket>,)"


# -- the audit --------------------------------------------------------------------------------------------------------
_TURNS: dict[str, Callable[[House, str], object]] = {
    "cancelled": lambda house, visit_id: house.queue.cancel(visit_id, BY, "went home"),
    "restored-to-queue": lambda house, visit_id: house.queue.come_back(visit_id, BY, "came back"),
    "room-changed": lambda house, visit_id: house.queue.move(visit_id, BY, room_code="P203", reason="shorter"),
    "priority-changed": lambda house, visit_id: house.queue.set_priority(
        visit_id, PriorityClaim(Priority.PREGNANT, PriorityBasis.STAFF, BY, "seen"), BY
    ),
    "turn-changed": lambda house, _: house.queue.undo_call("P105", BY, "wrong one"),
    "queue-set": lambda house, _: house.queue.set_room("P105", BY, open_today=True, reason="a second doctor"),
}
_REASONS = {
    "cancelled": "went home", "restored-to-queue": "came back", "room-changed": "shorter", "priority-changed": "seen",
    "turn-changed": "wrong one", "queue-set": "a second doctor",
}  # fmt: skip


def standing(house: House, happened: str) -> str:
    """A visit where this act is possible."""
    visit_id = str(house.arrive().visit_id)
    if happened == "turn-changed":
        house.next()
    if happened == "restored-to-queue":
        house.next()
        house.queue.finish(visit_id, BY)
    return visit_id


@pytest.mark.parametrize("happened", _TURNS)
def test_act_that_turns_a_visits_way_stands_in_the_audit(house: House, happened: str) -> None:
    visit_id = standing(house, happened)
    before = len(house.journal.audit.rows())
    _TURNS[happened](house, visit_id)
    [row] = house.journal.audit.rows()[before:]
    about = "" if happened == "queue-set" else visit_id
    assert (row.happened, row.actor, row.subject, row.reason) == (happened, BY, about, _REASONS[happened])


@pytest.mark.parametrize("happened", _TURNS)
def test_act_that_the_audit_does_not_take_did_not_happen(house: House, store: Store, happened: str) -> None:
    visit_id = standing(house, happened)
    before, history = house.queue.screens.today(), acts(house, visit_id)
    with store.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO audit_elsewhere")
    with pytest.raises(KioskError) as caught:
        _TURNS[happened](house, visit_id)
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE
    assert (house.queue.screens.today(), acts(house, visit_id)) == (before, history)


def test_act_that_was_refused_is_not_in_the_audit(house: House) -> None:
    visit_id = house.arrive().visit_id
    before = house.journal.audit.rows()
    assert isinstance(house.queue.come_back(visit_id, BY, "too early"), Refused)
    assert house.queue.undo_call("P105", BY) is None
    assert house.journal.audit.rows() == before
