"""Visit history and co-pay over HTTP: how they are asked, that they are asked for a reason, and whom trouble hurts."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from kiosk.dates import PartialDate
from kiosk.lookup.answer import (
    AskedBecause,
    CardAnswer,
    Copay,
    CopayAnswer,
    InsuranceCard,
    NotAsked,
    Question,
    ServiceTrouble,
    TroubleKind,
    VisitHistory,
)
from kiosk.lookup.copay import reason_for_copay
from kiosk.lookup.evidence import EvidenceFolder, EvidenceLimits
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Account, Officer
from kiosk.sealed import Seal
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.lookup.conftest import Script

LOOKUP, HISTORY, COPAY = "/api/egw/KQNhanLichSuKCB2024", "/api/egw/Lskcb2025", "/api/TraCuuCCT/TraCuuTienMCCT"
LOGIN = "/api/token/take"
VISIT = {"maHoSo": "1", "maCSKCB": "99001", "ngayVao": "202603101030", "ngayRa": "202603101430", "tenBenh": "Ho"}
HISTORY_REPLY = {"maKetQua": "000", "dsLichSuKCB2025": [VISIT]}
COPAY_REPLY = {"MaKetQua": "200", "GhiChu": "tính đến: 20/11/2026 17:30", "DataCCT": [{"tBNCCTLuyKe": 1_250_000}]}
PASSWORD_MD5 = "E3D0CD173A3342F1D2119CC5BCE5D1D4"
QUESTION = Question("999090000123", "Nguyễn Văn Mẫu", PartialDate(1990, 1, 15), "999090000123")
OFFICER = Officer("Đào Thị Tiếp Đón", "999185000999")
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def asking(open_gateway: Callable[..., Gateway], script: "Script") -> Gateway:
    script.say(LOOKUP, {"maKetQua": "000", "maThe": "DN4999900000123"})
    return open_gateway(Account("99001_BV", "mau"), OFFICER, base_url=script.base_url, failures_before_pause=2)


def test_history_is_asked_by_form_whatever_the_lookup_is_asked_by(asking: Gateway, script: "Script") -> None:
    script.say(HISTORY, HISTORY_REPLY)
    history = asking.visit_history(QUESTION, AskedBecause.STAFF)
    assert isinstance(history, VisitHistory)
    assert history.visits is not None
    assert [visit.facility for visit in history.visits] == ["99001"]
    [sent] = script.asked(HISTORY)
    assert sent.content_type == "application/x-www-form-urlencoded"
    assert {name: values[0] for name, values in parse_qs(sent.body.decode()).items()} == {
        "maThe": "999090000123",
        "hoTen": "Nguyễn Văn Mẫu",
        "ngaySinh": "15/01/1990",
        "hoTenCb": "Đào Thị Tiếp Đón",
        "cccdCb": "999185000999",
    }
    assert sent.query == {"token": "a-token", "id_token": "an-id", "username": "99001_BV", "password": PASSWORD_MD5}


def test_copay_is_asked_with_credentials_in_headers_only(asking: Gateway, script: "Script") -> None:
    script.say(COPAY, COPAY_REPLY)
    answer = asking.copay_so_far(QUESTION, AskedBecause.FIVE_YEARS)
    assert isinstance(answer, CopayAnswer)
    assert answer.copay == Copay(1_250_000, date(2026, 11, 20))
    [sent] = script.asked(COPAY)
    assert (sent.query, sent.content_type) == ({}, "application/json")
    headers = {name.lower(): value for name, value in sent.headers.items()}
    assert (headers["accesstoken"], headers["tokenid"], headers["passwordhash"]) == ("a-token", "an-id", PASSWORD_MD5)
    assert json.loads(sent.body) == {
        "username": "99001_BV",
        "maThe": "999090000123",
        "hoTen": "Nguyễn Văn Mẫu",
        "ngaySinh": "15/01/1990",
    }


def test_paths_are_the_settings(open_gateway: Callable[..., Gateway], script: "Script") -> None:
    script.say("/other/history", HISTORY_REPLY)
    script.say("/other/copay", COPAY_REPLY)
    gateway = open_gateway(
        base_url=script.base_url,
        token_path="/other/login",
        lookup_path="/other/lookup",
        history_path="/other/history",
        copay_path="/other/copay",
    )
    script.say("/other/lookup", {"maKetQua": "050"})
    assert isinstance(gateway.look_up(QUESTION), CardAnswer)
    assert isinstance(gateway.visit_history(QUESTION, AskedBecause.STAFF), VisitHistory)
    assert isinstance(gateway.copay_so_far(QUESTION, AskedBecause.STAFF), CopayAnswer)
    assert [sent.path for sent in script.sent] == ["/other/login", "/other/lookup", "/other/history", "/other/copay"]


def test_check_in_asks_for_neither(asking: Gateway, script: "Script") -> None:
    asking.look_up(QUESTION)
    assert {sent.path for sent in script.sent} == {LOGIN, LOOKUP}


def test_reason_and_officer_stand_in_the_receipt(asking: Gateway, script: "Script") -> None:
    script.say(HISTORY, HISTORY_REPLY, headers={"Date": "Sat, 21 Nov 2026 05:00:45 GMT"})
    script.say(COPAY, COPAY_REPLY)
    [of_history] = asking.visit_history(QUESTION, AskedBecause.STAFF).receipts
    [of_copay] = asking.copay_so_far(QUESTION, AskedBecause.FIVE_YEARS).receipts
    assert (of_history.because, of_history.code) == (AskedBecause.STAFF, "000")
    assert (of_copay.because, of_copay.code, of_copay.http_status) == (AskedBecause.FIVE_YEARS, "200", 200)
    assert of_history.officer_number == of_copay.officer_number == OFFICER.number


@pytest.mark.parametrize("path", [HISTORY, COPAY])
def test_lost_token_costs_one_login_and_one_repeat(path: str, asking: Gateway, script: "Script") -> None:
    script.say(path, b"", 401)
    script.say(path, HISTORY_REPLY if path == HISTORY else COPAY_REPLY)
    answer = ask(asking, path)
    assert not isinstance(answer, ServiceTrouble)
    assert [receipt.http_status for receipt in answer.receipts] == [401, 200]
    assert (len(script.asked(LOGIN)), len(script.asked(path))) == (2, 2)


@pytest.mark.parametrize("path", [HISTORY, COPAY])
def test_token_refused_twice_ends_it(path: str, asking: Gateway, script: "Script") -> None:
    script.say(path, b"", 401)
    for _ in range(5):
        answer = ask(asking, path)
        assert isinstance(answer, ServiceTrouble)
        assert answer.kind is TroubleKind.ACCOUNT
    assert (len(script.asked(LOGIN)), len(script.asked(path))) == (2, 2)


def test_restricted_account_is_not_asked_with_again_until_it_was_put_right(
    asking: Gateway, script: "Script", advance: Callable[[float], None]
) -> None:
    script.say(COPAY, {"MaKetQua": "500", "GhiChu": "Có lỗi xảy ra trong quá trình tra cứu!"}, 500)
    for _ in range(5):
        answer = ask(asking, COPAY)
        assert isinstance(answer, ServiceTrouble)
        assert answer.kind is TroubleKind.ACCOUNT_LOCKED
        advance(3600)
    assert len(script.asked(COPAY)) == 1
    assert isinstance(asking.look_up(QUESTION), CardAnswer)
    asking.forget_refusal()
    ask(asking, COPAY)
    assert len(script.asked(COPAY)) == 2


@pytest.mark.parametrize("path", [HISTORY, COPAY])
@pytest.mark.parametrize(
    ("reply", "status"), [(b"<html>down</html>", 200), (b"", 503), (b"", 429), ({"other": "shape"}, 200)]
)
def test_trouble_of_one_call_pauses_no_other(
    path: str, reply: object, status: int, asking: Gateway, script: "Script"
) -> None:
    script.say(path, reply, status)
    for _ in range(6):
        assert isinstance(ask(asking, path), ServiceTrouble)
    assert len(script.asked(path)) == (1 if status == 429 else 2)
    assert isinstance(asking.look_up(QUESTION), CardAnswer)


def test_history_may_take_longer_than_a_lookup(
    open_gateway: Callable[..., Gateway], script: "Script", log_in: Callable[[Gateway], None]
) -> None:
    script.say(LOOKUP, {"maKetQua": "000", "maThe": "DN4999900000123"})
    script.say(HISTORY, HISTORY_REPLY, after_s=0.5)
    limits = {"read_timeout_s": 0.3, "total_timeout_s": 0.4, "history_timeout_s": WITHIN_S}
    gateway = open_gateway(base_url=script.base_url, **limits)
    log_in(gateway)
    assert isinstance(gateway.visit_history(QUESTION, AskedBecause.STAFF), VisitHistory)


@pytest.mark.parametrize("path", [HISTORY, COPAY])
def test_own_time_limit_holds(path: str, open_gateway: Callable[..., Gateway], script: "Script") -> None:
    script.say(path, HISTORY_REPLY, after_s=2 * WITHIN_S)
    answer = ask(open_gateway(base_url=script.base_url, history_timeout_s=0.3), path)
    assert isinstance(answer, ServiceTrouble)
    assert answer.kind is TroubleKind.TIMEOUT


@pytest.mark.parametrize(("path", "call"), [(HISTORY, "history"), (COPAY, "copay")])
def test_unknown_shape_is_kept_as_evidence(
    path: str, call: str, open_gateway: Callable[..., Gateway], script: "Script", tmp_path: Path
) -> None:
    evidence = EvidenceFolder(tmp_path / "evidence", lambda: Seal(bytes(32)), EvidenceLimits())
    reply = {"maKetQua": "000", "MaKetQua": "200", "dsLichSuKCB2025": "a text", "DataCCT": "a text"}
    script.say(path, reply)
    answer = ask(open_gateway(base_url=script.base_url, keep=evidence.keep), path)
    assert isinstance(answer, ServiceTrouble)
    [kept] = evidence.kept()
    assert (kept.call, kept.name) == (call, answer.receipts[0].evidence)
    assert json.loads(kept.body) == reply


@pytest.mark.parametrize("path", [HISTORY, COPAY])
@pytest.mark.parametrize(("reply", "status"), [("ok", 200), (b"<html>", 200), (b"", 401), (b"", 500), (b"\xff", 400)])
def test_no_credential_and_nobody_comes_into_a_log_line(
    path: str,
    reply: object,
    status: int,
    asking: Gateway,
    script: "Script",
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    script.say(path, (HISTORY_REPLY if path == HISTORY else COPAY_REPLY) if reply == "ok" else reply, status)
    answer = ask(asking, path)
    printed = capfd.readouterr()
    shown = "\n".join([*caplog.messages, printed.out, printed.err, repr(answer)]).casefold()
    secrets = ["99001_BV", "mau", PASSWORD_MD5, "a-token", "an-id", QUESTION.number, QUESTION.full_name, OFFICER.name]
    assert caplog.messages, "a call leaves one line"
    assert [secret for secret in [*secrets, "15/01/1990", "1250000", "/api/"] if secret.casefold() in shown] == []
    assert [secret for secret in secrets if secret.casefold() in repr(vars(asking)).casefold()] == []


def test_token_that_is_no_header_is_trouble_and_not_shown(
    asking: Gateway, script: "Script", caplog: pytest.LogCaptureFixture
) -> None:
    token = {"access_token": "a\r\nX: y", "id_token": "ẵ", "expires_in": "2026-11-21T05:10:00Z"}
    script.say(LOGIN, {"maKetQua": "200", "APIKey": token})
    answer = ask(asking, COPAY)
    assert isinstance(answer, ServiceTrouble)
    assert answer.kind is TroubleKind.UNCLEAR
    assert script.asked(COPAY) == []


def test_staff_ask_whenever_they_want_and_nobody_else_by_default() -> None:
    assert reason_for_copay(covered(date(2020, 1, 1)), TODAY, "staff") is None


def test_five_years_that_are_full_are_a_reason_where_the_settings_want_it() -> None:
    assert reason_for_copay(covered(TODAY), TODAY, "five-years") is AskedBecause.FIVE_YEARS


@pytest.mark.parametrize("five_year_date", [None, date(2026, 11, 22)])
def test_five_years_that_are_not_full_are_none(five_year_date: date | None) -> None:
    assert reason_for_copay(covered(five_year_date), TODAY, "five-years") is None


def test_card_that_does_not_count_and_trouble_are_none() -> None:
    for answer in (
        covered(date(2020, 1, 1), "010"),
        CardAnswer("000", "", None, NOW),
        ServiceTrouble(TroubleKind.TIMEOUT, "", NOW),
        NotAsked("number", NOW),
    ):
        assert reason_for_copay(answer, TODAY, "five-years") is None


def covered(five_year_date: date | None, code: str = "000") -> CardAnswer:
    card = InsuranceCard("DN4999900000123", five_year_date=five_year_date)
    return CardAnswer(code, "", card, NOW)


def ask(gateway: Gateway, path: str) -> VisitHistory | CopayAnswer | ServiceTrouble:
    if path == HISTORY:
        return gateway.visit_history(QUESTION, AskedBecause.STAFF)
    return gateway.copay_so_far(QUESTION, AskedBecause.STAFF)
