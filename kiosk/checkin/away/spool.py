"""The desk's own file: check-ins that the shared store has not seen yet, with numbers that nobody else gives."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from threading import RLock

from sqlalchemy import Connection, func, insert, select, update

from kiosk.checkin.away.number_range import (
    NumberRange,
    keep_range,
    next_number,
    numbers_left,
    ranges_of,
    take_range,
)
from kiosk.checkin.business_day import business_day
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckIn, CheckInRequest
from kiosk.checkin.store.desk_tables import number_range
from kiosk.checkin.store.place import BESIDE, Place
from kiosk.checkin.store.private_file import destroy
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import journal, ticket_counter, visit
from kiosk.failure import FailureCode, KioskError

MakeJournal = Callable[[Store, Clinic], SqlJournal]
OpenStore = Callable[[Path], Store]


class Spool:
    """One desk's file for the time away; safe to use from several threads of one program.

    `prefix` (one capital) starts these tickets and no service's; `at_least` numbers are kept ready for a day.
    `open_store` opens the file as every other is, encrypted; `make_journal` makes the journal in it.

    Raises:
        KioskError: STORE_…, of the desk's own disk.
    """

    def __init__(
        self,
        file: Path,
        clinic: Clinic,
        clock: Callable[[], datetime],
        *,
        desk: str,
        prefix: str,
        at_least: int,
        open_store: OpenStore,
        make_journal: MakeJournal,
    ) -> None:
        self._file, self._clock = file, clock
        self._desk, self._prefix, self._at_least = desk, prefix, at_least
        self._open_store, self._make_journal = open_store, make_journal
        self._clinic = _with_prefix(clinic, prefix)
        self._lock = RLock()
        self._store = open_store(file)
        self._journal: SqlJournal | None = None

    # -- while the shared store is there ------------------------------------------------------------------------------
    def prepare(self, shared: Store) -> None:
        """Takes over how the shared store knows persons, and numbers where too few are left for today.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: the file still holds check-ins of another shared store.
        """
        with self._lock:
            self._adopt(shared)
            spool_id, ranges, last = self._numbers()
            spool_id, now = spool_id or secrets.token_hex(16), self._clock()
            # More than one range where a file was lost: its numbers of today may have been higher than the next ones.
            while numbers_left(ranges, last) * 2 < self._at_least:
                taken = take_range(shared, desk=self._desk, spool_id=spool_id, size=self._at_least, at=now)
                with self._store.transaction() as connection:
                    keep_range(connection, taken, desk=self._desk, spool_id=spool_id, at=now)
                ranges = (*ranges, taken)

    # -- while it is away ---------------------------------------------------------------------------------------------
    def check_in(self, request: CheckInRequest) -> CheckIn:
        """Commits a check-in here, with the next of this desk's own numbers.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: no number is left. Nothing was saved.
        """
        with self._lock:
            _, ranges, last = self._numbers()
            number = next_number(ranges, last)
            if number is None:
                raise KioskError(FailureCode.STORE_UNAVAILABLE, "no number is left for the time away")
            if number != last + 1:
                self._begin_range(number)
            return self.journal.check_in(request)

    @property
    def journal(self) -> SqlJournal:
        """The journal in this file."""
        with self._lock:
            if self._journal is None:
                self._journal = self._make_journal(self._store, self._clinic)
            return self._journal

    @property
    def store(self) -> Store:
        """The file's database, until `renew`."""
        return self._store

    @property
    def lock(self) -> RLock:
        """Held by whoever must not be disturbed: nothing is checked in here meanwhile."""
        return self._lock

    def holds(self, visit_id: str) -> bool:
        """Whether this check-in is here and not yet in the shared store.

        Raises:
            KioskError: STORE_….
        """
        with self._lock, self._store.transaction(reading=True) as connection:
            same = select(visit.c.visit_id).where(visit.c.visit_id == visit_id)
            return connection.execute(same).first() is not None

    def waiting_to_be_merged(self) -> int:
        """How many check-ins are here.

        Raises:
            KioskError: STORE_….
        """
        with self._lock, self._store.transaction(reading=True) as connection:
            return int(connection.execute(select(func.count()).select_from(visit)).scalar_one())

    def numbers_left(self) -> int:
        """How many numbers may still be given today.

        Raises:
            KioskError: STORE_….
        """
        with self._lock:
            _, ranges, last = self._numbers()
            return numbers_left(ranges, last)

    # -- afterwards ---------------------------------------------------------------------------------------------------
    def renew(self) -> None:
        """Begins an empty file once everything here is in the shared store: no copy of anybody stays behind.

        Numbers given today stay given. A kill in between leaves a file without numbers: the next ones are new.

        Raises:
            KioskError: STORE_….
        """
        with self._lock:
            spool_id, ranges, last = self._numbers()
            salt = self._salt()
            self.close()
            _destroy(Place(self._file))
            self._store = self._open_store(self._file)
            with self._store.transaction() as connection:
                connection.execute(update(journal).values(person_salt=salt))
                for each in ranges:
                    keep_range(connection, each, desk=self._desk, spool_id=spool_id, at=self._clock())
                if last:
                    _set_counter(connection, business_day(self._clock()), self._prefix, last)

    def close(self) -> None:
        """Closes the file; nothing works afterwards but `renew`."""
        with self._lock:
            self._journal = None
            self._store.close()

    def _adopt(self, shared: Store) -> None:
        with shared.transaction(reading=True) as connection:
            salt = bytes(connection.execute(select(journal.c.person_salt)).scalar_one())
        if salt == self._salt():
            return
        if self.waiting_to_be_merged():
            raise KioskError(FailureCode.STORE_UNAVAILABLE, f"{self._file.name} holds check-ins of another store")
        with self._store.transaction() as connection:
            # Ranges of another store are nobody's here.
            connection.execute(number_range.delete())
            connection.execute(update(journal).values(person_salt=salt))
        self._journal = None

    def _salt(self) -> bytes:
        with self._store.transaction(reading=True) as connection:
            return bytes(connection.execute(select(journal.c.person_salt)).scalar_one())

    def _numbers(self) -> tuple[str, tuple[NumberRange, ...], int]:
        """This file's id (empty: it has no numbers yet), its ranges, and the last number given today (0: none)."""
        today = business_day(self._clock())
        counted = select(ticket_counter.c.last).where(
            ticket_counter.c.business_day == today, ticket_counter.c.prefix == self._prefix
        )
        with self._store.transaction(reading=True) as connection:
            spool_id = connection.execute(select(number_range.c.spool_id).limit(1)).scalar_one_or_none() or ""
            last = int(connection.execute(counted).scalar_one_or_none() or 0)
            return spool_id, ranges_of(connection, spool_id), last

    def _begin_range(self, number: int) -> None:
        """The day's first number, or the first of the next range: the counter jumps to just before it."""
        with self._store.transaction() as connection:
            _set_counter(connection, business_day(self._clock()), self._prefix, number - 1)


def _destroy(place: Place) -> None:
    """Removes the database with what is known beside it of its numbers: what goes on is written into the next one."""
    with place.alone():
        for suffix in ("", *BESIDE):
            destroy(place.file.with_name(place.file.name + suffix))
        place.numbers.forget()


def _set_counter(connection: Connection, day: date, prefix: str, last: int) -> None:
    same = (ticket_counter.c.business_day == day) & (ticket_counter.c.prefix == prefix)
    if not connection.execute(update(ticket_counter).where(same).values(last=last)).rowcount:
        connection.execute(insert(ticket_counter).values(business_day=day, prefix=prefix, last=last))


def _with_prefix(clinic: Clinic, prefix: str) -> Clinic:
    """The clinic whose every queue gives tickets of this prefix."""
    return replace(
        clinic,
        services=tuple(replace(service, prefix=prefix) for service in clinic.services),
        desk=replace(clinic.desk, prefix=prefix),
    )
