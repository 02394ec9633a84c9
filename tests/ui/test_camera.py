"""Pictures become codes beside the window's thread; only the newest is looked at, and none is kept."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import segno
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from kiosk.reader.codes import Found, GrayImage
from kiosk.ui.camera import AGAIN_S, Camera, NewestFrame, luminance
from kiosk.workflow.event import CodeScanned
from kiosk.workflow.state import DeviceState

# A machine without a sound system and a graphics card says so when QtMultimedia is loaded.
pytestmark = pytest.mark.qt_log_ignore("Couldn't (load|resolve)", "No RHI backend", extend=True)
multimedia = pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
PAYLOAD = "999048000123||Nguyễn Văn Mẫu|15011948|Nam|Số 1, Phường Mẫu|10052021"


def picture(text: str) -> QImage:
    rows = [bytes(line) for line in segno.make(text, error="m").matrix_iter(scale=6, border=4)]
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    for y, row in enumerate(rows[:460]):
        for x, dark in enumerate(row[:620]):
            if dark:
                image.setPixel(x + 10, y + 10, 0xFF000000)
    return image


def frame_of(image: QImage) -> Any:
    return multimedia.QVideoFrame(image)


@pytest.fixture
def camera(qtbot: QtBot, time: Any) -> Iterator[Camera]:
    made = Camera(clock=time)
    yield made
    made.stop()


def test_a_code_before_the_camera_is_scanned(qtbot: QtBot, camera: Camera) -> None:
    sink = camera.open_sink()
    with qtbot.waitSignal(camera.scanned, timeout=10_000) as heard:
        sink.setVideoFrame(frame_of(picture(PAYLOAD)))
    assert isinstance(heard.args[0], CodeScanned)
    assert heard.args[0].text == PAYLOAD


def test_the_page_sees_the_picture(qtbot: QtBot, camera: Camera) -> None:
    sink = camera.open_sink()
    with qtbot.waitSignal(camera.frame_shown, timeout=10_000) as shown:
        sink.setVideoFrame(frame_of(picture("999048000123")))
    assert shown.args[0].size().width() == 640


def test_a_code_held_still_is_told_once_and_again_later(qtbot: QtBot, camera: Camera, time: Any) -> None:
    sink = camera.open_sink()
    heard: list[object] = []
    camera.scanned.connect(heard.append)
    for _ in range(2):
        with qtbot.waitSignal(camera._payload_found, timeout=10_000):
            sink.setVideoFrame(frame_of(picture(PAYLOAD)))
    qtbot.waitUntil(lambda: len(heard) == 1)
    time.passes(AGAIN_S)
    with qtbot.waitSignal(camera.scanned, timeout=10_000):
        sink.setVideoFrame(frame_of(picture(PAYLOAD)))


def test_pictures_that_came_meanwhile_are_never_looked_at(qtbot: QtBot, time: Any) -> None:
    begun, go_on = threading.Event(), threading.Event()
    seen: list[int] = []

    def slow(frame: GrayImage) -> tuple[Found, ...]:
        seen.append(frame.width)
        begun.set()
        go_on.wait(10)
        return ()

    camera = Camera(decode=slow, clock=time)
    sink = camera.open_sink()
    sink.setVideoFrame(frame_of(QImage(101, 50, QImage.Format.Format_RGB32)))
    assert begun.wait(10)
    for width in (102, 103, 104):
        sink.setVideoFrame(frame_of(QImage(width, 50, QImage.Format.Format_RGB32)))
    go_on.set()
    qtbot.waitUntil(lambda: len(seen) == 2)
    camera.stop()
    assert seen == [101, 104]


def test_after_stopping_no_thread_runs_and_nothing_is_told(qtbot: QtBot, camera: Camera) -> None:
    camera.open_sink()
    camera.stop()
    assert not camera.running
    assert not any(thread.name == "camera" for thread in threading.enumerate())


def test_closing_drops_the_picture_that_waits() -> None:
    newest = NewestFrame()
    newest.put(GrayImage(1, 1, b"\0", 1))
    newest.close()
    assert newest.take() is None


def test_no_camera_by_the_settings_opens_nothing(qtbot: QtBot) -> None:
    camera = Camera("none")
    camera.set_wanted(True)
    assert not camera.running


def test_a_camera_that_is_not_there_is_said(qtbot: QtBot) -> None:
    camera = Camera("a camera that nobody has")
    lights: list[object] = []
    camera.state_changed.connect(lights.append)
    camera.set_wanted(True)
    camera.set_wanted(False)
    assert lights == [DeviceState.ABSENT]
    assert not camera.running


def test_the_brightness_of_a_plane_needs_no_conversion(qtbot: QtBot) -> None:
    from PySide6.QtCore import QSize

    shape = multimedia.QVideoFrameFormat(QSize(64, 48), multimedia.QVideoFrameFormat.PixelFormat.Format_NV12)
    frame = multimedia.QVideoFrame(shape)
    assert frame.map(multimedia.QVideoFrame.MapMode.WriteOnly)
    plane = frame.bits(0)
    plane[: len(plane)] = bytes([77]) * len(plane)
    frame.unmap()
    gray = luminance(frame)
    assert gray is not None
    assert (gray.width, gray.height, gray.pixels[0], len(gray.pixels)) == (64, 48, 77, gray.row_bytes * 48)


def test_an_empty_frame_is_no_picture(qtbot: QtBot) -> None:
    assert luminance(multimedia.QVideoFrame()) is None
