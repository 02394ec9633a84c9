"""The lines of today's list, changed in place."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kiosk.ui.desk.rows import Row

_NO_INDEX = QModelIndex()


class VisitModel(QAbstractListModel):
    """The lines. `replace` changes what changed: a line that stays keeps its place under the cursor."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    @property
    def rows(self) -> Sequence[Row]:
        """As they stand."""
        return self._rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        """How many lines."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        """The line itself, and what a screen reader says of it."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.UserRole:
                return row
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return row.reads_out
        return None

    def replace(self, rows: Sequence[Row]) -> None:
        """The lines are these now."""
        kept = {row.visit_id for row in rows}
        for at in range(len(self._rows) - 1, -1, -1):
            if self._rows[at].visit_id not in kept:
                self.beginRemoveRows(_NO_INDEX, at, at)
                del self._rows[at]
                self.endRemoveRows()
        here = {row.visit_id for row in self._rows}
        if [row.visit_id for row in self._rows] != [row.visit_id for row in rows if row.visit_id in here]:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        for at, row in enumerate(rows):
            if at < len(self._rows) and self._rows[at].visit_id == row.visit_id:
                continue
            self.beginInsertRows(_NO_INDEX, at, at)
            self._rows.insert(at, row)
            self.endInsertRows()
        self.refresh(rows)

    def refresh(self, rows: Sequence[Row]) -> None:
        """What is there says what it says now; nothing comes and nothing goes."""
        said = {row.visit_id: row for row in rows}
        for at, row in enumerate(self._rows):
            if (new := said.get(row.visit_id)) is not None and new != row:
                self._rows[at] = new
                self.dataChanged.emit(self.index(at), self.index(at))

    def forget(self) -> None:
        """Nobody is listed."""
        self.beginResetModel()
        self._rows = []
        self.endResetModel()
