"""The pieces of the staff's window in their places, made anew for another language, size of letters or width."""

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kiosk.privacy import Personal
from kiosk.text import Language, say
from kiosk.ui.desk.acts import ActsPanel
from kiosk.ui.desk.centre import Centre
from kiosk.ui.desk.header import Chips, Header, News
from kiosk.ui.desk.laying import forget
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.pieces import Words
from kiosk.ui.desk.queue_bar import QueueBar
from kiosk.ui.desk.strip import DeviceStrip
from kiosk.ui.desk.today_list import VisitList
from kiosk.ui.theme.palette import Tone

THREE_COLUMNS_FROM_PX = 1500
_ROOMY_FROM_PX, _AIRY_FROM_PX = 960, 840
_LIST_PX, _LIST_SHARE, _NARROW_LIST_SHARE = 576, 0.3, 0.44
_ACTS_PX, _ACTS_SHARE, _NARROW_ACTS_SHARE = 460, 0.29, 0.38
_PAIRS_FROM_PX = 420
_AIR_PX, _TIGHT_PX = 12, 4
"""Above and below a service's words together."""


@dataclass(frozen=True, slots=True, repr=False)
class Kept(Personal):
    """Where staff were in the pieces: the line that they stood on, digits that were begun, what had the keyboard."""

    visit_id: str
    digits: str
    had_keys: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What a window's size makes of its pieces.

    `three_columns`: list, person and acts stand beside each other. In `pairs` services and acts stand two by two.
    `dense`: there is not height enough for all that a service says; `tight`: nor for air around its words.
    """

    three_columns: bool
    dense: bool
    tight: bool
    pairs: bool


def shape_of(size: QSize, look: DeskLook) -> Shape:
    """The shape of a window of this size in these letters."""
    three_columns = size.width() >= THREE_COLUMNS_FROM_PX * look.growth
    dense, tight = (size.height() < least * look.growth for least in (_ROOMY_FROM_PX, _AIRY_FROM_PX))
    pairs = _acts_px(size.width(), look, three_columns=three_columns) >= look.px(_PAIRS_FROM_PX)
    return Shape(three_columns, dense, tight, pairs)


def _acts_px(width: int, look: DeskLook, *, three_columns: bool) -> int:
    """How wide the column of acts is."""
    if not three_columns:
        return round(width * _NARROW_ACTS_SHARE)
    return min(look.px(_ACTS_PX), round(width * _ACTS_SHARE))


class DeskView(QWidget):
    """Header, list, person, acts, news, devices.

    No style sheet lies over all of it: it would be worked out anew for every widget that comes.
    """

    def __init__(self, look: DeskLook, language: Language, parent: QWidget, *, training: bool) -> None:
        super().__init__(parent)
        self.look = look
        self.shape = shape = shape_of(parent.size(), look)
        self.header = Header(look, language)
        self.chips = Chips(look, language)
        self.empty = Words(look, "", DeskVoice.BODY, "ink_soft")
        self.list = VisitList(look, say("desk.place.list", language))
        self.queue = QueueBar(look, language, roomy=shape.three_columns)
        self.centre = Centre(look, language)
        air_px = _TIGHT_PX if shape.tight else _AIR_PX
        self.acts = ActsPanel(look, language, dense=shape.dense, columns=1 + shape.pairs, air_px=air_px)
        self.news = News(look)
        self.strip = DeviceStrip(look, language)
        self.stack = QStackedWidget()
        self._side = QStackedWidget()
        self.desk = QWidget()
        self.stack.addWidget(self.desk)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        if training:
            whole.addWidget(TrainingLine(look, say("screen.window.training", language)))
        whole.addWidget(self.header)
        whole.addWidget(self.stack, 1)
        whole.addWidget(self.news)
        whole.addWidget(self.strip)
        self._arrange()
        self._order_keys()

    def forget(self) -> None:
        """Nothing of anybody is shown."""
        self.list.forget()
        self.header.search.forget()
        self.centre.forget()
        self.acts.forget()
        self.queue.forget()
        self.news.forget()

    def keeps(self) -> Kept:
        """Where staff are now."""
        row, field = self.list.row, self.centre.field
        had_keys = next((name for name, one in self._places().items() if one.hasFocus()), "")
        return Kept(row.visit_id if row is not None else "", field.text() if field is not None else "", had_keys)

    def take_up(self, kept: Kept) -> None:
        """They are there again."""
        if kept.visit_id:
            self.list.choose(kept.visit_id)
        if kept.digits and self.centre.field is not None:
            self.centre.field.setText(kept.digits)
        if kept.had_keys:
            self._places()[kept.had_keys].setFocus(Qt.FocusReason.OtherFocusReason)

    def _places(self) -> dict[str, QWidget]:
        return {"search": self.header.search, "list": self.list}

    def open_to(self, *, somebody: bool, store: bool) -> None:
        """Whether somebody is on duty who may look for people and call them, and whether the store is there for it."""
        self.header.search.open_to(somebody=somebody)
        self.queue.open_to(somebody=somebody, store=store)

    def show_empty(self, sentence: str) -> None:
        """Why there is nothing to list; empty: there is."""
        self.empty.tell(sentence)
        self.empty.setVisible(bool(sentence))
        self.list.setVisible(not sentence)  # its room is the sentence's

    def drop(self) -> None:
        """It is gone, with all that it said."""
        self.hide()
        self.forget()
        forget(self)
        self.deleteLater()

    def _arrange(self) -> None:
        look = self.look
        self._left, self._right = left, right = _Side(look), _Side(look, surface=self.shape.three_columns)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        above = QWidget()
        top = QVBoxLayout(above)
        top.setContentsMargins(14, 8, 12, 8)
        top.setSpacing(4)
        top.addWidget(self.chips)
        top.addWidget(self.empty)
        top.addStretch(1)
        self.empty.hide()
        column.addWidget(above)
        column.addWidget(self.list, 1)
        column.addWidget(self.queue)
        row = QHBoxLayout(self.desk)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        if self.shape.three_columns:
            inside = QVBoxLayout(right)
            inside.setContentsMargins(1, 0, 0, 0)
            inside.addWidget(self.acts)
            row.addWidget(left)
            row.addWidget(self.centre, 1)
            row.addWidget(right)
            return
        inside = QVBoxLayout(right)
        inside.setContentsMargins(0, 0, 1, 0)
        inside.addWidget(self.acts)
        self._side.addWidget(left)
        self._side.addWidget(right)
        self.show_acts(wanted=False)
        row.addWidget(self._side)
        row.addWidget(self.centre, 1)

    def show_acts(self, *, wanted: bool) -> None:
        """Where there are two columns only: what can be done about the person instead of the list."""
        if not self.shape.three_columns:
            self._side.setCurrentIndex(int(wanted))
            self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """The columns take their part of another width."""
        self._share_width()

    def _share_width(self) -> None:
        width, look, shape = self.width(), self.look, self.shape
        acts_px = _acts_px(width, look, three_columns=shape.three_columns)
        if shape.three_columns:
            self._left.setFixedWidth(min(look.px(_LIST_PX), round(width * _LIST_SHARE)))
            self._right.setFixedWidth(acts_px)
        else:
            lists = self._side.currentWidget() is self._left
            self._side.setFixedWidth(round(width * _NARROW_LIST_SHARE) if lists else acts_px)

    def _order_keys(self) -> None:
        """As the eye goes: search, filters, list, its acts, the person, the acts."""
        order: list[QWidget] = [
            self.header.search,
            *self.chips.chips.values(),
            self.list,
            *self.queue.findChildren(QWidget),
            self.centre,
        ]
        wanted = [one for one in order if one.focusPolicy() != Qt.FocusPolicy.NoFocus]
        for before, after in pairwise(wanted):
            QWidget.setTabOrder(before, after)


class _Side(QFrame):
    """A column's ground, with a hairline where the next one begins."""

    def __init__(self, look: DeskLook, *, surface: bool = False) -> None:
        super().__init__()
        self._look, self._surface = look, surface

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Ground and hairline."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("surface" if self._surface else "ground"))
        edge = 0 if self._surface else self.width() - 1
        painter.fillRect(edge, 0, 1, self.height(), self._look.colour("hairline"))
        painter.end()


class TrainingLine(QWidget):
    """Above everything while simulators stand in for the world."""

    def __init__(self, look: DeskLook, text: str) -> None:
        super().__init__()
        self._look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 16, 2)
        ink = look.palette.tone(Tone.ATTENTION).ink
        row.addWidget(Words(look, text, DeskVoice.SMALL_STRONG, ink, one_line=True))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A ground that nothing else has over its whole width."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour(self._look.palette.tone(Tone.ATTENTION).ground))
        painter.end()
