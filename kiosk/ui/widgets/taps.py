"""What counts as a tap: old hands tremble, and a finger may still lie where the next page's button appears."""

from collections.abc import Callable
from time import monotonic

_SETTLE_S = 0.3
_DEBOUNCE_S = 0.25


class Taps:
    """Shared by all buttons of a window: none in a page's first 300 ms, none of the same button within 250 ms."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._opens_at = clock()
        self._last: tuple[int, float] | None = None

    def page_changed(self) -> None:
        """A new page is shown."""
        self._opens_at = self._clock() + _SETTLE_S

    def may_press(self) -> bool:
        """Whether a finger that comes down now may act."""
        return self._clock() >= self._opens_at

    def accept(self, button: object, debounce_s: float = _DEBOUNCE_S) -> bool:
        """Whether a tap on `button` that ends now acts; it is remembered if so."""
        now = self._clock()
        if now < self._opens_at or (self._last and self._last[0] == id(button) and now - self._last[1] < debounce_s):
            return False
        self._last = (id(button), now)
        return True
