"""When nobody asks, and for how long."""

from concurrent.futures import ThreadPoolExecutor
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


@pytest.mark.parametrize("kind", [TroubleKind.OFFICER, TroubleKind.PARAMETERS])
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


def test_account_refused_again_and_again_is_given_a_rest() -> None:
    clock = Seconds()
    backoff = Backoff(3, 5, clock)
    for _ in range(3):
        assert backoff.current() is None
        backoff.note(TroubleKind.ACCOUNT)
    assert backoff.current() is TroubleKind.ACCOUNT
    backoff.forget_refusal()
    assert backoff.current() is None


def test_locked_account_is_left_alone_until_somebody_says_that_it_was_put_right() -> None:
    clock = Seconds()
    backoff = Backoff(3, 5, clock)
    backoff.note(TroubleKind.ACCOUNT_LOCKED)
    for kind in (None, TroubleKind.TIMEOUT, TroubleKind.TIMEOUT, TroubleKind.TIMEOUT, TroubleKind.OFFICER):
        backoff.note(kind)  # of lookups that were under way
    clock.now += 1e9
    assert backoff.current() is TroubleKind.ACCOUNT_LOCKED
    backoff.forget_refusal()
    assert backoff.current() is None


def test_account_put_right_does_not_end_the_pause_of_an_outage() -> None:
    backoff = Backoff(1, 5, Seconds())
    backoff.note(TroubleKind.TIMEOUT)
    backoff.forget_refusal()
    assert backoff.current() is TroubleKind.TIMEOUT


def test_outage_of_lookups_under_way_does_not_shorten_what_the_service_asked_for() -> None:
    clock = Seconds()
    backoff = Backoff(1, 5, clock)
    backoff.obey("300", NOW)
    backoff.note(TroubleKind.TIMEOUT)
    assert pause_of(backoff, clock) == 300


def test_after_a_pause_one_goes_ahead_alone() -> None:
    clock = Seconds()
    backoff = Backoff(1, 5, clock)
    backoff.note(TroubleKind.TIMEOUT)
    clock.now += 5
    assert [backoff.current() for _ in range(3)] == [None, TroubleKind.TIMEOUT, TroubleKind.TIMEOUT]
    backoff.note(None)
    assert [backoff.current() for _ in range(3)] == [None, None, None]


@pytest.mark.parametrize("ending", [None, TroubleKind.OFFICER, TroubleKind.PARAMETERS])
def test_any_answer_of_the_service_to_the_one_ahead_lets_all_others_ask(ending: TroubleKind | None) -> None:
    clock = Seconds()
    backoff = Backoff(1, 5, clock)
    backoff.note(TroubleKind.TIMEOUT)
    clock.now += 5
    assert backoff.current() is None
    backoff.note(ending)
    assert backoff.current() is None


def test_one_ahead_that_never_reports_back_is_not_waited_for_without_end() -> None:
    clock = Seconds()
    backoff = Backoff(1, 5, clock)
    backoff.note(TroubleKind.TIMEOUT)
    clock.now += 5
    assert backoff.current() is None
    assert pause_of(backoff, clock) == 60


@pytest.mark.parametrize(("ending", "heard"), [(None, None), (TroubleKind.TIMEOUT, TroubleKind.TIMEOUT)])
def test_what_the_one_ahead_finds_out_holds_for_those_who_waited(
    ending: TroubleKind | None, heard: TroubleKind | None
) -> None:
    clock = Seconds()
    backoff = Backoff(1, 5, clock)
    backoff.note(TroubleKind.TIMEOUT)
    clock.now += 5
    assert backoff.current() is None
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(backoff.current, 30) for _ in range(4)]
        backoff.note(ending)
        assert [one.result() for one in waiting] == [heard] * 4


def test_after_a_pause_that_the_service_asked_for_one_goes_ahead_too() -> None:
    clock = Seconds()
    backoff = Backoff(3, 5, clock)
    backoff.obey("30", NOW)
    backoff.note(TroubleKind.RATE_LIMITED)
    clock.now += 30
    assert [backoff.current() for _ in range(3)] == [None, TroubleKind.RATE_LIMITED, TroubleKind.RATE_LIMITED]
    backoff.note(None)
    assert [backoff.current() for _ in range(3)] == [None, None, None]


def test_shorter_wish_does_not_shorten_a_longer_one() -> None:
    clock = Seconds()
    backoff = Backoff(3, 5, clock)
    backoff.obey("300", NOW)
    backoff.obey("1", NOW)
    assert pause_of(backoff, clock) == 300
