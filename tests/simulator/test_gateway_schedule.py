"""Outages by the second: read from a file, in force when they should be, driven by a clock that is handed in."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.gateway_faults import Fault
from kiosk.simulator.gateway_schedule import Outage, Schedule, load_schedule

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller, Clock

EXAMPLE = Path(__file__).parents[2] / "config" / "simulator" / "outages.toml"
REFERENCE = ("999090000123", "Nguyễn Văn Mẫu", "15/01/1990")
DOWN, SLOW = Fault("http-500"), Fault("slow", 1.5)


def in_force(schedule: Schedule, *seconds: float) -> list[str]:
    return [str(schedule.fault_at(second)) for second in seconds]


def test_outage_begins_and_ends_to_the_second() -> None:
    schedule = Schedule((Outage(DOWN, 10, 5),))
    assert in_force(schedule, 0, 9.99, 10, 14.99, 15, 1e6) == ["", "", "http-500", "http-500", "", ""]


def test_flapping_line_is_away_again_and_again_as_often_as_told() -> None:
    schedule = Schedule((Outage(DOWN, 10, 2, every_s=20, times=3),))
    assert [second for second in range(100) if schedule.fault_at(second).name] == [10, 11, 30, 31, 50, 51]
    for_ever = Schedule((Outage(DOWN, 10, 2, every_s=20),))
    assert in_force(for_ever, 10 + 20 * 10_000, 12 + 20 * 10_000) == ["http-500", ""]


def test_first_of_two_outages_holds() -> None:
    schedule = Schedule((Outage(SLOW, 0, 10), Outage(DOWN, 5, 10)))
    assert in_force(schedule, 0, 5, 9, 10, 15) == ["slow:1.5", "slow:1.5", "slow:1.5", "http-500", ""]


@given(st.floats(0, 1e5), st.floats(0, 100), st.floats(0.1, 50), st.floats(51, 500), st.integers(0, 9))
def test_flapping_outage_covers_no_more_than_it_says(
    second: float, at_s: float, for_s: float, every_s: float, times: int
) -> None:
    if Outage(DOWN, at_s, for_s, every_s, times).covers(second):
        assert second >= at_s
        assert (second - at_s) % every_s < for_s
        assert not times or second < at_s + times * every_s


def test_example_of_the_configuration_is_a_schedule() -> None:
    schedule = load_schedule(EXAMPLE)
    assert in_force(schedule, 0, 30, 130, 321, 324, 341, 441, 510) == [
        *("", "jitter:4", "down", "reset-after", "", "reset-after", "", "rate-limit:20"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "written",
    [
        "",
        "outage = 3",
        "[outage]\nfault = 'down'\nat_s = 1\nfor_s = 1",
        "[[outage]]\nat_s = 1\nfor_s = 1",
        "[[outage]]\nfault = 'down'\nfor_s = 1",
        "[[outage]]\nfault = 'fire'\nat_s = 1\nfor_s = 1",
        "[[outage]]\nfault = ''\nat_s = 1\nfor_s = 1",
        "[[outage]]\nfault = 'html:3'\nat_s = 1\nfor_s = 1",
        "[[outage]]\nfault = 'down'\nat_s = -1\nfor_s = 1",
        "[[outage]]\nfault = 'down'\nat_s = true\nfor_s = 1",
        "[[outage]]\nfault = 'down'\nat_s = 1\nfor_s = nan",
        "[[outage]]\nfault = 'down'\nat_s = 1\nfor_s = '1'",
        "[[outage]]\nfault = 'down'\nat_s = 1\nfor_s = 5\nevery_s = 5",
        "[[outage]]\nfault = 'down'\nat_s = 1\nfor_s = 5\nevery_s = 9\ntimes = 1.5",
        "[[outage]]\nfault = 'down'\nat_s = 1\nfor_s = 5\nwhen = 9",
        "[[outage]]\nfault = 'down'\nat_s = 1\nfor_s = 5\n[other]\n",
        "outage = [1]",
        "[[",
    ],
)
def test_file_that_is_no_schedule_is_refused(written: str, tmp_path: Path) -> None:
    (tmp_path / "outages.toml").write_text(written)
    with pytest.raises(ValueError):
        load_schedule(tmp_path / "outages.toml")


class TestOnTheWire:
    @pytest.fixture
    def caller(
        self, open_sandbox: Callable[..., GatewaySandbox], call: Callable[..., "Caller"], clock: "Clock"
    ) -> "Caller":
        schedule = Schedule((Outage(DOWN, 10, 5), Outage(Fault("token-lost"), 20, 5)))
        caller = call(open_sandbox(schedule=schedule, monotonic=clock.monotonic))
        caller.log_in()
        return caller

    def test_outage_comes_and_goes_with_the_clock(self, caller: "Caller", clock: "Clock") -> None:
        told = []
        for _ in range(4):
            told.append((caller.sandbox.fault, caller.ask(*REFERENCE)[0]))
            clock.now += timedelta(seconds=5)
        assert told == [("", 200), ("", 200), ("http-500", 500), ("", 200)]

    def test_fault_that_is_set_by_hand_holds_before_the_schedule(self, caller: "Caller", clock: "Clock") -> None:
        clock.now += timedelta(seconds=12)
        caller.sandbox.set_fault("html")
        assert caller.ask(*REFERENCE)[0] == 200
        caller.sandbox.set_fault("")
        assert caller.ask(*REFERENCE)[0] == 500

    def test_scheduled_loss_of_tokens_happens_once(self, caller: "Caller", clock: "Clock") -> None:
        clock.now += timedelta(seconds=20)
        assert caller.ask(*REFERENCE)[0] == 401
        caller.log_in()
        clock.now += timedelta(seconds=2)
        assert caller.ask(*REFERENCE)[0] == 200
