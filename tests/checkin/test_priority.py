"""Who goes first: the days around a birthday, and birth dates that are known in part."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import Priority
from kiosk.dates import PartialDate

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("born", "priority"),
    [
        (PartialDate(2026, 11, 20), Priority.UNDER_SIX),
        (PartialDate(2020, 11, 21), Priority.UNDER_SIX),
        (PartialDate(2020, 11, 20), Priority.NONE),
        (PartialDate(1951, 11, 21), Priority.NONE),
        (PartialDate(1951, 11, 20), Priority.SEVENTY_FIVE),
        (PartialDate(1926, 1, 1), Priority.SEVENTY_FIVE),
        (PartialDate(2020, 11), Priority.UNDER_SIX),
        (PartialDate(2020, 10), Priority.NONE),
        (PartialDate(2020), Priority.UNDER_SIX),
        (PartialDate(2019), Priority.NONE),
        (PartialDate(1951), Priority.SEVENTY_FIVE),
        (PartialDate(1952), Priority.NONE),
        (PartialDate(1951, 11), Priority.SEVENTY_FIVE),
        (PartialDate(1951, 12), Priority.NONE),
        (None, Priority.NONE),
    ],
    ids=str,
)
def test_birthday_decides_to_the_day_and_doubt_counts_for_the_person(
    born: PartialDate | None, priority: Priority
) -> None:
    assert priority_of(born, DAY) is priority


def test_born_on_29_february_turns_six_on_1_march() -> None:
    born = PartialDate(2020, 2, 29)
    assert priority_of(born, date(2026, 2, 28)) is Priority.UNDER_SIX
    assert priority_of(born, date(2026, 3, 1)) is Priority.NONE


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-400, 40_000))
def test_any_birth_date_has_an_answer_also_one_in_the_future(born: date, days: int) -> None:
    day = born + timedelta(days=days)
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    expected = Priority.UNDER_SIX if years < 6 else Priority.SEVENTY_FIVE if years >= 75 else Priority.NONE
    assert priority_of(PartialDate(born.year, born.month, born.day), day) is expected
