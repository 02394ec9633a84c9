"""When a page is seen: it is painted a turn of the event loop after it was made, and hears no finger before that."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from kiosk.ui.widgets.taps import Taps


class Seen(QObject):
    """Of one window: what it was made to show, and whether that is painted.

    Making a page takes its time, and so does painting it. What came meanwhile is heard between the two, and until then
    the page before is seen: a finger that comes down meant that one.
    """

    def __init__(self, window: QWidget, taps: Taps) -> None:
        super().__init__(window)
        self._window, self._taps = window, taps
        self._is_changed = self._is_unseen = False
        self._painting = QTimer(self)
        self._painting.setSingleShot(True)
        self._painting.timeout.connect(self._paint_now)
        window.installEventFilter(self)

    def changed(self) -> None:
        """Something else is to be painted, in a later turn than this."""
        self._is_changed = True

    def another(self) -> None:
        """Another page, or other controls: fingers are elsewhere while it is made, and for a moment when it is seen."""
        self._is_unseen = True
        self._taps.page_changed()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """Puts off what would paint too early; it is asked for again when it is time."""
        if event.type() is not QEvent.Type.UpdateRequest or not self._is_changed:
            return False
        self._is_changed = False
        self._painting.start(0)
        return True

    def _paint_now(self) -> None:
        QCoreApplication.sendEvent(self._window, QEvent(QEvent.Type.UpdateRequest))
        if self._is_unseen:
            self._is_unseen = False
            self._taps.page_changed()
