"""Dates of documents, known to the day, the month or the year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate, parse_date


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("15011990", "1990-01-15"),
        ("15/01/1990", "1990-01-15"),
        ("5/1/1990", "1990-01-05"),
        ("15-01-1990", "1990-01-15"),
        ("01/1990", "1990-01"),
        ("1990", "1990"),
        ("1990-01-15", "1990-01-15"),
        ("00001990", "1990"),
        ("00011990", "1990-01"),
        ("00/01/1990", "1990-01"),
        (" 29/02/2000 ", "2000-02-29"),
    ],
)
def test_every_written_form_is_understood(written: str, iso: str) -> None:
    parsed = parse_date(written)
    assert parsed is not None
    assert parsed.iso() == iso


@pytest.mark.parametrize(
    "written", ["", "29/02/1999", "31/04/1990", "1990/01/15", "15 01 1990", "15001990", "abc", "0000", "99/99/9999"]
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert parse_date(written) is None


@given(st.text(max_size=40))
def test_no_text_breaks_it(written: str) -> None:
    parsed = parse_date(written)
    assert parsed is None or parse_date(str(parsed)) == parsed


@given(st.dates(min_value=date(1000, 1, 1)))
def test_gateway_form_reads_back(day: date) -> None:
    assert parse_date(str(PartialDate(day.year, day.month, day.day))) == PartialDate(day.year, day.month, day.day)


def test_age_turns_on_the_birthday() -> None:
    born = PartialDate(1951, 11, 21)
    assert born.age_on(date(2026, 11, 20)) == 74
    assert born.age_on(date(2026, 11, 21)) == 75


def test_day_without_month_is_refused() -> None:
    with pytest.raises(ValueError, match="month"):
        PartialDate(1990, None, 1)
