"""When keys were struck, as the window system says: a busy program gets keys late, and several at once."""

from PySide6.QtGui import QInputEvent

_DRIFT = 0.001
"""By how much two clocks may differ in their pace."""
_LATEST_S = 10.0
"""Nothing is so late: the stamps began anew, as those of 32 bits do every seven weeks."""
_STAMPS = 2**32
"""So many milliseconds are seven weeks."""


class KeyTimes:
    """Brings the window system's stamps, milliseconds from some beginning of its own, to the time of a clock.

    The key that came least late tells where that beginning is. That is not known yet, or not any more, when a program
    is busy as somebody begins to type: so keys that were struck less than `apart_s` from each other are always told as
    far apart as their stamps are, and others no nearer than that. A key without a stamp was struck when it came.
    """

    def __init__(self, apart_s: float) -> None:
        self._apart_s = apart_s
        self._least_late_s: float | None = None
        self._stamp_ms: int | None = None
        self._came_s = float("-inf")
        self.latest_s = float("-inf")
        """When the newest key was struck: it may lie ahead of the clock, by what the first of its row was late."""
        self.are_stamped = False
        """Whether the newest key bears a stamp, so that one that comes late is known to be late."""

    def struck_s(self, event: QInputEvent, now_s: float) -> float:
        """When a key that comes now was struck: never before the one that came before it."""
        self.are_stamped = event.timestamp() > 0
        if not self.are_stamped:
            self._stamp_ms, self.latest_s = None, now_s
            return now_s
        late_s = now_s - event.timestamp() / 1000
        least_s = late_s
        if self._least_late_s is not None:
            least_s = min(late_s, self._least_late_s + _DRIFT * (now_s - self._came_s))
            if late_s - least_s > _LATEST_S:
                least_s = late_s
        self._least_late_s, self._came_s = least_s, now_s
        self.latest_s = max(self.latest_s + self._apart(event.timestamp()), now_s - (late_s - least_s))
        return self.latest_s

    def _apart(self, stamp_ms: int) -> float:
        """How long after the key before it a key was struck at least, as far as it matters."""
        before_ms, self._stamp_ms = self._stamp_ms, stamp_ms
        apart_s = 0.0 if before_ms is None else (stamp_ms - before_ms) % _STAMPS / 1000
        return min(apart_s, self._apart_s)
