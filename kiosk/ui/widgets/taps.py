"""What counts as a tap: old hands tremble, and a finger may still lie where the next page's button appears."""

from collections.abc import Callable
from time import monotonic

_SETTLE_S = 0.3
_DEBOUNCE_S = 0.25
_ALONE_S = 0.5
"""An Enter so soon after another key ends what a gun typed."""


class Taps:
    """Shared by all buttons of a window: none in a page's first 300 ms, none of the same button within 250 ms.

    `on_tap` is called for each that acts.
    """

    def __init__(self, clock: Callable[[], float] = monotonic, on_tap: Callable[[], None] = lambda: None) -> None:
        self._clock, self._on_tap = clock, on_tap
        self._opens_at = clock()
        self._last: tuple[int, float] | None = None
        self._typed_at = float("-inf")

    def page_changed(self) -> None:
        """A new page is shown."""
        self._opens_at = self._clock() + _SETTLE_S

    def may_press(self) -> bool:
        """Whether a finger that comes down now may act."""
        return self._clock() >= self._opens_at

    def key_typed(self) -> None:
        """A letter or a figure came by the keyboard."""
        self._typed_at = self._clock()

    def key_may_act(self) -> bool:
        """Whether an Enter that comes now is somebody's wish."""
        now = self._clock()
        return now >= self._opens_at and now - self._typed_at >= _ALONE_S

    def accept(self, button: object, debounce_s: float = _DEBOUNCE_S) -> bool:
        """Whether a tap on `button` that ends now acts; it is remembered if so."""
        now = self._clock()
        if now < self._opens_at or (self._last and self._last[0] == id(button) and now - self._last[1] < debounce_s):
            return False
        self._last = (id(button), now)
        self._on_tap()
        return True
