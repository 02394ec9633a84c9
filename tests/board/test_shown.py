"""Each call and each recall is announced once, and a board that starts anew repeats nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.board.shown import Announcer, BoardShown, called, shown
from kiosk.checkin.queue.entry import RoomBoard
from kiosk.text import Language

Rooms = Callable[..., RoomBoard]


def told(announcer: Announcer, at: datetime, *rooms: RoomBoard) -> list[tuple[str, str, int]]:
    return [(call.ticket, call.room.code, call.times) for call in announcer.news(BoardShown(rooms, at))]


def test_what_was_called_before_the_board_began_is_not_announced(make_room: Rooms, at: datetime) -> None:
    announcer = Announcer()
    assert told(announcer, at, make_room(0, ("A001", 2))) == []
    assert told(announcer, at, make_room(0, ("A001", 2))) == []
    assert told(announcer, at, make_room(0, ("A001", 3))) == [("A001", make_room().room.code, 3)]


def test_call_and_recall_are_announced_once_each(make_room: Rooms, at: datetime) -> None:
    announcer, code = Announcer(), make_room().room.code
    announcer.news(BoardShown((), at))
    assert told(announcer, at, make_room(0, ("A042", 1))) == [("A042", code, 1)]
    assert told(announcer, at, make_room(0, ("A042", 1))) == []
    assert told(announcer, at, make_room(0, ("A042", 2))) == [("A042", code, 2)]
    assert told(announcer, at, make_room(0, inside=("A042",))) == []


def test_call_to_another_room_is_a_new_call(make_room: Rooms, at: datetime) -> None:
    announcer = Announcer()
    announcer.news(BoardShown((), at))
    first, second = make_room(0, ("A042", 1)), make_room(1, ("A042", 1))
    assert told(announcer, at, first) == [("A042", first.room.code, 1)]
    assert told(announcer, at, second) == [("A042", second.room.code, 1)]


def test_call_taken_back_and_made_again_is_announced_again(make_room: Rooms, at: datetime) -> None:
    announcer, code = Announcer(), make_room().room.code
    announcer.news(BoardShown((), at))
    assert told(announcer, at, make_room(0, ("A001", 1))) == [("A001", code, 1)]
    assert told(announcer, at, make_room(0, coming=("A001",))) == []
    assert told(announcer, at, make_room(0, ("A001", 1))) == [("A001", code, 1)]


def test_room_that_is_closed_and_empty_is_not_shown(make_room: Rooms, at: datetime) -> None:
    rooms = [
        make_room(0, is_open=False),
        make_room(1, ("A001", 1), is_open=False),
        make_room(2, is_open=False, waiting=3),
        make_room(3),
    ]
    assert [room.room.code for room in shown(rooms, at).rooms] == [room.room.code for room in rooms[1:]]


def test_whoever_is_inside_is_not_called(make_room: Rooms) -> None:
    assert [one.ticket for one in called(make_room(0, ("A002", 1), inside=("A001",)))] == ["A002"]


@pytest.mark.parametrize(
    ("language", "words"), [(Language.VI, "Mời số a, không bốn hai, đến "), (Language.EN, "Number A, zero four two, ")]
)
def test_hall_hears_ticket_and_room_twice(make_room: Rooms, at: datetime, language: Language, words: str) -> None:
    announcer = Announcer()
    announcer.news(BoardShown((), at))
    [call] = announcer.news(BoardShown((make_room(0, ("A042", 1)),), at))
    assert call.spoken(language).count(words) == 2
    assert call.spoken(language).count(make_room().room.name[language]) == 2


@given(st.lists(st.dictionaries(st.sampled_from(["A001", "A002", "B001"]), st.integers(1, 4)), max_size=12))
def test_number_of_announcements_is_the_number_of_new_calls(boards: list[dict[str, int]]) -> None:
    from kiosk.checkin.clinic import Bilingual, Room
    from kiosk.checkin.queue.calling import Lane
    from kiosk.checkin.queue.entry import BoardTicket
    from kiosk.checkin.queue.place import PlaceState

    room = Room("P1", Bilingual("Phòng 1", "Room 1"), Bilingual("Tầng 1", "Floor 1"))
    announcer, before, first = Announcer(), dict[str, int](), True
    moment: Any = None
    for calls in boards:
        tickets = tuple(BoardTicket(name, PlaceState.CALLED, Lane.NORMAL, "", n) for name, n in calls.items())
        news = announcer.news(BoardShown((RoomBoard(room, True, None, tickets, (), 0),), moment))
        wanted = [] if first else [name for name, n in calls.items() if n > before.get(name, 0)]
        assert [call.ticket for call in news] == wanted
        before, first = calls, False
