"""When a room is open: spans by weekday, with exceptions by date, by the clock of the clinic."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kiosk.checkin.business_day import in_clinic

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MIN = 24 * 60
_LOOKED_AHEAD_DAYS = 60


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `start_min` until before `end_min`, minutes since midnight."""

    start_min: int
    end_min: int


ALL_DAY = Span(0, DAY_MIN)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`week` has the spans of Monday to Sunday, in order and apart; `exceptions` those of single days instead."""

    week: tuple[tuple[Span, ...], ...] = ((ALL_DAY,),) * len(WEEKDAYS)
    exceptions: tuple[tuple[date, tuple[Span, ...]], ...] = ()

    def spans(self, day: date) -> tuple[Span, ...]:
        """When it is open that day."""
        for exception, spans in self.exceptions:
            if exception == day:
                return spans
        return self.week[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at this moment."""
        local = in_clinic(at)
        minute = local.hour * 60 + local.minute
        return any(span.start_min <= minute < span.end_min for span in self.spans(local.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """When it opens next, `at` itself where it is open; None: not within two months."""
        begins = next(self._openings(at), None)
        return None if begins is None else max(begins[0], at)

    def after(self, at: datetime, minutes: float) -> datetime | None:
        """The moment when so many open minutes have passed; None: not on the day of `at`."""
        left = timedelta(minutes=minutes)
        for begins, ends in self._openings(at):
            if in_clinic(begins).date() != in_clinic(at).date():
                return None
            begins = max(begins, at)
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        return None

    def _openings(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Beginnings and ends of the spans that are not over at `at`."""
        local = in_clinic(at)
        for ahead in range(_LOOKED_AHEAD_DAYS + 1):
            day = local.date() + timedelta(days=ahead)
            midnight = datetime.combine(day, time(), local.tzinfo)
            for span in self.spans(day):
                ends = midnight + timedelta(minutes=span.end_min)
                if ends > at:
                    yield midnight + timedelta(minutes=span.start_min), ends


ALWAYS_OPEN = OpeningHours()
