"""`kiosk run` until its waiting page is painted, and until its line is open. Argument: a folder for its store.

A process of its own: what is measured begins with the interpreter's start. Prints a line for each of the two: seconds
of the monotonic clock, the process's CPU time in seconds, its resident memory in MiB.
"""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from kiosk.__main__ import main
from kiosk.app import window
from kiosk.ui.facade import DeskFacade
from tests.bench.memory import resident_mib


def show_first_screen(folder: Path) -> int:
    """Runs the command with all devices absent, on a screen of 21.5 inches; returns its status."""
    app = QApplication(["kiosk"])
    painted = Painted(app)
    app.installEventFilter(painted)
    setattr(window, "DeskFacade", Heard)  # noqa: B010 - the window's own one, from outside
    settings = (
        "lookup.base_url=http://127.0.0.1:9",
        "printer.target=none",
        f"store.url=sqlite:///{folder / 'journal.db'}",
        "camera.name=none",
        "screen.px_per_mm=4.03",
        "log.level=error",
    )
    return main([*(f"--set={setting}" for setting in settings), "run"])


def tell() -> None:
    """Says to whoever measures what it cost to come here."""
    print(time.monotonic(), time.process_time(), resident_mib(), flush=True)


class Painted(QObject):
    """Tells when the waiting page has been painted."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lets everything pass."""
        if event.type() is QEvent.Type.Paint and type(watched).__name__ == "WaitingPage":
            if app := QApplication.instance():
                app.removeEventFilter(self)
            QTimer.singleShot(0, tell)  # when this event, with the painting in it, is over
        return False


class Heard(DeskFacade):
    """Tells when the line begins, and ends the application."""

    def __init__(self) -> None:
        super().__init__()
        self.devices_changed.connect(self.begun)

    @Slot(object)
    def begun(self, _: object) -> None:
        """The devices are the line's first news."""
        self.devices_changed.disconnect(self.begun)
        tell()
        QApplication.exit()


if __name__ == "__main__":
    sys.exit(show_first_screen(Path(sys.argv[1])))
