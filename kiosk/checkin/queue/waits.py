"""How long people wait, as far as that can honestly be said. Pure."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor

from kiosk.checkin.clinic import Room

_SPREAD = 0.15
_SHORT_STEP_MIN = 5
_LONG_STEP_MIN = 15
_LONG_MIN = 60


@dataclass(frozen=True, slots=True)
class WaitRange:
    """From `low_min` to `high_min` minutes, rounded outwards: to 5 minutes, beyond an hour to 15."""

    low_min: int
    high_min: int


def wait_range(work_min: float, capacity: int, room: Room, at: datetime) -> WaitRange | None:
    """How long until `work_min` minutes of other people's visits are done by `capacity` doctors.

    What falls into the room's break is waited through; None: it is not done before the room closes for the day.
    """
    spans = [_until(work_min * share / capacity, room, at) for share in (1 - _SPREAD, 1 + _SPREAD)]
    low, high = spans
    if low is None or high is None:
        return None
    return WaitRange(_rounded(low, up=False), _rounded(high, up=True) or _SHORT_STEP_MIN)


def _until(minutes: float, room: Room, at: datetime) -> float | None:
    done = room.hours.after(at, minutes)
    return None if done is None else (done - at).total_seconds() / 60


def _rounded(minutes: float, *, up: bool) -> int:
    step = _SHORT_STEP_MIN if minutes <= _LONG_MIN else _LONG_STEP_MIN
    steps = round(minutes / step, 6)
    return step * (ceil(steps) if up else floor(steps))
