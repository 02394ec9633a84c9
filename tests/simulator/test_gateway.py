"""The gateway sandbox, asked by hand: the wire format and the rules of the service itself."""

import hashlib
import http.client
import json
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from kiosk.simulator.gateway import FAULTS, GatewaySandbox, load_account
from kiosk.simulator.people import Person

SANDBOX_FILE = Path(__file__).parents[2] / "config" / "simulator" / "sandbox.toml"
LOOKUP = "/api/egw/KQNhanLichSuKCB2024"
FORM = "application/x-www-form-urlencoded"


class Caller:
    """One kept-alive connection that speaks the wire format."""

    def __init__(self, sandbox: GatewaySandbox) -> None:
        self.sandbox = sandbox
        self.connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=5)
        self.md5 = hashlib.md5(sandbox.password.encode(), usedforsecurity=False).hexdigest().upper()
        self.key: dict[str, str] = {}

    def post(self, path: str, body: str, kind: str = "application/json") -> tuple[int, bytes]:
        self.connection.request("POST", path, body.encode(), {"Content-Type": kind})
        response = self.connection.getresponse()
        return response.status, response.read()

    def log_in(self, **changes: str) -> dict[str, Any]:
        fields = {"username": self.sandbox.username, "password": self.md5, **changes}
        reply: dict[str, Any] = json.loads(self.post("/api/token/take", urlencode(fields), FORM)[1])
        self.key = reply["APIKey"] or {}
        return reply

    def credentials(self, **changes: str) -> str:
        return urlencode(
            {
                "token": self.key.get("access_token", ""),
                "id_token": self.key.get("id_token", ""),
                "username": self.sandbox.username,
                "password": self.md5,
                **changes,
            }
        )

    def ask(self, number: str, name: str, birth: str, **changes: object) -> tuple[int, bytes]:
        fields = {
            "maThe": number,
            "hoTen": name,
            "ngaySinh": birth,
            "hoTenCb": self.sandbox.officer_name,
            "cccdCb": self.sandbox.officer_number,
            **changes,
        }
        return self.post(f"{LOOKUP}?{self.credentials()}", json.dumps(fields))

    def reply(self, number: str, name: str, birth: str, **changes: object) -> dict[str, Any]:
        status, body = self.ask(number, name, birth, **changes)
        assert status == 200
        reply: dict[str, Any] = json.loads(body)
        return reply


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 13, 3, 41, 20, 104718, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(people: tuple[Person, ...], clock: Clock) -> Iterator[GatewaySandbox]:
    with GatewaySandbox(people, delay_s=0.02, now=clock) as sandbox:
        yield sandbox


@pytest.fixture
def caller(sandbox: GatewaySandbox) -> Iterator[Caller]:
    caller = Caller(sandbox)
    caller.log_in()
    yield caller
    caller.connection.close()


REFERENCE = ("999090000123", "Nguyễn Văn Mẫu", "15/01/1990")


def test_login_gives_a_token_with_a_seven_digit_utc_end_ten_minutes_away(caller: Caller) -> None:
    reply = caller.log_in()
    key = reply["APIKey"]
    assert reply["maKetQua"] == "200"
    assert key["token_type"] == "Bearer"
    assert key["username"] == caller.sandbox.username
    assert key["expires_in"] == "2026-11-13T03:51:20.1047187Z"


@pytest.mark.parametrize("changes", [{"username": "99002_BV"}, {"password": "0" * 32}, {"password": ""}])
def test_login_with_a_wrong_account_is_refused_with_401(changes: dict[str, str], caller: Caller) -> None:
    assert caller.log_in(**changes) == {"maKetQua": "401", "APIKey": None}


def test_reply_holds_every_field_as_text_or_null(caller: Caller) -> None:
    reply = caller.reply(*REFERENCE)
    assert len(reply) == 22
    assert all(value is None or isinstance(value, str) for value in reply.values())
    assert reply["maKetQua"] == "000"
    assert reply["ghiChu"] == "Thông tin thẻ BHYT chính xác"
    assert (reply["gtTheTu"], reply["gtTheDen"]) == ("01/01/2026", "31/12/2026")
    assert reply["gioiTinh"] == "Nam"
    assert reply["maKV"] == ""
    assert reply["dsLichSuKCB2018"] is None


def test_valid_card_names_itself_as_the_new_card(caller: Caller) -> None:
    reply = caller.reply(*REFERENCE)
    assert reply["maTheMoi"] == reply["maThe"] == "DN4999900000123"


@pytest.mark.parametrize("number", ["999090000123", "DN4999900000123", "9900000123"])
def test_card_is_found_by_each_of_its_numbers(number: str, caller: Caller) -> None:
    assert caller.reply(number, *REFERENCE[1:])["maThe"] == "DN4999900000123"


def test_every_person_gets_the_code_of_the_file(people: tuple[Person, ...], caller: Caller) -> None:
    for person in people:
        reply = caller.reply(person.number, person.full_name, f"{person.date_of_birth:%d/%m/%Y}")
        assert reply["maKetQua"] == (person.insurance.code if person.insurance else "050"), person.special


@pytest.mark.parametrize(
    ("name", "birth", "code"),
    [
        ("NGUYỄN VĂN MẪU", "15/01/1990", "000"),
        ("Nguyễn Văn Mẫu", "1990", "000"),
        ("Nguyễn Văn Mẫu", "01/1990", "000"),
        ("Nguyễn Văn Mậu", "15/01/1990", "061"),
        ("NGUYEN VAN MAU", "15/01/1990", "061"),
        ("Nguyễn Mẫu", "15/01/1990", "060"),
        ("Trần Văn Mẫu", "15/01/1990", "060"),
        ("Nguyễn Văn Mẫu", "16/01/1990", "070"),
        ("Nguyễn Văn Mẫu", "1991", "070"),
    ],
)
def test_person_is_compared(name: str, birth: str, code: str, caller: Caller) -> None:
    assert caller.reply(REFERENCE[0], name, birth)["maKetQua"] == code


def test_name_of_the_register_is_right_where_the_document_is_wrong(caller: Caller) -> None:
    assert caller.reply("958077000241", "Kiều Văn Khác Tên", "28/09/1977")["maKetQua"] == "060"
    assert caller.reply("958077000241", "Lâm Quang Nhầm", "28/09/1977")["maKetQua"] == "000"
    assert caller.reply("956075000243", "Kiều Văn Khác Ngày", "30/11/1957")["maKetQua"] == "000"


def test_new_card_of_a_renewal_is_a_card_of_its_own(caller: Caller) -> None:
    old = caller.reply("966184000233", "Võ Thị Đổi Thẻ", "20/01/1984")
    assert old["maKetQua"] == "003"
    new = caller.reply(old["maTheMoi"], "Võ Thị Đổi Thẻ", "20/01/1984")
    assert new["maKetQua"] == "000"
    assert new["maThe"] == old["maTheMoi"] != old["maThe"]
    assert (new["gtTheTu"], new["gtTheDen"]) == (old["gtTheTuMoi"], old["gtTheDenMoi"])
    assert new["maTheCu"] == old["maThe"]


@pytest.mark.parametrize(
    "changes",
    [
        {"maThe": ""},
        {"maThe": None},
        {"maThe": 999090000123},
        {"maThe": "12345"},
        {"hoTen": " "},
        {"ngaySinh": "15011990"},
        {"ngaySinh": "1990-01-15"},
        {"ngaySinh": None},
        {"hoTenCb": ""},
        {"cccdCb": ""},
    ],
)
def test_bad_parameters_are_205(changes: dict[str, Any], caller: Caller) -> None:
    assert caller.reply(*REFERENCE, **changes)["maKetQua"] == "205"


def test_body_that_is_no_json_is_205(caller: Caller) -> None:
    status, body = caller.post(f"{LOOKUP}?{caller.credentials()}", "{")
    assert (status, json.loads(body)["maKetQua"]) == (200, "205")


def test_officer_is_checked(caller: Caller) -> None:
    assert caller.reply(*REFERENCE, cccdCb="999185000998")["maKetQua"] == "054"
    assert caller.reply(*REFERENCE, hoTenCb="Đào Thị Khác")["maKetQua"] == "055"


@pytest.mark.parametrize("name", ["token", "id_token", "username", "password"])
def test_wrong_credential_is_401_without_a_body(name: str, caller: Caller) -> None:
    assert caller.post(f"{LOOKUP}?{caller.credentials(**{name: 'x'})}", "{}") == (401, b"")


def test_token_ends_after_ten_minutes(caller: Caller, clock: Clock) -> None:
    clock.now += timedelta(minutes=9, seconds=59)
    assert caller.ask(*REFERENCE)[0] == 200
    clock.now += timedelta(seconds=1)
    assert caller.ask(*REFERENCE) == (401, b"")


def test_token_is_bound_to_the_address_of_the_caller(caller: Caller) -> None:
    elsewhere = http.client.HTTPConnection("127.0.0.1", caller.sandbox.port, timeout=5, source_address=("127.0.0.2", 0))
    here, caller.connection = caller.connection, elsewhere
    assert caller.ask(*REFERENCE) == (401, b"")
    elsewhere.close()
    caller.connection = here
    assert caller.ask(*REFERENCE)[0] == 200


def test_logins_lookups_and_repeats_are_counted(caller: Caller) -> None:
    for number in ("999090000123", "999090000124", "999090000123"):
        caller.ask(number, *REFERENCE[1:])
    caller.connection.request("GET", "/simulator/state")
    state = json.loads(caller.connection.getresponse().read())
    assert state == {"fault": "", "logins": 1, "lookups": 3, "repeats": 1}


def test_fault_is_changed_while_it_runs_even_while_it_is_down(caller: Caller) -> None:
    for fault in ("down", "html", ""):
        status, body = caller.post("/simulator/fault", json.dumps({"fault": fault}))
        assert (status, json.loads(body)) == (200, {"fault": fault})
        assert caller.sandbox.fault == fault
    assert caller.ask(*REFERENCE)[0] == 200


def test_unknown_fault_is_refused_and_the_known_ones_named(caller: Caller) -> None:
    status, body = caller.post("/simulator/fault", json.dumps({"fault": "fire"}))
    assert status == 400
    assert "drip" in json.loads(body)["error"]
    with pytest.raises(ValueError, match="fire"):
        caller.sandbox.set_fault("fire")


def test_unknown_fault_at_the_start_is_refused(people: tuple[Person, ...]) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        GatewaySandbox(people, fault="fire")


def test_fault_at_the_start_is_in_force(people: tuple[Person, ...]) -> None:
    with GatewaySandbox(people, fault="locked") as sandbox:
        caller = Caller(sandbox)
        assert caller.log_in()["maKetQua"] == "403"
        caller.connection.close()


@pytest.mark.parametrize(
    ("fault", "status", "looks_like"),
    [
        ("http-500", 500, rb"<!doctype html"),
        ("html", 200, rb"<!doctype html"),
        ("garbage", 200, rb"\xff\xfe"),
        ("empty", 200, rb"$"),
        ("unauthorized", 401, rb"$"),
        ("token-lost", 401, rb"$"),
        ("rate-limit", 429, rb"$"),
        ("slow", 200, rb'\{"maKetQua": "000"'),
        ("unknown-code", 200, rb'\{"maKetQua": "987"'),
        ("missing-fields", 200, rb'\{"maKetQua": "000"\}$'),
    ],
)
def test_fault_shows_on_the_wire(fault: str, status: int, looks_like: bytes, caller: Caller) -> None:
    caller.sandbox.set_fault(fault)
    got, body = caller.ask(*REFERENCE)
    assert got == status
    assert re.match(looks_like, body, re.DOTALL)


def test_down_closes_the_connection_without_an_answer(caller: Caller) -> None:
    caller.sandbox.set_fault("down")
    with pytest.raises(ConnectionError):
        caller.ask(*REFERENCE)


def test_dripping_body_never_ends(caller: Caller) -> None:
    caller.sandbox.set_fault("drip")
    caller.connection.request("POST", f"{LOOKUP}?{caller.credentials()}", b"{}")
    response = caller.connection.getresponse()
    assert response.status == 200
    assert [response.read(1) for _ in range(3)] == [b" "] * 3


def test_timeout_is_silence(caller: Caller) -> None:
    caller.sandbox.set_fault("timeout")
    caller.connection.request("POST", f"{LOOKUP}?{caller.credentials()}", b"{}")
    assert caller.connection.sock is not None
    caller.connection.sock.settimeout(0.1)
    with pytest.raises(TimeoutError):
        caller.connection.getresponse()


@pytest.mark.parametrize("fault", ["timeout", "drip", "slow"])
def test_closing_ends_waiting_clients_at_once(fault: str, people: tuple[Person, ...]) -> None:
    with GatewaySandbox(people, delay_s=30) as sandbox:
        caller = Caller(sandbox)
        caller.log_in()
        sandbox.set_fault(fault)
        caller.connection.request("POST", f"{LOOKUP}?{caller.credentials()}", b"{}")
        while not sandbox.counts.lookups:
            sandbox.closing.wait(0.001)
    caller.connection.close()  # the threads that waited are gone: the fixture for leaked threads looks


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"POST /api/token/take HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/token/take HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /api/token/take HTTP/1.1\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n[]",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ],
)
def test_stranger_does_no_harm(request_bytes: bytes, caller: Caller, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("127.0.0.1", caller.sandbox.port), timeout=5) as stranger:
        stranger.sendall(request_bytes)
        stranger.shutdown(socket.SHUT_WR)
        while stranger.recv(1 << 16):
            pass
    assert caller.ask(*REFERENCE)[0] == 200
    assert capfd.readouterr().err == ""


def test_account_file_says_what_the_sandbox_accepts(sandbox: GatewaySandbox) -> None:
    assert load_account(SANDBOX_FILE) == sandbox.account


def test_faults_are_described_in_one_line_each() -> None:
    assert all(line and "\n" not in line for line in FAULTS.values())


def test_sandbox_can_be_given_another_account(people: tuple[Person, ...], tmp_path: Path) -> None:
    file = tmp_path / "sandbox.toml"
    file.write_text(SANDBOX_FILE.read_text("utf-8").replace("99001_BV", "99002_BV"), "utf-8")
    with GatewaySandbox(people, account=load_account(file)) as sandbox:
        caller = Caller(sandbox)
        assert sandbox.username == "99002_BV"
        assert caller.log_in()["maKetQua"] == "200"
        caller.connection.close()
