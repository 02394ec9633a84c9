"""The whole notice over a page: as many sheets as it needs, nothing to scroll."""

from functools import partial
from itertools import product

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kiosk.text import Language, say
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, gap, spring
from kiosk.ui.widgets.mark import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.piece import wipe
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.text import Text

_Part = tuple[str, str]
"""What a paragraph is about, and what it says."""

_ROOMS = (1.0, 0.94, 0.88, 0.8, 0.7, 0.6)
_PAD_MM, _TIGHT_PAD_MM = (13.0, 9.0), (10.0, 6.0)


class NoticeSheet(QWidget):
    """Covers the page and nothing else; `left`: somebody is through with it, `leafed`: is reading on."""

    left = Signal()
    leafed = Signal()

    def __init__(self, look: Look, taps: Taps, language: Language, *, margin: int, upright: bool) -> None:
        super().__init__()
        self._look, self._taps, self._language = look, taps, language
        self._margin, self._upright = margin, upright
        # Larger letters are wished for: they go before air.
        tight = look.scale.text_factor > 1
        self._pad_mm, self._air_mm = (_TIGHT_PAD_MM, 4.0) if tight else (_PAD_MM, 6.0)
        self._abreast = 1 if upright else 2
        self._panel: Panel | None = None
        self._sheets: list[list[list[_Part]]] = []
        self._at = 0
        self.setAccessibleName(self._told("title"))

    @property
    def sheets(self) -> int:
        """How many there are at this size."""
        return len(self._sheets)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tap beside it goes nowhere."""
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Divides the text anew, in the largest letters in which every paragraph stands whole."""
        for factor, abreast in product(_ROOMS, (1,) if self._upright else (2, 1)):
            self._abreast = abreast
            scale = self._look.scale
            look = self._look.with_scale(scale.with_text(scale.text_factor * factor, scale.room))
            columns = self._columns(look)
            width, height = self._column_size(look)
            if all(self._column(look, column).least_height(width) <= height for column in columns):
                break
        count = self._abreast
        self._sheets = [columns[at : at + count] for at in range(0, len(columns), count)]
        self._show(look, min(self._at, len(self._sheets) - 1))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """What lies below steps back."""
        veil = QColor(Qt.GlobalColor.black)
        veil.setAlphaF(0.5)
        QPainter(self).fillRect(self.rect(), veil)

    # -- dividing the text ----------------------------------------------------------------------------------------
    def _columns(self, look: Look) -> list[list[_Part]]:
        """One column after the other is filled."""
        width, height = self._column_size(look)
        columns: list[list[_Part]] = [[]]
        for paragraph in self._told("full").strip().split("\n\n"):
            about, _, said = paragraph.partition(": ")
            part = (about, said[:1].upper() + said[1:])
            if columns[-1] and self._column(look, [*columns[-1], part]).least_height(width) > height:
                columns.append([])
            columns[-1].append(part)
        return columns

    def _column(self, look: Look, parts: list[_Part]) -> Column:
        blocks: list[Block] = []
        for about, said in parts:
            blocks += [gap(look.mm(5))] if blocks else []
            blocks += [Text(look, about, Voice.STRONG, "brand"), Text(look, said, Voice.BODY)]
        return Column(blocks)

    def _column_size(self, look: Look) -> tuple[int, int]:
        """What heading and buttons leave of the page, in pixels."""
        area = self._area()
        inner = area.width() - 2 * look.mm(self._pad_mm[0])
        width = inner if self._abreast == 1 else (inner - look.mm(12)) // 2
        around = self._heading(look).natural_height(inner) + self._buttons(look, 0, 2).natural_height(inner)
        return width, area.height() - 2 * look.mm(self._pad_mm[1]) - around - 2 * look.mm(self._air_mm)

    def _area(self) -> QRect:
        edge = self._margin // 2
        return self.rect().adjusted(edge, edge // 2, -edge, -edge // 2)

    # -- one sheet ------------------------------------------------------------------------------------------------
    def _show(self, look: Look, at: int) -> None:
        if self._panel is not None:
            wipe(self._panel)
            self._panel.hide()
            self._panel.deleteLater()
        self._at = at
        columns: list[Block] = [self._column(look, parts) for parts in self._sheets[at]]
        body: Block = columns[0]
        if self._abreast == 2:
            columns += [spring()] * (2 - len(columns))
            body = Row(columns, gap=look.mm(12), shares=[1, 1], along=Along.FILL)
        inner = Column(
            [
                self._heading(look),
                gap(look.mm(self._air_mm)),
                body,
                spring(),
                gap(look.mm(self._air_mm)),
                self._buttons(look, at, self.sheets),
            ],
            stretch=[0, 0, 0, 1, 0, 0],
        )
        self._panel = Panel(look, inner, pad_mm=self._pad_mm, edge="line")
        self._panel.setParent(self)
        self._panel.place(self._area())
        self._panel.show()
        self._taps.page_changed()

    def _heading(self, look: Look) -> Block:
        return Row(
            [Icon(look, "shield", Voice.TITLE, "brand"), Text(look, self._told("title"), Voice.TITLE)],
            gap=look.mm(5),
            shares=[0, 1],
            along=Along.CENTRE,
        )

    def _buttons(self, look: Look, at: int, sheets: int) -> Block:
        done = Button(look, self._taps, self._told("close"))
        done.tapped.connect(self.left)
        if sheets == 1:
            return Row([spring(), done], along=Along.CENTRE)
        turn: list[Button] = []
        for key, icon, step in (("previous", "chevron-left", -1), ("next", "chevron-right", 1)):
            button = Button(
                look, self._taps, say(f"screen.button.{key}", self._language), Rank.STEP, icon=icon, icon_last=step > 0
            )
            button.setEnabled(0 <= at + step < sheets)
            button.tapped.connect(partial(self._leaf, look, at + step))
            turn.append(button)
        where = say("screen.notice.sheet", self._language, sheet=at + 1, sheets=sheets)
        count = Text(look, where, Voice.SOFT, "ink_soft", tabular=True, one_line=True)
        if self._upright:
            rows: list[Block] = [Row(turn, gap=look.mm(5), shares=[1, 1]), done]
            return Column(rows, gap=look.mm(4))
        return Row([count, spring(), *turn, done], gap=look.mm(5), along=Along.CENTRE)

    def _leaf(self, look: Look, at: int) -> None:
        self.leafed.emit()
        self._show(look, at)

    def _told(self, part: str) -> str:
        return say(f"notice.{part}", self._language)
