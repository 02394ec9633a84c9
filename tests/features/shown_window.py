"""The program's side of `real_screen`: a kiosk's window that tells what it shows, as long as its input is open.

Started as a program of its own: `python -m tests.features.NAME FOLDER`. What it shows stands in `FOLDER/shown.json`,
written anew forty times a second.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRect, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from kiosk.app.qt import open_app
from kiosk.app.training import Training, open_training
from kiosk.app.window import Station, show_window
from kiosk.settings import Settings
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.workflow.line import Line
from kiosk.workflow.state import State, Waiting

BEAT_MS = 25


class Teller(QObject):
    """Writes down what stands on the display; does what its input says, a word a line."""

    def __init__(self, folder: Path, orders: dict[str, Callable[[], object]] | None = None) -> None:
        super().__init__()
        self._file, self._orders = folder / "shown.json", orders or {}
        self._beats = 0
        self.state: State = Waiting()
        self._ear = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._ear.activated.connect(self.hear)
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self.tell)
        self._timer.start()

    def on_top(self) -> QWidget:
        """What is to have the keyboard."""
        raise NotImplementedError

    def facts(self) -> dict[str, object]:
        """What else is told."""
        raise NotImplementedError

    @Slot(object)
    def see(self, state: State) -> None:
        """The line's news."""
        self.state = state

    @Slot()
    def hear(self) -> None:
        """Orders, or the end of the input: whoever gives them has gone."""
        for word in os.read(sys.stdin.fileno(), 4096).decode().split() or ["quit"]:
            self._orders.get(word, QApplication.quit)()

    @Slot()
    def tell(self) -> None:
        """Each time with one more beat: whoever reads it knows that what came before it was handled."""
        self._beats += 1
        on_top = self.on_top()
        shown = {
            "beats": self._beats,
            "state": type(self.state).__name__,
            "active": on_top.isActiveWindow(),
            "listens": True,
            "targets": [
                {
                    "name": one.accessibleName() or one.text(),
                    "at": middle(one, one.rect()),
                    "on": one.isEnabled(),
                    "focus": one.hasFocus(),
                }
                for one in on_top.findChildren(QAbstractButton)
                if one.isVisible() and one.window() is on_top
            ],
            **self.facts(),
        }
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(shown, ensure_ascii=False), "utf-8")
        beside.replace(self._file)


def middle(widget: QWidget, place: QRect) -> list[int]:
    """Of a place in a widget, on the display."""
    at = widget.mapToGlobal(place.center())
    return [at.x(), at.y()]


def show(folder: Path, settings: Settings, make_teller: Callable[[Station, Training, Path], Teller]) -> None:
    """Until told to quit. Simulators behind it, but the window and the devices before it are those of real use."""
    app = open_app()
    with open_training(settings, folder) as training:
        facade = DeskFacade()
        line = Line(training.edges, on_state=facade.heard_state, on_devices=facade.heard_devices)
        station = Station(settings, training.clinic, facade, training=False)
        if training.duty is not None:
            station.serve(training.edges, training.duty)
            station.sign_in_with(training.duty)
        teller = make_teller(station, training, folder)
        facade.state_changed.connect(teller.see)
        show_window(station.window, fills_screen=settings.screen.fills_screen)
        with DeskThread(line, facade), training.listen(line):
            app.exec()
            station.close()
