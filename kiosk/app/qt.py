"""The Qt application of this process, and how it ends."""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from kiosk.failure import WISHES_TO_END, FailureCode, KioskError, defect_told

log = logging.getLogger(__name__)

_told = set[str]()
"""What broke, and where: a page that moves would break sixty times a second."""


def open_app() -> QApplication:
    """The Qt application of this process.

    Raises:
        KioskError: DISPLAY_MISSING.
    """
    if existing := QApplication.instance():
        return existing  # type: ignore[return-value]  # only ever made here, as a QApplication
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM")
    if sys.platform == "linux" and not has_display:
        # Qt would abort the process without a word that a clinic could use.
        raise KioskError(FailureCode.DISPLAY_MISSING)
    app = QApplication(["kiosk"])
    app.setApplicationName("kiosk")
    sys.excepthook = let_go_of_defect
    return app


def let_go_of_defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What a slot or a painting broke on is told once, by its kind and place, never in its own words; it is not kept.

    Python keeps the frames of what was last told, and with a painting's frame its painter: Qt ends the process at one
    of the next paintings for a painter that is still at work.
    """
    if issubclass(kind, WISHES_TO_END):
        sys.__excepthook__(kind, error, trace)
        return
    if (what := defect_told(error.with_traceback(trace))) not in _told:
        _told.add(what)
        log.critical("the window: %s", what)
    error.__traceback__ = None
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        if hasattr(sys, name):
            delattr(sys, name)


@contextmanager
def ended_by_signals(app: QCoreApplication) -> Iterator[None]:
    """Ctrl+C and the service manager's SIGTERM end `app` in order, until the block ends.

    Python hears a signal when it next runs: at the latest with the window's clock, a second later. One that comes
    before `app` runs ends it when it does. No window is asked whether it wants to close, as `quit` would.
    """

    def end(*_: object) -> None:
        QTimer.singleShot(0, app, app.exit)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
