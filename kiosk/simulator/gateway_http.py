"""The gateway sandbox's side of HTTP: reads requests, shows faults, writes replies."""

import json
import socket
import struct
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from kiosk.simulator.gateway import GatewaySandbox

_LARGEST_REQUEST = 1 << 16
_CLOSE_AT_ONCE = struct.pack("ii", 1, 0)
_WEB_PAGE = "<!doctype html><title>Đăng nhập mạng</title><body>Xin mời đăng nhập</body>"


class SandboxServer(ThreadingHTTPServer):
    """Serves a sandbox; its connections can be ended from outside."""

    daemon_threads = False  # server_close waits for them: nothing outlives the sandbox
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], sandbox: "GatewaySandbox") -> None:
        self.sandbox = sandbox
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)

    def note_open(self, connection: socket.socket) -> None:
        """Remembers a connection that may have to be ended."""
        with self._open_lock:
            self._open.add(connection)

    def note_closed(self, connection: socket.socket) -> None:
        """Forgets it."""
        with self._open_lock:
            self._open.discard(connection)

    def end_connections(self) -> None:
        """Wakes every thread that waits for a client."""
        with self._open_lock:
            for connection in self._open:
                with suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- socketserver's types
        """A client that goes away is no error of the sandbox."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: SandboxServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # status, headers and body in one packet
    timeout = 60

    def setup(self) -> None:
        super().setup()
        self.server.note_open(self.connection)

    def finish(self) -> None:
        self.server.note_closed(self.connection)
        with suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name in the base class
        """Says nothing: request lines hold credentials."""

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/simulator/state":
            sandbox = self.server.sandbox
            self._send_json({"fault": sandbox.fault, **asdict(sandbox.counts)})
        else:
            self._send(404, b"")

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        fields = self._read_fields()
        if address.path == "/simulator/fault":
            self._change_fault(fields)
        elif self.server.sandbox.fault == "down":
            self._hang_up()
        elif address.path == "/api/token/take":
            caller = str(self.client_address[0])
            username, password = str(fields.get("username")), str(fields.get("password"))
            self._send_json(self.server.sandbox.log_in(username, password, caller))
        elif address.path == "/api/egw/KQNhanLichSuKCB2024":
            self._look_up({name: values[0] for name, values in parse_qs(address.query).items()}, fields)
        else:
            self._send(404, b"")

    def _look_up(self, query: dict[str, str], fields: dict[str, object]) -> None:
        sandbox = self.server.sandbox
        sandbox.count_lookup(fields)
        match sandbox.fault:
            case "slow":
                sandbox.closing.wait(sandbox.delay_s)
            case "timeout":
                sandbox.closing.wait(self.timeout)
                return self._hang_up()
            case "drip":
                return self._drip()
            case "http-500":
                return self._send(500, _WEB_PAGE.encode(), "text/html; charset=utf-8")
            case "html":
                return self._send(200, _WEB_PAGE.encode(), "text/html; charset=utf-8")
            case "garbage":
                return self._send(200, bytes(range(255, 0, -1)))
            case "empty":
                return self._send(200, b"")
            case "rate-limit":
                return self._send(429, b"", headers={"Retry-After": "30"})
            case _:
                pass
        if not sandbox.is_granted(query, str(self.client_address[0])):
            return self._send(401, b"")
        return self._send_json(sandbox.look_up(fields))

    def _change_fault(self, fields: dict[str, object]) -> None:
        try:
            self.server.sandbox.set_fault(str(fields.get("fault", "")))
        except ValueError as error:
            self._send_json({"error": str(error)}, status=400)
        else:
            self._send_json({"fault": self.server.sandbox.fault})

    def _read_fields(self) -> dict[str, object]:
        """The body's fields, JSON or form, as the caller says."""
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isascii() and length.isdigit() else 0
        if size > _LARGEST_REQUEST:
            self.close_connection = True
            return {}
        body = self.rfile.read(size)
        try:
            if self.headers.get_content_type() == "application/json":
                fields = json.loads(body)
                return fields if isinstance(fields, dict) else {}
            return {name: values[0] for name, values in parse_qs(body.decode()).items()}
        except (ValueError, RecursionError):
            return {}

    def _send_json(self, reply: object, status: int = 200) -> None:
        self._send(status, json.dumps(reply, ensure_ascii=False).encode())

    def _send(
        self,
        status: int,
        body: bytes,
        content_type: str = "application/json; charset=utf-8",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(_LARGEST_REQUEST))
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True
        while not self.server.sandbox.closing.wait(self.server.sandbox.delay_s):
            self.wfile.write(b" ")
            self.wfile.flush()

    def _hang_up(self) -> None:
        """Resets the connection: no answer, not even a polite end."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_AT_ONCE)
