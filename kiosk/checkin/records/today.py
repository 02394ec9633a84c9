"""Today's visits as the desk lists them: where each stands, and what is decided about it by now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select

from kiosk.checkin.business_day import business_day, in_clinic
from kiosk.checkin.decision_row import read_decision
from kiosk.checkin.queue.entry import QueueEntry
from kiosk.checkin.queue.screens import entry_of, today_statement
from kiosk.checkin.store.queue_tables import queue_place
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import visit, visit_decision
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.privacy import Personal


@dataclass(frozen=True, slots=True, repr=False)
class ListedVisit(Personal):
    """One line of the list. `benefit_percent` None: not covered or not known. `created_at`: when it was checked in."""

    entry: QueueEntry
    verdict: Verdict
    benefit_percent: int | None
    created_at: datetime


class TodayList:
    """Reads today's visits of one store; a list is no read of anybody's record: opening a line is."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    def visits(self) -> tuple[ListedVisit, ...]:
        """All of today that are in a queue or were, the newest first.

        Raises:
            KioskError: STORE_….
        """
        today = business_day(self._clock())
        listed = today_statement().add_columns(visit.c.verdict, visit.c.benefit_percent, visit.c.created_at)
        later = (
            select(visit_decision.c.visit_id, visit_decision.c.decision)
            .join(visit, visit.c.visit_id == visit_decision.c.visit_id)
            .where(visit.c.business_day == today)
            .order_by(visit_decision.c.id)
        )
        with self._store.transaction(reading=True) as connection:
            rows = connection.execute(listed.where(queue_place.c.business_day == today)).mappings().all()
            decided = {visit_id: read_decision(written) for visit_id, written in connection.execute(later)}
        visits = [_listed(row, decided.get(row["visit_id"])) for row in rows]
        return tuple(sorted(visits, key=lambda one: (one.created_at, one.entry.ticket), reverse=True))


def _listed(row: RowMapping, later: Decision | None) -> ListedVisit:
    return ListedVisit(
        entry_of(row),
        later.verdict if later else Verdict(row["verdict"]),
        later.benefit_percent if later else row["benefit_percent"],
        in_clinic(datetime.fromisoformat(row["created_at"])),
    )
