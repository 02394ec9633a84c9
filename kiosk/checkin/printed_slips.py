"""What became of each check-in's slips, from the journal's `print_log`: which ones are still owed to somebody."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, RowMapping, func, select

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.kept_visit import kept_check_in
from kiosk.checkin.queue.arrivals import Arrivals
from kiosk.checkin.queue.kept_place import locked_place
from kiosk.checkin.queue.place import PlaceState
from kiosk.checkin.record import CheckIn
from kiosk.checkin.store.tables import print_log, visit

REPRINT = "reprint"
"""The row that counts a slip more of the same check-in, before it is printed."""

_OWED_NOTHING = ("printed", "off", "unconfirmed:spooled")
"""How a slip may end that nobody asks for again; `printed:…` is another copy's trouble."""


NEVER_ENDED = "never-ended"
"""A program that ended between the check-in and the end of its slip kept nothing of it."""

_LONGEST_PRINT = timedelta(minutes=1)
"""Until then a slip of which nothing is kept may still be under way."""


class Transactions(Protocol):
    """How the journal's database is used."""

    def __call__(self, *, reading: bool = False) -> AbstractContextManager[Connection]:
        """One transaction."""
        ...


@dataclass(frozen=True, slots=True)
class OwedSlip:
    """A check-in whose last slip did not come out for sure.

    `outcome` as it was kept, `failed:paper-out`; `NEVER_ENDED`: nobody heard what became of it.
    """

    ticket: str
    visit_id: str
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SqlSlips:
    """The slips of a journal. Every call raises KioskError, STORE_…."""

    transaction: Transactions
    arrivals: Arrivals
    clock: Callable[[], datetime]

    def owed(self, day: date) -> tuple[OwedSlip, ...]:
        """Those of a day whose last slip is missing or unclear, in the order of their numbers."""
        ended = (
            select(visit.c.ticket, visit.c.visit_id, visit.c.created_at, print_log.c.outcome, print_log.c.at)
            .outerjoin(print_log, (print_log.c.visit_id == visit.c.visit_id) & (print_log.c.outcome != REPRINT))
            .where(visit.c.business_day == day)
            .order_by(visit.c.prefix, visit.c.number, print_log.c.id)
        )
        with self.transaction(reading=True) as connection:
            last = {row["visit_id"]: row for row in connection.execute(ended).mappings()}
        latest = self.clock() - _LONGEST_PRINT
        slips = [_owed(row) for row in last.values()]
        return tuple(
            slip
            for slip in slips
            if not slip.outcome.startswith(_OWED_NOTHING) and (slip.outcome != NEVER_ENDED or slip.at < latest)
        )

    def find(self, ticket: str, day: date) -> CheckIn | None:
        """The check-in of a ticket, its reprints counted, with its place while it waits; None: there is none."""
        same = select(visit).where(visit.c.ticket == ticket, visit.c.business_day == day)
        with self.transaction() as connection:
            row = connection.execute(same).mappings().first()
            if row is None:
                return None
            check_in = kept_check_in(connection, row, reprints_of(connection, row["visit_id"]))
            kept = locked_place(connection, check_in.visit_id)
            if kept is None or kept[0].state is not PlaceState.WAITING:
                return check_in
            return self.arrivals.again(connection, check_in, in_clinic(self.clock()))


def reprints_of(connection: Connection, visit_id: str) -> int:
    """How often a slip of this check-in was printed again."""
    counted = select(func.count()).where(print_log.c.visit_id == visit_id, print_log.c.outcome == REPRINT)
    return int(connection.execute(counted).scalar_one())


def _owed(row: RowMapping) -> OwedSlip:
    at = datetime.fromisoformat(row["at"] or row["created_at"])
    return OwedSlip(row["ticket"], row["visit_id"], row["outcome"] or NEVER_ENDED, at)
