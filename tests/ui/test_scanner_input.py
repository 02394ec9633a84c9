"""A gun's keys become codes and never reach a widget; a hand's keys arrive where they were typed."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kiosk.ui.scanner_input import ScannerInput
from kiosk.workflow.event import CodeScanned

# The screenless platform cannot tell a window's least size to a window system.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Desk:
    """A field with the focus, a shortcut on Enter, and the filter."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, time: Any) -> None:
        self.time = time
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.field = QLineEdit()
        QVBoxLayout(self.window).addWidget(self.field)
        self.shortcuts: list[str] = []
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Return), self.window)
        shortcut.activated.connect(lambda: self.shortcuts.append("enter"))
        self.window.show()
        self.field.setFocus()
        self.input = ScannerInput(clock=time)
        self.scans: list[str] = []
        self.faults: list[Any] = []
        self.input.scanned.connect(self._scanned)
        self.input.discarded.connect(self.faults.append)
        self.input.watch(qapp)

    def _scanned(self, event: CodeScanned) -> None:
        self.scans.append(event.text)

    def type(self, text: str, gap_s: float) -> None:
        for letter in text:
            self.time.passes(gap_s)
            if letter == "\r":
                QTest.keyClick(self.field, Qt.Key.Key_Return)
            else:
                QTest.keyClicks(self.field, letter)

    def silence(self, seconds: float = 5.0) -> None:
        self.time.passes(seconds)
        self.input.listen_to_silence()


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, time: Any) -> Iterator[Desk]:
    made = Desk(qtbot, qapp, time)
    yield made
    qapp.removeEventFilter(made.input)


def test_a_guns_code_is_scanned_and_does_not_leak(desk: Desk) -> None:
    desk.type("999048000123\r", 0.01)
    desk.silence()
    assert desk.scans == ["999048000123"]
    assert desk.field.text() == ""
    assert desk.shortcuts == []


def test_a_gun_that_does_not_close_its_code_is_heard_after_silence(desk: Desk) -> None:
    desk.type("999048000123", 0.01)
    assert desk.scans == []
    desk.silence()
    assert desk.scans == ["999048000123"]
    assert desk.field.text() == ""


def test_a_hand_types_into_the_field(desk: Desk) -> None:
    desk.type("mau", 0.3)
    desk.silence()
    assert desk.field.text() == "mau"
    assert desk.scans == []


def test_enter_of_a_hand_is_enter(desk: Desk) -> None:
    desk.type("mau", 0.3)
    desk.silence()
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    desk.silence()
    assert desk.shortcuts == ["enter"]


def test_backspace_of_a_hand_takes_back(desk: Desk) -> None:
    desk.type("mau", 0.3)
    desk.silence()
    QTest.keyClick(desk.field, Qt.Key.Key_Backspace)
    assert desk.field.text() == "ma"


def test_what_an_input_method_commits_is_part_of_the_code(desk: Desk) -> None:
    for piece in ("9990", "4800", "0123"):
        desk.time.passes(0.01)
        event = QInputMethodEvent()
        event.setCommitString(piece)
        QApplication.sendEvent(desk.field, event)
    desk.silence()
    assert desk.scans == ["999048000123"]
    assert desk.field.text() == ""


def test_an_input_methods_word_of_a_hand_arrives(desk: Desk) -> None:
    event = QInputMethodEvent()
    event.setCommitString("Mẫu")
    QApplication.sendEvent(desk.field, event)
    desk.silence()
    assert desk.field.text() == "Mẫu"


def test_half_a_scan_goes_nowhere(desk: Desk) -> None:
    desk.type("99904800012|012", 0.01)
    desk.silence()
    desk.silence()
    assert desk.scans == []
    assert desk.field.text() == ""
    assert [fault.value for fault in desk.faults] == ["half"]


def test_chords_are_left_alone(desk: Desk) -> None:
    desk.field.setText("mau")
    QTest.keyClick(desk.field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert desk.field.selectedText() == "mau"


def test_keys_of_a_gun_press_no_button_of_a_page(open_window: Any, states: Any, time: Any, desk: Desk) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    time.passes(1)
    events: list[object] = []
    window.intent.connect(events.append)
    for letter in "999048000123":
        time.passes(0.01)
        QTest.keyClicks(window, letter)
    QTest.keyClick(window, Qt.Key.Key_Return)
    QTest.keyClick(window.page.confirm, Qt.Key.Key_Space)
    desk.silence()
    assert events == []
    assert desk.scans == ["999048000123"]
