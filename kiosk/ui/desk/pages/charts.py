"""Charts, painted: this period solid, the one before it hollow, so that no colour has to be told apart.

Each tells its numbers to assistive programs in words, and none shows a number that its table does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.ui.desk.look import DeskLook, DeskVoice

_RADIUS = 3.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: this period's value, the one's before, and how both are said beside it."""

    label: str
    value: float
    before: float
    told: str
    told_before: str = ""


class Chart(QWidget):
    """What every chart is: a name and a description in words; without bars it says `empty`."""

    def __init__(self, look: DeskLook, title: str, empty: str) -> None:
        super().__init__()
        self.look, self.bars, self._empty = look, tuple[Bar, ...](), empty
        self.small, self.strong = look.setter(DeskVoice.SMALL), look.setter(DeskVoice.SMALL_STRONG)
        self.setAccessibleName(title)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def show_bars(self, bars: Sequence[Bar], described: str) -> None:
        """Other numbers; `described` says them in words."""
        self.bars = tuple(bars)
        self.small.forget()
        self.strong.forget()
        self.setAccessibleDescription(described)
        self.updateGeometry()
        self.update()

    def forget(self) -> None:
        """Shows nothing."""
        self.show_bars((), "")

    def paint_empty(self, painter: QPainter) -> None:
        """That there is nothing to draw."""
        area = QRect(0, 0, self.width(), self.small.line)
        self.small.paint(painter, [self._empty], area, self.look.colour("ink_soft"))

    def paint_solid(self, painter: QPainter, area: QRectF) -> None:
        """A bar of this period."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour("brand"))
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)

    def paint_hollow(self, painter: QPainter, area: QRectF) -> None:
        """A bar of the period before."""
        painter.setPen(QPen(self.look.colour("line"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area.adjusted(0.75, 0.75, -0.75, -0.75), _RADIUS, _RADIUS)


class HourChart(Chart):
    """Upright pairs side by side, each with its number above and its hour below."""

    def sizeHint(self) -> QSize:
        """As high as a glance needs; one line where there is nothing to see."""
        return QSize(self.look.px(560), self.look.px(170) if self.bars else self.small.line)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Ground line, pairs, numbers, hours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.bars:
            self.paint_empty(painter)
            painter.end()
            return
        line = self.small.line
        plot = QRectF(0, line + 2, self.width(), self.height() - 2 * line - 8)
        highest = max(1.0, *(max(bar.value, bar.before) for bar in self.bars))
        each = plot.width() / len(self.bars)
        wide = min(self.look.px(26), each * 0.38)
        for at, bar in enumerate(self.bars):
            middle = plot.left() + each * (at + 0.5)
            for value, left, paint in (
                (bar.before, middle + 1, self.paint_hollow),
                (bar.value, middle - wide - 1, self.paint_solid),
            ):
                tall = plot.height() * value / highest
                if value:
                    paint(painter, QRectF(left, plot.bottom() - max(2.0, tall), wide, max(2.0, tall)))
            cell = QRect(round(plot.left() + each * at), 0, round(each), line)
            top = round(plot.bottom() - plot.height() * max(bar.value, bar.before) / highest) - line - 1
            if bar.value and self.small.width(bar.told) <= each:
                self._words(painter, bar.told, cell.translated(0, max(0, top)), "ink")
            if self.small.width(bar.label) <= each - 2 or at % 2 == 0:
                wider = cell.adjusted(-round(each / 2), 0, round(each / 2), 0)
                self._words(painter, bar.label, wider.translated(0, self.height() - line), "ink_soft")
        painter.setPen(QPen(self.look.colour("line"), 1))
        painter.drawLine(QPointF(0, plot.bottom() + 0.5), QPointF(self.width(), plot.bottom() + 0.5))
        painter.end()

    def _words(self, painter: QPainter, text: str, area: QRect, colour: str) -> None:
        self.small.paint(painter, [text], area, self.look.colour(colour), Qt.AlignmentFlag.AlignHCenter)


class BarList(Chart):
    """One below the other: label and number over a lying bar, the period before hollow beneath it."""

    def sizeHint(self) -> QSize:
        """All bars."""
        return QSize(self.look.px(300), self._high(max(self.width(), self.look.px(300))))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def hasHeightForWidth(self) -> bool:
        """Numbers go below their label where there is no room beside it."""
        return True

    def heightForWidth(self, width: int) -> int:
        """All bars at `width`."""
        return self._high(width)

    def _high(self, width: int) -> int:
        if not self.bars:
            return self.small.line
        return sum(self._block(bar, width) for bar in self.bars)

    def _block(self, bar: Bar, width: int) -> int:
        lines = len(self._label(bar, width)) + (0 if self._is_one_line(bar, width) else 1)
        return lines * self.small.line + self.look.px(26)

    def _is_one_line(self, bar: Bar, width: int) -> bool:
        return self.small.width(bar.label) + self._number_width(bar) + self.look.px(16) <= width

    def _label(self, bar: Bar, width: int) -> list[str]:
        return self.small.lines(bar.label, max(1, width))

    def _number_width(self, bar: Bar) -> int:
        return self.strong.width(bar.told) + (self.small.width(f"  {bar.told_before}") if bar.told_before else 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Bars from the longest scale of all."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, line, top = self.width(), self.small.line, 0
        if not self.bars:
            self.paint_empty(painter)
        longest = max([1.0, *(max(bar.value, bar.before) for bar in self.bars)])
        thick = self.look.px(9)
        for bar in self.bars:
            lines = self._label(bar, width)
            self.small.paint(painter, lines, QRect(0, top, width, line * len(lines)), self.look.colour("ink"))
            number_top = top if self._is_one_line(bar, width) else top + line * len(lines)
            self._paint_number(painter, bar, QRect(0, number_top, width, line))
            below = top + self._block(bar, width) - self.look.px(24)
            if bar.value:
                self.paint_solid(painter, QRectF(0, below, max(3.0, width * bar.value / longest), thick))
            if bar.before:
                self.paint_hollow(
                    painter, QRectF(0, below + thick + 1, max(3.0, width * bar.before / longest), thick * 0.6)
                )
            top += self._block(bar, width)
        painter.end()

    def _paint_number(self, painter: QPainter, bar: Bar, area: QRect) -> None:
        right = area.right()
        if bar.told_before:
            wide = ceil(self.small.advance(f"  {bar.told_before}"))
            place = QRect(right - wide, area.top(), wide, area.height())
            self.small.paint(painter, [f"  {bar.told_before}"], place, self.look.colour("ink_soft"))
            right -= wide
        wide = self.strong.width(bar.told) + 1
        self.strong.paint(
            painter, [bar.told], QRect(right - wide, area.top(), wide, area.height()), self.look.colour("ink")
        )


class Legend(QWidget):
    """Which bar is which."""

    def __init__(self, look: DeskLook) -> None:
        super().__init__()
        self._look, self._setter = look, look.setter(DeskVoice.SMALL)
        self._words = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, now: str, before: str) -> None:
        """The two periods by name."""
        self._words = (now, before)
        self.setAccessibleName(f"{now}; {before}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Both on one line."""
        wide = sum(self._setter.width(word) + self._look.px(48) for word in self._words)
        return QSize(wide, self._setter.line)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A solid and a hollow square with their words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, side = 0, self._look.px(14)
        for is_now, word in zip((True, False), self._words, strict=True):
            square = QRectF(left, (self.height() - side) / 2, side, side)
            painter.setPen(Qt.PenStyle.NoPen if is_now else QPen(self._look.colour("line"), 1.5))
            painter.setBrush(self._look.colour("brand") if is_now else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(square.adjusted(0.75, 0.75, -0.75, -0.75), _RADIUS, _RADIUS)
            left += side + self._look.px(8)
            area = QRect(left, 0, self._setter.width(word) + 1, self.height())
            self._setter.paint(painter, [word], area, self._look.colour("ink"))
            left += self._setter.width(word) + self._look.px(26)
        painter.end()
