"""A box that somebody may tick: empty until they do."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import paint_box
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.target import Touched
from kiosk.ui.widgets.text import Typesetter


class Tick(Touched, QCheckBox):
    """Box and sentence; all of it is to be touched, as large as a finger needs."""

    tapped = Signal()

    def __init__(self, look: Look, taps: Taps, text: str, *, ticked: bool = False) -> None:
        super().__init__(text)
        self.prepare(look, taps, text)
        self._setter = Typesetter(look.font(Voice.SOFT))
        self.setChecked(ticked)
        self.tapped.connect(self._turn)

    def nextCheckState(self) -> None:
        """Only what counts as a tap turns it."""

    def hitButton(self, position: QPoint) -> bool:
        """Qt would take the box alone."""
        return self.rect().contains(position)

    def natural_width(self) -> int:
        """On one line."""
        return self._setter.width(self.text()) + self._chrome() + 1

    def least_width(self) -> int:
        """Of the longest word."""
        return self._setter.widest_word(self.text()) + self._chrome() + 1

    def natural_height(self, width: int) -> int:
        """A finger, more where the words wrap."""
        lines = self._setter.count(self.text(), width - self._chrome())
        return max(self._look.mm(21), lines * self._setter.line + 2 * self._look.mm(2.5))

    def least_height(self, width: int) -> int:
        """The same: targets do not shrink."""
        return self.natural_height(width)

    def place(self, area: QRect) -> None:
        """Takes `area`."""
        self.setGeometry(area)

    def leaves(self) -> Iterator[QWidget]:
        """Itself."""
        yield self

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The box left, the sentence beside it; ticked by sign and by ground."""
        painter, look, on = QPainter(self), self._look, self.isChecked()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        fill = "brand_tint" if on or self.isDown() else "surface"
        edge = look.colour("brand" if on else "line")
        paint_box(painter, self.rect(), look.mm(3), look.colour(fill), edge, max(2.0, look.mm(0.5)))
        side = self._side()
        box = QRectF(self._pad(), (self.height() - side) / 2, side, side)
        paint_icon(painter, "box-ticked" if on else "box", box, look.palette.brand if on else look.palette.ink)
        room = self.width() - self._chrome()
        lines = self._setter.lines(self.text(), room)
        top = (self.height() - len(lines) * self._setter.line) // 2
        area = QRect(self._pad() + side + self._pad(), top, room, self.height())
        self._setter.paint(painter, lines, area, look.colour("ink"))
        self.paint_focus(painter, look.mm(3))

    def _turn(self) -> None:
        self.setChecked(not self.isChecked())
        self.update()

    def _side(self) -> int:
        # A quarter of the drawing is air: the box itself is as high as a capital of the title.
        return max(self._look.mm(12), round(self._setter.font.pixelSize() * 1.4))

    def _pad(self) -> int:
        return self._look.mm(4)

    def _chrome(self) -> int:
        return self._side() + 3 * self._pad()
