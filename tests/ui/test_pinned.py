"""A pinned window closes only by the program, and comes back when it is covered; any other is as any window."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.checkin.clinic import Clinic
from kiosk.ui.pinned import Pinned
from kiosk.ui.window import PatientWindow


class SystemClose(QCloseEvent):
    """What Alt+F4 becomes."""

    def spontaneous(self) -> bool:
        return True


class Comings(QObject):
    """Notes how often a window was shown and hidden."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.noted: list[QEvent.Type] = []
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lets everything pass."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.noted.append(event.type())
        return False


@pytest.fixture
def behind(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QWidget:
    """A window that something else covers, whatever it asks for."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    return window


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_covered_window_asks_first_and_is_shown_anew_where_that_was_in_vain(behind: QWidget) -> None:
    pinned, comings = Pinned(behind, pinned=True), Comings(behind)
    pinned.come_back()
    assert behind.isFullScreen()
    assert QEvent.Type.Hide not in comings.noted
    comings.noted.clear()
    pinned.come_back()
    assert comings.noted == [QEvent.Type.Hide, QEvent.Type.Show]
    assert behind.isFullScreen()
    comings.noted.clear()
    pinned.come_back()
    assert QEvent.Type.Hide not in comings.noted, "it is not hidden twice in a row"


def test_window_in_front_is_left_alone(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.showFullScreen()
    monkeypatch.setattr(window, "isActiveWindow", lambda: True)
    comings = Comings(window)
    Pinned(window, pinned=True).come_back()
    assert comings.noted == []


def test_window_that_is_not_pinned_lies_where_it_was_put(behind: QWidget) -> None:
    comings = Comings(behind)
    Pinned(behind, pinned=False).come_back()
    assert (comings.noted, behind.isFullScreen()) == ([], False)


def test_no_key_of_the_window_system_closes_a_pinned_window(qtbot: QtBot, clinic: Clinic) -> None:
    window = PatientWindow(clinic, pinned=True, animated=False)
    qtbot.addWidget(window)
    window.show()
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    by_the_system = SystemClose()
    window.closeEvent(by_the_system)
    assert not by_the_system.isAccepted()
    assert window.isVisible()
    window.close()
    assert not window.isVisible()
    assert closed == [True]
    assert not window._tick.isActive()
