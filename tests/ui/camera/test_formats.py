"""The best of what a camera can send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.camera.formats import VideoFormat, best_format

YUYV, JPEG, NV12 = "Format_YUYV", "Format_Jpeg", "Format_NV12"
VGA = VideoFormat(640, 480, 30, YUYV)
HD_SLOW, HD_PACKED = VideoFormat(1280, 720, 10, YUYV), VideoFormat(1280, 720, 30, JPEG)
FULL_SLOW, FULL_PACKED = VideoFormat(1920, 1080, 5, YUYV), VideoFormat(1920, 1080, 30, JPEG)


@pytest.mark.parametrize(
    ("formats", "best"),
    [
        pytest.param([VGA, HD_SLOW, HD_PACKED], HD_PACKED, id="720 lines that are quick enough, though packed"),
        pytest.param([VGA, HD_SLOW, HD_PACKED, FULL_SLOW, FULL_PACKED], FULL_PACKED, id="usual USB 2 camera"),
        pytest.param([VGA, HD_SLOW], VGA, id="quick before fine"),
        pytest.param([HD_SLOW, FULL_SLOW], FULL_SLOW, id="all slow"),
        pytest.param([FULL_PACKED, VideoFormat(1920, 1080, 30, NV12)], VideoFormat(1920, 1080, 30, NV12), id="plain"),
        pytest.param(
            [VideoFormat(3840, 2160, 30, NV12), HD_PACKED, FULL_PACKED], FULL_PACKED, id="no more than 1080 lines"
        ),
        pytest.param([VideoFormat(3840, 2160, 30, NV12), VGA], VideoFormat(3840, 2160, 30, NV12), id="only huge ones"),
        pytest.param([VideoFormat(1080, 1920, 30, NV12), VGA], VideoFormat(1080, 1920, 30, NV12), id="an upright one"),
        pytest.param([VideoFormat(1280, 720, 60, NV12), VideoFormat(1280, 720, 30, NV12)],
                     VideoFormat(1280, 720, 60, NV12), id="the first of equals"),
    ],
)  # fmt: skip
def test_best_format(formats: list[VideoFormat], best: VideoFormat) -> None:
    at = best_format(formats)
    assert at is not None
    assert formats[at] == best


def test_nothing_to_choose_from_leaves_it_to_the_system() -> None:
    assert best_format([]) is None
    assert best_format([VideoFormat(0, 0, 30, NV12), VideoFormat(1920, 1080, 30, "Format_YUV420P10")]) is None


formats = st.builds(
    VideoFormat, st.integers(-1, 8000), st.integers(-1, 8000), st.floats(0, 240), st.sampled_from([YUYV, JPEG, NV12])
)


@given(st.lists(formats, max_size=12))
def test_with_a_quick_and_fine_format_nothing_else_is_taken(offered: list[VideoFormat]) -> None:
    at = best_format(offered)
    if any(one.quick and one.fine for one in offered):
        assert at is not None
        assert offered[at].quick
        assert offered[at].fine


@pytest.mark.parametrize(
    ("wished", "at"),
    [
        pytest.param("", 1, id="the system's default"),
        pytest.param("HD Webcam", 0, id="its name"),
        pytest.param("doc", 2, id="the beginning of its name, however written"),
        pytest.param("Webcam", None, id="no name begins so"),
        pytest.param("none of these", None, id="not plugged in, though others are"),
    ],
)
def test_camera_is_chosen_by_the_beginning_of_its_name(wished: str, at: int | None) -> None:
    source = pytest.importorskip("kiosk.ui.camera.source", exc_type=ImportError)
    assert source.chosen(["HD Webcam C", "Built-in", "Document Camera"], [False, True, False], wished) == at


def test_first_camera_is_used_where_the_system_has_no_default() -> None:
    source = pytest.importorskip("kiosk.ui.camera.source", exc_type=ImportError)
    assert source.chosen(["A", "B"], [False, False], "") == 0
    assert source.chosen([], [], "") is None
