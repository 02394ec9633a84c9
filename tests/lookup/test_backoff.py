"""When nobody asks, and for how long."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lookup.answer import TroubleKind
from kiosk.lookup.backoff import Backoff

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def pause_of(backoff: Backoff, clock: Seconds) -> int:
    """Whole seconds until somebody may ask again."""
    start, waited = clock.now, 0
    while backoff.current() is not None:
        waited += 1
        clock.now = start + waited
    return waited


def test_pauses_begin_with_the_third_outage_and_double_up_to_a_minute() -> None:
    clock = Seconds()
    backoff = Backoff(3, 5, clock)
    pauses = []
    for _ in range(8):
        backoff.note(TroubleKind.TIMEOUT)
        pauses.append(pause_of(backoff, clock))
    assert pauses == [0, 0, 5, 10, 20, 40, 60, 60]


def test_one_answer_ends_the_row() -> None:
    clock = Seconds()
    backoff = Backoff(2, 5, clock)
    backoff.note(TroubleKind.TIMEOUT)
    backoff.note(None)
    backoff.note(TroubleKind.TIMEOUT)
    assert backoff.current() is None


def test_answer_that_was_under_way_ends_a_pause() -> None:
    backoff = Backoff(1, 5, Seconds())
    backoff.note(TroubleKind.UNREACHABLE)
    assert backoff.current() is TroubleKind.UNREACHABLE
    backoff.note(None)
    assert backoff.current() is None


def test_answer_that_was_under_way_does_not_end_a_pause_that_the_service_asked_for() -> None:
    backoff = Backoff(1, 5, Seconds())
    backoff.obey("30", NOW)
    backoff.note(None)
    assert backoff.current() is TroubleKind.RATE_LIMITED


@pytest.mark.parametrize("kind", [TroubleKind.OFFICER, TroubleKind.PARAMETERS, TroubleKind.ACCOUNT])
def test_wrong_settings_are_no_outage(kind: TroubleKind) -> None:
    backoff = Backoff(1, 5, Seconds())
    backoff.note(kind)
    assert backoff.current() is None


@pytest.mark.parametrize(
    ("header", "pause_s"),
    [
        ("30", 30),
        (" 30 ", 30),
        ("0", 1),
        ("999999999", 900),
        ("99999999999999999999", 60),
        ("", 60),
        ("soon", 60),
        ("-5", 60),
        ("Sat, 21 Nov 2026 05:00:45 GMT", 45),
        ("Sat, 21 Nov 2026 04:00:00 GMT", 1),
        ("Sat, 21 Nov 2099 04:00:00 GMT", 900),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_never_endless(header: str, pause_s: int) -> None:
    clock = Seconds()
    backoff = Backoff(3, 5, clock)
    backoff.obey(header, NOW)
    assert pause_of(backoff, clock) == pause_s


@given(st.text())
def test_any_header_is_a_pause_between_a_second_and_a_quarter_of_an_hour(header: str) -> None:
    clock = Seconds()
    backoff = Backoff(3, 5, clock)
    backoff.obey(header, NOW)
    assert backoff.current() is TroubleKind.RATE_LIMITED
    clock.now += 901
    assert backoff.current() is None
