"""Somebody who left is noticed; somebody who is slow is asked first."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk.text import Language, say
from kiosk.ui.idle import ASK_AFTER_S, QUESTION_S
from kiosk.ui.widgets.dialog import TimeQuestion
from kiosk.ui.widgets.panel import Banner
from kiosk.workflow.event import TimedOut, Touched
from kiosk.workflow.patience import IDLE_S, RESULT_S
from kiosk.workflow.state import Devices, DeviceState


def question(window: Any) -> Any:
    return next((q for q in window.findChildren(TimeQuestion) if q.isVisible()), None)


def wait(window: Any, time: Any, seconds: float) -> None:
    time.passes(seconds)
    window.idle.tick()


def test_the_question_comes_before_the_line_gives_up(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    events: list[object] = []
    window.intent.connect(events.append)
    wait(window, time, ASK_AFTER_S - 1)
    assert question(window) is None
    wait(window, time, 1)
    assert question(window) is not None
    assert ASK_AFTER_S < IDLE_S
    assert QUESTION_S < IDLE_S
    assert events == [Touched()]


def test_no_answer_ends_the_session(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["choosing"])
    events: list[object] = []
    wait(window, time, ASK_AFTER_S)
    window.intent.connect(events.append)
    wait(window, time, QUESTION_S - 1)
    assert events == []
    wait(window, time, 1)
    assert events == [TimedOut()]
    assert question(window) is None


def test_more_time_can_be_had_again_and_again(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["typing-number"])
    events: list[object] = []
    window.intent.connect(events.append)
    for _ in range(10):
        wait(window, time, ASK_AFTER_S)
        time.passes(1)
        QTest.mouseClick(question(window).more, Qt.MouseButton.LeftButton)
        assert question(window) is None
    assert TimedOut() not in events


def test_who_declines_is_forgotten_at_once(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    wait(window, time, ASK_AFTER_S)
    time.passes(1)
    events: list[object] = []
    window.intent.connect(events.append)
    QTest.mouseClick(question(window).end, Qt.MouseButton.LeftButton)
    assert events == [TimedOut()]


@pytest.mark.parametrize("name", ["waiting", "reading", "issuing", "done-printing"])
def test_nobody_is_asked_while_the_machine_works(open_window: Any, states: Any, time: Any, name: str) -> None:
    window = open_window()
    window.show_state(states[name])
    wait(window, time, 500)
    assert question(window) is None


def test_nobody_is_asked_while_their_card_lies_on_the_reader(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    window.set_card_laid(True)
    wait(window, time, 500)
    assert question(window) is None


def test_the_number_counts_down_until_it_goes(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["done-printed"])
    wait(window, time, 5)
    words = [label.text() for label in window.page.findChildren(type(window.page.left_text))]
    assert say("screen.done.left", Language.VI, seconds=round(RESULT_S) - 5) in words


def test_a_forgotten_card_is_reminded_of_after_ten_seconds(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.set_card_laid(True)
    window.show_state(states["done-printed"])

    def banner() -> str:
        return next(str(b.accessibleName()) for b in window.findChildren(Banner) if b.isVisible())

    wait(window, time, 9)
    assert banner() == say("screen.done.take", Language.VI)
    wait(window, time, 1)
    assert banner() == say("screen.done.card_left", Language.VI)
    window.set_card_laid(False)
    wait(window, time, 1)
    assert banner() == say("screen.done.take_slip", Language.VI)


def test_devices_that_chatter_do_not_take_the_question_away(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    wait(window, time, ASK_AFTER_S)
    window.show_devices(Devices(DeviceState.READY, DeviceState.TROUBLE, DeviceState.READY))
    assert question(window) is not None
    window.show_devices(Devices(DeviceState.READY, DeviceState.TROUBLE, DeviceState.READY, card_laid=True))
    assert question(window) is None


def test_person_who_waits_for_staff_is_not_counted_down(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["assistance"])
    events: list[object] = []
    window.intent.connect(events.append)
    wait(window, time, 500)
    assert question(window) is None
    assert events == []
