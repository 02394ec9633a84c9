"""What everything that is touched has in common: when a finger or a key acts, and where the keyboard stands."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QPushButton

from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.taps import Taps

if TYPE_CHECKING:
    _AnyButton = QAbstractButton
else:
    _AnyButton = object

_ACTS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Select)


class Touched(_AnyButton):
    """Mixed into Qt's buttons: acts when the finger leaves inside, or by Enter or Space.

    A barcode gun types Enter: the keyboard stands nowhere until somebody leads it there with Tab or an arrow, and an
    Enter that comes together with other keys is a gun's.
    """

    tapped: Signal
    debounce_s = 0.25
    _look: Look
    _taps: Taps

    def prepare(self, look: Look, taps: Taps, spoken: str) -> None:
        """Once, when it is made."""
        self._look, self._taps = look, taps
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._left_inside)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A finger that was there before the page does not press."""
        if self._taps.may_press():
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space act once each; every other key is the window's."""
        chord = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() not in _ACTS or chord:
            event.ignore()
        elif not event.isAutoRepeat() and self._taps.key_may_act():
            self.click()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt gives the keyboard to the first control of a window that comes to the front; nobody led it there."""
        if event.reason() is Qt.FocusReason.TabFocusReason:
            super().focusInEvent(event)
        else:
            self.clearFocus()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Nothing waits for a key to come up."""
        event.ignore()

    def paint_focus(self, painter: QPainter, radius: float) -> None:
        """A ring at the edge and a seam within, so that it is seen on any colour."""
        if not self.hasFocus():
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        thick = max(3.0, self._look.mm(1.0))
        for inset, colour in ((thick * 1.5, "surface"), (thick / 2, "focus")):
            painter.setPen(QPen(self._look.colour(colour), thick))
            ring = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            painter.drawRoundedRect(ring, max(1.0, radius - inset), max(1.0, radius - inset))

    def _left_inside(self) -> None:
        if self._taps.accept(self, self.debounce_s):
            self.tapped.emit()


class Target(Touched, QPushButton):
    """A button. `tapped` is the only signal to connect to: it knows what counts as a tap."""

    tapped = Signal()

    def __init__(self, look: Look, taps: Taps, text: str, spoken: str = "") -> None:
        super().__init__(text)
        self.prepare(look, taps, spoken or text)
