"""What staff mark of a visit, by keyboard alone, in both languages: handed on once, and gone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kiosk.text import Language, say
from kiosk.ui.theme.letters import load_letters
from kiosk.ui.visit_dialog import VisitDialog
from kiosk.workflow.visit_answers import NOTHING_SAID, VisitAnswers

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
FORM = VisitAnswers(transfer_form=True, transfer_signed_on=date(2026, 11, 20), transfer_one_year=True)

OpenDialog = Callable[..., VisitDialog]


@pytest.fixture
def open_dialog(qtbot: QtBot) -> OpenDialog:
    def opened(said: VisitAnswers = NOTHING_SAID, language: Language = Language.VI) -> VisitDialog:
        dialog = VisitDialog(load_letters(), said, language=language)
        qtbot.addWidget(dialog)
        with qtbot.waitActive(dialog):
            dialog.show()
            dialog.activateWindow()
        return dialog

    return opened


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def keys(*pressed: Qt.Key) -> None:
    for one in pressed:
        QTest.keyClick(focused(), one)


def heard_from(dialog: VisitDialog) -> list[VisitAnswers]:
    heard: list[VisitAnswers] = []
    dialog.answered.connect(heard.append)
    return heard


DOWN, SPACE, F6, TAB = Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_F6, Qt.Key.Key_Tab


@pytest.mark.parametrize("language", list(Language))
def test_keys_alone_say_emergency(open_dialog: OpenDialog, language: Language) -> None:
    dialog = open_dialog(language=language)
    heard = heard_from(dialog)
    assert dialog.boxes["emergency"].text() == say("visit.said.emergency", language)
    keys(SPACE, F6)
    assert heard == [VisitAnswers(emergency=True)]
    assert not dialog.isVisible()


def test_transfer_form_with_its_day_by_keys_alone(open_dialog: OpenDialog) -> None:
    dialog = open_dialog()
    heard = heard_from(dialog)
    assert not dialog.day.isEnabled()
    keys(TAB, SPACE, TAB)
    QTest.keyClicks(focused(), "20/11/2026")
    keys(TAB, SPACE, F6)
    assert heard == [FORM]


@pytest.mark.parametrize("name", ["appointment", "temporary_residence", "organ_donor", "listed_disease",
                                  "newborn_care", "hard_area_household", "inpatient"])  # fmt: skip
def test_each_box_is_the_answer_of_its_name(open_dialog: OpenDialog, name: str) -> None:
    dialog = open_dialog()
    heard = heard_from(dialog)
    dialog.boxes[name].setFocus()
    keys(SPACE, F6)
    assert heard == [VisitAnswers(**{name: True})]  # type: ignore[arg-type]


def test_who_pays_by_choice_uses_no_insurance(open_dialog: OpenDialog) -> None:
    dialog = open_dialog()
    heard = heard_from(dialog)
    dialog.boxes["self_pay"].setFocus()
    keys(SPACE, F6)
    assert heard == [VisitAnswers(uses_insurance=False)]


@pytest.mark.parametrize("said", [FORM, VisitAnswers(emergency=True, uses_insurance=False)])
def test_what_was_said_stands_there_and_stays(open_dialog: OpenDialog, said: VisitAnswers) -> None:
    dialog = open_dialog(said)
    heard = heard_from(dialog)
    keys(F6)
    assert heard == [said]


def test_form_taken_back_takes_its_day_along(open_dialog: OpenDialog) -> None:
    dialog = open_dialog(replace(FORM, appointment=True))
    heard = heard_from(dialog)
    keys(TAB, SPACE, F6)
    assert heard == [VisitAnswers(appointment=True)]


@pytest.mark.parametrize("written", ["31/02/2026", "2026", "11/2026", "x"])
def test_day_that_is_none_is_told_and_nothing_is_applied(open_dialog: OpenDialog, written: str) -> None:
    dialog = open_dialog(VisitAnswers(transfer_form=True))
    heard = heard_from(dialog)
    dialog.day.setFocus()
    QTest.keyClicks(dialog.day, written)
    keys(F6)
    assert (heard, dialog.isVisible()) == ([], True)
    assert dialog.note.text() == say("visit.day_wrong", Language.VI)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_of_a_gun_applies_nothing(open_dialog: OpenDialog, key: Qt.Key) -> None:
    dialog = open_dialog(VisitAnswers(emergency=True))
    heard = heard_from(dialog)
    keys(key)
    assert (heard, dialog.isVisible()) == ([], True)


def test_escape_says_nothing_and_leaves_nothing(open_dialog: OpenDialog) -> None:
    dialog = open_dialog(FORM)
    heard, closed = heard_from(dialog), list[None]()
    dialog.closed.connect(lambda: closed.append(None))
    keys(Qt.Key.Key_Escape)
    assert (heard, len(closed)) == ([], 1)
    assert not any(box.isChecked() for box in dialog.boxes.values())
    assert dialog.day.text() == ""


@pytest.mark.parametrize("language", list(Language))
def test_every_line_is_readable_in_full_on_a_small_screen(open_dialog: OpenDialog, language: Language) -> None:
    dialog = open_dialog(language=language)
    assert all(box.sizeHint().width() <= box.width() for box in dialog.boxes.values())
    assert dialog.height() <= 720
