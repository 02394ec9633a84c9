"""The strip above a staff's window: what staff may do and patients may not. A patient's window has none."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QPaintEvent, QResizeEvent, QShortcut

from kiosk.text import Language, say
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.header import MARGIN_MM, Toggle
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.taps import Taps

GUN_KEY = Qt.Key.Key_F9


class StaffStrip(Piece):
    """`gun_asked`: the page that checks the barcode gun is wanted."""

    gun_asked = Signal()

    HEIGHT_MM = 15.0
    CONTROL_MM = 11.0
    LETTERS = 0.7

    def __init__(self, look: Look, taps: Taps, language: Language) -> None:
        super().__init__(look)
        words = say("gun.page.open", language)
        # Staff sit at the desk: their letters are smaller than a patient's, their targets as large as a mouse needs.
        small = look.with_scale(replace(look.scale, room=look.scale.room * self.LETTERS))
        self.gun = Toggle(small, taps, words, say("gun.page.title", language), on=False)
        self.gun.setParent(self)
        self.gun.tapped.connect(self.gun_asked)
        shortcut = QShortcut(QKeySequence(GUN_KEY), self)
        shortcut.activated.connect(self.gun_asked)

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A control and air."""
        return self.look.mm(self.HEIGHT_MM)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Right, where the header's controls end."""
        height, wide = self.look.mm(self.CONTROL_MM), self.gun.wanted_width()
        left = self.width() - self.look.mm(MARGIN_MM) - wide
        self.gun.setGeometry(left, (self.height() - height) // 2, wide, height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A tint that no page of the patient's has."""
        self.painter().fillRect(self.rect(), self.look.colour("brand_tint"))
