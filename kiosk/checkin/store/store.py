"""The open database, shared by all that keep something: the journal, the queues, the officers, the audit."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from kiosk.checkin.store import sqlite
from kiosk.checkin.store.errors import UnansweredCommit, named_errors
from kiosk.checkin.store.held_file import HeldFile
from kiosk.checkin.store.private_file import failure_of
from kiosk.checkin.store.schema import bring_up_to_date, is_up_to_date
from kiosk.failure import FailureCode, KioskError


class Store:
    """One database, open; safe to use from several threads at once, and by several processes."""

    def __init__(self, engine: Engine, held: HeldFile | None = None) -> None:
        self._engine = engine
        self._held = held
        if held is not None:
            held.watch(engine)

    @property
    def database(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextmanager
    def transaction(self, *, reading: bool = False) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it breaks. `reading` takes no lock.

        Raises:
            KioskError, RetriableError: as `named_errors`; nothing was saved.
            UnansweredCommit: a server's connection went while it committed: it may be saved or not.
        """
        with named_errors(), self._begun(reading=reading) as connection:
            yield connection
            try:
                connection.commit()
            except DBAPIError as error:
                # A reading that was not ended is none the worse; a file's commit is always answered.
                if error.connection_invalidated and not reading:
                    raise UnansweredCommit from error
                raise

    def _begun(self, *, reading: bool) -> Connection:
        """A connection with a transaction begun; one that died in the pool is replaced, for nothing was sent on it."""
        try:
            return _begin(self._engine, reading=reading)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return _begin(self._engine, reading=reading)

    def check_integrity(self) -> None:
        """Reads a file through, as after a power cut; a server looks after its own.

        Raises:
            KioskError: STORE_CORRUPT, or another STORE_….
        """
        if self.database == "sqlite":
            with self.transaction(reading=True) as connection:
                sqlite.check_integrity(connection)

    def server_time(self) -> datetime | None:
        """What the server says that it is now, with its zone; None: a file has no clock of its own.

        Raises:
            KioskError: STORE_….
        """
        with self.transaction(reading=True) as connection:
            if self.database == "sqlite":
                connection.execute(select(1))
                return None
            moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            return moment

    def reserve(self, day: date, prefix: str, number: int) -> None:
        """Before a number is committed: a damaged file may forget it, what stands beside the file does not.

        Raises:
            KioskError: STORE_FULL, STORE_UNAVAILABLE; the number may not be given.
        """
        if self._held is not None:
            try:
                self._held.place.numbers.reserve(day, prefix, number)
            except OSError as error:
                raise failure_of(error) from None

    def gave(self, day: date, prefix: str, number: int) -> None:
        """After a number was committed."""
        if self._held is not None:
            self._held.place.numbers.gave(day, prefix, number)

    def sweep(self, tables: Iterable[str] = ()) -> bool:
        """After something was removed: takes it out of the file's log, or out of a server's `tables`, too.

        False: another program was reading meanwhile; the next sweep gets it, or the last one that closes the file.

        Raises:
            KioskError: STORE_….
        """
        with named_errors(), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            if self.database == "sqlite":
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                return not busy
            driver: Any = connection.driver_connection
            driver.autocommit = True  # VACUUM stands outside every transaction
            try:
                for table in tables:
                    cursor.execute(f'VACUUM "{table}"')
            finally:
                driver.autocommit = False
            return True

    def close(self) -> None:
        """Closes every connection; the store is of no use afterwards."""
        self._engine.dispose()
        if self._held is not None:
            self._held.let_go()

    def __enter__(self) -> Self:
        """The open store, closed when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()


def open_store(
    url: str, password: str = "", key: bytes | None = None, *, cache_kib: int = sqlite.SEARCHED_KIB
) -> Store:
    """The database at this address, sound and with today's tables.

    `sqlite:////var/lib/kiosk/kiosk.db` or `postgresql://user@host/database`; `password` is for a server whose URL has
    none, `key` (32 bytes) encrypts a file, also one that was not yet; `cache_kib` is what each connection keeps of it
    in memory.

    Raises:
        KioskError: SETTINGS_INVALID (the URL), KEY_WRONG (of the file), STORE_… (it cannot be opened, is damaged or is
            newer than this program).
        RetriableError: STORE_UNAVAILABLE: the server is not there; STORE_LOCKED: the file is being replaced.
    """
    parsed = _parsed(url)
    held = HeldFile(sqlite.file_of(parsed), key) if parsed.get_backend_name() == "sqlite" else None
    try:
        store = Store(_engine_of(parsed, password, key, cache_kib), held)
    except BaseException:
        if held is not None:
            held.let_go()
        raise
    try:
        with store.transaction(reading=True) as connection:
            ready = is_up_to_date(connection)
        if not ready:
            with _patient(store, parsed, password) as patient, patient.transaction() as connection:
                bring_up_to_date(connection)
        if held is not None:
            held.settle(store.transaction)
    except BaseException:
        store.close()
        raise
    return store


def _begin(engine: Engine, *, reading: bool) -> Connection:
    connection = engine.connect().execution_options(reading=reading)
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _patient(store: Store, url: URL, password: str) -> Iterator[Store]:
    """The same database without the time limits of a desk, for changes of its tables."""
    if store.database == "sqlite":
        yield store
        return
    from kiosk.checkin.store import postgres

    with Store(postgres.engine_of(url, password, postgres.MIGRATING)) as patient:
        yield patient


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise _invalid(type(error).__name__) from None


def _engine_of(url: URL, password: str, key: bytes | None, cache_kib: int) -> Engine:
    try:
        match url.get_backend_name():
            case "sqlite":
                return sqlite.engine_of(url, key, cache_kib=cache_kib)
            case "postgresql":
                # Imported here: a kiosk with its own file starts quicker without a server's driver.
                from kiosk.checkin.store import postgres

                return postgres.engine_of(url, password)
            case other:
                raise _invalid(f"sqlite or postgresql, not {other}")
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise _invalid(type(error).__name__) from None


def _invalid(detail: str) -> KioskError:
    return KioskError(FailureCode.SETTINGS_INVALID, f"store.url: {detail}")
