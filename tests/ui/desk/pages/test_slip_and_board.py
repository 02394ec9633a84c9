"""The slip as it is chosen, and the board where it is wanted."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.failure import FailureCode, KioskError
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.board import BoardPage, screens_there
from kiosk.ui.desk.pages.gallery import Invented
from kiosk.ui.desk.pages.slip import SlipPage

MakeSetting = Callable[..., PageSetting]
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def source() -> Invented:
    return Invented()


@pytest.fixture
def slip(qtbot: QtBot, setting: MakeSetting, source: Invented) -> SlipPage:
    made = SlipPage(setting(), source)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.shown()
    return made


@pytest.fixture
def board(qtbot: QtBot, setting: MakeSetting, source: Invented) -> BoardPage:
    made = BoardPage(setting(), source, lambda: ("A · 1920×1080", "B · 1280×1024"))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.shown()
    return made


def test_slip_begins_as_the_settings_say(slip: SlipPage, source: Invented) -> None:
    assert source.asked == [("choices",), ("picture", "slips/brief.toml", "80", "vi")]
    assert not slip.picture.image.isNull()


def test_every_choice_draws_anew(slip: SlipPage, source: Invented) -> None:
    slip.paper.setCurrentIndex(slip.paper.findData("A5"))
    slip.spoken.setCurrentIndex(slip.spoken.findData("both"))
    assert source.asked[-2:] == [
        ("picture", "slips/brief.toml", "A5", "vi"),
        ("picture", "slips/brief.toml", "A5", "both"),
    ]


def test_picture_of_an_earlier_choice_is_not_shown(slip: SlipPage) -> None:
    shown = slip.picture.image
    slip._show(0, b"")
    assert slip.picture.image == shown


def test_test_print_is_told(slip: SlipPage, source: Invented) -> None:
    QTest.keyClick(slip.template, Qt.Key.Key_P, ALT)
    assert source.asked[-1] == ("print_test",)
    assert slip.note.words.text() == slip.say("printed", outcome="printed")


def test_enter_opens_the_board_on_the_marked_screen(board: BoardPage, source: Invented) -> None:
    board.table.setCurrentCell(0, 0)
    QTest.keyClick(board.table, Qt.Key.Key_Return)
    assert source.asked == [("open", 1)]
    assert board.close_button.isEnabled()
    QTest.keyClick(board.table, Qt.Key.Key_D, ALT)
    assert source.screen == 0
    assert not board.close_button.isEnabled()


def test_board_that_does_not_open_is_told_and_may_be_tried_again(board: BoardPage, source: Invented) -> None:
    error = KioskError(FailureCode.STORE_UNAVAILABLE)
    source.broken = error
    board.open_button.click()
    assert board.note.words.text() == error.told(board.language)
    assert board.open_button.isEnabled()


def test_address_is_copied(board: BoardPage, source: Invented) -> None:
    board.copy_button.click()
    assert QGuiApplication.clipboard().text() == source.address


def test_without_an_address_there_is_none_to_copy(qtbot: QtBot, setting: MakeSetting) -> None:
    made = BoardPage(setting(), Invented(address=""), lambda: ())
    qtbot.addWidget(made)
    made.shown()
    assert made.address.text() == made.say("no_page")
    assert not made.copy_button.isEnabled()
    assert not made.open_button.isEnabled()


def test_screens_of_this_computer_have_their_sizes(qapp: object) -> None:
    assert screens_there()
    assert all("×" in name for name in screens_there())
