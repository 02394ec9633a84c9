"""How long a test waits for what has to happen before it says that it does not.

Nobody waits longer than it takes, so this costs nothing where all is well. Where it is too short, a machine with too
much to do decides how the test ends. Shorter than pytest's own limit, whose report does not say what was waited for.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

WITHIN_S = 60.0
WITHIN_MS = 60_000

_DAY = timedelta(days=1)
_CLOCKS = (UTC, ZoneInfo("Asia/Ho_Chi_Minh"))
"""Whose days count: that of certificates, and that of tickets."""


def too_little_left_of_the_day_s(now: datetime) -> float:
    """How many seconds a day still has that are too few for a test; 0: they are enough."""
    for clock in _CLOCKS:
        here = now.astimezone(clock)
        left_s = (datetime.combine(here.date() + _DAY, time.min, clock) - here).total_seconds()
        if left_s < WITHIN_S:
            return left_s
    return 0.0
