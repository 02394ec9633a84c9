"""Who pays how much of what the fund accepts: two figures, and their proportion below them."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.desk.facts import Line, ShareFacts
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.pieces import Words

_BAR_PX, _GAP_PX = 10, 3


class Share(QWidget):
    """The fund's part on the left, the patient's on the right."""

    def __init__(self, facts: ShareFacts, look: DeskLook) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, look.px(2), 0, look.px(4))
        column.setSpacing(look.px(4))
        figures = QHBoxLayout()
        figures.setSpacing(look.px(20))
        figures.addWidget(_Figure(facts.fund, look, "brand", Qt.AlignmentFlag.AlignLeft), 1)
        figures.addWidget(_Figure(facts.patient, look, "ink", Qt.AlignmentFlag.AlignRight), 1)
        column.addLayout(figures)
        column.addWidget(_Bar(facts.part, look))
        if facts.note:
            column.addWidget(Words(look, facts.note, DeskVoice.SMALL, "ink_soft", align=Qt.AlignmentFlag.AlignRight))


class _Figure(QWidget):
    """A label, and its percent below in large figures."""

    def __init__(self, line: Line, look: DeskLook, colour: str, align: Qt.AlignmentFlag) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Words(look, line.label, DeskVoice.SMALL_STRONG, "ink_soft", align=align))
        column.addWidget(Words(look, line.value, DeskVoice.NAME, colour, align=align))
        self.setAccessibleName(f"{line.label} {line.value}")


class _Bar(QWidget):
    """The fund's part filled, the patient's an outline: told apart without colour."""

    def __init__(self, part: float, look: DeskLook) -> None:
        super().__init__()
        self._part, self._look = part, look
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def forget(self) -> None:
        """Nobody's share."""
        self._part = 0.0

    def sizeHint(self) -> QSize:
        """A bar."""
        return QSize(200, self._look.px(_BAR_PX))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Both parts."""
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, high = self.width(), self.height()
        cut = round(wide * self._part)
        round_px = high / 2
        if cut:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("brand"))
            painter.drawRoundedRect(
                QRectF(0, 0, max(high, cut - _GAP_PX if cut < wide else cut), high), round_px, round_px
            )
        if cut < wide:
            painter.setPen(look.colour("line"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            rest = QRectF(cut, 0, wide - cut, high).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(rest, round_px, round_px)
        painter.end()
