"""The camera: looks for codes in its newest picture, beside the window's thread, and shows itself on the page."""

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from kiosk.reader.codes import Found, FrameDecoder, GrayImage, text_of
from kiosk.workflow.event import CodeScanned
from kiosk.workflow.state import DeviceState

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QVideoFrame, QVideoSink

log = logging.getLogger(__name__)

NO_CAMERA = "none"
AGAIN_S = 3.0
"""The same code is told again after so long: somebody still holds it there because it was refused."""
PREVIEW_INTERVAL_S = 0.06

Decode = Callable[[GrayImage], tuple[Found, ...]]


class NewestFrame:
    """Hands the newest picture to the one who decodes; pictures that came meanwhile are never looked at."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: GrayImage | None = None
        self._closed = False

    def put(self, frame: GrayImage) -> None:
        """Replaces what was not taken yet."""
        with self._changed:
            self._frame = frame
            self._changed.notify()

    def take(self) -> GrayImage | None:
        """Waits for a picture; None: there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._closed)
            frame, self._frame = self._frame, None
            return None if self._closed else frame

    def close(self) -> None:
        """Nobody waits any longer, and no picture is kept."""
        with self._changed:
            self._closed, self._frame = True, None
            self._changed.notify_all()


class Camera(QObject):
    """`scanned` carries `CodeScanned`, `frame_shown` a picture for the page, `state_changed` the camera's light.

    `name` is the beginning of a camera's name, empty for the system's default, `none` for no camera. QtMultimedia is
    loaded by `start` only: a kiosk without a camera neither pays for it nor needs its system libraries.
    """

    scanned = Signal(object)
    frame_shown = Signal(QImage)
    state_changed = Signal(object)
    _payload_found = Signal(bytes)

    def __init__(
        self,
        name: str = "",
        parent: QObject | None = None,
        *,
        decode: Decode | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(parent)
        self._name, self._clock = name, clock
        self._decode = decode or FrameDecoder().decode
        self._session: QMediaCaptureSession | None = None
        self._camera: QCamera | None = None
        self._sink: QVideoSink | None = None
        self._newest: NewestFrame | None = None
        self._worker: threading.Thread | None = None
        self._last: tuple[int, float] | None = None
        self._shown_at = float("-inf")
        self._payload_found.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether pictures are looked at."""
        return self._worker is not None

    @Slot(bool)
    def set_wanted(self, wanted: bool) -> None:
        """Looks only while a page asks for codes: nobody is filmed by the waiting page."""
        if wanted and not self.running:
            self.start()
        elif not wanted and self.running:
            self.stop()

    def start(self) -> None:
        """Opens the camera; without one only the light changes."""
        if self._name == NO_CAMERA:
            return
        try:
            self._open_camera(self.open_sink())
        except ImportError:
            log.warning("camera: QtMultimedia cannot be loaded")
            self.stop()
            self.state_changed.emit(DeviceState.TROUBLE)

    def open_sink(self) -> "QVideoSink":
        """Starts looking at whatever is set on the sink it returns; `start` puts the camera there.

        Raises:
            ImportError: QtMultimedia or a system library of its is missing.
        """
        from PySide6.QtMultimedia import QVideoSink

        self._sink = sink = QVideoSink(self)
        sink.videoFrameChanged.connect(self._take)
        self._newest = newest = NewestFrame()
        self._worker = threading.Thread(target=self._look, args=(newest,), name="camera")
        self._worker.start()
        return sink

    def stop(self) -> None:
        """Closes the camera; no picture is kept."""
        if self._camera is not None:
            self._camera.stop()
            self._camera.deleteLater()
        if self._session is not None:
            self._session.deleteLater()
        if self._sink is not None:
            self._sink.videoFrameChanged.disconnect(self._take)
            self._sink.deleteLater()
        if self._newest is not None:
            self._newest.close()
        if self._worker is not None:
            self._worker.join()
        self._camera = self._session = self._sink = self._newest = self._worker = self._last = None

    def _open_camera(self, sink: "QVideoSink") -> None:
        from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QMediaDevices

        devices = QMediaDevices.videoInputs()
        named = [device for device in devices if device.description().startswith(self._name)]
        if not named:
            log.warning("camera: none of %d is the wished one", len(devices))
            self.state_changed.emit(DeviceState.ABSENT)
            return
        default = QMediaDevices.defaultVideoInput()
        self._camera = QCamera(default if not self._name and not default.isNull() else named[0], self)
        self._camera.errorOccurred.connect(self._failed)
        self._session = QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(sink)
        self._camera.start()
        self.state_changed.emit(DeviceState.READY)

    @Slot()
    def _failed(self) -> None:
        log.warning("camera: trouble")
        self.state_changed.emit(DeviceState.TROUBLE)

    @Slot()
    def _take(self) -> None:
        if self._sink is None or self._newest is None:
            return
        frame = self._sink.videoFrame()
        gray = luminance(frame)
        if gray is not None:
            self._newest.put(gray)
        if (now := self._clock()) - self._shown_at >= PREVIEW_INTERVAL_S:
            self._shown_at = now
            image = frame.toImage()
            if not image.isNull():
                self.frame_shown.emit(image)

    def _look(self, newest: NewestFrame) -> None:
        """The worker: decodes until the camera stops. Payloads go to the main thread by a queued signal."""
        while (frame := newest.take()) is not None:
            for found in self._decode(frame):
                self._payload_found.emit(found.payload)

    @Slot(bytes)
    def _tell(self, payload: bytes) -> None:
        if not self.running:
            return
        # Only a fingerprint of the last code is remembered, and only until the camera stops.
        fingerprint, now = hash(bytes(payload)), self._clock()
        if self._last is not None and self._last[0] == fingerprint and now - self._last[1] < AGAIN_S:
            return
        self._last = (fingerprint, now)
        try:
            text = text_of(bytes(payload))
        except UnicodeDecodeError:
            log.info("camera: a code that is not UTF-8")
            return
        self.scanned.emit(CodeScanned(text))


def luminance(frame: "QVideoFrame") -> GrayImage | None:
    """The brightness of a picture; None for one that cannot be read.

    Cameras mostly give it as a plane of its own, which costs no conversion.
    """
    from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat

    formats = QVideoFrameFormat.PixelFormat
    planar = (
        formats.Format_NV12, formats.Format_NV21, formats.Format_YUV420P, formats.Format_YUV422P,
        formats.Format_YV12, formats.Format_IMC1, formats.Format_IMC2, formats.Format_IMC3, formats.Format_IMC4,
        formats.Format_Y8,
    )  # fmt: skip
    if frame.pixelFormat() in planar and frame.map(QVideoFrame.MapMode.ReadOnly):
        try:
            row_bytes = frame.bytesPerLine(0)
            pixels = bytes(frame.bits(0)[: row_bytes * frame.height()])
        finally:
            frame.unmap()
        return GrayImage(frame.width(), frame.height(), pixels, row_bytes)
    image = frame.toImage()
    if image.isNull():
        return None
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return GrayImage(gray.width(), gray.height(), bytes(gray.constBits()), gray.bytesPerLine())
