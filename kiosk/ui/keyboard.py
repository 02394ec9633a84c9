"""The keyboard before the patient's pages: which way a key leads, what it types, in which order controls are read."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui.pages.typing import TypingPage
from kiosk.ui.widgets.keypad import BACKSPACE
from kiosk.ui.widgets.target import Touched

_ONWARD = (Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Down)
_BACKWARD = (Qt.Key.Key_Backtab, Qt.Key.Key_Left, Qt.Key.Key_Up)


def step_of(event: QKeyEvent) -> int:
    """1: onward, -1: back, 0: the key leads nowhere."""
    key = Qt.Key(event.key())
    return 1 if key in _ONWARD else -1 if key in _BACKWARD else 0


def typed(event: QKeyEvent) -> str:
    """The keypad's key of a keyboard's; empty: it has none."""
    if event.key() == Qt.Key.Key_Backspace:
        return BACKSPACE
    text = event.text()
    return text if len(text) == 1 and text.isascii() and text.isdecimal() else ""


def reading_order(window: QWidget, groups: Sequence[QWidget | None], row_px: int) -> list[QWidget]:
    """What can be touched now, group after group; in each by rows of `row_px`, a row from the left."""

    def place(widget: QWidget) -> tuple[int, int]:
        middle = widget.mapTo(window, widget.rect().center())
        return middle.y() // max(1, row_px), middle.x()

    order: list[QWidget] = []
    for group in groups:
        found = [w for w in group.findChildren(QWidget) if isinstance(w, Touched)] if group is not None else []
        order += sorted((widget for widget in found if widget.isVisible() and widget.isEnabled()), key=place)
    return order


def next_in(order: Sequence[QWidget], here: QWidget | None, step: int) -> QWidget | None:
    """Where `step` leads from `here`, round and round; from outside to the first or the last. None: nowhere to go."""
    if not order:
        return None
    at = order.index(here) if here in order else min(0, -step)
    return order[(at + step) % len(order)]


def lead_on(window: QWidget, groups: Sequence[QWidget | None], row_px: int, step: int) -> None:
    """Leads the keyboard from where it stands to the control that is read after it, or before."""
    order = reading_order(window, groups, row_px)
    if (control := next_in(order, window.focusWidget(), step)) is not None:
        control.setFocus(Qt.FocusReason.TabFocusReason)


def type_in(page: TypingPage, event: QKeyEvent, *, may_act: bool) -> None:
    """Where there is a keypad, Enter is its page's one thing to do: a gun types figures before it, and too soon."""
    if text := typed(event):
        page.keypad.pressed.emit(text)
    elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and may_act and not event.isAutoRepeat():
        page.go.click()
    elif event.key() == Qt.Key.Key_Escape and may_act and not event.isAutoRepeat():
        page.back.click()
