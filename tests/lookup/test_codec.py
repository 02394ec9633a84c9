"""The wire format, both ways; replies as strangers may send them."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.lookup.answer import CardAnswer, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.codec import (
    Token,
    login_fields,
    lookup_credentials,
    lookup_fields,
    read_answer,
    read_token,
)
from kiosk.lookup.options import Account, Officer
from kiosk.lookup.wire import read_utc_time

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
ACCOUNT = Account("99001_BV", "mau")
OFFICER = Officer("Đào Thị  Tiếp Đón", "999185000999")
VALID = {
    "maKetQua": "000",
    "ghiChu": "Thông tin thẻ BHYT chính xác",
    "maThe": "DN4999900000123",
    "hoTen": "Nguyễn Văn Mẫu",
    "ngaySinh": "15/01/1990",
    "gioiTinh": "Nam",
    "diaChi": "Số 1, Phường Mẫu",
    "maDKBD": "99001",
    "cqBHXH": "BHXH tỉnh Mẫu",
    "gtTheTu": "01/01/2026",
    "gtTheDen": "31/12/2026",
    "maKV": "K2",
    "ngayDu5Nam": "01/06/2028",
    "maSoBHXH": "9900000123",
    "maTheCu": None,
    "maTheMoi": "DN4999900000123",
    "gtTheTuMoi": "01/01/2026",
    "gtTheDenMoi": "31/12/2026",
    "maDKBDMoi": "99001",
    "tenDKBDMoi": None,
    "dsLichSuKCB2018": None,
    "dsLichSuKT2018": None,
}
TOKEN = {"access_token": "a", "id_token": "b", "token_type": "Bearer", "expires_in": "2026-11-13T03:51:20.1047187Z"}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


def read(**changes: object) -> CardAnswer | ServiceTrouble:
    return read_answer(json.dumps({**VALID, **changes}).encode(), NOW)


def answered(**changes: object) -> CardAnswer:
    answer = read(**changes)
    assert isinstance(answer, CardAnswer)
    return answer


def test_login_sends_the_md5_of_the_password_in_either_case() -> None:
    account = Account("99001_BV", "abc")  # the worked example of RFC 1321
    upper, lower = login_fields(account, "upper"), login_fields(account, "lower")
    assert upper == {"username": "99001_BV", "password": "900150983CD24FB0D6963F7D28E17F72"}
    assert lower == {"username": "99001_BV", "password": "900150983cd24fb0d6963f7d28e17f72"}


def test_lookup_sends_exactly_the_five_mandatory_fields() -> None:
    question = Question("999090000123", " Nguyễn  Văn Mẫu", PartialDate(1990, 1, 15))
    assert lookup_fields(question, OFFICER) == {
        "maThe": "999090000123",
        "hoTen": "Nguyễn Văn Mẫu",
        "ngaySinh": "15/01/1990",
        "hoTenCb": "Đào Thị Tiếp Đón",
        "cccdCb": "999185000999",
    }


@pytest.mark.parametrize(
    ("born", "sent"),
    [(PartialDate(1990, 1, 15), "15/01/1990"), (PartialDate(1990, 1), "01/1990"), (PartialDate(1990), "1990")],
)
def test_birth_date_is_sent_as_exactly_as_it_is_known(born: PartialDate, sent: str) -> None:
    assert lookup_fields(Question("999090000123", "Mẫu", born), OFFICER)["ngaySinh"] == sent


def test_credentials_of_a_lookup_hold_both_tokens_and_the_account() -> None:
    sent = lookup_credentials(ACCOUNT, "upper", Token("a", "b", NOW))
    assert (sent["token"], sent["id_token"], sent["username"]) == ("a", "b", "99001_BV")
    assert sent["password"] == login_fields(ACCOUNT, "upper")["password"]


def test_whole_reply_becomes_a_card() -> None:
    answer = answered()
    card = answer.card
    assert answer.code == "000"
    assert answer.note == "Thông tin thẻ BHYT chính xác"
    assert answer.checked_at == NOW
    assert card is not None
    assert card.number == "DN4999900000123"
    assert card.full_name == "Nguyễn Văn Mẫu"
    assert card.date_of_birth == PartialDate(1990, 1, 15)
    assert card.sex_raw == "Nam"
    assert card.address == "Số 1, Phường Mẫu"
    assert card.facility == "99001"
    assert card.issuer == "BHXH tỉnh Mẫu"
    assert (card.valid_from, card.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert card.area == "K2"
    assert card.five_year_date == date(2028, 6, 1)
    assert card.social_insurance_number == "9900000123"


def test_card_that_names_itself_as_the_new_one_has_no_successor() -> None:
    card = answered().card
    assert card is not None
    assert card.next_card is None


def test_another_new_card_is_a_successor_with_its_own_dates() -> None:
    card = answered(maTheMoi="GD4999900000999", gtTheTuMoi="01/01/2027", maDKBDMoi="99017", tenDKBDMoi="Trạm").card
    assert card is not None
    assert card.next_card is not None
    assert card.next_card.number == "GD4999900000999"
    assert (card.next_card.valid_from, card.next_card.valid_to) == (date(2027, 1, 1), date(2026, 12, 31))
    assert (card.next_card.facility, card.next_card.facility_name) == ("99017", "Trạm")


@pytest.mark.parametrize("code", ["003", "004"])
def test_renewal_under_the_same_number_is_a_successor(code: str) -> None:
    card = answered(maKetQua=code, gtTheTuMoi="01/01/2027").card
    assert card is not None
    assert card.next_card is not None
    assert card.next_card.valid_from == date(2027, 1, 1)


def test_renewal_that_names_only_the_new_card_keeps_it() -> None:
    card = answered(maKetQua="003", maThe=None, maTheMoi="GD4999900000999").card
    assert card is not None
    assert card.number == ""
    assert card.next_card is not None


def test_reply_without_any_card_number_has_no_card() -> None:
    assert answered(maKetQua="050", maThe=None, maTheMoi=None).card is None


def test_every_field_but_the_code_may_be_missing_or_null() -> None:
    nulls = read_answer(json.dumps(dict.fromkeys(VALID) | {"maKetQua": "000"}).encode(), NOW)
    missing = read_answer(b'{"maKetQua":"000"}', NOW)
    assert isinstance(nulls, CardAnswer)
    assert isinstance(missing, CardAnswer)
    assert nulls.card is missing.card is None


@pytest.mark.parametrize("wrong", [1043, 1.5, True, [], ["01/01/2026"], {}, {"a": "b"}])
@pytest.mark.parametrize("field", [name for name in VALID if name != "maKetQua"])
def test_field_of_a_wrong_type_counts_as_absent(field: str, wrong: object) -> None:
    with_wrong, without = answered(**{field: wrong}), answered(**{field: None})
    assert with_wrong == without


@pytest.mark.parametrize(
    "written", ["31/02/2026", "2026-01-01", "01012026", "1/1/2026", "01/01/26", "00/01/2026", "٠١/٠١/٢٠٢٦", " "]
)
def test_date_that_is_none_counts_as_absent(written: str) -> None:
    card = answered(gtTheTu=written).card
    assert card is not None
    assert card.valid_from is None


def test_area_that_does_not_exist_is_none() -> None:
    card = answered(maKV="K4").card
    assert card is not None
    assert card.area == ""


@pytest.mark.parametrize("written", ["0", "K4", "9900", "9900199", "<html>", "31/12/2026", "٩٩٠٠١", "АБВГД"])
def test_facility_that_is_none_is_not_told(written: str) -> None:
    card = answered(maDKBD=written, maThe="DN4999900000123", maTheMoi="DN4999900000124", maDKBDMoi=written).card
    assert card is not None
    assert card.next_card is not None
    assert (card.facility, card.next_card.facility) == ("", "")


def test_texts_are_composed_and_rid_of_control_characters() -> None:
    card = answered(hoTen="Nguyê\u0303n\x00\tVa\u0306n\u202e \x1b[31mMâ\u0303u").card
    assert card is not None
    assert card.full_name == "Nguyễn Văn [31mMẫu"


def test_endless_text_is_cut() -> None:
    card = answered(diaChi="x" * 100_000).card
    assert card is not None
    assert len(card.address) == 500


@pytest.mark.parametrize(("code", "read_as"), [(3, "003"), (50, "050"), (" 000 ", "000")])
def test_code_written_in_other_ways_is_understood(code: object, read_as: str) -> None:
    assert answered(maKetQua=code).code == read_as


@pytest.mark.parametrize("code", [None, "", 0, "0", "0000", "abc", True, [], 1234, -1, "٠٠٠"])
def test_reply_without_a_code_is_unclear(code: object) -> None:
    assert read(maKetQua=code) == ServiceTrouble(TroubleKind.UNCLEAR, "", NOW)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("054", TroubleKind.OFFICER),
        ("055", TroubleKind.OFFICER),
        ("100", TroubleKind.SERVER_ERROR),
        ("101", TroubleKind.SERVER_ERROR),
        ("205", TroubleKind.PARAMETERS),
        ("401", TroubleKind.ACCOUNT),
        ("500", TroubleKind.SERVER_ERROR),
    ],
)
def test_codes_of_trouble_are_trouble_and_no_answer(code: str, kind: TroubleKind) -> None:
    assert read(maKetQua=code) == ServiceTrouble(kind, code, NOW)


def test_unknown_code_is_an_answer_for_the_desk() -> None:
    assert answered(maKetQua="777").code == "777"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"000"',
        b"<html></html>",
        b'{"maKetQua":"000"',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"maKetQua":"060","maKetQua":"000"}',
        b'{"maKetQua":"000","APIKey":{"id_token":"a","id_token":"b"}}',
        b'{"maKetQua":' + b"9" * 5000 + b"}",
    ],
)
def test_body_that_is_no_reply_is_unclear(body: bytes) -> None:
    assert read_answer(body, NOW) == ServiceTrouble(TroubleKind.UNCLEAR, "", NOW)
    assert read_token(body, NOW) == ServiceTrouble(TroubleKind.UNCLEAR, "", NOW)


def test_byte_order_mark_is_forgiven() -> None:
    assert isinstance(read_answer(b"\xef\xbb\xbf" + json.dumps(VALID).encode(), NOW), CardAnswer)


@given(st.binary())
def test_any_bytes_are_read(body: bytes) -> None:
    assert isinstance(read_answer(body, NOW), CardAnswer | ServiceTrouble)
    assert isinstance(read_token(body, NOW), Token | ServiceTrouble)


@given(st.dictionaries(st.sampled_from([*VALID, "x"]), json_values), st.sampled_from(["000", "003", "004", "777"]))
def test_any_values_in_the_fields_are_read(fields: dict[str, object], code: str) -> None:
    answer = read_answer(json.dumps({**fields, "maKetQua": code}).encode(), NOW)
    assert isinstance(answer, CardAnswer)
    assert answer.code == code


@given(st.dictionaries(st.sampled_from(list(TOKEN)), json_values) | json_values)
def test_any_values_in_a_token_are_read(key: object) -> None:
    token = read_token(json.dumps({"maKetQua": "200", "APIKey": key}).encode(), NOW)
    assert isinstance(token, Token | ServiceTrouble)


def test_token_is_read_with_its_seven_digit_time() -> None:
    token = read_token(json.dumps({"maKetQua": "200", "APIKey": TOKEN}).encode(), NOW)
    assert isinstance(token, Token)
    assert token == Token("a", "b", datetime(2026, 11, 13, 3, 51, 20, 104718, tzinfo=UTC))


@pytest.mark.parametrize("missing", ["access_token", "id_token", "expires_in"])
def test_token_without_one_of_its_parts_is_unclear(missing: str) -> None:
    reply = {"maKetQua": "200", "APIKey": {**TOKEN, missing: None}}
    assert read_token(json.dumps(reply).encode(), NOW) == ServiceTrouble(TroubleKind.UNCLEAR, "200", NOW)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("401", TroubleKind.ACCOUNT),
        ("402", TroubleKind.ACCOUNT),
        ("403", TroubleKind.ACCOUNT_LOCKED),
        ("500", TroubleKind.SERVER_ERROR),
        ("999", TroubleKind.UNCLEAR),
    ],
)
def test_refused_login_names_its_trouble(code: str, kind: TroubleKind) -> None:
    body = json.dumps({"maKetQua": code, "APIKey": None}).encode()
    assert read_token(body, NOW) == ServiceTrouble(kind, code, NOW)


@given(st.datetimes(min_value=NOW.replace(tzinfo=None)), st.integers(0, 9))
def test_time_of_the_wire_is_read_to_the_microsecond(moment: datetime, seventh: int) -> None:
    assert read_utc_time(f"{moment:%Y-%m-%dT%H:%M:%S.%f}{seventh}Z") == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize("written", [None, 600, "", "2026-13-01T00:00:00Z", "soon", "2026-11-13 03:51:20"])
def test_time_that_is_none_is_absent(written: object) -> None:
    assert read_utc_time(written) is None


def test_token_and_account_show_nothing_of_themselves() -> None:
    assert (repr(Token("a", "b", NOW)), repr(ACCOUNT), repr(OFFICER)) == ("<Token>", "<Account>", "<Officer>")
