"""Ranges of numbers for the time away: each belongs to one desk's file for good, and counts anew each day."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from kiosk.checkin.store.desk_tables import number_range
from kiosk.checkin.store.errors import LostRace
from kiosk.checkin.store.store import Store
from kiosk.failure import FailureCode, RetriableError

_TRIES = 32
"""So many desks may take a range at the same instant; each try fails only because another one's succeeded."""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The numbers `first` to `last`, both included."""

    first: int
    last: int

    def __len__(self) -> int:
        """How many numbers a day."""
        return self.last - self.first + 1

    def __contains__(self, number: int) -> bool:
        """Whether `number` is one of them."""
        return self.first <= number <= self.last


def next_number(ranges: Iterable[NumberRange], last: int) -> int | None:
    """The number after `last` (0: the day's first) in these ranges; None: all are given."""
    for each in sorted(ranges, key=lambda each: each.first):
        if last < each.last:
            return max(each.first, last + 1)
    return None


def numbers_left(ranges: Iterable[NumberRange], last: int) -> int:
    """How many are still to be given today after `last`."""
    return sum(max(0, each.last - max(each.first - 1, last)) for each in ranges)


def take_range(shared: Store, *, desk: str, spool_id: str, size: int, at: datetime) -> NumberRange:
    """Reserves the next `size` numbers of the shared store for the file `spool_id` of `desk`.

    Raises:
        KioskError: STORE_…; RetriableError: STORE_LOCKED, every try met another desk's.
    """
    for _ in range(_TRIES):
        # Another desk may take the same first number between our reading and our writing.
        with suppress(LostRace), shared.transaction() as connection:
            first = int(connection.execute(select(func.coalesce(func.max(number_range.c.last), 0))).scalar_one()) + 1
            taken = NumberRange(first, first + size - 1)
            keep_range(connection, taken, desk=desk, spool_id=spool_id, at=at)
            # Where nobody answers the commit the range is nobody's: numbers of the time away may have gaps.
            return taken
    raise RetriableError(FailureCode.STORE_LOCKED, "number ranges")


def keep_range(connection: Connection, taken: NumberRange, *, desk: str, spool_id: str, at: datetime) -> None:
    """Writes a range down, in the shared store or in the desk's own file."""
    connection.execute(
        insert(number_range).values(
            first=taken.first, last=taken.last, desk=desk, spool_id=spool_id, taken_at=at.isoformat()
        )
    )


def ranges_of(connection: Connection) -> tuple[NumberRange, ...]:
    """What a desk's own file may give, lowest first."""
    kept = select(number_range.c.first, number_range.c.last).order_by(number_range.c.first)
    return tuple(NumberRange(first, last) for first, last in connection.execute(kept))
