"""History, own share and the ways in which installations of the gateway differ."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.gateway_dialect import DIALECTS, Dialect
from kiosk.simulator.gateway_history import Checks, is_in_a_ward, past_visits
from kiosk.simulator.people import Person

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller, Clock

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
HISTORY, COPAY = "/api/egw/Lskcb2025", "/api/TraCuuCCT/TraCuuTienMCCT"
REFERENCE = ("999090000123", "Nguyễn Văn Mẫu", "15/01/1990")
TODAY = date(2026, 11, 13)


def own(person: Person) -> tuple[str, str, str]:
    return person.number, person.full_name, f"{person.date_of_birth:%d/%m/%Y}"


@pytest.fixture
def insured(people: tuple[Person, ...]) -> list[Person]:
    return [person for person in people if person.insurance and person.insurance.code == "000"]


class TestHistory:
    def test_visits_are_listed_as_the_service_writes_them(self, caller: "Caller", insured: list[Person]) -> None:
        names = {"maHoSo", "maCSKCB", "ngayVao", "ngayRa", "tenBenh", "tinhTrang", "kqDieuTri", "lyDoVV"}
        entries = [entry for person in insured for entry in caller.history(*own(person))["dsLichSuKCB2025"]]
        assert entries
        for entry in entries:
            assert entry.keys() == names
            assert re.fullmatch(r"99[0-9]{3}", entry["maCSKCB"])
            assert re.fullmatch(r"20[0-9]{10}", entry["ngayVao"])
            assert entry["ngayRa"] is None or entry["ngayRa"] > entry["ngayVao"]

    def test_open_stay_has_no_end_and_is_the_last_visit(self, caller: "Caller", insured: list[Person]) -> None:
        in_ward = [person for person in insured if is_in_a_ward(person.number)]
        assert in_ward, "a demonstration needs somebody"
        for person in insured:
            open_ones = [visit["ngayRa"] is None for visit in caller.history(*own(person))["dsLichSuKCB2025"]]
            assert any(open_ones) == (person in in_ward)
            assert sum(open_ones[1:]) == 0

    def test_history_is_the_same_every_time(self, caller: "Caller") -> None:
        assert caller.history(*REFERENCE)["dsLichSuKCB2025"] == caller.history(*REFERENCE)["dsLichSuKCB2025"]

    def test_checks_say_who_looked_when_and_what_came_of_it(self, caller: "Caller", clock: "Clock") -> None:
        assert caller.history(*REFERENCE)["dsLichSuKT2018"] == []
        caller.ask(*REFERENCE)
        clock.now += timedelta(minutes=5)
        caller.ask(REFERENCE[0], "Trần Văn Mẫu", "1990")
        last, first = caller.history(*REFERENCE)["dsLichSuKT2018"]
        assert first == {
            "userKT": caller.sandbox.username,
            "thoiGianKT": "202611131041",  # Vietnam's time
            "thongBao": "Thông tin thẻ BHYT chính xác",
            "maLoi": "000",
        }
        assert (last["thoiGianKT"], last["maLoi"]) == ("202611131046", "060")

    def test_main_call_leaves_both_lists_null(self, caller: "Caller") -> None:
        caller.ask(*REFERENCE)
        reply = caller.reply(*REFERENCE)
        assert (reply["dsLichSuKCB2018"], reply["dsLichSuKT2018"]) == (None, None)

    def test_json_body_is_not_understood(self, caller: "Caller") -> None:
        body = json.dumps(caller.fields(*REFERENCE))
        status, answer = caller.post(f"{HISTORY}?{caller.credentials()}", body, JSON)
        reply = json.loads(answer)
        assert (status, reply["maKetQua"], reply["dsLichSuKCB2025"]) == (200, "205", None)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"hoTen": "Trần Văn Mẫu"}, "060"),
            ({"ngaySinh": "16/01/1990"}, "070"),
            ({"maThe": "900000000001"}, "050"),
            ({"maThe": "1"}, "205"),
            ({"cccdCb": "999185000998"}, "054"),
            ({"hoTenCb": "Đào Thị Khác"}, "055"),
            ({"hoTenCb": ""}, "205"),
        ],
    )
    def test_nobody_is_told_of_somebody_elses_visits(
        self, changes: dict[str, str], code: str, caller: "Caller"
    ) -> None:
        reply = caller.history(*REFERENCE, **changes)
        assert (reply["maKetQua"], reply["dsLichSuKCB2025"], reply["dsLichSuKT2018"]) == (code, None, None)

    def test_token_is_needed(self, caller: "Caller") -> None:
        body = urlencode(caller.fields(*REFERENCE))
        assert caller.post(f"{HISTORY}?{caller.credentials(token='x')}", body, FORM) == (401, b"")

    def test_visits_lie_in_the_past_and_apart(self) -> None:
        for at in range(300):
            visits = past_visits(f"9{at:011}", TODAY)
            began = [visit.began for visit in visits]
            assert began == sorted(began, reverse=True)
            assert all(visit.began.date() < TODAY for visit in visits)

    def test_checks_of_many_people_are_not_kept_for_ever(self, clock: "Clock") -> None:
        checks = Checks()
        for number in range(20_001):
            checks.note(str(number), "u", clock.now, "000", "")
        for _ in range(9):
            checks.note("20000", "u", clock.now, "000", "")
        assert len(checks.of("0")) == 0
        assert len(checks.of("1")) == 1
        assert len(checks.of("20000")) == 5


class TestOwnShare:
    def test_shares_add_up_from_visit_to_visit_of_this_year_the_last_first(
        self, caller: "Caller", insured: list[Person]
    ) -> None:
        replies = [caller.copay(*own(person)) for person in insured]
        told = [json.loads(body) for status, body in replies if status == 200]
        assert len(told) == len(insured)
        assert {reply["MaKetQua"] for reply in told} == {"200", "204"}
        for reply in told:
            if reply["MaKetQua"] == "204":
                assert reply["DataCCT"] is None
                continue
            assert reply["GhiChu"].endswith("tính đến: 13/11/2026 10:41")
            shares = [entry["tBNCCTLuyKe"] for entry in reply["DataCCT"]]
            assert shares == sorted(shares, reverse=True)
            ended = [entry["ngayRa"].split("/")[::-1] for entry in reply["DataCCT"]]
            assert ended == sorted(ended, reverse=True)
            assert {year for year, _, _ in ended} == {"2026"}

    def test_some_have_paid_more_than_six_base_salaries(self, caller: "Caller", insured: list[Person]) -> None:
        told = [json.loads(caller.copay(*own(person))[1])["DataCCT"] or [] for person in insured]
        paid = [max((entry["tBNCCTLuyKe"] for entry in entries), default=0.0) for entries in told]
        assert max(paid) > 6 * 2_340_000
        assert 0 < min(share for share in paid if share) < 6 * 2_340_000

    @pytest.mark.parametrize(
        "asked",
        [
            ("900000000001", *REFERENCE[1:]),
            (REFERENCE[0], "Trần Văn Mẫu", REFERENCE[2]),
            (*REFERENCE[:2], "16/01/1990"),
        ],
        ids=["nobody", "other-name", "other-birth"],
    )
    def test_somebody_else_is_no_data_under_http_200(self, asked: tuple[str, str, str], caller: "Caller") -> None:
        status, body = caller.copay(*asked)
        assert (status, json.loads(body)["MaKetQua"], json.loads(body)["DataCCT"]) == (200, "204", None)

    def test_bad_parameters_are_400_with_a_code_in_the_body(self, caller: "Caller") -> None:
        status, body = caller.copay("12345", *REFERENCE[1:])
        assert (status, json.loads(body)["MaKetQua"]) == (400, "400")

    def test_account_on_the_restricted_list_is_500_with_a_code_in_the_body(self, caller: "Caller") -> None:
        caller.sandbox.set_fault("restricted")
        status, body = caller.copay(*REFERENCE)
        assert (status, json.loads(body)["MaKetQua"]) == (500, "500")

    @pytest.mark.parametrize("header", ["accessToken", "tokenId", "passwordHash"])
    def test_wrong_header_is_401_without_a_body(self, header: str, caller: "Caller") -> None:
        assert caller.copay(*REFERENCE, **{header: "x"}) == (401, b"")

    def test_form_body_is_not_understood(self, caller: "Caller") -> None:
        assert caller.copay(*REFERENCE, kind=FORM) == (401, b"")

    def test_credentials_in_the_address_are_not_looked_at(self, caller: "Caller") -> None:
        fields = {"username": caller.sandbox.username, "maThe": REFERENCE[0], "hoTen": "x", "ngaySinh": "1990"}
        assert caller.post(f"{COPAY}?{caller.credentials()}", json.dumps(fields)) == (401, b"")


class TestDialect:
    @pytest.fixture(params=DIALECTS)
    def dialect(self, request: pytest.FixtureRequest) -> Dialect:
        return DIALECTS[request.param]

    @pytest.fixture
    def caller(
        self, dialect: Dialect, open_sandbox: Callable[..., GatewaySandbox], call: Callable[..., "Caller"]
    ) -> "Caller":
        caller = call(open_sandbox(dialect=dialect))
        caller.md5 = caller.md5.lower() if dialect.md5_case == "lower" else caller.md5
        return caller

    def ask(self, caller: "Caller", dialect: Dialect, kind: str) -> str:
        fields = caller.fields(*REFERENCE)
        body = urlencode(fields) if kind == FORM else json.dumps(fields)
        status, answer = caller.post(f"{dialect.lookup_path}?{caller.credentials()}", body, kind)
        assert status == 200
        return str(json.loads(answer)["maKetQua"])

    def test_there_are_ten(self) -> None:
        assert len(DIALECTS) == len(set(DIALECTS.values())) == 10

    def test_who_speaks_it_is_answered_and_other_bodies_hold_nothing(self, caller: "Caller", dialect: Dialect) -> None:
        right, wrong = (FORM, JSON) if dialect.token_body == "form" else (JSON, FORM)
        assert caller.log_in(dialect.token_path, wrong)["maKetQua"] == "401"
        assert caller.log_in(dialect.token_path, right)["maKetQua"] == "200"
        right, wrong = (FORM, JSON) if dialect.lookup_body == "form" else (JSON, FORM)
        assert self.ask(caller, dialect, wrong) == "205"
        assert self.ask(caller, dialect, right) == "000"

    def test_md5_in_the_other_case_is_a_wrong_password(self, caller: "Caller", dialect: Dialect) -> None:
        kind = FORM if dialect.token_body == "form" else JSON
        assert caller.log_in(dialect.token_path, kind, password=caller.md5.swapcase())["maKetQua"] == "401"
        caller.log_in(dialect.token_path, kind)
        other = caller.credentials(password=caller.md5.swapcase())
        assert caller.post(f"{dialect.lookup_path}?{other}", "{}") == (401, b"")

    @pytest.mark.parametrize("name", ["token_path", "lookup_path", "history_path", "copay_path"])
    def test_path_of_another_installation_is_nowhere(self, name: str, caller: "Caller", dialect: Dialect) -> None:
        others = {getattr(other, name) for other in DIALECTS.values()} - {getattr(dialect, name)}
        for path in others:
            assert caller.post(path, "{}") == (404, b"")


def test_sandbox_that_is_not_told_otherwise_understands_every_body_and_case(sandbox: GatewaySandbox) -> None:
    assert (sandbox.dialect.token_body, sandbox.dialect.lookup_body, sandbox.dialect.md5_case) == ("any",) * 3
