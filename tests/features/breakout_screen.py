"""A kiosk's pinned window on a real display, for `test_breakout`: tells what it shows, lays cards when told to.

Started as a program of its own: `breakout_screen.py FOLDER`. Each line of its input is `lay`, `take` or `quit`; what it
shows stands in `FOLDER/shown.json`, written anew forty times a second.
"""

import json
import sys
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRect, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QAbstractButton, QApplication

from kiosk.app.qt import open_app
from kiosk.app.training import Training, open_training
from kiosk.app.window import Station, show_window
from kiosk.settings import load_settings
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.window import PatientWindow
from kiosk.workflow.line import Line
from kiosk.workflow.state import Done, State, Waiting

SETTINGS = [
    "camera.name=none", "printer.target=none", "screen.px_per_mm=3.33", "screen.voice=false", "screen.sounds=false",
    "screen.animation=false", "gun.key_gap_ms=250",
]  # fmt: skip


class Teller(QObject):
    """Writes down what stands on the display; does what its input says."""

    def __init__(self, station: Station, training: Training, folder: Path) -> None:
        super().__init__()
        self._station, self._training, self._file = station, training, folder / "shown.json"
        self._state: State = Waiting()
        self._beats = 0
        self._ear = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._ear.activated.connect(self.hear)
        self._timer = QTimer(self)
        self._timer.setInterval(25)
        self._timer.timeout.connect(self.tell)
        self._timer.start()

    @Slot(object)
    def see(self, state: State) -> None:
        """The line's news."""
        self._state = state

    @Slot()
    def hear(self) -> None:
        """One order."""
        match sys.stdin.readline().strip():
            case "lay":
                self._training.lay(self._training.people[0])
            case "take":
                self._training.slot.remove()
            case _:
                QApplication.quit()

    @Slot()
    def tell(self) -> None:
        """Each time with one more beat: whoever reads it knows that what came before it was handled."""
        window = self._station.window
        assert isinstance(window, PatientWindow)
        self._beats += 1
        shown = {
            "beats": self._beats,
            "state": type(self._state).__name__,
            "ended": isinstance(self._state, Done) and self._state.is_over,
            "windows": sum(one.isVisible() for one in QApplication.topLevelWidgets()),
            "full": window.isVisible() and window.isFullScreen() and window.isActiveWindow(),
            "person": self._training.people[0].number,
            "blank": _blank(window),
            "listens": window._taps.may_press(),
            "digits": len(getattr(getattr(window.page, "digits", None), "digits", "")),
            "targets": [
                {
                    "name": one.accessibleName(),
                    "at": [one.mapToGlobal(one.rect().center()).x(), one.mapToGlobal(one.rect().center()).y()],
                    "on": one.isEnabled(),
                    "focus": one.hasFocus(),
                }
                for one in window.findChildren(QAbstractButton)
                if one.isVisible()
            ],
        }
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(shown, ensure_ascii=False), "utf-8")
        beside.replace(self._file)


def _blank(window: PatientWindow) -> list[int]:
    """A place where nothing is to be touched, as near to the middle as there is one."""
    buttons = [one for one in window.findChildren(QAbstractButton) if one.isVisible()]
    taken = [QRect(one.mapToGlobal(QPoint()), one.size()).adjusted(-6, -6, 6, 6) for one in buttons]
    places = _from_the_middle(window.width(), window.height())
    free = (place for place in places if not any(area.contains(place) for area in taken))
    best = next(free, places[0])
    return [best.x(), best.y()]


@cache
def _from_the_middle(width: int, height: int) -> list[QPoint]:
    """Places all over the screen, the nearest to its middle first; sought once, as it is told forty times a second."""
    middle = QPoint(width // 2, height // 2)
    places = [QPoint(x, y) for x in range(20, width, 24) for y in range(20, height, 24)]
    return sorted(places, key=lambda place: (place - middle).manhattanLength())


def main(folder: Path) -> None:
    """Until told to quit."""
    app = open_app()
    settings = load_settings(overrides=SETTINGS)
    with open_training(settings, folder) as training:
        facade = DeskFacade()
        line = Line(training.edges, on_state=facade.heard_state, on_devices=facade.heard_devices)
        # Simulators behind it, but the window of real patients: pinned, over the whole screen.
        station = Station(settings, training.clinic, facade, training=False)
        teller = Teller(station, training, folder)
        facade.state_changed.connect(teller.see)
        show_window(station.window, fills_screen=True)
        with DeskThread(line, facade), training.listen(line):
            app.exec()
        station.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
