"""The Qt application of this process, and how it ends."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from kiosk.failure import FailureCode, KioskError


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
    return app


@contextmanager
def ended_by_signals(app: QCoreApplication) -> Iterator[None]:
    """Ctrl+C and the service manager's SIGTERM end `app` in order, until the block ends.

    Python hears a signal when it next runs: at the latest with the window's clock, a second later.
    """
    before = {number: signal.signal(number, lambda *_: app.quit()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
