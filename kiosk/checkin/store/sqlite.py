"""SQLite: a file that survives a power cut, of one kiosk or of a few that share a folder of one machine."""

import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL

from kiosk.checkin.store.cipher import connect, driver
from kiosk.checkin.store.errors import named_errors
from kiosk.failure import FailureCode, KioskError

_BUSY_TIMEOUT_MS = 5_000
_POOL_TIMEOUT_S = 30
_WAL_RETRY_S = 0.02
SEARCHED_KIB = 16_000
"""What one connection keeps of a file that staff search: what is in memory is neither read nor decrypted again."""
WRITTEN_KIB = 400
"""The same where nobody searches: a check-in needs the newest pages, however many lie behind them."""


def engine_of(url: URL, key: bytes | None = None, *, cache_kib: int = SEARCHED_KIB) -> Engine:
    """An engine whose commits are durable, for a file that `HeldFile` looked after; with `key` it is encrypted.

    Each of its four connections keeps up to `cache_kib` of the file in memory, as it comes to be needed.

    Raises:
        KioskError: SETTINGS_INVALID: no file.
    """
    file = file_of(url)
    engine = create_engine(
        url,
        module=driver(key),
        creator=lambda: durable(connect(file, key, timeout_ms=_BUSY_TIMEOUT_MS), cache_kib=cache_kib),
        hide_parameters=True,  # a failing statement must not carry a name into a traceback
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT_S,
        pool_use_lifo=True,  # the connection whose pages are in memory
    )
    event.listen(engine, "begin", _begin)
    return engine


def check_integrity(connection: Connection) -> None:
    """Reads the file through, as after a power cut.

    Raises:
        KioskError: STORE_CORRUPT.
    """
    with named_errors():
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise KioskError(FailureCode.STORE_CORRUPT, "quick_check found damage")


def file_of(url: URL) -> Path:
    """The database's file.

    Raises:
        KioskError: SETTINGS_INVALID: a URL without one.
    """
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise KioskError(FailureCode.SETTINGS_INVALID, "store.url: a durable journal needs a file")
    return Path(url.database)


def durable(connection: Any, *, cache_kib: int = SEARCHED_KIB) -> Any:  # noqa: ANN401 - a driver's connection
    """The same connection, whose commits survive a power cut.

    Raises:
        Error of the driver: the file is none, locked, or another key's.
    """
    try:
        _switch_to_wal(connection)
        for pragma in (
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            "synchronous=FULL",  # WAL with NORMAL may lose the last tickets in a power cut
            "foreign_keys=ON",
            f"cache_size=-{cache_kib}",
            "secure_delete=ON",  # what was removed is overwritten, not only unlinked
        ):
            connection.execute(f"PRAGMA {pragma}").close()
    except BaseException:
        connection.close()
        raise
    return connection


def _switch_to_wal(connection: Any) -> None:  # noqa: ANN401
    """A new file's change to WAL wants the file alone; SQLite's own waiting gives up when two change it at once."""
    connection.execute("PRAGMA busy_timeout=0").close()
    deadline = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except Exception as error:
            busy = getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")
            if not busy or time.monotonic() >= deadline:
                raise
            time.sleep(_WAL_RETRY_S)
        else:
            return


def _begin(connection: Connection) -> None:
    # A transaction that will write takes the lock first: two kiosks never read the same last number.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
