"""When keys were struck, as the window system says: a busy program gets keys late, and several at once."""

from PySide6.QtGui import QInputEvent

_DRIFT = 0.001
"""By how much two clocks may differ in their pace."""
_LATEST_S = 10.0
"""Nothing is so late: the stamps began anew, as those of 32 bits do every seven weeks."""


class KeyTimes:
    """Brings the window system's stamps, milliseconds from some beginning of its own, to the time of a clock.

    The key that came least late tells where that beginning is. A key without a stamp was struck when it came.
    """

    def __init__(self) -> None:
        self._least_late_s: float | None = None
        self._came_s = self._struck_s = float("-inf")
        self.are_stamped = False
        """Whether the newest key bears a stamp, so that one that comes late is known to be late."""

    def struck_s(self, event: QInputEvent, now_s: float) -> float:
        """When a key that comes now was struck: never before the one that came before it."""
        self.are_stamped = event.timestamp() > 0
        if not self.are_stamped:
            self._struck_s = now_s
            return now_s
        late_s = now_s - event.timestamp() / 1000
        least_s = late_s
        if self._least_late_s is not None:
            least_s = min(late_s, self._least_late_s + _DRIFT * (now_s - self._came_s))
            if late_s - least_s > _LATEST_S:
                least_s = late_s
        self._least_late_s, self._came_s = least_s, now_s
        self._struck_s = max(self._struck_s, now_s - (late_s - least_s))
        return self._struck_s
