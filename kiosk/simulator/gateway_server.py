"""The gateway sandbox's connections: one thread each, ended when they are silent or when the sandbox ends."""

import socket
import ssl
import struct
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kiosk.simulator.gateway_service import SandboxService

MOST_CONNECTIONS = 256
PATIENCE_S = 60.0
"""How long a client may take for one whole request, byte by byte or not at all."""
_CLOSE_AT_ONCE = struct.pack("ii", 1, 0)


class SandboxServer(ThreadingHTTPServer):
    """Serves a sandbox; its connections can be ended from outside, and end by themselves when they are silent."""

    daemon_threads = False  # server_close waits for them: nothing outlives the sandbox
    request_queue_size = 64

    def __init__(
        self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], sandbox: SandboxService
    ) -> None:
        self.sandbox = sandbox
        self._waiting_since: dict[socket.socket, float | None] = {}
        self._to_reset: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, handler)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.server_address[1])

    @property
    def base_url(self) -> str:
        """Its address for clients of this computer."""
        scheme = "https" if isinstance(self.socket, ssl.SSLSocket) else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- socketserver's types
        """A crowd of silent connections keeps nobody out: the one that waits longest makes room."""
        with self._open_lock:
            if len(self._waiting_since) >= MOST_CONNECTIONS:
                waiting = {line: since for line, since in self._waiting_since.items() if since is not None}
                if waiting:
                    self._end(min(waiting, key=lambda line: waiting[line]))
            self._waiting_since[request] = self.sandbox.monotonic()
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 -- socketserver's type
        """Ends a connection that is over: politely, or with a reset."""
        with self._open_lock:
            self._waiting_since.pop(request, None)
            is_to_reset = request in self._to_reset
            self._to_reset.discard(request)
        if is_to_reset:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def note_reset(self, connection: socket.socket) -> None:
        """This connection ends without a word."""
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_AT_ONCE)
        with self._open_lock:
            self._to_reset.add(connection)

    def note_waiting(self, connection: socket.socket, *, since: float | None) -> None:
        """Whether a connection waits for its client (since when), or the client for an answer (None)."""
        with self._open_lock:
            self._waiting_since[connection] = since

    def service_actions(self) -> None:
        """Ends connections whose clients are silent, or so slow that it comes to the same."""
        too_long_ago = self.sandbox.monotonic() - PATIENCE_S
        with self._open_lock:
            for connection, since in list(self._waiting_since.items()):
                if since is not None and since < too_long_ago:
                    self._end(connection)

    def end_connections(self) -> None:
        """Wakes every thread that waits for a client."""
        with self._open_lock:
            for connection in list(self._waiting_since):
                self._end(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- socketserver's types
        """A client that goes away is no error of the sandbox."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def _end(self, connection: socket.socket) -> None:
        self._waiting_since[connection] = None
        with suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
