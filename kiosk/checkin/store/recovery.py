"""What can still be read out of a damaged file, and how its visits come back into the running database.

The damaged file is never changed. All its readable rows go into a file of their own first, encrypted like both of them;
then visit by visit into the running database, each with all that hangs on it or not at all, in transactions so short
that no check-in waits for them. Whatever is there already stays as it is, so it can be done again.
"""

import itertools
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Integer, Table
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.schema import CreateTable

from kiosk.checkin.records.searchable import folded_of, words_in
from kiosk.checkin.store.cipher import connect, key_literal
from kiosk.checkin.store.held_file import HeldFile
from kiosk.checkin.store.key_check import read_key_check
from kiosk.checkin.store.place import BESIDE, Place
from kiosk.checkin.store.private_file import make_private_file
from kiosk.checkin.store.raw_pages import RawPages
from kiosk.checkin.store.raw_rows import RawRows, RawTable, Row, described
from kiosk.checkin.store.schema import metadata
from kiosk.checkin.store.soundness import named_file_errors
from kiosk.checkin.store.sqlite import durable
from kiosk.checkin.store.tables import ticket_counter, visit
from kiosk.failure import FailureCode, KioskError

_BATCH = 200
_CACHE_KIB = 64 * 1024
"""The persons' digests come in no order: with SQLite's own two megabytes each would be read from the disk."""
_LEFT_OUT = frozenset(
    {"journal", "purge_pass", "ticket_counter", "number_gap", "audit", "audit_anchor", "audit_chain", "visit_word"}
)
"""Of the file itself, counted or made anew, or a chain of its own, which ends where the file ended."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Recovered:
    """What came of it, by table."""

    read: dict[str, int] = field(default_factory=dict)
    brought_back: dict[str, int] = field(default_factory=dict)
    lost_pages: int = 0
    refused: int = 0
    """Visits that the running database did not take: their number belongs to somebody else now."""


def recover(damaged: Path, running: Path, key: bytes | None) -> Recovered:
    """Reads a damaged file and brings back what the running database lacks; a kiosk may go on meanwhile.

    Raises:
        KioskError: STORE_CORRUPT: nothing in it can be read; KEY_WRONG, STORE_….
        RetriableError: STORE_LOCKED.
    """
    if not damaged.is_file():
        raise KioskError(FailureCode.STORE_UNAVAILABLE, f"{damaged.name}: no such file")
    held = HeldFile(running, key)
    salvage = held.place.state / f"salvage-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    try:
        with named_file_errors(key):
            done = read_out(damaged, salvage, key, _spare_first_page(held.place, damaged, key))
            with closing(durable(connect(running, key))) as connection:
                connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
                attach(connection, salvage, key)
                _merge(connection, done)
    finally:
        for suffix in (*BESIDE, ""):
            salvage.with_name(salvage.name + suffix).unlink(missing_ok=True)
        held.let_go()
    log.warning("recovered: %d pages lost, %d visits brought back", done.lost_pages, done.brought_back.get("visit", 0))
    return done


def read_out(
    damaged: Path, salvage: Path, key: bytes | None, spare_first_page: bytes, only: Iterable[str] = ()
) -> Recovered:
    """Puts every readable row into a new file without any rules; of `only` some tables what hangs on their roots.

    Raises:
        KioskError: STORE_CORRUPT: there is none.
        OSError, Error of the driver.
    """
    done = Recovered()
    wanted = frozenset(only)
    make_private_file(salvage)
    with closing(connect(salvage, key)) as connection, RawPages(damaged, key, spare_first_page) as pages:
        connection.execute("PRAGMA synchronous=OFF")  # it lives as long as this work
        connection.execute("BEGIN")
        rows = RawRows(pages, _known_tables())
        for table, group in itertools.groupby(rows.all(wanted), key=lambda found: found[0]):
            if table.name.startswith("sqlite_"):
                continue
            _make(connection, table)
            values = _whole(table, (row for _, row in group))
            marks = ", ".join("?" * (len(table.columns) + 1))
            names = ", ".join(f'"{name}"' for name in table.names)
            # What hangs on its root comes first and wins over what lies about on pages that are free.
            insert = f'INSERT OR IGNORE INTO "{table.name}" (its_rowid, {names}) VALUES ({marks})'  # noqa: S608
            connection.executemany(insert, values)
        for name in rows.tables:
            if _has(connection, name):
                done.read[name] = _count(connection, f'"{name}"')
        done.lost_pages = pages.lost
        connection.execute("COMMIT")
    if not any(done.read.values()) and not wanted:
        raise KioskError(FailureCode.STORE_CORRUPT, f"{damaged.name}: no row of it can be read")
    return done


def _spare_first_page(place: Place, damaged: Path, key: bytes | None) -> bytes:
    """From the box that was put aside with the damaged file, else from the one beside the running database."""
    if key is None:
        return b""
    for box in (aside_key_check(damaged), place.key_check):
        try:
            if (kept := read_key_check(box, key)) is not None:
                return kept.first_page
        except KioskError:
            continue
    return b""


def aside_key_check(aside: Path) -> Path:
    """Where the box of a file lies that was put aside."""
    return aside.with_name(f"{aside.name}-key-check")


def _known_tables() -> Mapping[str, RawTable]:
    dialect = sqlite_dialect.dialect()
    return {
        table.name: described(str(CreateTable(table).compile(dialect=dialect)), table.name)
        for table in metadata.sorted_tables
    }


def _make(connection: Any, table: RawTable) -> None:  # noqa: ANN401 - a driver's connection
    if _has(connection, table.name):
        return
    columns = ", ".join(f'"{name}"' for name in table.names)
    connection.execute(f'CREATE TABLE "{table.name}" (its_rowid INTEGER PRIMARY KEY, {columns})')
    if visit.c.visit_id.name in table.names:
        connection.execute(f'CREATE INDEX "visit_of_{table.name}" ON "{table.name}" (visit_id)')


def _whole(table: RawTable, rows: Iterable[Row]) -> Iterator[tuple[object, ...]]:
    """Rows with their numbers; columns that were added after one was written are NULL, a row's own number its id."""
    width = len(table.columns)
    known = metadata.tables.get(table.name)
    own = next(iter(known.primary_key)).name if known is not None and _is_row_number(known) else None
    place = table.names.index(own) if own in table.names else None
    for number, values in rows:
        filled = [number, *values[:width], *(None,) * (width - len(values))]
        if place is not None and filled[place + 1] is None:
            filled[place + 1] = number
        yield tuple(filled)


def _is_row_number(table: Table) -> bool:
    """Whether SQLite counts the key itself: of such rows another database has others with the same number."""
    keys = list(table.primary_key)
    return len(keys) == 1 and isinstance(keys[0].type, Integer) and not isinstance(keys[0].type, BigInteger)


def attach(connection: Any, salvage: Path, key: bytes | None) -> None:  # noqa: ANN401
    """Makes another database of the same key readable as `salvage`."""
    closed = f' KEY "{key_literal(key)}"' if key is not None else ""
    connection.execute(f"ATTACH DATABASE ? AS salvage{closed}", (str(salvage),))


def tables_apart() -> list[Table]:
    """The tables that belong to no visit: officers, rooms, what desks may do; small, and needed at once."""
    return [
        table
        for table in metadata.sorted_tables
        if table.name not in _LEFT_OUT and table is not visit and not table.foreign_keys
    ]


def copy_tables_apart(connection: Any, source: Path, key: bytes | None) -> dict[str, int]:  # noqa: ANN401
    """Adds to an open database what `source`, one of its kind, has in those tables; how many rows of each.

    Raises:
        Error of the driver.
    """
    done = Recovered()
    attach(connection, source, key)
    try:
        with _transaction(connection):
            for table in tables_apart():
                if _has(connection, table.name, "salvage"):
                    _copy(connection, table, done)
    finally:
        connection.execute("DETACH DATABASE salvage")
    return done.brought_back


def _merge(connection: Any, done: Recovered) -> None:  # noqa: ANN401
    there = {table.name for table in metadata.sorted_tables if _has(connection, table.name, "salvage")}
    for table in tables_apart():
        if table.name in there:
            with _transaction(connection):
                _copy(connection, table, done)
    if visit.name in there:
        of_visits = [t for t in metadata.sorted_tables if t.name in there and _visit_column(t) is not None]
        missing = _missing_visits(connection)
        for at in range(0, len(missing), _BATCH):
            with _transaction(connection):
                _bring_back(connection, missing[at : at + _BATCH], of_visits, done)
    with _transaction(connection):
        _lift_counters(connection)
        _account_for_gaps(connection)


def _bring_back(connection: Any, visit_ids: list[str], tables: list[Table], done: Recovered) -> None:  # noqa: ANN401
    before = done.brought_back.get(visit.name, 0)
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS back (visit_id TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM temp.back")
    connection.executemany("INSERT INTO temp.back VALUES (?)", [(one,) for one in visit_ids])
    _copy(connection, visit, done, where="s.visit_id IN (SELECT visit_id FROM temp.back)")
    done.refused += len(visit_ids) - (done.brought_back[visit.name] - before)
    for table in tables:
        column = _visit_column(table)
        _copy(connection, table, done, where=f's."{column}" IN (SELECT visit_id FROM temp.back)')  # noqa: S608
    _make_searchable(connection)


def _make_searchable(connection: Any) -> None:  # noqa: ANN401
    """Lets the visits be found again by their names' words, which are not read out but made anew."""
    unnamed = connection.execute(
        "SELECT visit_id, full_name, verdict, created_at, number, prefix FROM main.visit v WHERE visit_id IN "
        "(SELECT visit_id FROM temp.back) AND NOT EXISTS (SELECT 1 FROM visit_name n WHERE n.visit_id = v.visit_id)"
    ).fetchall()
    connection.executemany(
        "INSERT INTO main.visit_name (visit_id, folded, at_ms, number, prefix) VALUES (?, ?, ?, ?, ?)",
        [
            (visit_id, folded_of(name, verdict), _milliseconds(at), number, prefix)
            for visit_id, name, verdict, at, number, prefix in unnamed
        ],
    )
    named = connection.execute(
        "SELECT visit_no, at_ms, folded FROM main.visit_name WHERE visit_id IN (SELECT visit_id FROM temp.back)"
    ).fetchall()
    connection.executemany(
        "INSERT OR IGNORE INTO main.visit_word (word, at_ms, visit_no, folded) VALUES (?, ?, ?, ?)",
        [(word, at_ms, visit_no, folded) for visit_no, at_ms, folded in named for word in words_in(folded)],
    )


def _milliseconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp() * 1000)


def _copy(connection: Any, table: Table, done: Recovered, where: str = "1") -> None:  # noqa: ANN401
    """Adds the rows that are not there, and none that refers to what is not there."""
    there = {row[1] for row in connection.execute(f'PRAGMA salvage.table_info("{table.name}")')}
    names = [column.name for column in table.columns if column.name in there]
    if _is_row_number(table):
        names = [name for name in names if name not in {column.name for column in table.primary_key}]
        same = " AND ".join(f'm."{name}" IS s."{name}"' for name in names)
        where += f' AND NOT EXISTS (SELECT 1 FROM main."{table.name}" m WHERE {same})'  # noqa: S608
    for key in table.foreign_keys:
        name, parent = key.parent.name, key.column
        if name in names:
            known = f'SELECT 1 FROM main."{parent.table.name}" p WHERE p."{parent.name}" = s."{name}"'  # noqa: S608
            where += f' AND (s."{name}" IS NULL OR EXISTS ({known}))'
    chosen = ", ".join(f'"{name}"' for name in names)
    taken = ", ".join(f's."{name}"' for name in names)
    before = connection.total_changes
    connection.execute(
        f'INSERT OR IGNORE INTO main."{table.name}" ({chosen}) '  # noqa: S608 - the schema's own names
        f'SELECT {taken} FROM salvage."{table.name}" s WHERE {where}'
    )
    done.brought_back[table.name] = done.brought_back.get(table.name, 0) + connection.total_changes - before


def _visit_column(table: Table) -> str | None:
    """By which column a row belongs to a visit."""
    keys = [key.parent.name for key in table.foreign_keys if key.column is visit.c.visit_id]
    return "visit_id" if "visit_id" in keys else keys[0] if keys else None


def _missing_visits(connection: Any) -> list[str]:  # noqa: ANN401
    rows = connection.execute(
        "SELECT visit_id FROM salvage.visit s WHERE NOT EXISTS "
        "(SELECT 1 FROM main.visit m WHERE m.visit_id = s.visit_id) ORDER BY business_day, prefix, number"
    )
    return [row[0] for row in rows]


def _lift_counters(connection: Any) -> None:  # noqa: ANN401
    connection.execute(
        "INSERT INTO main.ticket_counter (business_day, prefix, last) "
        "SELECT business_day, prefix, max(number) FROM main.visit WHERE true GROUP BY business_day, prefix "
        "ON CONFLICT (business_day, prefix) DO UPDATE SET last = max(last, excluded.last)"
    )
    if _has(connection, ticket_counter.name, "salvage"):
        connection.execute(
            "INSERT INTO main.ticket_counter (business_day, prefix, last) "
            "SELECT business_day, prefix, last FROM salvage.ticket_counter "
            "WHERE business_day IS NOT NULL AND prefix IS NOT NULL AND typeof(last) = 'integer' "
            "ON CONFLICT (business_day, prefix) DO UPDATE SET last = max(last, excluded.last)"
        )


def _account_for_gaps(connection: Any) -> None:  # noqa: ANN401
    """Numbers below a counter that are still without a visit are noted as such."""
    noted_at = datetime.now(UTC).isoformat(timespec="seconds")
    torn = connection.execute(
        "SELECT c.business_day, c.prefix, c.last FROM ticket_counter c WHERE c.last != "
        "(SELECT count(*) FROM visit v WHERE v.business_day = c.business_day AND v.prefix = c.prefix)"
    ).fetchall()
    for day, prefix, last in torn:
        taken = {
            number
            for (number,) in connection.execute(
                "SELECT number FROM visit WHERE business_day = ? AND prefix = ?", (day, prefix)
            )
        }
        for first, end in connection.execute(
            "SELECT first, last FROM number_gap WHERE business_day = ? AND prefix = ?", (day, prefix)
        ).fetchall():
            taken.update(range(first, end + 1))
        for first, end in _runs(number for number in range(1, last + 1) if number not in taken):
            connection.execute(
                "INSERT INTO number_gap (business_day, prefix, first, last, noted_at) VALUES (?, ?, ?, ?, ?)",
                (day, prefix, first, end, noted_at),
            )


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """`1, 2, 3, 7` -> `(1, 3), (7, 7)`."""
    for _, group in itertools.groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        yield run[0], run[-1]


def _has(connection: Any, table: str, schema: str = "main") -> bool:  # noqa: ANN401
    found = connection.execute(f"SELECT count(*) FROM {schema}.sqlite_master WHERE name = ?", (table,)).fetchone()  # noqa: S608
    return bool(found[0])


def _count(connection: Any, table: str) -> int:  # noqa: ANN401
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


@contextmanager
def _transaction(connection: Any) -> Iterator[None]:  # noqa: ANN401
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
