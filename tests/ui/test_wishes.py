"""High contrast, lower controls, the keyboard: wished by one person, gone with them."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from kiosk.text import Language, say
from kiosk.ui.gallery import GLASSES, Glass
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT
from kiosk.ui.widgets.target import Touched as Touchable
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import NO_WISHES, Wishes
from kiosk.workflow.event import Confirmed, Denied, NumberTyped, StaffCalled, Touched

UPRIGHT = GLASSES[1]


def targets(window: PatientWindow) -> list[QAbstractButton]:
    return [b for b in window.findChildren(QAbstractButton) if b.isVisible()]


def press(window: PatientWindow, key: Qt.Key, times: int = 1) -> None:
    for _ in range(times):
        QTest.keyClick(window.focusWidget() or window, key)


def focused(window: PatientWindow) -> str:
    widget = window.focusWidget()
    return widget.accessibleName() if isinstance(widget, Touchable) else ""


def tap(window: PatientWindow, name: str) -> None:
    [found] = [b for b in targets(window) if b.accessibleName().startswith(name)]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


# -- contrast -----------------------------------------------------------------------------------------------------
def test_high_contrast_is_a_tap_away_and_ends_with_the_session(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    time.passes(1)
    tap(window, say("screen.header.contrast", Language.VI))
    assert window.page.look.palette == HIGH_CONTRAST
    picture: QImage = window.grab().toImage()
    assert picture.pixelColor(3, window.height() // 2).name() == HIGH_CONTRAST.ground.lower()
    window.show_state(states["waiting"])
    assert window.wishes == NO_WISHES
    assert window.page.look.palette == LIGHT


def test_page_on_black_has_no_light_surface_left(open_window: Any, states: Any) -> None:
    window = open_window(wishes=Wishes(contrast=True))
    for name in ("typing-number", "found-covered", "choosing", "asking-priority", "confirming", "done-printed"):
        window.show_state(states[name])
        picture = window.grab().toImage().scaled(96, 54)
        light = sum(picture.pixelColor(x, y).lightness() > 200 for x in range(96) for y in range(54))
        assert light < 96 * 54 * 0.2, name


# -- lower controls -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", list(Language))
def test_every_lowered_control_of_an_upright_screen_lies_in_its_lower_half(
    open_window: Any, states: Any, language: Language
) -> None:
    window = open_window(UPRIGHT, language=language, wishes=Wishes(lowered=True))
    for name, state in states.items():
        if name == "waiting":
            continue  # the session begins anew there; the case below
        window.show_state(state)
        assert window.page.fits(window.page.width(), window.page.height()), name
        for button in targets(window):
            middle = button.mapTo(window, button.rect().center()).y()
            assert middle > window.height() / 2, (name, button.accessibleName())
            assert min(button.width(), button.height()) / UPRIGHT.px_per_mm >= 15.9, (name, button.accessibleName())


def test_first_page_is_lowered_too(open_window: Any, states: Any, time: Any) -> None:
    window = open_window(UPRIGHT)
    time.passes(1)
    tap(window, say("screen.header.lower", Language.VI))
    assert all(b.mapTo(window, b.rect().center()).y() > window.height() / 2 for b in targets(window))
    time.passes(1)
    tap(window, say("screen.header.raise", Language.VI))
    assert window.wishes == NO_WISHES


@pytest.mark.parametrize("glass", [GLASSES[0], GLASSES[2], GLASSES[3]], ids=lambda glass: glass.name)
def test_on_a_wide_screen_the_switches_move_beside_the_call_for_staff(
    open_window: Any, states: Any, glass: Glass
) -> None:
    window = open_window(glass, wishes=Wishes(lowered=True))
    switches = [b for b in targets(window) if b.isCheckable()]
    assert len(switches) == 5
    assert all(b.mapTo(window, b.rect().center()).y() > window.height() * 0.8 for b in switches)


# -- the keyboard -------------------------------------------------------------------------------------------------
def test_keyboard_stands_nowhere_until_it_is_led_there(open_window: Any, states: Any, time: Any, qtbot: QtBot) -> None:
    window = open_window()
    with qtbot.waitActive(window):
        window.activateWindow()
    assert focused(window) == ""
    window.show_state(states["found-covered"])
    time.passes(1)
    events: list[object] = []
    window.intent.connect(events.append)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        press(window, key)
    assert (events, focused(window)) == ([], "")


def test_tab_goes_round_every_control_in_reading_order(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    seen = []
    for _ in range(len(targets(window))):
        press(window, Qt.Key.Key_Tab)
        seen.append(focused(window))
    assert seen[:3] == ["Không phải tôi", "Đúng, tiếp tục", "Gọi nhân viên"]
    assert sorted(seen) == sorted(b.accessibleName() for b in targets(window))
    press(window, Qt.Key.Key_Tab)
    assert focused(window) == seen[0]
    press(window, Qt.Key.Key_Up)
    assert focused(window) == seen[-1]


def test_enter_acts_on_what_the_keyboard_stands_on(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    time.passes(1)
    events: list[object] = []
    window.intent.connect(events.append)
    for key, steps in ((Qt.Key.Key_Return, 1), (Qt.Key.Key_Space, 1), (Qt.Key.Key_Enter, 1)):
        press(window, Qt.Key.Key_Tab, steps)
        time.passes(1)
        press(window, key)
    assert events == [Denied(), Confirmed(), StaffCalled()]


def test_enter_of_a_gun_acts_on_nothing_wherever_the_keyboard_stands(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    for name, state in states.items():
        window.show_state(state)
        time.passes(1)
        press(window, Qt.Key.Key_Tab)
        events: list[object] = []
        window.intent.connect(events.append)
        for digit in "8938505974":
            press(window, Qt.Key[f"Key_{digit}"])
        press(window, Qt.Key.Key_Return)
        window.intent.disconnect(events.append)
        assert all(isinstance(event, Touched) for event in events), name


def test_number_is_typed_and_confirmed_by_keys_alone(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["typing-number"])
    time.passes(1)
    for digit in "9990480001230":
        press(window, Qt.Key[f"Key_{digit}"])
    press(window, Qt.Key.Key_Backspace)
    press(window, Qt.Key.Key_3)
    events: list[object] = []
    window.intent.connect(events.append)
    time.passes(1)
    for _ in targets(window):
        press(window, Qt.Key.Key_Tab)
        if focused(window) == "Tiếp tục":
            break
    press(window, Qt.Key.Key_Return)
    assert [event.digits for event in events if isinstance(event, NumberTyped)] == ["999048000123"]


def test_page_after_a_key_begins_at_its_first_control_and_the_next_persons_nowhere(
    open_window: Any, states: Any
) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    press(window, Qt.Key.Key_Tab)
    window.show_state(states["choosing"])
    assert focused(window).startswith("Khoa Nội")
    window.show_state(states["waiting"])
    assert focused(window) == ""
