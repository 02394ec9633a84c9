"""Brings the check-ins of a desk's own file into the shared store: each once, however often it is tried."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import Act, noted_again
from kiosk.checkin.business_day import business_day
from kiosk.checkin.kept_visit import kept_check_in
from kiosk.checkin.printed_slips import REPRINT
from kiosk.checkin.queue.kept_place import place_of
from kiosk.checkin.record import CheckIn, PriorityClaim
from kiosk.checkin.records.searchable import keep_searchable
from kiosk.checkin.store.audit_tables import audit
from kiosk.checkin.store.desk_tables import merged_visit
from kiosk.checkin.store.errors import LostRace, RowRefused
from kiosk.checkin.store.metadata import metadata
from kiosk.checkin.store.queue_tables import queue_place
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import print_log, visit, visit_person
from kiosk.failure import KioskError
from kiosk.privacy import Personal

_log = logging.getLogger(__name__)

_OWN_ROWS = frozenset({"visit_person", "visit_name", "merged_visit", "queue_place", "queue_event"})
"""Tables of a visit that are not copied: their rows follow from what the shared store already has."""


@dataclass(frozen=True, slots=True)
class Queues:
    """What the merge tells the queues, in its transaction: `admit` lets a check-in wait, `withdraw` takes one out."""

    admit: Callable[[Connection, CheckIn], None]
    withdraw: Callable[[Connection, str], None]


class WhyRefused(StrEnum):
    """Why the shared store did not take a visit; its words are `store.refused.<value>`.

    NUMBER_TAKEN: another visit of that day has its number, as after a backup of the shared store was put back.
    ROW_REFUSED: a row of it breaks a rule of the database, which the detail names.
    """

    NUMBER_TAKEN = "number-taken"
    ROW_REFUSED = "row-refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A visit that stays in the desk's own file until somebody decides; `detail` names a constraint, never a value."""

    visit_id: str
    ticket: str
    business_day: date
    why: WhyRefused
    detail: str


@dataclass(frozen=True, slots=True)
class Merged:
    """How many came in, how many of these were of somebody who had a ticket there, which ones the store refused.

    `seen`: how many there were at all, with those that an earlier try had brought in. `there`: those that are in the
    shared store now, each with how many rows of its slips came along.
    """

    brought: int = 0
    doubled: int = 0
    refusals: tuple[Refusal, ...] = ()
    seen: int = 0
    there: Mapping[str, int] = field(default_factory=dict)


class NumberTaken(RowRefused):
    """Another visit has the number of this one."""

    def __init__(self) -> None:
        super().__init__("one_ticket_per_number")


@dataclass(frozen=True, slots=True, repr=False)
class _Visit(Personal):
    """All that the desk's own file has of one visit; its rows in the order in which they can be inserted."""

    visit_id: str
    rows: tuple[tuple[Table, dict[str, Any]], ...]
    persons: tuple[RowMapping, ...]
    claim: PriorityClaim | None
    acts: tuple[RowMapping, ...]


def away_id(visit_id: str) -> str:
    """The id of the check-in that a desk makes for itself after it asked the shared store for one of `visit_id`.

    The other way round too: where the line broke at the commit, the shared store has a visit that nobody heard of, and
    it is found by this even where nothing names the person. Each of the 32 hex digits is the other's complement.
    """
    return f"{int(visit_id, 16) ^ ((1 << 128) - 1):032x}"


def merge(
    spool: Store, shared: Store, *, desk: str, now: datetime, queues: Queues, trail: Audit,
    may_try: Callable[[str], bool] = lambda _: True,
) -> Merged:  # fmt: skip
    """Copies every visit of `spool` that `shared` does not have, oldest first, each in a transaction of its own.

    `trail` is the shared store's audit: what was done about a visit meanwhile stands there by who did it. `may_try`
    says which ones are tried now, by their id.

    Raises:
        KioskError: STORE_…, of either; what was copied stays.
    """
    brought = doubled = 0
    refusals: list[Refusal] = []
    there: dict[str, int] = {}
    with spool.transaction(reading=True) as own:
        ids = own.execute(select(visit.c.visit_id).order_by(visit.c.created_at, visit.c.number)).scalars().all()
    for visit_id in filter(may_try, ids):
        with spool.transaction(reading=True) as own:
            one = _read(own, visit_id)
        try:
            same_as = _brought(shared, one, desk=desk, now=now, queues=queues, trail=trail)
        except (LostRace, RowRefused) as error:
            # One that does not fit must not keep the others out; it stays here, and staff are told.
            refusals.append(_refusal(one, error))
            continue
        brought += same_as is not _KNOWN
        doubled += same_as not in (None, _KNOWN)
        there[visit_id] = sum(table is print_log for table, _ in one.rows)
    return Merged(brought, doubled, tuple(refusals), len(ids), there)


def bring_renumbered(
    spool: Store, shared: Store, visit_id: str, *, number: Callable[[Connection, date], tuple[str, int, str]],
    desk: str, now: datetime, queues: Queues, trail: Audit, by: str,
) -> str:  # fmt: skip
    """Brings in a visit whose number is another's, with one of the shared store's; gives its new ticket.

    `number` takes the prefix, number and ticket in the visit's transaction. `by` is the officer who tells the person.

    Raises:
        KioskError: STORE_…; it stays in the desk's own file.
    """
    with spool.transaction(reading=True) as own:
        one = _read(own, visit_id)
    old = _visit_row(one)
    with shared.transaction() as connection:
        prefix, new, ticket = number(connection, old["business_day"])
        row = old | {"prefix": prefix, "number": new, "ticket": ticket, "service": old["service"] | {"prefix": prefix}}
        rows = tuple((table, row if table is visit else values) for table, values in one.rows)
        _insert(connection, replace(one, rows=rows), desk=desk, now=now, queues=queues, trail=trail)
        trail.note(connection, Act.TURN_CHANGED, visit_id, by=by, before=old["ticket"], after=ticket)
    return ticket


def _visit_row(one: "_Visit") -> dict[str, Any]:
    return next(values for table, values in one.rows if table is visit)


def _refusal(one: "_Visit", error: KioskError) -> Refusal:
    row = _visit_row(one)
    why = WhyRefused.NUMBER_TAKEN if isinstance(error, NumberTaken) else WhyRefused.ROW_REFUSED
    return Refusal(one.visit_id, row["ticket"], row["business_day"], why, error.detail)


_KNOWN = "known"
"""An earlier try brought it in and was ended before it could be forgotten here."""


def _read(own: Connection, visit_id: str) -> _Visit:
    rows: list[tuple[Table, dict[str, Any]]] = []
    for table in metadata.sorted_tables:
        if "visit_id" in table.c and table.name not in _OWN_ROWS:
            found = own.execute(select(table).where(table.c.visit_id == visit_id)).mappings()
            # Counted ids are given anew.
            rows += [(table, {name: value for name, value in row.items() if name != "id"}) for row in found]
    persons = own.execute(select(visit_person).where(visit_person.c.visit_id == visit_id)).mappings().all()
    place = own.execute(select(queue_place).where(queue_place.c.visit_id == visit_id)).mappings().first()
    acts = own.execute(select(audit).where(audit.c.subject == visit_id).order_by(audit.c.seq)).mappings().all()
    return _Visit(visit_id, tuple(rows), tuple(persons), place_of(place).claim if place else None, tuple(acts))


def _brought(
    shared: Store, one: _Visit, *, desk: str, now: datetime, queues: Queues, trail: Audit
) -> str | None:  # fmt: skip
    """One visit, tried again where another desk went first."""
    with suppress(LostRace):
        return _bring(shared, one, desk=desk, now=now, queues=queues, trail=trail)
    return _bring(shared, one, desk=desk, now=now, queues=queues, trail=trail)


def _bring(
    shared: Store, one: _Visit, *, desk: str, now: datetime, queues: Queues, trail: Audit
) -> str | None:  # fmt: skip
    """One visit; the id of the one that the same person, day and service had before, None where there was none."""
    with shared.transaction() as connection:
        if connection.execute(select(visit.c.visit_id).where(visit.c.visit_id == one.visit_id)).first():
            _bring_later_slips(connection, one, trail, desk)
            return _KNOWN
        row = _visit_row(one)
        same_number = [visit.c[name] == row[name] for name in ("business_day", "prefix", "number")]
        if connection.execute(select(visit.c.visit_id).where(*same_number)).first():
            raise NumberTaken
        return _insert(connection, one, desk=desk, now=now, queues=queues, trail=trail)


def _insert(
    connection: Connection, one: _Visit, *, desk: str, now: datetime, queues: Queues, trail: Audit
) -> str | None:  # fmt: skip
    for table, values in one.rows:
        connection.execute(table.insert().values(values))
    known = [_claim(connection, person) for person in one.persons]
    same_as = next(filter(None, known), None) or _unheard(connection, one.visit_id)
    row = {"visit_id": one.visit_id, "desk": desk, "merged_at": now.isoformat(), "same_as": same_as}
    connection.execute(merged_visit.insert().values(row))
    check_in = _check_in(connection, one)
    keep_searchable(connection, check_in)
    if same_as is None or not _was_seen(connection, same_as):
        if same_as is not None:
            queues.withdraw(connection, same_as)
        if check_in.business_day == business_day(now):
            queues.admit(connection, check_in)
    # The audit comes last: whoever holds the end of its chain waits for nothing else.
    for act in one.acts:
        detail = noted_again(act["detail"])
        trail.note(connection, Act(act["happened"]), one.visit_id, act["reason"], by=act["actor"], **detail)
    trail.note(connection, Act.MERGED, one.visit_id, by=desk)
    return same_as


def _bring_later_slips(connection: Connection, one: _Visit, trail: Audit, desk: str) -> None:
    """What became of its slips after the try that brought it in: the desk still knew it as its own."""
    same = select(print_log.c.at, print_log.c.outcome).where(print_log.c.visit_id == one.visit_id)
    known = Counter((at, outcome) for at, outcome in connection.execute(same))
    own = [values for table, values in one.rows if table is print_log]
    for slip in own:
        if known[told := (slip["at"], slip["outcome"])]:
            known[told] -= 1
            continue
        connection.execute(print_log.insert().values(slip))
        if slip["outcome"] == REPRINT:
            by = next((act["actor"] for act in reversed(one.acts) if act["happened"] == Act.REPRINTED), desk)
            trail.note(connection, Act.REPRINTED, one.visit_id, by=by)


def _claim(connection: Connection, person: RowMapping) -> str | None:
    """Registers that this person has this visit; gives the one that they already have."""
    same = (
        select(visit_person.c.visit_id)
        .where(
            visit_person.c.person_key == person["person_key"],
            visit_person.c.business_day == person["business_day"],
            visit_person.c.service_code == person["service_code"],
        )
        .with_for_update()
    )
    if known := connection.execute(same).scalar_one_or_none():
        return str(known)
    connection.execute(visit_person.insert().values(dict(person)))
    return None


def _unheard(connection: Connection, visit_id: str) -> str | None:
    """What the shared store kept of the same check-in when the line broke at its commit."""
    kept = select(visit.c.visit_id).where(visit.c.visit_id == away_id(visit_id))
    return connection.execute(kept).scalar_one_or_none()


def _was_seen(connection: Connection, visit_id: str) -> bool:
    """Whether its number was ever told. One that was committed when the line broke was not: another one was."""
    told = select(print_log.c.id).where(print_log.c.visit_id == visit_id).limit(1)
    return connection.execute(told).first() is not None


def _check_in(connection: Connection, one: _Visit) -> CheckIn:
    row = connection.execute(select(visit).where(visit.c.visit_id == one.visit_id)).mappings().one()
    return replace(kept_check_in(connection, row, 0), claim=one.claim)
