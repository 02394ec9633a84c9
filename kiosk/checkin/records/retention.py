"""Removing what is kept no longer: by purpose, in small transactions, each with its row in the audit.

Of days whose visits are removed counts are left, and nobody in them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, select, update

from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.business_day import CLINIC_ZONE, business_day
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.records.kept import Purpose, allowed, remove_proofs, remove_visits
from kiosk.checkin.store.audit_tables import audit, audit_chain
from kiosk.checkin.store.gap_tables import number_gap
from kiosk.checkin.store.queue_tables import queue_event, room_turn
from kiosk.checkin.store.records_tables import day_statistics
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import duty_log, print_log, proof, ticket_counter, visit

SHORTEST_AUDIT_DAYS = 1826
"""Five years: so long it stays visible who read whose record."""

SHORTEST_VISIT_DAYS = 3
"""Today's and yesterday's numbers are still called and counted on."""

BATCH = 200
"""Rows of one transaction: a desk that wants to write meanwhile waits for some hundredths of a second."""


@dataclass(frozen=True, slots=True)
class RetentionDays:
    """For how many days each purpose's rows are kept; 0: without end."""

    visits: int
    proofs: int
    questions: int
    print_log: int
    queue_events: int
    duty_log: int
    audit: int

    def of(self, purpose: Purpose) -> int:
        """The days of one purpose."""
        return int(getattr(self, purpose.value.replace("-", "_")))


class Retention:
    """Removes what is over; safe to run beside desks that work, and on several of them at once."""

    def __init__(self, store: Store, trail: Audit, days: RetentionDays, clock: Callable[[], datetime]) -> None:
        self._store, self._audit, self._days, self._clock = store, trail, days, clock

    def last_days(self) -> dict[Purpose, date]:
        """The day before which each purpose's rows are over; without those that are kept without end."""
        today = business_day(self._clock())
        return {
            purpose: today - timedelta(days=self._days.of(purpose)) for purpose in Purpose if self._days.of(purpose)
        }

    def due(self) -> dict[Purpose, int]:
        """How many rows of each purpose are over now; nothing is removed.

        Raises:
            KioskError: STORE_….
        """
        with self._store.transaction(reading=True) as connection:
            return {
                purpose: int(connection.execute(_counted(purpose, until)).scalar_one())
                for purpose, until in self.last_days().items()
            }

    def run(self, *, may_go_on: Callable[[], bool] = lambda: True) -> dict[Purpose, int]:
        """Removes what is over and returns how many rows of each purpose; `may_go_on` is asked between transactions.

        Raises:
            KioskError: STORE_…; what was removed until then is removed and in the audit.
        """
        removed: dict[Purpose, int] = {}
        for purpose, until in self.last_days().items():
            for count in self._batches(purpose, until):
                removed[purpose] = removed.get(purpose, 0) + count
                if not may_go_on():
                    return removed
        if removed:
            self._store.sweep(sorted(_TABLES[purpose].name for purpose in removed))
        return removed

    def _batches(self, purpose: Purpose, until: date) -> Iterator[int]:
        # Whether there is anything is asked without a lock; what it is, when nobody else can be removing it.
        while self._is_any(purpose, until):
            with self._store.transaction() as connection, allowed(connection):
                if keys := connection.execute(_next(purpose, until)).all():
                    _REMOVE[purpose](connection, keys)
                    # Of the audit's own rows also which was the last: a beginning that nobody removed so is missed.
                    ended: dict[str, Any] = {"last": keys[-1].seq} if purpose is Purpose.AUDIT else {}
                    self._audit.note(
                        connection, Act.PURGED, purpose=purpose.value, count=len(keys), until=until, **ended
                    )
            yield len(keys)

    def _is_any(self, purpose: Purpose, until: date) -> bool:
        with self._store.transaction(reading=True) as connection:
            return connection.execute(_next(purpose, until).limit(1)).first() is not None


def _next(purpose: Purpose, until: date) -> Select[Any]:
    """The keys of the oldest rows that are over, a transaction's worth."""
    at_ms = milliseconds(datetime.combine(until, time(), CLINIC_ZONE))
    # Rows that are only ever added are as old as their numbers say: the oldest few tell whether any is over.
    match purpose:
        case Purpose.VISITS:
            oldest = select(func.min(visit.c.business_day)).where(visit.c.business_day < until).scalar_subquery()
            return select(visit.c.visit_id, visit.c.business_day).where(visit.c.business_day == oldest).limit(BATCH)
        case Purpose.PROOFS:
            return _oldest(proof, proof.c.proof_id).where(proof.c.checked_ms < at_ms)
        case Purpose.QUESTIONS:
            asked = proof.c.sealed_question.is_not(None)
            return _oldest(proof, proof.c.proof_id).where(proof.c.checked_ms < at_ms, asked)
        case Purpose.QUEUE_EVENTS:
            return _oldest(queue_event, queue_event.c.id).where(queue_event.c.at_ms < at_ms)
        case Purpose.PRINT_LOG | Purpose.DUTY_LOG:
            log = _TABLES[purpose]
            return _oldest(log, log.c.id).where(log.c.at < until.isoformat())
        case Purpose.AUDIT:
            over = select(audit.c.seq, audit.c.digest).where(audit.c.at < until.isoformat())
            return over.order_by(audit.c.seq).limit(BATCH)


def _oldest(table: Table, key: Any) -> Select[Any]:  # noqa: ANN401 - a column
    return select(key).order_by(table.c.id).limit(BATCH)


def _counted(purpose: Purpose, until: date) -> Select[Any]:
    over = _next(purpose, until).limit(None).order_by(None)
    if purpose is Purpose.VISITS:
        over = select(visit.c.visit_id).where(visit.c.business_day < until)
    return select(func.count()).select_from(over.subquery())


def _remove_visits(connection: Connection, keys: Sequence[Any]) -> None:
    day = keys[0].business_day
    _leave_counts(connection, day)
    remove_visits(connection, [key.visit_id for key in keys])


def _leave_counts(connection: Connection, day: date) -> None:
    """Once a day, before its first visit goes; its counters go with them, for they count what is not there any more."""
    if connection.execute(select(day_statistics.c.visits).where(day_statistics.c.business_day == day)).first():
        return
    counted = (
        select(visit.c.business_day, visit.c.service_code, visit.c.verdict, func.count())
        .where(visit.c.business_day == day)
        .group_by(visit.c.business_day, visit.c.service_code, visit.c.verdict)
    )
    connection.execute(day_statistics.insert().from_select(list(day_statistics.c.keys()), counted))
    for table in (ticket_counter, number_gap, room_turn):
        connection.execute(delete(table).where(table.c.business_day == day))


def _remove_questions(connection: Connection, keys: Sequence[Any]) -> None:
    asked = update(proof).where(proof.c.proof_id.in_([key.proof_id for key in keys]))
    connection.execute(asked.values(sealed_question=None))


def _remove_audit(connection: Connection, keys: Sequence[Any]) -> None:
    """The chain from then on begins after the last row that went."""
    start = {"start_seq": keys[-1].seq, "start_digest": keys[-1].digest}
    connection.execute(update(audit_chain).values(start))
    connection.execute(delete(audit).where(audit.c.seq <= keys[-1].seq))


def _remove_rows(table: Table) -> Callable[[Connection, Sequence[Any]], None]:
    def remove(connection: Connection, keys: Sequence[Any]) -> None:
        connection.execute(delete(table).where(table.c.id.in_([key.id for key in keys])))

    return remove


_TABLES: Mapping[Purpose, Table] = MappingProxyType(
    {
        Purpose.VISITS: visit,
        Purpose.PROOFS: proof,
        Purpose.QUESTIONS: proof,
        Purpose.PRINT_LOG: print_log,
        Purpose.QUEUE_EVENTS: queue_event,
        Purpose.DUTY_LOG: duty_log,
        Purpose.AUDIT: audit,
    }
)
_REMOVE: Mapping[Purpose, Callable[[Connection, Sequence[Any]], None]] = MappingProxyType(
    {
        Purpose.VISITS: _remove_visits,
        Purpose.PROOFS: lambda connection, keys: remove_proofs(connection, [key.proof_id for key in keys]),
        Purpose.QUESTIONS: _remove_questions,
        Purpose.PRINT_LOG: _remove_rows(print_log),
        Purpose.QUEUE_EVENTS: _remove_rows(queue_event),
        Purpose.DUTY_LOG: _remove_rows(duty_log),
        Purpose.AUDIT: _remove_audit,
    }
)
