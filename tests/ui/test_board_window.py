"""The hall's screen shows each call whole and large, one after the other, at every size."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from kiosk.board.shown import BoardShown, Call
from kiosk.checkin.clinic import Bilingual, Clinic, Room, load_clinic
from kiosk.checkin.queue.calling import Lane
from kiosk.checkin.queue.entry import BoardTicket, RoomBoard
from kiosk.checkin.queue.place import PlaceState
from kiosk.text import Language
from kiosk.ui.board_window import BoardWindow
from kiosk.ui.theme.letters import load_letters

AT = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SIZES = [(1920, 1080), (1080, 1920), (1366, 768), (800, 600)]


@pytest.fixture
def clinic() -> Clinic:
    return load_clinic(Path(__file__).parents[2] / "config/clinics/mau.toml")


@pytest.fixture
def open_board(qtbot: QtBot, clinic: Clinic) -> Callable[..., BoardWindow]:
    def opened(size: tuple[int, int] = (1280, 720), language: Language = Language.VI) -> BoardWindow:
        window = BoardWindow(clinic, load_letters(), language=language)
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        return window

    return opened


def room(code: str, *called: str, coming: tuple[str, ...] = (), name: str = "Phòng 203") -> RoomBoard:
    place = Bilingual("Tầng 2, ra thang máy rẽ trái", "Floor 2, left from the lift")
    now = tuple(BoardTicket(ticket, PlaceState.CALLED, Lane.NORMAL, "", 1) for ticket in called)
    after = tuple(BoardTicket(ticket, PlaceState.WAITING, Lane.NORMAL) for ticket in coming)
    return RoomBoard(Room(code, Bilingual(name, name), place), True, None, now, after, len(after))


def board(*rooms: RoomBoard, is_stale: bool = False) -> BoardShown:
    return BoardShown(rooms, AT, is_stale)


def picture(window: BoardWindow) -> QImage:
    return window.grab().toImage()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", list(Language))
def test_nothing_leaves_the_screen(open_board: Any, size: tuple[int, int], language: Language) -> None:
    window = open_board(size, language)
    long_name = "Phòng khám chuyên khoa Nội tiết và Đái tháo đường số 12"
    rooms = [
        room(f"P{n}", f"AB{n}00{n}", "S1012", coming=("A1001", "A1002", "A1003"), name=long_name) for n in range(9)
    ]
    window.show_board(board(*rooms, is_stale=True))
    window.show_time(AT)
    window.announce(Call("AB1001", rooms[1].room, 3))
    ground = window.palette().window().color()
    image = picture(window)
    edge = {image.pixelColor(image.width() - 1, y).name() for y in range(image.height() // 6, image.height())}
    assert len(edge) <= 2, "only grounds touch the right edge, no letter"
    assert ground.isValid()


def test_calls_stand_large_one_after_the_other(open_board: Any) -> None:
    window = open_board()
    first, second = room("P1", "A001"), room("P2", "B001")
    window.show_board(board(first, second))
    window.announce(Call("A001", first.room, 1))
    window.announce(Call("B001", second.room, 1))
    assert window.announced is not None
    assert window.announced.ticket == "A001"
    window._next_call()
    assert window.announced.ticket == "B001"
    window._next_call()
    assert window.announced is None


def test_call_changes_what_the_hall_sees(open_board: Any) -> None:
    window = open_board()
    window.show_board(board(room("P1", "A001")))
    before = picture(window)
    window.announce(Call("A001", room("P1").room, 1))
    assert picture(window) != before
    window._next_call()
    assert picture(window) == before


def test_rooms_that_do_not_fit_take_turns_and_a_call_brings_its_own(open_board: Any) -> None:
    window = open_board()
    rooms = [room(f"P{n}", f"A00{n}") for n in range(9)]
    window.show_board(board(*rooms))
    assert window.sheets == 2
    first = picture(window)
    window.turn_sheet()
    second = picture(window)
    assert first != second
    window.turn_sheet()
    assert picture(window) == first
    window.announce(Call("A008", rooms[8].room, 1))
    window._next_call()
    assert picture(window) == second


def test_fewer_rooms_leave_no_empty_sheet(open_board: Any) -> None:
    window = open_board()
    window.show_board(board(*[room(f"P{n}", f"A00{n}") for n in range(9)]))
    window.turn_sheet()
    window.show_board(board(room("P1", "A001")))
    one = picture(window)
    window.turn_sheet()
    assert picture(window) == one


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", list(Language))
def test_every_line_is_whole_apart_from_every_other_and_stands_out(
    open_board: Any, paint: Any, size: tuple[int, int], language: Language
) -> None:
    window = open_board(size, language)
    rooms = [
        room(f"P{n}", f"A00{n}", coming=("A101", "A102", "A103"), name="Phòng khám Nội tiết và Đái tháo đường")
        for n in range(9)
    ]
    window.show_board(board(*rooms, is_stale=True))
    window.show_time(AT)
    for _ in range(2):
        painting = paint(window, whole=True)
        assert painting.lines
        assert [*painting.cut(), *painting.crossed(), *painting.faint()] == []
        window.announce(Call("A001", rooms[1].room, 3))


def test_standing_board_looks_different_and_keeps_its_numbers(open_board: Any) -> None:
    window = open_board()
    window.show_board(board(room("P1", "A001")))
    fresh = picture(window)
    window.show_board(board(room("P1", "A001"), is_stale=True))
    assert picture(window) != fresh


def test_whoever_hears_screens_hears_the_call(open_board: Any) -> None:
    window = open_board()
    one = room("P1", "A001", coming=("A002",))
    window.show_board(board(one))
    assert window.accessibleDescription() == "Phòng 203: A001"
    window.announce(Call("A001", one.room, 1))
    assert "Mời số a, không không một" in window.accessibleDescription()
    assert window.accessibleName() == window.windowTitle() == "Bảng gọi số"


def test_call_for_a_room_that_is_not_shown_is_shown_all_the_same(open_board: Any) -> None:
    window = open_board()
    window.show_board(board())
    before = picture(window)
    window.announce(Call("A001", room("P1").room, 1))
    assert picture(window) != before
