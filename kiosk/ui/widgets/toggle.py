"""A small switch of the bars."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import paint_box
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.target import Target
from kiosk.ui.widgets.text import Typesetter


class Toggle(Target):
    """Says by its filling, and to assistive programs, whether it is on; `icon` stands in for a word.

    `side` rounds only one end where two stand together.
    """

    def __init__(
        self, look: Look, taps: Taps, text: str, spoken: str, *, on: bool, side: str = "both", icon: str = ""
    ) -> None:
        super().__init__(look, taps, text, spoken)
        self._on, self._side, self._icon = on, side, icon
        self._setter = Typesetter(look.font(Voice.SOFT_STRONG))
        self.setCheckable(True)
        self.setChecked(on)

    def nextCheckState(self) -> None:
        """Whoever made it makes another one when its state changes."""

    def wanted_width(self) -> int:
        """The word and air, at least a finger."""
        return max(self._look.mm(20), self._setter.width(self.text()) + 2 * self._look.mm(5.5))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Filled when on."""
        look, painter = self._look, QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        radius, thickness = look.mm(3), max(2, look.mm(0.4))
        # One end is pushed out of the widget, so that the two halves meet in a straight line.
        area = self.rect().adjusted(
            -2 * radius if self._side == "right" else 0, 0, 2 * radius if self._side == "left" else 0, 0
        )
        fill = "brand" if self._on else "brand_tint" if self.isDown() else "surface"
        paint_box(painter, area, radius, look.colour(fill), look.colour("brand" if self._on else "line"), thickness)
        ink = "on_brand" if self._on else "ink"
        if self._icon:
            side = look.mm(10)
            box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            paint_icon(painter, self._icon, box, look.colour(ink).name())
        else:
            box_of_word = QRect(0, (self.height() - self._setter.line) // 2, self.width(), self._setter.line)
            self._setter.paint(painter, [self.text()], box_of_word, look.colour(ink), Qt.AlignmentFlag.AlignHCenter)
        self.paint_focus(painter, radius)
