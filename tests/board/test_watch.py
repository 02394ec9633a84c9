"""The watch tells every change once, and a store that is away stops nothing and clears nothing."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from kiosk.board.shown import BoardShown, Call
from kiosk.board.watch import BoardWatch
from kiosk.checkin.queue.entry import RoomBoard
from kiosk.failure import FailureCode, KioskError, RetriableError
from tests.patience import WITHIN_S

Rooms = Callable[..., RoomBoard]


class Hall:
    """A store that can be away, and what the hall saw and heard."""

    def __init__(self, at: datetime) -> None:
        self.rooms: Sequence[RoomBoard] = ()
        self.is_away = False
        self.seen: list[BoardShown] = []
        self.heard: list[Call] = []
        self.watch = BoardWatch(self.read, lambda: at, on_board=self.seen.append, on_call=self.heard.append)

    def read(self) -> Sequence[RoomBoard]:
        if self.is_away:
            raise RetriableError(FailureCode.STORE_UNAVAILABLE, "away")
        return self.rooms


@pytest.fixture
def hall(at: datetime) -> Hall:
    return Hall(at)


def test_board_is_told_only_when_it_differs(hall: Hall, make_room: Rooms) -> None:
    hall.rooms = [make_room(0, ("A001", 1))]
    for _ in range(3):
        hall.watch.look()
    assert len(hall.seen) == 1
    hall.rooms = [make_room(0, ("A002", 1))]
    hall.watch.look()
    assert [room.now[0].ticket for board in hall.seen for room in board.rooms] == ["A001", "A002"]
    assert [call.ticket for call in hall.heard] == ["A002"]


def test_store_away_keeps_what_is_shown_and_says_so(
    hall: Hall, make_room: Rooms, caplog: pytest.LogCaptureFixture
) -> None:
    hall.rooms = [make_room(0, ("A001", 1))]
    hall.watch.look()
    hall.is_away = True
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            hall.watch.look()
    assert len(caplog.records) == 1
    assert (hall.watch.board.is_stale, hall.watch.board.rooms) == (True, tuple(hall.rooms))
    hall.is_away = False
    hall.rooms = [make_room(0, ("A001", 1), ("A002", 1))]
    assert not hall.watch.look().is_stale
    assert [call.ticket for call in hall.heard] == ["A002"], "what was called meanwhile is announced, and only that"


@pytest.mark.parametrize("kind", [ZeroDivisionError, type("PanicException", (BaseException,), {})])
def test_defect_in_the_thread_keeps_what_is_shown_says_so_and_ends_nothing(
    make_room: Rooms, at: datetime, caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    answers = iter([(make_room(0, ("A001", 1)),), None, None, (make_room(0, ("A002", 1)),)])
    seen, is_over = list[BoardShown](), threading.Event()

    def read() -> Any:
        answer = next(answers, (make_room(0, ("A002", 1)),))
        if answer is None:
            raise kind
        return answer

    def on_board(board: BoardShown) -> None:
        seen.append(board)
        if len(seen) == 3:
            is_over.set()

    with BoardWatch(read, lambda: at, on_board=on_board, every_s=0.001):
        assert is_over.wait(WITHIN_S)
    shown = [([room.now[0].ticket for room in board.rooms], board.is_stale) for board in seen[:3]]
    assert shown == [(["A001"], False), (["A001"], True), (["A002"], False)]
    assert [record.message.split(" at ")[0] for record in caplog.records] == [
        f"the board stands still: {kind.__name__}"
    ]


def test_watch_looks_by_itself_until_it_is_stopped(make_room: Rooms, at: datetime) -> None:
    looked = threading.Event()

    def read() -> Sequence[RoomBoard]:
        looked.set()
        return [make_room(0)]

    with BoardWatch(read, lambda: at, every_s=0.001):
        assert looked.wait(WITHIN_S)
    assert "board" not in [thread.name for thread in threading.enumerate()]


def test_first_board_without_a_store_is_empty_and_stale(hall: Hall) -> None:
    hall.is_away = True
    board = hall.watch.look()
    assert (board.rooms, board.is_stale) == ((), True)


def test_what_is_no_failure_of_the_store_is_not_hidden(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall.watch, "_read", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hall.watch.look()
    assert issubclass(RetriableError, KioskError)
