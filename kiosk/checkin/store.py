"""The database behind the journal: opened so that a committed row survives a power cut, its errors named.

SQLite keeps the rows of one kiosk or of a few that share a folder of one machine. What is special about it stays in
this module, so that a server database needs another `open_store` and nothing else.
"""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from kiosk.failure import FailureCode, KioskError, RetriableError

_BUSY_TIMEOUT_MS = 5_000
_POOL_TIMEOUT_S = 30
_WAL_RETRY_S = 0.02

# A write that the file system refuses: besides a full disk also a quota or a disk gone read-only; the desk does the
# same in each case, and the detail names which.
_NO_ROOM = {"SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE"}
_NO_ROOM_ERRNO = {errno.ENOSPC, errno.EROFS, errno.EDQUOT}
_LOCKED = {"SQLITE_BUSY", "SQLITE_LOCKED"}
_CORRUPT = {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_CORRUPTFS", "SQLITE_IOERR_SHORT_READ"}


def open_store(url: str) -> Engine:
    """An engine whose connections are durable; for SQLite the folder (0700) and file (0600) are made when absent.

    Raises:
        KioskError: SETTINGS_INVALID: no database URL, or one without a file; STORE_…: the file cannot be made.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, hide_parameters=True, pool_timeout=_POOL_TIMEOUT_S)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"store.url: {type(error).__name__}") from None
    _make_private(_file_of(parsed))
    engine = create_engine(
        parsed,
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
    """Reads through a SQLite file after a power cut; a server database does this itself.

    Raises:
        KioskError: STORE_CORRUPT.
    """
    if connection.dialect.name != "sqlite":
        return
    with named_errors():
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise KioskError(FailureCode.STORE_CORRUPT, "quick_check found damage")


@contextmanager
def named_errors() -> Iterator[None]:
    """Turns what a database raises into the failures that the desk knows.

    Raises:
        KioskError: STORE_FULL, STORE_CORRUPT, STORE_UNAVAILABLE.
        RetriableError: STORE_LOCKED, after the busy time-out.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise RetriableError(FailureCode.STORE_LOCKED, "no free connection") from error
    except DBAPIError as error:
        name = getattr(error.orig, "sqlite_errorname", "") or type(error.orig).__name__
        raise _named(name) from error
    except SQLAlchemyError as error:
        raise KioskError(FailureCode.STORE_UNAVAILABLE, type(error).__name__) from error


@contextmanager
def transaction(engine: Engine, *, reading: bool = False) -> Iterator[Connection]:
    """One transaction: committed when the block ends, rolled back when it breaks. `reading` takes no lock.

    Raises:
        KioskError, RetriableError: as `named_errors`.
    """
    with named_errors(), engine.connect() as connection:
        connection = connection.execution_options(reading=reading)
        connection.begin()
        yield connection
        connection.commit()


def _named(name: str) -> KioskError:
    """`SQLITE_BUSY_SNAPSHOT` belongs to `SQLITE_BUSY`: the longest known beginning decides."""
    for code, names in (
        (FailureCode.STORE_FULL, _NO_ROOM),
        (FailureCode.STORE_CORRUPT, _CORRUPT),
        (FailureCode.STORE_LOCKED, _LOCKED),
    ):
        if any(name == known or name.startswith(f"{known}_") for known in names):
            return RetriableError(code, name) if code is FailureCode.STORE_LOCKED else KioskError(code, name)
    return KioskError(FailureCode.STORE_UNAVAILABLE, name)


def _file_of(url: URL) -> Path:
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
