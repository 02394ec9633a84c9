import string
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.reader.document import Sex
from kiosk.reader.emrtd.mrz import check_digit, key_information, mrz_information, optional_check_holds, parse_mrz
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.simulator.chip.travel_mrz import travel_mrz
from kiosk.simulator.travellers import Format, Traveller

TODAY = date(2026, 11, 21)
CARD = "IDVNM0900001233999090000123<<2\n9001158M3001156VNM<<<<<<<<<<<4\nNGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"
# ICAO 9303-5 appendix B, 9303-6 appendix B, 9303-4 appendix B: the standard's own specimens
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def td1(number: str, optional: str, birth: str, expiry: str, state: str = "VNM", sex: str = "M") -> str:
    """A valid TD1 of these fields."""
    first = f"ID{state}{number}{check_digit(number)}{optional}".ljust(30, "<")
    second = f"{birth}{check_digit(birth)}{sex}{expiry}{check_digit(expiry)}{state}".ljust(29, "<")
    composite = first[5:30] + second[:7] + second[8:15] + second[18:29]
    return first + second + check_digit(composite) + "NGUYEN<<VAN<MAU".ljust(30, "<")


def test_citizen_card_tells_its_number_from_the_optional_data() -> None:
    mrz = parse_mrz(CARD, TODAY)
    assert mrz.personal_number == "999090000123"
    assert (mrz.document_code, mrz.issuing_state, mrz.document_number) == ("ID", "VNM", "090000123")
    assert (mrz.surname, mrz.given_names, mrz.nationality) == ("NGUYEN", "VAN MAU", "VNM")
    assert (mrz.date_of_birth, mrz.sex) == (PartialDate(1990, 1, 15), Sex.MALE)
    assert (mrz.date_of_expiry, mrz.date_of_expiry_raw) == (PartialDate(2030, 1, 15), "300115")


@pytest.mark.parametrize("zone", [TD1, TD2, TD3])
def test_the_standards_specimens_are_read(zone: str) -> None:
    mrz = parse_mrz(zone, TODAY)
    assert (mrz.surname, mrz.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert (mrz.issuing_state, mrz.nationality, mrz.sex) == ("UTO", "UTO", Sex.FEMALE)
    assert (mrz.date_of_birth, mrz.date_of_expiry) == (PartialDate(1974, 8, 12), PartialDate(2012, 4, 15))
    assert mrz.document_number in {"D23145890", "L898902C3"}
    assert mrz.personal_number is None


def test_each_specimen_says_its_own_number_and_form() -> None:
    read = [parse_mrz(zone, TODAY) for zone in (TD1, TD2, TD3)]
    assert [(mrz.document_code, mrz.document_number) for mrz in read] == [
        ("I", "D23145890"),
        ("I", "D23145890"),
        ("P", "L898902C3"),
    ]


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("520727", "3"),  # ICAO 9303-3 appendix A, example 1
        ("AB2134<<<", "5"),  # example 2
        ("HA672242<658022549601086<<<<<<<<<<<<<<0", "8"),  # example 3: a TD3's composite
        ("D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<", "2"),  # example 4: a TD1's
        ("HA672242<658022549601086<<<<<<<", "8"),  # example 5: a TD2's
    ],
)
def test_the_standards_examples_of_check_digits(text: str, digit: str) -> None:
    assert check_digit(text) == digit


@pytest.mark.parametrize(
    ("optional", "digit", "holds"),
    [
        ("ZE184226B<<<<<", "1", True),
        ("ZE184226B<<<<<", "2", False),
        ("ZE184226B<<<<<", "<", False),
        ("<<<<<<<<<<<<<<", "<", True),
        ("<<<<<<<<<<<<<<", "0", True),
        ("<<<<<<<<<<<<<<", "1", False),
    ],
)
def test_a_passports_optional_data_has_a_digit_of_its_own(optional: str, digit: str, *, holds: bool) -> None:
    assert optional_check_holds(TD3[:72] + optional + digit + TD3[87]) is holds


@pytest.mark.parametrize("zone", [TD1, TD2, CARD])
def test_cards_have_no_digit_over_their_optional_data(zone: str) -> None:
    assert optional_check_holds(zone)


def test_passport_keeps_its_optional_data() -> None:
    assert parse_mrz(TD3, TODAY).optional_data == "ZE184226B"


def test_card_without_expiry_has_none_but_keeps_what_is_written() -> None:
    mrz = parse_mrz(td1("050000001", "999050000001<<" + check_digit("999050000001"), "500203", "991231"), TODAY)
    assert (mrz.date_of_expiry, mrz.date_of_expiry_raw) == (None, "991231")


@pytest.mark.parametrize(
    ("number", "birth", "year"), [("999090000123", "900115", 1990), ("999215000123", "150115", 2015)]
)
def test_the_citizen_number_settles_the_century(number: str, birth: str, year: int) -> None:
    zone = td1(number[3:], f"{number}<<{check_digit(number)}", birth, "300115")
    born = parse_mrz(zone, TODAY).date_of_birth
    assert born is not None
    assert born.year == year


@pytest.mark.parametrize(("birth", "year"), [("261120", 2026), ("261122", 1926), ("000101", 2000)])
def test_without_a_citizen_number_nobody_is_born_tomorrow(birth: str, year: int) -> None:
    born = parse_mrz(td1("D23145890", "", birth, "300115", "UTO"), TODAY).date_of_birth
    assert born is not None
    assert born.year == year


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("90<<<<", PartialDate(1990)),
        ("9001<<", PartialDate(1990, 1)),
        ("900100", PartialDate(1990, 1)),
        ("<<<<<<", None),
    ],
)
def test_unknown_parts_of_a_birth_date_stay_unknown(written: str, known: PartialDate | None) -> None:
    mrz = parse_mrz(td1("D23145890", "", written, "300115", "UTO", sex="<"), TODAY)
    assert (mrz.date_of_birth, mrz.date_of_birth_raw, mrz.sex) == (known, written, None)


def test_a_number_longer_than_nine_goes_on_in_the_optional_data() -> None:
    # ICAO 9303-5 §4.2.2: the rest, its check digit, a filler
    number = "D23145890734"
    first = f"I<UTO{number[:9]}<{number[9:]}{check_digit(number)}".ljust(30, "<")
    second = "7408122F1204159UTO<<<<<<<<<<<"
    zone = first + second + check_digit(first[5:] + second[:7] + second[8:15] + second[18:]) + "X<<Y".ljust(30, "<")
    mrz = parse_mrz(zone, TODAY)
    assert (mrz.document_number, mrz.optional_data) == (number, "")
    assert mrz_information(zone) == number + check_digit(number) + "74081221204159"


@pytest.mark.parametrize("at", range(5, 60))
def test_one_wrong_digit_is_noticed(at: int) -> None:
    zone = CARD.replace("\n", "")
    if not zone[at].isdigit():
        return
    wrong = zone[:at] + str((int(zone[at]) + 1) % 10) + zone[at + 1 :]
    with pytest.raises(MalformedError, match="check digit"):
        parse_mrz(wrong, TODAY)


@pytest.mark.parametrize("zone", ["", "A" * 89, "A" * 91, CARD.replace("V", "Đ"), CARD + "<"])
def test_what_is_no_mrz_is_refused(zone: str) -> None:
    with pytest.raises(MalformedError):
        parse_mrz(zone, TODAY)


def test_a_refusal_names_the_field_and_nothing_of_the_person() -> None:
    with pytest.raises(MalformedError) as caught:
        parse_mrz(CARD.replace("9001158", "9001159"), TODAY)
    assert str(caught.value) == "mrz: check digit of the date of birth"


def test_information_is_taken_from_a_zone_and_from_itself() -> None:
    assert mrz_information(CARD) == "090000123390011583001156"
    assert mrz_information("090000123390011583001156") == "090000123390011583001156"
    assert mrz_information(TD3) == "L898902C3674081221204159"
    for wrong in ("090000123390011583001157", CARD.replace("9001158", "9001159")):
        with pytest.raises(MalformedError):
            mrz_information(wrong)


def test_a_short_document_number_is_filled_up() -> None:
    # ICAO 9303-11 appendix D.2
    assert key_information("L898902C", "690806", "940623") == "L898902C<369080619406236"


MRZ_TEXT = st.text(string.ascii_uppercase + string.digits + "<", min_size=72, max_size=90)


@given(st.one_of(st.text(max_size=100), MRZ_TEXT))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_mrz, mrz_information):
        try:
            parse(text)
        except MalformedError:
            continue


@given(
    st.text(string.ascii_uppercase + string.digits, min_size=9, max_size=9),
    st.dates(date(1930, 1, 1), TODAY),
    st.dates(date(2027, 1, 1), date(2060, 1, 1)),
)
def test_a_valid_card_gives_back_its_fields(number: str, birth: date, expiry: date) -> None:
    mrz = parse_mrz(td1(number, "", f"{birth:%y%m%d}", f"{expiry:%y%m%d}", "UTO"), TODAY)
    assert mrz.document_number == number
    assert mrz.date_of_birth is not None
    assert (mrz.date_of_birth.month, mrz.date_of_birth.day) == (birth.month, birth.day)
    assert mrz.date_of_expiry == PartialDate(expiry.year, expiry.month, expiry.day)


@given(
    form=st.sampled_from(Format),
    number=st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=13),
    surname=st.text(string.ascii_uppercase, min_size=1, max_size=12),
    given_names=st.lists(st.text(string.ascii_uppercase, min_size=1, max_size=4), max_size=3).map(" ".join),
    birth=st.dates(date(1930, 1, 1), TODAY),
    expiry=st.dates(date(2027, 1, 1), date(2060, 1, 1)),
)
def test_foreign_zones_give_back_what_their_states_wrote(
    travellers: tuple[Traveller, ...],
    form: Format,
    number: str,
    surname: str,
    given_names: str,
    birth: date,
    expiry: date,
) -> None:
    written = replace(
        travellers[0],
        format=form,
        number=number[: 9 if form is Format.TD3 else 13],
        surname=surname,
        given_names=given_names,
        date_of_birth=birth,
        date_of_expiry=expiry,
        optional_data="",
    )
    zone = travel_mrz(written)
    mrz = parse_mrz(zone.text, TODAY)
    assert (mrz.document_number, mrz.optional_data) == (written.number, "")
    assert (mrz.surname, mrz.given_names, mrz.issuing_state) == (surname, given_names, "UTO")
    assert mrz.date_of_birth is not None
    assert mrz.date_of_birth.exact == birth
    assert mrz.date_of_expiry == PartialDate(expiry.year, expiry.month, expiry.day)
    assert mrz_information(zone.text) == zone.key_input.decode("ascii")
