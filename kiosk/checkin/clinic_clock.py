"""The clinic's clock: this computer's, set right by the insurance service's or the store's where they do not agree.

A ticket's day must be right on a computer whose battery is empty, whose zone is wrong or whose clock is put forward and
back. So one rule stands here and nowhere else:

1. Where the service said what time it is, and the computer differs by more than the tolerance, the service is right;
   from its word on time passes as the computer runs, whatever its clock is put to.
2. Where the service said nothing yet, a shared store's server is right in the same way: all desks of a hall mean the
   same day, and one whose clock is a day ahead closes nobody's queue and gives no ticket of tomorrow.
3. Otherwise the computer is right, unless it says a day before one of which tickets exist: then that day goes on, and
   the computer is believed for the time of day only.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from kiosk.checkin.business_day import business_day, in_clinic

TOLERANCE = timedelta(minutes=2)
"""So far apart two clocks may be: a Date header has whole seconds and may have waited on the way."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClockState:
    """What staff are told. `off_by` is how far this computer's clock is ahead (behind: negative) of the one believed.

    `heard`: whether the service told the time since the program began. `latest`: the newest day of which tickets
    exist, where the computer says an earlier one and nobody knows better.
    """

    heard: bool
    off_by: timedelta | None = None
    latest: date | None = None

    @property
    def wrong(self) -> bool:
        """Whether somebody should set the computer's clock."""
        return self.off_by is not None or self.latest is not None


class ClinicClock:
    """Moments and business days; safe to read from several threads.

    `wall` is the computer's clock with its zone, `running_s` counts seconds that nobody can put back, in sleep too.
    """

    def __init__(self, wall: Callable[[], datetime], running_s: Callable[[], float]) -> None:
        self._wall, self._running_s = wall, running_s
        self._lock = Lock()
        self._told: datetime | None = None
        self._told_at_s = 0.0
        self._of_store: datetime | None = None
        self._of_store_at_s = 0.0
        self._latest: date | None = None
        self._behind_by = timedelta()
        self._said: ClockState | None = None

    def hear(self, service_time: datetime, answered_at: datetime) -> None:
        """The service's Date header of an answer, and this computer's own clock when it came, both with their zone.

        One exchange is enough: the header comes over a connection whose certificate was checked.
        """
        age_s = max(0.0, (self._wall() - answered_at).total_seconds())
        with self._lock:
            # An answer that lay about while the clock was put forward is not older than the program can know.
            self._told = service_time.astimezone(UTC)
            self._told_at_s = self._running_s() - min(age_s, TOLERANCE.total_seconds())
        self._warn()

    def hear_store(self, server_time: datetime) -> None:
        """What the server of a shared store says that it is now, with its zone."""
        with self._lock:
            self._of_store = server_time.astimezone(UTC)
            self._of_store_at_s = self._running_s()
        self._warn()

    def keep_after(self, latest: date | None) -> None:
        """The newest business day of which the journal has tickets; None: it has none."""
        behind_by = timedelta() if latest is None else latest - business_day(self._wall())
        with self._lock:
            self._latest, self._behind_by = latest, behind_by
        self._warn()

    def now(self) -> datetime:
        """The moment, in the clinic's zone."""
        wall = in_clinic(self._wall())
        told = self._told_now()
        if told is not None:
            return in_clinic(told) if abs(wall - told) > TOLERANCE else wall
        return wall if self._behind() is None else wall + self._behind_by

    def today(self) -> date:
        """The day whose tickets are given now."""
        return business_day(self.now())

    @property
    def state(self) -> ClockState:
        """Whether the computer's clock can be believed."""
        told = self._told_now()
        with self._lock:
            heard = self._told is not None
        if told is None:
            return ClockState(heard, latest=self._behind())
        off_by = self._wall() - told
        return ClockState(heard, off_by=off_by if abs(off_by) > TOLERANCE else None)

    def _behind(self) -> date | None:
        """The day of the newest tickets, where only the computer's clock speaks and says an earlier one."""
        with self._lock:
            latest = self._latest
        if latest is None or self._told_now() is not None:
            return None
        return latest if latest > business_day(self._wall()) else None

    def _told_now(self) -> datetime | None:
        """By the service, else by the store's server; None: neither said anything."""
        with self._lock:
            told, at_s = self._told, self._told_at_s
            if told is None:
                told, at_s = self._of_store, self._of_store_at_s
            return None if told is None else told + timedelta(seconds=self._running_s() - at_s)

    def _warn(self) -> None:
        """Once for each change: the clock is read all day long."""
        state = self.state
        off_by = state.off_by and timedelta(seconds=round(state.off_by.total_seconds()))
        told = ClockState(state.heard, off_by, state.latest)
        if state.wrong and (self._said is None or _differs(self._said, told)):
            if told.off_by is not None:
                _log.warning("this computer's clock is off by %s", told.off_by)
            else:
                _log.warning("this computer's clock is behind: tickets of %s exist", told.latest)
        self._said = told


def _differs(one: ClockState, other: ClockState) -> bool:
    if one.off_by is None or other.off_by is None:
        return (one.off_by, one.latest) != (other.off_by, other.latest)
    return abs(one.off_by - other.off_by) > TOLERANCE
