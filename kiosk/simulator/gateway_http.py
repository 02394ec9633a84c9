"""The gateway sandbox's side of HTTP: reads requests, bears with hostile ones, writes replies."""

import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

from kiosk.simulator import gateway_trouble
from kiosk.simulator.gateway_accounts import Credentials
from kiosk.simulator.gateway_counts import Asked
from kiosk.simulator.gateway_dialect import Body, Kind
from kiosk.simulator.gateway_faults import Fault
from kiosk.simulator.gateway_page import PAGE_HEADERS, steering_page
from kiosk.simulator.gateway_server import PATIENCE_S, SandboxServer
from kiosk.text import Language

LARGEST_REQUEST = 1 << 16
_DRAINED_AT_MOST = 32 << 20
_OWN_HOST = re.compile(r"(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?", re.ASCII)
_ORIGIN = re.compile(r"^https?://[^/?]*/?", re.ASCII)
_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)

Fields = dict[str, object]


class SandboxHandler(BaseHTTPRequestHandler):
    """One client's connection, request by request."""

    server: SandboxServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "GatewaySandbox", ""
    disable_nagle_algorithm = True
    wbufsize = -1  # status, headers and body in one packet
    timeout = PATIENCE_S

    # -- one request ------------------------------------------------------------------------------------------------
    def handle_one_request(self) -> None:
        """Waits for a request and answers it; then the client's time begins anew."""
        self._status, self._code, self._began_s = 0, "", time.perf_counter()
        super().handle_one_request()
        self.server.note_waiting(self.connection, since=self.server.sandbox.monotonic())

    def parse_request(self) -> bool:
        """The first line is here: from now on the time is the sandbox's."""
        self._began_s = time.perf_counter()
        return super().parse_request()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """A request that is none, by its status alone: the usual words would repeat the request line."""
        self.request_version = self.protocol_version
        self._refuse(code)

    def finish(self) -> None:
        """A client that has gone is no failure."""
        with suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name in the base class
        """Says nothing: request lines hold credentials."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header by the sandbox's clock: clients compare theirs with it."""
        return super().date_time_string(self.server.sandbox.now().timestamp() if timestamp is None else timestamp)

    def do_GET(self) -> None:
        """The steering page and the state; of the service itself nothing is read by GET."""
        self.server.note_waiting(self.connection, since=None)
        path, _, query = self._target().partition("?")
        if path == "/simulator/state" and self._is_own_host():
            self._send_json(self.server.sandbox.state())
        elif path == "/" and self._is_own_host():
            language = Language.EN if parse_qs(query).get("lang") == ["en"] else Language.VI
            self.send(200, steering_page(language), gateway_trouble.HTML, PAGE_HEADERS)
        else:
            self.send(404, b"")

    def do_POST(self) -> None:
        """A login, a question, or a change of what is wrong."""
        path, _, query = self._target().partition("?")
        sandbox, dialect = self.server.sandbox, self.server.sandbox.dialect
        if path.startswith("/simulator/"):
            return self._steer(path)
        fault, kind = sandbox.fault_in_force(), dialect.kind_of(path)
        try:
            if kind == "login" or not gateway_trouble.before_the_body(fault, self):
                body = self._read_body()
                if body is not None and not gateway_trouble.on_every_path(fault, self):
                    self._serve(kind, fault, query, body)
        finally:
            if kind:
                asked = Asked(sandbox.now(), kind, self._status, self._code, self._handled_ms(), fault.name)
                sandbox.tally.note(asked)
        return None

    def _serve(self, kind: Kind, fault: Fault, query: str, body: bytes) -> None:
        sandbox, dialect = self.server.sandbox, self.server.sandbox.dialect
        match kind:
            case "login":
                with sandbox.tally.login():
                    if not gateway_trouble.on_a_login(fault, self, sandbox):
                        fields = self._fields(body, dialect.token_body)
                        self.send(200, self._told(sandbox.log_in(fields, self._caller())))
            case "lookup":
                fields = self._fields(body, dialect.lookup_body)
                sandbox.tally.add_lookup(tuple(str(fields.get(name)) for name in ("maThe", "hoTen", "ngaySinh")))
                self._ask(fault, _credentials(query), lambda: (200, sandbox.look_up(fields)))
            case "history":
                sandbox.tally.add(histories=1)
                fields = self._fields(body, "form")
                self._ask(fault, _credentials(query), lambda: (200, sandbox.history(fields)))
            case "copay":
                sandbox.tally.add(copays=1)
                fields = self._fields(body, "json")
                credentials = self._credentials_of_headers(str(fields.get("username")))
                self._ask(fault, credentials, lambda: sandbox.copay(fields))
            case _:
                self.send(404, b"")

    def _ask(
        self, fault: Fault, credentials: Credentials, reply: Callable[[], tuple[int, Mapping[str, object]]]
    ) -> None:
        sandbox = self.server.sandbox
        if gateway_trouble.on_a_question(fault, self, sandbox):
            return
        if sandbox.admits(credentials, self._caller()):
            status, fields = reply()
            gateway_trouble.answer(fault, self, self._told(fields), status)
        else:
            self.send(401, b"")

    def _told(self, reply: Mapping[str, object]) -> bytes:
        self._code = str(reply.get("maKetQua") or reply.get("MaKetQua"))
        return json.dumps(reply, ensure_ascii=False).encode()

    # -- steering ---------------------------------------------------------------------------------------------------
    def _steer(self, path: str) -> None:
        """Changes the sandbox, if it is asked by its own page or by a program on this computer, by no web site."""
        body, own = self._read_body(), self.server.base_url
        if body is None:
            return
        # Browsers send the origin with every POST, programs send none.
        is_own = self.headers.get("Origin", own) in {own, f"http://localhost:{self.server.port}"}
        if not (is_own and self._is_own_host() and self.headers.get_content_type() == "application/json"):
            self.send(403, b"")
        elif path == "/simulator/fault":
            self._change_fault(str(self._fields(body, "json").get("fault", "")))
        elif path == "/simulator/reset":
            self.server.sandbox.reset()
            self._send_json({})
        else:
            self.send(404, b"")

    def _change_fault(self, fault: str) -> None:
        try:
            self.server.sandbox.set_fault(fault)
        except ValueError as error:
            self._send_json({"error": str(error)}, status=400)
        else:
            self._send_json({"fault": self.server.sandbox.fault})

    def _target(self) -> str:
        """Path and query; a client that takes the sandbox for its proxy sends a whole address [RFC 9112 §3.2.2]."""
        return _ORIGIN.sub("/", self.path)

    def _is_own_host(self) -> bool:
        """Whether the browser meant this computer: a strange name that leads here is not answered."""
        return _OWN_HOST.fullmatch(self.headers.get("Host", "")) is not None

    # -- reading ----------------------------------------------------------------------------------------------------
    def _read_body(self) -> bytes | None:
        """The whole body; None if there is none to be had, which has been answered."""
        lengths = set(self.headers.get_all("Content-Length", ["0"]))
        length = lengths.pop()
        body: bytes | None = None
        if "Transfer-Encoding" in self.headers:
            self._refuse(411)
        elif lengths or not _LENGTH.fullmatch(length):
            self._refuse(400)
        elif int(length) > LARGEST_REQUEST:
            self._drain(min(int(length), _DRAINED_AT_MOST))
            self._refuse(413)
        else:
            body = self.rfile.read(int(length))
            if len(body) < int(length):
                self._refuse(400)
                body = None
        self.server.note_waiting(self.connection, since=None)
        return body

    def _drain(self, size: int) -> None:
        """Lets a client say its piece, without keeping it: else it would not read the answer."""
        while size > 0 and (piece := self.rfile.read(min(size, LARGEST_REQUEST))):
            size -= len(piece)

    def _refuse(self, status: int) -> None:
        self.server.sandbox.tally.add(malformed=1)
        self.close_connection = True
        self.send(status, b"", headers={"Connection": "close"})

    def _fields(self, body: bytes, kind: Body) -> Fields:
        """The body's fields, JSON or form, if this installation understands what the caller sends."""
        is_json = self.headers.get_content_type() == "application/json"
        try:
            if is_json and kind != "form":
                fields = json.loads(body)
                return fields if isinstance(fields, dict) else {}
            if not is_json and kind != "json":
                return {name: values[0] for name, values in parse_qs(body.decode()).items()}
        except (ValueError, RecursionError):
            self.server.sandbox.tally.add(malformed=1)
        return {}

    def _credentials_of_headers(self, username: str) -> Credentials:
        token, id_token, md5 = (self.headers.get(name, "") for name in ("accessToken", "tokenId", "passwordHash"))
        return Credentials(token, id_token, username, md5)

    def _caller(self) -> str:
        return str(self.client_address[0])

    # -- writing ----------------------------------------------------------------------------------------------------
    def _send_json(self, reply: object, status: int = 200) -> None:
        self.send(status, json.dumps(reply, ensure_ascii=False).encode(), headers={"Cache-Control": "no-store"})

    def _handled_ms(self) -> float:
        return round(1000 * (time.perf_counter() - self._began_s), 3)

    def send(
        self,
        status: int,
        body: bytes,
        content_type: str = "application/json; charset=utf-8",
        headers: Mapping[str, str] | None = None,
        *,
        cut_at: int | None = None,
    ) -> None:
        """A whole reply; with `cut_at` only so many bytes of its body, then the end of the connection."""
        self._status = status
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Sandbox-Handled-Ms", f"{self._handled_ms():.3f}")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut_at])
        if cut_at is not None:
            self.leave()

    def drip(self, interval_s: float) -> None:
        """A body byte by byte, without end."""
        self._status = 200
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(LARGEST_REQUEST))
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True
        while not self.server.sandbox.closing.wait(interval_s):
            self.wfile.write(b" ")
            self.wfile.flush()

    def reset(self) -> None:
        """Resets the connection: no answer, not even a polite end."""
        self.close_connection = True
        self.server.note_reset(self.connection)

    def leave(self) -> None:
        """Closes the connection after this reply, without having said so."""
        self.close_connection = True


def _credentials(query: str) -> Credentials:
    given = {name: values[0] for name, values in parse_qs(query).items()}
    return Credentials(*(given.get(name, "") for name in ("token", "id_token", "username", "password")))
