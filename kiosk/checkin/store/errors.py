"""What a database raises -> the failures that the desk knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from kiosk.failure import FailureCode, KioskError, RetriableError

# A write that the file system refuses: besides a full disk also a quota or a disk gone read-only; the desk does the
# same in each case, and the detail names which.
_NO_ROOM = {"SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE"}
_LOCKED = {"SQLITE_BUSY", "SQLITE_LOCKED"}
_CORRUPT = {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_CORRUPTFS", "SQLITE_IOERR_SHORT_READ"}


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
