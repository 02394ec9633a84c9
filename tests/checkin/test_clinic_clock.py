"""One rule says which day it is, whatever a computer's clock was put to."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.business_day import CLINIC_ZONE, business_day
from kiosk.checkin.clinic_clock import TOLERANCE, ClinicClock

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=CLINIC_ZONE)
DAY = NOON.date()


@dataclass
class Computer:
    """A computer whose clock can be put anywhere while it runs on."""

    wall: datetime = NOON
    running_s: float = 5_000.0
    clock: ClinicClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = ClinicClock(lambda: self.wall, lambda: self.running_s)

    def run(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.running_s += seconds

    def put(self, wall: datetime) -> None:
        self.wall = wall


def test_without_the_service_the_computer_is_believed() -> None:
    computer = Computer()
    assert (computer.clock.now(), computer.clock.today()) == (NOON, DAY)
    assert not computer.clock.state.wrong
    assert not computer.clock.state.heard


@pytest.mark.parametrize(
    "off_by", [timedelta(days=-4000), timedelta(hours=-9), timedelta(minutes=3), timedelta(days=9)]
)
def test_service_sets_a_wrong_computer_right(off_by: timedelta) -> None:
    computer = Computer(NOON + off_by)
    computer.clock.hear(NOON.astimezone(UTC), computer.wall)
    computer.run(60)
    assert computer.clock.now() == NOON + timedelta(seconds=60)
    assert computer.clock.today() == DAY
    assert computer.clock.state.off_by == off_by


@pytest.mark.parametrize("off_by", [timedelta(seconds=-119), timedelta(0), timedelta(seconds=120)])
def test_small_difference_changes_nothing(off_by: timedelta) -> None:
    computer = Computer(NOON + off_by)
    computer.clock.hear(NOON, computer.wall)
    assert computer.clock.now() == NOON + off_by
    assert not computer.clock.state.wrong


def test_clock_put_forward_and_back_after_the_service_spoke_changes_no_day() -> None:
    computer = Computer()
    computer.clock.hear(NOON, computer.wall)
    for wall in (NOON + timedelta(days=30), NOON - timedelta(days=30)):
        computer.put(wall)
        assert computer.clock.today() == DAY
        assert computer.clock.state.wrong
    computer.put(NOON)
    assert not computer.clock.state.wrong


def test_midnight_passes_by_the_service_where_the_computer_is_wrong() -> None:
    computer = Computer(datetime(2011, 1, 1, tzinfo=CLINIC_ZONE))
    computer.clock.hear(datetime(2026, 11, 20, 23, 59, 30, tzinfo=CLINIC_ZONE), computer.wall)
    assert computer.clock.today() == date(2026, 11, 20)
    computer.run(31)
    assert computer.clock.today() == date(2026, 11, 21)


def test_day_before_the_newest_tickets_is_not_believed_until_the_service_says_so() -> None:
    computer = Computer(datetime(2011, 1, 1, tzinfo=CLINIC_ZONE))
    computer.clock.keep_after(DAY)
    assert computer.clock.today() == DAY
    assert computer.clock.state.latest == DAY
    assert computer.clock.state.wrong

    computer.clock.hear(NOON - timedelta(days=1), computer.wall)
    assert computer.clock.today() == DAY - timedelta(days=1), "tickets of a day that has not come yet hold nobody up"


def test_day_that_goes_on_ends_at_midnight_and_a_computer_set_right_is_believed() -> None:
    computer = Computer(datetime(2011, 1, 1, 23, 59, tzinfo=CLINIC_ZONE))
    computer.clock.keep_after(DAY)
    assert computer.clock.now() == NOON.replace(hour=23, minute=59)
    computer.run(120)
    assert computer.clock.now() == NOON.replace(hour=0, minute=1) + timedelta(days=1)
    computer.put(NOON + timedelta(days=3))
    assert computer.clock.today() == DAY + timedelta(days=3)
    assert not computer.clock.state.wrong


def test_tickets_of_earlier_days_change_nothing() -> None:
    computer = Computer()
    for latest in (None, DAY - timedelta(days=400), DAY):
        computer.clock.keep_after(latest)
        assert computer.clock.today() == DAY
        assert not computer.clock.state.wrong


def test_zone_of_the_computer_does_not_matter() -> None:
    for hours in (-11, 0, 7, 14):
        computer = Computer(NOON.astimezone(timezone(timedelta(hours=hours))))
        assert computer.clock.now() == NOON
        assert computer.clock.now().utcoffset() == timedelta(hours=7)


def test_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        Computer(datetime(2026, 11, 20)).clock.today()  # noqa: DTZ001


def test_each_wrong_clock_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    computer = Computer(NOON + timedelta(hours=5))
    with caplog.at_level(logging.WARNING):
        for _ in range(4):
            computer.clock.hear(NOON + timedelta(seconds=computer.running_s - 5_000), computer.wall)
            computer.run(60)
        assert len(caplog.records) == 1
        computer.put(NOON - timedelta(hours=2))
        computer.clock.hear(NOON + timedelta(seconds=240), computer.wall)
    assert [record.message for record in caplog.records] == [
        "this computer's clock is off by 5:00:00",
        "this computer's clock is off by -1 day, 21:56:00",
    ]


@pytest.mark.parametrize("off_by", [timedelta(days=1), timedelta(days=-1), timedelta(hours=13)])
def test_desks_of_one_store_mean_the_same_day_whatever_their_clocks_say(off_by: timedelta) -> None:
    desk, ahead = Computer(), Computer(NOON + off_by)
    for computer in (desk, ahead):
        computer.clock.keep_after(DAY + timedelta(days=1))  # somebody's ticket of tomorrow
        computer.clock.hear_store(NOON.astimezone(UTC))
        computer.run(60)
        assert computer.clock.today() == DAY
        assert computer.clock.now() == NOON + timedelta(seconds=60)
    assert ahead.clock.state.off_by == off_by
    assert ahead.clock.state.wrong
    assert not desk.clock.state.wrong
    assert not ahead.clock.state.heard


def test_service_is_believed_before_the_stores_server() -> None:
    computer = Computer()
    computer.clock.hear_store(NOON + timedelta(days=1))
    computer.clock.hear(NOON, computer.wall)
    computer.clock.hear_store(NOON + timedelta(days=1))
    assert computer.clock.today() == DAY
    assert not computer.clock.state.wrong


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.floats(0, 40_000)),
        st.tuples(st.just("put"), st.floats(-4e8, 4e8)),
    ),
    max_size=30,
)


@given(STEPS, st.floats(-4e8, 4e8))
def test_once_the_service_spoke_no_putting_of_the_clock_moves_the_day(
    steps: list[tuple[str, float]], off_by: float
) -> None:
    computer = Computer(NOON + timedelta(seconds=off_by))
    computer.clock.hear(NOON, computer.wall)
    true = NOON
    for what, seconds in steps:
        if what == "run":
            computer.run(seconds)
            true += timedelta(seconds=seconds)
        else:
            computer.put(NOON + timedelta(seconds=seconds))
        assert abs(computer.clock.now() - true) <= TOLERANCE + timedelta(milliseconds=1)
        assert computer.clock.today() == business_day(computer.clock.now())
