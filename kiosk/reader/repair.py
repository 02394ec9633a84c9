"""Repairs of a picture's part in which a code is suspected: sharper, smoother, wider, in more contrast.

All take and give luminance planes of 8 bits. Lengths are in pixels of the plane given.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from kiosk.reader.picture import Box

Plane = NDArray[np.uint8]
Levels = NDArray[np.float32]
Frequencies = NDArray[np.complexfloating[Any, Any]]

_EDGE_PX = 16
_GAINS_KEPT = 32
_ROWS_AT_ONCE = 192
_LOW_BYTE = 0xFF


def as_image(plane: Plane) -> Image.Image:
    """The same pixels for Pillow, which copies only what is part of a wider plane."""
    height, width = plane.shape
    return Image.frombuffer("L", (width, height), np.ascontiguousarray(plane), "raw", "L", 0, 1)


def part(plane: Plane, box: Box) -> Plane:
    """A view of what the box holds."""
    return plane[box.top : box.bottom, box.left : box.right]


def resized(plane: Plane, width: int, height: int) -> Plane:
    """Smoothly to another size; smaller ones are means, not samples."""
    is_smaller = width * height < plane.size
    how = Image.Resampling.BILINEAR if is_smaller else Image.Resampling.BICUBIC
    # Means of whole pixels first: the same picture for a fraction of the time.
    return np.asarray(as_image(plane).resize((width, height), how, reducing_gap=1.5 if is_smaller else None))


def halved(plane: Plane) -> Plane:
    """Half as wide and high, each pixel the mean of four."""
    height, width = plane.shape
    if height % 2 or width % 2:
        return np.asarray(as_image(plane).reduce(2))
    half = np.empty((height // 2, width // 2), np.uint8)
    # The same means for half of Pillow's time: two pixels a word, and no more rows at once than the cache holds.
    for top in range(0, height, _ROWS_AT_ONCE):
        words = plane[top : top + _ROWS_AT_ONCE].view(np.uint16)
        upper, lower = words[::2], words[1::2]
        sums = upper & _LOW_BYTE
        sums += upper >> 8
        sums += lower & _LOW_BYTE
        sums += lower >> 8
        sums += 2
        sums >>= 2
        half[top // 2 : (top + _ROWS_AT_ONCE) // 2] = sums
    return half


def unsharp(plane: Plane, radius: float, percent: int) -> Plane:
    """Edges raised: undoes little blur for little time."""
    return np.asarray(as_image(plane).filter(ImageFilter.UnsharpMask(radius, percent, threshold=0)))


def smoothed(plane: Plane, sigma: float) -> Plane:
    """A Gaussian blur: takes grain away."""
    return np.asarray(as_image(plane).filter(ImageFilter.GaussianBlur(sigma)))


def stretched(plane: Plane) -> Plane:
    """The levels that occur spread over all levels, the darkest and lightest hundredth cut off."""
    return np.asarray(ImageOps.autocontrast(as_image(plane), cutoff=1))


@dataclass(frozen=True, slots=True)
class Blur:
    """What softened a picture: defocus as a Gaussian of deviation `sigma`, and a way moved while it was taken.

    `angle` is measured from the rows, clockwise in radians; `noise` is its power by the picture's.
    """

    sigma: float
    noise: float
    way: float = 0.0
    angle: float = 0.0


def deblurred(plane: Plane, blur: Blur, times: float = 1.0) -> Plane:
    """A Wiener filter: undoes the blur, less where noise is stronger.

    With `times` above 1 the plane is also made larger, by that or a few hundredths more, as band-limited as the lens
    left it: that keeps modules of a pixel or two that `resized` smears.
    """
    down, across = (_fast_length(length + 2 * _EDGE_PX) for length in plane.shape)
    # With a factor in single precision numpy stays in it, and takes a quarter of the time.
    frequencies: Frequencies = np.fft.rfft2(_with_edges(plane, down, across), norm="ortho")
    frequencies *= _gain(down, across, blur)
    high, wide = down, across
    if times > 1:
        high, wide = _fast_length(round(down * times)), _fast_length(round(across * times))
        frequencies = _with_room(frequencies[:, : (across + 1) // 2], high)
        frequencies *= np.float32(sqrt(high * wide / (down * across)))
    rows, columns = (
        slice(round(_EDGE_PX * after / before), round((_EDGE_PX + length) * after / before))
        for length, before, after in zip(plane.shape, (down, across), (high, wide), strict=True)
    )
    sharp = np.fft.irfft2(frequencies, s=(high, wide), norm="ortho")[rows, columns]
    sharp += np.float32(0.5)
    return np.clip(sharp, 0, 255, out=sharp).astype(np.uint8)


def _with_edges(plane: Plane, down: int, across: int) -> Levels:
    """The plane `_EDGE_PX` from the top and left of a larger one, its outermost pixels repeated around."""
    rows, columns = (slice(_EDGE_PX, _EDGE_PX + length) for length in plane.shape)
    levels = np.empty((down, across), np.float32)
    levels[rows, columns] = plane
    levels[rows, : columns.start] = plane[:, :1]
    levels[rows, columns.stop :] = plane[:, -1:]
    levels[: rows.start] = levels[rows.start]
    levels[rows.stop :] = levels[rows.stop - 1]
    return levels


def _with_room(frequencies: Frequencies, down: int) -> Frequencies:
    """With nothing at the frequencies that a plane of `down` rows has and a lower one has not."""
    below = (len(frequencies) - 1) // 2
    more = np.zeros((down, frequencies.shape[1]), np.complex64)
    more[: below + 1] = frequencies[: below + 1]
    more[-below:] = frequencies[-below:]
    return more


@lru_cache(_GAINS_KEPT)
def _gain(height: int, width: int, blur: Blur) -> Levels:
    """By how much each frequency is raised; regions mostly have one size."""
    down = np.fft.fftfreq(height)[:, None]
    across = np.fft.rfftfreq(width)[None, :]
    left = np.exp(-2 * (np.pi * blur.sigma) ** 2 * (down * down + across * across))
    if blur.way:
        left = left * np.sinc(blur.way * (across * np.cos(blur.angle) + down * np.sin(blur.angle)))
    # The mean level stays as it is.
    return np.asarray(left / (left * left + blur.noise) * (1 + blur.noise), np.float32)


def _fast_length(length: int) -> int:
    """The next length of which the Fourier transform is quick: no prime factors but 2, 3 and 5."""
    while True:
        rest = length
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 1
