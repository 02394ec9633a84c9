"""SQLite: a file that survives a power cut, of one kiosk or of a few that share a folder of one machine."""

import errno
import os
import sqlite3
import time
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL

from kiosk.checkin.store.errors import named_errors
from kiosk.failure import FailureCode, KioskError

_BUSY_TIMEOUT_MS = 5_000
_POOL_TIMEOUT_S = 30
_WAL_RETRY_S = 0.02

_NO_ROOM_ERRNO = {errno.ENOSPC, errno.EROFS, errno.EDQUOT}


def engine_of(url: URL) -> Engine:
    """An engine whose commits are durable; folder (0700) and file (0600) are made when absent.

    Raises:
        KioskError: SETTINGS_INVALID: no file; STORE_FULL, STORE_UNAVAILABLE: the file cannot be made.
    """
    _make_private(file_of(url))
    engine = create_engine(
        url,
        hide_parameters=True,  # a failing statement must not carry a name into a traceback
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT_S,
        connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )
    event.listen(engine, "connect", _make_durable)
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


def _make_private(file: Path) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives its -wal and -shm files the mode of the file beside them.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        code = FailureCode.STORE_FULL if error.errno in _NO_ROOM_ERRNO else FailureCode.STORE_UNAVAILABLE
        raise KioskError(code, errno.errorcode.get(error.errno or 0, type(error).__name__)) from None


def _make_durable(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN is ours, see below
    _switch_to_wal(connection)
    for pragma in (
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "synchronous=FULL",  # WAL with NORMAL may lose the last tickets in a power cut
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """A new file's change to WAL wants the file alone; SQLite's own waiting gives up when two change it at once."""
    connection.execute("PRAGMA busy_timeout=0").close()
    deadline = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= deadline:
                raise
            time.sleep(_WAL_RETRY_S)
        else:
            return


def _begin(connection: Connection) -> None:
    # A transaction that will write takes the lock first: two kiosks never read the same last number.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
