"""QtMultimedia: the cameras that are plugged in, and the frames of the one that is used."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtMultimedia import (
    QCamera,
    QCameraDevice,
    QMediaCaptureSession,
    QMediaDevices,
    QVideoFrame,
    QVideoSink,
)

from kiosk.ui.camera.formats import VideoFormat, best_format
from kiosk.ui.camera.frame import take


class CameraSource(QObject):
    """`came` carries a `CameraFrame`, `failed` an error's name, `devices_changed`: something was plugged or unplugged.

    `name` is the beginning of a camera's name; empty: the system's default.
    """

    came = Signal(object)
    failed = Signal(str)
    devices_changed = Signal()

    def __init__(self, name: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._devices = QMediaDevices(self)
        self._devices.videoInputsChanged.connect(self.devices_changed)
        self._session: QMediaCaptureSession | None = None
        self._sink: QVideoSink | None = None

    @property
    def is_open(self) -> bool:
        """Whether frames are waited for."""
        return self._session is not None

    def is_present(self) -> bool:
        """Whether the camera is plugged in."""
        return chosen_device(self._name) is not None

    def open(self) -> None:
        """Starts the camera; what goes wrong is said by `failed`, or by frames that do not come."""
        self._session, self._sink = QMediaCaptureSession(self), QVideoSink(self)
        self._sink.videoFrameChanged.connect(self._take)
        self.attach(self._session)
        self._session.setVideoSink(self._sink)

    def attach(self, session: QMediaCaptureSession) -> None:
        """Sets on `session` what the frames come from, as its child."""
        if (device := chosen_device(self._name)) is None:
            return
        camera = QCamera(device, session)
        if (at := best_format(formats_of(device))) is not None:
            camera.setCameraFormat(device.videoFormats()[at])
        # Queued: some backends fail while they are still being started.
        camera.errorOccurred.connect(self._fail, Qt.ConnectionType.QueuedConnection)
        session.setCamera(camera)
        camera.start()

    def close(self) -> None:
        """Stops the camera; no frame is kept."""
        session, sink = self._session, self._sink
        self._session = self._sink = None
        if sink is not None:
            sink.videoFrameChanged.disconnect(self._take)
        if session is not None:
            if (camera := session.camera()) is not None:
                camera.errorOccurred.disconnect(self._fail)
                camera.stop()
            session.setVideoSink(None)  # type: ignore[arg-type]  # None is Qt's way to take it off
            session.deleteLater()
        if sink is not None:
            sink.setVideoFrame(QVideoFrame())
            sink.deleteLater()

    @Slot()
    def _take(self) -> None:
        if self._sink is not None and (frame := take(self._sink.videoFrame())) is not None:
            self.came.emit(frame)

    @Slot()
    def _fail(self) -> None:
        camera = self._session.camera() if self._session is not None else None
        self.failed.emit(camera.error().name if camera is not None else "")


def chosen_device(name: str) -> QCameraDevice | None:
    """The camera that `chosen` means; None: not plugged in."""
    devices = QMediaDevices.videoInputs()
    at = chosen([device.description() for device in devices], [device.isDefault() for device in devices], name)
    return None if at is None else devices[at]


def chosen(names: Sequence[str], are_default: Sequence[bool], wished: str) -> int | None:
    """The place of the camera whose name begins with `wished`; for an empty one the system's default, or the first."""
    fitting = [at for at, name in enumerate(names) if name.casefold().startswith(wished.strip().casefold())]
    if not wished:
        fitting.sort(key=lambda at: not are_default[at])
    return fitting[0] if fitting else None


def formats_of(device: QCameraDevice) -> list[VideoFormat]:
    """What a camera can send, in its own order."""
    return [
        VideoFormat(one.resolution().width(), one.resolution().height(), one.maxFrameRate(), one.pixelFormat().name)
        for one in device.videoFormats()
    ]


def chosen_format(device: QCameraDevice) -> VideoFormat | None:
    """What it is asked to send; None: whatever the system decides."""
    formats = formats_of(device)
    at = best_format(formats)
    return None if at is None else formats[at]
