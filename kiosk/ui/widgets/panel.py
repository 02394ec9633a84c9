"""Surfaces: panels, badges, banners, rows of facts."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QPen, QResizeEvent

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.flow import Block
from kiosk.ui.widgets.piece import Piece, paint_box
from kiosk.ui.widgets.signed import TONE_ICONS, Signed
from kiosk.ui.widgets.text import Typesetter


class Panel(Piece):
    """A surface with a hairline around a block of pieces."""

    def __init__(
        self, look: Look, inner: Block, *, pad_mm: tuple[float, float] = (10, 8), fill: str = "surface", edge: str = ""
    ) -> None:
        super().__init__(look)
        self.inner = inner
        self._pad_x, self._pad_y = look.mm(pad_mm[0]), look.mm(pad_mm[1])
        self._fill, self._edge = fill, edge or "hairline"
        for leaf in inner.leaves():
            leaf.setParent(self)

    def natural_width(self) -> int:
        """The inside and its air."""
        return self.inner.natural_width() + 2 * self._pad_x

    def least_width(self) -> int:
        """The inside at its least."""
        return self.inner.least_width() + 2 * self._pad_x

    def natural_height(self, width: int) -> int:
        """The inside and its air."""
        return self.inner.natural_height(width - 2 * self._pad_x) + 2 * self._pad_y

    def least_height(self, width: int) -> int:
        """The inside at its least; half of the air may go."""
        return self.inner.least_height(width - 2 * self._pad_x) + self._pad_y

    def replace(self, inner: Block) -> None:
        """Shows another block; the old pieces forget what they said."""
        for leaf in self.inner.leaves():
            forget = getattr(leaf, "forget", None)
            if callable(forget):
                forget()
            leaf.hide()
            leaf.deleteLater()
        self.inner = inner
        for leaf in inner.leaves():
            leaf.setParent(self)
            leaf.show()
        self._place_inner()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Places the inside."""
        self._place_inner()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The surface."""
        edge = self.look.colour(self._edge)
        paint_box(self.painter(), self.rect(), self.look.mm(4), self.look.colour(self._fill), edge, 2)

    def _place_inner(self) -> None:
        pad_x = self._pad_x
        spare = self.height() - self.inner.natural_height(max(1, self.width() - 2 * pad_x))
        pad_y = min(self._pad_y, max(self._pad_y // 2, spare // 2))
        self.inner.place(self.rect().adjusted(pad_x, pad_y, -pad_x, -pad_y))


class Badge(Signed):
    """A short statement: icon and word on a tint."""

    def __init__(self, look: Look, tone: Tone, text: str, *, icon: str = "", voice: Voice = Voice.SOFT_STRONG) -> None:
        super().__init__(look, look.font(voice))
        self._tone, self._text, self._icon = tone, text, icon or TONE_ICONS[tone]
        self.setAccessibleName(text)

    def natural_width(self) -> int:
        """On one line."""
        return self._setter.width(self._text) + self._chrome() + 1

    def least_width(self) -> int:
        """Of the longest word."""
        return self._setter.widest_word(self._text) + self._chrome() + 1

    def least_height(self, width: int) -> int:
        """Lines at `width` and a little air."""
        return self._setter.count(self._text, width - self._chrome()) * self._setter.line + 2 * self.look.mm(2)

    def forget(self) -> None:
        """Says nothing."""
        self._text = ""
        self._setter.forget()
        self.setAccessibleName("")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Tint, icon, words."""
        painter, pair = self.painter(), self.look.palette.tone(self._tone)
        paint_box(painter, self.rect(), self.look.mm(2.5), self.look.colour(pair.ground))
        lines = self._setter.lines(self._text, self.width() - self._chrome())
        top = (self.height() - len(lines) * self._setter.line) // 2
        self._paint_sign(painter, self._icon, top, pair.ink)
        area = QRect(self._beside(), top, self.width(), self.height())
        self._setter.paint(painter, lines, area, self.look.colour(pair.ink))


class Banner(Badge):
    """A statement over the whole width, where something is to be done."""

    def __init__(self, look: Look, tone: Tone, text: str, *, icon: str = "") -> None:
        super().__init__(look, tone, text, icon=icon, voice=Voice.STRONG)

    def least_height(self, width: int) -> int:
        """More air than a badge."""
        return super().least_height(width) + 2 * self.look.mm(2.5)

    def _side(self) -> int:
        return round(self._setter.font.pixelSize() * 1.3)

    def _pad(self) -> int:
        return self.look.mm(6)


class Fact(Piece):
    """A label and its value on one line, or the value below where it is too long; a hairline under it."""

    def __init__(self, look: Look, label: str, value: str, *, last: bool = False, icon: str = "") -> None:
        super().__init__(look)
        self._label, self._value, self._last, self._icon = label, value, last, icon
        self._soft = Typesetter(look.font(Voice.BODY))
        self._strong = Typesetter(look.font(Voice.STRONG, tabular=True))
        self._beside = self._strong.overhang
        self.setAccessibleName(f"{label}: {value}")

    def natural_width(self) -> int:
        """Both on one line."""
        return self._soft.width(self._label) + self._strong.width(self._value) + self._between() + self._icon_room()

    def least_width(self) -> int:
        """Of the longest word."""
        words = self._strong.widest_word(self._value) + self._icon_room()
        return max(self._soft.widest_word(self._label), words) + 2

    def natural_height(self, width: int) -> int:
        """Lines and air."""
        return self._tall(width) + 2 * self.look.mm(2.6)

    def least_height(self, width: int) -> int:
        """Lines and less air."""
        return self._tall(width) + 2 * self.look.mm(1)

    def place(self, area: QRect) -> None:
        """Takes `area`, and a little beside it for strokes that leave their line."""
        self.setGeometry(area.adjusted(-self._beside, 0, self._beside, 0))

    def forget(self) -> None:
        """Says nothing."""
        self._label = self._value = ""
        self._soft.forget()
        self._strong.forget()
        self.setAccessibleName("")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Label left, value right."""
        painter, look, width = self.painter(), self.look, self.width() - 2 * self._beside
        painter.translate(self._beside, 0)
        top = (self.height() - self._tall(width)) // 2
        area = QRect(0, top, width, self.height())
        soft, ink = look.colour("ink_soft"), look.colour("ink")
        if self._on_one_line(width):
            self._soft.paint(painter, [self._label], area, soft)
            self._strong.paint(painter, [self._value], area, ink, Qt.AlignmentFlag.AlignRight)
            icon_at = width - self._strong.width(self._value) - self._icon_room()
            icon_top = top
        else:
            labels = self._soft.lines(self._label, width)
            self._soft.paint(painter, labels, area, soft)
            icon_top = top + len(labels) * self._soft.line
            below = QRect(self._icon_room(), icon_top, width - self._icon_room(), self.height())
            self._strong.paint(painter, self._strong.lines(self._value, below.width()), below, ink)
            icon_at = 0
        if self._icon and self._value:
            side = self._icon_side()
            box = QRectF(icon_at, icon_top + (self._strong.line - side) / 2, side, side)
            paint_icon(painter, self._icon, box, look.palette.ink)
        if not self._last:
            painter.setPen(QPen(look.colour("hairline"), 2))
            painter.drawLine(0, self.height() - 1, width, self.height() - 1)

    def _between(self) -> int:
        return self.look.mm(6)

    def _icon_side(self) -> int:
        return round(self._strong.font.pixelSize() * 1.0)

    def _icon_room(self) -> int:
        return self._icon_side() + self.look.mm(2) if self._icon else 0

    def _on_one_line(self, width: int) -> bool:
        return self.natural_width() <= width

    def _tall(self, width: int) -> int:
        if self._on_one_line(width):
            return self._soft.line
        values = self._strong.count(self._value, width - self._icon_room())
        return self._soft.count(self._label, width) * self._soft.line + values * self._strong.line


def facts(look: Look, rows: Sequence[tuple[str, str]]) -> list[Fact]:
    """Rows of facts, the last without a hairline; a value that is unknown is left out."""
    known = [(label, value) for label, value in rows if value]
    return [Fact(look, label, value, last=at == len(known) - 1) for at, (label, value) in enumerate(known)]
