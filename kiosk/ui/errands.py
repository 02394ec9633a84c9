"""What staff's pages ask of database, files and devices: done beside the screen, answered in the main thread."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Lock
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kiosk.failure import FailureCode, KioskError, log_defect

_log = logging.getLogger(__name__)

Found = TypeVar("Found")


class Errand(Generic[Found]):
    """One thing under way. Whoever asked may `drop` it: then nobody is told what came of it."""

    def __init__(
        self, work: Callable[[], Found], then: Callable[[Found], None], failed: Callable[[KioskError], None]
    ) -> None:
        self._work: Callable[[], Found] | None = work
        self._then, self._failed = then, failed
        self._outcome: tuple[Found] | KioskError | None = None
        self._one_at_a_time = Lock()
        self._is_dropped = self._has_begun = False

    def drop(self) -> None:
        """Nobody waits for it any more; what has not begun never does, and who it was about is forgotten now."""
        released = (
            self._then,
            self._failed,
            self._work,
        )  # let go of after the lock: whatever ends with them may drop too
        with self._one_at_a_time:
            self._is_dropped = True
            self._then = self._failed = _to_nobody
            if not self._has_begun:  # else the thread that does it would be the last to let go of it
                self._work = None
        del released

    def do(self) -> None:
        """In whichever thread: finds what is to be told. Nothing of the work itself is kept by what it broke on."""
        with self._one_at_a_time:
            work = self._work
            if self._is_dropped or work is None:
                return
            self._has_begun = True
        try:
            self._outcome = (work(),)
        except KioskError as error:
            self._outcome = error.with_traceback(None)
            error.__cause__ = error.__context__ = None
        except BaseException as error:  # noqa: BLE001 - a defect ends in a sentence on the page, a panic in Rust too
            log_defect(_log, "errand", error)  # for those who can mend it
            self._outcome = KioskError(FailureCode.INTERNAL, type(error).__name__)

    def tell(self) -> None:
        """In the thread of whoever asked: what was found, or why it broke."""
        if self._is_dropped:
            return
        match self._outcome:
            case (found,):
                self._then(found)
            case KioskError() as error:
                self._failed(error)


def _to_nobody(_: object) -> None:
    """Whoever asked has dropped it."""


class Errands(QObject):
    """Runs errands in the order in which they were given, a few at a time. Lives in the main thread.

    Errands are kept here until they are told, and a thread knows one by its number alone: what an errand refers to, a
    page of a window among it, is never let go in a thread that is not the window's. Qt would end the process.
    """

    _over = Signal(int)

    def __init__(self, parent: QObject | None = None, *, at_once: int = 2) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="errand")
        self._numbers = count()
        self._under_way: dict[int, Errand[Any]] = {}
        self._is_closed = False
        # Queued by name: the signal is emitted in the thread that did the errand.
        self._over.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Found],
        then: Callable[[Found], None],
        failed: Callable[[KioskError], None],
    ) -> Errand[Found]:
        """Does `work` in another thread; `then` hears what it found, `failed` why it broke, both in the main thread.

        Once closed it does nothing, tells nobody, and keeps nothing of what it was about.
        """
        number, errand = next(self._numbers), Errand(work, then, failed)
        if self._is_closed:
            errand.drop()
            return errand
        self._under_way[number] = errand
        self._pool.submit(self._do, number)
        return errand

    def close(self) -> None:
        """Waits for what is under way; what has not begun is not done, and nobody is told of either."""
        self._is_closed = True
        for errand in self._under_way.values():
            errand.drop()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._under_way.clear()

    def _do(self, number: int) -> None:
        self._under_way[number].do()
        self._over.emit(number)

    @Slot(int)
    def _tell(self, number: int) -> None:
        # Closed meanwhile: it is gone.
        if (errand := self._under_way.pop(number, None)) is not None:
            errand.tell()
