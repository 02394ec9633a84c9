"""Widgets side by side, going on below where there is no more room: rows of filters and of keys."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Takes each widget as wide as it wants to be, never wider than the row; rows are as high as their highest."""

    def __init__(self, gap_px: int) -> None:
        super().__init__()
        self._gap_px = gap_px
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """The next one."""
        self._items.append(item)

    def count(self) -> int:
        """How many."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The one at `index`; None: there is none."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Lets one go."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """None: the rest of the page does."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Less width, more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """All rows."""
        return self._place(QRect(0, 0, width, 0), only_measured=True)

    def setGeometry(self, area: QRect) -> None:
        """Places everything."""
        super().setGeometry(area)
        self._place(area, only_measured=False)

    def sizeHint(self) -> QSize:
        """In one row."""
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        wide = sum(size.width() for size in shown) + self._gap_px * max(0, len(shown) - 1)
        return QSize(wide, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        """Of the widest alone."""
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in shown), default=0), max((size.height() for size in shown), default=0)
        )

    def _place(self, area: QRect, *, only_measured: bool) -> int:
        top, left, high = area.top(), area.left(), 0
        row: list[tuple[QLayoutItem, QRect]] = []
        for item in self._items:
            if item.isEmpty():
                continue
            wide = min(item.sizeHint().width(), area.width())
            tall = item.heightForWidth(wide) if item.hasHeightForWidth() else item.sizeHint().height()
            if row and left + wide > area.left() + area.width():
                _settle(row, high, only_measured=only_measured)
                top, left, high, row = top + high + self._gap_px, area.left(), 0, []
            row.append((item, QRect(QPoint(left, top), QSize(wide, tall))))
            left, high = left + wide + self._gap_px, max(high, tall)
        _settle(row, high, only_measured=only_measured)
        return top + high - area.top()


def _settle(row: list[tuple[QLayoutItem, QRect]], high: int, *, only_measured: bool) -> None:
    """One row's things on one middle line."""
    for item, place in row if not only_measured else ():
        item.setGeometry(place.translated(0, (high - place.height()) // 2))


def flow_of(gap_px: int, *widgets: QWidget) -> Flow:
    """A flow with these widgets."""
    flow = Flow(gap_px)
    for widget in widgets:
        flow.addWidget(widget)
    return flow
