"""Clients that mean harm, or do it: the gateway sandbox stays up and answers the next one."""

import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.simulator import gateway_server
from kiosk.simulator.gateway import GatewaySandbox
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller, Clock

Call = Callable[..., "Caller"]
TAKE, LOOKUP = "/api/token/take", "/api/egw/KQNhanLichSuKCB2024"
FIELDS = st.sampled_from(["maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb", "username"])
REFERENCE = ("999090000123", "Nguyễn Văn Mẫu", "15/01/1990")


@pytest.fixture
def dial(sandbox: GatewaySandbox) -> Iterator[Callable[[], socket.socket]]:
    """Opens bare connections."""
    with ExitStack() as lines:
        yield lambda: lines.enter_context(socket.create_connection(("127.0.0.1", sandbox.port), timeout=WITHIN_S))


@pytest.fixture
def answers(sandbox: GatewaySandbox, call: Call) -> Iterator[None]:
    """The sandbox answers afterwards as before."""
    yield
    caller = call(sandbox)
    assert caller.log_in()["maKetQua"] == "200"
    assert caller.ask(*REFERENCE)[0] == 200


pytestmark = pytest.mark.usefixtures("answers")


def said(line: socket.socket, request: bytes) -> bytes:
    """All that is answered to one request, whose sender then has no more to say."""
    answer = b""
    with suppress(OSError):  # who is sent too much of it hangs up in the middle
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        while piece := line.recv(1 << 16):
            answer += piece
    return answer


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"\r\n\r\n", b""),
        (b"nonsense\r\n\r\n", b"HTTP/1.1 400"),
        (b"POST %s HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 400"),
        (b"POST %s HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", b"HTTP/1.1 400"),
        (b"POST %s HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", b"HTTP/1.1 400"),
        (b"POST %s HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", b"HTTP/1.1 400"),
        (b"POST %s HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc", b"HTTP/1.1 400"),
        (b"POST %s HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"HTTP/1.1 413"),
        (b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"HTTP/1.1 411"),
        (b"POST %s HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"HTTP/1.1 431"),
        (b"POST /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b""),
        (b"POST %s HTTP/9.9\r\n\r\n", b"HTTP/1.1 505"),
        (b"DELETE %s HTTP/1.1\r\n\r\n", b"HTTP/1.1 501"),
        (b"GET %s HTTP/1.1\r\nConnection: close\r\n\r\n", b"HTTP/1.1 404"),
        (b"POST //[ HTTP/1.1\r\n\r\n", b"HTTP/1.1 404"),
        (b"GET //[?lang=en HTTP/1.1\r\n\r\n", b"HTTP/1.1 404"),
        (b"\x16\x03\x01\x02\x00\x01", b""),
        (b"\x00" * 100_000, b""),
    ],
)
def test_request_that_is_none_is_refused(
    request_bytes: bytes, status: bytes, dial: Callable[[], socket.socket], capfd: pytest.CaptureFixture[str]
) -> None:
    with_path = request_bytes.replace(b"%s", TAKE.encode())
    answer = said(dial(), with_path)
    assert answer[: len(status)] == status
    assert capfd.readouterr().err == ""


def test_body_of_ten_megabytes_is_refused_and_not_kept(caller: "Caller") -> None:
    status, body = caller.post(TAKE, "x" * (10 << 20))
    assert (status, body) == (413, b"")
    assert caller.headers["Connection"] == "close"
    assert caller.sandbox.counts.malformed == 1


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '"x"', "[" * 60_000, '{"maThe": {"maThe": []}}', "{" + '"a":' * 9000, "\x00", "\udcff"],
    ids=["empty", "cut", "list", "null", "text", "deep-list", "wrong-types", "deep-object", "nul", "no-utf-8"],
)
def test_body_that_is_no_question_is_205(body: str, caller: "Caller") -> None:
    raw = body.encode("utf-8", "surrogateescape")
    headers = {"Content-Type": "application/json"}
    status, answer = caller.request("POST", f"{LOOKUP}?{caller.credentials()}", raw, headers)
    assert (status, json.loads(answer)["maKetQua"]) == (200, "205")


def test_more_body_than_announced_is_another_request_and_none(dial: Callable[[], socket.socket]) -> None:
    answer = said(dial(), b"POST " + TAKE.encode() + b" HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}rubbish\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 400" in answer


def test_client_that_resets_in_the_middle_of_its_request_harms_nobody(
    dial: Callable[[], socket.socket], capfd: pytest.CaptureFixture[str]
) -> None:
    for cut in (b"POST ", b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nabc"):
        line = dial()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(cut)
        line.close()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "said_so_far",
    [b"", b"P", b"POST / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nabc"],
    ids=["nothing", "a-letter", "half-a-header", "half-a-body"],
)
def test_client_that_never_comes_to_its_end_is_hung_up_on_after_a_minute(
    said_so_far: bytes, open_sandbox: Callable[..., GatewaySandbox], call: Call, clock: "Clock"
) -> None:
    sandbox = open_sandbox(monotonic=clock.monotonic)
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=WITHIN_S) as slow:
        slow.sendall(said_so_far)
        assert call(sandbox).log_in()["maKetQua"] == "200"  # who comes later is served, so the slow one is there
        clock.now += timedelta(seconds=59)
        assert call(sandbox).log_in()["maKetQua"] == "200"
        slow.settimeout(0.05)
        with pytest.raises(TimeoutError):
            slow.recv(1)
        slow.settimeout(WITHIN_S)
        clock.now += timedelta(seconds=2)
        assert slow.recv(1) == b""


def test_lookup_under_way_is_not_hung_up_on(
    open_sandbox: Callable[..., GatewaySandbox], call: Call, clock: "Clock"
) -> None:
    def pass_by(seconds: float) -> None:
        clock.now += timedelta(seconds=seconds)

    caller = call(open_sandbox(monotonic=clock.monotonic, pause=pass_by))
    caller.log_in()
    caller.sandbox.set_fault("slow:300")
    assert caller.ask(*REFERENCE)[0] == 200


def test_crowd_of_silent_connections_keeps_nobody_out(
    dial: Callable[[], socket.socket], caller: "Caller", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_server, "MOST_CONNECTIONS", 8)
    silent = [dial() for _ in range(20)]
    caller.connection.close()
    assert caller.ask(*REFERENCE)[0] == 200
    assert silent[0].recv(1) == b""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_borne(caller: "Caller", request_bytes: bytes) -> None:
    with socket.create_connection(("127.0.0.1", caller.sandbox.port), timeout=WITHIN_S) as line:
        said(line, request_bytes)
        line.close()
    assert caller.ask(*REFERENCE)[0] == 200


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(FIELDS, st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())))
def test_any_fields_are_answered(caller: "Caller", fields: dict[str, object]) -> None:
    status, body = caller.post(f"{LOOKUP}?{caller.credentials()}", json.dumps(fields))
    assert status == 200
    assert json.loads(body)["maKetQua"] in {"205", "050", "054", "055"}
