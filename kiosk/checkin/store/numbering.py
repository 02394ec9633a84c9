"""Whether each queue's numbers are all accounted for, and how a database catches up with what the hall knows."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from kiosk.checkin.store.gap_tables import number_gap
from kiosk.checkin.store.given_numbers import Given, Queue
from kiosk.checkin.store.tables import ticket_counter, visit

_QUEUE = (ticket_counter.c.business_day, ticket_counter.c.prefix)


def torn_queues(connection: Connection) -> list[Queue]:
    """Queues in which a number below the counter has neither a visit nor a gap that accounts for it."""
    same = (visit.c.business_day == ticket_counter.c.business_day) & (visit.c.prefix == ticket_counter.c.prefix)
    counted = (
        select(*_QUEUE, ticket_counter.c.last, func.coalesce(func.max(visit.c.number), 0), func.count(visit.c.visit_id))
        .outerjoin(visit, same)
        .group_by(*_QUEUE, ticket_counter.c.last)
        .having((func.coalesce(func.max(visit.c.number), 0) != ticket_counter.c.last)
                | (func.count(visit.c.visit_id) != ticket_counter.c.last))
    )  # fmt: skip
    found = connection.execute(counted).all()
    return [
        (day, prefix)
        for day, prefix, last, highest, visits in found
        if highest > last or visits + _missing_in_gaps(connection, day, prefix) != last
    ]


def queues_behind(connection: Connection, known: Mapping[Queue, Given], *, uncertain: bool) -> dict[Queue, int]:
    """Which counters know less than the record beside the file, and the number after which each has to go on.

    `uncertain`: the file may have lost transactions without a trace, so the mark counts also where no number that was
    noted is missing.
    """
    counters = {(day, prefix): last for day, prefix, last in connection.execute(select(ticket_counter))}
    return {
        queue: given.mark
        for queue, given in known.items()
        if given.mark > (last := counters.get(queue, 0)) and (uncertain or given.last > last)
    }


def go_on_after(connection: Connection, behind: Mapping[Queue, int], now: datetime) -> None:
    """Lifts counters over numbers that this database does not know, and keeps which ones these are."""
    for (day, prefix), mark in sorted(behind.items()):
        queue = (ticket_counter.c.business_day == day) & (ticket_counter.c.prefix == prefix)
        last = connection.execute(select(ticket_counter.c.last).where(queue)).scalar()
        if last is not None and last >= mark:
            continue  # another program did it a moment earlier
        if last is None:
            connection.execute(ticket_counter.insert().values(business_day=day, prefix=prefix, last=mark))
        else:
            connection.execute(ticket_counter.update().where(queue).values(last=mark))
        gap = {"business_day": day, "prefix": prefix, "first": (last or 0) + 1, "last": mark}
        connection.execute(number_gap.insert().values(**gap, noted_at=now.isoformat(timespec="seconds")))


def _missing_in_gaps(connection: Connection, day: date, prefix: str) -> int:
    queue = (number_gap.c.business_day == day) & (number_gap.c.prefix == prefix)
    missing = 0
    for first, last in connection.execute(select(number_gap.c.first, number_gap.c.last).where(queue)):
        inside = (
            select(func.count())
            .select_from(visit)
            .where(visit.c.business_day == day, visit.c.prefix == prefix, visit.c.number.between(first, last))
        )
        missing += last - first + 1 - int(connection.execute(inside).scalar_one())
    return missing
