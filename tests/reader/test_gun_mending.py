"""What is certain of a damaged code is kept, what is not is a doubt, and nothing is guessed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.document import CitizenCode, InsuranceCode, NumberCode
from kiosk.reader.gun.heard import Damage, Scan, Way
from kiosk.reader.gun.mend import mend_bytes, mend_keys
from kiosk.reader.input_method import Method, keys_of, visible
from kiosk.reader.keyboard import alt_character, other_layouts
from kiosk.reader.payload import parse
from kiosk.reader.spelling import is_vietnamese_name, is_vietnamese_word
from kiosk.simulator.people import Person

CITIZEN = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"
WOMAN = "999190000123||Lê Thị Ánh|15011990|Nữ|Long An|10052021||||"
INSURED = "TE1999900000123|{name}|15/01/2020|1|-|99 - 001|01/01/2026|-|05/01/2026|$"
HEX = "Nguyễn Văn Mẫu".encode().hex()


def citizen(scan: Scan | None) -> CitizenCode:
    assert scan is not None
    code = parse(scan.text)
    assert isinstance(code, CitizenCode)
    assert code.full_name or "full-name" in code.doubts
    return code


# -- spelling -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "word",
    [
        "Nguyễn",
        "nguyễn",
        "NGUYỄN",
        "Thị",
        "Quỳnh",
        "Giỏi",
        "gì",
        "Khuê",
        "Uyển",
        "Ý",
        "Yến",
        "Oanh",
        "Thuở",
        "Đượm",
        "Nghiễm",
        "Xuân",
        "Quốc",
        "Tuyết",
        "Khuya",
        "A",
        "Ông",
        "Phước",
        "Vỹ",
        "Huỳnh",
        "Quyên",
    ],
)
def test_syllable_is_a_word(word: str) -> None:
    assert is_vietnamese_word(word)


@pytest.mark.parametrize(
    "word",
    ["Nguyn", "Nguyen", "Ksỏ", "Ksor", "Vn", "", "Ngoc", "Phườc", "Thấ̀n", "C", "Wal", "ưal", "H'Bia", "12", "Mac"],
)
def test_damaged_or_foreign_word_is_none(word: str) -> None:
    assert not is_vietnamese_word(word)


def test_names_of_vietnamese_people_are_names(people: tuple[Person, ...]) -> None:
    spelt = [person for person in people if is_vietnamese_name(person.full_name)]
    assert len(spelt) > 0.8 * len(people)


# -- which keys they were -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stream", "keys"),
    [
        ("c3a\bâ", "c3aa"), ("c3a\bâ\bab1", None), ("c3a\bâ\baa", "c3aaa"), ("ca\bà1", "caf1"), ("d\bđ", "dd"),
        ("oan\b\bàn", "oanf"), ("ca\bà\bà", "caf"), ("ca\bà\bá", "cafs"), ("ca\bà\ba1", "cafz1"), ("abc", "abc"),
        ("e1ba\b\bba", "e1ba"),
    ],
)  # fmt: skip
def test_keys_that_telex_rewrote_are_told_again(stream: str, keys: str | None) -> None:
    assert keys_of(stream, Method.TELEX) == keys


@pytest.mark.parametrize(
    ("stream", "keys"),
    [
        ("TE\bÉ", "TE1"), ("TE\bÉ\bE", "TE10"), ("TE\bÉ\bE\bÉ", "TE101"), ("TE\bÉ\bE1", "TE11"),
        ("TE\bÉ\bẺ9", "TE139"), ("ca\bâ\bă", "ca68"), ("d\bđ", "d9"),
        ("hoá\b\bhoa\b\b\bhoa", None), ("\b", None), ("a\bb", None), ("ab\b", None),
    ],
)  # fmt: skip
def test_keys_that_vni_rewrote_are_told_again(stream: str, keys: str | None) -> None:
    assert keys_of(stream, Method.VNI) == keys


def test_word_whose_keys_were_given_back_is_its_keys() -> None:
    assert keys_of("c3a\bâ\baa|", Method.TELEX) == "c3aa|"
    assert keys_of("c3a\bâ\b\b\bc3aa|", Method.TELEX) == "c3aa|"


@given(stream=st.text(st.sampled_from("aâáàaeêdđuưoơ\b19 |ẫ"), max_size=60))
def test_no_stream_makes_it_fail(stream: str) -> None:
    for method in Method:
        keys = keys_of(stream, method)
        assert keys is None or "\b" not in keys
    assert "\b" not in visible(stream)


# -- keys -----------------------------------------------------------------------------------------------------------
def test_whole_code_stays_as_it_is() -> None:
    scan = mend_keys(CITIZEN)
    assert (scan.text, scan.way, scan.damages) == (CITIZEN, Way.KEYS, ())


def test_name_without_marks_is_believed_where_other_letters_witness() -> None:
    witnessed = CITIZEN.replace("Nguyễn Văn Mẫu", "Phan Thanh Long")
    assert citizen(mend_keys(witnessed)).full_name == "Phan Thanh Long"
    bare = witnessed.replace("Số 1, Phường Mẫu, Hà Nội", "Long An")
    scan = mend_keys(bare)
    assert citizen(scan).full_name == ""
    assert scan.damages == (Damage.LETTERS_LOST,)


def test_latin_letters_alone_witness_nothing() -> None:
    half = WOMAN.replace("Lê Thị Ánh", "Lê Van Son").replace("Nữ", "Nu")
    assert citizen(mend_keys(half)).full_name == ""


def test_letters_that_were_left_out_leave_no_name_and_no_address() -> None:
    code = citizen(mend_keys("".join(filter(str.isascii, CITIZEN))))
    assert (code.personal_number, code.full_name, code.residence) == ("999090000123", "", "")
    assert code.date_of_birth is not None
    assert code.sex is not None


def test_input_method_at_work_leaves_no_name() -> None:
    scan = mend_keys(CITIZEN, composed=True)
    assert citizen(scan).full_name == ""
    assert scan.way is Way.INPUT_METHOD
    assert Damage.REWRITTEN in scan.damages


def test_caps_lock_is_undone() -> None:
    exchanged = "".join(letter.swapcase() if letter.isascii() else letter for letter in CITIZEN)
    for text in (exchanged, CITIZEN.swapcase()):
        scan = mend_keys(text)
        assert citizen(scan).full_name == "Nguyễn Văn Mẫu"
        assert scan.damages == (Damage.CAPS_LOCK,)


def test_caps_lock_of_a_woman_is_undone() -> None:
    exchanged = "".join(letter.swapcase() if letter.isascii() else letter for letter in WOMAN)
    assert citizen(mend_keys(exchanged)).full_name == "Lê Thị Ánh"


@pytest.mark.parametrize("code_page", ["latin-1", "cp437"])
def test_bytes_of_utf8_as_letters_are_undone(code_page: str) -> None:
    scan = mend_keys(CITIZEN.encode().decode(code_page))
    assert citizen(scan).full_name == "Nguyễn Văn Mẫu"
    assert scan.damages == (Damage.CODE_PAGE,)


def test_vietnamese_layout_keeps_the_number() -> None:
    row = str.maketrans("1234567890", "ăâêô\u0300\u0309\u0303\u0301\u0323đ")
    scan = mend_keys("".join(filter(str.isascii, CITIZEN)).translate(row))
    code = citizen(scan)
    assert (code.personal_number, code.date_of_birth_raw, code.full_name) == ("999090000123", "15011990", "")
    assert Damage.LAYOUT in scan.damages
    assert parse(mend_keys("999090000123".translate(row)).text) == parse("999090000123")


def test_french_layout_keeps_the_number() -> None:
    azerty = str.maketrans("1234567890|/-", "&é\"'(-è_çàµ!)")
    plain = INSURED.format(name=HEX).translate(azerty)
    assert "TE1999900000123" in next(iter(other_layouts(plain)))


def test_german_layout_keeps_the_number() -> None:
    scan = mend_keys("999090000123''Nguzen Van Mau'15011990'Nam'Hanoi'10052021")
    assert citizen(scan).personal_number == "999090000123"


def test_hex_that_is_rewritten_without_trace_gives_no_name() -> None:
    code = parse(mend_keys(INSURED.format(name=HEX.replace("e1", "é"))).text)
    assert isinstance(code, InsuranceCode)
    assert (code.card_number, code.full_name) == ("TE1999900000123", "")
    assert "full-name" in code.doubts


def test_card_number_that_vni_rewrote_is_told_again() -> None:
    scan = mend_keys(INSURED.format(name=HEX).replace("TE1", "TE\bÉ"))
    code = parse(scan.text)
    assert isinstance(code, InsuranceCode)
    assert (code.card_number, code.full_name) == ("TE1999900000123", "Nguyễn Văn Mẫu")


def test_card_number_that_was_rewritten_without_trace_is_no_number() -> None:
    assert not isinstance(parse(mend_keys(INSURED.format(name=HEX).replace("TE1", "TÉ")).text), InsuranceCode)


def test_bare_number_is_a_number() -> None:
    assert isinstance(parse(mend_keys("999090000123").text), NumberCode)


@given(stream=st.text(max_size=200) | st.text(st.sampled_from("0123456789|\bâNamnAM ẫ$;"), max_size=200))
def test_no_keys_make_it_fail_and_no_name_stands_where_none_came(stream: str) -> None:
    scan = mend_keys(stream)
    code = parse(scan.text)
    if isinstance(code, CitizenCode) and code.full_name:
        assert code.full_name.casefold().split()[0] in " ".join(scan.came.casefold().split()) or scan.damages


# -- bytes ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["cp1252", "shift-jis", "gb18030", "latin-1"])
def test_other_encoding_keeps_the_number(encoding: str) -> None:
    scan = mend_bytes(CITIZEN.encode(encoding, "ignore"))
    assert citizen(scan).personal_number == "999090000123"


def test_windows_vietnamese_encoding_is_read_where_spelling_proves_it() -> None:
    parted = "".join(
        letter if letter in "ăâđêôơưĂÂĐÊÔƠƯ" or letter.isascii() else _parted(letter)
        for letter in unicodedata.normalize("NFC", CITIZEN)
    )
    scan = mend_bytes(parted.encode("cp1258"))
    assert citizen(scan).full_name == "Nguyễn Văn Mẫu"
    assert scan is not None
    assert scan.way is Way.SERIAL_OTHER


def _parted(letter: str) -> str:
    marks = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
    return unicodedata.normalize("NFC", marks.replace(tone, "")) + tone


@given(payload=st.binary(max_size=200))
def test_no_bytes_make_it_fail(payload: bytes) -> None:
    mend_bytes(payload)


# -- Alt codes ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("digits", "character"),
    [
        ("0234", "ê"),
        ("136", "ê"),
        ("7877", "ễ"),
        ("065", "A"),
        ("55296", "\ufffd"),
        ("999999", "\U000f423f"),
        ("0129", "\ufffd"),
    ],
)
def test_alt_code_is_the_systems_letter(digits: str, character: str) -> None:
    assert alt_character(digits) == character
