"""A person's data lent to the clipboard for the hospital's program: taken back after a while, and when they go."""

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit

LENT_FOR_S = 60
_KEEP_OUT = {
    # Windows' clipboard history and its copies in other computers
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\x01\x00\x00\x00",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\x00\x00\x00\x00",
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': b"\x00\x00\x00\x00",
    # KDE's clipboard history
    "x-kde-passwordManagerHint": b"secret",
}


class LentClipboard(QObject):
    """Lends text to the clipboard. What somebody else copied meanwhile is never touched. `ended`: it was taken back."""

    ended = Signal()

    def __init__(self, parent: QObject | None = None, *, seconds: float = LENT_FOR_S) -> None:
        super().__init__(parent)
        self._is_lent = False
        self._lending = False
        self._clipboard: QClipboard = QGuiApplication.clipboard()
        self._clipboard.dataChanged.connect(self._changed)
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.setInterval(round(seconds * 1000))
        self._over.timeout.connect(self.take_back)

    @property
    def is_lent(self) -> bool:
        """Whether something of ours lies there."""
        return self._is_lent

    def lend(self, text: str) -> None:
        """Puts `text` there, and asks programs that remember what was copied not to."""
        data = QMimeData()
        data.setText(text)
        for kind, value in _KEEP_OUT.items():
            data.setData(kind, value)
        self._lending = True
        try:
            self._clipboard.setMimeData(data)
        finally:
            self._lending = False
        self._is_lent = True
        self._over.start()

    def take_back(self) -> None:
        """Empties the clipboard, if what lies there is ours."""
        self._over.stop()
        if self._is_lent:
            self._is_lent = False
            self._clipboard.clear()
            self.ended.emit()

    def _changed(self) -> None:
        """Somebody copied something else: it is theirs, unless it came out of a field of this program."""
        if self._lending:
            return
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit) and field.selectedText() and field.selectedText() == self._clipboard.text():
            self.lend(field.selectedText())
        elif self._is_lent and not self._clipboard.ownsClipboard():
            self._is_lent = False
            self._over.stop()
