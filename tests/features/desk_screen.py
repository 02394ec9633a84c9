"""The staff's window on a real display, for `test_desk_journey`: tells what it shows until it is told to quit.

Started as a program of its own: `desk_screen.py FOLDER`. What it shows stands in `FOLDER/shown.json`, written anew
forty times a second.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QRect, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from kiosk.app.qt import open_app
from kiosk.app.training import Training, open_training
from kiosk.app.window import Station, show_window
from kiosk.checkin.officer import plain
from kiosk.settings import load_settings
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.workflow.line import Line
from kiosk.workflow.state import Done, Found, State, Waiting

SETTINGS = ["camera.name=none", "screen.mode=desk", "desk.rooms=P203"]
GUN = "gun"
"""In the folder: the serial port of the gun."""


class Teller(QObject):
    """Writes down what stands on the display."""

    def __init__(self, station: Station, training: Training, folder: Path) -> None:
        super().__init__()
        self._station, self._file = station, folder / "shown.json"
        assert isinstance(station.window, DeskWindow)
        self._window = station.window
        person = next(one for one in training.people if one.insurance is not None and one.insurance.code == "000")
        self._person = [person.number, plain(person.full_name), f"{person.date_of_birth:%d/%m/%Y}"]
        self._state: State = Waiting()
        self._beats = 0
        self._ear = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._ear.activated.connect(lambda *_: QApplication.quit())
        self._timer = QTimer(self)
        self._timer.setInterval(25)
        self._timer.timeout.connect(self.tell)
        self._timer.start()

    @Slot(object)
    def see(self, state: State) -> None:
        """The line's news."""
        self._state = state

    @Slot()
    def tell(self) -> None:
        """Each time with one more beat: whoever reads it knows that what came before it was handled."""
        window, state, signing_in = self._window, self._state, self._station.sign_ins
        dialog = signing_in.dialog if signing_in is not None and signing_in.is_open else window.dialog
        on_top: QWidget = dialog or window
        focus, lines = QApplication.focusWidget(), window.view.list
        self._beats += 1
        shown = {
            "beats": self._beats,
            "state": type(state).__name__,
            "decided": isinstance(state, Found) and state.decision is not None and not state.reading,
            "printing": state.printing.told if isinstance(state, Done) and state.is_over and state.printing else "",
            "dialog": type(dialog).__name__ if dialog is not None else "",
            "active": on_top.isActiveWindow(),
            "focus": f"{type(focus).__name__} {focus.accessibleName()}" if focus is not None else "",
            "officer": window.view.header.officer.accessibleName(),
            "rows": [[row.ticket, row.state.value if row.state else ""] for row in window.view.list.lines.rows],
            "page": page.accessibleName() if (page := window.view.stack.currentWidget()) is not None else "",
            "subject": window.subject,
            "news": window.view.news.words.text(),
            "settled": window.is_settled,
            "person": self._person,
            "targets": [
                {
                    "name": one.accessibleName() or one.text(),
                    "at": _middle(one, one.rect()),
                    "on": one.isEnabled(),
                }
                for one in on_top.findChildren(QAbstractButton)
                if one.isVisible() and one.window() is on_top
            ],
            "fields": [_middle(one, one.rect()) for one in on_top.findChildren(QLineEdit) if one.isVisible()],
            "lines": [
                _middle(lines.viewport(), lines.visualRect(lines.lines.index(at)))
                for at in range(len(lines.lines.rows))
            ],
        }
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(shown, ensure_ascii=False), "utf-8")
        beside.replace(self._file)


def _middle(widget: QWidget, place: QRect) -> list[int]:
    middle = widget.mapToGlobal(place.center())
    return [middle.x(), middle.y()]


def main(folder: Path) -> None:
    """Until told to quit."""
    app = open_app()
    settings = load_settings(overrides=[*SETTINGS, f"gun.port={folder / GUN}"])
    with open_training(settings, folder) as training:
        facade = DeskFacade()
        line = Line(training.edges, on_state=facade.heard_state, on_devices=facade.heard_devices)
        # Simulators behind it, but with the gun of a real desk.
        station = Station(settings, training.clinic, facade, training=False)
        station.serve(training.edges, training.duty)
        assert training.duty is not None
        station.sign_in_with(training.duty)
        teller = Teller(station, training, folder)
        facade.state_changed.connect(teller.see)
        show_window(station.window, fills_screen=False)
        with DeskThread(line, facade), training.listen(line):
            app.exec()
            station.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
