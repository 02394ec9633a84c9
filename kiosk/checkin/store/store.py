"""The open database, shared by all that keep something: the journal, the queues, the officers, the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from kiosk.checkin.store import sqlite
from kiosk.checkin.store.errors import UnansweredCommit, named_errors
from kiosk.checkin.store.schema import bring_up_to_date, is_up_to_date
from kiosk.failure import FailureCode, KioskError


class Store:
    """One database, open; safe to use from several threads at once, and by several processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

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

    def close(self) -> None:
        """Closes every connection; the store is of no use afterwards."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """The open store, closed when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()


def open_store(url: str, password: str = "") -> Store:
    """The database at this address, sound and with today's tables.

    `sqlite:////var/lib/kiosk/kiosk.db` or `postgresql://user@host/database`; `password` is for a server whose URL has
    none.

    Raises:
        KioskError: SETTINGS_INVALID (the URL), STORE_… (it cannot be opened, is damaged or is newer than this program).
        RetriableError: STORE_UNAVAILABLE: the server is not there.
    """
    store = Store(_engine_of(url, password))
    try:
        store.check_integrity()
        with store.transaction(reading=True) as connection:
            ready = is_up_to_date(connection)
        if not ready:
            with _patient(store, url, password) as patient, patient.transaction() as connection:
                bring_up_to_date(connection)
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
def _patient(store: Store, url: str, password: str) -> Iterator[Store]:
    """The same database without the time limits of a desk, for changes of its tables."""
    if store.database == "sqlite":
        yield store
        return
    from kiosk.checkin.store import postgres

    with Store(postgres.engine_of(make_url(url), password, postgres.MIGRATING)) as patient:
        yield patient


def _engine_of(url: str, password: str) -> Engine:
    try:
        parsed = make_url(url)
        match parsed.get_backend_name():
            case "sqlite":
                return sqlite.engine_of(parsed)
            case "postgresql":
                # Imported here: a kiosk with its own file starts quicker without a server's driver.
                from kiosk.checkin.store import postgres

                return postgres.engine_of(parsed, password)
            case other:
                raise KioskError(FailureCode.SETTINGS_INVALID, f"store.url: sqlite or postgresql, not {other}")
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"store.url: {type(error).__name__}") from None
