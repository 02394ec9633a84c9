"""The ways to read a region in which a code is suspected, each with its name and its cost.

A region is first brought to the size at which the modules of a citizen card's code (45 a side) have about four
pixels: there every repair has one right radius, whatever the camera, and costs the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from math import pi

import numpy as np
import zxingcpp

from kiosk.reader import repair, zbar
from kiosk.reader.picture import Box, Found, Point
from kiosk.reader.repair import Blur, Plane

MODULE_PX = 4.0
"""Pixels of a module in a region at working size."""
MODULES_ACROSS = 56
"""Modules of a whole region: a citizen card's code, its quiet zone, and what was cut too wide."""
_LARGEST_SCALE = 4.0
_LARGEST_PX = 320
_FROM_HALF = 0.5
_FINE = 1.25
_CRISP = 1.3
_TINY = 2.5
_PAPER = 235
_FRAME_PX = 16

# Micro QR and Model 1 stay out: the smallest Micro QR detects errors only, and blurred pictures pass for one.
_QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)

# Light blurs before the camera's response (a power of 1/2.2 or less) brightens the darks: half of that is taken back.
_AS_THEY_ARE = np.arange(256, dtype=np.uint8)
_LESS_GAMMA = (255 * (np.arange(256) / 255) ** 1.6 + 0.5).astype(np.uint8)
_LITTLE_BLUR = Blur(0.35 * _FINE * MODULE_PX, noise=0.02)
_LENS = Blur(1.0, noise=0.025)
_GOOD_LENS = Blur(0.65, noise=0.02)

Reading = tuple[bytes, list[Point]]


class Region:
    """A part of a frame at working size, made when first asked for.

    `module_px` is the size of the code's modules in the frame, where known; `half` is the frame at half its size,
    which serves large regions for less time.
    """

    def __init__(
        self,
        frame: Plane,
        box: Box,
        module_px: float | None = None,
        scale: float | None = None,
        half: Plane | None = None,
    ) -> None:
        self.box = box.within(frame.shape[1], frame.shape[0])
        self._frame = frame
        self._half = half
        self.frame_pixels = frame.size
        if scale is None:
            # Unknown codes are taken for one that fills the box.
            across = max(1, self.box.width, self.box.height)
            scale = MODULE_PX / (module_px or across / MODULES_ACROSS)
            scale = min(scale, _LARGEST_SCALE, _LARGEST_PX / across)
        self.scale = scale

    @property
    def cost(self) -> float:
        """What steps take here, by what they take on a region of the usual size."""
        return self.box.width * self.box.height * self.scale**2 / (MODULE_PX * MODULES_ACROSS) ** 2

    @property
    def as_seen(self) -> Plane:
        """The pixels of the frame."""
        return repair.part(self._frame, self.box)

    @cached_property
    def working(self) -> Plane:
        """At working size."""
        return self._resized(self.scale)

    @cached_property
    def sharp(self) -> Plane:
        """With the defocus of half a module undone: serves small, blurred, dim and grainy codes."""
        return repair.deblurred(self.working, Blur(0.55 * MODULE_PX, noise=0.01))

    def crisp(self, blur: Blur, times: float, levels: Plane) -> Plane:
        """About so many times working size, a blur in pixels of the frame undone there, its levels mapped."""
        scale = self.scale * times
        if scale < 1:
            return repair.deblurred(levels[self._resized(scale)], blur)
        return repair.deblurred(levels[self.as_seen], blur, scale)

    @cached_property
    def large(self) -> Plane:
        """Larger than working size: serves the smallest codes, and screens with moiré."""
        return self._resized(self.scale * _FINE)

    def _size(self, scale: float) -> tuple[int, int]:
        """Width and height at a scale."""
        return max(1, round(self.box.width * scale)), max(1, round(self.box.height * scale))

    def _resized(self, scale: float) -> Plane:
        width, height = self._size(scale)
        if scale <= _FROM_HALF and self._half is not None:
            left, top, right, bottom = (edge // 2 for edge in self.box)
            return repair.resized(repair.part(self._half, Box(left, top, right, bottom)), width, height)
        if scale == 1:
            return np.ascontiguousarray(self.as_seen)
        return repair.resized(self.as_seen, width, height)


@dataclass(frozen=True, slots=True)
class Step:
    """One way to read a region.

    `ms` is what it takes on a region of 224 by 224 pixels at working size (one core of a 2-core virtual machine);
    `wide` and `high` are the factors by which it stretches the region.
    """

    name: str
    ms: float
    read: Callable[[Region], list[Reading]]
    wide: float = 1
    high: float = 1

    def found(self, region: Region) -> tuple[Found, ...]:
        """What it reads there, each payload once, corners in pixels of the frame."""
        if min(region.box.width, region.box.height) < 8:
            return ()
        across, down = region.scale * self.wide, region.scale * self.high
        by_payload: dict[bytes, Found] = {}
        for payload, points in self.read(region):
            corners = tuple((region.box.left + round(x / across), region.box.top + round(y / down)) for x, y in points)
            if len(corners) == 4:
                by_payload.setdefault(payload, Found(payload, corners, self.name))
        return tuple(by_payload.values())


@dataclass(frozen=True, slots=True)
class Hint:
    """Where a code may stand: a busy square, or what zxing recognised without reading it.

    Where it could tell the version, `module_px` is the size of the modules.
    """

    box: Box
    module_px: float | None = None
    is_recognised: bool = False
    stands_out: bool = False


def read_plane(
    plane: Plane, name: str, scale: int = 1, *, inverted: bool = True
) -> tuple[tuple[Found, ...], list[Hint]]:
    """What zxing reads in a plane that is a frame made smaller by `scale`, and where it only recognises a code."""
    found: dict[bytes, Found] = {}
    hints = []
    for barcode in zxingcpp.read_barcodes(
        plane, formats=_QR_CODES, return_errors=True, try_invert=inverted, try_downscale=inverted
    ):
        corners = tuple((x * scale, y * scale) for x, y in _corners(barcode))
        if barcode.valid and len(corners) == 4:
            found.setdefault(barcode.bytes, Found(barcode.bytes, corners, name))
        elif barcode.error:
            more = barcode.extra
            hints.append(_hint(corners, more.get("Version", "") if isinstance(more, dict) else ""))
    return tuple(found.values()), hints


def _hint(corners: tuple[Point, ...], version: str) -> Hint:
    across, down = [x for x, _ in corners], [y for _, y in corners]
    box = Box(min(across), min(down), max(across), max(down))
    lengths = [
        float(np.hypot(x - following_x, y - following_y))
        for (x, y), (following_x, following_y) in zip(corners, (*corners[1:], corners[0]), strict=True)
    ]
    module_px = sum(lengths) / len(lengths) / (17 + 4 * int(version)) if version.isdigit() else None
    return Hint(box.grown(max(box.width, box.height) // 8 + 4), module_px, is_recognised=True)


def _zxing(plane: Plane, *, inverted: bool = True, binarizer: str = "LocalAverage") -> list[Reading]:
    barcodes = zxingcpp.read_barcodes(
        np.ascontiguousarray(plane),
        formats=_QR_CODES,
        try_invert=inverted,
        binarizer=getattr(zxingcpp.Binarizer, binarizer),
    )
    return [(barcode.bytes, _corners(barcode)) for barcode in barcodes]


def _zbar(plane: Plane) -> list[Reading]:
    return zbar.read_qr_codes(repair.as_image(plane), inverted=False)


def _zbar_framed(region: Region) -> list[Reading]:
    framed = np.pad(region.as_seen, _FRAME_PX, constant_values=_PAPER)
    found = zbar.read_qr_codes(repair.as_image(framed), inverted=False)
    # In pixels of the working size, as all readings are.
    return [
        (payload, [(round((x - _FRAME_PX) * region.scale), round((y - _FRAME_PX) * region.scale)) for x, y in points])
        for payload, points in found
    ]


def _corners(barcode: zxingcpp.Barcode) -> list[Point]:
    place = barcode.position
    return [(at.x, at.y) for at in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]


def _crisp(region: Region) -> list[Reading]:
    crisp = region.crisp(_LENS, _CRISP, _LESS_GAMMA)
    return _at_working_size(_zxing(crisp), crisp, region)


def _tiny(region: Region) -> list[Reading]:
    crisp = region.crisp(_GOOD_LENS, _TINY, _AS_THEY_ARE)
    return _at_working_size(_zxing(crisp, inverted=False), crisp, region)


def _at_working_size(found: list[Reading], plane: Plane, region: Region) -> list[Reading]:
    """What was read in a plane of any size that shows the whole region."""
    down, across = region.box.height * region.scale / plane.shape[0], region.box.width * region.scale / plane.shape[1]
    return [(payload, [(round(x * across), round(y * down)) for x, y in points]) for payload, points in found]


def _strong(region: Region) -> list[Reading]:
    return _zxing(repair.deblurred(region.working, Blur(0.7 * MODULE_PX, noise=0.005)))


def _grainless(region: Region) -> list[Reading]:
    smooth = repair.smoothed(region.working, 0.6 * MODULE_PX)
    return _zxing(repair.deblurred(smooth, Blur(0.4 * MODULE_PX, noise=0.3)))


def _moved(region: Region, angle: float) -> list[Reading]:
    return _zxing(repair.deblurred(region.working, Blur(0.8, noise=0.02, way=1.6 * MODULE_PX, angle=angle)))


def _unsharp(region: Region) -> list[Reading]:
    # One threshold for all reads through grain that local ones take for modules.
    linear = _LESS_GAMMA[region.working]
    return _zxing(repair.unsharp(linear, MODULE_PX / 2, 200), binarizer="GlobalHistogram")


def _fine(region: Region) -> list[Reading]:
    return _zxing(repair.deblurred(region.large, _LITTLE_BLUR))


def _fine_linear(region: Region) -> list[Reading]:
    return _zxing(repair.deblurred(_LESS_GAMMA[region.large], _LITTLE_BLUR))


def _contrast(region: Region) -> list[Reading]:
    return _zxing(repair.stretched(region.working), binarizer="GlobalHistogram")


def _stretched(plane: Plane, wide: int, high: int) -> Plane:
    height, width = plane.shape
    return repair.resized(plane, width * wide, height * high)


CRISP = Step("zxing+crisp", 1.6, _crisp)
TINY = Step("zxing+tiny", 3.5, _tiny)
PLAIN = Step("zxing", 0.5, lambda region: _zxing(region.as_seen, inverted=False))
UNSHARP = Step("zxing+unsharp", 1.3, _unsharp)
FINE = Step("zxing+fine", 2.0, _fine, wide=_FINE, high=_FINE)
FINE_LINEAR = Step("zxing+fine linear", 2.0, _fine_linear, wide=_FINE, high=_FINE)
DEBLUR = Step("zxing+deblur", 1.3, lambda region: _zxing(region.sharp))
ZBAR_DEBLUR = Step("zbar+deblur", 2.7, lambda region: _zbar(region.sharp))
SCALE = Step("zxing+scale", 0.5, lambda region: _zxing(region.working))
CONTRAST = Step("zxing+contrast", 0.5, _contrast)
SMOOTH = Step("zxing+smooth", 1.8, _grainless)
DEBLUR_MORE = Step("zxing+deblur more", 1.3, _strong)
MOTIONS = tuple(
    Step(f"zxing+motion {degrees}", 1.4, partial(_moved, angle=degrees * pi / 180)) for degrees in (0, 45, 90, 135)
)
WIDE = Step("zxing+wide", 0.8, lambda region: _zxing(_stretched(region.working, 2, 1)), wide=2)
HIGH = Step("zxing+high", 0.8, lambda region: _zxing(_stretched(region.working, 1, 2)), high=2)
ZBAR = Step("zbar", 1.8, lambda region: _zbar(region.working))
ZBAR_FRAMED = Step("zbar+frame", 1.3, _zbar_framed)
ZBAR_INVERTED = Step("zbar+invert", 1.8, lambda region: _zbar(255 - region.working))

BEST = CRISP
"""On what stands out in nearly each frame."""
CHEAP = UNSHARP
"""Instead, where what is busiest hardly stands out."""
IN_TURN = (FINE, FINE_LINEAR, DEBLUR, ZBAR_DEBLUR, UNSHARP, FINE, SCALE, SMOOTH, FINE, DEBLUR_MORE, CONTRAST,
           ZBAR_DEBLUR, FINE, WIDE, HIGH, *MOTIONS, ZBAR, ZBAR_INVERTED)  # fmt: skip
"""As many as time allows, going on where the last frame's ended; what adds most comes more often."""
STEPS = tuple(dict.fromkeys((CONTRAST, BEST, SCALE, *IN_TURN)))
"""Each once: for still pictures, where a code is likely."""
QUICK_STEPS = (CONTRAST, BEST, SCALE, FINE)
"""Where one is not unlikely."""
WHOLE_STEPS = (ZBAR_DEBLUR, ZBAR, CRISP, DEBLUR, DEBLUR_MORE, TINY)
"""For a picture as a whole: what is a code's surroundings need not be known."""
GUESSED_MS = 2.1
"""For steps in turn on a busy square, in some frames instead of the best one."""
RECOGNISED_MS = 4.0
"""The same where zxing recognises a code that it cannot read."""
BELIEVED_MS = 5.0
"""The same where a code was read a moment ago; always from the first."""
