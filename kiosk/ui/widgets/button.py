"""Buttons: act when the finger leaves inside, large, with a word and often an icon."""

from collections.abc import Iterator
from enum import Enum

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import paint_box
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.target import Target
from kiosk.ui.widgets.text import Typesetter


class Rank(Enum):
    """How much a button wants to be pressed: letters, least height and side padding in mm."""

    PRIMARY = (Voice.HEADING, 31.0, 14.0)
    SECOND = (Voice.STRONG, 31.0, 11.0)
    STEP = (Voice.STRONG, 24.0, 10.0)
    QUIET = (Voice.SOFT_STRONG, 20.0, 6.0)

    @property
    def voice(self) -> Voice:
        """Its letters."""
        return self.value[0]

    @property
    def height_mm(self) -> float:
        """Its least height."""
        return self.value[1]

    @property
    def padding_mm(self) -> float:
        """Left and right of the word."""
        return self.value[2]


class Button(Target):
    """One thing to do."""

    def __init__(
        self, look: Look, taps: Taps, text: str, rank: Rank = Rank.PRIMARY, *, icon: str = "", icon_last: bool = False
    ) -> None:
        super().__init__(look, taps, text)
        self._rank = rank
        self._icon = icon
        self._icon_last = icon_last
        self._setter = Typesetter(look.font(rank.voice))

    @property
    def rank(self) -> Rank:
        """How much it wants to be pressed."""
        return self._rank

    def say(self, text: str) -> None:
        """Changes the word on it."""
        self.setText(text)
        self.setAccessibleName(text)

    def natural_width(self) -> int:
        """Icon, word and air on one line."""
        wide = self._setter.width(self.text()) + self._icon_room() + 2 * self._look.mm(self._rank.padding_mm)
        return max(wide, self._look.mm(72)) if self._rank is Rank.PRIMARY else wide

    def least_width(self) -> int:
        """The word may wrap to two lines; the air shrinks to half."""
        word = self._setter.width(self.text())
        if " " in self.text() and self._rank is not Rank.QUIET:
            word = max(self._setter.widest_word(self.text()), round(word * 0.62))
        air = self._look.mm(self._rank.padding_mm / 2)
        return max(self._look.mm(20), word + self._icon_room() + 2 * air + 2)

    def natural_height(self, width: int) -> int:
        """The rank's height, more where the word wraps."""
        lines = len(self._lines(width))
        return max(self._look.mm(self._rank.height_mm), lines * self._setter.line + self._look.mm(4))

    def least_height(self, width: int) -> int:
        """The same: targets do not shrink."""
        return self.natural_height(width)

    def place(self, area: QRect) -> None:
        """Takes `area`."""
        self.setGeometry(area)

    def leaves(self) -> Iterator[QWidget]:
        """Itself."""
        yield self

    def sizeHint(self) -> QSize:
        """On one line."""
        return QSize(self.natural_width(), self.natural_height(self.natural_width()))

    def minimumSizeHint(self) -> QSize:
        """At the present width."""
        return QSize(self.least_width(), self.least_height(max(self.width(), self.least_width())))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The box, then icon and word as one centred group."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        ink = self._paint_ground(painter)
        lines = self._lines(self.width())
        words = max(round(self._setter.advance(line)) for line in lines)
        tall = len(lines) * self._setter.line
        left = (self.width() - words - self._icon_room()) // 2
        side = self._icon_side()
        text_left = left if self._icon_last else left + self._icon_room()
        if self._icon:
            at = left + words + self._icon_room() - side if self._icon_last else left
            paint_icon(painter, self._icon, QRectF(at, (self.height() - side) / 2, side, side), ink)
        area = QRect(text_left, (self.height() - tall) // 2, words, tall)
        self._setter.paint(painter, lines, area, self._look.colour(ink), Qt.AlignmentFlag.AlignHCenter)
        self.paint_focus(painter, self._radius())

    def _paint_ground(self, painter: QPainter) -> str:
        look, palette = self._look, self._look.palette
        radius = self._radius()
        if not self.isEnabled():
            paint_box(painter, self.rect(), radius, look.colour("disabled"))
            return palette.ink_soft
        if self._rank is Rank.PRIMARY:
            paint_box(painter, self.rect(), radius, look.colour("brand_pressed" if self.isDown() else "brand"))
            return palette.on_brand
        edge = palette.brand if self._rank is Rank.QUIET else palette.line
        fill = "brand_tint" if self.isDown() else "surface"
        paint_box(painter, self.rect(), radius, look.colour(fill), look.colour(edge), max(2.0, look.mm(0.5)))
        return palette.brand if self._rank is Rank.QUIET else palette.ink

    def _radius(self) -> int:
        return self._look.mm(3.5 if self._rank is not Rank.QUIET else 3)

    def _icon_side(self) -> int:
        return round(self._setter.font.pixelSize() * 1.1)

    def _icon_room(self) -> int:
        return self._icon_side() + self._look.mm(3) if self._icon else 0

    def _lines(self, width: int) -> list[str]:
        return self._setter.lines(self.text(), width - self._icon_room() - self._look.mm(self._rank.padding_mm / 2) * 2)
