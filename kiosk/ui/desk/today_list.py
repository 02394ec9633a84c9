"""Today's list: aligned lines that change in place. While the mouse is on it nothing is put in or taken out."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kiosk.checkin.queue.place import PlaceState
from kiosk.ui.desk.grounds import paint_ring
from kiosk.ui.desk.laying import dress_bar
from kiosk.ui.desk.look import TARGET_PX, DeskLook, DeskVoice
from kiosk.ui.desk.pieces import ICONS
from kiosk.ui.desk.rows import Row
from kiosk.ui.desk.visit_model import VisitModel
from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.palette import Tone

_ROW = Qt.ItemDataRole.UserRole
_NO_INDEX = QModelIndex()
_COMPACT_BELOW_PX = 470
_STATE_TONES = {PlaceState.CALLED: Tone.INFO, PlaceState.IN_ROOM: None}


class VisitList(QListView):
    """`chosen` carries the line that the keys stand on (None: none), `opened` the one whose record is wanted."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, look: DeskLook, name: str) -> None:
        super().__init__()
        self._look = look
        self.lines = VisitModel(self)
        self._waits: Sequence[Row] | None = None
        self.setModel(self.lines)
        self._line = _Line(look, self)
        self.setItemDelegate(self._line)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        dress_bar(self.verticalScrollBar(), look)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.doubleClicked.connect(self._open)

    @property
    def row(self) -> Row | None:
        """The line that the keys stand on."""
        index = self.currentIndex()
        return index.data(_ROW) if index.isValid() else None

    def show_rows(self, rows: Sequence[Row], *, at_once: bool = False) -> None:
        """The lines are these; while the mouse is on them new ones wait, unless `at_once`."""
        if self.underMouse() and not at_once and self.lines.rows:
            self._waits = rows
            self.lines.refresh(rows)
        else:
            self._take(rows)
        self.chosen.emit(self.row)

    def choose(self, visit_id: str) -> None:
        """The keys go to this visit's line, where it is listed."""
        for at, row in enumerate(self.lines.rows):
            if row.visit_id == visit_id:
                self.setCurrentIndex(self.lines.index(at))
                return

    def forget(self) -> None:
        """Nobody is listed, nor waits to be."""
        self._waits = None
        self.lines.forget()
        self._line.forget()

    def _take(self, rows: Sequence[Row]) -> None:
        self._waits = None
        bar, row = self.verticalScrollBar(), self.row
        held = self.visualRect(self.currentIndex()).top() if row is not None else 0
        was_top = bar.value() == 0 and row is None
        before = row.visit_id if row is not None else ""
        self.lines.replace(rows)
        if before and (self.row is None or self.row.visit_id != before):
            self.choose(before)
        if self.row is not None and not was_top:
            bar.setValue(bar.value() + self.visualRect(self.currentIndex()).top() - held)

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Another line has the keys."""
        super().currentChanged(current, previous)
        self.chosen.emit(self.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move; letters and Enter are the window's."""
        if event.key() in _MOVES:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys stand on a line."""
        super().focusInEvent(event)
        if self.row is None and self.lines.rows:
            self.setCurrentIndex(self.lines.index(0))

    def leaveEvent(self, event: QEvent) -> None:
        """What came meanwhile is put in."""
        super().leaveEvent(event)
        if self._waits is not None:
            self._take(self._waits)

    def _open(self) -> None:
        if self.row is not None:
            self.opened.emit(self.row)

    def resizeEvent(self, event: Any) -> None:  # noqa: ANN401 - Qt's
        """Narrow lines are set in another order."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home,
                    Qt.Key.Key_End})  # fmt: skip


class _Line(QStyledItemDelegate):
    """Ticket, name, year and star; room and time; the verdict. Columns stand below each other."""

    def __init__(self, look: DeskLook, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._strong, self._small = look.setter(DeskVoice.STRONG), look.setter(DeskVoice.SMALL)
        self._badge = look.setter(DeskVoice.SMALL_STRONG)
        self._ticket_px = self._strong.width("AA000") + look.px(14)
        self._room_px = max(self._strong.width("P2030"), self._small.width("trong phòng")) + look.px(14)

    def forget(self) -> None:
        """No name was ever measured."""
        for setter in (self._strong, self._small, self._badge):
            setter.forget()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """Two lines and air."""
        return QSize(0, max(TARGET_PX, self._strong.line + self._small.line + self._look.px(12)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Tinted where the keys stand."""
        row: Row = index.data(_ROW)
        area, look = option.rect, self._look
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, look.colour("brand_tint"))
            painter.fillRect(area.left(), area.top(), 4, area.height(), look.colour("brand"))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, look.colour("hairline"))
        inner = area.adjusted(16, 0, -14, 0)
        self._paint_row(painter, row, inner)
        if option.state & QStyle.StateFlag.State_Selected and option.state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, area.adjusted(1, 1, -1, -2), look)
        painter.restore()

    def _paint_row(self, painter: QPainter, row: Row, area: QRect) -> None:
        look = self._look
        upper = area.top() + (area.height() - self._strong.line - self._small.line) // 2
        lower = upper + self._strong.line
        ink = look.colour("ink_soft" if row.is_over else "ink")
        soft = look.colour("ink_soft")
        compact = area.width() < look.px(_COMPACT_BELOW_PX)
        badge_px = self._badge_width(row)
        right = area.right()
        badge_box = QRect(right - badge_px, lower if compact else upper, badge_px, self._small.line)
        if not compact:
            badge_box = QRect(right - look.px(150), area.top(), look.px(150), area.height())
        self._paint_badge(painter, row, badge_box, compact=compact)
        room_left = right - self._room_px if compact else right - look.px(150) - self._room_px
        self._put(painter, self._strong, row.ticket, QRect(area.left(), upper, self._ticket_px, 0), ink)
        name_left = area.left() + self._ticket_px
        name_px = room_left - name_left - look.px(8)
        name = self._strong.cut_name(row.name, max(0, name_px))
        self._put(painter, self._strong, name, QRect(name_left, upper, name_px, 0), ink)
        when = row.when
        tone = _STATE_TONES.get(row.state) if row.state is not None else None
        when_ink = look.colour(look.palette.tone(tone).ink) if tone is not None else soft
        if compact:
            about = " · ".join(part for part in (row.about, when) if part)
            width = badge_box.left() - name_left - look.px(8)
            self._put(painter, self._small, about, QRect(name_left, lower, width, 0), soft)
            box = QRect(room_left, upper, self._room_px, 0)
            self._put(painter, self._small, row.room_code, box, soft, Qt.AlignmentFlag.AlignRight)
        else:
            self._put(painter, self._small, row.about, QRect(name_left, lower, name_px, 0), soft)
            self._put(painter, self._small, row.room_code, QRect(room_left, upper + 1, self._room_px, 0), ink)
            self._put(painter, self._small, when, QRect(room_left, lower, self._room_px, 0), when_ink)

    def _put(self, painter: QPainter, setter: Any, text: str, at: QRect, ink: Any,  # noqa: ANN401 - local pieces
             align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:  # fmt: skip
        box = QRect(at.left(), at.top(), max(0, at.width()), setter.line)
        setter.paint(painter, [setter.cut(text, box.width())], box, ink, align)

    def _badge_width(self, row: Row) -> int:
        sign = (
            round(self._badge.line * 0.72) + self._look.px(20) + 2 if row.badge.tone is not None else self._look.px(4)
        )
        return self._badge.width(row.badge.words) + sign

    def _paint_badge(self, painter: QPainter, row: Row, box: QRect, *, compact: bool) -> None:
        """Tinted only where somebody has to look."""
        look, tone = self._look, row.badge.tone
        words = row.badge.words
        if tone is None:
            setter = self._small
            top = box.top() + (box.height() - setter.line) // 2
            area = QRect(box.left() + (0 if compact else look.px(8)), top, box.width(), setter.line)
            align = Qt.AlignmentFlag.AlignRight if compact else Qt.AlignmentFlag.AlignLeft
            setter.paint(painter, [setter.cut(words, area.width())], area, look.colour("ink_soft"), align)
            return
        pair = look.palette.tone(tone)
        side, high = round(self._badge.line * 0.72), self._badge.line + look.px(2)
        wide = min(box.width(), self._badge.width(words) + side + look.px(20) + 2)
        left = box.right() - wide + 1 if compact else box.left()
        ground = QRectF(left, box.top() + (box.height() - high) / 2, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(pair.ground))
        painter.drawRoundedRect(ground, 4, 4)
        at = left + look.px(7)
        paint_icon(painter, ICONS[tone], QRectF(at, ground.top() + (high - side) / 2, side, side), pair.ink)
        at += side + look.px(5)
        area = QRect(
            at, round(ground.top() + (high - self._badge.line) / 2), round(ground.right()) - at, self._badge.line
        )
        self._badge.paint(painter, [self._badge.cut(words, area.width())], area, look.colour(pair.ink))
