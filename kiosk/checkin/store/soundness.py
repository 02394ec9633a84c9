"""Whether a database's file is whole: at a glance, or read through."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kiosk.checkin.store.cipher import connect, driver
from kiosk.checkin.store.errors import failure_named
from kiosk.checkin.store.private_file import failure_of
from kiosk.failure import FailureCode, KioskError

_STEPS_BETWEEN_LOOKS = 20_000
_STOPPED = "SQLITE_INTERRUPT"
_BY_WORDS = {
    "database or disk is full": "SQLITE_FULL",
    "disk I/O error": "SQLITE_IOERR_WRITE",  # a page that cannot be read is "malformed" by its check sum
    "attempt to write a readonly database": "SQLITE_READONLY",
    "database disk image is malformed": "SQLITE_CORRUPT",
    "file is not a database": "SQLITE_NOTADB",
    "database is locked": "SQLITE_BUSY",
}
"""Copying page by page is the one call whose errors SQLCipher's driver gives no name."""


@contextmanager
def named_file_errors(key: bytes | None) -> Iterator[None]:
    """Turns what the file's library or the file system raises into the failures that the desk knows.

    Raises:
        KioskError: STORE_FULL, STORE_CORRUPT, STORE_UNAVAILABLE.
        RetriableError: STORE_LOCKED.
    """
    try:
        yield
    except driver(key).Error as error:
        name = getattr(error, "sqlite_errorname", "") or _BY_WORDS.get(str(error), type(error).__name__)
        raise failure_named(name) from None
    except OSError as error:
        raise failure_of(error) from None


def glance(file: Path, key: bytes | None) -> None:
    """Reads the first page and the list of tables: a wrong key, another format, a garbage header show here.

    Raises:
        KioskError: STORE_CORRUPT, STORE_….
    """
    with named_file_errors(key), closing(connect(file, key)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()


def read_through(file: Path, key: bytes | None, *, within_s: float | None = None) -> bool:
    """Reads every page and looks whether they make sense together; False: the time was over before the end was seen.

    Raises:
        KioskError: STORE_CORRUPT, STORE_….
    """
    with named_file_errors(key), closing(connect(file, key)) as connection:
        return check_pages(connection, within_s=within_s)


def check_pages(connection: Any, *, within_s: float | None = None) -> bool:  # noqa: ANN401 - a driver's connection
    """The same on an open connection.

    Raises:
        KioskError: STORE_CORRUPT.
        Error of the driver.
    """
    if within_s is not None:
        end = time.monotonic() + within_s
        connection.set_progress_handler(lambda: int(time.monotonic() > end), _STEPS_BETWEEN_LOOKS)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except Exception as error:
        if within_s is not None and getattr(error, "sqlite_errorname", "") == _STOPPED:
            return False
        raise
    finally:
        connection.set_progress_handler(None, 0)
    if found is None or found[0] != "ok":
        raise KioskError(FailureCode.STORE_CORRUPT, "quick_check found damage")
    return True
