"""What Qt asks of every layout that breaks its widgets into lines."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class InLines(QLayout):
    """Holds its items in their order; how they become lines is for whoever derives from it."""

    def __init__(self, gap: int, holder: QWidget | None = None) -> None:
        super().__init__(holder)
        self._items: list[QLayoutItem] = []
        self.setSpacing(gap)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """One more."""
        self._items.append(item)

    def count(self) -> int:
        """How many."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """One of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """One of them, out of here."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """None: what lies around it takes what room is left."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrow ones are higher."""
        return True
