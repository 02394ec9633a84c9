"""Large things to tap: a way to begin, a service to choose."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.flow import Block
from kiosk.ui.widgets.piece import paint_box
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.target import Target


class Tile(Target):
    """A surface with pieces on it that is one button."""

    def __init__(
        self, look: Look, taps: Taps, inner: Block, spoken: str, *, pad_mm: tuple[float, float] = (9, 8)
    ) -> None:
        super().__init__(look, taps, "", spoken)
        self._inner = inner
        self._pad_x, self._pad_y = look.mm(pad_mm[0]), look.mm(pad_mm[1])
        self._insides: tuple[Block, ...] = (inner,)
        for leaf in inner.leaves():
            leaf.setParent(self)
            leaf.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def begin_level(self, others: "Sequence[Tile]") -> None:
        """What stands on it begins at one height with what stands on these, which are as large: they share the air."""
        self._insides = tuple(other._inner for other in others)

    def natural_width(self) -> int:
        """The inside and its air."""
        return self._inner.natural_width() + 2 * self._pad_x

    def least_width(self) -> int:
        """The inside at its least."""
        return self._inner.least_width() + 2 * self._pad_x

    def natural_height(self, width: int) -> int:
        """The inside and its air."""
        return max(self._look.mm(30), self._inner.natural_height(width - 2 * self._pad_x) + 2 * self._pad_y)

    def least_height(self, width: int) -> int:
        """The inside at its least; half of the air may go."""
        return max(self._look.mm(30), self._inner.least_height(width - 2 * self._pad_x) + self._pad_y)

    def place(self, area: QRect) -> None:
        """Takes `area`."""
        self.setGeometry(area)

    def leaves(self) -> Iterator[QWidget]:
        """Itself; what is on it is its own."""
        yield self

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Places the inside."""
        wide = max(1, self.width() - 2 * self._pad_x)
        spare = self.height() - max(inside.natural_height(wide) for inside in self._insides)
        pad_y = min(self._pad_y, max(self._pad_y // 2, spare // 2))
        self._inner.place(self.rect().adjusted(self._pad_x, pad_y, -self._pad_x, -pad_y))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A bounded surface, tinted under the finger."""
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        enabled = self.isEnabled()
        fill = "brand_tint" if self.isDown() else "surface" if enabled else "ground"
        edge = "brand" if self.isDown() else "line" if enabled else "hairline"
        paint_box(painter, self.rect(), look.mm(4), look.colour(fill), look.colour(edge), max(2.0, look.mm(0.5)))
        self.paint_focus(painter, look.mm(4))


class Arrow(QWidget):
    """The round arrow of a tile."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._side = round(look.font(Voice.STRONG).pixelSize() * 1.5)

    def natural_width(self) -> int:
        """A circle."""
        return self._side

    def least_width(self) -> int:
        """A circle."""
        return self._side

    def natural_height(self, width: int) -> int:  # noqa: ARG002
        """A circle."""
        return self._side

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A circle."""
        return self._side

    def place(self, area: QRect) -> None:
        """Takes `area`."""
        self.setGeometry(area)

    def leaves(self) -> Iterator[QWidget]:
        """Itself."""
        yield self

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """White arrow on the brand's colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height())
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("brand"))
        painter.drawEllipse(box)
        inset = side * 0.24
        paint_icon(painter, "arrow-right", box.adjusted(inset, inset, -inset, -inset), self._look.palette.on_brand)
