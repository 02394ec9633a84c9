"""What is painted under and around pieces: a tint, a hairline, a key, the ring of the keyboard."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from kiosk.ui.desk.look import DeskLook, DeskVoice

_RADIUS = 6.0


class Tint(QWidget):
    """A ground with round corners."""

    def __init__(self, look: DeskLook, colour: str) -> None:
        super().__init__()
        self._look, self._colour = look, colour

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(self._colour))
        painter.drawRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        painter.end()


class Underlined(QWidget):
    """A line of a table, with a hairline below."""

    def __init__(self, look: DeskLook) -> None:
        super().__init__()
        self._look = look

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The hairline."""
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.colour("hairline"))
        painter.end()


class Ring(QWidget):
    """Around a place that has the keyboard, over what it shows; nothing can be pressed on it."""

    def __init__(self, around: QWidget, look: DeskLook) -> None:
        super().__init__(around)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ring(painter, self.rect(), self._look)
        painter.end()


def paint_keycap(painter: QPainter, cap: QRectF, key: str, look: DeskLook, ink: str = "") -> None:
    """A key as keyboards show it; `ink` where it lies on a coloured ground."""
    setter = look.setter(DeskVoice.SMALL)
    painter.setPen(QPen(look.colour(ink or "line"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush if ink else look.colour("surface"))
    painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    area = QRect(
        round(cap.left()), round(cap.top() + (cap.height() - setter.line) / 2), round(cap.width()), setter.line
    )
    setter.paint(painter, [key], area, look.colour(ink or "ink_soft"), Qt.AlignmentFlag.AlignHCenter)


def paint_ring(painter: QPainter, area: QRect, look: DeskLook) -> None:
    """What has the keyboard."""
    painter.setPen(QPen(look.colour("focus"), 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(area).adjusted(1.5, 1.5, -1.5, -1.5), _RADIUS, _RADIUS)
