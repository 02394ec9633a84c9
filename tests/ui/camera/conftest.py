"""A camera without hardware: Qt's own capture session, fed with frames that tests make."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import segno
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from kiosk.ui.camera.camera import Camera


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A machine without a sound system and a graphics card says so when QtMultimedia is loaded."""
    for item in items:
        if item.path.parent.name == "camera":
            item.add_marker(pytest.mark.qt_log_ignore("Couldn't (load|resolve)", "No RHI backend", extend=True))


@pytest.fixture(scope="session")
def fed_source() -> Any:
    """The kind of source that is plugged in, unplugged and fed by hand."""
    multimedia = pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    from kiosk.ui.camera.source import CameraSource

    class FedSource(CameraSource):
        def __init__(self, parent: QObject) -> None:
            super().__init__("", parent)
            self.plugged, self.starts = True, 0
            self._input: Any = None

        def is_present(self) -> bool:
            return self.plugged

        def attach(self, session: Any) -> None:
            self.starts += 1
            self._input = multimedia.QVideoFrameInput(session)
            session.setVideoFrameInput(self._input)

        def plug(self, plugged: bool) -> None:
            self.plugged = plugged
            self.devices_changed.emit()

        def send(self, image: QImage) -> None:
            assert self._input.sendVideoFrame(multimedia.QVideoFrame(image))

    return FedSource


@pytest.fixture
def open_camera(qtbot: QtBot, time: Any, fed_source: Any) -> Iterator[Callable[..., tuple[Camera, Any]]]:
    """Makes a camera and its source."""
    made: list[Camera] = []

    def opened(**options: Any) -> tuple[Camera, Any]:
        sources: list[Any] = []

        def source(parent: QObject) -> Any:
            sources.append(fed_source(parent))
            return sources[-1]

        camera = Camera(source=source, clock=time, **options)
        made.append(camera)
        camera.set_wanted(True)
        return camera, sources[-1]

    yield opened
    for camera in made:
        camera.stop()


@pytest.fixture
def code_picture() -> Callable[[str], QImage]:
    """A frame with a code in its corner."""

    def drawn(text: str) -> QImage:
        rows = [bytes(line) for line in segno.make_qr(text, error="m").matrix_iter(scale=6, border=4)]
        image = QImage(640, 480, QImage.Format.Format_RGB32)
        image.fill(0xFFC0C0C0)
        for y, row in enumerate(rows[:460]):
            for x, dark in enumerate(row[:620]):
                image.setPixel(x + 10, y + 10, 0xFF000000 if dark else 0xFFFFFFFF)
        return image

    return drawn


@pytest.fixture
def plain_picture() -> Callable[..., QImage]:
    """A frame of one level."""

    def filled(level: int = 120, width: int = 64, height: int = 48) -> QImage:
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(0xFF000000 | level * 0x010101)
        return image

    return filled
