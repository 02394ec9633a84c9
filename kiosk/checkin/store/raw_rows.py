"""Rows out of a database's pages without SQLite, which gives up a whole table for one page.

Each table is walked down from its root; of a page that is lost only what hangs on it is missing. Then every leaf that
no walk came to is opened too: its rows go to the one table that they fit [SQLite file format §1.5, §2.1].
"""

import re
import sqlite3
import struct
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from kiosk.checkin.store.cipher import PAGE_BYTES
from kiosk.checkin.store.raw_pages import RawPages

Value = None | int | float | str | bytes
Row = tuple[int, tuple[Value, ...]]
"""A row's number and its values, in the order of the table's columns."""

_INTERIOR, _LEAF = 0x05, 0x0D
_DATABASE_HEADER_BYTES = 100
_RESERVED_AT = 20
_DEEPEST = 20
_LARGEST_RECORD = 1 << 24
_FIXED = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
_SCHEMA_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as its own file describes it: columns with their declared types, and where its tree begins (0: lost)."""

    name: str
    columns: tuple[tuple[str, str, bool], ...]
    """Name, declared type, and whether it must have a value."""
    root: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(name for name, _, _ in self.columns)


def described(statement: str, name: str, root: int = 0) -> RawTable:
    """A table by its CREATE statement.

    Raises:
        sqlite3.Error: that is none.
    """
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(statement)
        columns = memory.execute(f'PRAGMA table_info("{name}")').fetchall()
    return RawTable(name, tuple((str(row[1]), str(row[2]).upper(), bool(row[3])) for row in columns), root)


class RawRows:
    """All rows that can be read; `known` are the tables that should be there, for a file that lost their list."""

    def __init__(self, pages: RawPages, known: Mapping[str, RawTable]) -> None:
        self._pages = pages
        self._seen: set[int] = set()
        first = pages.content(1)
        self._usable = PAGE_BYTES - (first[_RESERVED_AT] if first else 0)
        self.tables = {**known, **self._listed()}

    def all(self, only: Collection[str] = ()) -> Iterator[tuple[RawTable, Row]]:
        """Every row with its table, those that hang on their roots first; of `only` some tables nothing but these."""
        for table in self.tables.values():
            if table.root and (not only or table.name in only):
                for row in self._below(table.root):
                    yield table, row
        if only:
            return
        for number in range(2, self._pages.last + 1):
            if number not in self._seen:
                yield from self._stray(number)

    def _listed(self) -> dict[str, RawTable]:
        found: dict[str, RawTable] = {}
        for _, values in self._below(1):
            if len(values) != _SCHEMA_COLUMNS:
                continue
            kind, name, _, root, statement = values
            if kind == "table" and isinstance(name, str) and isinstance(root, int) and isinstance(statement, str):
                try:
                    found[name] = described(statement, name, root)
                except sqlite3.Error:
                    continue
        return found

    def _below(self, root: int) -> Iterator[Row]:
        below = [(root, 0)]
        while below:
            number, depth = below.pop()
            if number in self._seen or not 1 <= number <= self._pages.last or depth > _DEEPEST:
                continue
            self._seen.add(number)
            if (content := self._pages.content(number)) is None:
                continue
            start = _DATABASE_HEADER_BYTES if number == 1 else 0
            if content[start] == _LEAF:
                yield from self._leaf(content, start)
            elif content[start] == _INTERIOR:
                below.extend((child, depth + 1) for child in reversed(self._children(content, start)))

    def _children(self, content: bytes, start: int) -> list[int]:
        cells = int.from_bytes(content[start + 3 : start + 5], "big")
        pointers = content[start + 12 : start + 12 + 2 * cells]
        places = [int.from_bytes(pointers[at : at + 2], "big") for at in range(0, len(pointers), 2)]
        children = [int.from_bytes(content[place : place + 4], "big") for place in places]
        return [*children, int.from_bytes(content[start + 8 : start + 12], "big")]

    def _leaf(self, content: bytes, start: int) -> Iterator[Row]:
        cells = int.from_bytes(content[start + 3 : start + 5], "big")
        pointers = content[start + 8 : start + 8 + 2 * cells]
        for at in range(0, len(pointers) - 1, 2):
            place = int.from_bytes(pointers[at : at + 2], "big")
            try:
                yield self._cell(content, place)
            except (IndexError, ValueError, struct.error):
                continue  # one row that makes no sense

    def _cell(self, content: bytes, place: int) -> Row:
        size, place = _varint(content, place)
        number, place = _varint(content, place)
        if size > _LARGEST_RECORD:
            raise ValueError("too large")
        largest = self._usable - 35
        if size <= largest:
            return _signed(number), _values(content[place : place + size])
        smallest = (self._usable - 12) * 32 // 255 - 23
        local = smallest + (size - smallest) % (self._usable - 4)
        local = local if local <= largest else smallest
        record = content[place : place + local]
        following = int.from_bytes(content[place + local : place + local + 4], "big")
        while following and len(record) < size:
            overflow = self._pages.content(following) if following <= self._pages.last else None
            if overflow is None:
                raise ValueError("its rest is lost")
            self._seen.add(following)
            record += overflow[4 : self._usable]
            following = int.from_bytes(overflow[:4], "big")
        return _signed(number), _values(record[:size])

    def _stray(self, number: int) -> Iterator[tuple[RawTable, Row]]:
        content = self._pages.content(number)
        if content is None or content[0] != _LEAF:
            return
        for row in self._leaf(content, 0):
            fitting = [table for table in self.tables.values() if _fits(table, row[1])]
            if len(fitting) == 1:
                yield fitting[0], row


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """Seven bits a byte, the ninth byte with all eight [SQLite file format §1.6]."""
    value = 0
    for at in range(8):
        byte = content[place + at]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + at + 1
    return value << 8 | content[place + 8], place + 9


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= 1 << 63 else number


def _values(record: bytes) -> tuple[Value, ...]:
    header, place = _varint(record, 0)
    kinds = []
    while place < header:
        kind, place = _varint(record, place)
        kinds.append(kind)
    values: list[Value] = []
    at = header
    for kind in kinds:
        size = _FIXED.get(kind, (kind - 12) // 2)
        if kind in {10, 11} or at + size > len(record):
            raise ValueError("no record")
        values.append(_value(kind, record[at : at + size]))
        at += size
    return tuple(values)


def _value(kind: int, content: bytes) -> Value:
    match kind:
        case 0:
            return None
        case 7:
            return float(struct.unpack(">d", content)[0])
        case 8 | 9:
            return kind - 8
        case _ if kind < 7:
            return int.from_bytes(content, "big", signed=True)
        case _:
            return content.decode("utf-8") if kind % 2 else content


_SHAPES = (
    (re.compile(r"(visit|proof|officer)_id|same_as"), re.compile(r"[0-9a-f]{32}")),
    (re.compile(r"person_key|.*digest"), re.compile(r"[0-9a-f]{64}|")),
    (re.compile(r"business_day|valid_(from|to)"), re.compile(r"\d{4}-\d\d-\d\d")),
    (re.compile(r"at|.*_at"), re.compile(r"\d{4}-\d\d-\d\d[T ].*")),
)
"""What columns of these names hold, by which rows of equally many columns are told apart."""


def _fits(table: RawTable, values: tuple[Value, ...]) -> bool:
    if len(values) != len(table.columns):
        return False
    for (name, declared, needed), value in zip(table.columns, values, strict=True):
        is_row_number = declared == "INTEGER" and value is None
        if needed and value is None and not is_row_number:
            return False
        if value is None:
            continue
        wanted: type | tuple[type, ...] = str
        if "INT" in declared or declared == "BOOLEAN":
            wanted = int
        elif declared == "BLOB":
            wanted = bytes
        if not isinstance(value, wanted):
            return False
        if isinstance(value, str):
            for named, shape in _SHAPES:
                if named.fullmatch(name) and not shape.fullmatch(value):
                    return False
    return True
