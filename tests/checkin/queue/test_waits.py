"""How long it takes: a range, rounded outwards, through the noon break, and nothing where nobody can know."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.business_day import CLINIC_ZONE
from kiosk.checkin.clinic import Bilingual, Room
from kiosk.checkin.opening import ALWAYS_OPEN, OpeningHours, Span
from kiosk.checkin.queue.rooms import pace_of
from kiosk.checkin.queue.waits import WaitRange, wait_range
from kiosk.checkin.queue.words import opening_words, wait_words
from kiosk.text import Language

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=CLINIC_ZONE)
HALF_DAYS = OpeningHours(((Span(420, 690), Span(810, 1020)),) * 7)


def room(hours: OpeningHours = ALWAYS_OPEN) -> Room:
    return Room("P1", Bilingual("P1", "P1"), Bilingual("P1", "P1"), hours=hours)


@pytest.mark.parametrize(
    ("work_min", "doctors", "low", "high"),
    [(0, 1, 0, 5), (25, 1, 20, 30), (50, 2, 20, 30), (3, 1, 0, 5), (60, 1, 50, 75), (100, 1, 75, 120)],
)
def test_wait_is_a_range_rounded_outwards(work_min: float, doctors: int, low: int, high: int) -> None:
    assert wait_range(work_min, doctors, room(), NINE) == WaitRange(low, high)


@given(st.floats(0, 400), st.integers(1, 9))
def test_range_holds_the_estimate_and_is_never_more_precise_than_it(work_min: float, doctors: int) -> None:
    wait = wait_range(work_min, doctors, room(), NINE.replace(hour=0))
    assert wait is not None
    assert wait.low_min <= work_min / doctors <= wait.high_min
    assert wait.high_min - wait.low_min >= 5
    assert wait.low_min % 5 == wait.high_min % 5 == 0


def test_noon_break_is_waited_through() -> None:
    assert wait_range(60, 1, room(HALF_DAYS), NINE.replace(hour=11)) == WaitRange(165, 195)


def test_work_that_the_day_does_not_hold_has_no_wait() -> None:
    assert wait_range(60, 1, room(HALF_DAYS), NINE.replace(hour=16, minute=30)) is None


@pytest.mark.parametrize(
    ("visits_min", "pace"),
    [((), None), ((5.0, 6.0), None), ((5.0, 6.0, 7.0), 6.0), ((5.0, 6.0, 7.0, 240.0), 6.5), ((0.1, 6.0, 8.0), 6.0)],
)
def test_pace_is_the_median_of_enough_visits(visits_min: tuple[float, ...], pace: float | None) -> None:
    assert pace_of(visits_min) == pace


@pytest.mark.parametrize(
    ("wait", "words"),
    [(WaitRange(20, 30), "khoảng 20–30 phút"), (WaitRange(0, 5), "dưới 5 phút"), (None, "")],
)
def test_wait_in_words(wait: WaitRange | None, words: str) -> None:
    assert wait_words(wait, Language.VI) == words


def test_opening_in_words_names_the_day_only_where_it_is_another() -> None:
    noon = NINE.replace(hour=12)
    assert opening_words(NINE.replace(hour=13, minute=30), noon, Language.VI) == "phòng mở lại lúc 13:30"
    tomorrow = NINE.replace(day=21, hour=7)
    assert opening_words(tomorrow, noon, Language.VI) == "phòng mở lại lúc 07:00 ngày 21/11"
    assert opening_words(None, noon, Language.VI) == ""
