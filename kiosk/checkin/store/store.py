"""The open database, shared by all that keep something: the journal, the queues, the officers, the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from kiosk.checkin.store import postgres, sqlite
from kiosk.checkin.store.errors import named_errors
from kiosk.checkin.store.schema import bring_up_to_date
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
            KioskError, RetriableError: as `named_errors`.
        """
        with named_errors(), self._engine.connect() as connection:
            connection = connection.execution_options(reading=reading)
            connection.begin()
            yield connection
            connection.commit()

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


def open_store(url: str) -> Store:
    """The database at this address, sound and with today's tables: `sqlite:////var/lib/kiosk/kiosk.db` is SQLAlchemy's.

    Raises:
        KioskError: SETTINGS_INVALID (the URL), STORE_… (it cannot be opened, is damaged or is newer than this program).
    """
    store = Store(_engine_of(url))
    try:
        store.check_integrity()
        with store.transaction() as connection:
            bring_up_to_date(connection)
    except BaseException:
        store.close()
        raise
    return store


def _engine_of(url: str) -> Engine:
    try:
        parsed = make_url(url)
        match parsed.get_backend_name():
            case "sqlite":
                return sqlite.engine_of(parsed)
            case "postgresql":
                return postgres.engine_of(parsed)
            case other:
                raise KioskError(FailureCode.SETTINGS_INVALID, f"store.url: sqlite or postgresql, not {other}")
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"store.url: {type(error).__name__}") from None
