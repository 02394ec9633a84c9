"""What a database raises -> the failures that the desk knows."""

import ssl
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

# A server's codes [PostgreSQL 15, appendix A]; what is in none of the rows is STORE_UNAVAILABLE by its code.
_SQLSTATES = {
    "53100": (FailureCode.STORE_FULL, "disk full"),
    "55P03": (FailureCode.STORE_LOCKED, "lock timeout"),
    "57014": (FailureCode.STORE_LOCKED, "statement timeout"),
    "25P03": (FailureCode.STORE_LOCKED, "idle in transaction"),
    "XX001": (FailureCode.STORE_CORRUPT, "data corrupted"),
    "XX002": (FailureCode.STORE_CORRUPT, "index corrupted"),
    "28000": (FailureCode.STORE_UNAVAILABLE, "user or host not allowed"),
    "28P01": (FailureCode.STORE_UNAVAILABLE, "user or password refused"),
    "3D000": (FailureCode.STORE_UNAVAILABLE, "no such database"),
    "42501": (FailureCode.STORE_UNAVAILABLE, "privilege missing"),
    "25006": (FailureCode.STORE_UNAVAILABLE, "the server is read-only"),
    "53300": (FailureCode.STORE_UNAVAILABLE, "too many connections"),
    "57P01": (FailureCode.STORE_UNAVAILABLE, "the server is shutting down"),
    "57P02": (FailureCode.STORE_UNAVAILABLE, "the server crashed"),
    "57P03": (FailureCode.STORE_UNAVAILABLE, "the server is starting or stopping"),
}
_PASSES = {"53300", "57P01", "57P02", "57P03"}
_ENDS_THE_SESSION = {"25P03", "57P01", "57P02", "57P03"}
_REFUSED = ("SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "22", "23")
"""A broken constraint, or a value that no column takes; a server's classes 22 and 23."""
_LOST_RACES = {"23505": "kept by another desk meanwhile", "40001": "serialization failure", "40P01": "deadlock"}
# What of a server's message names no value: severity, code, schema, table, column, type, constraint, place in its code.
_WITHOUT_VALUES = "SVCstcdnFLR"


class UnansweredCommit(RetriableError):  # noqa: N818 - a failure of the house, named by what happened
    """The connection went while the server committed: whether it did has to be looked up."""

    def __init__(self) -> None:
        super().__init__(FailureCode.STORE_UNAVAILABLE, "connection lost at commit")


class LostRace(RetriableError):  # noqa: N818
    """Another desk's transaction went first, and this one was undone: whoever tries again at once sees its rows."""

    def __init__(self, detail: str) -> None:
        super().__init__(FailureCode.STORE_LOCKED, detail)


class RowRefused(KioskError):  # noqa: N818
    """The database is there and does not take what it was given: trying again changes nothing."""

    def __init__(self, detail: str) -> None:
        super().__init__(FailureCode.STORE_UNAVAILABLE, detail)


@contextmanager
def named_errors() -> Iterator[None]:
    """Turns what a database raises into the failures that the desk knows.

    Raises:
        KioskError: STORE_FULL, STORE_CORRUPT, STORE_UNAVAILABLE.
        RetriableError: STORE_LOCKED, after the time-outs; STORE_UNAVAILABLE: a server that may come back.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise RetriableError(FailureCode.STORE_LOCKED, "no free connection") from error
    except DBAPIError as error:
        raise _named_by_driver(error) from error
    except SQLAlchemyError as error:
        raise KioskError(FailureCode.STORE_UNAVAILABLE, type(error).__name__) from error


@contextmanager
def named_connection_error() -> Iterator[None]:
    """The same for making a connection to a server; the address and the account are in none of it.

    Raises:
        KioskError: STORE_UNAVAILABLE: refused by the server, no trust in it, another protocol.
        RetriableError: STORE_UNAVAILABLE: not there, starting, too many connections.
    """
    from pg8000.dbapi import Error

    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise KioskError(FailureCode.STORE_UNAVAILABLE, f"TLS: {error.verify_message}") from None
    except ssl.SSLError as error:
        raise KioskError(FailureCode.STORE_UNAVAILABLE, f"TLS: {error.reason}") from None
    except OSError as error:
        why = "no answer" if isinstance(error, TimeoutError) else error.strerror or type(error).__name__
        raise RetriableError(FailureCode.STORE_UNAVAILABLE, f"connection: {why}") from None
    except Error as error:
        if "refuses SSL" in str(error):
            raise KioskError(FailureCode.STORE_UNAVAILABLE, "TLS: the server has none") from None
        raise _named_by_server(error) from None


def is_lost(error: BaseException) -> bool:
    """Whether a server's connection is of no more use after this."""
    state = _sqlstate(error)
    return state in _ENDS_THE_SESSION or state.startswith("08") or (not state and _is_of_the_line(error))


def without_values(error: BaseException) -> None:
    """Takes out of a server's error what quotes a row; its code, table and constraint stay."""
    if error.args and isinstance(error.args[0], dict):
        error.args = ({key: value for key, value in error.args[0].items() if key in _WITHOUT_VALUES},)


def _named_by_driver(error: DBAPIError) -> KioskError:
    original = error.orig if error.orig is not None else error
    if name := getattr(original, "sqlite_errorname", ""):
        return RowRefused(name) if name.startswith(_REFUSED) else failure_named(name)
    if isinstance(original.args[0] if original.args else None, dict) or is_lost(original):
        return _named_by_server(original)
    return failure_named(type(original).__name__)


def _named_by_server(error: BaseException) -> KioskError:
    state = _sqlstate(error)
    if race := _LOST_RACES.get(state):
        return LostRace(race)
    if not state and _is_of_the_line(error):
        return RetriableError(FailureCode.STORE_UNAVAILABLE, "connection lost")
    if state.startswith(_REFUSED):
        return RowRefused(state)
    code, detail = _SQLSTATES.get(state, (FailureCode.STORE_UNAVAILABLE, state or type(error).__name__))
    passes = code is FailureCode.STORE_LOCKED or state in _PASSES or state.startswith("08")
    return RetriableError(code, detail) if passes else KioskError(code, detail)


def _sqlstate(error: BaseException) -> str:
    told = error.args[0] if error.args else None
    return str(told.get("C", "")) if isinstance(told, dict) else ""


def _is_of_the_line(error: BaseException) -> bool:
    """pg8000 tells a broken connection by its words alone."""
    return type(error).__name__ == "InterfaceError" and any(
        words in str(error) for words in ("network error", "communication error", "connection is closed")
    )


def failure_named(name: str) -> KioskError:
    """SQLite's error by its name; `SQLITE_BUSY_SNAPSHOT` belongs to `SQLITE_BUSY`: the known beginning decides."""
    for code, names in (
        (FailureCode.STORE_FULL, _NO_ROOM),
        (FailureCode.STORE_CORRUPT, _CORRUPT),
        (FailureCode.STORE_LOCKED, _LOCKED),
    ):
        if any(name == known or name.startswith(f"{known}_") for known in names):
            return RetriableError(code, name) if code is FailureCode.STORE_LOCKED else KioskError(code, name)
    return KioskError(FailureCode.STORE_UNAVAILABLE, name)
