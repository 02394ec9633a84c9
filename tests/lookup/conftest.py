"""A sandbox, a gateway that asks it, and a clock that both look at."""

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from kiosk.dates import PartialDate
from kiosk.lookup.answer import CardAnswer, Question
from kiosk.lookup.evidence import KeepReply, keep_nothing
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Account, GatewayOptions, Officer
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person
from tests.patience import WITHIN_S

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


class Clock:
    """Stands still at noon for dates and runs for time limits; `advance` moves both."""

    def __init__(self) -> None:
        self.advanced_s = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.advanced_s)

    def monotonic(self) -> float:
        return time.monotonic() + self.advanced_s

    def advance(self, seconds: float) -> None:
        self.advanced_s += seconds


TOKEN = {
    "maKetQua": "200",
    "APIKey": {"access_token": "a-token", "id_token": "an-id", "expires_in": "2026-11-21T05:10:00.1234567Z"},
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it came in."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content_type: str
    body: bytes


@dataclass(slots=True)
class Script:
    """A service that answers what it is told to, by path and in order; the last answer is repeated.

    For replies word for word; whatever depends on who is asked about is the sandbox's.
    """

    base_url: str = ""
    sent: list[Sent] = field(default_factory=list)
    connections: int = 0
    replies: dict[str, deque[tuple[int, bytes, dict[str, str], float]]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def say(
        self, path: str, reply: object, status: int = 200, headers: dict[str, str] | None = None, after_s: float = 0
    ) -> None:
        """Adds an answer: bytes as they are, all else as JSON."""
        body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        self.replies.setdefault(path, deque()).append((status, body, headers or {}, after_s))

    def asked(self, path: str) -> list[Sent]:
        """The requests for a path."""
        return [sent for sent in self.sent if sent.path == path]


@pytest.fixture
def script() -> Iterator[Script]:
    """A scripted service; logins get a token until told otherwise."""
    script = Script()
    connections: list[socket.socket] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def setup(self) -> None:
            super().setup()
            connections.append(self.connection)
            script.connections += 1

        def do_POST(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            headers = dict(self.headers.items())
            script.sent.append(Sent(address.path, query, headers, self.headers.get_content_type(), body))
            replies = script.replies.get(address.path)
            if not replies:
                replies = deque([(200, json.dumps(TOKEN).encode(), {}, 0.0)])
            status, reply, more, after_s = replies.popleft() if len(replies) > 1 else replies[0]
            script.over.wait(after_s)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(reply)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = False
        request_queue_size = 64

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away is no error."""

    server = Server(("127.0.0.1", 0), Handler)
    script.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="script")
    thread.start()
    yield script
    script.over.set()
    server.shutdown()
    thread.join()
    for connection in connections:  # a client that keeps its connection would be waited for
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def advance(clock: Clock) -> Callable[[float], None]:
    """Moves the clock of sandbox and gateway on by some seconds."""
    return clock.advance


@pytest.fixture
def monotonic(clock: Clock) -> Callable[[], float]:
    """The time that limits and pauses are counted by."""
    return clock.monotonic


@pytest.fixture
def sandbox(people: tuple[Person, ...], clock: Clock) -> Iterator[GatewaySandbox]:
    with GatewaySandbox(people, delay_s=0.02, now=clock.now) as sandbox:
        yield sandbox


@pytest.fixture
def open_gateway(sandbox: GatewaySandbox, clock: Clock) -> Iterator[Callable[..., Gateway]]:
    """Makes gateways to the sandbox: keywords change options, `account`, `officer`, `now`, `keep`."""
    with ExitStack() as gateways:

        def open_one(
            account: Account | None = None,
            officer: Officer | Callable[[], Officer] | None = None,
            now: Callable[[], datetime] = clock.now,
            keep: KeepReply = keep_nothing,
            **changes: object,
        ) -> Gateway:
            usual = GatewayOptions(
                sandbox.base_url,
                connect_timeout_s=WITHIN_S,
                read_timeout_s=WITHIN_S,
                total_timeout_s=WITHIN_S,
                failures_before_pause=1000,
            )
            options = replace(usual, **changes)  # type: ignore[arg-type]  # fields by name
            gateway = Gateway(
                options,
                account or Account(sandbox.username, sandbox.password),
                officer or Officer(sandbox.officer_name, sandbox.officer_number),
                keep=keep,
                now=now,
                monotonic=clock.monotonic,
            )
            return gateways.enter_context(gateway)

        yield open_one


@pytest.fixture
def time_is_up(sandbox: GatewaySandbox, clock: Clock) -> Callable[[], datetime]:
    """`now` of a gateway to the sandbox: all time that there was for a lookup is over with its first answer."""
    asked_before = sandbox.counts.lookups

    def now() -> datetime:
        nonlocal asked_before
        if sandbox.counts.lookups > asked_before:
            asked_before = sandbox.counts.lookups
            clock.advance(WITHIN_S)
        return clock.now()

    return now


@pytest.fixture
def log_in(question: Question) -> Callable[[Gateway], None]:
    """Asks until a gateway has its token, where a busy machine lets the time limit of a test pass before."""

    def until_answered(gateway: Gateway) -> None:
        while not isinstance(gateway.look_up(question), CardAnswer):
            pass

    return until_answered


@pytest.fixture
def gateway(open_gateway: Callable[..., Gateway]) -> Gateway:
    return open_gateway()


@pytest.fixture
def question_of() -> Callable[[Person], Question]:
    """The question with a person's own data."""

    def question_of(person: Person) -> Question:
        born = person.date_of_birth
        return Question(person.number, person.full_name, PartialDate(born.year, born.month, born.day), person.number)

    return question_of


@pytest.fixture
def question(reference_person: Person, question_of: Callable[[Person], Question]) -> Question:
    """The reference person's question: covered."""
    return question_of(reference_person)


@pytest.fixture
def person_with(people: tuple[Person, ...]) -> Callable[[str], Person]:
    """The first person whose card has this result code."""
    return lambda code: next(p for p in people if p.insurance is not None and p.insurance.code == code)
