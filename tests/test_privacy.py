"""Masks, silent types and the log filter."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.privacy import LogFilter, mask_name, mask_number, redact_numbers


def test_personal_number_shows_its_ends_only() -> None:
    assert mask_number("999090000123") == "999 ••• ••• 123"


@given(st.text("0123456789", max_size=30))
def test_mask_never_shows_more_than_six_digits(number: str) -> None:
    assert sum(letter.isdigit() for letter in mask_number(number)) <= 6


def test_name_keeps_all_but_its_last_word() -> None:
    assert mask_name("Nguyễn Văn Mẫu") == "Nguyễn Văn M."


@pytest.mark.parametrize(("name", "masked"), [("", ""), ("Mẫu", "M."), ("  Lê   Thị  ", "Lê T.")])
def test_name_of_any_length_is_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_personal_types_are_silent() -> None:
    assert repr(PartialDate(1990, 1, 15)) == "<PartialDate>"


@given(st.text())
def test_redaction_leaves_no_long_number(text: str) -> None:
    assert not any(len(run) >= 9 for run in "".join(c if c.isdigit() else " " for c in redact_numbers(text)).split())


def test_log_line_and_traceback_lose_long_numbers() -> None:
    error = ValueError("card 999090000123")
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "read %s", ("999090000123",), (ValueError, error, None))
    assert LogFilter().filter(record)
    shown = logging.Formatter().format(record)
    assert "999090000123" not in shown
    assert "12 digits" in shown
