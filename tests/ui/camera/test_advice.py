"""What is said to whoever holds a code: the right thing, not at once, and not for a blink."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.codes import Box, Found, FrameDecoder, GrayImage, Look
from kiosk.ui.camera.advice import APPEARS_S, GUESS_APPEARS_S, LAPSE_S, STAYS_S, Advice, Hint, advise, wished
from kiosk.ui.room import draw_room

SIZE = (1280, 720)
EMPTY = Look((), None, None, None, 120.0)
CODE = Found(b"999048000123", ((0, 0), (9, 0), (9, 9), (0, 9)), "zxing")


def suspected(side: int, module_px: float | None = 4.0, sharpness: float | None = 0.9) -> Look:
    left, top = (1280 - side) // 2, (720 - side) // 2
    return replace(EMPTY, suspected=Box(left, top, left + side, top + side), module_px=module_px, sharpness=sharpness)


@pytest.mark.parametrize(
    ("look", "hint"),
    [
        pytest.param(EMPTY, Hint.AIM, id="nothing is held there"),
        pytest.param(replace(EMPTY, found=(CODE,)), Hint.SEEN, id="read"),
        pytest.param(replace(EMPTY, found=(CODE,), brightness=10.0), Hint.SEEN, id="read in the dark"),
        pytest.param(replace(EMPTY, brightness=20.0), Hint.TOO_DARK, id="dark"),
        pytest.param(replace(EMPTY, brightness=245.0), Hint.TOO_BRIGHT, id="blinding"),
        pytest.param(replace(suspected(300), brightness=30.0), Hint.HOLD_STILL, id="a phone's screen in the dark"),
        pytest.param(suspected(200, module_px=1.6), Hint.CLOSER, id="small modules"),
        pytest.param(suspected(80, module_px=None), Hint.CLOSER, id="a small place, modules unknown"),
        pytest.param(suspected(715), Hint.FARTHER, id="it fills the frame"),
        pytest.param(suspected(500, sharpness=0.15), Hint.FARTHER, id="near and out of focus"),
        pytest.param(suspected(300, sharpness=0.15), Hint.HOLD_STILL, id="blurred at a good distance"),
        pytest.param(suspected(300), Hint.HOLD_STILL, id="sharp and not read yet"),
        pytest.param(suspected(300, None, 0.15), Hint.HOLD_STILL, id="perhaps a code, blurred"),
        pytest.param(suspected(300, None, 0.9), Hint.AIM, id="a checked shirt"),
        pytest.param(suspected(300, None, None), Hint.AIM, id="nothing measured"),
    ],
)
def test_one_look_asks_for_one_thing(look: Look, hint: Hint) -> None:
    assert wished(look, SIZE, Hint.AIM) is hint


def follow(looks: list[tuple[float, Look]], start: Advice | None = None) -> list[Hint]:
    advice, shown = start or Advice(), []
    for now_s, look in looks:
        advice = advise(advice, look, SIZE, now_s)
        shown.append(advice.shown)
    return shown


def test_hint_appears_when_it_held_and_not_sooner() -> None:
    small = suspected(200, module_px=1.6)
    assert follow([(0.0, small), (APPEARS_S - 0.01, small), (APPEARS_S, small)]) == [Hint.AIM, Hint.AIM, Hint.CLOSER]


def test_code_that_was_read_is_said_at_once() -> None:
    assert follow([(0.0, replace(EMPTY, found=(CODE,)))]) == [Hint.SEEN]


def test_hint_stays_long_enough_to_be_read() -> None:
    small, large = suspected(200, module_px=1.6), suspected(715)
    early = [(0.0, small), (APPEARS_S, small), (APPEARS_S + 0.1, large), (APPEARS_S + STAYS_S - 0.01, large)]
    assert follow([*early, (APPEARS_S + STAYS_S + 0.01, large)])[2:] == [Hint.CLOSER, Hint.CLOSER, Hint.FARTHER]


def test_losing_sight_of_the_code_for_a_moment_changes_nothing() -> None:
    small = suspected(200, module_px=1.6)
    frames = [(at * 0.04, small if at % 3 == 0 else EMPTY) for at in range(60)]
    shown = follow(frames)
    assert shown[-1] is Hint.CLOSER
    assert [one for at, one in enumerate(shown) if at == 0 or one is not shown[at - 1]] == [Hint.AIM, Hint.CLOSER]


def test_hint_goes_when_the_code_is_taken_away() -> None:
    small = suspected(200, module_px=1.6)
    gone_s = APPEARS_S + STAYS_S
    shown = follow([(0.0, small), (APPEARS_S, small), (gone_s, EMPTY), (gone_s + LAPSE_S, EMPTY), (gone_s + 2, EMPTY)])
    assert shown[-1] is Hint.AIM


def test_measure_on_the_limit_does_not_make_the_hint_flicker() -> None:
    # Around the limit of small modules, both sides of it in turn, for ten seconds.
    frames = [(at * 0.05, suspected(300, module_px=2.15 if at % 2 else 2.3)) for at in range(200)]
    shown = follow(frames, Advice(shown=Hint.CLOSER, shown_at_s=-10.0))
    assert set(shown) == {Hint.CLOSER}


def guessed(x: int, y: int, side: int = 100) -> Look:
    return replace(EMPTY, suspected=Box(x - side // 2, y - side // 2, x + side // 2, y + side // 2), sharpness=0.2)


def test_guess_that_stays_in_the_middle_becomes_a_hint_later_than_a_recognised_code() -> None:
    shown = follow([(at * 0.1, guessed(640 + at, 360)) for at in range(12)])
    assert shown[-1] is Hint.CLOSER
    assert shown.index(Hint.CLOSER) * 0.1 >= GUESS_APPEARS_S > APPEARS_S


def test_guess_whose_size_changes_from_frame_to_frame_is_one_hint() -> None:
    shown = follow([(at * 0.1, guessed(640, 360, 180 if at % 2 else 96)) for at in range(60)])
    changes = [later for earlier, later in pairwise(shown) if later is not earlier]
    assert len(changes) == 1
    assert changes[0] in (Hint.CLOSER, Hint.HOLD_STILL)


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param([guessed(640 + 150 * (at % 2), 360) for at in range(60)], id="it leaps about"),
        pytest.param([guessed(1100, 360)] * 60, id="a poster beside whoever stands there"),
        pytest.param([guessed(640, 360, 4)] * 60, id="a corner of something"),
        pytest.param([replace(guessed(640, 360, 300), sharpness=0.9)] * 60, id="a checked shirt"),
    ],
)
def test_room_without_a_code_is_told_nothing(frames: list[Look]) -> None:
    assert set(follow([(at * 0.1, look) for at, look in enumerate(frames)])) == {Hint.AIM}


def test_dark_room_in_which_something_is_guessed_is_dark() -> None:
    frames = [replace(guessed(100 + 200 * (at % 3), 360), brightness=12.0) for at in range(30)]
    assert follow([(at * 0.1, look) for at, look in enumerate(frames)])[-1] is Hint.TOO_DARK


DRAWN = [hint for hint in Hint if hint not in (Hint.STARTING, Hint.NO_PICTURE, Hint.USE_GUN)]


@pytest.mark.parametrize("hint", DRAWN)
def test_what_the_decoder_says_of_a_drawn_scene_becomes_its_hint(hint: Hint) -> None:
    image, decoder, advice = draw_room(hint), FrameDecoder(), Advice()
    frame = GrayImage(image.width(), image.height(), bytes(image.constBits()), image.bytesPerLine())
    shown = set()
    for at in range(30):
        advice = advise(advice, decoder.look(frame), (frame.width, frame.height), at * 0.1)
        shown.add(advice.shown)
    assert advice.shown is hint
    assert shown <= {Hint.AIM, hint}


boxes = st.tuples(st.integers(0, 1279), st.integers(0, 719), st.integers(0, 1280), st.integers(0, 720)).map(
    lambda box: Box(*box)
)
looks = st.builds(
    Look,
    st.sampled_from([(), (CODE,)]),
    st.none() | boxes,
    st.none() | st.floats(0, 100),
    st.none() | st.floats(0, 1),
    st.floats(0, 255),
)


@given(st.lists(st.tuples(looks, st.floats(0.01, 0.5)), max_size=60))
def test_whatever_is_seen_no_hint_but_a_read_code_cuts_another_short(frames: list[tuple[Look, float]]) -> None:
    advice, now_s, changed_s = Advice(), 0.0, float("-inf")
    for look, passed_s in frames:
        now_s += passed_s
        before, advice = advice, advise(advice, look, SIZE, now_s)
        if advice.shown is not before.shown:
            assert advice.shown is Hint.SEEN or now_s - changed_s >= STAYS_S
            changed_s = now_s
        assert (advice.shown is Hint.SEEN) or not look.found
