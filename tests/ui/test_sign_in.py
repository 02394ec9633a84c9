"""Signing in by keyboard alone, in both languages: what is typed is masked, handed on once, and gone."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk.checkin.officer import ListedOfficer
from kiosk.failure import FailureCode, KioskError
from kiosk.text import Language, say
from kiosk.ui.sign_in import SignIn
from kiosk.ui.theme.letters import load_letters

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
STAFF = (
    ListedOfficer("nvb", "Ngô Văn Bàn"),
    ListedOfficer("dttd", "Đào Thị Tiếp Đón"),
    ListedOfficer("dvd", "Đinh Văn Đợi"),
    ListedOfficer("tvt", "Trịnh Văn Trực"),
)
PIN = "731402"

OpenSignIn = Callable[..., SignIn]


@pytest.fixture
def open_sign_in(qtbot: QtBot) -> OpenSignIn:
    def opened(listed: Sequence[ListedOfficer] = STAFF, language: Language = Language.VI) -> SignIn:
        dialog = SignIn(load_letters(), listed, language=language)
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


def typed(text: str) -> None:
    """As a hand: into whatever has the focus. Letters with marks come whole, as keyboards and input methods send."""
    field = focused()
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(field, event)


def key(one: Qt.Key) -> None:
    QTest.keyClick(focused(), one)


def submissions(dialog: SignIn) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    dialog.submitted.connect(lambda who, pin: heard.append((who, pin)))
    return heard


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("letters", ["dao", "Đào", "dttd", "DTTD", "tiep don", "đón"])
def test_few_letters_a_pin_and_enter_sign_in(open_sign_in: OpenSignIn, language: Language, letters: str) -> None:
    dialog = open_sign_in(language=language)
    heard = submissions(dialog)
    typed(letters)
    key(Qt.Key.Key_Return)
    typed(PIN)
    key(Qt.Key.Key_Return)
    assert heard == [("dttd", PIN)]


def test_arrows_go_through_those_who_fit(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    heard = submissions(dialog)
    typed("van")
    for _ in range(4):
        key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Up)
    key(Qt.Key.Key_Tab)
    assert dialog.who.text() == "Đinh Văn Đợi"
    typed(PIN)
    key(Qt.Key.Key_Enter)
    assert heard == [("dvd", PIN)]


def test_nobody_is_meant_before_somebody_was_chosen(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    heard = submissions(dialog)
    key(Qt.Key.Key_Return)
    assert dialog.who.hasFocus()
    QTest.keyClicks(dialog.pin, PIN)
    QTest.keyClick(dialog.pin, Qt.Key.Key_Return)
    assert heard == []
    assert not dialog.enter.isEnabled()


def test_only_officer_is_chosen_already(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in(STAFF[1:2])
    heard = submissions(dialog)
    assert dialog.pin.hasFocus()
    assert not dialog.officers.isVisible()
    typed(PIN)
    key(Qt.Key.Key_Return)
    assert heard == [("dttd", PIN)]


def test_name_that_is_not_listed_is_handed_on_as_it_was_typed(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    heard = submissions(dialog)
    typed("nobody")
    assert dialog.note.text() == say("officer.sign_in.none_found", Language.VI)
    key(Qt.Key.Key_Return)
    typed(PIN)
    key(Qt.Key.Key_Return)
    assert heard == [("nobody", PIN)]


def test_changed_name_unmarks_the_one_before(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    heard = submissions(dialog)
    typed("dao")
    key(Qt.Key.Key_Return)
    dialog.who.setFocus()
    dialog.who.selectAll()
    typed("truc")
    key(Qt.Key.Key_Return)
    typed(PIN)
    key(Qt.Key.Key_Return)
    assert heard == [("tvt", PIN)]


def test_mouse_may_choose_too(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    row = dialog.officers.visualItemRect(dialog.officers.item(2)).center()
    QTest.mouseClick(dialog.officers.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert (dialog.who.text(), dialog.pin.hasFocus()) == ("Đinh Văn Đợi", True)


# -- the PIN --------------------------------------------------------------------------------------------------------
def test_pin_is_masked_to_eyes_and_to_assistive_programs(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in(STAFF[:1])
    typed(PIN)
    assert dialog.pin.echoMode() is QLineEdit.EchoMode.Password
    assert PIN not in dialog.pin.displayText()
    spoken = QAccessible.queryAccessibleInterface(dialog.pin)
    assert PIN not in spoken.text(QAccessible.Text.Value)
    assert spoken.state().passwordEdit


def test_pin_takes_digits_alone_and_no_more_than_twelve(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in(STAFF[:1])
    typed("a7 3-1٤4x")
    assert dialog.pin.text() == "7314"
    typed("02020202020202")
    assert len(dialog.pin.text()) == 12
    assert not dialog.pin.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_short_pin_is_not_handed_on(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in(STAFF[:1])
    heard = submissions(dialog)
    typed("731")
    key(Qt.Key.Key_Return)
    assert heard == []


def test_pin_is_gone_once_it_is_handed_on_and_nothing_is_handed_on_twice(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in(STAFF[:1])
    heard = submissions(dialog)
    typed(PIN)
    key(Qt.Key.Key_Return)
    QTest.keyClick(dialog.pin, Qt.Key.Key_Return)
    dialog._submit()
    assert (dialog.pin.text(), len(heard)) == ("", 1)
    assert dialog.note.text() == say("officer.sign_in.checking", Language.VI)


def test_closing_leaves_nothing_and_is_told_once(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    closed: list[None] = []
    dialog.closed.connect(lambda: closed.append(None))
    typed("dao")
    key(Qt.Key.Key_Return)
    typed(PIN)
    key(Qt.Key.Key_Escape)
    assert (dialog.who.text(), dialog.pin.text(), len(closed), dialog.isVisible()) == ("", "", 1, False)


def test_escape_waits_until_the_pin_is_compared(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    dialog.show_checking()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    dialog.show_refused(0)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_dialog_that_is_forgotten_closes(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    assert dialog._forgotten.isActive()
    dialog._forgotten.timeout.emit()
    assert not dialog.isVisible()


# -- what it tells --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", list(Language))
def test_refused_try_says_so_and_asks_for_the_pin_again(open_sign_in: OpenSignIn, language: Language) -> None:
    dialog = open_sign_in(STAFF[:1], language)
    heard = submissions(dialog)
    typed(PIN)
    key(Qt.Key.Key_Return)
    dialog.show_refused(0)
    assert dialog.note.text() == say("officer.sign_in.refused", language)
    assert dialog.pin.hasFocus()
    typed("902638")
    key(Qt.Key.Key_Return)
    assert [pin for _, pin in heard] == [PIN, "902638"]


def test_pause_counts_down_with_everything_shut_and_ends_by_itself(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in(STAFF[:1])
    dialog.show_refused(61.2)
    shown = [dialog.note.text()]
    for _ in range(61):
        assert not dialog.pin.isEnabled()
        dialog.tick()
        shown.append(dialog.note.text())
    assert "1:02" in shown[0]
    assert "1:01" in shown[1]
    assert "0:01" in shown[61]
    dialog.tick()
    assert dialog.pin.isEnabled()
    assert dialog.pin.hasFocus()
    assert dialog.note.text() == ""


def test_pause_can_be_left(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    dialog.show_refused(900)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize("language", list(Language))
def test_desk_without_officers_is_told_how_to_add_one(open_sign_in: OpenSignIn, language: Language) -> None:
    assert "kiosk officer add" in open_sign_in((), language).note.text()


def told_things(dialog: SignIn, language: Language) -> list[Callable[[], None]]:
    broke = KioskError(FailureCode.KEY_WRONG, "does not open").told(language)
    return [
        dialog.show_checking,
        lambda: dialog.show_refused(0),
        lambda: dialog.show_refused(899),
        lambda: dialog.show_failure(broke),
        dialog.show_scan_ignored,
    ]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("count", [0, 1, 4])
def test_every_text_has_its_room_and_the_dialog_fits_the_smallest_desk(
    open_sign_in: OpenSignIn, qtbot: QtBot, language: Language, count: int
) -> None:
    dialog = open_sign_in(STAFF[:count], language)
    for tell in told_things(dialog, language):
        tell()
        QApplication.processEvents()
        for label in dialog.findChildren(QLabel):
            if label.isVisible() and label.text():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
        assert dialog.width() <= 1280
        assert dialog.height() <= 700


def test_long_name_of_an_officer_keeps_the_given_name(open_sign_in: OpenSignIn, paint: Any) -> None:
    long = ListedOfficer("nptt", "Nguyễn " + "Phước Thượng " * 4 + "Nghiễm")
    dialog = open_sign_in((long, *STAFF))
    rows = dialog.officers.viewport()  # known to Python while it is painted
    [shown] = {line.words for line in paint(dialog, rows, whole=True).lines if line.words.startswith("Nguyễn")}
    assert "…" in shown
    assert shown.endswith(" Nghiễm")


def test_short_messages_do_not_move_the_buttons(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    places = set()
    for tell in [lambda: None, *told_things(dialog, Language.VI)[:3], dialog.show_scan_ignored]:
        tell()
        QApplication.processEvents()
        places.add(dialog.enter.geometry().top())
    assert len(places) == 1


# -- assistive programs ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", list(Language))
def test_everything_has_its_name_and_each_officer_is_read_with_the_code(
    open_sign_in: OpenSignIn, language: Language
) -> None:
    dialog = open_sign_in(language=language)
    for widget, name in ((dialog.who, "name"), (dialog.pin, "pin"), (dialog.officers, "list")):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name) == say(f"officer.sign_in.{name}", language)
    read = say("officer.sign_in.row", language, name="Đào Thị Tiếp Đón", code="dttd")
    assert dialog.officers.item(1).text() == read
    assert dialog.windowTitle() == say("officer.sign_in.title", language)


def test_tab_goes_between_the_two_fields_alone(open_sign_in: OpenSignIn) -> None:
    dialog = open_sign_in()
    typed("dao")
    order = []
    for _ in range(4):
        key(Qt.Key.Key_Tab)
        order.append(focused())
    assert order == [dialog.pin, dialog.who, dialog.pin, dialog.who]
