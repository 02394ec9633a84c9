"""The birth date of whoever has no card with them: typed, checked while it is typed, corrected, and gone again."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from kiosk.dates import PartialDate
from kiosk.text import Language, say
from kiosk.ui.sounds import Sound, sound_of
from kiosk.ui.widgets.keypad import BACKSPACE, CLEAR
from kiosk.ui.widgets.panel import Banner
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import Wishes
from kiosk.workflow.event import (
    BirthDateTyped,
    BirthDateUnknown,
    BirthYearOnly,
    NumberTyped,
    StartedTyping,
    Touched,
    WentBack,
)
from kiosk.workflow.state import TypingBirthDate, TypingNumber

NUMBER = "999048000123"
UNLIKE = PartialDate(1984, 1, 15)


def told(window: PatientWindow) -> list[object]:
    events: list[object] = []
    window.intent.connect(lambda event: events.append(event) if event != Touched() else None)
    return events


def buttons(window: PatientWindow) -> dict[str, QAbstractButton]:
    assert window.page is not None
    return {b.accessibleName(): b for b in window.page.findChildren(QAbstractButton) if b.isVisible()}


def tap(window: PatientWindow, name: str) -> None:
    QTest.mouseClick(buttons(window)[name], Qt.MouseButton.LeftButton)


def fault(name: str, language: Language = Language.VI) -> str:
    return say(f"screen.typing_birth_date.fault.{name}", language)


def type_in(window: Any, time: Any, digits: str) -> None:
    for digit in digits:
        time.passes(0.2)
        tap(window, digit)


def test_eight_digits_are_told_when_confirmed_and_not_before(open_window: Any, time: Any) -> None:
    window = open_window()
    window.show_state(TypingBirthDate(NUMBER))
    time.passes(1)
    events = told(window)
    for digit in "15011948":
        assert not window.page.go.isEnabled()
        type_in(window, time, digit)
    tap(window, "Tiếp tục")
    [typed] = events
    assert isinstance(typed, BirthDateTyped)
    assert typed.digits == "15011948"


@pytest.mark.parametrize(
    ("state", "name", "event"),
    [
        (TypingBirthDate(NUMBER), "Chỉ nhớ năm sinh", BirthYearOnly(only=True)),
        (TypingBirthDate(NUMBER, year_only=True), "Nhập đủ ngày sinh", BirthYearOnly(only=False)),
        (TypingBirthDate(NUMBER), "Tôi không nhớ", BirthDateUnknown()),
        (TypingBirthDate(NUMBER, unlike=UNLIKE), "Tôi không nhớ", BirthDateUnknown()),
        (TypingBirthDate(NUMBER, unlike=UNLIKE), "Sửa số Căn cước", StartedTyping()),
        (TypingBirthDate(NUMBER), "Quay lại", WentBack()),
    ],
    ids=["year", "whole date", "unknown", "unknown after all", "number", "back"],
)
def test_every_way_on_tells_its_event(
    open_window: Any, time: Any, state: TypingBirthDate, name: str, event: object
) -> None:
    window = open_window()
    window.show_state(state)
    time.passes(1)
    events = told(window)
    tap(window, name)
    assert events == [event]


@pytest.mark.parametrize(
    ("digits", "name"),
    [("3102", "not-in-calendar"), ("0113", "not-in-calendar"), ("29021999", "not-in-calendar"),
     ("05011899", "too-early"), ("22112026", "in-future"), ("05012031", "in-future")],
)  # fmt: skip
def test_what_cannot_be_is_said_kindly_while_it_is_typed_and_nothing_is_lost(
    open_window: Any, time: Any, digits: str, name: str
) -> None:
    window = open_window()
    window.show_state(TypingBirthDate(NUMBER))
    time.passes(1)
    page = window.page
    type_in(window, time, digits)
    assert page.remark.warning == fault(name)
    assert page.remark.accessibleName() == fault(name)
    assert not page.go.isEnabled()
    assert page.digits.digits == digits
    while page.remark.warning:
        page.keypad.pressed.emit(BACKSPACE)
    assert digits.startswith(page.digits.digits)
    page.keypad.pressed.emit(CLEAR)
    type_in(window, time, "15011948")
    assert page.go.isEnabled()


def test_place_of_the_warning_is_kept_so_that_nothing_moves(open_window: Any, time: Any) -> None:
    window = open_window()
    window.show_state(TypingBirthDate(NUMBER))
    time.passes(1)
    before = {name: button.geometry() for name, button in buttons(window).items()}
    type_in(window, time, "3102")
    assert window.page.remark.warning
    assert {name: button.geometry() for name, button in buttons(window).items()} == before


def test_date_that_is_not_the_numbers_stands_there_with_the_way_to_either(open_window: Any) -> None:
    window = open_window()
    window.show_state(TypingBirthDate(NUMBER, unlike=UNLIKE))
    unlike = say("screen.typing_birth_date.unlike", Language.VI)
    assert (window.page.digits.digits, window.page.remark.accessibleName()) == ("15011984", unlike)
    assert {"Sửa số Căn cước", "Tôi không nhớ", "Quay lại", "Tiếp tục"} <= set(buttons(window))
    window.set_wishes(Wishes(large=True))
    assert window.page.remark.warning == unlike
    window.page.keypad.pressed.emit(BACKSPACE)
    assert window.page.remark.warning == "", "whoever corrects it has read it"


def test_number_to_correct_stands_there_as_it_was_typed(open_window: Any, time: Any) -> None:
    window = open_window()
    window.show_state(TypingNumber(number=NUMBER, born=UNLIKE))
    [banner] = [b for b in window.page.findChildren(Banner) if b.isVisible()]
    assert banner.accessibleName() == say("screen.typing.unlike", Language.VI)
    time.passes(1)
    events = told(window)
    tap(window, "Xóa một số")
    type_in(window, time, "4")
    window.set_wishes(Wishes(large=True))
    time.passes(1)
    tap(window, "Tiếp tục")
    [typed] = events
    assert isinstance(typed, NumberTyped)
    assert typed.digits == "999048000124"


def test_typed_digits_survive_letters_language_and_an_unknown_code(open_window: Any, time: Any) -> None:
    window = open_window()
    window.show_state(TypingBirthDate(NUMBER))
    time.passes(1)
    type_in(window, time, "1501")
    window.set_language(Language.EN)
    window.set_wishes(Wishes(large=True))
    window.show_state(TypingBirthDate(NUMBER, unreadable=True))
    assert window.page.digits.digits == "1501"
    assert window.page.remark.warning == say("screen.typing_birth_date.unreadable", Language.EN)
    time.passes(1)
    type_in(window, time, "1")
    assert window.page.remark.warning == ""


def test_year_that_was_typed_need_not_be_typed_again(open_window: Any, time: Any) -> None:
    window = open_window()
    window.show_state(TypingBirthDate(NUMBER))
    time.passes(1)
    type_in(window, time, "00001948")
    window.show_state(TypingBirthDate(NUMBER, year_only=True))
    assert window.page.digits.digits == "1948"
    assert window.page.go.isEnabled()
    window.show_state(TypingBirthDate(NUMBER))
    assert window.page.digits.digits == ""


def test_date_is_typed_confirmed_and_left_by_keys_alone(open_window: Any, time: Any) -> None:
    window = open_window()
    window.show_state(TypingBirthDate(NUMBER))
    time.passes(1)
    events = told(window)
    for digit in "150119481":
        QTest.keyClick(window, Qt.Key[f"Key_{digit}"])
    QTest.keyClick(window, Qt.Key.Key_Backspace)
    time.passes(1)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert events == [], "a digit is missing"
    QTest.keyClick(window, Qt.Key.Key_8)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert events == [], "so quick after a figure is a gun"
    time.passes(1)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert events == [BirthDateTyped("15011948")]
    time.passes(1)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert events[1:] == [WentBack()]


def test_keyboard_is_led_through_the_keys_and_then_the_ways_on(open_window: Any) -> None:
    window = open_window()
    window.show_state(TypingBirthDate(NUMBER, unlike=UNLIKE))
    names = []
    for _ in buttons(window):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        names.append(window.focusWidget().accessibleName())
    assert sorted(names) == sorted(buttons(window))
    assert names.index("Sửa số Căn cước") < names.index("Tôi không nhớ") < names.index("Tiếp tục")


def test_date_goes_with_its_page(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(TypingBirthDate(NUMBER, unlike=UNLIKE))
    page = window.page
    window.show_state(states["waiting"])
    assert page.digits.digits == ""


def test_what_does_not_match_is_heard_once() -> None:
    asked, unlike = TypingBirthDate(NUMBER), TypingBirthDate(NUMBER, unlike=UNLIKE)
    assert sound_of(asked, unlike) is Sound.ATTENTION
    assert sound_of(asked, TypingBirthDate(NUMBER, unreadable=True)) is Sound.ATTENTION
    assert sound_of(asked, TypingBirthDate(NUMBER, year_only=True)) is None
    assert sound_of(TypingNumber(number=NUMBER, born=UNLIKE), unlike) is None
