"""Finding a machine-readable zone in a picture: two or three lines of one length, straightened one by one.

What is dark and small is ink; the turn at which rows of ink are told apart best makes the picture upright; rows that
begin and end together are the zone; each line's own slope is then taken out of it, because a card held at a slant has
lines that are not parallel.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from kiosk.privacy import Personal

STRIP_HEIGHT_PX = 64
"""Of a straightened line; its letters are about half as high and stand in the middle."""

_SMALL_WIDTH_PX = 640
_STROKE_PX = 5
_TURNS_DEG = tuple(range(-10, 11))
_FINE_DEG = (-0.5, -0.25, 0.25, 0.5)
_LEAST_WIDTH = 0.3  # part of the picture's width: narrower zones have letters too small to read
_BLOCKS = 10
_MOST_GROUPS = 4
_LETTER_OF_STRIP = 0.42  # the height of letters in a strip


@dataclass(frozen=True, slots=True, repr=False)
class Strip(Personal):
    """One line of a zone, straight and `STRIP_HEIGHT_PX` high, its ink dark; it begins and ends near its letters."""

    image: Image.Image


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of ink in the small upright picture: its extent, in pixels."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def find_zones(gray: Image.Image) -> Iterator[tuple[Strip, ...]]:
    """What may be a zone, its lines from top to bottom, the likeliest first: three lines or two, low in the picture.

    A zone may be turned by up to ten degrees and must be at least 0.3 of the picture's width.
    """
    scale = max(1.0, gray.width / _SMALL_WIDTH_PX)
    small_size = (round(gray.width / scale), round(gray.height / scale))
    if min(small_size) < 8 * _STROKE_PX:
        return
    small = gray.resize(small_size, Image.Resampling.BOX)
    ink = _ink(small, _STROKE_PX)
    turn_deg = _upright(ink)
    groups = _groups(_rows(ink.rotate(turn_deg, Image.Resampling.BILINEAR)))
    if not groups:
        return
    upright = gray.rotate(turn_deg, Image.Resampling.BILINEAR)
    for rows in groups[:_MOST_GROUPS]:
        yield tuple(Strip(_straightened(upright, row, scale)) for row in rows)


def _ink(gray: Image.Image, stroke_px: float) -> Image.Image:
    """How much darker each pixel is than its surroundings."""
    ground = gray.filter(ImageFilter.BoxBlur(stroke_px))
    return ImageChops.subtract(ground, gray, scale=0.5)


def _upright(ink: Image.Image) -> float:
    """The turn in degrees that makes rows of ink stand apart most."""
    half = ink.reduce(2)
    coarse = max(_TURNS_DEG, key=lambda turn: _contrast(half, turn))
    return max((coarse, *(coarse + fine for fine in _FINE_DEG)), key=lambda turn: _contrast(half, turn))


def _contrast(ink: Image.Image, turn_deg: float) -> float:
    profile = _profile(ink.rotate(turn_deg, Image.Resampling.BILINEAR), along=1)
    return sum((one - other) ** 2 for one, other in zip(profile, profile[2:], strict=False))


def _profile(image: Image.Image, along: int) -> list[float]:
    """Mean ink of each column (`along` 0) or row (1)."""
    means: list[float] = np.asarray(image, np.float32).mean(axis=along).tolist()
    return means


def _rows(ink: Image.Image) -> list[_Row]:
    """Rows of ink that are long enough for a zone's line."""
    profile = _profile(ink, along=1)
    smooth = [sum(profile[max(0, at - 1) : at + 2]) / 3 for at in range(len(profile))]
    rows, least = [], max(1.0, 0.3 * max(smooth))
    top: int | None = None
    for at, level in enumerate([*smooth, 0.0]):
        if level >= least and top is None:
            top = at
        elif level < least and top is not None:
            if at - top >= 4 and (extent := _extent(ink.crop((0, top, ink.width, at)))):
                rows.append(_Row(top, at, *extent))
            top = None
    return rows


def _extent(row: Image.Image) -> tuple[int, int] | None:
    """Where the longest run of ink of a row begins and ends; None where it is too short for a zone."""
    height = row.height
    columns = _profile(row.filter(ImageFilter.BoxBlur((height, 0))), along=0)
    least = 0.4 * sorted(columns)[int(0.9 * len(columns))]
    best = (0, 0)
    left: int | None = None
    for at, level in enumerate([*columns, -1.0]):
        if level >= least and left is None:
            left = at
        elif level < least and left is not None:
            best = max(best, (left, at), key=lambda run: run[1] - run[0])
            left = None
    # Smearing has widened the run on both sides by about half a row's height.
    left, right = best[0] + height // 2, best[1] - height // 2
    is_line = right - left >= max(_LEAST_WIDTH * row.width, 14 * height)
    return (left, right) if is_line else None


def _groups(rows: list[_Row]) -> list[list[_Row]]:
    """Two or three neighbouring rows that begin and end together and are evenly far apart; three first, low first."""
    windows = (rows[at : at + count] for count in (3, 2) for at in range(len(rows) - count, -1, -1))
    return [window for window in windows if _belong_together(window)]


def _belong_together(group: list[_Row]) -> bool:
    width = median(row.right - row.left for row in group)
    if any(
        abs(row.left - group[0].left) > 0.06 * width or abs(row.right - group[0].right) > 0.06 * width for row in group
    ):
        return False
    gaps = [lower.middle - upper.middle for upper, lower in pairwise(group)]
    return max(gaps) <= 0.12 * width and max(gaps) - min(gaps) <= 0.25 * max(gaps)


def _straightened(upright: Image.Image, row: _Row, scale: float) -> Image.Image:
    """The line without its slope, at the resolution of the picture, scaled to the height of a strip."""
    height = (row.bottom - row.top) * scale
    left, right = row.left * scale - height, row.right * scale + height
    top, bottom = row.top * scale - height / 2, row.bottom * scale + height / 2
    near = upright.transform(
        (round(right - left), round(bottom - top)), Image.Transform.EXTENT, (left, top, right, bottom)
    )
    offset, slope, letters_px = _line_through(_ink(near, max(2.0, height / 4)), height)
    zoom = STRIP_HEIGHT_PX * _LETTER_OF_STRIP / letters_px
    size = (round(near.width * zoom), STRIP_HEIGHT_PX)
    first = top + offset - STRIP_HEIGHT_PX / 2 / zoom
    coefficients = (1 / zoom, 0.0, left, slope / zoom, 1 / zoom, first)
    return upright.transform(size, Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC)


def _line_through(ink: Image.Image, height: float) -> tuple[float, float, float]:
    """Middle of the letters at the left edge, its slope, and the letters' height: a robust line through blocks."""
    middles, heights = [], []
    step = ink.width / _BLOCKS
    for block in range(_BLOCKS):
        profile = _profile(ink.crop((round(block * step), 0, round((block + 1) * step), ink.height)), along=1)
        floor = sorted(profile)[len(profile) // 5]
        least = floor + 0.3 * (max(profile) - floor)
        inside = [at for at, level in enumerate(profile) if level >= least]
        middles.append(((block + 0.5) * step, (inside[0] + inside[-1] + 1) / 2))
        heights.append(inside[-1] - inside[0] + 1)
    slopes = [
        (high - low) / (right - left) for at, (left, low) in enumerate(middles) for right, high in middles[at + 3 :]
    ]
    slope = median(slopes)
    offset = median(middle - slope * x for x, middle in middles)
    return offset, slope, max(0.5 * height, min(1.2 * height, median(heights)))
