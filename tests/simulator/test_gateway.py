"""The gateway sandbox, asked by hand: the wire format and the rules of the service itself."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.simulator.gateway import GatewaySandbox, load_account
from kiosk.simulator.people import Person
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller, Clock

SANDBOX_FILE = Path(__file__).parents[2] / "config" / "simulator" / "sandbox.toml"
LOOKUP = "/api/egw/KQNhanLichSuKCB2024"
REFERENCE = ("999090000123", "Nguyễn Văn Mẫu", "15/01/1990")


def test_login_gives_a_token_with_a_seven_digit_utc_end_ten_minutes_away(caller: "Caller") -> None:
    reply = caller.log_in()
    key = reply["APIKey"]
    assert reply["maKetQua"] == "200"
    assert key["token_type"] == "Bearer"
    assert key["username"] == caller.sandbox.username
    assert key["expires_in"] == "2026-11-13T03:51:20.1047187Z"


@pytest.mark.parametrize("changes", [{"username": "99002_BV"}, {"password": "0" * 32}, {"password": ""}])
def test_login_with_a_wrong_account_is_refused_with_401(changes: dict[str, str], caller: "Caller") -> None:
    assert caller.log_in(**changes) == {"maKetQua": "401", "APIKey": None}


def test_reply_holds_every_field_as_text_or_null(caller: "Caller") -> None:
    reply = caller.reply(*REFERENCE)
    assert len(reply) == 22
    assert all(value is None or isinstance(value, str) for value in reply.values())
    assert reply["maKetQua"] == "000"
    assert reply["ghiChu"] == "Thông tin thẻ BHYT chính xác"
    assert (reply["gtTheTu"], reply["gtTheDen"]) == ("01/01/2026", "31/12/2026")
    assert reply["gioiTinh"] == "Nam"
    assert reply["maKV"] == ""
    assert reply["dsLichSuKCB2018"] is None


def test_valid_card_names_itself_as_the_new_card(caller: "Caller") -> None:
    reply = caller.reply(*REFERENCE)
    assert reply["maTheMoi"] == reply["maThe"] == "DN4999900000123"


@pytest.mark.parametrize("number", ["999090000123", "DN4999900000123", "9900000123"])
def test_card_is_found_by_each_of_its_numbers(number: str, caller: "Caller") -> None:
    assert caller.reply(number, *REFERENCE[1:])["maThe"] == "DN4999900000123"


def test_every_person_gets_the_code_of_the_file(people: tuple[Person, ...], caller: "Caller") -> None:
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
def test_person_is_compared(name: str, birth: str, code: str, caller: "Caller") -> None:
    assert caller.reply(REFERENCE[0], name, birth)["maKetQua"] == code


def test_name_of_the_register_is_right_where_the_document_is_wrong(caller: "Caller") -> None:
    assert caller.reply("958077000241", "Kiều Văn Khác Tên", "28/09/1977")["maKetQua"] == "060"
    assert caller.reply("958077000241", "Lâm Quang Nhầm", "28/09/1977")["maKetQua"] == "000"
    assert caller.reply("956075000243", "Kiều Văn Khác Ngày", "30/11/1957")["maKetQua"] == "000"


def test_new_card_of_a_renewal_is_a_card_of_its_own(caller: "Caller") -> None:
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
def test_bad_parameters_are_205(changes: dict[str, Any], caller: "Caller") -> None:
    assert caller.reply(*REFERENCE, **changes)["maKetQua"] == "205"


def test_body_that_is_no_json_is_205(caller: "Caller") -> None:
    status, body = caller.post(f"{LOOKUP}?{caller.credentials()}", "{")
    assert (status, json.loads(body)["maKetQua"]) == (200, "205")


def test_officer_is_checked(caller: "Caller") -> None:
    assert caller.reply(*REFERENCE, cccdCb="999185000998")["maKetQua"] == "054"
    assert caller.reply(*REFERENCE, hoTenCb="Đào Thị Khác")["maKetQua"] == "055"


@pytest.mark.parametrize("name", ["token", "id_token", "username", "password"])
def test_wrong_credential_is_401_without_a_body(name: str, caller: "Caller") -> None:
    assert caller.post(f"{LOOKUP}?{caller.credentials(**{name: 'x'})}", "{}") == (401, b"")


def test_token_ends_after_ten_minutes(caller: "Caller", clock: "Clock") -> None:
    clock.now += timedelta(minutes=9, seconds=59)
    assert caller.ask(*REFERENCE)[0] == 200
    clock.now += timedelta(seconds=1)
    assert caller.ask(*REFERENCE) == (401, b"")


def test_token_is_bound_to_the_address_of_the_caller(caller: "Caller", call: Callable[..., "Caller"]) -> None:
    elsewhere = call(caller.sandbox, "127.0.0.2")
    elsewhere.key = caller.key
    assert elsewhere.ask(*REFERENCE) == (401, b"")
    assert caller.ask(*REFERENCE)[0] == 200


def test_token_of_another_address_is_good_there(caller: "Caller", call: Callable[..., "Caller"]) -> None:
    elsewhere = call(caller.sandbox, "127.0.0.2")
    elsewhere.log_in()
    assert elsewhere.ask(*REFERENCE)[0] == 200
    assert caller.ask(*REFERENCE)[0] == 200


def test_sandbox_answers_for_the_service_where_it_is_taken_for_a_proxy(caller: "Caller") -> None:
    address = f"http://gateway.invalid{LOOKUP}?{caller.credentials()}"
    status, body = caller.post(address, json.dumps(caller.fields(*REFERENCE)), Host="gateway.invalid")
    assert (status, json.loads(body)["maKetQua"]) == (200, "000")
    assert caller.request("GET", "http://gateway.invalid/", headers={"Host": "gateway.invalid"}) == (404, b"")


def test_reply_is_dated_by_the_clock_of_the_service(caller: "Caller", clock: "Clock") -> None:
    caller.ask(*REFERENCE)
    assert caller.headers["Date"] == "Fri, 13 Nov 2026 03:41:20 GMT"
    clock.now += timedelta(days=400)
    caller.ask(*REFERENCE)
    assert caller.headers["Date"] == "Sat, 18 Dec 2027 03:41:20 GMT"


def test_time_that_the_sandbox_took_stands_in_the_reply(caller: "Caller") -> None:
    caller.ask(*REFERENCE)
    assert 0 < float(caller.headers["X-Sandbox-Handled-Ms"]) < 1000 * WITHIN_S


def test_username_that_names_no_facility_is_402(caller: "Caller") -> None:
    assert caller.log_in(username="benh-vien")["maKetQua"] == "402"


def test_account_file_says_what_the_sandbox_accepts(sandbox: GatewaySandbox) -> None:
    assert load_account(SANDBOX_FILE) == sandbox.account


def test_sandbox_can_be_given_another_account(
    open_sandbox: Callable[..., GatewaySandbox], call: Callable[..., "Caller"], tmp_path: Path
) -> None:
    file = tmp_path / "sandbox.toml"
    file.write_text(SANDBOX_FILE.read_text("utf-8").replace("99001_BV", "99002_BV"), "utf-8")
    sandbox = open_sandbox(account=load_account(file))
    assert sandbox.username == "99002_BV"
    assert call(sandbox).log_in()["maKetQua"] == "200"
