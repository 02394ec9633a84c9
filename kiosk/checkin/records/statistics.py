"""How many came when, how long they waited, and what went wrong: counts alone, and nobody in them.

Everything is counted by the database. Of days whose visits were removed only how many there were is left; a day whose
removal has begun is counted from what is left of it alone, so that nobody counts twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from kiosk.checkin.business_day import CLINIC_ZONE
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.store.queue_tables import queue_place
from kiosk.checkin.store.records_tables import day_statistics
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import print_log, proof, visit

HOURS = 24
_HOUR = func.substr(visit.c.created_at, literal_column("12"), literal_column("2"))
"""A moment's hour in its text, `2026-11-22T07:…`, which is of the clinic's zone; literal, to be grouped by."""


class Span(StrEnum):
    """How long a period is; its word is `staff.statistics.span.<value>`."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Business days from `first` to `last`, both with it."""

    span: Span
    first: date
    last: date

    @classmethod
    def around(cls, span: Span, day: date) -> "Period":
        """The day itself, its week from Monday, or its month."""
        match span:
            case Span.DAY:
                return cls(span, day, day)
            case Span.WEEK:
                monday = day - timedelta(days=day.weekday())
                return cls(span, monday, monday + timedelta(days=6))
            case Span.MONTH:
                first = day.replace(day=1)
                return cls(span, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))

    def before(self) -> "Period":
        """The one that ended the day before."""
        return Period.around(self.span, self.first - timedelta(days=1))

    def after(self) -> "Period":
        """The one that begins the day after."""
        return Period.around(self.span, self.last + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class ServiceWait:
    """How long people waited for a service until they were called: of so many, the middle one and the ninth of ten.

    Both are waits that somebody had: the smallest that so many are not above.
    """

    called: int
    median_s: int
    ninetieth_s: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts of a period. Keys are the codes that the journal keeps.

    `removed` of the `visits` are of days of which only counts are left: they are in `verdicts` and in no other count.
    `hours` has 24 entries. `prints` are outcomes without their reasons, `print_faults` the reasons of those that
    failed or are not sure; `asked` lookups had `troubles`.
    """

    period: Period
    visits: int = 0
    removed: int = 0
    hours: tuple[int, ...] = (0,) * HOURS
    waits: tuple[tuple[str, ServiceWait], ...] = ()
    verdicts: tuple[tuple[str, int], ...] = ()
    trusts: tuple[tuple[str, int], ...] = ()
    prints: tuple[tuple[str, int], ...] = ()
    print_faults: tuple[tuple[str, int], ...] = ()
    asked: int = 0
    troubles: tuple[tuple[str, int], ...] = ()


class SqlStatistics:
    """Counts in the journal's tables; safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, period: Period) -> Statistics:
        """Everything about a period.

        Raises:
            KioskError: STORE_….
        """
        with self._store.transaction(reading=True) as connection:
            arrivals = connection.execute(_arrivals(period)).all()
            removed = connection.execute(_removed(period)).all()
            prints = connection.execute(_prints(period)).all()
            lookups = connection.execute(_lookups(period)).all()
            waits = _waits(connection, period)
        hours = [0] * HOURS
        for hour, _, _, count in arrivals:
            hours[int(hour)] += count
        gone = sum(count for _, count in removed)
        verdicts = [*((verdict, count) for _, verdict, _, count in arrivals), *removed]
        outcomes = [(*outcome.partition(":")[::2], count) for outcome, count in prints]
        return Statistics(
            period,
            visits=gone + sum(hours),
            removed=gone,
            hours=tuple(hours),
            waits=waits,
            verdicts=_summed(verdicts),
            trusts=_summed((trust, count) for _, _, trust, count in arrivals),
            prints=_summed((outcome, count) for outcome, _, count in outcomes),
            print_faults=_summed((reason, count) for _, reason, count in outcomes if reason),
            asked=sum(count for _, _, count in lookups),
            troubles=_summed((trouble, count) for answered, trouble, count in lookups if not answered),
        )


def _days(column: ColumnElement[date], period: Period) -> ColumnElement[bool]:
    return column.between(period.first, period.last)


def _kept(period: Period) -> ColumnElement[bool]:
    """Visits of days of which nothing was removed."""
    counted = select(day_statistics.c.business_day).where(_days(day_statistics.c.business_day, period))
    return _days(visit.c.business_day, period) & visit.c.business_day.not_in(counted)


def _arrivals(period: Period) -> Select[Any]:
    counted = select(_HOUR, visit.c.verdict, visit.c.trust, func.count()).where(_kept(period))
    return counted.group_by(_HOUR, visit.c.verdict, visit.c.trust)


def _removed(period: Period) -> Select[Any]:
    gone = select(day_statistics.c.verdict, func.sum(day_statistics.c.visits))
    return gone.where(_days(day_statistics.c.business_day, period)).group_by(day_statistics.c.verdict)


def _prints(period: Period) -> Select[Any]:
    """By the visits' days: the log has no index of its own by time, and visits lead to their rows."""
    counted = select(print_log.c.outcome, func.count()).join(visit, visit.c.visit_id == print_log.c.visit_id)
    return counted.where(_days(visit.c.business_day, period)).group_by(print_log.c.outcome)


def _lookups(period: Period) -> Select[Any]:
    first_ms, end_ms = (
        milliseconds(datetime.combine(day, time(), CLINIC_ZONE))
        for day in (period.first, period.last + timedelta(days=1))
    )
    # Both kinds are named: the index begins with which of them it is.
    asked = proof.c.answered.in_([True, False]) & (proof.c.checked_ms >= first_ms) & (proof.c.checked_ms < end_ms)
    counted = select(proof.c.answered, proof.c.trouble, func.count()).where(asked)
    return counted.group_by(proof.c.answered, proof.c.trouble)


def _waits(connection: Connection, period: Period) -> tuple[tuple[str, ServiceWait], ...]:
    """The n-th smallest of each service, counted by the database: no wait leaves it but the two."""
    waited = (queue_place.c.called_ms - queue_place.c.arrived_ms).label("waited_ms")
    called = (
        select(queue_place.c.service_code, waited)
        .where(_days(queue_place.c.business_day, period), queue_place.c.called_ms.is_not(None))
        .subquery()
    )
    service = called.c.service_code
    ranked = select(
        service,
        called.c.waited_ms,
        func.row_number().over(partition_by=service, order_by=called.c.waited_ms).label("place"),
        func.count().over(partition_by=service).label("called"),
    ).subquery()
    middle, ninth = ((ranked.c.called * percent + 99) // literal_column("100") for percent in (50, 90))
    wanted = select(ranked).where((ranked.c.place == middle) | (ranked.c.place == ninth))
    found: dict[str, list[tuple[int, int]]] = {}
    for code, waited_ms, _, count in connection.execute(wanted.order_by(ranked.c.place)):
        found.setdefault(code, []).append((int(waited_ms), int(count)))
    # Of one or two people both are the same row.
    waits = {
        code: ServiceWait(rows[0][1], *(max(0, round(ms / 1000)) for ms in (rows[0][0], rows[-1][0])))
        for code, rows in found.items()
    }
    return tuple(sorted(waits.items()))


def _summed(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Together by their key, most first."""
    sums: dict[str, int] = {}
    for key, count in counts:
        sums[key] = sums.get(key, 0) + int(count)
    return tuple(sorted(sums.items(), key=lambda one: (-one[1], one[0])))
