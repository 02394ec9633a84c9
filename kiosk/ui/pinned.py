"""A window that nobody gets out of: it closes only by the program, and comes back when something covers it."""

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget


class Pinned:
    """Of one window; `pinned` False: it closes and lies below others as any does."""

    def __init__(self, window: QWidget, *, pinned: bool) -> None:
        self._window, self._pinned = window, pinned
        self._asked = False

    def closes(self, event: QCloseEvent) -> bool:
        """Whether it may: Alt+F4 and its kin do nothing to a pinned window; the program itself closes it."""
        return not (self._pinned and event.spontaneous())

    def come_back(self) -> None:
        """A window manager's own keys may show another desktop, or another program put itself in front."""
        window = self._window
        if not self._pinned or (window.isActiveWindow() and window.isFullScreen()):
            self._asked = False
            return
        if self._asked:
            # Asked in vain: a window that is shown anew comes onto the desktop that is looked at.
            window.hide()
        self._asked = not self._asked
        window.showFullScreen()
        window.raise_()
        window.activateWindow()
