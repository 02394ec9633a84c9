"""What goes wrong between this computer and the gateway, and how long anybody waits for it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from kiosk.lookup.answer import Answer, CardAnswer, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Account
from kiosk.lookup.transport import Transport
from kiosk.simulator.gateway import FAULTS, GatewaySandbox
from kiosk.simulator.people import Person
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.lookup.conftest import Script

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
LIMITS = {"read_timeout_s": 0.3, "total_timeout_s": 0.6}
"""For what never answers."""
NOBODY_WAITS_LONGER_S = WITHIN_S / 2
"""Much more than the total limits here, for a busy computer; much less than every other limit and silence."""
SILENT = ("timeout", "drip")

KIND_OF_FAULT = {
    "timeout": TroubleKind.TIMEOUT,
    "drip": TroubleKind.TIMEOUT,
    "down": TroubleKind.UNREACHABLE,
    "http-500": TroubleKind.SERVER_ERROR,
    "html": TroubleKind.UNCLEAR,
    "garbage": TroubleKind.UNCLEAR,
    "empty": TroubleKind.UNCLEAR,
    "unauthorized": TroubleKind.ACCOUNT,
    "locked": TroubleKind.ACCOUNT_LOCKED,
    "wrong-account": TroubleKind.ACCOUNT,
    "wrong-facility": TroubleKind.ACCOUNT,
    "rate-limit": TroubleKind.RATE_LIMITED,
    "rate-limit-date": TroubleKind.RATE_LIMITED,
    "reset-before": TroubleKind.UNREACHABLE,
    "reset-after": TroubleKind.UNREACHABLE,
    "cut": TroubleKind.UNREACHABLE,
    "http-400": TroubleKind.PARAMETERS,
    "http-503": TroubleKind.SERVER_ERROR,
    "burst": TroubleKind.SERVER_ERROR,
    "portal": TroubleKind.UNCLEAR,
    "redirect": TroubleKind.UNCLEAR,
    "huge": TroubleKind.UNCLEAR,
    "deep": TroubleKind.UNCLEAR,
    "restricted": TroubleKind.SERVER_ERROR,
    "login-500": TroubleKind.SERVER_ERROR,
    "login-html": TroubleKind.UNCLEAR,
}
ANSWERED = {
    "slow": "000",
    "jitter": "000",
    "hang-up": "000",
    "login-slow": "000",
    "token-lost": "000",
    "unknown-code": "987",
}


def kind_of(answer: Answer) -> TroubleKind:
    assert isinstance(answer, ServiceTrouble)
    return answer.kind


@contextmanager
def raw_server(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does to its first connection whatever a test wants."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                behave(connection)

        thread = threading.Thread(target=serve, name="raw-server")
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(("fault", "kind"), KIND_OF_FAULT.items())
def test_fault_becomes_its_kind_of_trouble_within_the_time_limit(
    fault: str,
    kind: TroubleKind,
    open_gateway: Callable[..., Gateway],
    sandbox: GatewaySandbox,
    question: Question,
) -> None:
    sandbox.set_fault(fault)
    started = time.monotonic()
    assert kind_of(open_gateway(**(LIMITS if fault in SILENT else {})).look_up(question)) is kind
    assert time.monotonic() - started < NOBODY_WAITS_LONGER_S


@pytest.mark.parametrize(("fault", "code"), ANSWERED.items())
def test_fault_that_is_none_for_the_desk_is_answered(
    fault: str, code: str, gateway: Gateway, sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault(fault)
    answer = gateway.look_up(question)
    assert isinstance(answer, CardAnswer)
    assert answer.code == code


def test_000_without_any_field_has_no_card(gateway: Gateway, sandbox: GatewaySandbox, question: Question) -> None:
    sandbox.set_fault("missing-fields")
    answer = gateway.look_up(question)
    assert isinstance(answer, CardAnswer)
    assert (answer.code, answer.card) == ("000", None)


def test_every_fault_of_the_sandbox_is_tested_here() -> None:
    assert {*KIND_OF_FAULT, *ANSWERED, "missing-fields"} == FAULTS.keys()


@pytest.mark.parametrize("fault", ["timeout", "drip", "down", "http-500", "html", "garbage", "empty"])
def test_next_lookup_after_a_fault_is_answered(
    fault: str,
    open_gateway: Callable[..., Gateway],
    sandbox: GatewaySandbox,
    question: Question,
    advance: Callable[[float], None],
) -> None:
    hurries = fault in SILENT

    def now() -> datetime:
        """Once it has its token, the first lookup has half a second left, and the next one all its time."""
        nonlocal hurries
        if hurries and sandbox.counts.logins:
            hurries = False
            advance(WITHIN_S - 0.5)
        return NOON

    gateway = open_gateway(now=now)
    sandbox.set_fault(fault)
    gateway.look_up(question)
    assert not hurries
    sandbox.set_fault("")
    assert isinstance(gateway.look_up(question), CardAnswer)


def test_slow_service_is_waited_for_within_the_limit_and_not_beyond(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault("slow")
    sandbox.delay_s = 0.1
    assert isinstance(open_gateway().look_up(question), CardAnswer)
    sandbox.delay_s = 2 * WITHIN_S
    assert kind_of(open_gateway(**LIMITS).look_up(question)) is TroubleKind.TIMEOUT


def test_dripping_body_ends_with_the_total_limit_though_every_read_is_quick(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault("drip")
    started = time.monotonic()
    assert kind_of(open_gateway(total_timeout_s=0.4).look_up(question)) is TroubleKind.TIMEOUT
    assert 0.35 < time.monotonic() - started < NOBODY_WAITS_LONGER_S


def test_one_byte_a_second_ends_with_the_total_limit(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault("drip")
    sandbox.delay_s = 1.0
    gateway = open_gateway(total_timeout_s=2.5)
    started = time.monotonic()
    assert kind_of(gateway.look_up(question)) is TroubleKind.TIMEOUT
    assert 2.4 < time.monotonic() - started < NOBODY_WAITS_LONGER_S


def test_tls_handshake_that_drips_ends_with_the_total_limit(
    open_gateway: Callable[..., Gateway], question: Question
) -> None:
    def drip(connection: socket.socket) -> None:
        connection.settimeout(0.05)
        sent = 0
        greeting = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03" + bytes(1000)
        while sent < len(greeting):
            try:
                sent += connection.send(greeting[sent : sent + 1])
                if not connection.recv(1 << 16):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    started = time.monotonic()
    with raw_server(drip) as base_url:
        gateway = open_gateway(base_url=base_url.replace("http:", "https:"), total_timeout_s=0.5)
        assert kind_of(gateway.look_up(question)) in {TroubleKind.TIMEOUT, TroubleKind.TLS}
        assert time.monotonic() - started < NOBODY_WAITS_LONGER_S
        gateway.close()


def test_dripping_headers_end_with_the_total_limit_too(
    open_gateway: Callable[..., Gateway], question: Question
) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Endless: ")
        connection.settimeout(0.02)
        while True:
            try:
                connection.sendall(b"x")
                if not connection.recv(1 << 16):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    started = time.monotonic()
    with raw_server(drip) as base_url:
        gateway = open_gateway(base_url=base_url, total_timeout_s=0.4)
        assert kind_of(gateway.look_up(question)) is TroubleKind.TIMEOUT
    assert time.monotonic() - started < NOBODY_WAITS_LONGER_S


def test_total_limit_covers_both_questions_together(
    open_gateway: Callable[..., Gateway],
    sandbox: GatewaySandbox,
    question: Question,
    time_is_up: Callable[[], datetime],
) -> None:
    answer = open_gateway(now=time_is_up).look_up(replace(question, number="DN4999900000777"))
    assert isinstance(answer, CardAnswer)
    assert answer.code == "050"
    assert sandbox.counts.lookups == 1


def test_total_limit_covers_login_and_lookup_together(
    open_gateway: Callable[..., Gateway], script: "Script", question: Question, advance: Callable[[float], None]
) -> None:
    def now() -> datetime:
        if script.asked("/api/token/take"):
            advance(WITHIN_S)
        return NOON

    gateway = open_gateway(base_url=script.base_url, now=now)
    assert kind_of(gateway.look_up(question)) is TroubleKind.TIMEOUT
    assert [sent.path for sent in script.sent] == ["/api/token/take"]


def test_nobody_listens(open_gateway: Callable[..., Gateway], question: Question) -> None:
    with closing(socket.socket()) as held:  # a port that is nobody else's meanwhile
        held.bind(("127.0.0.1", 0))
        answer = open_gateway(base_url=f"http://127.0.0.1:{held.getsockname()[1]}").look_up(question)
    assert kind_of(answer) is TroubleKind.UNREACHABLE


@pytest.mark.parametrize(
    "base_url", ["http://" + "a" * 64 + ".invalid", "", "nonsense", "http://", "http://[::1", "ftp://x"]
)
def test_address_that_leads_nowhere_is_trouble_and_no_exception(
    base_url: str, open_gateway: Callable[..., Gateway], question: Question
) -> None:
    assert kind_of(open_gateway(base_url=base_url, total_timeout_s=5).look_up(question)) in {
        TroubleKind.UNREACHABLE,
        TroubleKind.UNCLEAR,
        TroubleKind.TIMEOUT,
    }


def test_name_that_no_server_knows(
    open_gateway: Callable[..., Gateway], question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    answer = open_gateway(base_url="http://gateway.invalid").look_up(question)
    assert kind_of(answer) is TroubleKind.UNREACHABLE


def test_name_server_that_does_not_answer_holds_nobody_beyond_the_limit(
    open_gateway: Callable[..., Gateway], question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def silent(*_: object, **__: object) -> None:
        over.wait(2 * WITHIN_S)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    started = time.monotonic()
    answer = open_gateway(base_url="http://gateway.invalid", **LIMITS).look_up(question)
    over.set()
    assert kind_of(answer) is TroubleKind.TIMEOUT
    assert time.monotonic() - started < NOBODY_WAITS_LONGER_S


def test_connection_that_the_service_closed_meanwhile_costs_no_lookup(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question
) -> None:
    for _ in range(5):
        assert isinstance(gateway.look_up(question), CardAnswer)
        sandbox.drop_connections()


@pytest.mark.parametrize(("longest_idle_s", "connections"), [(30.0, 1), (-1.0, 4)])
def test_connection_is_used_again_unless_it_was_idle_for_long(
    longest_idle_s: float,
    connections: int,
    script: "Script",
    open_gateway: Callable[..., Gateway],
    question: Question,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.lookup.transport.LONGEST_IDLE_S", longest_idle_s)
    script.say("/api/egw/KQNhanLichSuKCB2024", {"maKetQua": "050"})
    gateway = open_gateway(base_url=script.base_url)
    for _ in range(3):
        assert isinstance(gateway.look_up(question), CardAnswer)
    assert script.connections == connections


@pytest.mark.parametrize("lookup_body", ["json", "form"])
@pytest.mark.parametrize("name", ["\ud800", "\x00", "x" * 20_000, "=&%?#\r\nX: y", "{}", "ẵ" * 5000])
def test_name_that_a_stranger_wrote_is_asked_for_without_an_exception(
    name: str, lookup_body: str, open_gateway: Callable[..., Gateway], question: Question
) -> None:
    answer = open_gateway(lookup_body=lookup_body).look_up(replace(question, full_name=name))
    assert isinstance(answer, CardAnswer | ServiceTrouble)
    assert not isinstance(answer, CardAnswer) or answer.code == "060"


def test_password_that_is_no_text_is_refused_and_not_shown(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    account = Account(sandbox.username, "m\udce1u")  # how the environment hands over a byte that is no UTF-8
    assert kind_of(open_gateway(account=account).look_up(question)) is TroubleKind.ACCOUNT


def test_proxy_of_the_settings_is_used(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    gateway = open_gateway(base_url="http://gateway.invalid", proxy=sandbox.base_url)
    assert isinstance(gateway.look_up(question), CardAnswer)
    assert sandbox.counts.lookups == 1


def test_proxy_of_the_environment_never_gets_the_credentials(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert isinstance(gateway.look_up(question), CardAnswer)


def test_body_larger_than_a_mebibyte_is_not_read_to_its_end(
    open_gateway: Callable[..., Gateway], question: Question
) -> None:
    sent: list[int] = []

    def flood(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        try:
            while True:
                sent.append(connection.send(bytes(1 << 16)))
        except OSError:
            return

    with raw_server(flood) as base_url:
        assert kind_of(open_gateway(base_url=base_url).look_up(question)) is TroubleKind.UNCLEAR
    assert sum(sent) < 100 << 20


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", TroubleKind.UNCLEAR),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", TroubleKind.UNCLEAR),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", TroubleKind.ACCOUNT),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", TroubleKind.ACCOUNT),
        (b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n", TroubleKind.SERVER_ERROR),
        (b'HTTP/1.1 400 Bad\r\nContent-Length: 19\r\n\r\n{"maKetQua": "403"}', TroubleKind.ACCOUNT_LOCKED),
        (b'HTTP/1.1 400 Bad\r\nContent-Length: 19\r\n\r\n{"maKetQua": "401"}', TroubleKind.ACCOUNT),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", TroubleKind.UNREACHABLE),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", TroubleKind.UNREACHABLE),
        (b"SSH-2.0-nonsense\r\n", TroubleKind.UNREACHABLE),
        (b"", TroubleKind.UNREACHABLE),
    ],
)
def test_odd_reply_to_a_login_is_named(
    reply: bytes, kind: TroubleKind, open_gateway: Callable[..., Gateway], question: Question
) -> None:
    def answer_once(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(reply)

    with raw_server(answer_once) as base_url:
        assert kind_of(open_gateway(base_url=base_url).look_up(question)) is kind


def test_rate_limit_is_obeyed_for_as_long_as_the_service_asks(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question, advance: Callable[[float], None]
) -> None:
    sandbox.set_fault("rate-limit")
    assert kind_of(gateway.look_up(question)) is TroubleKind.RATE_LIMITED
    sandbox.set_fault("")
    advance(25)
    assert kind_of(gateway.look_up(question)) is TroubleKind.RATE_LIMITED
    assert sandbox.counts.lookups == 1
    advance(6)
    assert isinstance(gateway.look_up(question), CardAnswer)


def test_service_that_stays_away_is_not_waited_for_again_and_again(
    open_gateway: Callable[..., Gateway],
    sandbox: GatewaySandbox,
    question: Question,
    advance: Callable[[float], None],
) -> None:
    gateway = open_gateway(failures_before_pause=3, pause_s=10)
    sandbox.set_fault("http-500")
    for _ in range(6):
        assert kind_of(gateway.look_up(question)) is TroubleKind.SERVER_ERROR
    assert sandbox.counts.lookups == 3
    sandbox.set_fault("")
    advance(11)
    assert isinstance(gateway.look_up(question), CardAnswer)
    assert isinstance(gateway.look_up(question), CardAnswer)


def test_second_question_with_trouble_leaves_the_first_answer(
    open_gateway: Callable[..., Gateway],
    person_with: Callable[[str], Person],
    question_of: Callable[[Person], Question],
    time_is_up: Callable[[], datetime],
) -> None:
    answer = open_gateway(now=time_is_up).look_up(question_of(person_with("003")))
    assert isinstance(answer, CardAnswer)
    assert (answer.code, answer.earlier_codes) == ("003", ())


@pytest.mark.parametrize("kind", [RuntimeError, type("PanicException", (BaseException,), {})])
def test_exchange_that_breaks_is_unclear_at_once_and_nobody_waits_for_its_time_limit(
    open_gateway: Callable[..., Gateway], question: Question, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    def breaks(*_: object) -> None:
        raise kind("Nguyễn Văn Mẫu")

    monkeypatch.setattr(Transport, "_send", breaks)
    assert kind_of(open_gateway().look_up(question)) is TroubleKind.UNCLEAR
