"""One line about what is being typed: how to, or what is wrong with it. Its place is kept for the longest of all."""

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPaintEvent

from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.piece import paint_box
from kiosk.ui.widgets.signed import TONE_ICONS, Signed


class Remark(Signed):
    """Says `usual` in soft ink, or one of `warnings` on a tint; nothing moves when it changes."""

    def __init__(self, look: Look, usual: str, warnings: Sequence[str]) -> None:
        super().__init__(look, look.font(Voice.BODY, tabular=True))
        self._usual, self._warnings = usual, tuple(warnings)
        self._warning = ""
        self.setAccessibleName(usual)

    @property
    def warning(self) -> str:
        """What is said to be wrong; empty: nothing."""
        return self._warning

    def warn(self, warning: str) -> None:
        """Says `warning`; empty: nothing is wrong any more."""
        if warning != self._warning:
            self._warning = warning
            self.setAccessibleName(warning or self._usual)
            self.update()

    def least_width(self) -> int:
        """Of the longest word."""
        return max(self._setter.widest_word(words) for words in self._all()) + self._chrome() + 1

    def natural_width(self) -> int:
        """Each on one line."""
        return max(self._setter.width(words) for words in self._all()) + self._chrome() + 1

    def least_height(self, width: int) -> int:
        """The most lines that may have to stand here, and a little air."""
        lines = max(self._setter.count(words, width - self._chrome()) for words in self._all())
        return lines * self._setter.line + 2 * self.look.mm(2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Words alone, or icon and words on a tint as wide as they need."""
        painter, look = self.painter(), self.look
        words, pair = self._warning or self._usual, look.palette.tone(Tone.ATTENTION)
        left = self._beside() if self._warning else 0
        lines = self._setter.lines(words, self.width() - self._chrome())
        top = (self.height() - len(lines) * self._setter.line) // 2
        if self._warning:
            wide = max(round(self._setter.advance(line)) for line in lines) + self._chrome()
            tint = QRect(0, 0, min(wide, self.width()), self.height())
            paint_box(painter, tint, look.mm(2.5), look.colour(pair.ground))
            self._paint_sign(painter, TONE_ICONS[Tone.ATTENTION], top, pair.ink)
        ink = look.colour(pair.ink if self._warning else "ink_soft")
        self._setter.paint(painter, lines, QRect(left, top, self.width(), self.height()), ink)

    def _all(self) -> tuple[str, ...]:
        return (self._usual, *self._warnings)
