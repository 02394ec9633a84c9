import pytest

from tests.bench.scanning import hand
from tests.bench.scanning.showing import Shown, show

# Dim, small, out of focus, but not hopeless: what the further steps are for.
SHOWINGS = (("card", 5), ("card", 8), ("phone", 4))
FRAMES = 16

pytestmark = pytest.mark.xdist_group("hands")  # 48 hard frames take long: they are read once, in one worker


@pytest.fixture(scope="module")
def shown() -> Shown:
    every = Shown()
    for carrier, seed in SHOWINGS:
        every.add(show(carrier, seed, FRAMES))
    return every


def test_hard_showings_are_read_far_more_often_than_by_the_libraries_alone(shown: Shown) -> None:
    assert shown.reads["house"] >= 2 * shown.reads["zxing-cpp"]
    assert shown.reads["house"] >= 3 * shown.reads["pyzbar"]
    assert shown.reads["house"] >= 12


def test_most_hard_showings_are_read_within_a_second(shown: Shown) -> None:
    assert len(shown.first_s["house"]) >= 2
    assert max(shown.first_s["house"]) <= 1.0


def test_no_frame_of_a_hard_showing_gives_a_wrong_text(shown: Shown) -> None:
    assert shown.frames == len(SHOWINGS) * FRAMES
    assert shown.wrong == 0


def test_a_showing_is_the_same_each_time() -> None:
    first, again = (b"".join(frame.tobytes() for frame, _ in hand.sequence("phone", 3, 2)) for _ in range(2))
    assert first == again
