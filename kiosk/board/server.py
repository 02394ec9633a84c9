"""Serves the board's page in the clinic's network: it can be read by everybody there, and by nobody changed."""

import logging
import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from kiosk.failure import FailureCode, KioskError
from kiosk.text import Language

_log = logging.getLogger(__name__)

_PATIENCE_S = 5.0
_AT_ONCE = 32
"""So many televisions and curious people at the same moment; further ones wait for one that leaves."""

Page = Callable[[Language, str], str]
"""Draws the page in a language with a nonce for its style."""


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    # One request a connection: nobody holds a place that others wait for.
    protocol_version = "HTTP/1.0"
    server_version, sys_version = "kiosk", ""
    timeout = _PATIENCE_S
    wbufsize = -1

    def do_GET(self) -> None:
        """The page, at `/` and nowhere else; `/?lang=en` in English."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """The same without the page."""
        self._answer(with_body=False)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """By its status alone: the usual words would repeat what was asked."""
        self._send(code, b"", {})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Says nothing: who looks at the board is nobody's business."""

    def finish(self) -> None:
        """Whoever has gone is no failure."""
        with suppress(OSError):
            super().finish()

    def _answer(self, *, with_body: bool) -> None:
        path, _, query = self.path.partition("?")
        if path != "/":
            self.send_error(404)
            return
        nonce = secrets.token_urlsafe(16)
        language = Language.EN if query == "lang=en" else Language.VI
        body = self.server.page(language, nonce).encode()
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        self._send(200, body, headers, with_body=with_body)

    def _send(self, status: int, body: bytes, headers: dict[str, str], *, with_body: bool = True) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], page: Page) -> None:
        self.page = page
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        with self._places:
            super().process_request_thread(request, client_address)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        _log.debug("a connection to the board broke")


class BoardServer:
    """The page at `address` (`HOST:PORT`; port 0: any free one), in threads of its own until the block ends.

    Raises:
        KioskError: SETTINGS_INVALID: no such address, or somebody else's.
    """

    def __init__(self, address: str, page: Page) -> None:
        host, _, port = address.rpartition(":")
        if not (host and port.isascii() and port.isdecimal() and int(port) < 65536):
            raise KioskError(FailureCode.SETTINGS_INVALID, "board.web: not HOST:PORT")
        try:
            self._server = _Server((host.strip("[]"), int(port)), page)
        except OSError as error:
            raise KioskError(
                FailureCode.SETTINGS_INVALID, f"board.web: {error.strerror or 'no such address'}"
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="board-web", daemon=False)

    @property
    def port(self) -> int:
        """The port that was taken."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        """Serves until the block ends."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
