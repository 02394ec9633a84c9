"""What refers to itself when nobody refers to it any more: looked for in the main thread, when there is time for it."""

import ctypes
import gc
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from kiosk.workflow.state import State, Waiting

_LOOKS_EVERY_MS = 2000
_OLD_AFTER = 60
"""So many looks at what is new, and all that there is now is looked through, while nobody is there."""
_OLD_IN_A_SESSION_AFTER = 10 * _OLD_AFTER
"""So many, and it is whoever is there: staff may leave somebody on the screen all day."""


def _trimming() -> Callable[[int], int] | None:
    """[malloc_trim(3)], where there is one: Linux with glibc."""
    if sys.platform != "linux":
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim


class Leftovers(QObject):
    """Clears away what each session leaves, until `close`. Lives in the main thread.

    Python looks for such things by itself when enough new ones were made, in whichever thread makes them. Two things
    speak against that here. What it finds may be a piece of a window, and to let go of one in another thread than the
    window's ends the process. And now and then it looks through all that is loaded, more than a hundred thousand
    objects: for 40 to 90 ms every thread stands still, and the page under somebody's finger with them.

    So Python does not look by itself. What is loaded when the kiosk opens is `set_aside`, for it is never left over;
    what is new is looked through every two seconds, and all of it in a few milliseconds when a session's page is gone;
    where there are no sessions, as in the hall, every few minutes.
    Then also the free memory between what is left goes back to the system (less than a millisecond): otherwise it is
    scattered by one session after another, and the process grows all day.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._is_set_aside = False
        self._is_waiting = True
        self._trim = _trimming()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._clear)
        self._new = QTimer(self)
        self._new.timeout.connect(self._clear_new)
        self._new.start(_LOOKS_EVERY_MS)

    def set_aside(self) -> None:
        """What there is from the start is not looked through any more."""
        gc.collect(1)  # not all generations: that is what takes long
        gc.freeze()
        self._is_set_aside = True

    @Slot(object)
    def show_state(self, state: State) -> None:
        """A session has ended: when the event loop comes round, its page is gone too."""
        self._is_waiting = isinstance(state, Waiting)
        if self._is_set_aside and self._is_waiting:
            self._soon.start(0)

    def close(self) -> None:
        """From now on as Python does by itself."""
        self._soon.stop()
        self._new.stop()
        if self._is_set_aside:
            gc.unfreeze()
            self._is_set_aside = False
        gc.enable()

    @Slot()
    def _clear(self) -> None:
        gc.collect()
        if self._trim is not None:
            self._trim(0)

    @Slot()
    def _clear_new(self) -> None:
        new, _, looks = gc.get_count()
        if new < gc.get_threshold()[0]:
            return
        if self._is_set_aside and looks >= (_OLD_AFTER if self._is_waiting else _OLD_IN_A_SESSION_AFTER):
            gc.collect()  # what was in use at a look is not new any more, and may be left over since
        else:
            gc.collect(1)
