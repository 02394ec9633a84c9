"""Frames become codes beside the window's thread; only the newest is looked at, none is kept, and it comes back."""

import gc
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from kiosk.reader.codes import GrayImage, Look
from kiosk.ui.camera.advice import Hint
from kiosk.ui.camera.camera import AGAIN_S, Camera
from kiosk.ui.camera.frame import CameraFrame
from kiosk.ui.camera.supervision import COVERED_S, FIRST_FRAME_S, FIRST_PAUSE_S, STALL_S, TRIAL_S
from kiosk.ui.camera.worker import NewestFrame
from kiosk.workflow.event import CodeScanned
from kiosk.workflow.state import DeviceState
from tests.patience import WITHIN_S

PAYLOAD = "999048000123||Nguyễn Văn Mẫu|15011948|Nam|Số 1, Phường Mẫu|10052021"
EMPTY = Look((), None, None, None, 120.0)
READY, TROUBLE, ABSENT = DeviceState.READY, DeviceState.TROUBLE, DeviceState.ABSENT

OpenCamera = Callable[..., tuple[Camera, Any]]


class Heard:
    """What a camera tells, in order."""

    def __init__(self, camera: Camera) -> None:
        self.codes: list[Any] = []
        self.pictures: list[QImage] = []
        self.hints: list[Hint] = []
        self.lights: list[DeviceState] = []
        camera.scanned.connect(self.codes.append)
        camera.frame_shown.connect(self.pictures.append)
        camera.hint_changed.connect(self.hints.append)
        camera.state_changed.connect(self.lights.append)


def test_code_before_the_camera_is_scanned(qtbot: QtBot, open_camera: OpenCamera, code_picture: Any) -> None:
    camera, source = open_camera()
    with qtbot.waitSignal(camera.scanned) as heard:
        source.send(code_picture(PAYLOAD))
    assert isinstance(heard.args[0], CodeScanned)
    assert heard.args[0].text == PAYLOAD
    assert camera.hint is Hint.SEEN


def test_mirrored_picture_on_the_page_does_not_keep_the_code_from_being_read(
    qtbot: QtBot, open_camera: OpenCamera, code_picture: Any
) -> None:
    camera, source = open_camera(mirror=True)
    heard, sent = Heard(camera), code_picture(PAYLOAD)
    source.send(sent)
    qtbot.waitUntil(lambda: bool(heard.codes and heard.pictures))
    row = [sent.pixelColor(x, 40).value() for x in range(640)]
    assert [heard.pictures[0].pixelColor(x, 40).value() for x in range(640)] == row[::-1]


def test_picture_is_as_it_is_where_the_settings_say_so(
    qtbot: QtBot, open_camera: OpenCamera, code_picture: Any
) -> None:
    camera, source = open_camera(mirror=False)
    heard, sent = Heard(camera), code_picture("999048000123")
    source.send(sent)
    qtbot.waitUntil(lambda: bool(heard.pictures))
    assert [heard.pictures[0].pixelColor(x, 40).value() for x in range(640)] == [
        sent.pixelColor(x, 40).value() for x in range(640)
    ]


def test_code_held_still_is_told_once_and_again_later(
    qtbot: QtBot, open_camera: OpenCamera, code_picture: Any, time: Any
) -> None:
    camera, source = open_camera()
    heard = Heard(camera)
    for _ in range(2):
        with qtbot.waitSignal(camera._looked):
            source.send(code_picture(PAYLOAD))
    qtbot.waitUntil(lambda: len(heard.codes) == 1)
    time.passes(AGAIN_S)
    with qtbot.waitSignal(camera.scanned):
        source.send(code_picture(PAYLOAD))


def test_frames_that_came_meanwhile_are_never_looked_at(
    qtbot: QtBot, open_camera: OpenCamera, plain_picture: Any
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    seen: list[int] = []

    def slow(frame: GrayImage) -> Look:
        seen.append(frame.width)
        begun.set()
        go_on.wait(WITHIN_S)
        return EMPTY

    _, source = open_camera(looking=lambda: slow)
    source.send(plain_picture(width=100))
    qtbot.waitUntil(begun.is_set)
    for width in (102, 104, 106):
        with qtbot.waitSignal(source.came):
            source.send(plain_picture(width=width))
    go_on.set()
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [100, 106]


@pytest.mark.parametrize("kind", [ValueError, type("PanicException", (BaseException,), {})])
def test_defect_in_a_look_is_logged_once_and_does_not_end_the_looking(
    qtbot: QtBot, open_camera: OpenCamera, plain_picture: Any, caplog: pytest.LogCaptureFixture,
    kind: type[BaseException],
) -> None:  # fmt: skip
    looks: list[int] = []

    def broken(frame: GrayImage) -> Look:
        looks.append(frame.width)
        raise kind("999048000123 would be told")

    _, source = open_camera(looking=lambda: broken)
    source.send(plain_picture())
    qtbot.waitUntil(lambda: len(looks) == 1)
    source.send(plain_picture())
    qtbot.waitUntil(lambda: len(looks) == 2)
    source.plug(False)
    qtbot.waitUntil(lambda: not any(thread.name == "camera" for thread in threading.enumerate()))
    assert caplog.text.count(kind.__name__) == 1


def test_decoder_that_cannot_be_loaded_leaves_the_picture_dark_and_the_window_alive(
    qtbot: QtBot, open_camera: OpenCamera, plain_picture: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> Any:
        raise ImportError("no decoder")

    camera, source = open_camera(looking=missing)
    source.send(plain_picture())
    qtbot.waitUntil(lambda: "ImportError" in caplog.text)
    camera.set_wanted(False)
    assert not camera.running


# -- what is kept ----------------------------------------------------------------------------------------------------
def test_after_the_page_no_frame_is_kept_and_no_thread_runs(
    qtbot: QtBot, open_camera: OpenCamera, code_picture: Any
) -> None:
    camera, source = open_camera()
    with qtbot.waitSignal(camera.scanned):
        source.send(code_picture(PAYLOAD))
    source.send(code_picture(PAYLOAD))
    camera.set_wanted(False)
    assert not camera.running
    assert not source.is_open
    qtbot.waitUntil(lambda: not any(thread.name == "camera" for thread in threading.enumerate()))
    qtbot.waitUntil(lambda: not [one for one in gc.get_objects() if type(one) in (CameraFrame, GrayImage)])


def test_trap_for_kept_frames_sees_one() -> None:
    newest = NewestFrame()
    newest.put(CameraFrame(1, 1, b"\0", 1))
    assert [one for one in gc.get_objects() if type(one) is CameraFrame]


def test_closing_drops_the_frame_that_waits_and_takes_no_other() -> None:
    newest = NewestFrame()
    newest.put(CameraFrame(1, 1, b"\0", 1))
    newest.close()
    newest.put(CameraFrame(1, 1, b"\0", 1))
    assert newest.take() is None
    assert not [one for one in gc.get_referents(newest) if isinstance(one, CameraFrame)]


def test_look_that_ends_after_the_page_is_told_nobody(qtbot: QtBot, open_camera: OpenCamera, code_picture: Any) -> None:
    from kiosk.reader.codes import FrameDecoder

    begun, go_on = threading.Event(), threading.Event()

    def slow(frame: GrayImage) -> Look:
        begun.set()
        go_on.wait(WITHIN_S)
        return FrameDecoder().look(frame)

    camera, source = open_camera(looking=lambda: slow)
    heard = Heard(camera)
    source.send(code_picture(PAYLOAD))
    qtbot.waitUntil(begun.is_set)
    camera.set_wanted(False)
    go_on.set()
    qtbot.waitUntil(lambda: not any(thread.name == "camera" for thread in threading.enumerate()))
    qtbot.wait(0)
    assert heard.codes == []


def test_camera_that_is_closed_has_ended_every_look_also_those_of_pages_before(
    qtbot: QtBot, open_camera: OpenCamera, plain_picture: Any
) -> None:
    looks, go_on = threading.Semaphore(0), threading.Event()

    def slow(frame: GrayImage) -> Look:
        looks.release()
        go_on.wait(WITHIN_S)
        return EMPTY

    camera, source = open_camera(looking=lambda: slow)
    for _ in range(3):  # three pages that ask for a code, one after the other, and a look that takes its time on each
        camera.set_wanted(True)
        source.send(plain_picture())
        qtbot.waitUntil(lambda: looks.acquire(blocking=False))
        camera.set_wanted(False)
    assert looking_threads() == 3
    waiting = threading.Timer(0.05, go_on.set)
    waiting.start()
    camera.stop()
    assert looking_threads() == 0
    waiting.join()


def test_look_of_a_page_before_that_is_over_is_remembered_no_longer(
    qtbot: QtBot, open_camera: OpenCamera, plain_picture: Any
) -> None:
    camera, source = open_camera(looking=lambda: lambda _: EMPTY)
    for _ in range(20):
        camera.set_wanted(True)
        with qtbot.waitSignal(camera._looked):
            source.send(plain_picture())
        camera.set_wanted(False)
        qtbot.waitUntil(lambda: looking_threads() == 0)
    assert len(camera._ending) <= 1


def looking_threads() -> int:
    return sum(thread.name == "camera" for thread in threading.enumerate())


# -- what goes wrong -------------------------------------------------------------------------------------------------
def test_no_camera_by_the_settings_opens_nothing_and_the_page_points_to_the_gun(qtbot: QtBot) -> None:
    camera = Camera("none")
    heard = Heard(camera)
    camera.set_wanted(True)
    assert not camera.running
    assert (heard.hints, heard.lights) == ([Hint.USE_GUN], [])


def test_missing_multimedia_library_is_trouble_and_no_crash(qtbot: QtBot) -> None:
    def missing(_parent: QObject) -> Any:
        raise ImportError("libpulse.so.0")

    camera = Camera(source=missing)
    heard = Heard(camera)
    camera.set_wanted(True)
    camera.set_wanted(False)
    assert (heard.hints, heard.lights) == ([Hint.NO_PICTURE], [TROUBLE])


def test_camera_that_is_not_there_is_said(qtbot: QtBot, fed_source: Any) -> None:
    camera = Camera("a camera that nobody has")
    heard = Heard(camera)
    camera.set_wanted(True)
    camera.set_wanted(False)
    camera.stop()
    assert heard.lights == [ABSENT]
    assert heard.hints == [Hint.NO_PICTURE]


def test_unplugged_and_plugged_in_again_it_goes_on_by_itself(
    qtbot: QtBot, open_camera: OpenCamera, code_picture: Any
) -> None:
    camera, source = open_camera()
    heard = Heard(camera)
    source.send(code_picture("999048000123"))
    qtbot.waitUntil(lambda: len(heard.codes) == 1)
    source.plug(False)
    assert not source.is_open
    assert (heard.lights, camera.hint) == ([ABSENT], Hint.NO_PICTURE)
    source.plug(True)
    assert source.is_open
    assert (heard.lights, camera.hint) == ([ABSENT, READY], Hint.STARTING)
    source.send(code_picture(PAYLOAD))
    qtbot.waitUntil(lambda: len(heard.codes) == 2)


def test_plugged_in_while_nobody_wants_it_only_the_light_changes(qtbot: QtBot, open_camera: OpenCamera) -> None:
    camera, source = open_camera()
    heard = Heard(camera)
    source.plug(False)
    camera.set_wanted(False)
    source.plug(True)
    assert heard.lights == [ABSENT, READY]
    assert not source.is_open


def test_camera_in_use_by_another_program_is_tried_again_until_it_is_free(
    qtbot: QtBot, open_camera: OpenCamera, plain_picture: Any, time: Any
) -> None:
    camera, source = open_camera()
    heard = Heard(camera)
    source.failed.emit("CameraError")
    assert not source.is_open
    assert (heard.lights, camera.hint) == ([TROUBLE], Hint.NO_PICTURE)
    waits = []
    for _ in range(4):
        waited = 0.0
        while not source.is_open:
            time.passes(0.25)
            waited += 0.25
            camera.tick()
        waits.append(waited)
        source.failed.emit("CameraError")
    assert waits == [FIRST_PAUSE_S * factor for factor in (1, 2, 4, 8)]
    time.passes(60)
    camera.tick()
    source.send(plain_picture())
    qtbot.waitUntil(lambda: heard.lights == [TROUBLE, READY])
    assert camera.hint is Hint.AIM


def test_no_frame_after_opening_is_trouble(open_camera: OpenCamera, time: Any) -> None:
    camera, source = open_camera()
    heard = Heard(camera)
    time.passes(FIRST_FRAME_S - 0.1)
    camera.tick()
    assert heard.lights == []
    time.passes(0.1)
    camera.tick()
    assert heard.lights == [TROUBLE]
    assert not source.is_open


def test_stalled_camera_is_closed_and_opened_again(
    qtbot: QtBot, open_camera: OpenCamera, plain_picture: Any, time: Any
) -> None:
    camera, source = open_camera()
    heard = Heard(camera)
    source.send(plain_picture())
    qtbot.waitUntil(lambda: bool(heard.pictures))
    time.passes(STALL_S)
    camera.tick()
    assert (heard.lights, camera.hint, source.is_open) == ([TROUBLE], Hint.NO_PICTURE, False)
    time.passes(FIRST_PAUSE_S)
    camera.tick()
    assert source.starts == 2
    source.send(plain_picture())
    qtbot.waitUntil(lambda: heard.lights == [TROUBLE, READY])


def test_camera_in_trouble_comes_back_though_its_page_is_closed_and_shows_nobody(
    qtbot: QtBot, open_camera: OpenCamera, plain_picture: Any, time: Any
) -> None:
    camera, source = open_camera()
    source.failed.emit("CameraError")
    camera.set_wanted(False)
    heard = Heard(camera)
    time.passes(60)
    camera.tick()
    assert source.is_open
    assert not camera.running
    source.send(plain_picture())
    qtbot.waitUntil(lambda: heard.lights == [READY])
    assert not source.is_open
    assert heard.pictures == []
    assert heard.hints == []


def test_whoever_opens_the_page_does_not_wait_for_the_pause(open_camera: OpenCamera) -> None:
    camera, source = open_camera()
    for _ in range(3):
        source.failed.emit("CameraError")
    camera.set_wanted(False)
    assert not source.is_open
    camera.set_wanted(True)
    assert source.is_open


def test_covered_lens_is_a_hint_then_trouble_and_light_ends_it(
    qtbot: QtBot, open_camera: OpenCamera, plain_picture: Any, time: Any
) -> None:
    camera, source = open_camera()
    heard = Heard(camera)

    def sees(level: int) -> None:
        shown = len(heard.pictures)
        time.passes(1.0)
        with qtbot.waitSignal(camera._looked):
            source.send(plain_picture(level))
        qtbot.waitUntil(lambda: len(heard.pictures) > shown)

    sees(120)
    for _ in range(int(COVERED_S)):
        sees(3)
    assert heard.lights == []
    sees(3)
    assert heard.lights == [TROUBLE]
    qtbot.waitUntil(lambda: camera.hint is Hint.TOO_DARK)
    assert source.is_open
    sees(120)
    assert heard.lights == [TROUBLE, READY]


def test_covered_lens_is_tried_now_and_then_while_nobody_is_there(
    qtbot: QtBot, open_camera: OpenCamera, plain_picture: Any, time: Any
) -> None:
    camera, source = open_camera()
    heard = Heard(camera)
    for _ in range(int(COVERED_S) + 2):
        time.passes(1.0)
        with qtbot.waitSignal(camera._looked):
            source.send(plain_picture(3))
    camera.set_wanted(False)
    assert (heard.lights, source.is_open) == ([TROUBLE], False)
    time.passes(60)
    camera.tick()
    assert source.is_open
    time.passes(1.0)
    with qtbot.waitSignal(source.came):
        source.send(plain_picture(3))
    time.passes(TRIAL_S - 1.0)
    camera.tick()
    assert not source.is_open
    time.passes(60)
    camera.tick()
    source.send(plain_picture(120))
    qtbot.waitUntil(lambda: heard.lights == [TROUBLE, READY])
    assert not source.is_open


def test_hint_of_the_page_before_is_not_told_again(qtbot: QtBot, open_camera: OpenCamera, code_picture: Any) -> None:
    camera, source = open_camera()
    with qtbot.waitSignal(camera.scanned):
        source.send(code_picture(PAYLOAD))
    camera.set_wanted(False)
    heard = Heard(camera)
    camera.set_wanted(True)
    assert heard.hints == [Hint.STARTING]


# -- nothing is written ----------------------------------------------------------------------------------------------
class Writes:
    """Files that Python opened for writing while it listened; hooks cannot be taken away, so it only falls silent."""

    def __init__(self) -> None:
        self.listening, self.seen = True, list[str]()
        sys.addaudithook(self.hear)

    def hear(self, event: str, given: tuple[Any, ...]) -> None:
        if self.listening and event == "open" and (given[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            self.seen.append(str(given[0]))


def test_nothing_of_what_the_camera_sees_is_written_anywhere(
    qtbot: QtBot, open_camera: OpenCamera, code_picture: Any, caplog: pytest.LogCaptureFixture, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # what Python keeps of modules that are loaded only now
    writes = Writes()
    try:
        (tmp_path / "trap").write_bytes(b"seen")
        camera, source = open_camera()
        with qtbot.waitSignal(camera.scanned):
            source.send(code_picture(PAYLOAD))
        source.failed.emit("CameraError")
        camera.set_wanted(False)
        camera.stop()
    finally:
        writes.listening = False
    assert writes.seen == [str(tmp_path / "trap")]
    assert not any(str(value) in caplog.text for value in (PAYLOAD, "Nguyễn", "999048000123"))
