"""A key and what it does, to read."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.ui.desk.grounds import paint_keycap
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.pieces import Words

_KEY_PX = 118
"""Room for the widest key: Ctrl+Shift+C."""


class KeyLine(QWidget):
    """A key and what it does, to read."""

    def __init__(self, look: DeskLook, key: str, text: str, key_px: int | None = None) -> None:
        """`key_px`: where the words begin, if not beside the widest key that there is."""
        super().__init__()
        self._look, self._key = look, key
        self._setter = look.setter(DeskVoice.SMALL)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(_KEY_PX) if key_px is None else key_px, look.px(3), 0, look.px(3))
        row.addWidget(Words(look, text), 1)
        self.setAccessibleName(f"{key}: {text}")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The key before its words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, tall = self._setter.width(self._key) + self._look.px(14), self._setter.line + 2
        paint_keycap(painter, QRectF(0, self._look.px(3), wide, tall), self._key, self._look)
        painter.end()


def key_lines(look: DeskLook, lines: Sequence[tuple[str, str]]) -> list[KeyLine]:
    """Keys and what they do, the words one below the other close by the keys."""
    setter = look.setter(DeskVoice.SMALL)
    beside = max((setter.width(key) for key, _ in lines), default=0) + look.px(14) + look.px(14)
    return [KeyLine(look, key, text, beside) for key, text in lines]
