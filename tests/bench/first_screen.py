"""`kiosk run` until its waiting page is painted; prints the resident memory in MiB. Argument: a folder for its store.

A process of its own: what is measured begins with the interpreter's start.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from kiosk.__main__ import main
from tests.bench.memory import resident_mib


def show_first_screen(folder: Path) -> int:
    """Runs the command with all devices absent, on a screen of 21.5 inches; returns its status."""
    app = QApplication(["kiosk"])
    painted = Painted(app)
    app.installEventFilter(painted)
    settings = (
        "lookup.base_url=http://127.0.0.1:9",
        "printer.target=none",
        f"store.url=sqlite:///{folder / 'journal.db'}",
        "camera.name=none",
        "screen.px_per_mm=4.03",
        "log.level=error",
    )
    return main([*(f"--set={setting}" for setting in settings), "run"])


class Painted(QObject):
    """Ends the application once the waiting page has been painted."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lets everything pass."""
        if event.type() is QEvent.Type.Paint and type(watched).__name__ == "WaitingPage":
            if app := QApplication.instance():
                app.removeEventFilter(self)
            QTimer.singleShot(0, self.tell)  # when this event, with the painting in it, is over
        return False

    @Slot()
    def tell(self) -> None:
        """Says so to whoever measures."""
        print(resident_mib(), flush=True)
        QApplication.exit()


if __name__ == "__main__":
    sys.exit(show_first_screen(Path(sys.argv[1])))
