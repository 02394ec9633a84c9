"""The pieces of the staff's window in their places, made anew for another language, size of letters or width."""

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from kiosk.text import Language, say
from kiosk.ui.desk.acts import ActsPanel
from kiosk.ui.desk.centre import Centre
from kiosk.ui.desk.header import Chips, Header, News
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.pieces import Words, forget
from kiosk.ui.desk.queue_bar import QueueBar
from kiosk.ui.desk.strip import DeviceStrip
from kiosk.ui.desk.today_list import VisitList
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.staff_form import form_style

THREE_COLUMNS_FROM_PX = 1500
_LIST_PX, _ACTS_PX, _NARROW_PX = 576, 352, 348
_LIST_SHARE, _NARROW_LIST_SHARE = 0.3, 0.44


class DeskView(QWidget):
    """Header, list, person, acts, news, devices."""

    def __init__(self, look: DeskLook, language: Language, *, width: int, training: bool) -> None:
        super().__init__()
        self.look, self._width = look, width
        self.three_columns = width >= THREE_COLUMNS_FROM_PX * look.growth
        self.setObjectName("desk")
        self.setStyleSheet(form_style(look.palette, "desk", ground=look.palette.ground, edge=False))
        self.header = Header(look, language)
        self.chips = Chips(look, language)
        self.empty = Words(look, "", DeskVoice.BODY, "ink_soft")
        self.list = VisitList(look, say("desk.place.list", language))
        self.queue = QueueBar(look, language, roomy=self.three_columns)
        self.centre = Centre(look, language)
        self.acts = ActsPanel(look, language)
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

    def show_empty(self, sentence: str) -> None:
        """Why there is nothing to list; empty: there is."""
        self.empty.tell(sentence)
        self.empty.setVisible(bool(sentence))

    def drop(self) -> None:
        """It is gone, with all that it said."""
        self.forget()
        forget(self)
        self.hide()
        self.setParent(None)
        self.deleteLater()

    def _arrange(self) -> None:
        look = self.look
        left = _Side(look)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        above = QWidget()
        top = QVBoxLayout(above)
        top.setContentsMargins(14, 8, 12, 8)
        top.setSpacing(4)
        top.addWidget(self.chips)
        top.addWidget(self.empty)
        self.empty.hide()
        column.addWidget(above)
        column.addWidget(self.list, 1)
        column.addWidget(self.queue)
        row = QHBoxLayout(self.desk)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        if self.three_columns:
            left.setFixedWidth(min(look.px(_LIST_PX), round(self._width * _LIST_SHARE)))
            right = _Side(look, surface=True)
            inside = QVBoxLayout(right)
            inside.setContentsMargins(1, 0, 0, 0)
            inside.addWidget(scrolled(self.acts))
            right.setFixedWidth(look.px(_ACTS_PX))
            row.addWidget(left)
            row.addWidget(self.centre, 1)
            row.addWidget(right)
            return
        instead = _Side(look)
        inside = QVBoxLayout(instead)
        inside.setContentsMargins(0, 0, 1, 0)
        inside.addWidget(scrolled(self.acts))
        self._side.addWidget(left)
        self._side.addWidget(instead)
        self.show_acts(wanted=False)
        row.addWidget(self._side)
        row.addWidget(self.centre, 1)

    def show_acts(self, *, wanted: bool) -> None:
        """Where there are two columns only: what can be done about the person instead of the list."""
        if self.three_columns:
            return
        acts_px = round(_NARROW_PX * min(self.look.growth, 1.25))
        self._side.setFixedWidth(acts_px if wanted else max(acts_px, round(self._width * _NARROW_LIST_SHARE)))
        self._side.setCurrentIndex(int(wanted))

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


def scrolled(widget: QWidget) -> QScrollArea:
    """Reached also where there is less room than it takes."""
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    widget.setAutoFillBackground(False)
    return area
