"""The bar at the bottom: call staff, one hint, the devices' lights or, where they were lowered, the controls."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from kiosk.text import Language, say
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.controls import Controls
from kiosk.ui.widgets.header import MARGIN_MM
from kiosk.ui.widgets.lights import Lights
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.text import Typesetter


class Footer(Piece):
    """Staff can be called from every page."""

    staff_called = Signal()

    HEIGHT_MM = 26.0

    def __init__(self, look: Look, taps: Taps, language: Language, right: Lights | Controls) -> None:
        super().__init__(look)
        self._hint = ""
        self._hint_setter = Typesetter(look.font(Voice.SMALL))
        self.call = Button(look, taps, say("screen.footer.call", language), Rank.QUIET, icon="bell")
        self.call.setParent(self)
        self.call.tapped.connect(self.staff_called)
        self._right = right
        right.setParent(self)

    def show_hint(self, hint: str) -> None:
        """One quiet line beside the button, left out where there is no room."""
        self._hint = hint
        self.setAccessibleName(hint)
        self.update()

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A finger and air."""
        return self.look.mm(self.HEIGHT_MM)

    def leaves(self) -> Iterator[QWidget]:
        """Itself."""
        yield self

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Button left, the rest right."""
        height, margin = self.look.mm(20), self.look.mm(MARGIN_MM)
        top, right = (self.height() - height) // 2, self.width() - margin
        if isinstance(self._right, Controls):
            wide = self._right.least_width()
            self._right.setGeometry(right - wide, top, wide, height)
            room = right - wide - self.look.mm(6) - margin
            self.call.setGeometry(margin, top, min(self.call.natural_width(), room), height)
            return
        self.call.setGeometry(margin, top, self.call.natural_width(), height)
        left = margin + self.call.width() + self.look.mm(8)
        self._right.setGeometry(left, top, right - left, height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A surface with a hairline above."""
        painter, look = self.painter(), self.look
        painter.fillRect(self.rect(), look.colour("surface"))
        painter.setPen(QPen(look.colour("hairline"), 2))
        painter.drawLine(0, 1, self.width(), 1)
        if self._hint and self._hint_fits():
            self._paint_hint(painter)

    def _paint_hint(self, painter: QPainter) -> None:
        left, top = self._hint_left(), (self.height() - self._hint_setter.line) // 2
        self._hint_setter.paint(painter, [self._hint], QRect(left, top, 1, 1), self.look.colour("ink_soft"))

    def _hint_left(self) -> int:
        return self.call.geometry().right() + self.look.mm(8)

    def _hint_fits(self) -> bool:
        taken = self._right.least_width() if isinstance(self._right, Controls) else self._right.taken_width()
        end = self.width() - self.look.mm(MARGIN_MM) - taken - self.look.mm(8)
        return self._hint_left() + self._hint_setter.width(self._hint) <= end
