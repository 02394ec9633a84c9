"""A birth date as it is typed: what cannot be is said at once, and nothing impossible is ever taken."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.identity.birth_date import (
    DATE_DIGITS,
    YEAR_DIGITS,
    DateFault,
    birth_date_of,
    fault_in,
    is_born_as_stated,
)

TODAY = date(2026, 11, 22)
BORN = st.dates(date(1900, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("digits", "fault"),
    [
        ("", None),
        ("3", None),
        ("31", None),
        ("32", DateFault.NOT_IN_CALENDAR),
        ("310", None),
        ("3102", DateFault.NOT_IN_CALENDAR),
        ("3104", DateFault.NOT_IN_CALENDAR),
        ("2902", None),
        ("29021999", DateFault.NOT_IN_CALENDAR),
        ("29022000", None),
        ("29021900", DateFault.NOT_IN_CALENDAR),
        ("0513", DateFault.NOT_IN_CALENDAR),
        ("0500", DateFault.NOT_IN_CALENDAR),
        ("05010", DateFault.TOO_EARLY),
        ("050118", DateFault.TOO_EARLY),
        ("05011899", DateFault.TOO_EARLY),
        ("05011900", None),
        ("05013", DateFault.IN_FUTURE),
        ("050121", DateFault.IN_FUTURE),
        ("05012027", DateFault.IN_FUTURE),
        ("22112026", None),
        ("23112026", DateFault.IN_FUTURE),
        ("00001948", None),
        ("00051948", None),
        ("00122026", DateFault.IN_FUTURE),
    ],
)
def test_fault_is_told_as_soon_as_it_is_typed(digits: str, fault: DateFault | None) -> None:
    assert fault_in(digits, TODAY, year_only=False) is fault


@pytest.mark.parametrize(
    ("digits", "fault"),
    [
        ("1", None), ("19", None), ("1948", None), ("1900", None), ("2026", None), ("2", None),
        ("0", DateFault.TOO_EARLY), ("18", DateFault.TOO_EARLY), ("1899", DateFault.TOO_EARLY),
        ("3", DateFault.IN_FUTURE), ("203", DateFault.IN_FUTURE), ("2027", DateFault.IN_FUTURE),
    ],
)  # fmt: skip
def test_fault_in_a_year_alone(digits: str, fault: DateFault | None) -> None:
    assert fault_in(digits, TODAY, year_only=True) is fault


@pytest.mark.parametrize(
    ("digits", "year_only", "born"),
    [
        ("15011948", False, PartialDate(1948, 1, 15)),
        ("00001948", False, PartialDate(1948)),
        ("1948", True, PartialDate(1948)),
        ("1948", False, None),
        ("15011948", True, None),
        ("1501194", False, None),
        ("150119480", False, None),
        ("31021948", False, None),
        ("１５０１１９４８", False, None),
        ("1501 948", False, None),
        ("", True, None),
    ],
)
def test_birth_date_is_taken_whole_and_possible_or_not_at_all(
    digits: str, year_only: bool, born: PartialDate | None
) -> None:
    assert birth_date_of(digits, TODAY, year_only=year_only) == born


@given(BORN)
def test_every_birth_date_can_be_typed_without_a_warning_on_the_way(born: date) -> None:
    digits = f"{born:%d%m}{born.year}"
    assert [fault_in(digits[:count], TODAY, year_only=False) for count in range(DATE_DIGITS + 1)] == [None] * 9
    assert birth_date_of(digits, TODAY, year_only=False) == PartialDate(born.year, born.month, born.day)


@given(st.text("0123456789", max_size=DATE_DIGITS), st.booleans())
def test_whatever_is_typed_is_a_possible_birth_date_or_none(digits: str, year_only: bool) -> None:
    digits = digits[: YEAR_DIGITS if year_only else DATE_DIGITS]
    fault = fault_in(digits, TODAY, year_only=year_only)
    born = birth_date_of(digits, TODAY, year_only=year_only)
    if born is not None:
        assert fault is None
        assert date(1900, 1, 1) <= born.earliest <= TODAY
    elif len(digits) == (YEAR_DIGITS if year_only else DATE_DIGITS):
        assert fault is not None


@given(st.text("0123456789", min_size=1, max_size=DATE_DIGITS - 1), st.integers(0, 9))
def test_once_told_a_fault_stays_until_a_digit_is_taken_back(digits: str, further: int) -> None:
    if fault_in(digits, TODAY, year_only=False) is not None:
        assert fault_in(f"{digits}{further}", TODAY, year_only=False) is not None


@pytest.mark.parametrize(
    ("number", "born", "agree"),
    [
        ("999048000123", PartialDate(1948, 1, 15), True),
        ("999048000123", PartialDate(1948), True),
        ("999048000123", PartialDate(1984, 1, 15), False),
        ("999048000123", PartialDate(2048), False),
        ("999220000123", PartialDate(2020, 5, 1), True),
        ("999320000123", PartialDate(2020, 5, 1), True),
        ("999220000123", PartialDate(1920, 5, 1), False),
    ],
)
def test_number_states_the_year_of_birth(number: str, born: PartialDate, agree: bool) -> None:
    assert is_born_as_stated(number, born) is agree
