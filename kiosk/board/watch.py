"""Reads the board from the store again and again, and tells what is new; a store that is away changes nothing shown."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Self

from kiosk.board.shown import Announcer, BoardShown, Call, shown
from kiosk.checkin.queue.entry import RoomBoard
from kiosk.failure import KioskError, log_defect

_log = logging.getLogger(__name__)

EVERY_S = 1.0
"""How soon after a call the hall sees it."""


class BoardWatch:
    """Looks every second, in a thread of its own between `start` and `stop`.

    `read` reads the rooms from the store. `on_board` hears every board that differs from the one before, `on_call`
    every new call; both in the watch's thread.
    """

    def __init__(
        self,
        read: Callable[[], Sequence[RoomBoard]],
        now: Callable[[], datetime],
        *,
        on_board: Callable[[BoardShown], None] = lambda _: None,
        on_call: Callable[[Call], None] = lambda _: None,
        every_s: float = EVERY_S,
    ) -> None:
        self._read, self._now = read, now
        self._on_board, self._on_call, self._every_s = on_board, on_call, every_s
        self._announcer = Announcer()
        self._lock = threading.Lock()
        self._board = BoardShown((), now(), is_stale=True)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def board(self) -> BoardShown:
        """The newest board."""
        with self._lock:
            return self._board

    def look(self) -> BoardShown:
        """Reads once, and tells what is new."""
        before = self.board
        try:
            board = shown(self._read(), self._now())
        except KioskError as error:
            if not before.is_stale:
                _log.warning("the board stands still: %s", error)
            board = replace(before, is_stale=True)
        else:
            for call in self._announcer.news(board):
                self._on_call(call)
        self._show(board)
        return board

    def start(self) -> None:
        """Begins to look."""
        self._thread = threading.Thread(target=self._run, name="board", daemon=False)
        self._thread.start()

    def stop(self) -> None:
        """Ends after the look under way."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        """Looks until the block ends."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends."""
        self.stop()

    def _show(self, board: BoardShown) -> None:
        with self._lock:
            before, self._board = self._board, board
        if replace(board, at=before.at) != before:
            self._on_board(board)

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except BaseException as error:  # noqa: BLE001 - a thread that ended would leave a board that looks alive
                if not self.board.is_stale:
                    log_defect(_log, "the board stands still", error)
                self._show(replace(self.board, is_stale=True))
            if self._stopped.wait(self._every_s):
                return
