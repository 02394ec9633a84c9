"""What screens are told: the board without names, the desk's list, the tiles, one visit's position."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.queue.entry import QueueFilter, RoomBoard
from kiosk.checkin.queue.place import PlaceState
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.queue.waits import WaitRange
from kiosk.checkin.record import CheckInRequest, Priority
from kiosk.privacy import mask_initials

House = Any  # of conftest; what may be absent in general is there in these tests
BY = "desk-1"


def board_of(house: House, code: str, **options: Any) -> RoomBoard:
    boards: dict[str, RoomBoard] = {one.room.code: one for one in house.queue.screens.board(**options)}
    assert len(boards) == 13
    return boards[code]


def test_board_shows_who_is_called_and_who_comes_next_in_the_order_of_the_rule(house: House) -> None:
    first, second, third = (house.arrive() for _ in range(3))
    merit = house.arrive(priority=Priority.MERIT)
    house.next()
    house.wait(1)
    called = house.next()
    board = board_of(house, "P105", coming=2)
    assert [one.ticket for one in board.now] == [called.ticket, merit.ticket] == [first.ticket, merit.ticket]
    assert [one.ticket for one in board.coming] == [second.ticket, third.ticket]
    assert (board.waiting, board.is_open, board.opens_at) == (2, True, None)


def test_what_the_board_announces_is_what_is_called(open_house: Callable[..., House]) -> None:
    house = open_house(QueueRule(priorities=2, normals=1))
    for at in range(9):
        house.arrive(priority=Priority.MERIT if at % 2 else Priority.NONE)
    announced = [one.ticket for one in board_of(house, "P105", coming=9).coming]
    assert [house.next().ticket for _ in range(9)] == announced


@pytest.mark.parametrize(("with_names", "name"), [(False, ""), (True, "N.V. M…")])
def test_board_has_no_name_or_a_masked_one(house: House, with_names: bool, name: str) -> None:
    house.arrive()
    assert [one.name for one in board_of(house, "P105", with_names=with_names).coming] == [name]


@pytest.mark.parametrize(
    ("full_name", "shown"),
    [("Nguyễn Văn Mẫu", "N.V. M…"), ("MAU ANNA", "M. A…"), ("Mẫu", "M…"), ("", ""), ("  ", "")],
)
def test_initials_say_no_whole_word(full_name: str, shown: str) -> None:
    assert mask_initials(full_name) == shown


def test_board_of_a_closed_room_says_when_it_opens(house: House, clock: Any) -> None:
    clock.now = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    board = board_of(house, "P105")
    assert not board.is_open
    assert board.opens_at == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


def test_list_is_filtered_by_room_service_department_state_and_ticket(house: House) -> None:
    child, other, eye = house.arrive("nhi"), house.arrive("nhi"), house.arrive("mat")
    house.next()

    def tickets(**only: Any) -> list[str]:
        return [entry.ticket for entry in house.queue.screens.today(QueueFilter(**only))]

    assert tickets() == [other.ticket, child.ticket, eye.ticket]
    assert tickets(room_code="P302") == tickets(service_code="mat") == tickets(department_code="CK") == [eye.ticket]
    assert tickets(states=frozenset({PlaceState.CALLED})) == [child.ticket]
    assert tickets(ticket=other.ticket) == [other.ticket]
    assert tickets(room_code="P999") == tickets(department_code="XYZ") == []


def test_list_is_of_today_only(house: House) -> None:
    house.arrive()
    house.wait(24 * 60)
    assert house.queue.screens.today() == ()


def test_tiles_tell_who_really_waits_and_not_who_took_a_ticket(house: House) -> None:
    for _ in range(3):
        house.arrive()
    house.serve(5)
    wait = house.queue.screens.waits()["nhi"]
    assert (wait.waiting, wait.room.code, wait.wait) == (2, "P105", WaitRange(15, 25))
    assert house.journal.waiting() == {"nhi": 2}
    empty = house.queue.screens.waits()["mat"]
    assert (empty.waiting, empty.wait) == (0, WaitRange(0, 5))


def test_tile_names_the_room_where_the_next_one_would_go(house: House) -> None:
    house.arrive("noi-tong-quat")
    told = house.queue.screens.waits()["noi-tong-quat"]
    assert told.room.code == house.arrive("noi-tong-quat").room.code == "P204"


def test_tile_of_a_closed_service_says_when_it_opens(house: House, clock: Any) -> None:
    clock.now = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    told = house.queue.screens.waits()["nhi"]
    assert told.wait is None
    assert told.opens_at == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def test_position_counts_down_and_ends(house: House) -> None:
    first, second = house.arrive(), house.arrive()
    position = house.queue.screens.position(second.visit_id)
    assert (position.ahead, position.now_serving, position.room.code) == (1, "", "P105")
    house.next()
    position = house.queue.screens.position(second.visit_id)
    assert (position.ahead, position.now_serving) == (0, first.ticket)
    house.next()
    position = house.queue.screens.position(second.visit_id)
    assert (position.state, position.ahead, position.wait) == (PlaceState.CALLED, None, None)
    assert house.queue.screens.position("f" * 32) is None


def test_position_agrees_with_the_check_in(house: House) -> None:
    for at in range(6):
        check_in = house.arrive(priority=Priority.MERIT if at % 3 == 2 else Priority.NONE)
        position = house.queue.screens.position(check_in.visit_id)
        placement = check_in.placement
        assert (position.ahead, position.wait, position.room) == (placement.ahead, placement.wait, placement.room)


def test_several_doctors_in_a_room_shorten_the_wait(
    open_house: Callable[..., House], clinic: Clinic, request_for: Callable[..., CheckInRequest]
) -> None:
    services = tuple(
        replace(one, room=replace(one.room, capacity=2)) if one.code == "nhi" else one for one in clinic.services
    )
    house = open_house(clinic=replace(clinic, services=services))
    waits = [house.arrive().placement.wait for _ in range(4)]
    assert waits == [WaitRange(0, 5), WaitRange(0, 5), WaitRange(5, 15), WaitRange(10, 20)]
