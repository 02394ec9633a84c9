"""The one question that may lie over a page: more time?"""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, gap
from kiosk.ui.widgets.mark import Mark
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.text import Text


class TimeQuestion(QWidget):
    """Covers the page, so that a late tap does not hit what lies below."""

    wanted = Signal()
    declined = Signal()

    def __init__(self, look: Look, taps: Taps, words: dict[str, str], *, upright: bool) -> None:
        super().__init__()
        self._sentence_form = words["sentence"]
        self._sentence = Text(look, words["sentence"], Voice.BODY, "ink_soft", tabular=True)
        self.more = Button(look, taps, words["yes"])
        self.end = Button(look, taps, words["no"], Rank.SECOND)
        self.more.tapped.connect(self.wanted)
        self.end.tapped.connect(self.declined)
        title: Block = Row(
            [Mark(look, Tone.INFO, icon="clock", size_mm=18), Text(look, words["question"], Voice.TITLE)],
            gap=look.mm(6),
            shares=[0, 1],
            along=Along.CENTRE,
        )
        buttons: Block
        if upright:
            buttons = Column([self.more, self.end], gap=look.mm(5))
        else:
            buttons = Row([self.end, self.more], gap=look.mm(5), shares=[2, 3])
        inner = Column([title, gap(look.mm(5)), self._sentence, gap(look.mm(9)), buttons])
        self._panel = Panel(look, inner, pad_mm=(14, 13), edge="line")
        self._panel.setParent(self)
        self._most = look.mm(320)
        self._margin = look.mm(14)
        self.setAccessibleName(words["question"])

    def show_left(self, seconds: int) -> None:
        """How long the question stands."""
        self._sentence.setText(self._sentence_form.replace("{seconds}", str(seconds)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tap beside the question goes nowhere."""
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """In the middle, a little above it."""
        width = min(self._most, self.width() - 2 * self._margin)
        height = min(self._panel.natural_height(width), self.height() - self._margin)
        top = max(0, (self.height() - height) * 9 // 20)
        self._panel.place(QRect((self.width() - width) // 2, top, width, height))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """What lies below steps back."""
        veil = QColor(Qt.GlobalColor.black)
        veil.setAlphaF(0.5)
        QPainter(self).fillRect(self.rect(), veil)
