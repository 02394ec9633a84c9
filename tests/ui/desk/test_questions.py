"""The window's questions and the typing in, by keys: whole answers only, and nothing left when they close."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.dates import PartialDate
from kiosk.reader.document import TypedDocument
from kiosk.text import Language, say
from kiosk.ui.desk.clipboard import LentClipboard
from kiosk.ui.desk.dialogs import Option, Question
from kiosk.ui.desk.entry import Entry
from kiosk.ui.desk.look import DeskLook

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
VI, K = Language.VI, Qt.Key
OPTIONS = (Option("self-pay", "Thu phí"), Option("ask-staff", "Cần kiểm tra"))


@pytest.fixture
def question(qtbot: QtBot, desk_look: DeskLook) -> tuple[Question, list[tuple[str, str]]]:
    dialog = Question(desk_look, VI, "override", OPTIONS, reason=True)
    qtbot.addWidget(dialog)
    heard: list[tuple[str, str]] = []
    dialog.answered.connect(lambda value, why: heard.append((value, why)))
    dialog.show()
    return dialog, heard


@pytest.fixture
def entry(qtbot: QtBot, desk_look: DeskLook) -> tuple[Entry, list[TypedDocument]]:
    dialog = Entry(desk_look, VI)
    qtbot.addWidget(dialog)
    heard: list[TypedDocument] = []
    dialog.typed.connect(heard.append)
    dialog.show()
    return dialog, heard


def test_digit_chooses_and_enter_applies_with_the_reason(question: Any) -> None:
    dialog, heard = question
    QTest.keyClick(dialog, K.Key_2)
    dialog.reason.setText("  xem   thẻ giấy ")
    QTest.keyClick(dialog, K.Key_Return)
    assert heard == [("ask-staff", "xem thẻ giấy")]
    assert (dialog.isVisible(), dialog.reason.text()) == (False, "")


@pytest.mark.parametrize(
    ("chosen", "reason", "told"),
    [
        (False, "đủ lý do", "choose"),
        (True, "", "reason_missing"),
        (True, "x", "reason_missing"),
        (True, "so 999048000123", "reason_number"),
        (True, "so 999 048 000 123", "reason_number"),
    ],
)
def test_answer_that_is_not_whole_is_told_and_not_given(question: Any, chosen: bool, reason: str, told: str) -> None:
    dialog, heard = question
    if chosen:
        QTest.keyClick(dialog, K.Key_1)
    dialog.reason.setText(reason)
    dialog.submit()
    assert (heard, dialog.isVisible()) == ([], True)
    assert dialog.note.text() == say(f"desk.ask.{told}", VI)


def test_escape_answers_nothing(question: Any) -> None:
    dialog, heard = question
    dialog.reason.setText("đã gõ")
    QTest.keyClick(dialog, K.Key_Escape)
    assert (heard, dialog.isVisible(), dialog.reason.text()) == ([], False, "")


@pytest.mark.parametrize(
    ("number", "name", "born", "typed"),
    [
        ("999 048 000 123", " Nguyễn  Văn Mẫu", "15/01/1948",
         TypedDocument("999048000123", "Nguyễn Văn Mẫu", PartialDate(1948, 1, 15))),
        ("dn4990000000123", "Nguyễn Văn Mẫu", "1948",
         TypedDocument("", "Nguyễn Văn Mẫu", PartialDate(1948), "DN4990000000123")),
        ("9900000123", "Nguyễn Văn Mẫu", "01/1948",
         TypedDocument("", "Nguyễn Văn Mẫu", PartialDate(1948, 1), "9900000123")),
        ("999048000123", "", "", TypedDocument("999048000123")),
    ],
)  # fmt: skip
def test_number_name_and_partial_dates_become_a_document(
    entry: Any, number: str, name: str, born: str, typed: TypedDocument
) -> None:
    dialog, heard = entry
    for field, text in ((dialog.number, number), (dialog.name, name), (dialog.born, born)):
        field.setText(text)
    dialog.submit()
    assert heard == [typed]
    assert [field.text() for field in (dialog.number, dialog.name, dialog.born)] == ["", "", ""]


@pytest.mark.parametrize(
    ("number", "name", "born", "child", "told"),
    [
        ("12345", "", "", False, "number_wrong"),
        ("", "Trần Mẫu An", "2025", False, "number_missing"),
        ("999048000123", "123", "", False, "name_wrong"),
        ("999048000123", "", "31/02/1948", False, "born_wrong"),
        ("", "Trần Mẫu An", "", True, "child_incomplete"),
    ],
)
def test_what_is_wrong_is_told_where_it_is(
    entry: Any, number: str, name: str, born: str, child: bool, told: str
) -> None:
    dialog, heard = entry
    dialog.child.setChecked(child)
    for field, text in ((dialog.number, number), (dialog.name, name), (dialog.born, born)):
        field.setText(text)
    dialog.submit()
    assert (heard, dialog.note.text()) == ([], say(f"desk.entry.{told}", VI))


def test_child_without_a_number_is_a_name_and_a_birth_date(entry: Any) -> None:
    dialog, heard = entry
    dialog.child.setChecked(True)
    dialog.name.setText("Trần Mẫu An")
    dialog.born.setText("02/09/2025")
    dialog.submit()
    assert heard == [TypedDocument("", "Trần Mẫu An", PartialDate(2025, 9, 2))]


def test_known_data_are_there_to_be_put_right(qtbot: QtBot, desk_look: DeskLook) -> None:
    known = TypedDocument("999048000123", "Nguyễn Văn Mẫu", PartialDate(1948))
    dialog = Entry(desk_look, VI, known)
    qtbot.addWidget(dialog)
    assert (dialog.number.text(), dialog.name.text(), dialog.born.text()) == ("999048000123", "Nguyễn Văn Mẫu", "1948")


def test_lent_text_is_taken_back_after_a_while(qtbot: QtBot) -> None:
    lent = LentClipboard(seconds=0.01)
    with qtbot.waitSignal(lent.ended):
        lent.lend("Họ tên: Nguyễn Văn Mẫu")
    assert QGuiApplication.clipboard().text() == ""


def test_what_somebody_else_copied_is_left_alone(qtbot: QtBot) -> None:
    lent = LentClipboard()
    lent.lend("Họ tên: Nguyễn Văn Mẫu")
    QGuiApplication.clipboard().setText("another program's")
    lent.take_back()
    assert QGuiApplication.clipboard().text() == "another program's"
    QGuiApplication.clipboard().clear()


def test_programs_that_remember_are_asked_not_to(qtbot: QtBot) -> None:
    lent = LentClipboard()
    lent.lend("x")
    assert QGuiApplication.clipboard().mimeData().hasFormat("x-kde-passwordManagerHint")
    lent.take_back()
    assert not lent.is_lent


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", ["override", "priority"])
def test_what_can_be_answered_is_written_as_sentences_are(pose: Any, name: str, language: Language) -> None:
    options = [one.text() for one in pose(name, language=language).dialog.options]
    assert [words for words in options if not words[0].isupper()] == []
