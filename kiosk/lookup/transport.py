"""One HTTP exchange with a total deadline, its outcome always a value.

Addresses of the gateway hold credentials, and exceptions of `urllib3` hold addresses: none of them leaves this module,
neither raised nor chained nor logged. Nothing of the environment is heard, no proxy and no .netrc: they would get the
credentials. `urllib3` alone, because `requests` around it takes a third of a lookup's own time.
"""

import json
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
from urllib.parse import urlencode

from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_auth_from_url
from urllib3 import PoolManager, ProxyManager, Timeout, make_headers
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from kiosk.lookup.answer import TroubleKind
from kiosk.lookup.codec import WireRequest
from kiosk.lookup.options import BodyKind, GatewayOptions
from kiosk.lookup.workers import Workers
from kiosk.privacy import Personal

LARGEST_BODY = 1 << 20
_KEPT_CONNECTIONS = 10
LONGEST_IDLE_S = 30.0
"""A connection that was idle for longer is not used again: a question into it could be lost without a word."""
_CHUNK = 1 << 14
# One byte form of each body, so that the largest size holds for what is parsed.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "checkin-kiosk"}
_CONTENT_TYPES: dict[BodyKind, str] = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
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
        self._pools = _pools_of(options)

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
        limit_s = read_timeout_s or self._options.read_timeout_s
        self._workers.run(lambda: self._run(exchange, path, request, body, deadline, limit_s))
        try:
            return exchange.outcome.result(timeout=deadline.remaining_s())
        except TimeoutError:
            exchange.cut()
            return TroubleKind.TIMEOUT

    def close(self) -> None:
        """Closes kept-alive connections and ends the threads; one with an exchange ends with it."""
        self._workers.close()
        self._pools.clear()

    def _run(
        self,
        exchange: "_Exchange",
        path: str,
        request: WireRequest,
        body: BodyKind,
        deadline: Deadline,
        read_timeout_s: float,
    ) -> None:
        _running.exchange = exchange
        outcome: HttpReply | TroubleKind
        try:
            outcome = self._send(path, request, body, deadline, read_timeout_s)
        except (HTTPError, OSError, ValueError) as error:
            outcome = _trouble_of(error)
        except BaseException:  # noqa: BLE001 -- whatever it is, it may hold the address: only its kind leaves
            outcome = TroubleKind.UNCLEAR
        _running.exchange = None
        exchange.outcome.set_result(outcome)

    def _send(
        self, path: str, request: WireRequest, body: BodyKind, deadline: Deadline, read_timeout_s: float
    ) -> HttpReply | TroubleKind:
        left_s = max(_SHORTEST_WAIT_S, deadline.remaining_s())
        query = f"?{urlencode(request.query)}" if request.query else ""
        fields = dict(request.fields)
        response = self._pools.urlopen(
            "POST",
            self._options.base_url.rstrip("/") + path + query,
            body=(json.dumps(fields) if body == "json" else urlencode(fields)).encode(),
            headers={**_HEADERS, "Content-Type": _CONTENT_TYPES[body], **request.headers},
            timeout=Timeout(connect=min(self._options.connect_timeout_s, left_s), read=min(read_timeout_s, left_s)),
            retries=False,
            redirect=False,  # a captive portal must not be handed the credentials
            preload_content=False,
            decode_content=False,
        )
        try:
            reply = bytearray()
            for chunk in response.stream(_CHUNK):
                reply += chunk
                if len(reply) > LARGEST_BODY:
                    response.close()
                    return TroubleKind.UNCLEAR
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return HttpReply(
            response.status,
            bytes(reply),
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


class _CuttableHttps(_CuttableHttp, HTTPSConnection):
    """The same over TLS: there each step goes on to the one of `HTTPSConnection`."""


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _CuttableHttp

    def _get_conn(self, timeout: float | None = None) -> Any:  # noqa: ANN401 -- as in the base class
        return _not_stale(super()._get_conn(timeout))

    def _put_conn(self, conn: Any) -> None:  # noqa: ANN401 -- as in the base class
        _note_idle(conn)
        super()._put_conn(conn)


class _HttpsPool(_HttpPool, HTTPSConnectionPool):
    ConnectionCls = _CuttableHttps


def _note_idle(connection: Any) -> None:  # noqa: ANN401 -- a connection, or None
    if connection is not None:
        connection.idle_since_s = time.monotonic()


def _not_stale(connection: Any) -> Any:  # noqa: ANN401 -- a connection of either kind
    """The connection, closed where it was idle for long: routers forget such ones without telling either end."""
    if time.monotonic() - getattr(connection, "idle_since_s", math.inf) > LONGEST_IDLE_S:
        connection.close()
    return connection


def _pools_of(options: GatewayOptions) -> PoolManager:
    """Kept connections whose certificates are verified, directly or through the settings' proxy."""
    shared: dict[str, Any] = {
        "cert_reqs": "CERT_REQUIRED",
        "ca_certs": options.ca_file or DEFAULT_CA_BUNDLE_PATH,
        "maxsize": _KEPT_CONNECTIONS,
    }
    pools: PoolManager
    if options.proxy:
        username, password = get_auth_from_url(options.proxy)
        login = make_headers(proxy_basic_auth=f"{username}:{password}") if username else {}
        pools = ProxyManager(options.proxy, proxy_headers=login, **shared)
    else:
        pools = PoolManager(**shared)
    pools.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return pools


def _trouble_of(error: Exception) -> TroubleKind:
    match error:
        case ProxyError():
            return _trouble_of(error.original_error)
        case SSLError():
            return TroubleKind.TLS
        case NewConnectionError():  # which calls itself a time-out
            return TroubleKind.UNREACHABLE
        case ConnectTimeoutError() | ReadTimeoutError() | TimeoutError():
            return TroubleKind.TIMEOUT
        case LocationValueError():  # no address
            return TroubleKind.UNCLEAR
        case ProtocolError() | OSError():
            return TroubleKind.UNREACHABLE
        case _:
            return TroubleKind.UNCLEAR
