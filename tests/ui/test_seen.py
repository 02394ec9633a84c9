"""A page is seen when it is painted, in a later turn than it is made in; no finger acts on it before."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from kiosk.ui.fitting import fitting_page
from kiosk.ui.pages.page import Page
from kiosk.ui.widgets.controls import Controls
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import Wishes
from kiosk.workflow.state import AskingKey, Waiting


class Painted(QObject):
    """Counts how often each page was painted."""

    def __init__(self, window: PatientWindow) -> None:
        super().__init__(window)
        self.painted: Counter[str] = Counter()
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lets everything pass."""
        if event.type() is QEvent.Type.Paint:
            self.painted[type(self._window.page).__name__] += 1
        return False


@pytest.fixture
def seen(open_window: Callable[..., PatientWindow], qtbot: QtBot, qapp: QApplication) -> Painted:
    """An open window whose first page is painted, and nothing more is to be."""
    window = open_window()
    seen = Painted(window)
    qtbot.waitUntil(lambda: seen.painted["WaitingPage"] > 0)
    quiet_turns = 0
    while quiet_turns < 3:
        seen.painted.clear()
        qapp.processEvents()
        quiet_turns = 0 if seen.painted else quiet_turns + 1
    return seen


def test_a_page_is_not_painted_in_the_turn_in_which_it_is_made(seen: Painted, qtbot: QtBot) -> None:
    seen._window.show_state(AskingKey())
    QCoreApplication.sendPostedEvents()
    assert not seen.painted
    qtbot.waitUntil(lambda: seen.painted["AskingKeyPage"] == 1)


def test_what_fills_a_page_in_is_painted_later_too(seen: Painted, states: dict[str, Any], qtbot: QtBot) -> None:
    seen._window.show_state(states["found-reading"])
    qtbot.waitUntil(lambda: seen.painted["FoundPage"] == 1)
    seen._window.show_state(states["found-covered"])
    QCoreApplication.sendPostedEvents()
    assert seen.painted["FoundPage"] == 1
    qtbot.waitUntil(lambda: seen.painted["FoundPage"] == 2)


def test_a_page_that_is_followed_at_once_is_never_painted(seen: Painted, states: dict[str, Any], qtbot: QtBot) -> None:
    seen._window.show_state(AskingKey())
    QCoreApplication.sendPostedEvents()
    seen._window.show_state(states["reading"])
    qtbot.waitUntil(lambda: seen.painted["ReadingPage"] == 1)
    assert set(seen.painted) == {"ReadingPage"}


def test_a_window_that_is_closed_before_its_page_is_painted_stays_quiet(seen: Painted, qapp: QApplication) -> None:
    seen._window.show_state(AskingKey())
    QCoreApplication.sendPostedEvents()
    seen._window.close()
    for _ in range(3):
        qapp.processEvents()
    assert not seen.painted


def test_of_pages_that_follow_each_other_quickly_the_last_is_painted(
    seen: Painted, states: dict[str, Any], qapp: QApplication, qtbot: QtBot
) -> None:
    for turn in range(10):
        seen._window.show_state(states["failed"] if turn % 2 else Waiting())
        qapp.processEvents()
    qtbot.waitUntil(lambda: seen.painted["FailedPage"] > 0)


def test_a_finger_on_the_page_before_never_acts_on_the_one_that_is_not_seen_yet(
    seen: Painted, states: dict[str, Any], time: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = seen._window

    def slow(*how: Any, **what: Any) -> Page:
        time.passes(1)
        return fitting_page(*how, **what)

    monkeypatch.setattr("kiosk.ui.stage.fitting_page", slow)
    window.show_state(states["found-covered"])
    assert not seen.painted
    told = list[object]()
    window.intent.connect(told.append)
    for button in window.page.findChildren(QAbstractButton) if window.page else ():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not told


def test_a_finger_that_came_while_a_page_was_painted_does_not_act(
    seen: Painted, states: dict[str, Any], time: Any, qtbot: QtBot
) -> None:
    window = seen._window
    window.show_state(states["found-covered"])
    time.passes(1)  # a machine that paints slowly
    qtbot.waitUntil(lambda: seen.painted["FoundPage"] == 1)
    told = list[object]()
    window.intent.connect(told.append)
    buttons = window.page.findChildren(QAbstractButton) if window.page else []
    for wait_s, is_heard in ((0.1, False), (0.3, True)):
        time.passes(wait_s)
        for button in buttons:
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert bool(told) is is_heard


def test_a_hand_that_trembles_wishes_once(seen: Painted, time: Any) -> None:
    window = seen._window
    for wished in (2, 3, 4):  # after the languages
        time.passes(1)
        for _ in range(2):
            [controls] = [one for one in window.findChildren(Controls) if one.isVisible()]
            QTest.mouseClick(controls.toggles[wished], Qt.MouseButton.LeftButton)
            time.passes(0.1)
    assert window.wishes == Wishes(large=True, contrast=True, lowered=True)
