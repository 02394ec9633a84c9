"""PostgreSQL: the rows of a clinic with many desks, on a server of its own."""

import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pg8000.dbapi
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext

from kiosk.checkin.store.errors import is_lost, named_connection_error, without_values
from kiosk.checkin.store.postgres_connection import DurableConnection
from kiosk.failure import FailureCode, KioskError

OLDEST_VERSION = 15
_PORT = 5432
_POOL_TIMEOUT_S = 30
_SSL_MODES = ("disable", "require", "verify-ca", "verify-full")
_OPTIONS = {"sslmode", "sslrootcert"}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is waited: for a connection, for bytes of an answer, and by the server itself; 0: without end.

    The server gives up before the socket does, so that a slow statement is told apart from a lost connection. And it
    ends the transaction of a desk that fell silent before the next desk stops waiting for that one's lock.
    """

    connect_s: float = 3.0
    answer_s: float = 10.0
    statement_ms: int = 5_000
    lock_ms: int = 4_000
    idle_in_transaction_ms: int = 3_000


AT_THE_DESK = Limits()
MIGRATING = Limits(answer_s=0, statement_ms=0, lock_ms=60_000, idle_in_transaction_ms=0)
"""Making an index over ten years of visits takes as long as it takes; nobody waits in front of a desk meanwhile."""


def engine_of(url: URL, password: str = "", limits: Limits = AT_THE_DESK) -> Engine:
    """An engine for this server; nothing is contacted yet. `password` is used where the URL has none.

    Raises:
        KioskError: SETTINGS_INVALID: another driver, an unknown option, no host, user or database, no certificates.
    """
    if url.drivername not in {"postgresql", "postgresql+pg8000"}:
        raise _invalid(f"postgresql://, not {url.drivername}://")
    connect = _connector(url, password, limits)
    engine = create_engine(
        # The engine knows neither user nor password: nothing of SQLAlchemy's can show them.
        URL.create("postgresql+pg8000", host=url.host, database=url.database),
        creator=connect,
        hide_parameters=True,  # a failing statement must not carry a name into a traceback
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=4,
        pool_timeout=_POOL_TIMEOUT_S,
        pool_use_lifo=True,
    )
    engine.dialect.use_insertmanyvalues_wo_returning = True  # several rows are one statement
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _handle_error)
    return engine


def _connector(url: URL, password: str, limits: Limits) -> Callable[[], DurableConnection]:
    host, user, database = url.host, url.username, url.database
    if not (host and user and database):
        raise _invalid("postgresql://USER@HOST/DATABASE")
    if unknown := set(url.query) - _OPTIONS:
        raise _invalid(f"unknown option {', '.join(sorted(unknown))}; there are {', '.join(sorted(_OPTIONS))}")
    tls = _tls(host, url.query)
    secret = str(url.password) if url.password is not None else password
    session = {
        "client_encoding": "UTF8",
        "TimeZone": "UTC",
        "DateStyle": "ISO",
        "synchronous_commit": "on",  # a ticket that was printed survives the server's power cut
        "default_transaction_isolation": "read committed",
        "statement_timeout": str(limits.statement_ms),
        "lock_timeout": str(limits.lock_ms),
        "idle_in_transaction_session_timeout": str(limits.idle_in_transaction_ms),
    }

    def connect() -> DurableConnection:
        with named_connection_error():
            line = socket.create_connection((host, url.port or _PORT), limits.connect_s)
            try:
                line.settimeout(limits.answer_s or None)
                _keep_alive(line)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                made = DurableConnection(
                    user, host=host, database=database, password=secret, ssl_context=tls,
                    application_name="kiosk", startup_params=session, sock=line,
                )  # fmt: skip
            except BaseException:
                line.close()
                raise
        try:
            _check_server(made.parameter_statuses)
        except KioskError:
            made.close()
            raise
        made.autocommit = True  # SQLAlchemy's BEGIN is ours, see below
        return made

    return connect


def _check_server(told: dict[str, str]) -> None:
    version = told.get("server_version", "")
    if not version.split(".")[0].isdecimal() or int(version.split(".")[0]) < OLDEST_VERSION:
        raise KioskError(
            FailureCode.STORE_UNAVAILABLE, f"PostgreSQL {version or '?'}; {OLDEST_VERSION} or newer is needed"
        )
    if (encoding := told.get("server_encoding", "UTF8")) != "UTF8":
        raise KioskError(FailureCode.STORE_UNAVAILABLE, f"the database's encoding is {encoding}; UTF8 is needed")


def _begin(connection: Connection) -> None:
    # The first thing that is sent: a pooled connection that died meanwhile is found before anything could be lost.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if reading else "BEGIN")


def _handle_error(context: ExceptionContext) -> None:
    """Every connection of a server that went away is thrown away, and what the server quotes is not kept."""
    original = context.original_exception
    if isinstance(original, pg8000.dbapi.Error):
        context.is_disconnect = context.is_disconnect or is_lost(original)
        without_values(original)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (f"{type(original).__name__}: {original.args}",)


def _tls(host: str, query: Any) -> ssl.SSLContext | bool:  # noqa: ANN401 - SQLAlchemy's mapping of options
    """What `sslmode` and `sslrootcert` ask for; names of patients leave this machine over a proven line only.

    Without `sslmode` it is `verify-full`, and `disable` for this machine itself.
    """
    mode = query.get("sslmode") or ("disable" if _is_this_machine(host) else "verify-full")
    if mode not in _SSL_MODES:
        raise _invalid(f"sslmode is one of {', '.join(_SSL_MODES)}")
    if mode == "disable":
        return False
    try:
        context = ssl.create_default_context(cafile=query.get("sslrootcert") or None)
    except (OSError, ssl.SSLError) as error:
        raise _invalid(f"sslrootcert: {getattr(error, 'strerror', None) or type(error).__name__}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = mode == "verify-full"
    if mode == "require":
        context.verify_mode = ssl.CERT_NONE
    return context


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _keep_alive(line: socket.socket) -> None:
    """A server whose plug was pulled says nothing: the system asks after it, where it can be told how often."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 2), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 10_000)):
        if (option := getattr(socket, name, None)) is not None:
            line.setsockopt(socket.IPPROTO_TCP, option, value)


def _invalid(why: str) -> KioskError:
    return KioskError(FailureCode.SETTINGS_INVALID, f"store.url: {why}")
