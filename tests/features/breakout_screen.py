"""A kiosk's pinned window on a real display, for `test_breakout`; cards are laid and taken by order: `lay`, `take`."""

import sys
from functools import cache
from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from kiosk.app.training import Training
from kiosk.app.window import Station
from kiosk.settings import load_settings
from kiosk.ui.window import PatientWindow
from kiosk.workflow.state import Done
from tests.features.shown_window import Teller, show

SETTINGS = [
    "camera.name=none", "printer.target=none", "screen.px_per_mm=3.33", "screen.voice=false", "screen.sounds=false",
    "screen.animation=false", "gun.key_gap_ms=400",
]  # fmt: skip
"""The keys of a gun come late and apart from a busy display."""


class PatientTeller(Teller):
    """Tells of the patients' window."""

    def __init__(self, station: Station, training: Training, folder: Path) -> None:
        person = training.people[0]
        super().__init__(folder, {"lay": lambda: training.lay(person), "take": training.slot.remove})
        assert isinstance(station.window, PatientWindow)
        self._window, self._person = station.window, person.number

    def on_top(self) -> QWidget:
        """The window itself: it has no other."""
        return self._window

    def facts(self) -> dict[str, object]:
        """Whether it is all there is, and what it takes."""
        window = self._window
        return {
            "ended": isinstance(self.state, Done) and self.state.is_over,
            "windows": sum(one.isVisible() for one in QApplication.topLevelWidgets()),
            "full": window.isVisible() and window.isFullScreen() and window.isActiveWindow(),
            "person": self._person,
            "blank": _blank(window),
            "listens": window._taps.may_press(),
            "digits": len(getattr(getattr(window.page, "digits", None), "digits", "")),
        }


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


if __name__ == "__main__":
    show(Path(sys.argv[1]), load_settings(overrides=SETTINGS), PatientTeller)
