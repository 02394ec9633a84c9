"""Widgets two by two, where the words of both have room."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QWidget

from kiosk.ui.desk.in_lines import InLines

_BESIDE = 2


class Paired(InLines):
    """Widgets in their order, one or two in a line, with which they are as low as they can be.

    One that is alone takes its whole line: long words, or the last of an odd number.
    """

    def __init__(self, holder: QWidget, gap: int) -> None:
        super().__init__(gap, holder)
        self._most = _BESIDE

    def stand_alone(self, *, alone: bool) -> None:
        """Each in a line of its own, or not."""
        most = 1 if alone else _BESIDE
        if most != self._most:
            self._most = most
            self.invalidate()

    def heightForWidth(self, width: int) -> int:
        """All lines."""
        lines = self._lines(width)
        return sum(high for _, high in lines) + self.spacing() * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:
        """Each alone."""
        wide = max((item.sizeHint().width() for item in self._items), default=0)
        return QSize(wide, self.heightForWidth(wide))

    def minimumSize(self) -> QSize:
        """The widest alone."""
        return QSize(max((item.minimumSize().width() for item in self._items), default=0), 0)

    def setGeometry(self, rect: QRect) -> None:
        """Places them, those beside each other equally wide and high."""
        super().setGeometry(rect)
        top = rect.top()
        for items, high in self._lines(rect.width()):
            wide = self._wide(rect.width(), len(items))
            for at, item in enumerate(items):
                left = rect.left() + at * (wide + self.spacing())
                # The last one ends where the others' lines do, also where a pixel is left over.
                right = rect.right() + 1 if at == len(items) - 1 else left + wide
                item.setGeometry(QRect(left, top, right - left, high))
            top += high + self.spacing()

    def _wide(self, width: int, beside: int) -> int:
        return (width - self.spacing() * (beside - 1)) // beside

    def _lines(self, width: int) -> list[tuple[list[QLayoutItem], int]]:
        """The items of each line and its height; found from the last one on, of equally high ones with fewest lines."""
        best: list[tuple[int, list[tuple[list[QLayoutItem], int]]]] = [(0, [])]
        for at in reversed(range(len(self._items))):
            ways = []
            for beside in range(min(self._most, len(self._items) - at), 0, -1):
                items = self._items[at : at + beside]
                high = max(_high(item, self._wide(width, beside)) for item in items)
                below_high, below = best[beside - 1]
                ways.append((high + self.spacing() + below_high, [(items, high), *below]))
            best.insert(0, min(ways, key=lambda way: (way[0], len(way[1]))))
        return best[0][1]


def _high(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
