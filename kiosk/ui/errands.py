"""What staff's pages ask of database, files and devices: done beside the screen, answered in the main thread."""

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kiosk.failure import FailureCode, KioskError

_log = logging.getLogger(__name__)

Found = TypeVar("Found")


class Errand(QObject, Generic[Found]):
    """One thing under way. Whoever asked may `drop` it: then nobody is told what came of it."""

    _over = Signal()

    def __init__(self, then: Callable[[Found], None], failed: Callable[[KioskError], None], parent: QObject) -> None:
        super().__init__(parent)
        self._then, self._failed = then, failed
        self._found: Future[Found] | None = None
        self._dropped = False
        # Queued by name: the signal is emitted in the thread that did the errand.
        self._over.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def drop(self) -> None:
        """Nobody waits for it any more; what has not begun never does."""
        self._dropped = True
        if self._found is not None:
            self._found.cancel()

    def follow(self, found: "Future[Found]") -> None:
        """What it is that is under way."""
        self._found = found
        found.add_done_callback(lambda _: self._over.emit())

    @Slot()
    def _tell(self) -> None:
        found = self._found
        self.deleteLater()
        if self._dropped or found is None or found.cancelled():
            return
        match found.exception():
            case None:
                self._then(found.result())
            case KioskError() as error:
                self._failed(error)
            case error:
                # A defect ends in a sentence on the page, and in the log for those who can mend it; never with the
                # error's own words, which may quote what was asked about.
                frames = traceback.extract_tb(error.__traceback__)
                _log.error("errand: %s at %s", type(error).__name__, [f"{f.name}:{f.lineno}" for f in frames])
                self._failed(KioskError(FailureCode.INTERNAL, type(error).__name__))


class Errands(QObject):
    """Runs errands in the order in which they were given, a few at a time. Lives in the main thread."""

    def __init__(self, parent: QObject | None = None, *, at_once: int = 2) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="errand")

    def run(
        self,
        work: Callable[[], Found],
        then: Callable[[Found], None],
        failed: Callable[[KioskError], None],
    ) -> Errand[Found]:
        """Does `work` in another thread; `then` hears what it found, `failed` why it broke, both in the main thread."""
        errand: Errand[Found] = Errand(then, failed, self)
        errand.follow(self._pool.submit(work))
        return errand

    def close(self) -> None:
        """Waits for what is under way; what has not begun is not done, and nobody is told of either."""
        for errand in self.findChildren(Errand):
            errand.drop()
        self._pool.shutdown(wait=True, cancel_futures=True)
