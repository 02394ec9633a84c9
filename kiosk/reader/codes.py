"""QR codes in images: picture -> payload bytes and where they stood.

zxing-cpp looks first: it is the quickest and reads small, dark, turned and inverted codes. What it misses is tried
again after cheap repairs, and by zbar, which reads through glare and without a quiet zone. Both give raw bytes;
no decoder is ever asked for text, because their guesses at the encoding mangle Vietnamese names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import zxingcpp
from PIL import Image, ImageFilter, ImageOps, ImageStat

from kiosk.failure import FailureCode, KioskError
from kiosk.privacy import Personal
from kiosk.reader import zbar

MAX_IMAGE_PIXELS = 64_000_000
"""The largest image file that is opened: phones make 50 million pixels, decompression bombs far more."""

# EPS and other formats that start programs or interpreters stay closed.
_FILE_FORMATS = ("PNG", "JPEG", "JPEG2000", "WEBP", "BMP", "GIF", "TIFF", "PPM")
_QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_UPSCALE_LIMIT_PIXELS = 2_000_000
_MIDDLE_PX = (640, 480)
_QUIET_ZONE_PX = 16
_REGION_MARGIN = 0.25

Point = tuple[int, int]
Corners = tuple[Point, Point, Point, Point]


class Box(NamedTuple):
    """An upright part of a picture in pixels; right and bottom are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True, repr=False)
class GrayImage(Personal):
    """A luminance plane: 8 bits a pixel, rows of `row_bytes` (at least `width`) one after the other."""

    width: int
    height: int
    pixels: bytes
    row_bytes: int


@dataclass(frozen=True, slots=True, repr=False)
class Found(Personal):
    """One code: its payload, its corners in pixels of the image given (clockwise from its own top left), its decoder.

    `decoder` names what read it (`zxing`, `zxing+unsharp`, `zbar`, …), for tests and statistics.
    """

    payload: bytes
    corners: Corners
    decoder: str


@dataclass(frozen=True, slots=True, repr=False)
class Look(Personal):
    """What one frame showed: its codes, or else what a page can tell whoever holds one.

    `suspected` is where a code seems to stand that could not be read. `module_px` is the size of its modules in
    pixels, as far as known. `sharpness` says how steep its edges are: the largest step between neighbouring pixels
    as a share of the contrast there, 1.0 crisp, 0.4 a blur of 1 px, below 0.2 a blur of 2 px. `brightness` is the
    frame's mean level, 0 black to 255 white.
    """

    found: tuple[Found, ...]
    suspected: Box | None
    module_px: float | None
    sharpness: float | None
    brightness: float


@dataclass(frozen=True, slots=True)
class _Step:
    """One way to look: a repair of the picture, who reads then, and how the repair moves the corners."""

    name: str
    repair: Callable[[Image.Image], Image.Image]
    read: Callable[[Image.Image], list[tuple[bytes, list[Point]]]]
    scale: int = 1
    border_px: int = 0


def decode(image: Image.Image | GrayImage) -> tuple[Found, ...]:
    """All QR codes of a picture (Micro QR too), each payload once; every step is tried until one finds something.

    Takes some milliseconds where a code is plain, and a second or two where there is none in a photograph.
    """
    gray = _gray(image)
    if found := _look(gray, _FIRST, _whole(gray)):
        return found
    for step in _FURTHER:
        is_affordable = step.scale == 1 or gray.width * gray.height <= _UPSCALE_LIMIT_PIXELS
        box = _whole(gray) if is_affordable else _hint(gray) or _middle(gray)
        if found := _look(gray, step, box):
            return found
    return ()


class FrameDecoder:
    """Decodes a camera's frames in steady time: zxing on each, after a miss one further step, another each frame."""

    def __init__(self) -> None:
        self._turn = 0

    def look(self, frame: Image.Image | GrayImage) -> Look:
        """What one frame shows: `decode`, and what a page can tell from it."""
        gray = _gray(frame)
        brightness = ImageStat.Stat(gray.resize((64, 36), Image.Resampling.NEAREST)).mean[0] if all(gray.size) else 0.0
        if found := self.decode(gray):
            return Look(found, None, None, None, brightness)
        return Look((), _hint(gray), None, None, brightness)

    def decode(self, frame: Image.Image | GrayImage) -> tuple[Found, ...]:
        """All QR codes of one frame that the quick look, or the step whose turn it is, can read."""
        gray = _gray(frame)
        if found := _look(gray, _FIRST, _whole(gray)):
            return found
        rounds, at = divmod(self._turn, len(_FURTHER))
        self._turn += 1
        step = _FURTHER[at]
        # Where zxing suspects a code is quick to look at, but it may suspect the wrong place: not in every round.
        hint = _hint(gray) if rounds % 2 == 0 else None
        return _look(gray, step, hint or (_whole(gray) if step.scale == 1 else _middle(gray)))


def decode_file(path: Path) -> tuple[Found, ...]:
    """All QR codes of an image file.

    Raises:
        KioskError: IMAGE_UNREADABLE for what is no image, is broken, or unpacks to more than `MAX_IMAGE_PIXELS`.
    """
    try:
        gray = _open(path)
    except Exception as error:  # the parsers of ten formats raise nearly anything on a broken file
        raise KioskError(FailureCode.IMAGE_UNREADABLE, type(error).__name__) from error
    return decode(gray)


def text_of(payload: bytes) -> str:
    """The text that a payload's bytes say, exactly: UTF-8, a byte order mark dropped.

    Raises:
        UnicodeDecodeError: not UTF-8. No other encoding is tried: a guess would put a wrong name on a slip.
    """
    return payload.decode("utf-8-sig")


def _open(path: Path) -> Image.Image:
    with Image.open(path, formats=_FILE_FORMATS) as image:
        if image.width * image.height > MAX_IMAGE_PIXELS:
            raise Image.DecompressionBombError
        return _gray(image)


def _gray(image: Image.Image | GrayImage) -> Image.Image:
    if isinstance(image, GrayImage):
        size = (image.width, image.height)
        return Image.frombytes("L", size, image.pixels, "raw", "L", image.row_bytes, 1)
    if image.mode == "L":
        image.load()
        return image
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda level: level / 256).convert("L")
    if image.has_transparency_data:
        # A transparent ground has whatever colour beneath; printed codes stand on white.
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image.convert("RGBA")).convert("L")
    return image.convert("L")


def _look(gray: Image.Image, step: _Step, box: Box) -> tuple[Found, ...]:
    left, top, right, bottom = box
    if left >= right or top >= bottom:
        return ()
    region = gray if box == _whole(gray) else gray.crop(box)
    by_payload: dict[bytes, Found] = {}
    for payload, points in step.read(step.repair(region)):
        corners = tuple(
            (
                left + (x - step.border_px) // step.scale,
                top + (y - step.border_px) // step.scale,
            )
            for x, y in points
        )
        if len(corners) == 4:
            by_payload.setdefault(payload, Found(payload, corners, step.name))
    return tuple(by_payload.values())


def _whole(gray: Image.Image) -> Box:
    return Box(0, 0, gray.width, gray.height)


def _middle(gray: Image.Image) -> Box:
    """Where screens ask people to hold the code: a box of moderate size about the centre."""
    width, height = (min(size, most) for size, most in zip(gray.size, _MIDDLE_PX, strict=True))
    left, top = (gray.width - width) // 2, (gray.height - height) // 2
    return Box(left, top, left + width, top + height)


def _hint(gray: Image.Image) -> Box | None:
    """Where zxing sees a code that it cannot read: a box with some margin."""
    for barcode in zxingcpp.read_barcodes(gray, formats=_QR_CODES, return_errors=True):
        points = _corners(barcode)
        left, top = (min(point[axis] for point in points) for axis in (0, 1))
        right, bottom = (max(point[axis] for point in points) for axis in (0, 1))
        margin = int(max(right - left, bottom - top) * _REGION_MARGIN) + 8
        box = Box(max(0, left - margin), max(0, top - margin), right + margin, bottom + margin)
        return Box(box[0], box[1], min(gray.width, box[2]), min(gray.height, box[3]))
    return None


def _zxing(gray: Image.Image) -> list[tuple[bytes, list[Point]]]:
    barcodes = zxingcpp.read_barcodes(gray, formats=_QR_CODES)
    return [(barcode.bytes, _corners(barcode)) for barcode in barcodes]


def _corners(barcode: zxingcpp.Barcode) -> list[Point]:
    place = barcode.position
    return [(at.x, at.y) for at in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]


def _as_is(gray: Image.Image) -> Image.Image:
    return gray


def _unsharp(gray: Image.Image) -> Image.Image:
    return gray.filter(ImageFilter.UnsharpMask(radius=2, percent=300, threshold=0))


def _upscaled(gray: Image.Image) -> Image.Image:
    # Sharpening twice, widely, brings back defocus of 0.6 to 0.7 modules, which no single pass does.
    large = gray.resize((gray.width * 2, gray.height * 2), Image.Resampling.BICUBIC)
    for percent in (300, 200):
        large = large.filter(ImageFilter.UnsharpMask(radius=4, percent=percent, threshold=0))
    return large


def _stretched(gray: Image.Image) -> Image.Image:
    return ImageOps.expand(ImageOps.autocontrast(gray, cutoff=1), _QUIET_ZONE_PX, 255)


_FIRST = _Step("zxing", _as_is, _zxing)
# In the order of what they read for their cost, measured on defocused, small, dim and glaring pictures.
_FURTHER = (
    _Step("zxing+unsharp", _unsharp, _zxing),
    _Step("zxing+upscale", _upscaled, _zxing, scale=2),
    _Step("zbar", _as_is, zbar.read_qr_codes),
    _Step("zxing+contrast", _stretched, _zxing, border_px=_QUIET_ZONE_PX),
    _Step("zbar+upscale", _upscaled, zbar.read_qr_codes, scale=2),
)
