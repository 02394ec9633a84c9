"""The base of painted widgets, and the one function that forgets a person."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.ui.theme.look import Look

SMOOTH = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
"""How everything is painted."""


class Piece(QWidget):
    """A painted widget of one fixed or flexible size."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def natural_width(self) -> int:
        """What it likes best."""
        return self.least_width()

    def least_width(self) -> int:
        """Below this something is cut."""
        return 0

    def natural_height(self, width: int) -> int:
        """What it likes best at `width`."""
        return self.least_height(width)

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """Below this something is cut."""
        return 0

    def place(self, area: QRect) -> None:
        """Takes `area`."""
        self.setGeometry(area)

    def leaves(self) -> Iterator[QWidget]:
        """Itself."""
        yield self

    def forget(self) -> None:
        """Drops what it may hold about a person."""

    def painter(self) -> QPainter:
        """A painter on this widget, smooth."""
        painter = QPainter(self)
        painter.setRenderHints(SMOOTH)
        return painter


def paint_box(
    painter: QPainter, area: QRect, radius: float, fill: QColor, edge: QColor | None = None, thickness: float = 2
) -> None:
    """A rounded box whose edge lies wholly inside `area`."""
    inset = thickness / 2 if edge else 0
    painter.setPen(QPen(edge, thickness) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(QRectF(area).adjusted(inset, inset, -inset, -inset), radius, radius)


def wipe(root: QWidget) -> None:
    """Everything that `root` and all widgets below show or remember about a person is dropped.

    Pieces know what they hold; anything that is a label is emptied whatever it said.
    """
    for widget in (root, *root.findChildren(QWidget)):
        if isinstance(widget, QLabel):
            widget.clear()
        forget = getattr(widget, "forget", None)
        if callable(forget):
            forget()
        widget.setAccessibleDescription("")
        widget.setToolTip("")
