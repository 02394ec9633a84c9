"""Windows without a screen, a clinic, and time that tests move by hand."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.text import Language
from kiosk.ui.gallery import MOMENT, Glass, examples
from kiosk.ui.guidance import Voice
from kiosk.ui.theme.scale import Scale
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import NO_WISHES, Wishes
from kiosk.workflow.state import Devices, DeviceState, State, Waiting

ROOT = Path(__file__).resolve().parents[2]
READY = Devices(DeviceState.READY, DeviceState.READY, DeviceState.READY)


@dataclass
class Time:
    """A clock that stands still until it is moved."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s

    def passes(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="session")
def clinic() -> Clinic:
    return load_clinic(ROOT / "config" / "clinics" / "mau.toml")


@pytest.fixture(scope="session")
def states(clinic: Clinic) -> dict[str, State]:
    return examples(clinic)


OpenWindow = Callable[..., PatientWindow]


@pytest.fixture
def open_window(qtbot: QtBot, clinic: Clinic, time: Time) -> OpenWindow:
    def opened(
        glass: Glass | None = None, *, training: bool = False, language: Language = Language.VI,
        wishes: Wishes = NO_WISHES, speech: Voice | None = None,
    ) -> PatientWindow:  # fmt: skip
        size = glass or Glass(1920, 1080, 4.03)
        window = PatientWindow(
            clinic,
            scale=Scale(size.px_per_mm),
            training=training,
            animated=False,
            now=lambda: MOMENT,
            clock=time,
            speech=speech,
        )
        qtbot.addWidget(window)
        window.resize(size.width, size.height)
        window.show_devices(READY)
        window.show()
        window.show_state(Waiting())
        window.set_language(language)
        window.set_wishes(wishes)
        return window

    return opened
