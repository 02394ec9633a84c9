"""Widgets in lines, as words are."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QSizePolicy, QWidget

from kiosk.ui.desk.in_lines import InLines


class Wrapped(InLines):
    """Widgets in lines, as many beside each other as there is room for; those that are hidden take none.

    Each is as wide as it wants to be and never wider than the line, and as high as it must be then.
    """

    def __init__(self, gap: int = 8, between: int | None = None) -> None:
        """`between`: the lines, where that is not as wide as between the widgets."""
        super().__init__(gap)
        self._between = gap if between is None else between

    def heightForWidth(self, width: int) -> int:
        """All lines."""
        return self._place(0, 0, width, move=False)

    def sizeHint(self) -> QSize:
        """All on one line."""
        hints = [item.sizeHint() for item in self._shown]
        wide = sum(hint.width() for hint in hints) + self.spacing() * max(0, len(hints) - 1)
        return QSize(wide, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """The widest alone."""
        hints = [item.minimumSize() for item in self._shown]
        return QSize(max((h.width() for h in hints), default=0), max((h.height() for h in hints), default=0))

    def setGeometry(self, rect: QRect) -> None:
        """Places them."""
        super().setGeometry(rect)
        self._place(rect.x(), rect.y(), rect.width(), move=True)

    def _place(self, x: int, y: int, width: int, *, move: bool) -> int:
        """Line by line, each in the middle of its line's height."""
        top = y
        for line in self._lines(width):
            high = max(size.height() for _, size in line)
            left = x
            for item, size in line:
                if move:
                    item.setGeometry(QRect(left, top + (high - size.height()) // 2, size.width(), size.height()))
                left += size.width() + self.spacing()
            top += high + self._between
        return max(0, top - self._between - y)

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        left = 0
        for item in self._shown:
            hint = item.sizeHint()
            wide = min(hint.width(), width)
            size = QSize(wide, item.heightForWidth(wide) if item.hasHeightForWidth() else hint.height())
            if not lines or left + wide > width:
                lines.append([])
                left = 0
            lines[-1].append((item, size))
            left += wide + self.spacing()
        return lines

    @property
    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]


def wrapped(widgets: "list[QWidget]", gap: int = 8, between: int | None = None) -> QWidget:
    """A widget of widgets in lines; `between` them, where that is not as wide as between the widgets."""
    holder = QWidget()
    layout = Wrapped(gap, between)
    for widget in widgets:
        layout.addWidget(widget)
    holder.setLayout(layout)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder
