"""What is kept of a visit: every table that speaks of one, what for, and what an erasure leaves of it.

A table that is not listed here is one that nobody thought about: a test finds it, and until then an erasure removes its
rows and an export shows them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, delete, or_, update

from kiosk.checkin.records.searchable import forget_searchable
from kiosk.checkin.store.metadata import metadata, purge_pass
from kiosk.checkin.store.tables import proof, visit, visit_decision


class Purpose(StrEnum):
    """What something is kept for; its words are `record.purpose.<value>`, its days a key of [retention]."""

    VISITS = "visits"
    PROOFS = "proofs"
    QUESTIONS = "questions"
    PRINT_LOG = "print-log"
    QUEUE_EVENTS = "queue-events"
    DUTY_LOG = "duty-log"
    AUDIT = "audit"


class OnErasure(StrEnum):
    """What becomes of a table's rows. EMPTIED: all but `stays` becomes empty. STAYS: they name nobody."""

    REMOVED = "removed"
    EMPTIED = "emptied"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Kept:
    """One table: why its rows are there, what an erasure does, and the columns that outlast it."""

    purpose: Purpose
    on_erasure: OnErasure
    stays: tuple[str, ...] = ()


_UNKNOWN = Kept(Purpose.VISITS, OnErasure.REMOVED)

KEPT: Mapping[str, Kept] = MappingProxyType({
    # The number that was called, on which day, for which service and with which result: numbers have no gaps.
    "visit": Kept(Purpose.VISITS, OnErasure.EMPTIED, (
        "visit_id", "business_day", "prefix", "number", "ticket", "service_code", "service", "trust", "verdict",
        "benefit_percent", "created_at", "answered_at",
    )),
    "visit_person": Kept(Purpose.VISITS, OnErasure.REMOVED),
    "visit_name": Kept(Purpose.VISITS, OnErasure.REMOVED),
    "visit_notice": Kept(Purpose.VISITS, OnErasure.STAYS),
    "first_decision": Kept(Purpose.VISITS, OnErasure.REMOVED),
    "visit_decision": Kept(Purpose.VISITS, OnErasure.REMOVED),
    "recheck": Kept(Purpose.VISITS, OnErasure.REMOVED),
    "merged_visit": Kept(Purpose.VISITS, OnErasure.STAYS),
    # That the insurance was asked, when and with which result: the clinic's evidence towards the fund.
    "proof": Kept(Purpose.PROOFS, OnErasure.EMPTIED, tuple(
        column.name for column in proof.c if column.name != "sealed_question"
    )),
    "print_log": Kept(Purpose.PRINT_LOG, OnErasure.STAYS),
    "queue_place": Kept(Purpose.QUEUE_EVENTS, OnErasure.REMOVED),
    "queue_event": Kept(Purpose.QUEUE_EVENTS, OnErasure.EMPTIED, (
        "id", "visit_id", "at_ms", "happened", "room_code", "by",
    )),
})  # fmt: skip


def tables_of_visits() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Every table that speaks of visits with the columns that name one, in an order in which rows can be removed."""
    for table in reversed(metadata.sorted_tables):
        if naming := [
            column for column in table.c if any(key.column is visit.c.visit_id for key in column.foreign_keys)
        ]:
            yield table, naming


@contextmanager
def allowed(connection: Connection) -> Iterator[None]:
    """Opens the guard of rows that are only ever added, for this transaction alone."""
    connection.execute(purge_pass.insert().values(id=1))
    yield
    connection.execute(delete(purge_pass))


def remove_visits(connection: Connection, visit_ids: Sequence[str]) -> None:
    """Removes visits and everything that speaks of them; the guard is open."""
    forget_searchable(connection, visit_ids)
    for table, naming in tables_of_visits():
        connection.execute(delete(table).where(or_(*(column.in_(visit_ids) for column in naming))))
    connection.execute(delete(visit).where(visit.c.visit_id.in_(visit_ids)))


def erase_visits(connection: Connection, visit_ids: Sequence[str]) -> None:
    """Takes the person out of visits; what is left is `KEPT`'s. The guard is open."""
    forget_searchable(connection, visit_ids)
    for table, naming in tables_of_visits():
        kept = KEPT.get(table.name, _UNKNOWN)
        ours = or_(*(column.in_(visit_ids) for column in naming))
        match kept.on_erasure:
            case OnErasure.REMOVED:
                connection.execute(delete(table).where(ours))
            case OnErasure.EMPTIED:
                connection.execute(update(table).where(ours).values(_emptied(table, kept)))
            case OnErasure.STAYS:
                pass
    ours = visit.c.visit_id.in_(visit_ids)
    connection.execute(update(visit).where(ours).values(_emptied(visit, KEPT["visit"])))


def remove_proofs(connection: Connection, proof_ids: Sequence[str]) -> None:
    """Removes proofs; a decision that rested on one stays. The guard is open."""
    rested = update(visit_decision).where(visit_decision.c.proof_id.in_(proof_ids))
    connection.execute(rested.values(proof_id=None))
    connection.execute(delete(proof).where(proof.c.proof_id.in_(proof_ids)))


def _emptied(table: Table, kept: Kept) -> dict[str, Any]:
    return {column.name: _empty(column) for column in table.c if column.name not in kept.stays}


def _empty(column: Column[Any]) -> Any:  # noqa: ANN401 - a value of the column's own type
    if column.name == "priority":
        return "none"
    if isinstance(column.type, JSON):
        return []
    return None if column.nullable else ""
