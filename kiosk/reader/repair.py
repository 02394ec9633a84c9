"""Repairs of a picture's part in which a code is suspected: sharper, smoother, wider, in more contrast.

All take and give luminance planes of 8 bits. Lengths are in pixels of the plane given.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from kiosk.reader.picture import Box

Plane = NDArray[np.uint8]
Gain = NDArray[np.float32]

_EDGE_PX = 16
_GAINS_KEPT = 32


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


def enlarged(plane: Plane, width: int, height: int) -> Plane:
    """To a larger size as band-limited as the lens left it: keeps modules of a pixel or two that `resized` smears."""
    return np.asarray(as_image(plane).resize((width, height), Image.Resampling.LANCZOS))


def halved(plane: Plane) -> Plane:
    """Half as wide and high, each pixel the mean of four."""
    return np.asarray(as_image(plane).reduce(2))


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


def deblurred(plane: Plane, blur: Blur) -> Plane:
    """A Wiener filter: undoes the blur, less where noise is stronger."""
    height, width = plane.shape
    down, across = (_fast_length(length + 2 * _EDGE_PX) for length in plane.shape)
    margins = ((_EDGE_PX, down - height - _EDGE_PX), (_EDGE_PX, across - width - _EDGE_PX))
    padded = np.pad(plane, margins, mode="edge").astype(np.float32)
    # With a factor in single precision numpy stays in it, and takes a quarter of the time.
    raised = np.fft.rfft2(padded, norm="ortho") * _gain(down, across, blur)
    sharp = np.fft.irfft2(raised, s=(down, across), norm="ortho")
    sharp = sharp[_EDGE_PX : _EDGE_PX + height, _EDGE_PX : _EDGE_PX + width]
    return np.clip(sharp + np.float32(0.5), 0, 255).astype(np.uint8)


@lru_cache(_GAINS_KEPT)
def _gain(height: int, width: int, blur: Blur) -> Gain:
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
