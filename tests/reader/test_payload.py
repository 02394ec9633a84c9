import re
import unicodedata
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.reader.document import (
    CitizenCode,
    Code,
    InsuranceCode,
    MrzCode,
    NumberCode,
    NumberKind,
    Sex,
    UnknownCode,
)
from kiosk.reader.number import read_personal_number
from kiosk.reader.payload import MAX_CHARACTERS, parse

CITIZEN_2021 = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"
CITIZEN_2024 = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|01082024||||"
REGRESSION = "842086167913||Lâm Xuân Nhung|13091976|Nam|Thôn 3, Xã Ea Kly, Krông Pắc, Đắk Lắk|23032023"
INSURANCE = (
    "DN4010000000123|4e677579e1bb856e2056c4836e204de1baab75|15/01/1990|1|48c3a0204ee1bb9969|01 - 043"
    "|01/01/2017|31/12/2017|05/01/2017|01000000000000|-|4|01/01/2020|0123456789abcdef-7102|$"
)
MRZ = ("IDVNM0900001233999090000123<<2", "9001158M3001156VNM<<<<<<<<<<<4", "NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<")


def citizen(text: str) -> CitizenCode:
    code = parse(text)
    assert isinstance(code, CitizenCode)
    return code


def insurance(text: str) -> InsuranceCode:
    code = parse(text)
    assert isinstance(code, InsuranceCode)
    return code


def citizen_with(at: int, value: str) -> CitizenCode:
    """The sample of 2021 with one field changed."""
    written = CITIZEN_2021.split("|")
    written[at] = value
    return citizen("|".join(written))


def insurance_with(at: int, value: str) -> InsuranceCode:
    written = INSURANCE.split("|")
    written[at] = value
    return insurance("|".join(written))


def names_in(document: Any) -> list[str]:
    return [field.name for field in fields(document)]


def texts_in(value: Any) -> list[str]:
    """Every text anywhere in a document but the raw ones."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in texts_in(item)]
    if hasattr(value, "__dataclass_fields__"):
        return [
            text for name in names_in(value) if not name.endswith("_raw") for text in texts_in(getattr(value, name))
        ]
    return []


# -- citizen cards --------------------------------------------------------------------------------------------------
def test_card_of_2021_is_read_whole() -> None:
    assert citizen(CITIZEN_2021) == CitizenCode(
        personal_number="999090000123",
        previous_number="012345678",
        previous_number_raw="012345678",
        full_name="Nguyễn Văn Mẫu",
        full_name_raw="Nguyễn Văn Mẫu",
        date_of_birth=PartialDate(1990, 1, 15),
        date_of_birth_raw="15011990",
        sex=Sex.MALE,
        sex_raw="Nam",
        residence="Số 1, Phường Mẫu, Hà Nội",
        residence_raw="Số 1, Phường Mẫu, Hà Nội",
        date_of_issue=PartialDate(2021, 5, 10),
        date_of_issue_raw="10052021",
    )


def test_card_of_2024_keeps_its_four_more_fields() -> None:
    code = citizen(CITIZEN_2024)
    assert code.extra == ("", "", "", "")
    assert code.date_of_issue == PartialDate(2024, 8, 1)
    assert code.full_name == "Nguyễn Văn Mẫu"
    assert code.doubts == ()


@pytest.mark.parametrize("count", range(7, 21))
def test_seven_to_twenty_fields_are_a_citizen_card(count: int) -> None:
    assert len(citizen(CITIZEN_2021 + "|" * (count - 7)).extra) == count - 7


@pytest.mark.parametrize("count", [2, 6, 21, 200])
def test_other_numbers_of_fields_are_no_citizen_card(count: int) -> None:
    written = (CITIZEN_2021.split("|") + [""] * 300)[:count]
    assert isinstance(parse("|".join(written)), UnknownCode)


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("number", ["012345678", "999090000999"], ids=["9 digits", "12 digits"])
def test_cancelled_number_is_found_in_whichever_extra_field_it_stands(place: int, number: str) -> None:
    extra = ["Trần Thị Nguồn"] * 4
    extra[place] = number
    code = citizen("|".join(["999090000123||Nguyễn Văn Mẫu|15011990|Nam|Hà Nội|01082024", *extra]))
    assert code.previous_number == number
    assert code.extra == tuple(extra)
    assert code.doubts == ()


def test_previous_number_of_its_own_field_counts_before_an_extra_one() -> None:
    assert citizen(CITIZEN_2021 + "|876543210").previous_number == "012345678"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("15011990", PartialDate(1990, 1, 15)),
        ("15/01/1990", PartialDate(1990, 1, 15)),
        ("1/2/1990", PartialDate(1990, 2, 1)),
        ("01/1990", PartialDate(1990, 1)),
        ("1990", PartialDate(1990)),
        ("00011990", PartialDate(1990, 1)),
        ("00001990", PartialDate(1990)),
    ],
)
def test_birth_dates_in_every_form_and_precision_are_read(written: str, read: PartialDate) -> None:
    code = citizen_with(3, written)
    assert code.date_of_birth == read
    assert code.date_of_birth_raw == written
    assert code.doubts == ()


@pytest.mark.parametrize("written", ["31021990", "15131990", "15/01/90", "abc", "15011990x", "１５０１１９９０"])
def test_birth_date_that_is_none_is_a_doubt_and_kept_as_written(written: str) -> None:
    code = citizen_with(3, written)
    assert code.date_of_birth is None
    assert "date-of-birth" in code.doubts
    assert code.personal_number == "999090000123"


@pytest.mark.parametrize("written", ["Nữ", "nữ", "NỮ", "Nu", "NU", unicodedata.normalize("NFD", "Nữ")])
def test_sex_is_read_with_and_without_its_marks(written: str) -> None:
    assert citizen_with(4, written).sex is Sex.FEMALE


def test_absent_fields_are_absent_and_no_doubt() -> None:
    code = citizen("999090000123||||||")
    assert (code.full_name, code.date_of_birth, code.sex, code.residence, code.date_of_issue) == (
        "",
        None,
        None,
        "",
        None,
    )
    assert code.doubts == ()


@pytest.mark.parametrize(
    ("at", "value", "doubt"),
    [
        (0, "999290000123", "personal-number-century"),
        (0, "999091000123", "personal-number-year"),
        (0, "999190000123", "personal-number-sex"),
        (1, "12", "previous-number"),
        (4, "?", "sex"),
        (6, "99999999", "date-of-issue"),
    ],
)
def test_odd_fields_are_doubts_and_never_refuse_the_card(at: int, value: str, doubt: str) -> None:
    assert citizen_with(at, value).doubts == (doubt,)


def test_facts_regression_sample_is_read_with_its_odd_year_as_a_doubt() -> None:
    code = citizen(REGRESSION)
    assert code.full_name == "Lâm Xuân Nhung"
    assert code.residence == "Thôn 3, Xã Ea Kly, Krông Pắc, Đắk Lắk"
    assert code.doubts == ("personal-number-year",)


def test_every_letter_and_four_hundred_names_stay_as_they_are(
    accented_letters: str, invented_names: tuple[str, ...]
) -> None:
    for name in (*accented_letters, *invented_names, "H'Hen Niê", "Nguyễn-Ví Dụ", "Y Thử (Mẫu)"):
        code = citizen_with(2, name)
        assert code.full_name == name
        assert code.doubts == ()


# -- wrapping -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("sample", [CITIZEN_2021, CITIZEN_2024, INSURANCE, "999090000123", "DN4010000000123"])
@pytest.mark.parametrize(
    "wrapping",
    [
        "\ufeff{}",
        "{}\r\n",
        "\t{}\t",
        "{}\0",
        "\0\0{}\0",
        "CCCD:{}",
        "cccd: {}",
        "{}**##",
        "\ufeffCCCD:{}**##\r\n",
        "{}\r\n**##",
    ],
)
def test_what_guns_and_apps_put_around_a_code_is_stripped(sample: str, wrapping: str) -> None:
    assert parse(wrapping.format(sample)) == parse(sample)
    assert not isinstance(parse(sample), UnknownCode)


@pytest.mark.parametrize("sample", [CITIZEN_2021, CITIZEN_2024, INSURANCE])
def test_semicolons_stand_for_bars(sample: str) -> None:
    assert parse(sample.replace("|", ";")) == parse(sample)


def test_semicolon_inside_a_field_separates_nothing() -> None:
    assert citizen_with(5, "Số 1; Hà Nội").residence == "Số 1; Hà Nội"


def test_line_break_between_two_numbers_never_joins_them() -> None:
    assert isinstance(parse("9990900\n00123"), UnknownCode)


# -- insurance cards ------------------------------------------------------------------------------------------------
def test_insurance_card_is_read_whole() -> None:
    assert insurance(INSURANCE) == InsuranceCode(
        card_number="DN4010000000123",
        full_name="Nguyễn Văn Mẫu",
        full_name_raw="4e677579e1bb856e2056c4836e204de1baab75",
        date_of_birth=PartialDate(1990, 1, 15),
        date_of_birth_raw="15/01/1990",
        sex=Sex.MALE,
        sex_raw="1",
        address="Hà Nội",
        address_raw="48c3a0204ee1bb9969",
        facility="01043",
        facility_raw="01 - 043",
        valid_from=PartialDate(2017, 1, 1),
        valid_from_raw="01/01/2017",
        valid_to=PartialDate(2017, 12, 31),
        valid_to_raw="31/12/2017",
        issued=PartialDate(2017, 1, 5),
        issued_raw="05/01/2017",
        managing_code="01000000000000",
        managing_code_raw="01000000000000",
        guardian="",
        guardian_raw="-",
        area="",
        area_raw="4",
        five_year_date=PartialDate(2020, 1, 1),
        five_year_date_raw="01/01/2020",
        extra=("0123456789abcdef-7102",),
        extra_raw=("0123456789abcdef-7102",),
    )


@pytest.mark.parametrize("tokens", [10, 15, 17])
@pytest.mark.parametrize("closed", [True, False], ids=["closed by $", "open"])
def test_all_three_lengths_are_read_with_and_without_the_closing_dollar(tokens: int, closed: bool) -> None:
    written = [*INSURANCE.split("|")[:-1], "x", "y"][: tokens - 1]
    code = insurance("|".join([*written, "$"] if closed else written))
    assert code.full_name == "Nguyễn Văn Mẫu"
    assert code.issued == PartialDate(2017, 1, 5)
    assert len(code.extra) == max(0, tokens - 14)


def test_ten_digit_card_number_is_an_insurance_card() -> None:
    assert insurance_with(0, "0123456789").card_number == "0123456789"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("01 - 043", "01043"),
        ("01-043", "01043"),
        ("01043", "01043"),
        ("01 - C54", "01C54"),
        ("01 - c54", "01C54"),
        ("-", ""),
    ],
)
def test_facility_is_five_characters(written: str, read: str) -> None:
    code = insurance_with(5, written)
    assert code.facility == read
    assert code.doubts == ()


@pytest.mark.parametrize(("written", "read"), [("5", "K1"), ("6", "K2"), ("7", "K3"), ("4", ""), ("-", ""), ("", "")])
def test_area_is_read(written: str, read: str) -> None:
    code = insurance_with(11, written)
    assert code.area == read
    assert code.doubts == ()


def test_birth_year_alone_is_read() -> None:
    assert insurance_with(2, "1990").date_of_birth == PartialDate(1990)


def test_sex_two_is_female() -> None:
    assert insurance_with(3, "2").sex is Sex.FEMALE


def test_guardian_is_read() -> None:
    assert insurance_with(10, "Trần Thị Nguồn".encode().hex()).guardian == "Trần Thị Nguồn"


@pytest.mark.parametrize(
    ("at", "value", "doubt"),
    [
        (1, "4e67757", "full-name"),
        (1, "4e67c3âb", "full-name"),
        (1, "ff", "full-name"),
        (1, b"<b>".hex(), "full-name"),
        (2, "31/02/1990", "date-of-birth"),
        (3, "9", "sex"),
        (4, "zz", "address"),
        (5, "Hà Nội", "facility"),
        (6, "x", "valid-from"),
        (7, "x", "valid-to"),
        (8, "x", "issued"),
        (10, "x", "guardian"),
        (11, "9", "area"),
        (12, "x", "five-year-date"),
    ],
)
def test_odd_insurance_fields_are_doubts_and_never_refuse_the_card(at: int, value: str, doubt: str) -> None:
    code = insurance_with(at, value)
    assert code.doubts == (doubt,)
    assert code.card_number == "DN4010000000123"


@pytest.mark.parametrize(
    "text", ["$", "|$", "a|b|$", "DN4010000000123|$", "DN40100|" + "x|" * 13 + "$", CITIZEN_2021 + "|$"]
)
def test_closing_dollar_alone_makes_no_insurance_card(text: str) -> None:
    assert isinstance(parse(text), UnknownCode)


# -- numbers and MRZ ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("999090000123", NumberCode(NumberKind.PERSONAL, "999090000123")),
        (" 999090000123\r\n", NumberCode(NumberKind.PERSONAL, "999090000123")),
        ("0123456789", NumberCode(NumberKind.SOCIAL_INSURANCE, "0123456789")),
        ("DN4010000000123", NumberCode(NumberKind.INSURANCE_CARD, "DN4010000000123")),
        ("dn4010000000123", NumberCode(NumberKind.INSURANCE_CARD, "DN4010000000123")),
    ],
    ids=["personal", "with line break", "social insurance", "insurance card", "small letters"],
)
def test_bare_numbers_are_known_by_their_shape(text: str, code: NumberCode) -> None:
    assert parse(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "012345678",
        "99909000012",
        "9990900001234",
        "９９９０９００００１２３",
        "٩٩٩٠٩٠٠٠٠١٢٣",
        "DN401000000012",
        "D14010000000123",
    ],
)
def test_other_numbers_are_unknown(text: str) -> None:
    assert isinstance(parse(text), UnknownCode)


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", "", "\n\n", " "])
def test_three_lines_of_an_mrz_are_read(separator: str) -> None:
    code = parse(separator.join(MRZ))
    assert isinstance(code, MrzCode)
    assert code.mrz.personal_number == "999090000123"
    assert code.mrz.surname == "NGUYEN"


def test_mrz_with_a_wrong_check_digit_is_unknown() -> None:
    assert isinstance(parse("\n".join(MRZ).replace("9001158M", "9001157M")), UnknownCode)


# -- what strangers bring -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        "Tr廕吵",
        "L礙",
        "B羅i",
        "ﾄ雪ｺｷng",
        "Nguyá»…n VÄƒn",
        "LÃ\x83",
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "+1",
        "@SUM(A1)",
        "Mẫu\x1b[2J",
        "Mẫu\x07",
        "{0.__class__}",
        "%s%n",
        "a" * 300,
        "Лев",
        "😀",
    ],
)
def test_name_that_no_card_bears_becomes_empty_and_a_doubt(name: str) -> None:
    code = citizen_with(2, name)
    assert code.full_name == ""
    assert code.doubts == ("full-name",)
    assert code.personal_number == "999090000123"


@pytest.mark.parametrize(
    "residence", ["<img src=x>", "=1+1", "-1+1", "@x", "Hà Nội\x00\x1b", "H廕 N廕", "x" * 2000, "\u202e\x1b"]
)
def test_address_that_no_card_bears_becomes_empty_and_a_doubt(residence: str) -> None:
    code = citizen_with(5, residence)
    assert code.residence == ""
    assert code.doubts == ("residence",)


def test_invisible_characters_leave_no_trace() -> None:
    written = "\u202eNguyễn\u200b Văn\u00a0 Mẫu\u2066"
    code = citizen_with(2, written)
    assert code.full_name == "Nguyễn Văn Mẫu"
    assert code.full_name_raw == written
    assert code.doubts == ("full-name-invisible",)


def test_too_long_a_text_is_cut_and_unknown() -> None:
    code = parse(CITIZEN_2021 + "|" + "9" * 100_000)
    assert isinstance(code, UnknownCode)
    assert len(code.text) == MAX_CHARACTERS


def test_dynamic_code_of_vneid_and_links_are_unknown_and_kept() -> None:
    for text in ("eyJhbGciOiJub25lIn0.e30.", "VNEID|1|abc", "vneid://card?t=1"):
        assert parse(text) == UnknownCode(text, may_be_vneid=True)
    for text in (
        "https://example.vn/?id=999090000123",
        "WIFI:T:WPA;S:Phong kham;P:mot-hai-ba;;",
        "00020101021138570010A00000072701270006970400",
        "999090000123|012345678|Nguyễn Văn Mẫu",
        "abc",
        "",
    ):
        assert parse(text) == UnknownCode(text)


_SEPARATORS = ("|", "||||", ";", "$", "|$", "\ufeff", "\0", "\r\n", "\t", "CCCD:", "**##", "-")
_VALUES = (
    "Nam",
    "Nữ",
    "15011990",
    "00001990",
    "999090000123",
    "DN4010000000123",
    "0123456789",
    "4e67",
    "c3aa",
    "01 - 043",
)
_ATTACKS = ("礙", "=1+1", "<b>", "IDVNM", "<<", "٣", "１", "\ud800")
_PIECES = st.sampled_from((*_SEPARATORS, *_VALUES, *_ATTACKS, CITIZEN_2021, CITIZEN_2024, INSURANCE, *MRZ))
_HOSTILE = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(_PIECES, st.text(max_size=12)), max_size=40).map("".join),
    st.lists(st.one_of(_PIECES, st.text(max_size=12)), min_size=7, max_size=20).map("|".join),
    st.lists(st.one_of(_PIECES, st.text(max_size=12)), max_size=20).map(lambda tail: "|".join(["999090000123", *tail])),
    st.lists(st.one_of(_PIECES, st.text(max_size=12)), max_size=20).map(
        lambda tail: "|".join(["DN4010000000123", *tail])
    ),
)


@given(text=_HOSTILE)
@example(text="999090000123|" + "|" * 5 + "\ud800")
def test_no_text_makes_the_parser_fail_or_say_what_the_code_did_not(text: str) -> None:
    code: Code = parse(text)
    match code:
        case CitizenCode():
            numbers = [code.personal_number, code.previous_number]
        case InsuranceCode():
            numbers = [code.card_number, code.managing_code]
        case NumberCode():
            numbers = [code.number]
        case MrzCode(mrz):
            numbers = [mrz.document_number, mrz.personal_number or ""]
        case UnknownCode():
            numbers = []
    joined = "".join(text.split()).upper()
    for number in numbers:
        assert re.fullmatch(r"[0-9A-Z]*", number)
        assert number in joined


@given(text=_HOSTILE)
def test_texts_of_documents_are_composed_and_inert(text: str) -> None:
    code = parse(text)
    if isinstance(code, UnknownCode):
        assert unicodedata.is_normalized("NFC", code.text)
        return
    for inner in texts_in(code):
        assert unicodedata.is_normalized("NFC", inner)
        assert not re.search(r"[\x00-\x1f\x7f-\x9f<>\u200b-\u200f\u202a-\u202e\ufeff]", inner) or isinstance(
            code, MrzCode
        )
        assert not inner.startswith(("=", "+", "-", "@"))


@given(text=_HOSTILE)
def test_parsing_the_same_text_twice_gives_the_same_document(text: str) -> None:
    assert parse(text) == parse(text)


# -- what a personal number says ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [
        ("999090000123", Sex.MALE, 1990),
        ("999190000123", Sex.FEMALE, 1990),
        ("999205000123", Sex.MALE, 2005),
        ("999305000123", Sex.FEMALE, 2005),
        ("999900000123", Sex.FEMALE, 2300),
    ],
)
def test_century_sex_and_year_are_read_from_a_personal_number(number: str, sex: Sex, year: int) -> None:
    stated = read_personal_number(number)
    assert (stated.place, stated.sex, stated.birth_year) == ("999", sex, year)


@pytest.mark.parametrize("number", ["", "99909000012", "9990900001234", "99909000012x", "٩٩٩٠٩٠٠٠٠١٢٣"])
def test_what_has_not_twelve_digits_is_no_personal_number(number: str) -> None:
    with pytest.raises(ValueError, match="12 digits"):
        read_personal_number(number)


@given(text=_HOSTILE)
def test_raw_texts_are_what_the_code_says_letter_for_letter(text: str) -> None:
    code = parse(text)
    said = re.sub(r"[\r\n]+", " ", text.replace("\0", "").replace("\ufeff", ""))
    for name in names_in(code):
        if name.endswith("_raw"):
            raw = getattr(code, name)
            assert all(one in said for one in ((raw,) if isinstance(raw, str) else raw))


# -- what guns make of codes ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("sample", [CITIZEN_2021, CITIZEN_2024, INSURANCE])
@pytest.mark.parametrize("separator", list(";~§°£¦¬#*<>!^｜│"))
def test_whatever_stands_behind_the_number_separates_where_no_bar_does(sample: str, separator: str) -> None:
    written = sample.replace("|", separator)
    assert parse(written) == parse(sample)
    assert parse(f"\ufeffCCCD:{written}**##\r\n") == parse(sample)


def test_tabs_separate_where_no_bar_does_and_those_at_the_end_are_the_guns() -> None:
    assert parse(CITIZEN_2021.replace("|", "\t") + "\t") == parse(CITIZEN_2021)
    assert citizen(CITIZEN_2024.replace("|", "\t")).full_name == "Nguyễn Văn Mẫu"
    assert citizen_with(5, "Số 1\tHà Nội").residence == "Số 1 Hà Nội"


@pytest.mark.parametrize("sign", list("0aZđƠ '’.,-()/"))
def test_what_may_stand_inside_a_field_separates_nothing(sign: str) -> None:
    assert isinstance(parse(CITIZEN_2021.replace("|", sign)), UnknownCode)


def test_bar_separates_even_where_another_sign_stands_first() -> None:
    assert isinstance(parse("999090000123;x|" + CITIZEN_2021), UnknownCode)


@pytest.mark.parametrize("tokens", [10, 15, 17])
def test_insurance_code_whose_dollar_a_gun_dropped_or_exchanged_is_still_one(tokens: int) -> None:
    written = [*INSURANCE.split("|")[:-1], "x", "y"][: tokens - 1]
    whole = insurance("|".join([*written, "$"]))
    for end in ("", "|", "|£", "|¤"):
        code = insurance("|".join(written) + end)
        assert code.card_number == whole.card_number
        assert code.full_name == whole.full_name
        assert (code.valid_from, code.valid_to, code.issued) == (whole.valid_from, whole.valid_to, whole.issued)


@pytest.mark.parametrize("dropped", [1, 2, 3, 4])
def test_trailing_empty_fields_that_a_gun_dropped_are_not_missed(dropped: int) -> None:
    code = citizen(CITIZEN_2024[:-dropped])
    assert code.doubts == ()
    assert len(code.extra) == 4 - dropped


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("00/05/1990", PartialDate(1990, 5)),
        ("00/00/1990", PartialDate(1990)),
        ("00-00-1990", PartialDate(1990)),
        ("00051990", PartialDate(1990, 5)),
        ("29/02/2000", PartialDate(2000, 2, 29)),
        ("1990-01-15", PartialDate(1990, 1, 15)),
        (" 15/01/1990 ", PartialDate(1990, 1, 15)),
    ],
)
def test_birth_dates_that_lack_a_day_or_month_are_read_in_both_kinds_of_card(written: str, read: PartialDate) -> None:
    for code in (citizen_with(3, written), insurance_with(2, written)):
        assert code.date_of_birth == read
        assert code.date_of_birth_raw == written.strip()
        assert "date-of-birth" not in code.doubts


@pytest.mark.parametrize("written", ["15001990", "00/13/1990", "29/02/1900", "00000000", "15/01/90", "0000", "١٩٩٠"])
def test_birth_dates_that_no_calendar_has_are_doubts(written: str) -> None:
    for code in (citizen_with(3, written), insurance_with(2, written)):
        assert code.date_of_birth is None
        assert code.date_of_birth_raw == written
        assert "date-of-birth" in code.doubts


def test_names_that_lost_their_marks_stay_what_was_read() -> None:
    for name in ("Nguyen Van Mau", "An Binh", "TRAN THI VI DU"):
        code = citizen_with(2, name)
        assert (code.full_name, code.doubts) == (name, ())


def test_raw_text_keeps_what_composing_and_joining_change() -> None:
    written = unicodedata.normalize("NFD", "Nguyễn  Văn Mẫu")
    code = citizen_with(2, written)
    assert code.full_name == "Nguyễn Văn Mẫu"
    assert code.full_name_raw == written
    assert code.doubts == ()


@pytest.mark.parametrize("written", ["Nаm", "🙂Nam", "Nam🙂", "Ｎam", "N\u200bam", "M", "1"])
def test_sex_is_read_from_its_own_letters_only(written: str) -> None:
    code = citizen_with(4, written)
    assert code.sex is None
    assert code.sex_raw == written
    assert code.doubts == ("sex",)


# -- letters and digits that only look like ours --------------------------------------------------------------------
@pytest.mark.parametrize("number", ["ßN401000000012", "ıN4010000000123", "ſN4010000000123", "ﬁ4010000000123"])
def test_letters_whose_capitals_are_ascii_begin_no_card_number(number: str) -> None:
    assert isinstance(parse(number), UnknownCode)
    assert isinstance(parse(INSURANCE.replace("DN4010000000123", number)), UnknownCode)


def test_facility_of_other_letters_is_a_doubt() -> None:
    code = insurance_with(5, "01 - ﬁ1")
    assert (code.facility, code.facility_raw, code.doubts) == ("", "01 - ﬁ1", ("facility",))


@pytest.mark.parametrize("zero", ["０", "٠", "०", "𝟎", "𝟘", "߀"])
def test_digits_of_other_scripts_are_none_anywhere(zero: str) -> None:
    def written_so(text: str) -> str:
        return "".join(chr(ord(zero) + int(one)) if one in "0123456789" else one for one in text)

    for sample in ("999090000123", "0123456789", "DN4010000000123", CITIZEN_2021, INSURANCE):
        assert isinstance(parse(written_so(sample)), UnknownCode)
    for at in (1, 3, 6):
        written = written_so(CITIZEN_2021.split("|")[at])
        code = citizen_with(at, written)
        raw = (code.previous_number_raw, code.date_of_birth_raw, code.date_of_issue_raw)
        assert written in raw
        assert len(code.doubts) == 1
    for at in (2, 5, 6, 7, 8, 9, 12):
        code_of_card = insurance_with(at, written_so(INSURANCE.split("|")[at]))
        assert len(code_of_card.doubts) == 1


# -- MRZs of every form ---------------------------------------------------------------------------------------------
TD2 = ("I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<", "D231458907UTO3407127M9507122<<<<<<<2")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


@pytest.mark.parametrize(
    ("lines", "surname", "number"),
    [(MRZ, "NGUYEN", "090000123"), (TD2, "STEVENSON", "D23145890"), (TD3, "ERIKSSON", "L898902C3")],
    ids=["TD1", "TD2", "TD3"],
)
@pytest.mark.parametrize("separator", ["\n", "\r\n", ""])
@pytest.mark.parametrize("in_capitals", [True, False], ids=["as printed", "typed with caps lock"])
def test_mrz_of_every_size_is_read(
    lines: tuple[str, ...], surname: str, number: str, separator: str, in_capitals: bool
) -> None:
    text = separator.join(lines)
    code = parse(text if in_capitals else text.lower())
    assert isinstance(code, MrzCode)
    assert (code.mrz.surname, code.mrz.document_number) == (surname, number)


@pytest.mark.parametrize("lines", [MRZ, TD2, TD3], ids=["TD1", "TD2", "TD3"])
def test_mrz_of_look_alike_letters_is_none(lines: tuple[str, ...]) -> None:
    text = "\n".join(lines)
    assert isinstance(parse(text.replace("S", "ſ").replace("I", "ı")), UnknownCode)
    assert isinstance(parse(text.replace("0", "０").replace("1", "１")), UnknownCode)
