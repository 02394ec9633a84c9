"""A card's dates as a small line with today's mark."""

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.eligibility.finding import written
from kiosk.privacy import Personal
from kiosk.text import Language, say
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.theme.palette import Tone

_BAR_PX = 12
_MARGIN = 0.1
"""Of the line's length, left and right of the card's time."""


@dataclass(frozen=True, slots=True, repr=False)
class Span(Personal):
    """Where the card's time begins and ends on the line, and where today is, each from 0 to 1."""

    start: float
    end: float
    today: float
    counts: bool


def span_of(valid_from: date | None, valid_to: date | None, today: date) -> Span | None:
    """The line's proportions; None: nothing can be drawn without a first day.

    A card without a last day goes on; today is always on the line.
    """
    if valid_from is None:
        return None
    end = valid_to or max(today, valid_from) + timedelta(days=180)
    first, last = min(valid_from, today), max(end, today, valid_from)
    length = max(1, (last - first).days)
    inner = 1 - 2 * _MARGIN

    def at(day: date) -> float:
        return _MARGIN + inner * (day - first).days / length

    right = at(end) if valid_to is not None else 1.0
    counts = valid_from <= today and (valid_to is None or today <= valid_to)
    return Span(at(valid_from), max(right, at(valid_from)), at(today), counts)


class TimeLine(QWidget):
    """The card's time in green while it counts; today is a stroke through it, with its word."""

    def __init__(
        self, look: DeskLook, valid_from: date | None, valid_to: date | None, today: date, language: Language
    ) -> None:
        super().__init__()
        self._look = look
        self._span = span_of(valid_from, valid_to, today)
        self._words = (
            written(valid_from) if valid_from else "",
            say("desk.card.today", language),
            written(valid_to) if valid_to else say("desk.card.no_end", language),
        )
        self._soft, self._strong = look.setter(DeskVoice.SMALL), look.setter(DeskVoice.SMALL_STRONG)
        key = "counts" if self._span is not None and self._span.counts else "counts_not"
        first, _, last = self._words
        self.setAccessibleName(say(f"desk.card.{key}", language, first=first or "?", last=last))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def forget(self) -> None:
        """No dates any more."""
        self._span, self._words = None, ("", "", "")
        self.setAccessibleName("")

    def sizeHint(self) -> QSize:
        """A bar between today's word and the dates."""
        return QSize(320, 2 * self._soft.line + _BAR_PX + 18)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The whole line, the card's time, today."""
        if (span := self._span) is None:
            return
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top, wide = self._strong.line + 6, self.width()
        painter.setBrush(look.colour("hairline"))
        painter.drawRoundedRect(QRectF(0, top, wide, _BAR_PX), 6, 6)
        colour = look.colour("brand") if span.counts else look.colour(look.palette.tone(Tone.STOP).ink)
        painter.setBrush(colour)
        left, right = span.start * wide, span.end * wide
        painter.drawRoundedRect(QRectF(left, top, max(_BAR_PX, right - left), _BAR_PX), 6, 6)
        now = span.today * wide
        painter.setBrush(look.colour("surface"))
        painter.drawRect(QRectF(now - 3.5, top - 5, 7, _BAR_PX + 10))
        painter.setBrush(look.colour("ink"))
        painter.drawRect(QRectF(now - 1.5, top - 5, 3, _BAR_PX + 10))
        self._paint_word(painter, self._strong, self._words[1], now, 0, "ink")
        below = top + _BAR_PX + 8
        first, _, last = self._words
        taken = self._paint_word(painter, self._soft, first, left, below, "ink_soft")
        self._paint_word(painter, self._soft, last, right, below, "ink_soft", after=taken)
        painter.end()

    def _paint_word(self, painter: QPainter, setter: object, word: str, x: float, top: int, colour: str, *,
                    after: float = 0.0) -> float:  # fmt: skip
        """Under or over its place, inside the widget, not over what ends at `after`; where it ends."""
        letters = self._strong if setter is self._strong else self._soft
        width = letters.width(word)
        left = max(after, min(self.width() - width, max(0.0, x - width / 2)))
        area = QRect(round(left), top, width + 1, letters.line)
        letters.paint(painter, [word], area, self._look.colour(colour))
        return left + width + 16
