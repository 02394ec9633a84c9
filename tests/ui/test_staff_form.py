"""The pieces of the staff's dialogs: a gun presses nothing, a note has its room, all is seen in its colour."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kiosk.ui.theme.letters import load_letters
from kiosk.ui.theme.palette import LIGHT, Tone
from kiosk.ui.widgets.staff_form import FormNote, button_row, form_button, form_field, form_label, form_style

LONG = "Không mở được kho dữ liệu. Hãy xem ổ đĩa còn chỗ không rồi thử lại; nếu vẫn vậy, gọi người quản trị. " * 2


@pytest.fixture
def note(qtbot: QtBot) -> FormNote:
    made = FormNote(load_letters(), LIGHT, wide_px=400, least_px=60)
    qtbot.addWidget(made)
    return made


def test_button_takes_no_key(qtbot: QtBot) -> None:
    button = form_button(load_letters(), "In", primary=True)
    qtbot.addWidget(button)
    assert button.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert not button.autoDefault()


def test_field_is_named_where_it_is_not_seen(qtbot: QtBot) -> None:
    field = form_field(load_letters(), "Mã PIN", "4 đến 12 chữ số")
    qtbot.addWidget(field)
    assert (field.accessibleName(), field.placeholderText()) == ("Mã PIN", "4 đến 12 chữ số")


@pytest.mark.parametrize("tone", [None, *Tone])
def test_note_has_room_for_what_it_says(note: FormNote, tone: Tone | None) -> None:
    note.tell(LONG, tone)
    note.resize(400, note.height())
    assert note.words.height() >= note.words.heightForWidth(note.words.width())


def test_short_notes_leave_what_lies_below_where_it_is(note: FormNote) -> None:
    note.tell("", None)
    empty = note.height()
    note.tell("Sai.", Tone.STOP)
    assert note.height() == empty == 60


@pytest.mark.parametrize("wide", [True, False])
def test_first_button_takes_the_free_room_where_it_may(qtbot: QtBot, wide: bool) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    letters = load_letters()
    first, second = form_button(letters, "In"), form_button(letters, "Đóng")
    QVBoxLayout(window).addLayout(button_row(first, second, wide=wide))
    window.resize(600, 100)
    window.show()
    assert (first.width() > 300) is wide


def test_style_colours_its_dialog_only(qtbot: QtBot) -> None:
    window = QWidget()
    window.setObjectName("some")
    qtbot.addWidget(window)
    window.setStyleSheet(form_style(LIGHT, "some"))
    label = form_label(load_letters(), "Máy in", 15, soft=True)
    label.setParent(window)
    label.ensurePolished()
    assert label.palette().windowText().color().name() == LIGHT.ink_soft.lower()


def test_nothing_of_an_emptied_line_can_be_brought_back(qtbot: QtBot) -> None:
    line = form_field(load_letters(), "name", "hint")
    qtbot.addWidget(line)
    QTest.keyClicks(line, "typed")
    line.clear()
    assert not line.isUndoAvailable()
    line.undo()
    assert line.text() == ""
