"""What can be wrong with the gateway sandbox, as it shows on the wire."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.simulator.gateway import FAULTS, GatewaySandbox
from kiosk.simulator.gateway_faults import Fault, read_fault

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller

Open = Callable[..., GatewaySandbox]
Call = Callable[..., "Caller"]
LOOKUP = "/api/egw/KQNhanLichSuKCB2024"
REFERENCE = ("999090000123", "Nguyễn Văn Mẫu", "15/01/1990")


def test_fault_is_changed_while_it_runs_even_while_it_is_down(caller: "Caller") -> None:
    for fault in ("down", "portal", "reset-before", "slow:0.5", ""):
        assert caller.steer("fault", fault=fault) == (200, {"fault": fault})
        assert caller.sandbox.fault == fault
    assert caller.ask(*REFERENCE)[0] == 200


@pytest.mark.parametrize(
    "fault", ["fire", "slow:", "slow:-1", "slow:x", "slow:1e9", "html:3", "burst:0", "burst:1.5", "²"]
)
def test_fault_that_is_none_is_refused_and_the_old_one_stays(fault: str, caller: "Caller") -> None:
    caller.sandbox.set_fault("html")
    status, told = caller.steer("fault", fault=fault)
    assert status == 400
    assert told["error"]
    assert caller.sandbox.fault == "html"


def test_unknown_fault_is_refused_and_the_known_ones_are_named(caller: "Caller", open_sandbox: Open) -> None:
    assert all(name in caller.steer("fault", fault="fire")[1]["error"] for name in FAULTS)
    with pytest.raises(ValueError, match="no such fault"):
        open_sandbox(fault="fire")


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_written_as_it_is_read(name: str) -> None:
    assert str(read_fault(name)) == name
    if FAULTS[name]:
        assert read_fault(f"{name}:20") == Fault(name, 20)
        assert str(read_fault(f"{name}:20")) == f"{name}:20"


@pytest.mark.parametrize(("fault", "code"), [("locked", "403"), ("wrong-account", "401"), ("wrong-facility", "402")])
def test_login_is_refused_from_the_start_and_nothing_is_locked(
    fault: str, code: str, open_sandbox: Open, call: Call
) -> None:
    caller = call(open_sandbox(fault=fault))
    for _ in range(10):
        assert caller.log_in() == {"maKetQua": code, "APIKey": None}
    caller.sandbox.set_fault("")
    assert caller.log_in()["maKetQua"] == "200"


@pytest.mark.parametrize(
    ("fault", "status", "looks_like"),
    [
        ("http-400", 400, rb'\{"maKetQua":"205"\}$'),
        ("http-500", 500, rb"<!doctype html"),
        ("http-503", 503, rb"$"),
        ("burst", 503, rb"<!doctype html"),
        ("html", 200, rb"<!doctype html"),
        ("portal", 200, rb"<!doctype html"),
        ("redirect", 302, rb"$"),
        ("garbage", 200, rb"\xff\xfe"),
        ("empty", 200, rb"$"),
        ("huge", 200, rb'\{"maKetQua":"000","ghiChu":"x{4194304}"\}$'),
        ("deep", 200, rb"\[{100000}\]{100000}$"),
        ("unauthorized", 401, rb"$"),
        ("token-lost", 401, rb"$"),
        ("rate-limit", 429, rb"$"),
        ("rate-limit-date", 429, rb"$"),
        ("slow", 200, rb'\{"maKetQua": "000"'),
        ("jitter", 200, rb'\{"maKetQua": "000"'),
        ("hang-up", 200, rb'\{"maKetQua": "000"'),
        ("unknown-code", 200, rb'\{"maKetQua": "987"'),
        ("missing-fields", 200, rb'\{"maKetQua": "000"\}$'),
        ("login-slow", 200, rb'\{"maKetQua": "000"'),
        ("login-500", 200, rb'\{"maKetQua": "000"'),
        ("login-html", 200, rb'\{"maKetQua": "000"'),
    ],
)
def test_fault_shows_on_the_wire(fault: str, status: int, looks_like: bytes, caller: "Caller") -> None:
    caller.sandbox.set_fault(fault)
    got, body = caller.ask(*REFERENCE)
    assert got == status
    assert re.match(looks_like, body, re.DOTALL)


@pytest.mark.parametrize(
    ("fault", "status"),
    [("login-500", 500), ("login-html", 200), ("portal", 200), ("redirect", 302)],
)
def test_fault_of_logins_answers_with_no_token(fault: str, status: int, caller: "Caller") -> None:
    caller.sandbox.set_fault(fault)
    got, body = caller.post("/api/token/take", "", "application/x-www-form-urlencoded")
    assert got == status
    assert b"access_token" not in body


def test_redirect_leads_to_a_host_that_cannot_exist(caller: "Caller") -> None:
    caller.sandbox.set_fault("redirect")
    caller.ask(*REFERENCE)
    assert caller.headers["Location"] == "http://login.portal.invalid/"


@pytest.mark.parametrize(("fault", "pause"), [("rate-limit", "30"), ("rate-limit:7", "7"), ("http-503:120", "120")])
def test_pause_is_asked_for_in_seconds(fault: str, pause: str, caller: "Caller") -> None:
    caller.sandbox.set_fault(fault)
    caller.ask(*REFERENCE)
    assert caller.headers["Retry-After"] == pause


def test_pause_is_asked_for_as_a_date(caller: "Caller") -> None:
    caller.sandbox.set_fault("rate-limit-date:60")
    caller.ask(*REFERENCE)
    assert caller.headers["Retry-After"] == "Fri, 13 Nov 2026 03:42:20 GMT"


def test_burst_fails_some_times_in_a_row_and_then_answers_as_often(caller: "Caller") -> None:
    caller.sandbox.set_fault("burst:2")
    assert [caller.ask(*REFERENCE)[0] for _ in range(6)] == [503, 503, 200, 200, 503, 503]


@pytest.mark.parametrize("fault", ["slow:1.5", "login-slow:1.5"])
def test_delay_is_as_long_as_its_number_says(fault: str, open_sandbox: Open, call: Call) -> None:
    pauses: list[float] = []
    caller = call(open_sandbox(fault=fault, pause=pauses.append))
    caller.log_in()
    caller.ask(*REFERENCE)
    assert pauses == [1.5]


def test_jitter_is_between_nothing_and_its_number_and_the_same_for_the_same_seed(
    open_sandbox: Open, call: Call
) -> None:
    runs = []
    for seed in (1, 1, 2):
        pauses: list[float] = []
        caller = call(open_sandbox(fault="jitter:2", pause=pauses.append, seed=seed))
        caller.log_in()
        for _ in range(20):
            caller.ask(*REFERENCE)
        runs.append(pauses)
    assert runs[0] == runs[1] != runs[2]
    assert all(0 <= pause <= 2 for pause in runs[0])
    assert len(set(runs[0])) == 20


@pytest.mark.parametrize("fault", ["down", "reset-before", "reset-after"])
def test_connection_is_reset_without_an_answer(fault: str, caller: "Caller") -> None:
    caller.sandbox.set_fault(fault)
    with pytest.raises(ConnectionResetError):
        caller.ask(*REFERENCE)


def test_lookup_whose_answer_is_lost_was_made_and_the_one_reset_before_was_not(caller: "Caller") -> None:
    for fault, lookups in (("reset-before", 0), ("reset-after", 1)):
        caller.sandbox.set_fault(fault)
        with pytest.raises(ConnectionError):
            caller.ask(*REFERENCE)
        caller.connection.close()
        assert caller.sandbox.counts.lookups == lookups


def test_login_works_while_lookups_are_reset(caller: "Caller") -> None:
    for fault in ("reset-before", "reset-after", "cut"):
        caller.sandbox.set_fault(fault)
        assert caller.log_in()["maKetQua"] == "200"


def test_cut_answer_ends_half_way(caller: "Caller") -> None:
    whole = caller.ask(*REFERENCE)[1]
    caller.sandbox.set_fault("cut")
    body = json.dumps(caller.fields(*REFERENCE))
    caller.connection.request("POST", f"{LOOKUP}?{caller.credentials()}", body, {"Content-Type": "application/json"})
    response = caller.connection.getresponse()
    assert int(response.headers["Content-Length"]) == len(whole)
    assert response.read1() == whole[: len(whole) // 2]


def test_service_that_hangs_up_does_so_after_a_whole_answer_that_did_not_say_so(caller: "Caller") -> None:
    caller.sandbox.set_fault("hang-up")
    assert caller.reply(*REFERENCE)["maKetQua"] == "000"
    assert "Connection" not in caller.headers
    assert caller.connection.sock.recv(1) == b""


def test_dripping_body_never_ends(caller: "Caller") -> None:
    caller.sandbox.set_fault("drip")
    caller.connection.request("POST", f"{LOOKUP}?{caller.credentials()}", b"{}")
    response = caller.connection.getresponse()
    assert response.status == 200
    assert [response.read(1) for _ in range(3)] == [b" "] * 3


def test_timeout_is_silence(caller: "Caller") -> None:
    caller.sandbox.set_fault("timeout")
    caller.connection.request("POST", f"{LOOKUP}?{caller.credentials()}", b"{}")
    caller.connection.sock.settimeout(0.1)
    with pytest.raises(TimeoutError):
        caller.connection.getresponse()


@pytest.mark.parametrize("fault", ["timeout", "drip", "slow"])
def test_closing_ends_waiting_clients_at_once(fault: str, open_sandbox: Open, call: Call) -> None:
    sandbox = open_sandbox(delay_s=30)
    caller = call(sandbox)
    caller.log_in()
    sandbox.set_fault(fault)
    caller.connection.request("POST", f"{LOOKUP}?{caller.credentials()}", b"{}")
    while not sandbox.counts.lookups:
        sandbox.closing.wait(0.001)
    sandbox.close()  # the threads that waited are gone: the fixture for leaked threads looks


def test_tokens_are_lost_once_and_new_ones_are_good(caller: "Caller") -> None:
    caller.sandbox.set_fault("token-lost")
    assert caller.ask(*REFERENCE)[0] == 401
    caller.log_in()
    assert caller.ask(*REFERENCE)[0] == 200
