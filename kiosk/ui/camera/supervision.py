"""When the camera is open and what its light says: told everything that happens, it asks nobody. No Qt.

A camera that fails is tried again with growing pauses, also while no page wants it, or a page that is closed because
of it would never open again. Such a trial ends with its first good frame, which nobody looks at.
"""

from collections.abc import Callable

from kiosk.workflow.state import DeviceState

FIRST_FRAME_S = 5.0
"""Cameras take up to three seconds from their start to their first frame."""
STALL_S = 2.0
"""No frame for so long: it is stuck, or was unplugged without a word."""
TRIAL_S = 3.0
COVERED_S = 4.0
"""A lens that sees nothing for so long is covered; a card held against it is taken away sooner."""
COVERED_BELOW, UNCOVERED_ABOVE = 22.0, 30.0
"""Mean levels: black is 16 in most cameras' brightness."""
STEADY_S = 5.0
"""A camera that gives frames for so long is well again, and the next pause is short."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0


class _Pause:
    """Until when a camera that failed is left in peace: twice as long after each further failure."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._next_s = FIRST_PAUSE_S
        self._until_s = float("-inf")

    @property
    def is_over(self) -> bool:
        """Whether the camera may be tried."""
        return self._clock() >= self._until_s

    def lengthen(self) -> None:
        """It failed, once more."""
        self._until_s = self._clock() + self._next_s
        self._next_s = min(2 * self._next_s, LONGEST_PAUSE_S)

    def end(self) -> None:
        """It may be tried at once, and the next pause is the shortest again."""
        self._next_s, self._until_s = FIRST_PAUSE_S, float("-inf")


class Supervision:
    """`open`: whether the camera should be; `state`: its light; `seeing`: whether frames come."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._pause = _Pause(clock)
        self._wanted = False
        self._present = True
        self._failed = False
        self._covered = False
        self._dark_since_s: float | None = None
        self._opened_s: float | None = None
        self._frame_s: float | None = None

    @property
    def wanted(self) -> bool:
        """Whether a page looks for codes."""
        return self._wanted

    @property
    def open(self) -> bool:
        """Whether the camera should be open now."""
        return self._present and (self._wanted or self._failed or self._covered) and self._pause.is_over

    @property
    def state(self) -> DeviceState:
        """What the light says."""
        if not self._present:
            return DeviceState.ABSENT
        return DeviceState.TROUBLE if self._failed or self._covered else DeviceState.READY

    @property
    def seeing(self) -> bool:
        """Whether frames come."""
        return self._frame_s is not None and not self._failed

    @property
    def failed(self) -> bool:
        """Whether it gives no frames."""
        return self._failed

    def want(self, wanted: bool) -> None:
        """A page looks for codes, or none does any more. Whoever stands there does not wait for a pause to end."""
        if wanted and not self._wanted:
            self._pause.end()
        elif self._wanted and not wanted and (self._failed or self._covered):
            self._pause.lengthen()
        self._wanted = wanted

    def devices(self, *, present: bool) -> None:
        """What is plugged in changed: what was wrong before may be well."""
        self._pause.end()
        if present is not self._present:
            self._failed = self._covered = False
        self._present = present

    def opened(self) -> None:
        """It was started."""
        self._opened_s, self._frame_s, self._dark_since_s = self._clock(), None, None

    def closed(self) -> None:
        """It was stopped."""
        self._opened_s = self._frame_s = self._dark_since_s = None

    def frame(self) -> None:
        """It sent a frame."""
        self._frame_s, self._failed = self._clock(), False
        if self._opened_s is not None and self._frame_s - self._opened_s >= STEADY_S and not self._covered:
            self._pause.end()

    def light(self, level: float) -> None:
        """The mean level of a frame, 0 to 255."""
        if level >= (UNCOVERED_ABOVE if self._covered else COVERED_BELOW):
            self._dark_since_s, self._covered = None, False
            return
        now = self._clock()
        if self._dark_since_s is None:
            self._dark_since_s = now
        if now - self._dark_since_s >= COVERED_S:
            self._covered = True

    def fail(self) -> None:
        """It cannot be opened, or said that something broke."""
        self._failed = True
        self._pause.lengthen()

    def tick(self) -> None:
        """Time passed: whether frames should have come."""
        if self._opened_s is None:
            return
        now = self._clock()
        last = self._frame_s
        if now - self._opened_s >= FIRST_FRAME_S if last is None else now - last >= STALL_S:
            self.fail()
        elif self._covered and not self._wanted and now - self._opened_s >= TRIAL_S:
            self._pause.lengthen()
