"""What the machine has done, does and will do, each in words."""

from collections.abc import Sequence
from itertools import pairwise
from math import pi, sin

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QPen

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.motion import MovingPiece
from kiosk.ui.widgets.text import Typesetter


class PhaseList(MovingPiece):
    """Ticked phases, the present one in strong letters, the rest to come; a thread joins them."""

    seconds = 2.0
    still = 0.25

    def __init__(self, look: Look, words: Sequence[str]) -> None:
        super().__init__(look)
        self._words, self._current = tuple(words), 0
        self.setAccessibleDescription(" · ".join(words))
        self._soft, self._strong = Typesetter(look.font(Voice.BODY)), Typesetter(look.font(Voice.STRONG))

    @property
    def current(self) -> int:
        """The phase that goes on, from 0."""
        return self._current

    def present(self, current: int) -> None:
        """The phase `current` goes on."""
        self._current = current
        self.setAccessibleName(self._words[current])
        self.update()

    def natural_width(self) -> int:
        """On one line each."""
        return max(self._strong.width(word) for word in self._words) + self._indent()

    def least_width(self) -> int:
        """Of the longest word."""
        return max(self._strong.widest_word(word) for word in self._words) + self._indent() + 1

    def natural_height(self, width: int) -> int:
        """Lines and air."""
        return self._tall(width) + (len(self._words) - 1) * self.look.mm(7)

    def least_height(self, width: int) -> int:
        """Lines and little air."""
        return self._tall(width) + (len(self._words) - 1) * self.look.mm(2)

    def moving_area(self) -> QRect:
        """The signs: words stand still."""
        return QRect(0, 0, self._side() + 1, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A sign and a word for each."""
        painter, look = self.painter(), self.look
        text_width = self.width() - self._indent()
        spare = self.height() - self._tall(self.width())
        air = min(look.mm(9), spare / max(1, len(self._words) - 1))
        top = (spare - air * (len(self._words) - 1)) / 2
        side, middles = self._side(), []
        for at, word in enumerate(self._words):
            setter = self._strong if at == self._current else self._soft
            lines = setter.lines(word, text_width)
            middles.append(top + setter.line / 2)
            colour = look.colour("ink" if at <= self._current else "ink_soft")
            setter.paint(painter, lines, QRect(self._indent(), round(top), text_width, setter.line), colour)
            top += self._height(word, text_width) + air
        painter.setPen(QPen(look.colour("hairline"), look.mm(0.6)))
        for above, below in pairwise(middles):
            painter.drawLine(round(side / 2), round(above + side * 0.62), round(side / 2), round(below - side * 0.62))
        for at, middle in enumerate(middles):
            self._paint_sign(QRectF(0, middle - side / 2, side, side), at)

    def _paint_sign(self, box: QRectF, at: int) -> None:
        painter, look, good = self.painter(), self.look, self.look.palette.tone(Tone.GOOD)
        thick = look.mm(0.7)
        ring = box.adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        if at < self._current:
            painter.setBrush(look.colour(good.ground))
            painter.drawEllipse(box)
            inset = box.width() * 0.2
            paint_icon(painter, "check", box.adjusted(inset, inset, -inset, -inset), good.ink)
        elif at == self._current:
            painter.setPen(QPen(look.colour("brand"), thick * 1.6))
            painter.setBrush(look.colour("brand_tint"))
            painter.drawEllipse(ring.adjusted(thick * 0.3, thick * 0.3, -thick * 0.3, -thick * 0.3))
            pulse = 0.5 + 0.5 * sin(self.moment * 2 * pi)
            inset = box.width() * (0.36 - 0.08 * pulse)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("brand"))
            painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))
        else:
            painter.setPen(QPen(look.colour("line"), thick))
            painter.setBrush(look.colour("surface"))
            painter.drawEllipse(ring)

    def _side(self) -> int:
        return round(self._strong.font.pixelSize() * 1.2)

    def _indent(self) -> int:
        return self._side() + self.look.mm(5)

    def _height(self, word: str, width: int) -> int:
        # Reserved in strong letters: the list must not move when a phase becomes the present one.
        return self._strong.count(word, width) * self._strong.line

    def _tall(self, width: int) -> int:
        return sum(self._height(word, width - self._indent()) for word in self._words)
