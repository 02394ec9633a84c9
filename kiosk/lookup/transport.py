"""One HTTP exchange with a total deadline, its outcome always a value.

Addresses of the gateway hold credentials, and exceptions of `requests` hold addresses: none of them leaves this
module, neither raised nor chained nor logged.
"""

import logging
import math
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.poolmanager import PoolManager, ProxyManager

from kiosk.lookup.answer import TroubleKind
from kiosk.lookup.codec import WireRequest
from kiosk.lookup.options import BodyKind, GatewayOptions
from kiosk.lookup.workers import Workers
from kiosk.privacy import Personal

LARGEST_BODY = 1 << 20
LONGEST_IDLE_S = 30.0
"""A connection that was idle for longer is not used again: a question into it could be lost without a word."""
_CHUNK = 1 << 14
_SHORTEST_WAIT_S = 0.001


@dataclass(frozen=True, slots=True, repr=False)
class HttpReply(Personal):
    """Status, body (at most 1 MiB) and the headers Retry-After and Date of a reply."""

    status: int
    body: bytes
    retry_after: str = ""
    date: str = ""


class Deadline:
    """A point in time by which a whole lookup is over."""

    __slots__ = ("_end", "_monotonic")

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    def remaining_s(self) -> float:
        """Seconds left; 0 when it is over."""
        return max(0.0, self._end - self._monotonic())


class Transport:
    """POSTs to one gateway over kept-alive connections. Usable from several threads."""

    def __init__(self, options: GatewayOptions) -> None:
        # urllib3 writes whole addresses at DEBUG, and at WARNING where a header is malformed.
        logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)
        self._options = options
        self._workers = Workers("lookup-exchange")
        self._session = requests.Session()
        self._session.trust_env = False  # a .netrc or a proxy of the environment would get the credentials
        self._session.verify = options.ca_file or True
        if options.proxy:
            self._session.proxies = {"http": options.proxy, "https": options.proxy}
        # One byte form of each body, so that the largest size holds for what is parsed.
        self._session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
        adapter = _CuttableAdapter(max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def post(
        self, path: str, request: WireRequest, body: BodyKind, deadline: Deadline, read_timeout_s: float | None = None
    ) -> HttpReply | TroubleKind:
        """The reply to one POST, or why there is none; over when the deadline is, whatever the other side does.

        The exchange runs beside the caller, because time limits of sockets hold for one read only: a name server
        that does not answer or a reply that drips byte by byte is cut off by closing its connection.
        """
        if not deadline.remaining_s():
            return TroubleKind.TIMEOUT
        exchange = _Exchange()
        arguments: dict[str, Any] = {
            "json" if body == "json" else "data": dict(request.fields),
            "params": request.query,
            "headers": request.headers,
            "read_timeout_s": read_timeout_s or self._options.read_timeout_s,
        }
        self._workers.run(lambda: self._run(exchange, path, arguments, deadline))
        try:
            return exchange.outcome.result(timeout=deadline.remaining_s())
        except TimeoutError:
            exchange.cut()
            return TroubleKind.TIMEOUT

    def close(self) -> None:
        """Closes kept-alive connections and ends the threads; one with an exchange ends with it."""
        self._workers.close()
        self._session.close()

    def _run(self, exchange: "_Exchange", path: str, arguments: dict[str, Any], deadline: Deadline) -> None:
        _running.exchange = exchange
        outcome: HttpReply | TroubleKind
        try:
            outcome = self._send(path, arguments, deadline)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            outcome = _trouble_of(error)
        except Exception:  # noqa: BLE001 -- whatever it is, it may hold the address: only its kind leaves
            outcome = TroubleKind.UNCLEAR
        _running.exchange = None
        exchange.outcome.set_result(outcome)

    def _send(self, path: str, arguments: dict[str, Any], deadline: Deadline) -> HttpReply | TroubleKind:
        read_timeout_s = arguments.pop("read_timeout_s")
        left_s = max(_SHORTEST_WAIT_S, deadline.remaining_s())
        with self._session.post(
            self._options.base_url.rstrip("/") + path,
            **arguments,
            timeout=(min(self._options.connect_timeout_s, left_s), min(read_timeout_s, left_s)),
            stream=True,
            allow_redirects=False,  # a captive portal must not be handed the credentials
        ) as response:
            body = bytearray()
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > LARGEST_BODY:
                    return TroubleKind.UNCLEAR
            return HttpReply(
                response.status_code,
                bytes(body),
                response.headers.get("Retry-After", ""),
                response.headers.get("Date", ""),
            )


@dataclass(slots=True)
class _Exchange:
    """One exchange under way and the connection that it uses."""

    outcome: "Future[HttpReply | TroubleKind]" = field(default_factory=Future)
    connection: HTTPConnection | None = None
    is_cut: bool = False

    def cut(self) -> None:
        """Ends every wait of the exchange at once."""
        self.is_cut = True
        if self.connection is not None and isinstance(self.connection.sock, socket.socket):
            with suppress(OSError):
                # The plain socket's shutdown: the one of TLS would wait for the other side.
                socket.socket.shutdown(self.connection.sock, socket.SHUT_RDWR)


_running = threading.local()


def _enter(connection: HTTPConnection) -> None:
    exchange: _Exchange = _running.exchange
    exchange.connection = connection
    if exchange.is_cut:
        raise TimeoutError("the deadline was over before the connection")


class _CuttableHttp(HTTPConnection):
    def connect(self) -> None:
        _enter(self)
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- handed through
        _enter(self)
        super().request(*args, **kwargs)


class _CuttableHttps(HTTPSConnection):
    def connect(self) -> None:
        _enter(self)
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- handed through
        _enter(self)
        super().request(*args, **kwargs)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _CuttableHttp

    def _get_conn(self, timeout: float | None = None) -> Any:  # noqa: ANN401 -- as in the base class
        return _not_stale(super()._get_conn(timeout))

    def _put_conn(self, conn: Any) -> None:  # noqa: ANN401 -- as in the base class
        _note_idle(conn)
        super()._put_conn(conn)


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _CuttableHttps

    def _get_conn(self, timeout: float | None = None) -> Any:  # noqa: ANN401 -- as in the base class
        return _not_stale(super()._get_conn(timeout))

    def _put_conn(self, conn: Any) -> None:  # noqa: ANN401 -- as in the base class
        _note_idle(conn)
        super()._put_conn(conn)


def _note_idle(connection: Any) -> None:  # noqa: ANN401 -- a connection, or None
    if connection is not None:
        connection.idle_since_s = time.monotonic()


def _not_stale(connection: Any) -> Any:  # noqa: ANN401 -- a connection of either kind
    """The connection, closed where it was idle for long: routers forget such ones without telling either end."""
    if time.monotonic() - getattr(connection, "idle_since_s", math.inf) > LONGEST_IDLE_S:
        connection.close()
    return connection


class _CuttableAdapter(HTTPAdapter):
    """Connections that tell their exchange of themselves, directly or through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- handed through
        super().init_poolmanager(*args, **kwargs)
        _make_cuttable(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> ProxyManager:  # noqa: ANN401 -- handed through
        manager: ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        _make_cuttable(manager)
        return manager


def _make_cuttable(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


def _trouble_of(error: Exception) -> TroubleKind:
    match error:
        case requests.exceptions.SSLError():
            return TroubleKind.TLS
        case requests.exceptions.Timeout() | TimeoutError():
            return TroubleKind.TIMEOUT
        case requests.exceptions.ConnectionError() if any(isinstance(a, ReadTimeoutError) for a in error.args):
            return TroubleKind.TIMEOUT  # silence in the middle of a body
        case requests.exceptions.ConnectionError() | requests.exceptions.ChunkedEncodingError():
            return TroubleKind.UNREACHABLE
        case requests.RequestException() | HTTPError():
            return TroubleKind.UNCLEAR
        case OSError():
            return TroubleKind.TLS  # the file of authorities cannot be read
        case _:
            return TroubleKind.UNCLEAR
