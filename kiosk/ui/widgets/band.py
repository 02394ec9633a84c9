"""The permanent band of training: nobody may take invented people for real ones."""

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPaintEvent

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.text import Typesetter


class TrainingBand(Piece):
    """Icon and sentence over the whole width."""

    def __init__(self, look: Look, words: str, short: str) -> None:
        super().__init__(look)
        self._words, self._short = words, short
        self._setter = Typesetter(look.font(Voice.SMALL_STRONG))
        self.setAccessibleName(words)

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """One line and air."""
        return self._setter.line + 2 * self.look.mm(0.8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Attention's colours: calm, and nowhere else as wide."""
        painter, look = self.painter(), self.look
        pair = look.palette.tone(Tone.ATTENTION)
        painter.fillRect(self.rect(), look.colour(pair.ink))
        side, gap = round(self._setter.font.pixelSize() * 1.25), look.mm(3)
        words = self._words
        if self._setter.width(words) + side + gap > self.width() - 2 * look.mm(14):
            words = self._short
        left = (self.width() - self._setter.width(words) - side - gap) / 2
        paint_icon(painter, "training", QRectF(left, (self.height() - side) / 2, side, side), pair.ground)
        top = (self.height() - self._setter.line) // 2
        area = QRect(round(left + side + gap), top, self.width(), self._setter.line)
        self._setter.paint(painter, [words], area, look.colour(pair.ground))
