"""Which ticket numbers were given, kept beside the database: a ticket called twice is a quarrel in the hall.

A damaged, lost or restored database may know less than the hall does. So beside its file stands a record of a few
lines that does not share its fate, and the next number comes after what both of them know.

Two kinds of lines: before a number leaves, it lies at or below a *mark* that is on the disk, one fsync for twenty
numbers; after its commit a number is noted as *given*, without waiting for the disk. A killed program loses neither. A
power cut may lose the notes but no mark: who begins a new database begins after the mark, at most twenty numbers on.
"""

import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.checkin.store.private_file import make_private_folder, replace_private

MARK_AHEAD = 20
_LARGEST = 1 << 20
_DAYS_KEPT = 2
_MARK, _GIVEN = "mark", "given"

Queue = tuple[date, str]
"""A business day and a queue's prefix."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the record knows of one queue: the last number that was given, and the mark that none has passed."""

    last: int = 0
    mark: int = 0


class GivenNumbers:
    """The record in one file, shared by every process that has the database open."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._marks: dict[Queue, int] = {}

    def reserve(self, day: date, prefix: str, number: int) -> None:
        """Puts the mark at or above `number`, on the disk; called inside the transaction that takes the number.

        Raises:
            OSError: the disk does not take it; the number may not be given.
        """
        if number <= self._marks.get((day, prefix), 0):
            return
        mark = number + MARK_AHEAD - 1
        if any(kept < day for kept, _ in self._marks) or self._is_large():
            self._forget_before(day)
        self._append(_line(_MARK, day, prefix, mark), durable=True)
        self._marks[day, prefix] = mark

    def gave(self, day: date, prefix: str, number: int) -> None:
        """Notes a number that was committed; never fails: the mark holds without it."""
        with suppress(OSError):
            self._append(_line(_GIVEN, day, prefix, number), durable=False)

    def read(self) -> Mapping[Queue, Given]:
        """What the record knows; lines that a power cut tore are left out.

        Raises:
            OSError: it is there and cannot be read.
        """
        known: dict[Queue, Given] = {}
        for line in self._lines():
            if (parsed := _parse(line)) is None:
                continue
            kind, day, prefix, number = parsed
            before = known.get((day, prefix), Given())
            last = max(before.last, number if kind == _GIVEN else 0)
            known[day, prefix] = Given(last, max(before.mark, number))
        return known

    def forget(self) -> None:
        """Drops all of it, together with the database: whoever does that writes what was given into the next one.

        Raises:
            OSError: the disk does not do it.
        """
        self._file.unlink(missing_ok=True)
        self._marks.clear()

    def _lines(self) -> list[str]:
        try:
            return self._file.read_bytes()[-_LARGEST:].decode("ascii", "replace").splitlines()
        except FileNotFoundError:
            return []

    def _append(self, line: str, *, durable: bool) -> None:
        handle = self._opened()
        try:
            # One write each, and a line's own break before it: a torn line spoils no other.
            os.write(handle, f"\n{line}\n".encode("ascii"))
            if durable:
                os.fsync(handle)
        finally:
            os.close(handle)

    def _opened(self) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        try:
            return os.open(self._file, flags, 0o600)
        except FileNotFoundError:
            make_private_folder(self._file.parent)
            return os.open(self._file, flags, 0o600)

    def _is_large(self) -> bool:
        try:
            return self._file.stat().st_size > _LARGEST // 2
        except OSError:
            return False

    def _forget_before(self, day: date) -> None:
        """Drops days that are over; the writer's lock of the database is held, so no mark comes in between."""
        known = self.read()
        kept = sorted({one for one, _ in known} | {day})[-_DAYS_KEPT:]
        lines = []
        for (one, prefix), given in known.items():
            if one in kept:
                lines += [_line(_MARK, one, prefix, given.mark), _line(_GIVEN, one, prefix, given.last)]
        replace_private(self._file, "".join(f"{line}\n" for line in lines).encode("ascii"))
        self._marks = {queue: mark for queue, mark in self._marks.items() if queue[0] in kept}


def _line(kind: str, day: date, prefix: str, number: int) -> str:
    body = f"{kind} {day.isoformat()} {prefix.encode().hex()} {number}"
    return f"{body} {zlib.crc32(body.encode('ascii')):08x}"


def _parse(line: str) -> tuple[str, date, str, int] | None:
    body, _, check = line.rpartition(" ")
    if check != f"{zlib.crc32(body.encode('utf-8', 'replace')):08x}":
        return None
    try:
        kind, day, prefix, number = body.split(" ")
        return kind, date.fromisoformat(day), bytes.fromhex(prefix).decode(), int(number)
    except ValueError:
        return None
