import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.reader.document import NationalData, Sex
from kiosk.reader.emrtd.dg13 import read_dg13
from kiosk.reader.emrtd.tlv import MalformedError, encode, encode_oid

UTF8, PRINTABLE = 0x0C, 0x13


def text(value: str, tag: int = UTF8) -> bytes:
    return encode(tag, value.encode())


def entry(number: int, *values: bytes) -> bytes:
    return encode(0x30, encode(0x02, bytes([number])) + b"".join(values))


def dg13(*entries: bytes) -> bytes:
    head = encode(0x02, b"\x01") + encode(0x06, encode_oid("1.0.10646.1.0.8"))
    return encode(0x6D, encode(0x30, head + encode(0x31, b"".join(entries))))


FULL = dg13(
    entry(1, text("999090000123", PRINTABLE)),
    entry(2, text("Nguyễn Văn Mẫu")),
    entry(3, text("15/01/1990", PRINTABLE)),
    entry(4, text("Nam")),
    entry(5, text("Việt Nam")),
    entry(6, text("Kinh")),
    entry(7, text("Không")),
    entry(8, text("Xã Mẫu, Tỉnh Thử")),
    entry(9, text("Số 1 Đường Mẫu, " * 12)),
    entry(10, text("Nốt ruồi C:1cm trên sau cánh mũi trái")),
    entry(11, text("10/05/2021", PRINTABLE)),
    entry(12, text("15/01/2030")),
    entry(13, encode(0x30, text("Nguyễn Văn Cha")), encode(0x30, text("Trần Thị Mẹ"))),
    entry(14, encode(0x30, text("Lê Thị Vợ"))),
    entry(15, text("999000123", PRINTABLE)),
    entry(16, text("00112233AABBCCDD", PRINTABLE)),
)


def test_every_numbered_value_finds_its_field() -> None:
    data = read_dg13(FULL)
    assert (data.personal_number, data.full_name) == ("999090000123", "Nguyễn Văn Mẫu")
    assert (data.date_of_birth, data.date_of_birth_raw) == (PartialDate(1990, 1, 15), "15/01/1990")
    assert (data.sex, data.sex_raw, data.nationality) == (Sex.MALE, "Nam", "Việt Nam")
    assert (data.ethnicity, data.religion, data.place_of_origin) == ("Kinh", "Không", "Xã Mẫu, Tỉnh Thử")
    assert data.identifying_marks == "Nốt ruồi C:1cm trên sau cánh mũi trái"
    assert (data.date_of_issue, data.date_of_expiry) == (PartialDate(2021, 5, 10), PartialDate(2030, 1, 15))
    assert (data.father, data.mother, data.spouse) == ("Nguyễn Văn Cha", "Trần Thị Mẹ", "Lê Thị Vợ")
    assert (data.previous_number, data.chip_serial, data.extra) == ("999000123", "00112233AABBCCDD", ())


def test_fields_behind_a_long_residence_are_not_lost() -> None:
    data = read_dg13(FULL)
    assert len(data.residence.encode()) > 127
    assert data.chip_serial


def test_letters_and_marks_written_apart_are_joined() -> None:
    decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Mỹ")
    assert read_dg13(dg13(entry(2, text(decomposed)))).full_name == "Nguyễn Thị Mỹ"


def test_parents_nested_once_more_are_found_too() -> None:
    nested = encode(0x30, encode(0x30, text("Cha")) + encode(0x30, text("Mẹ")))
    data = read_dg13(dg13(entry(13, nested)))
    assert (data.father, data.mother) == ("Cha", "Mẹ")


def test_a_mother_alone_is_not_taken_for_the_father() -> None:
    data = read_dg13(dg13(entry(13, encode(0x30, b""), encode(0x30, text("Mẹ")))))
    assert (data.father, data.mother) == ("", "Mẹ")


def test_a_spouse_entry_without_value_is_empty() -> None:
    assert read_dg13(dg13(bytes.fromhex("300302010E"), entry(4, text("Nữ")))).sex is Sex.FEMALE


def test_expiry_in_words_is_kept_and_is_no_date() -> None:
    data = read_dg13(dg13(entry(12, text("Không thời hạn"))))
    assert (data.date_of_expiry, data.date_of_expiry_raw) == (None, "Không thời hạn")


def test_birth_known_to_the_year_only() -> None:
    assert read_dg13(dg13(entry(3, text("1950", PRINTABLE)))).date_of_birth == PartialDate(1950)


def test_unknown_numbers_and_forms_are_kept_as_they_came() -> None:
    odd = encode(0x04, b"\x01\x02")
    data = read_dg13(dg13(entry(17, text("mới")), entry(5, odd), entry(2, encode(UTF8, b"\xff")), entry(1, text("9"))))
    assert data.extra == ((17, text("mới")), (5, odd), (2, encode(UTF8, b"\xff")))
    assert data.personal_number == "9"


def test_a_card_without_any_value_gives_empty_data() -> None:
    assert read_dg13(dg13()) == NationalData()


@pytest.mark.parametrize(
    "data",
    [b"", FULL[:-1], FULL + b"\0", encode(0x6E, b""), encode(0x6D, b""), dg13(encode(0x31, b"")), dg13(b"\x30\x00")],
)
def test_what_is_no_dg13_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_dg13(data)


NAMES = st.text(min_size=1, max_size=300).map(lambda name: unicodedata.normalize("NFC", name).strip())


@given(NAMES, NAMES)
def test_texts_of_any_length_come_back(name: str, residence: str) -> None:
    data = read_dg13(dg13(entry(2, text(name)), entry(9, text(residence))))
    assert (data.full_name, data.residence) == (name, residence)


@given(st.integers(0, len(FULL) - 1), st.integers(0, 255))
def test_one_changed_byte_is_read_or_refused(at: int, octet: int) -> None:
    try:
        read_dg13(FULL[:at] + bytes([octet]) + FULL[at + 1 :])
    except MalformedError:
        return


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for content in (data, dg13(data), dg13(encode(0x30, data))):
        try:
            read_dg13(content)
        except MalformedError:
            continue
