"""The visit history's bytes: what is understood, and what is trouble rather than half a list."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lookup.answer import CardAnswer, ServiceTrouble, TroubleKind, VisitHistory
from kiosk.lookup.codec import read_answer
from kiosk.lookup.codec_history import read_history

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
VIETNAM = timezone(timedelta(hours=7))
VISIT = {
    "maHoSo": "99001202600001",
    "maCSKCB": "99001",
    "ngayVao": "202603101030",
    "ngayRa": "202603101430",
    "tenBenh": "Viêm dạ dày",
    "tinhTrang": "4",
    "kqDieuTri": "1",
    "lyDoVV": "1",
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def reply(**fields: object) -> bytes:
    return json.dumps({"maKetQua": "000", **fields}).encode()


def test_visit_is_read_with_all_that_it_says() -> None:
    history = read_history(reply(dsLichSuKCB2025=[VISIT]), NOW)
    assert isinstance(history, VisitHistory)
    assert history.visits is not None
    [visit] = history.visits
    assert (visit.visit_number, visit.facility, visit.diagnosis) == ("99001202600001", "99001", "Viêm dạ dày")
    assert visit.admitted_at == datetime(2026, 3, 10, 10, 30, tzinfo=VIETNAM)
    assert visit.discharged_at == datetime(2026, 3, 10, 14, 30, tzinfo=VIETNAM)
    assert (visit.condition_raw, visit.outcome_raw, visit.reason_raw) == ("4", "1", "1")


def test_visit_that_goes_on_has_no_end() -> None:
    history = read_history(reply(dsLichSuKCB2025=[{**VISIT, "ngayRa": None}]), NOW)
    assert isinstance(history, VisitHistory)
    assert history.visits is not None
    assert (history.visits[0].discharged_at, history.visits[0].discharged_at_raw) == (None, "")


def test_time_that_is_none_stays_as_it_was_written() -> None:
    history = read_history(reply(dsLichSuKCB2025=[{**VISIT, "ngayVao": "202613991030", "ngayRa": 202603101430}]), NOW)
    assert isinstance(history, VisitHistory)
    assert history.visits is not None
    [visit] = history.visits
    assert (visit.admitted_at, visit.admitted_at_raw) == (None, "202613991030")
    assert visit.discharged_at == datetime(2026, 3, 10, 14, 30, tzinfo=VIETNAM)


def test_no_visits_and_no_list_are_not_the_same() -> None:
    empty, absent = read_history(reply(dsLichSuKCB2025=[]), NOW), read_history(reply(dsLichSuKCB2025=None), NOW)
    assert isinstance(empty, VisitHistory)
    assert isinstance(absent, VisitHistory)
    assert (empty.visits, absent.visits) == ((), None)


def test_code_about_the_card_is_an_answer_without_a_list() -> None:
    history = read_history(b'{"maKetQua": "050"}', NOW)
    assert isinstance(history, VisitHistory)
    assert (history.code, history.visits) == ("050", None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("054", TroubleKind.OFFICER),
        ("205", TroubleKind.PARAMETERS),
        ("401", TroubleKind.ACCOUNT),
        ("500", TroubleKind.SERVER_ERROR),
    ],
)
def test_code_of_trouble_is_trouble(code: str, kind: TroubleKind) -> None:
    assert read_history(json.dumps({"maKetQua": code}).encode(), NOW) == ServiceTrouble(kind, code, NOW)


@pytest.mark.parametrize(
    "listed",
    [
        "none",
        {},
        {"0": VISIT},
        [VISIT, None],
        [VISIT, "99001"],
        [[VISIT]],
        [{}],
        [{**VISIT, "maCSKCB": None}],
        [{**VISIT, "ngayVao": ""}],
        [VISIT] * 2001,
    ],
)
def test_list_that_is_not_understood_as_a_whole_is_trouble(listed: object) -> None:
    assert read_history(reply(dsLichSuKCB2025=listed), NOW) == ServiceTrouble(TroubleKind.UNCLEAR, "000", NOW)


def test_list_of_another_name_is_trouble() -> None:
    assert read_history(reply(dsLichSuKCB2018=[VISIT]), NOW) == ServiceTrouble(TroubleKind.UNCLEAR, "000", NOW)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\xff", b"[" * 100_000])
def test_body_that_is_no_reply_is_unclear(body: bytes) -> None:
    assert read_history(body, NOW) == ServiceTrouble(TroubleKind.UNCLEAR, "", NOW)


@given(st.binary())
def test_any_bytes_are_read(body: bytes) -> None:
    assert isinstance(read_history(body, NOW), VisitHistory | ServiceTrouble)


@given(st.lists(st.dictionaries(st.sampled_from(list(VISIT)), json_values), max_size=3) | json_values)
def test_any_list_is_read_or_is_trouble(listed: object) -> None:
    history = read_history(reply(dsLichSuKCB2025=listed), NOW)
    if isinstance(history, VisitHistory) and history.visits is not None:
        assert isinstance(listed, list)
        assert len(history.visits) == len(listed)
    else:
        assert history in (ServiceTrouble(TroubleKind.UNCLEAR, "000", NOW), VisitHistory("000", None, NOW))


def test_who_looked_before_comes_with_the_card() -> None:
    check = {"userKT": "99002_BV", "thoiGianKT": "202611200815", "thongBao": "Thông tin thẻ chính xác", "maLoi": "000"}
    odd = {"userKT": None, "thoiGianKT": "20/11/2026 08:15", "thongBao": 7, "maLoi": 0}
    answer = read_answer(reply(dsLichSuKT2018=[check, odd, None, "x"]), NOW)
    assert isinstance(answer, CardAnswer)
    first, second = answer.past_checks
    assert (first.account, first.code, first.message) == ("99002_BV", "000", "Thông tin thẻ chính xác")
    assert first.checked_at == datetime(2026, 11, 20, 8, 15, tzinfo=VIETNAM)
    assert (second.account, second.checked_at, second.checked_at_raw) == ("", None, "20/11/2026 08:15")
    assert second.code == "0"


@pytest.mark.parametrize("listed", [None, "x", 7, {"userKT": "x"}, []])
def test_no_list_of_who_looked_before_is_none(listed: object) -> None:
    answer = read_answer(reply(dsLichSuKT2018=listed), NOW)
    assert isinstance(answer, CardAnswer)
    assert answer.past_checks == ()


@given(json_values)
def test_any_list_of_who_looked_before_is_read(listed: object) -> None:
    assert isinstance(read_answer(reply(dsLichSuKT2018=listed), NOW), CardAnswer)
