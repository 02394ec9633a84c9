"""The desk's own file: check-ins that the shared store has not seen yet, with numbers that nobody else gives."""

import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
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
from kiosk.checkin.journal import NextNumber, SqlJournal
from kiosk.checkin.record import CheckIn, CheckInRequest
from kiosk.checkin.records.kept import allowed, remove_visits
from kiosk.checkin.store.desk_tables import number_range
from kiosk.checkin.store.place import BESIDE, Place
from kiosk.checkin.store.private_file import destroy, failure_of, sync_folder
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import journal, print_log, ticket_counter, visit
from kiosk.failure import FailureCode, KioskError, RetriableError

MakeJournal = Callable[[Store, Clinic, NextNumber], SqlJournal]
OpenStore = Callable[[Path], Store]

_MERGED = ".merged"
_log = logging.getLogger(__name__)


class Spool:
    """One desk's file for the time away; safe to use from several threads, and by two programs of one desk.

    `prefix` (one capital) starts these tickets and no service's; `at_least` numbers are kept ready for a day.
    `open_store` opens the file as every other is, encrypted; `make_journal` makes the journal in it; `begin_anew` puts
    a damaged one aside: the desk must not stand still over a file that it needs for a while only.

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
        begin_anew: Callable[[Path], object],
    ) -> None:
        self._file, self._clock = file, clock
        self._desk, self._prefix, self._at_least = desk, prefix, at_least
        self._open_store, self._make_journal = open_store, make_journal
        self._clinic = _with_prefix(clinic, prefix)
        self._lock = RLock()
        self._store = self._opened(begin_anew)
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
    def check_in(self, request: CheckInRequest, visit_id: str = "") -> CheckIn:
        """Commits a check-in here, with the next of this desk's own numbers; `visit_id` as of `SqlJournal.check_in`.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: no number is left. Nothing was saved.
        """
        with self._lock:
            return self.journal.check_in(request, visit_id)

    @property
    def journal(self) -> SqlJournal:
        """The journal in this file."""
        with self._lock:
            if self._journal is None:
                self._journal = self._make_journal(self._store, self._clinic, _take_number)
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

    def visit_ids(self) -> frozenset[str]:
        """Which check-ins are here.

        Raises:
            KioskError: STORE_….
        """
        with self._lock, self._store.transaction(reading=True) as connection:
            return frozenset(connection.execute(select(visit.c.visit_id)).scalars())

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
    def renew(self, merged: int) -> None:
        """Begins an empty file once all `merged` visits are in the shared store: no copy of anybody stays behind.

        Numbers given today stay given. A kill in between leaves a file without numbers: the next ones are new. Where
        another program of this desk works with the file it stays as it is; the next round begins anew.

        Raises:
            KioskError: STORE_….
        """
        with self._lock:
            if self.waiting_to_be_merged() != merged:
                return
            spool_id, ranges, last = self._numbers()
            salt = self._salt()
            self.close()
            try:
                _put_away(Place(self._file))
            except RetriableError:
                _log.info("another program has the desk's own file open: it is begun anew later")
                self._store = self._open_store(self._file)
                return
            except OSError as error:
                self._store = self._open_store(self._file)
                raise failure_of(error) from None
            self._store = self._open_store(self._file)
            with self._store.transaction() as connection:
                connection.execute(update(journal).values(person_salt=salt))
                for each in ranges:
                    keep_range(connection, each, desk=self._desk, spool_id=spool_id, at=self._clock())
                if last:
                    _set_counter(connection, business_day(self._clock()), self._prefix, last)

    def forget(self, there: Mapping[str, int]) -> None:
        """Removes check-ins that are in the shared store now, where the file has to stay for others.

        `there`: each with how many rows of slips came along; one that has more by now stays until the next round.

        Raises:
            KioskError: STORE_….
        """
        if not there:
            return
        with self._lock:
            remove_merged(self._store, there)

    def close(self) -> None:
        """Closes the file; nothing works afterwards."""
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
        with self._store.transaction(reading=True) as connection:
            spool_id = connection.execute(select(number_range.c.spool_id).limit(1)).scalar_one_or_none() or ""
            return spool_id, ranges_of(connection), _counted(connection, today, self._prefix)

    def _opened(self, begin_anew: Callable[[Path], object]) -> Store:
        """The file, open; one that was put away and not yet removed when the program ended is removed."""
        try:
            with suppress(OSError):
                _remove_put_away(self._file)
            return self._open_store(self._file)
        except KioskError as error:
            if error.code is not FailureCode.STORE_CORRUPT:
                raise
            begin_anew(self._file)
            return self._open_store(self._file)


def remove_merged(spool: Store, there: Mapping[str, int]) -> None:
    """Removes them from a desk's file, but one whose slips are more than these; no copy of anybody stays behind.

    Raises:
        KioskError: STORE_….
    """
    with spool.transaction() as connection, allowed(connection):
        counted = select(print_log.c.visit_id, func.count()).group_by(print_log.c.visit_id)
        slips = {str(visit_id): count for visit_id, count in connection.execute(counted)}
        remove_visits(connection, [visit_id for visit_id, came in there.items() if slips.get(visit_id, 0) == came])
    spool.sweep()


def _take_number(connection: Connection, day: date, prefix: str) -> int:
    """The next of this file's own numbers; whoever asks is alone with the file until its transaction ends."""
    number = next_number(ranges_of(connection), _counted(connection, day, prefix))
    if number is None:
        raise KioskError(FailureCode.STORE_UNAVAILABLE, "no number is left for the time away")
    _set_counter(connection, day, prefix, number)
    return number


def _put_away(place: Place) -> None:
    """Removes the database with what is known beside it of its numbers: what goes on is written into the next one.

    It is renamed first: killed in the middle of overwriting it, the next start would find a damaged database.
    """
    with place.alone():
        for suffix in ("", *BESIDE):
            beside = place.file.with_name(place.file.name + suffix)
            if beside.exists():
                beside.replace(beside.with_name(beside.name + _MERGED))
        place.numbers.forget()
        sync_folder(place.file.parent)
        _remove_put_away(place.file)


def _remove_put_away(file: Path) -> None:
    for suffix in ("", *BESIDE):
        destroy(file.with_name(file.name + suffix + _MERGED))


def _counted(connection: Connection, day: date, prefix: str) -> int:
    """The day's last number; 0: none was given."""
    counted = select(ticket_counter.c.last).where(
        ticket_counter.c.business_day == day, ticket_counter.c.prefix == prefix
    )
    return int(connection.execute(counted).scalar_one_or_none() or 0)


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
