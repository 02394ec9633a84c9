"""When the camera is open, whatever happens in whatever order."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.camera.supervision import (
    COVERED_BELOW,
    COVERED_S,
    FIRST_FRAME_S,
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    STALL_S,
    STEADY_S,
    UNCOVERED_ABOVE,
    Supervision,
)
from kiosk.workflow.state import DeviceState


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Opened:
    """A supervision whose word is done, as the camera does it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.watch = Supervision(self.clock)
        self.open = False

    def do(self, what: str, *values: Any, **named: Any) -> None:
        if what == "passes":
            self.clock.now_s += values[0]
            self.watch.tick()
        elif not (what in ("frame", "light", "fail") and not self.open):
            getattr(self.watch, what)(*values, **named)
        self.follow()

    def follow(self) -> None:
        if self.watch.open and not self.open:
            self.watch.opened()
        elif self.open and not self.watch.open:
            self.watch.closed()
        self.open = self.watch.open


@pytest.fixture
def it() -> Opened:
    return Opened()


def test_nobody_is_filmed_without_a_page_that_wants_it(it: Opened) -> None:
    opened = []
    for what, value in (("passes", 1000.0), ("want", True), ("want", False), ("passes", 1000.0)):
        it.do(what, value)
        opened.append(it.open)
    assert opened == [False, True, False, False]


def test_camera_that_stalls_again_and_again_is_left_in_peace_longer_and_longer(it: Opened) -> None:
    it.do("want", True)
    opened_at = []
    for _ in range(5):
        opened_at.append(it.clock.now_s)
        it.do("frame")
        it.do("passes", STALL_S)
        while not it.open:
            it.do("passes", 0.25)
    gaps = [later - earlier - STALL_S for earlier, later in pairwise(opened_at)]
    assert gaps == [FIRST_PAUSE_S * 2**power for power in range(4)]


def test_camera_that_was_well_for_a_while_is_tried_again_soon(it: Opened) -> None:
    it.do("want", True)
    for _ in range(4):
        it.do("fail")
        it.do("passes", LONGEST_PAUSE_S)
    for _ in range(round(STEADY_S) + 1):
        it.do("frame")
        it.do("passes", 1.0)
    it.do("fail")
    it.do("passes", FIRST_PAUSE_S)
    assert it.open


def test_dim_and_flickering_light_does_not_make_the_lamp_flicker(it: Opened) -> None:
    it.do("want", True)
    states = []
    for at in range(200):
        it.do("passes", 0.1)
        it.do("frame")
        it.do("light", (COVERED_BELOW - 1) if at < 60 else (COVERED_BELOW - 1, UNCOVERED_ABOVE - 1)[at % 2])
        states.append(it.watch.state)
    changes = [one for one, other in pairwise(states) if one is not other]
    assert changes == [DeviceState.READY]
    assert states[-1] is DeviceState.TROUBLE


def test_card_held_against_the_lens_for_a_moment_is_no_trouble(it: Opened) -> None:
    it.do("want", True)
    for level in (120.0, 5.0):
        it.do("frame")
        it.do("light", level)
    for _ in range(int((COVERED_S - 0.1) / 0.1)):
        it.do("passes", 0.1)
        it.do("frame")
        it.do("light", 5.0)
    assert it.watch.state is DeviceState.READY


steps = st.one_of(
    st.tuples(st.just("want"), st.booleans()),
    st.tuples(st.just("passes"), st.floats(0.05, 70)),
    st.tuples(st.just("light"), st.floats(0, 255)),
    st.sampled_from([("frame",), ("fail",)]),
)


@given(st.lists(steps, max_size=80), st.booleans())
def test_whatever_happened_a_wanted_camera_that_works_is_open_and_ready_within_a_minute(
    happened: list[tuple[Any, ...]], unplugged: bool
) -> None:
    it = Opened()
    for what in happened:
        it.do(*what)
    if unplugged:
        it.do("devices", present=False)
        assert not it.open
        assert it.watch.state is DeviceState.ABSENT
        it.do("devices", present=True)
    it.do("want", True)
    for _ in range(round(LONGEST_PAUSE_S + FIRST_FRAME_S + 1)):
        it.do("frame")
        it.do("light", 120.0)
        it.do("passes", 1.0)
    assert it.open
    assert it.watch.seeing
    assert it.watch.state is DeviceState.READY


@given(st.lists(steps, max_size=80))
def test_whatever_happened_a_camera_that_works_and_nobody_wants_is_closed_within_a_minute(
    happened: list[tuple[Any, ...]],
) -> None:
    it = Opened()
    for what in happened:
        it.do(*what)
    it.do("want", False)
    for _ in range(round(LONGEST_PAUSE_S + FIRST_FRAME_S + 1)):
        it.do("frame")
        it.do("light", 120.0)
        it.do("passes", 1.0)
    assert not it.open
    assert it.watch.state is DeviceState.READY
