"""What refers to itself when nobody refers to it any more: looked for when a session ends, never while it goes on."""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

from kiosk.workflow.state import State, Waiting


class Leftovers(QObject):
    """Clears away what each session leaves, from `set_aside` to `close`. Lives in the main thread.

    Python looks for such things by itself, in any thread, when enough new ones were made. Now and then it looks through
    all that is loaded, more than a hundred thousand objects, and for 40 to 90 ms every thread stands still, and the
    page under somebody's finger with them. So what is loaded when the kiosk opens is set aside, for it is never left
    over; the little that a session makes is looked through in a few milliseconds, when its page is gone.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_set_aside = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._clear)

    def set_aside(self) -> None:
        """What there is from the start is not looked through any more."""
        gc.collect(1)  # not all generations: that is what takes long
        gc.freeze()
        self._is_set_aside = True

    @Slot(object)
    def show_state(self, state: State) -> None:
        """A session has ended: when the event loop comes round, its page is gone too."""
        if self._is_set_aside and isinstance(state, Waiting):
            self._soon.start(0)

    def close(self) -> None:
        """From now on as Python does by itself."""
        self._soon.stop()
        if self._is_set_aside:
            gc.unfreeze()
            self._is_set_aside = False

    @Slot()
    def _clear(self) -> None:
        gc.collect()
