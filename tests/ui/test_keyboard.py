"""Where a key leads, and what it types."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.ui.keyboard import next_in, step_of, typed
from kiosk.ui.widgets.keypad import BACKSPACE


def pressed(key: Qt.Key, text: str = "") -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)


@pytest.fixture
def controls(qtbot: QtBot) -> list[QWidget]:
    made: list[QWidget] = [QPushButton(name) for name in "abc"]
    for control in made:
        qtbot.addWidget(control)
    return made


def test_keys_lead_round_and_round(controls: list[QWidget]) -> None:
    first, second, last = controls
    assert next_in(controls, first, 1) is second
    assert next_in(controls, last, 1) is first
    assert next_in(controls, first, -1) is last


def test_from_outside_a_key_leads_to_the_first_or_the_last(controls: list[QWidget]) -> None:
    first, _, last = controls
    assert next_in(controls, None, 1) is first
    assert next_in(controls, None, -1) is last
    assert next_in([], None, 1) is None


def test_only_tab_and_arrows_lead_on() -> None:
    assert [step_of(pressed(key)) for key in (Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Right)] == [1, 1, 1]
    assert [step_of(pressed(key)) for key in (Qt.Key.Key_Backtab, Qt.Key.Key_Up, Qt.Key.Key_Left)] == [-1, -1, -1]
    assert step_of(pressed(Qt.Key.Key_5, "5")) == 0


@pytest.mark.parametrize("text", ["٣", "²", "a", "12", ""])
def test_what_is_no_figure_types_nothing(text: str) -> None:
    assert typed(pressed(Qt.Key.Key_unknown, text)) == ""


def test_figures_and_backspace_are_the_keypads() -> None:
    assert typed(pressed(Qt.Key.Key_7, "7")) == "7"
    assert typed(pressed(Qt.Key.Key_Backspace, "\b")) == BACKSPACE
