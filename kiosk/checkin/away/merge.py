"""Brings the check-ins of a desk's own file into the shared store: each once, however often it is tried."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select
from sqlalchemy.exc import IntegrityError

from kiosk.checkin.kept_visit import kept_check_in
from kiosk.checkin.record import CheckIn
from kiosk.checkin.store.desk_tables import merged_visit
from kiosk.checkin.store.metadata import metadata
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import print_log, visit, visit_person
from kiosk.failure import KioskError

_log = logging.getLogger(__name__)

_OWN_ROWS = frozenset({"visit_person", "merged_visit", "queue_place", "queue_event"})
"""Tables of a visit that are not copied: their rows follow from what the shared store already has."""


@dataclass(frozen=True, slots=True)
class Queues:
    """What the merge tells the queues, in its transaction: `admit` lets a check-in wait, `withdraw` takes one out."""

    admit: Callable[[Connection, CheckIn], None]
    withdraw: Callable[[Connection, str], None]


@dataclass(frozen=True, slots=True)
class Merged:
    """How many came in, how many of these were of somebody who had a ticket there, how many the store refused."""

    brought: int = 0
    doubled: int = 0
    refused: int = 0


def merge(spool: Store, shared: Store, *, desk: str, now: datetime, queues: Queues) -> Merged:
    """Copies every visit of `spool` that `shared` does not have, oldest first, each in a transaction of its own.

    Raises:
        KioskError: STORE_…, of either; what was copied stays.
    """
    brought = doubled = refused = 0
    with spool.transaction(reading=True) as own:
        visits = own.execute(select(visit.c.visit_id).order_by(visit.c.created_at, visit.c.number)).scalars().all()
    for visit_id in visits:
        with spool.transaction(reading=True) as own:
            rows = list(_rows_of(own, visit_id))
            keys = own.execute(select(visit_person).where(visit_person.c.visit_id == visit_id)).mappings().all()
        try:
            same_as = _bring(shared, visit_id, rows, keys, desk=desk, now=now, queues=queues)
        except KioskError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            # One that does not fit must not keep the others out; it stays here, and staff are told.
            _log.error("a check-in made while the store was away does not fit into it")
            refused += 1
            continue
        brought += same_as is not _KNOWN
        doubled += same_as not in (None, _KNOWN)
    return Merged(brought, doubled, refused)


_KNOWN = "known"
"""An earlier try brought it in and was ended before it could be forgotten here."""


def _bring(
    shared: Store, visit_id: str, rows: list[tuple[Table, dict[str, Any]]], keys: Sequence[RowMapping], *,
    desk: str, now: datetime, queues: Queues,
) -> str | None:  # fmt: skip
    """One visit; the id of the one that the same person, day and service had before, None where there was none."""
    with shared.transaction() as connection:
        if connection.execute(select(visit.c.visit_id).where(visit.c.visit_id == visit_id)).first():
            return _KNOWN
        for table, values in rows:
            connection.execute(table.insert().values(values))
        same_as = None
        for key in keys:
            same_as = _claim(connection, key) or same_as
        connection.execute(
            merged_visit.insert().values(visit_id=visit_id, desk=desk, merged_at=now.isoformat(), same_as=same_as)
        )
        if same_as is None:
            queues.admit(connection, _check_in(connection, visit_id))
        elif not connection.execute(select(print_log.c.id).where(print_log.c.visit_id == same_as).limit(1)).first():
            # Its number was committed when the line broke, and nobody ever saw it: the one on paper counts.
            queues.withdraw(connection, same_as)
            queues.admit(connection, _check_in(connection, visit_id))
    return same_as


def _claim(connection: Connection, key: RowMapping) -> str | None:
    """Registers that this person has this visit; gives the one that they already have."""
    same = (
        select(visit_person.c.visit_id)
        .where(
            visit_person.c.person_key == key["person_key"],
            visit_person.c.business_day == key["business_day"],
            visit_person.c.service_code == key["service_code"],
        )
        .with_for_update()
    )
    if known := connection.execute(same).scalar_one_or_none():
        return str(known)
    connection.execute(visit_person.insert().values(dict(key)))
    return None


def _rows_of(own: Connection, visit_id: str) -> Iterator[tuple[Table, dict[str, Any]]]:
    """All that is kept of a visit, in the order in which it can be inserted; counted ids are given anew."""
    for table in metadata.sorted_tables:
        if "visit_id" not in table.c or table.name in _OWN_ROWS:
            continue
        for row in own.execute(select(table).where(table.c.visit_id == visit_id)).mappings():
            yield table, {name: value for name, value in row.items() if name != "id"}


def _check_in(connection: Connection, visit_id: str) -> CheckIn:
    row = connection.execute(select(visit).where(visit.c.visit_id == visit_id)).mappings().one()
    return kept_check_in(connection, row, 0)
