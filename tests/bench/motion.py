"""What a step of all that moves on a page costs the main thread; sixty of them fill a second.

A process of its own. Prints JSON: for each glass and page with movement the median and the 95th percentile in ms of
CPU time, painting what changed only, as the window does.
"""

import json
import time
from pathlib import Path
from statistics import median, quantiles

from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.checkin.clinic import load_clinic
from kiosk.ui.gallery import GLASSES, MOMENT, examples
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets.motion import MovingPiece
from kiosk.ui.window import PatientWindow
from kiosk.workflow.state import Devices, DeviceState

_STEPS = 120
_PAGES = ("waiting", "asking-card", "reading", "typing-number", "found-reading", "assistance", "done-printing")
_CLINIC = Path(__file__).resolve().parents[2] / "config" / "clinics" / "mau.toml"


def steps() -> list[tuple[str, str, float, float]]:
    """Glass, page, median and 95th percentile of a step in ms."""
    app = QApplication.instance() or QApplication(["kiosk"])
    clinic = load_clinic(_CLINIC)
    states, found = examples(clinic), []
    for glass in GLASSES:
        window = PatientWindow(clinic, scale=Scale(glass.px_per_mm), now=lambda: MOMENT)
        window.resize(glass.width, glass.height)
        window.show()
        window.show_devices(Devices(DeviceState.READY, DeviceState.READY, DeviceState.READY))
        for name in _PAGES:
            window.show_state(states[name])
            app.processEvents()
            if moving := [one for one in window.findChildren(MovingPiece) if one.isVisible()]:
                costs = [_cost_ms(window, moving) for _ in range(_STEPS)]
                found.append((glass.name, name, median(costs), quantiles(costs, n=20)[-1]))
        window.close()
    return found


def _cost_ms(window: QWidget, moving: list[MovingPiece]) -> float:
    """Onto a picture: the offscreen platform would copy the whole window for each part of it."""
    area = QRegion()
    for one in moving:
        area += one.moving_area().translated(one.mapTo(window, one.rect().topLeft()))
    picture = QImage(window.size(), QImage.Format.Format_RGB32)
    began_s = time.thread_time()
    window.render(picture, area.boundingRect().topLeft(), area)
    return (time.thread_time() - began_s) * 1000


if __name__ == "__main__":
    print(json.dumps(steps()))
