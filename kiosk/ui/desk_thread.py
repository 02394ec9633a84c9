"""The desk thread: runs the line beside the window."""

import logging
import threading
from types import TracebackType

from kiosk.failure import FailureCode, KioskError, defect_told
from kiosk.ui.facade import DeskFacade, RunningLine

log = logging.getLogger(__name__)

_BY_ITSELF = "the line ended by itself"


class DeskThread:
    """Starts the line in its own thread and ends it. `with DeskThread(line, facade): app.exec()`.

    A line that breaks, or ends though nobody stopped it, is told by the facade; what it broke on is raised where the
    block ends, and the program tells it as every other failure.
    """

    def __init__(self, line: RunningLine, facade: DeskFacade, *, name: str = "desk") -> None:
        self._line, self._facade = line, facade
        self._failure: BaseException | None = None
        self._is_stopped = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=False)
        facade.serve(line)

    @property
    def running(self) -> bool:
        """Whether the line works."""
        return self._thread.is_alive()

    def start(self) -> None:
        """The line begins."""
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Ends the line after the step under way; False: it still works after `timeout_s`."""
        self._is_stopped = True
        self._line.stop()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def end(self) -> None:
        """Ends the line; the log says if it still works."""
        if not self.stop():
            log.error("the desk thread did not end in time")

    def __enter__(self) -> "DeskThread":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        if error is None:
            self.raise_failure()

    def raise_failure(self) -> None:
        """Raises what the line broke on, if it did."""
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._line.run()
        except BaseException as error:  # noqa: BLE001 - the thread's edge; a panic in Rust is no Exception
            if not isinstance(error, KioskError):
                log.critical("the line ended: %s", defect_told(error))
            self._break(error)
        else:
            if not self._is_stopped:
                log.critical(_BY_ITSELF)
                self._break(KioskError(FailureCode.INTERNAL, _BY_ITSELF))

    def _break(self, error: BaseException) -> None:
        self._failure = error
        self._facade.heard_break()
