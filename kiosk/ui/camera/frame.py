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
_SAMPLES = 4000


class Layout(Enum):
    """Where the brightness stands in a frame's bytes."""

    PLANE = (1, 0)
    EVEN = (2, 0)
    ODD = (2, 1)
    SECOND_OF_FOUR = (4, 1)
    THIRD_OF_FOUR = (4, 2)
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
# Of colours green is taken: it is most of their brightness, and Qt takes thirty times as long for all three.
_LAYOUTS = {
    **dict.fromkeys(("NV12", "NV21", "YUV420P", "YUV422P", "YV12", "IMC1", "IMC2", "IMC3", "IMC4", "Y8"), Layout.PLANE),
    "YUYV": Layout.EVEN,
    **dict.fromkeys(("UYVY", "Y16", "P010", "P016"), Layout.ODD),
    **dict.fromkeys(("BGRA8888", "BGRA8888_Premultiplied", "BGRX8888", "RGBA8888", "RGBX8888"), Layout.SECOND_OF_FOUR),
    **dict.fromkeys(("ARGB8888", "ARGB8888_Premultiplied", "XRGB8888", "ABGR8888", "XBGR8888"), Layout.THIRD_OF_FOUR),
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
            import numpy as np  # not before the first frame

            rows = np.frombuffer(frame.data, np.uint8).reshape(frame.height, frame.row_bytes)
            pixels = rows[:, layout.first : frame.width * layout.step : layout.step].tobytes()
            return GrayImage(frame.width, frame.height, pixels, frame.width)


def _unpacked(frame: CameraFrame) -> GrayImage | None:
    # Cheap cameras send torn pictures now and then: the next one comes.
    try:
        with Image.open(BytesIO(frame.data), formats=["JPEG"]) as packed:
            if packed.width * packed.height > MAX_IMAGE_PIXELS:
                return None
            packed.draft("L", packed.size)
            gray = packed.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return GrayImage(gray.width, gray.height, gray.tobytes(), gray.width)


def picture(gray: GrayImage, *, mirrored: bool, rotation: int = 0) -> QImage:
    """What the page shows: small, turned upright by `rotation`, as in a looking glass if `mirrored`.

    What a frame itself says about mirroring is for programs without a setting for it.
    """
    stride = max(1, round(max(gray.width, gray.height) / PICTURE_PX))
    rows = [
        gray.pixels[y * gray.row_bytes : y * gray.row_bytes + gray.width : stride]
        for y in range(0, gray.height, stride)
    ]
    wide = len(rows[0])
    small = QImage(b"".join(rows), wide, len(rows), wide, QImage.Format.Format_Grayscale8).copy()
    if rotation:
        small = small.transformed(QTransform().rotate(rotation))
    return small.flipped(Qt.Orientation.Horizontal) if mirrored else small


def brightness(gray: GrayImage) -> float:
    """The mean level, 0 black to 255 white, from some thousand pixels."""
    step = max(1, len(gray.pixels) // _SAMPLES) | 1
    levels = gray.pixels[::step]
    return sum(levels) / max(1, len(levels))
