"""A key and what it does, to read."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.ui.desk.grounds import paint_keycap
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.pieces import Words


class KeyLine(QWidget):
    """A key and what it does, to read."""

    def __init__(self, look: DeskLook, key: str, text: str) -> None:
        super().__init__()
        self._look, self._key = look, key
        self._setter = look.setter(DeskVoice.SMALL)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(118), look.px(3), 0, look.px(3))
        row.addWidget(Words(look, text), 1)
        self.setAccessibleName(f"{key}: {text}")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The key before its words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, tall = self._setter.width(self._key) + self._look.px(14), self._setter.line + 2
        paint_keycap(painter, QRectF(0, self._look.px(3), wide, tall), self._key, self._look)
        painter.end()
