"""Words behind a sign: how large the sign is, and how much room both leave around them."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.text import Typesetter

TONE_ICONS = {Tone.GOOD: "check", Tone.ATTENTION: "warning", Tone.STOP: "stop", Tone.INFO: "info"}


class Signed(Piece):
    """The words' lines begin `_beside()` from the left and may be as wide as `_chrome()` leaves them."""

    def __init__(self, look: Look, font: QFont) -> None:
        super().__init__(look)
        self._setter = Typesetter(font)

    def _paint_sign(self, painter: QPainter, icon: str, top: int, ink: str) -> None:
        """Beside the first line, which begins at `top`."""
        side = self._side()
        paint_icon(painter, icon, QRectF(self._pad(), top + (self._setter.line - side) / 2, side, side), ink)

    def _side(self) -> int:
        return round(self._setter.font.pixelSize() * 1.1)

    def _pad(self) -> int:
        return self.look.mm(4)

    def _beside(self) -> int:
        return self._chrome() - self._pad()

    def _chrome(self) -> int:
        return self._side() + round(self._pad() * 0.65) + 2 * self._pad()
