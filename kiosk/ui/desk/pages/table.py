"""A table of few columns that cuts nothing: words go on below, rows are as high as they must be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from kiosk.ui.desk.look import TARGET_PX, DeskLook, DeskVoice
from kiosk.ui.desk.pieces import ICONS
from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.text import Typesetter

_CELL = Qt.ItemDataRole.UserRole
_PAD_PX, _BAR_PX = 12, 4
_NARROWEST_PX = 110
_LEAST_PX = 150


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place. With a tone its sign stands before it on the tone's ground; `lit`: a quiet ground."""

    text: str
    tone: Tone | None = None
    soft: bool = False
    strong: bool = False
    right: bool = False
    lit: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `wide` ones share what room is left, and their words wrap."""

    title: str
    wide: bool = False
    right: bool = False


class Rows(QTableWidget):
    """Rows, one of them marked. `opened` carries the row on which Enter was pressed or that was clicked twice.

    `marked` carries the row that is marked now, -1 for none.
    """

    opened = Signal(int)
    marked = Signal(int)

    def __init__(self, look: DeskLook, name: str, columns: Sequence[Column], *, narrowest: int = _NARROWEST_PX) -> None:
        super().__init__(0, len(columns))
        self._look, self._columns, self._narrowest_px = look, tuple(columns), look.px(narrowest)
        self._setters = {
            strong: look.setter(DeskVoice.STRONG if strong else DeskVoice.BODY) for strong in (False, True)
        }
        self.setAccessibleName(name)
        self.setItemDelegate(_CellPainter(look, self._setters, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(look.px(TARGET_PX))
        header = self.horizontalHeader()
        header.setFont(look.font(DeskVoice.SMALL_STRONG))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(10)
        self.name_columns([column.title for column in columns])
        self._title = look.setter(DeskVoice.SMALL_STRONG)
        self.currentCellChanged.connect(lambda row, *_: self.marked.emit(row))
        self.cellDoubleClicked.connect(lambda row, _: self.opened.emit(row))

    def fill(self, rows: Sequence[Sequence[Cell]], *, mark: int = 0) -> None:
        """Shows these rows, the one at `mark` marked; what was there is gone."""
        self.blockSignals(True)
        self.clearContents()
        for setter in self._setters.values():
            setter.forget()
        self.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                item = QTableWidgetItem(cell.text)
                item.setData(_CELL, cell)
                self.setItem(at, column, item)
        self._fit()
        self.blockSignals(False)
        if rows:
            self.setCurrentCell(min(mark, len(rows) - 1), 0)
        else:
            self.marked.emit(-1)

    def name_columns(self, titles: Sequence[str]) -> None:
        """Other titles for the same columns; `fill` gives them their room."""
        self._columns = tuple(replace(column, title=title) for column, title in zip(self._columns, titles, strict=True))
        for at, column in enumerate(self._columns):
            title = QTableWidgetItem(column.title)
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            title.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(at, title)

    def put(self, row: int, cells: Sequence[Cell]) -> None:
        """One row says something else; what is marked stays marked."""
        for column, cell in enumerate(cells):
            if (item := self.item(row, column)) is not None:
                item.setText(cell.text)
                item.setData(_CELL, cell)
        self._fit()

    def sizeHint(self) -> QSize:
        """A head and two rows; whatever more there is, it takes."""
        return QSize(self._look.px(320), self._look.px(_LEAST_PX))

    def minimumSizeHint(self) -> QSize:
        """The same height, in any width."""
        return QSize(self._look.px(200), self._look.px(_LEAST_PX))

    def forget(self) -> None:
        """Empties it."""
        self.fill(())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the marked row; arrows go through the rows."""
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            if self.currentRow() >= 0:
                self.opened.emit(self.currentRow())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are no search here: a gun types them."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns and rows anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Narrow columns take what they need; the wide ones share the rest, and what is wider still is scrolled."""
        natural = [self._natural(at) for at in range(len(self._columns))]
        wide = [at for at, column in enumerate(self._columns) if column.wide]
        spare = self.viewport().width() - sum(size for at, size in enumerate(natural) if at not in wide)
        for place, at in enumerate(wide):
            least = max(self._narrowest_px, self._least(at))
            share = spare // (len(wide) - place)
            natural[at] = max(least, min(share, natural[at]) if place < len(wide) - 1 else share)
            spare -= natural[at]
        for at, size in enumerate(natural):
            self.setColumnWidth(at, size)
        for row in range(self.rowCount()):
            self.setRowHeight(
                row, max((self.needed_height(row, at, natural[at]) for at in range(len(natural))), default=0)
            )

    def _natural(self, column: int) -> int:
        cells = (self._cell(row, column) for row in range(self.rowCount()))
        widest = max((self._setters[cell.strong].width(cell.text) + self._sign(cell) for cell in cells), default=0)
        return max(widest, self._title.width(self._columns[column].title)) + 2 * self._look.px(_PAD_PX) + _BAR_PX + 2

    def _least(self, column: int) -> int:
        cells = (self._cell(row, column) for row in range(self.rowCount()))
        widest = max((self._setters[one.strong].widest_word(one.text) + self._sign(one) for one in cells), default=0)
        return max(widest, self._title.width(self._columns[column].title)) + 2 * self._look.px(_PAD_PX) + _BAR_PX + 2

    def _sign(self, cell: Cell) -> int:
        return self._look.px(26) if cell.tone is not None else 0

    def needed_height(self, row: int, column: int, width: int = 0) -> int:
        """So high a row must be for this cell's words; `width` is the column's where it is not 0."""
        cell, width = self._cell(row, column), width or self.columnWidth(column)
        setter = self._setters[cell.strong]
        room = width - 2 * self._look.px(_PAD_PX) - _BAR_PX - self._sign(cell)
        return max(self._look.px(TARGET_PX), setter.count(cell.text, max(1, room)) * setter.line + self._look.px(14))

    def _cell(self, row: int, column: int) -> Cell:
        item = self.item(row, column)
        cell: Cell | None = item.data(_CELL) if item is not None else None
        return cell or Cell("")


class _CellPainter(QStyledItemDelegate):
    def __init__(self, look: DeskLook, setters: dict[bool, Typesetter], parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._setters = look, setters

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """The table measures itself."""
        return QSize(0, self._look.px(TARGET_PX))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground, sign, words, the line below."""
        cell: Cell | None = index.data(_CELL)
        look, area = self._look, option.rect
        painter.save()
        marked = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(area, look.colour("brand_tint" if marked else "surface"))
        if marked and index.column() == 0:
            painter.fillRect(QRect(area.left(), area.top(), _BAR_PX, area.height()), look.colour("brand"))
        painter.setPen(QPen(look.colour("hairline"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if cell is not None:
            self._paint_cell(painter, cell, area, marked=marked)
        painter.restore()

    def _paint_cell(self, painter: QPainter, cell: Cell, area: QRect, *, marked: bool) -> None:
        look, pad = self._look, self._look.px(_PAD_PX)
        setter = self._setters[cell.strong]
        inner = area.adjusted(pad + _BAR_PX, 0, -pad, 0)
        ink = look.palette.ink if marked or not cell.soft else look.palette.ink_soft
        if cell.lit and not marked:
            painter.fillRect(area.adjusted(0, 0, 0, -1), look.colour(look.palette.tone(Tone.INFO).ground))
        if cell.tone is not None:
            pair = look.palette.tone(cell.tone)
            ink, side = pair.ink, look.px(18)
            if not marked:
                painter.fillRect(area.adjusted(0, 0, 0, -1), look.colour(pair.ground))
            sign = QRectF(inner.left(), inner.center().y() - side / 2, side, side)
            paint_icon(painter, ICONS[cell.tone], sign, ink)
            inner.setLeft(inner.left() + look.px(26))
        lines = setter.lines(cell.text, max(1, inner.width()))
        inner.setTop(inner.top() + max(0, (inner.height() - len(lines) * setter.line) // 2))
        side_of = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
        setter.paint(painter, lines, inner, look.colour(ink), side_of)
