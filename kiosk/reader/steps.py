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
from kiosk.reader.repair import Plane

MODULE_PX = 4.0
"""Pixels of a module in a region at working size."""
_MODULES_ACROSS = 56
"""Modules of a whole region: a citizen card's code, its quiet zone, and what was cut too wide."""
_LARGEST_SCALE = 4.0

# Micro QR and Model 1 stay out: the smallest Micro QR detects errors only, and blurred pictures pass for one.
_QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)

Reading = tuple[bytes, list[Point]]


class Region:
    """A part of a frame at working size, made when first asked for.

    `module_px` is the size of the code's modules in the frame, where known.
    """

    def __init__(self, frame: Plane, box: Box, module_px: float | None = None, scale: float | None = None) -> None:
        self.box = box.within(frame.shape[1], frame.shape[0])
        self._frame = frame
        if scale is None:
            # Unknown codes are taken for one that fills the box.
            scale = MODULE_PX / (module_px or max(1, self.box.width, self.box.height) / _MODULES_ACROSS)
        self.scale = min(scale, _LARGEST_SCALE)

    @property
    def cost(self) -> float:
        """What steps take here, by what they take on a region of the usual size."""
        return self.box.width * self.box.height * self.scale**2 / (MODULE_PX * _MODULES_ACROSS) ** 2

    @property
    def as_seen(self) -> Plane:
        """The pixels of the frame."""
        return repair.part(self._frame, self.box)

    @cached_property
    def working(self) -> Plane:
        """At working size."""
        seen = self.as_seen
        if self.scale == 1:
            return np.ascontiguousarray(seen)
        height, width = (max(1, round(length * self.scale)) for length in seen.shape)
        return repair.resized(seen, width, height)

    @cached_property
    def sharp(self) -> Plane:
        """With the defocus of half a module undone: serves small, blurred, dim and grainy codes."""
        return repair.deblurred(self.working, repair.defocus(0.55 * MODULE_PX), noise=0.01)


@dataclass(frozen=True, slots=True)
class Step:
    """One way to read a region.

    `ms` is what it takes on a region of 224 by 224 pixels at working size (one core of a 2-core virtual machine);
    `wide` and `high` are the factors by which it stretches the region.
    """

    name: str
    ms: float
    read: Callable[[Region], list[Reading]]
    wide: int = 1
    high: int = 1
    works_as_seen: bool = False

    def found(self, region: Region) -> tuple[Found, ...]:
        """What it reads there, each payload once, corners in pixels of the frame."""
        if min(region.box.width, region.box.height) < 8:
            return ()
        scale = 1.0 if self.works_as_seen else region.scale
        across, down = scale * self.wide, scale * self.high
        by_payload: dict[bytes, Found] = {}
        for payload, points in self.read(region):
            corners = tuple((region.box.left + round(x / across), region.box.top + round(y / down)) for x, y in points)
            if len(corners) == 4:
                by_payload.setdefault(payload, Found(payload, corners, self.name))
        return tuple(by_payload.values())


@dataclass(frozen=True, slots=True)
class Hint:
    """Where zxing sees a code that it cannot read, and the size of its modules if it could tell the version."""

    box: Box
    module_px: float | None


def read_plane(plane: Plane, name: str, scale: int = 1) -> tuple[tuple[Found, ...], list[Hint]]:
    """What zxing reads in a plane that is a frame made smaller by `scale`, and where it only recognises a code."""
    found: dict[bytes, Found] = {}
    hints = []
    for barcode in zxingcpp.read_barcodes(plane, formats=_QR_CODES, return_errors=True):
        corners = tuple((x * scale, y * scale) for x, y in _corners(barcode))
        if barcode.valid and len(corners) == 4:
            found.setdefault(barcode.bytes, Found(barcode.bytes, corners, name))
        elif barcode.error:
            hints.append(_hint(corners, (barcode.extra or {}).get("Version", "")))
    return tuple(found.values()), hints


def _hint(corners: tuple[Point, ...], version: str) -> Hint:
    across, down = [x for x, _ in corners], [y for _, y in corners]
    box = Box(min(across), min(down), max(across), max(down))
    lengths = [
        float(np.hypot(x - following_x, y - following_y))
        for (x, y), (following_x, following_y) in zip(corners, (*corners[1:], corners[0]), strict=True)
    ]
    module_px = sum(lengths) / len(lengths) / (17 + 4 * int(version)) if version.isdigit() else None
    return Hint(box.grown(max(box.width, box.height) // 8 + 4), module_px)


def _zxing(plane: Plane, *, inverted: bool = True, binarizer: str = "LocalAverage") -> list[Reading]:
    barcodes = zxingcpp.read_barcodes(
        np.ascontiguousarray(plane),
        formats=_QR_CODES,
        try_invert=inverted,
        binarizer=getattr(zxingcpp.Binarizer, binarizer),
    )
    return [(barcode.bytes, _corners(barcode)) for barcode in barcodes]


def _corners(barcode: zxingcpp.Barcode) -> list[Point]:
    place = barcode.position
    return [(at.x, at.y) for at in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]


def _strong(region: Region) -> list[Reading]:
    return _zxing(repair.deblurred(region.working, repair.defocus(0.7 * MODULE_PX), noise=0.005))


def _grainless(region: Region) -> list[Reading]:
    smooth = repair.smoothed(region.working, 0.6 * MODULE_PX)
    return _zxing(repair.deblurred(smooth, repair.defocus(0.4 * MODULE_PX), noise=0.3))


def _moved(region: Region, angle: float) -> list[Reading]:
    return _zxing(repair.deblurred(region.working, repair.motion(1.6 * MODULE_PX, angle, 0.8), noise=0.02))


def _contrast(region: Region) -> list[Reading]:
    return _zxing(repair.stretched(region.working), binarizer="GlobalHistogram")


def _stretched(plane: Plane, wide: int, high: int) -> Plane:
    height, width = plane.shape
    return repair.resized(plane, width * wide, height * high)


AS_SEEN = Step("zxing", 0.3, lambda region: _zxing(region.as_seen), works_as_seen=True)
SCALE = Step("zxing+scale", 0.3, lambda region: _zxing(region.working))
DEBLUR = Step("zxing+deblur", 1.9, lambda region: _zxing(region.sharp))
ZBAR_DEBLUR = Step("zbar+deblur", 2.7, lambda region: zbar.read_qr_codes(repair.as_image(region.sharp)))
CONTRAST = Step("zxing+contrast", 0.6, _contrast)
UNSHARP = Step("zxing+unsharp", 1.4, lambda region: _zxing(repair.unsharp(region.working, MODULE_PX / 2, 300)))
SMOOTH = Step("zxing+smooth", 2.0, _grainless)
DEBLUR_MORE = Step("zxing+deblur more", 1.9, _strong)
ZBAR = Step("zbar", 2.7, lambda region: zbar.read_qr_codes(repair.as_image(region.working)))
MOTIONS = tuple(
    Step(f"zxing+motion {degrees}", 2.2, partial(_moved, angle=degrees * pi / 180)) for degrees in (0, 45, 90, 135)
)
WIDE = Step("zxing+wide", 1.1, lambda region: _zxing(_stretched(region.working, 2, 1)), wide=2)
HIGH = Step("zxing+high", 1.1, lambda region: _zxing(_stretched(region.working, 1, 2)), high=2)

ALWAYS = (AS_SEEN, SCALE, DEBLUR)
"""On each suspected region of a frame."""
IN_TURN = (ZBAR_DEBLUR, UNSHARP, CONTRAST, ZBAR_DEBLUR, SMOOTH, ZBAR_DEBLUR, DEBLUR_MORE, WIDE, HIGH, *MOTIONS, ZBAR)
"""As many as time allows, going on where the last frame's ended; what adds most comes more often."""
STEPS = tuple(dict.fromkeys((*ALWAYS, *IN_TURN)))
"""Each once, for still pictures."""
STRONG_MS = 8.0
WEAK_MS = 4.5
