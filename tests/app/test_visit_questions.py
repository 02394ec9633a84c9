"""F6 at the staff's window: only while somebody's session is under way, and about nobody else."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.app.visit_questions import VisitQuestions
from kiosk.checkin.clinic import load_clinic
from kiosk.failure import FailureCode
from kiosk.identity.person import Identity, Trust
from kiosk.ui.theme.letters import load_letters
from kiosk.ui.theme.scale import Scale
from kiosk.ui.visit_dialog import VisitDialog
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.state import Failed, Found, State, Waiting
from kiosk.workflow.visit_answers import NOTHING_SAID, VisitAnswers

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
CLINIC = Path(__file__).resolve().parents[2] / "config" / "clinics" / "mau.toml"
FOUND = Found(Identity(Trust.CODE_ONLY, "Nguyễn Văn Mẫu", personal_number="999090000123"), False, None, None)


class Desk:
    """A window with its questions and what it tells the line."""

    def __init__(self, *, staff: bool) -> None:
        self.window = PatientWindow(load_clinic(CLINIC), scale=Scale(4.03), animated=False, staff=staff)
        self.questions = VisitQuestions(self.window, load_letters(), self.window)
        self.heard: list[object] = []
        self.window.intent.connect(self.heard.append)

    def show(self, state: State) -> None:
        self.window.show_state(state)
        self.questions.show_state(state)

    def press(self, key: Qt.Key) -> None:
        widget = QApplication.focusWidget() or QApplication.activeWindow()
        assert widget is not None
        QTest.keyClick(widget, key)

    @property
    def dialog(self) -> VisitDialog:
        assert self.questions.dialog is not None
        return self.questions.dialog

    def answers(self) -> list[VisitAnswers]:
        return [event.answers for event in self.heard if isinstance(event, happened.VisitAnswered)]


@pytest.fixture
def open_desk(qtbot: QtBot) -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def opened(*, staff: bool = True) -> Desk:
        desk = Desk(staff=staff)
        desks.append(desk)
        qtbot.addWidget(desk.window)
        with qtbot.waitActive(desk.window):
            desk.window.resize(1366, 768)
            desk.window.show()
            desk.window.activateWindow()
        return desk

    yield opened
    for desk in desks:
        desk.questions.close()


def test_f6_opens_marks_and_applies(open_desk: Callable[..., Desk], qtbot: QtBot) -> None:
    desk = open_desk()
    desk.show(FOUND)
    desk.press(Qt.Key.Key_F6)
    qtbot.waitUntil(desk.dialog.isActiveWindow)
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_F6)
    assert desk.answers() == [VisitAnswers(emergency=True)]
    assert desk.questions.dialog is None


def test_second_look_shows_what_was_said(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    desk.show(FOUND)
    desk.questions.open()
    desk.dialog.boxes["appointment"].setChecked(True)
    desk.dialog.apply.click()
    desk.questions.open()
    assert desk.dialog.boxes["appointment"].isChecked()


@pytest.mark.parametrize("state", [Waiting(), Failed(FailureCode.CARD_REMOVED)])
def test_session_that_ends_takes_dialog_and_answers_along(open_desk: Callable[..., Desk], state: State) -> None:
    desk = open_desk()
    desk.show(FOUND)
    desk.questions.open()
    desk.dialog.boxes["emergency"].setChecked(True)
    desk.dialog.apply.click()
    desk.questions.open()
    desk.show(state)
    assert desk.questions.dialog is None
    desk.show(FOUND)
    desk.questions.open()
    desk.dialog.apply.click()
    assert desk.answers() == [VisitAnswers(emergency=True), NOTHING_SAID]


def test_nobody_there_nothing_opens(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    desk.show(Waiting())
    desk.press(Qt.Key.Key_F6)
    desk.questions.open()
    assert desk.questions.dialog is None


def test_patients_window_has_no_f6(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(staff=False)
    desk.show(FOUND)
    desk.press(Qt.Key.Key_F6)
    assert desk.questions.dialog is None


def test_marking_is_a_sign_of_life(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    desk.show(FOUND)
    desk.questions.open()
    desk.heard.clear()
    desk.dialog.boxes["emergency"].setChecked(True)
    assert desk.heard == [happened.Touched()]
