"""The co-pay's bytes: the greatest accumulated figure of one year, or no figure, or trouble; never a sum or a guess."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.lookup.answer import Copay, CopayAnswer, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.codec import Token
from kiosk.lookup.codec_copay import copay_request, read_copay
from kiosk.lookup.options import Account

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
NOTE = "Nguồn DL lấy từ các CSKCB đề nghị thanh toán KCB BHYT trên HTTTGĐ BHYT tính đến: 20/11/2026 17:30"
UNCLEAR = ServiceTrouble(TroubleKind.UNCLEAR, "200", NOW)


def entry(accumulated: object, discharged: object = "05/08/2026") -> dict[str, object]:
    return {"Id": 1, "maCskcb": "99001", "ngayRa": discharged, "tBNCCTMCCT": 0, "tBNCCTLuyKe": accumulated}


def reply(entries: object, note: object = NOTE, code: object = "200") -> bytes:
    return json.dumps({"MaKetQua": code, "GhiChu": note, "DataCCT": entries, "ThongTinSoThe": None}).encode()


def test_figure_is_the_greatest_and_never_the_sum() -> None:
    entries = [entry(16_500_000), entry(15_200_000.0), entry(14_500_000.4), entry(9_800_000)]
    answer = read_copay(reply(entries), NOW)
    assert isinstance(answer, CopayAnswer)
    assert answer == CopayAnswer("200", NOTE, Copay(16_500_000, date(2026, 11, 20)), NOW)


def test_figure_does_not_depend_on_the_order() -> None:
    answer = read_copay(reply([entry(9_800_000), entry(16_500_000.6)]), NOW)
    assert isinstance(answer, CopayAnswer)
    assert answer.copay.copay_vnd_this_year == 16_500_001


def test_no_data_is_no_figure_and_not_nothing_paid() -> None:
    answer = read_copay(reply(None, "", "204"), NOW)
    assert answer == CopayAnswer("204", "", Copay(), NOW)


def test_nothing_paid_is_a_figure() -> None:
    answer = read_copay(reply([entry(0)]), NOW)
    assert isinstance(answer, CopayAnswer)
    assert answer.copay.copay_vnd_this_year == 0


@pytest.mark.parametrize("note", ["", None, "tính đến: 31/02/2026", "20/11/2026"])
def test_day_that_is_not_said_is_not_known(note: object) -> None:
    answer = read_copay(reply([entry(5)], note), NOW)
    assert isinstance(answer, CopayAnswer)
    assert answer.copay == Copay(5, None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("400", TroubleKind.PARAMETERS),
        ("401", TroubleKind.ACCOUNT),
        ("403", TroubleKind.ACCOUNT_LOCKED),
        ("500", TroubleKind.SERVER_ERROR),
        ("000", TroubleKind.UNCLEAR),
        ("777", TroubleKind.UNCLEAR),
    ],
)
def test_code_of_trouble_is_trouble(code: str, kind: TroubleKind) -> None:
    assert read_copay(reply([entry(5)], "", code), NOW) == ServiceTrouble(kind, code, NOW)


def test_restricted_account_is_told_from_a_sick_service() -> None:
    restricted = read_copay(reply(None, "Có lỗi xảy ra trong quá trình tra cứu!", "500"), NOW)
    sick = read_copay(reply(None, "Có lỗi hệ thống xảy ra trong quá trình xử lý!", "500"), NOW)
    assert restricted == ServiceTrouble(TroubleKind.ACCOUNT_LOCKED, "500", NOW)
    assert sick == ServiceTrouble(TroubleKind.SERVER_ERROR, "500", NOW)


@pytest.mark.parametrize(
    "entries",
    [
        None,
        [],
        {},
        "16500000",
        [entry(5), None],
        [entry(5), {}],
        [entry("16500000")],
        [entry(True)],
        [entry(-1)],
        [entry(10**13)],
        [entry(float("nan"))],
        [entry(float("inf"))],
        [entry(None)],
        [entry(16_500_000, "05/08/2026"), entry(20_000_000, "05/08/2025")],
        [entry(20_000_000, "30/12/2025")],
    ],
    ids=str,
)
def test_entries_that_are_not_understood_or_of_another_year_are_trouble(entries: object) -> None:
    assert read_copay(reply(entries), NOW) == UNCLEAR


@given(st.binary())
def test_any_bytes_are_read(body: bytes) -> None:
    assert isinstance(read_copay(body, NOW), CopayAnswer | ServiceTrouble)


@given(st.lists(st.integers(0, 10**12) | st.floats(0, 1e12), min_size=1, max_size=8))
def test_figure_is_one_of_those_that_came(figures: list[float]) -> None:
    answer = read_copay(reply([entry(figure) for figure in figures]), NOW)
    assert isinstance(answer, CopayAnswer)
    assert answer.copay.copay_vnd_this_year in {round(figure) for figure in figures}
    assert answer.copay.copay_vnd_this_year == round(max(figures))


@given(st.integers() | st.floats() | st.text() | st.none() | st.booleans())
def test_any_amount_is_read_or_is_trouble(amount: object) -> None:
    answer = read_copay(reply([entry(amount)]), NOW)
    assert answer == UNCLEAR or isinstance(answer, CopayAnswer)


def test_credentials_go_in_headers_and_the_question_in_the_body() -> None:
    question = Question("999090000123", "  Nguyễn  Văn Mẫu ", PartialDate(1990, 1))
    request = copay_request(question, Account("99001_BV", "mau"), "upper", Token("a", "b", NOW))
    assert request.fields == {
        "username": "99001_BV",
        "maThe": "999090000123",
        "hoTen": "Nguyễn Văn Mẫu",
        "ngaySinh": "01/1990",
    }
    assert request.headers == {"accessToken": "a", "tokenId": "b", "passwordHash": "E3D0CD173A3342F1D2119CC5BCE5D1D4"}
    assert request.query == {}
    assert repr(request) == "<WireRequest>"
