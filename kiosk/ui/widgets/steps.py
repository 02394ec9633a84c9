"""Where one is: four steps, each with its word."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPaintEvent

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.text import Typesetter


class StepBar(Piece):
    """Bars over words. Done steps carry a tick, the present one is bold, so that colour is not needed.

    `bare` leaves the words out: who wished for larger letters needs their room for what is asked.
    """

    def __init__(self, look: Look, words: Sequence[str], current: int, *, bare: bool = False) -> None:
        super().__init__(look)
        self._bare = bare
        # The patient's wish for larger letters goes to what must be read; four words beside each other cannot grow.
        calm = look.with_scale(look.scale.with_text(min(look.scale.text_factor, 1.0), look.scale.room))
        self._words, self._current = tuple(words), current
        self._soft, self._strong = Typesetter(calm.font(Voice.SMALL)), Typesetter(calm.font(Voice.SMALL_STRONG))
        self.setAccessibleName(f"{current + 1}/{len(words)}: {words[current]}")
        self.setAccessibleDescription(" · ".join(words))

    def least_width(self) -> int:
        """All words side by side."""
        if self._bare:
            return 0
        widest = max(self._strong.width(self._label(at)) for at in range(len(self._words)))
        return len(self._words) * (widest + self._tick() + self._gap())

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """Bar, air, word."""
        if self._bare:
            return self.look.mm(1.6)
        return self.look.mm(1.6) + self.look.mm(2) + self._strong.line

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Bars and words."""
        painter, look = self.painter(), self.look
        count, bar = len(self._words), look.mm(1.6)
        for at in range(count):
            left = round(at * (self.width() + self._gap()) / count)
            right = round((at + 1) * (self.width() + self._gap()) / count) - self._gap()
            reached, here = at <= self._current, at == self._current
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("brand" if reached else "hairline"))
            painter.drawRoundedRect(QRectF(left, 0, right - left, bar), bar / 2, bar / 2)
            if self._bare:
                continue
            top = bar + look.mm(2)
            shift = 0
            if at < self._current:
                side = self._tick() - look.mm(1)
                box = QRectF(left, top + (self._soft.line - side) / 2, side, side)
                paint_icon(painter, "check", box, look.palette.brand)
                shift = self._tick()
            setter = self._strong if here else self._soft
            colour = look.colour("brand" if here else "ink_soft")
            setter.paint(painter, [self._label(at)], QRect(left + shift, top, right - left, setter.line), colour)

    def _label(self, at: int) -> str:
        return self._words[at] if at < self._current else f"{at + 1} · {self._words[at]}"

    def _gap(self) -> int:
        return self.look.mm(3)

    def _tick(self) -> int:
        return round(self._soft.font.pixelSize() * 1.0) + self.look.mm(1)
