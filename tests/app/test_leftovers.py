"""The window begins to clear up after sessions when its desk is open, and ends it with itself."""

import gc
import weakref

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.app.opening import OpenDesk
from kiosk.app.window import Station, _Kiosk
from kiosk.checkin.clinic import load_clinic
from kiosk.settings import load_settings
from kiosk.ui.facade import DeskFacade
from kiosk.workflow.state import AskingKey, Waiting
from tests.patience import WITHIN_MS


class Remembered:
    """Refers to itself."""

    def __init__(self) -> None:
        self.itself = self


class NoLine:
    """A line that nothing is posted to."""

    def run(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """It does not run."""

    def post(self, event: object) -> None:
        """Nothing comes of it."""


def test_the_window_begins_when_the_desk_is_open_and_ends_with_itself(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.ui.leftovers._LOOKS_EVERY_MS", WITHIN_MS)  # what is seen here is the end of a session
    settings = load_settings(
        overrides=["camera.name=none", "screen.px_per_mm=4.03", "screen.voice=false", "screen.sounds=false"]
    )
    facade = DeskFacade()
    station = Station(settings, load_clinic(settings.path(settings.clinic.file)), facade, training=True)
    _Kiosk(qapp, station, lambda: None).desk_opened(OpenDesk(NoLine()))
    left = weakref.ref(Remembered())
    facade.heard_state(AskingKey())
    qtbot.wait(100)
    assert left() is not None
    facade.heard_state(Waiting())
    qtbot.waitUntil(lambda: left() is None)
    station.close()
    assert gc.get_freeze_count() == 0
    station.window.deleteLater()
    station.deleteLater()
