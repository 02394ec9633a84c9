"""One frame of the camera: its brightness, as the decoder and the page use it. Neither needs its colours.

Cameras mostly give brightness as a plane of its own, or as every second byte; its bytes are copied once, because the
camera takes its memory back. What is unpacked from them is unpacked by whoever looks, and only then.
"""

from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QTransform

from kiosk.privacy import Personal
from kiosk.reader.codes import MAX_IMAGE_PIXELS, GrayImage

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QVideoFrame

PICTURE_PX = 720
"""The longer side of the picture on the page, about: nobody sees more through a hand's width of glass."""


class Layout(Enum):
    """Where the brightness stands in a frame's bytes."""

    PLANE = (1, 0)
    EVEN = (2, 0)
    ODD = (2, 1)
    JPEG = (0, 0)

    @property
    def step(self) -> int:
        """Bytes from one pixel to the next."""
        return self.value[0]

    @property
    def first(self) -> int:
        """The byte of a row's first pixel."""
        return self.value[1]


# Pixel formats by Qt's names. The high byte of sixteen bits is enough; ten bits in the low end are not taken this way.
_LAYOUTS = {
    **dict.fromkeys(("NV12", "NV21", "YUV420P", "YUV422P", "YV12", "IMC1", "IMC2", "IMC3", "IMC4", "Y8"), Layout.PLANE),
    "YUYV": Layout.EVEN,
    **dict.fromkeys(("UYVY", "Y16", "P010", "P016"), Layout.ODD),
    "Jpeg": Layout.JPEG,
}


@dataclass(frozen=True, slots=True, repr=False)
class CameraFrame(Personal):
    """A frame's bytes in rows of `row_bytes`; `rotation` is how far it is turned clockwise to stand upright."""

    width: int
    height: int
    data: bytes
    row_bytes: int
    layout: Layout = Layout.PLANE
    rotation: int = 0


def take(frame: "QVideoFrame") -> CameraFrame | None:
    """Copies what is needed of a frame; None for one that cannot be read."""
    from PySide6.QtMultimedia import QVideoFrame

    layout = _LAYOUTS.get(frame.pixelFormat().name.removeprefix("Format_"))
    if layout is None:
        return _from_colours(frame)
    if not frame.map(QVideoFrame.MapMode.ReadOnly):
        return None
    try:
        plane, row_bytes = frame.bits(0), frame.bytesPerLine(0)
        if layout is Layout.JPEG:
            row_bytes, needed = 0, len(plane)
        else:
            needed = row_bytes * frame.height()
        if not needed or len(plane) < needed or row_bytes < frame.width() * layout.step:
            return None
        data = bytes(plane[:needed])
    finally:
        frame.unmap()
    return CameraFrame(frame.width(), frame.height(), data, row_bytes, layout, frame.rotation().value)


def _from_colours(frame: "QVideoFrame") -> CameraFrame | None:
    gray = frame.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    if gray.isNull():
        return None
    data = bytes(gray.constBits())
    return CameraFrame(gray.width(), gray.height(), data, gray.bytesPerLine(), rotation=frame.rotation().value)


def luminance(frame: CameraFrame) -> GrayImage | None:
    """What the decoder looks at: never mirrored, never turned. None for a picture that is broken."""
    match frame.layout:
        case Layout.JPEG:
            return _unpacked(frame)
        case Layout.PLANE:
            return GrayImage(frame.width, frame.height, frame.data, frame.row_bytes)
        case layout:
            pixels = frame.data[layout.first :: layout.step]
            return GrayImage(frame.width, frame.height, pixels, frame.row_bytes // layout.step)


def _unpacked(frame: CameraFrame, stride: int = 1) -> GrayImage | None:
    """`stride`: how many pixels may become one, where that saves work."""
    # Cheap cameras send torn pictures now and then: the next one comes.
    try:
        with Image.open(BytesIO(frame.data), formats=["JPEG"]) as packed:
            if packed.width * packed.height > MAX_IMAGE_PIXELS:
                return None
            packed.draft("L", (packed.width // stride, packed.height // stride))
            gray = packed.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return GrayImage(gray.width, gray.height, gray.tobytes(), gray.width)


def picture(frame: CameraFrame, *, mirrored: bool) -> QImage:
    """What the page shows: upright, as in a looking glass if `mirrored`; null for a picture that is broken.

    What the frame itself says about mirroring is for programs without a setting for it.
    """
    stride = max(1, round(max(frame.width, frame.height) / PICTURE_PX))
    small = _small_packed(frame, stride) if frame.layout is Layout.JPEG else _small(frame, stride)
    if frame.rotation and not small.isNull():
        small = small.transformed(QTransform().rotate(frame.rotation))
    return small.flipped(Qt.Orientation.Horizontal) if mirrored else small


def _small(frame: CameraFrame, stride: int) -> QImage:
    step, first, row = frame.layout.step, frame.layout.first, frame.row_bytes
    rows = [
        frame.data[y * row + first : y * row + frame.width * step : stride * step]
        for y in range(0, frame.height, stride)
    ]
    wide = len(rows[0])
    return QImage(b"".join(rows), wide, len(rows), wide, QImage.Format.Format_Grayscale8).copy()


def _small_packed(frame: CameraFrame, stride: int) -> QImage:
    gray = _unpacked(frame, stride)
    if gray is None:
        return QImage()
    return QImage(gray.pixels, gray.width, gray.height, gray.row_bytes, QImage.Format.Format_Grayscale8).copy()


def brightness(shown: QImage) -> float:
    """The mean level of a picture of `picture`, 0 black to 255 white, from a few thousand of its pixels."""
    levels = bytes(shown.constBits())[::61]
    return sum(levels) / max(1, len(levels))
