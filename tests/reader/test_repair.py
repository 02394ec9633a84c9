import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.reader import repair
from kiosk.reader.repair import Blur, Plane
from kiosk.simulator.codes import qr_image

LENS = Blur(1.0, noise=0.01)


@pytest.fixture(scope="module")
def code() -> Plane:
    return np.asarray(qr_image("999090000123", 3))


def off_by(one: Plane, other: Plane) -> float:
    """The mean difference in levels."""
    return float(np.abs(one.astype(float) - other).mean())


@settings(deadline=None, max_examples=30)
@given(height=st.integers(2, 500), width=st.integers(2, 40), padding=st.integers(0, 9), seed=st.integers(0, 9))
def test_each_pixel_of_a_halved_plane_is_the_mean_of_four_rounded(
    height: int, width: int, padding: int, seed: int
) -> None:
    wider = np.random.default_rng(seed).integers(0, 256, (height, width + padding), np.uint8)
    plane = wider[:, :width]
    squares = plane[: height // 2 * 2, : width // 2 * 2].reshape(height // 2, 2, width // 2, 2)
    means = (squares.sum((1, 3), dtype=int) + 2) // 4
    assert (repair.halved(plane)[: height // 2, : width // 2] == means).all()


def test_halved_plane_of_odd_size_keeps_its_last_row_and_column() -> None:
    assert repair.halved(np.full((5, 7), 200, np.uint8)).tolist() == [[200] * 4] * 3


def test_undone_blur_leaves_the_picture_nearer_to_what_it_was(code: Plane) -> None:
    blurred = repair.smoothed(code, LENS.sigma)
    sharp = repair.deblurred(blurred, LENS)
    assert sharp.shape == code.shape
    assert off_by(sharp, code) < off_by(blurred, code) / 2
    assert off_by(repair.deblurred(code, LENS), code) > 1


def test_undone_blur_keeps_an_even_level() -> None:
    even = np.full((50, 60), 137, np.uint8)
    assert (repair.deblurred(even, LENS) == 137).all()
    assert (repair.deblurred(even, LENS, 2.0) == 137).all()


@pytest.mark.parametrize("times", [1.01, 1.3, 2.0, 3.3])
def test_undone_blur_in_a_larger_plane_is_the_same_picture(code: Plane, times: float) -> None:
    blurred = repair.smoothed(code, LENS.sigma)
    larger = repair.deblurred(blurred, LENS, times)
    for length, before in zip(larger.shape, code.shape, strict=True):
        assert times * 0.98 <= length / before <= times * 1.1
    again = repair.resized(larger, code.shape[1], code.shape[0])
    assert off_by(again, repair.deblurred(blurred, LENS)) < off_by(blurred, code) / 2


@given(height=st.integers(8, 60), width=st.integers(8, 60), times=st.floats(1.0, 4.0))
@settings(deadline=None, max_examples=40)
def test_planes_of_any_size_are_deblurred_and_enlarged(height: int, width: int, times: float) -> None:
    larger = repair.deblurred(np.zeros((height, width), np.uint8), LENS, times)
    assert larger.shape[0] >= height
    assert larger.shape[1] >= width
    assert not larger.any()
