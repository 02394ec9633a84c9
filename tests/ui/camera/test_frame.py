"""The brightness of every kind of frame that cameras send, and the picture for the page."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pytestqt.qtbot import QtBot

from kiosk.reader.codes import GrayImage
from kiosk.ui.camera.frame import CameraFrame, Layout, brightness, luminance, picture, take

WIDE, TALL = 66, 48
DARK, LIGHT = 16, 235


@pytest.fixture
def frame_of(qtbot: QtBot) -> Any:
    """Makes a frame in a pixel format, dark with a light corner of 8 × 8 pixels at the top left."""
    from PySide6.QtCore import QSize
    from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat

    def made(pixels: str, row: bytes, light: bytes) -> Any:
        frame: Any = QVideoFrame(
            QVideoFrameFormat(QSize(WIDE, TALL), QVideoFrameFormat.PixelFormat[f"Format_{pixels}"])
        )
        assert frame.map(QVideoFrame.MapMode.WriteOnly)
        plane, row_bytes = frame.bits(0), frame.bytesPerLine(0)
        for y in range(TALL):
            whole = light * 8 + row * (WIDE - 8) if y < 8 else row * WIDE
            plane[y * row_bytes : y * row_bytes + len(whole)] = whole
        frame.unmap()
        return frame

    return made


LUMA_FIRST = (bytes([DARK, 99]), bytes([LIGHT, 99]))
LUMA_SECOND = (bytes([99, DARK]), bytes([99, LIGHT]))
GREEN_SECOND = (bytes([99, DARK, 9, 255]), bytes([99, LIGHT, 9, 255]))
GREEN_THIRD = (bytes([255, 9, DARK, 99]), bytes([255, 9, LIGHT, 99]))
PLANE = (bytes([DARK]), bytes([LIGHT]))


@pytest.mark.parametrize(
    ("pixels", "dark_light"),
    [
        *[(name, PLANE) for name in ("NV12", "NV21", "YUV420P", "YUV422P", "YV12", "IMC1", "IMC3", "Y8")],
        ("YUYV", LUMA_FIRST),
        *[(name, LUMA_SECOND) for name in ("UYVY", "Y16", "P010", "P016")],
        *[(name, GREEN_SECOND) for name in ("BGRA8888", "BGRX8888", "RGBA8888", "RGBX8888")],
        *[(name, GREEN_THIRD) for name in ("ARGB8888", "XRGB8888", "ABGR8888", "XBGR8888")],
    ],
)
def test_brightness_of_every_pixel_format(frame_of: Any, pixels: str, dark_light: tuple[bytes, bytes]) -> None:
    taken = take(frame_of(pixels, *dark_light))
    assert taken is not None
    gray = luminance(taken)
    assert gray is not None
    rows = [gray.pixels[y * gray.row_bytes : y * gray.row_bytes + WIDE] for y in range(TALL)]
    assert (gray.width, gray.height) == (WIDE, TALL)
    assert rows[0] == bytes([LIGHT] * 8 + [DARK] * (WIDE - 8))
    assert rows[TALL - 1] == bytes([DARK] * WIDE)


def test_ten_bits_at_the_low_end_are_no_frame_rather_than_a_black_one(frame_of: Any) -> None:
    # 940 of 1023 is white: its high byte alone would be 3.
    assert take(frame_of("YUV420P10", (64).to_bytes(2, "little"), (940).to_bytes(2, "little"))) is None


def packed(size: tuple[int, int] = (WIDE, TALL)) -> bytes:
    image = Image.new("YCbCr", size, (DARK, 128, 128))
    image.paste((LIGHT, 128, 128), (0, 0, size[0] // 2, size[1] // 2))
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


def test_packed_frame_is_unpacked_by_who_looks() -> None:
    frame = CameraFrame(WIDE, TALL, packed(), 0, Layout.JPEG)
    gray = luminance(frame)
    assert gray is not None
    assert (gray.width, gray.height) == (WIDE, TALL)
    assert abs(gray.pixels[0] - LIGHT) < 6
    assert abs(gray.pixels[-1] - DARK) < 6


@given(st.binary(max_size=400) | st.integers(0, 600).map(lambda end: packed()[:end]))
def test_torn_packed_frame_is_no_frame_and_breaks_nothing(data: bytes) -> None:
    gray = luminance(CameraFrame(WIDE, TALL, data, 0, Layout.JPEG))
    assert gray is None or len(gray.pixels) == gray.width * gray.height


def test_an_empty_frame_is_no_frame(qtbot: QtBot) -> None:
    from PySide6.QtMultimedia import QVideoFrame

    assert take(QVideoFrame()) is None


def test_page_sees_a_looking_glass_and_the_decoder_the_truth() -> None:
    row = bytes([LIGHT] * 8 + [DARK] * (WIDE - 8))
    gray = luminance(CameraFrame(WIDE, TALL, row * TALL, WIDE))
    assert gray is not None
    plain, glass = (picture(gray, mirrored=mirrored) for mirrored in (False, True))
    assert [plain.pixelColor(x, 5).value() for x in (0, WIDE - 1)] == [LIGHT, DARK]
    assert [glass.pixelColor(x, 5).value() for x in (0, WIDE - 1)] == [DARK, LIGHT]
    assert gray.pixels[:WIDE] == row


def test_frame_that_asks_to_be_mirrored_is_mirrored_once(frame_of: Any) -> None:
    asking = frame_of("NV12", *PLANE)
    asking.setMirrored(True)
    taken = take(asking)
    assert taken is not None
    gray = luminance(taken)
    assert gray is not None
    assert picture(gray, mirrored=True).pixelColor(WIDE - 1, 0).value() == LIGHT
    assert picture(gray, mirrored=False).pixelColor(0, 0).value() == LIGHT


@pytest.mark.parametrize(
    ("turn", "light_at"), [("Clockwise90", (TALL - 1, 0)), ("Clockwise180", (WIDE - 1, TALL - 1)),
                           ("Clockwise270", (0, WIDE - 1))]
)  # fmt: skip
def test_turned_camera_is_shown_upright(frame_of: Any, turn: str, light_at: tuple[int, int]) -> None:
    from PySide6.QtMultimedia import QtVideo

    frame = frame_of("NV12", *PLANE)
    frame.setRotation(QtVideo.Rotation[turn])
    taken = take(frame)
    assert taken is not None
    gray = luminance(taken)
    assert gray is not None
    shown = picture(gray, mirrored=False, rotation=taken.rotation)
    assert shown.pixelColor(*light_at).value() == LIGHT
    assert (
        sum(shown.pixelColor(x, y).value() == LIGHT for x in range(shown.width()) for y in range(shown.height())) == 64
    )


@pytest.mark.parametrize(("wide", "tall"), [(1920, 1080), (1280, 720), (640, 480), (1080, 1920)])
@pytest.mark.parametrize("layout", [one for one in Layout if one is not Layout.JPEG])
def test_picture_is_small_and_keeps_its_shape(wide: int, tall: int, layout: Layout) -> None:
    padding = 32
    row_bytes = wide * layout.step + padding
    gray = luminance(CameraFrame(wide, tall, bytes(row_bytes * tall), row_bytes, layout))
    assert gray is not None
    shown = picture(gray, mirrored=True)
    assert 600 <= max(shown.width(), shown.height()) <= 960
    assert shown.width() / shown.height() == pytest.approx(wide / tall, rel=0.01)


@pytest.mark.parametrize("level", [0, 77, 255])
def test_level_of_a_picture(level: int) -> None:
    half = bytes([level]) * (640 * 240)
    assert brightness(GrayImage(640, 480, half + half, 640)) == pytest.approx(level)
    assert brightness(GrayImage(640, 480, half + bytes(640 * 240), 640)) == pytest.approx(level / 2, rel=0.01)


def test_frame_does_not_tell_its_content() -> None:
    assert "\\x" not in repr(CameraFrame(1, 1, b"\x07", 1))
