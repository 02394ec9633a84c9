"""Repairs of a picture's part in which a code is suspected: sharper, smoother, wider, in more contrast.

All take and give luminance planes of 8 bits. Lengths are in pixels of the plane given.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from kiosk.reader.picture import Box

Plane = NDArray[np.uint8]
Frequencies = NDArray[np.float32]
Transfer = Callable[[Frequencies, Frequencies], Frequencies]
"""What a blur leaves of each frequency, given the frequencies down and across in cycles a pixel."""

_EDGE_PX = 16


def as_image(plane: Plane) -> Image.Image:
    """The same pixels for Pillow, which copies only what is part of a wider plane."""
    height, width = plane.shape
    return Image.frombuffer("L", (width, height), np.ascontiguousarray(plane), "raw", "L", 0, 1)


def part(plane: Plane, box: Box) -> Plane:
    """A view of what the box holds."""
    return plane[box.top : box.bottom, box.left : box.right]


def resized(plane: Plane, width: int, height: int) -> Plane:
    """Smoothly to another size; smaller ones are means, not samples."""
    return np.asarray(as_image(plane).resize((width, height), Image.Resampling.BICUBIC))


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


def deblurred(plane: Plane, transfer: Transfer, noise: float) -> Plane:
    """A Wiener filter: undoes the blur of `transfer`, less where the noise (its power by the picture's) is stronger."""
    height, width = plane.shape
    down, across = (_fast_length(length + 2 * _EDGE_PX) for length in plane.shape)
    margins = ((_EDGE_PX, down - height - _EDGE_PX), (_EDGE_PX, across - width - _EDGE_PX))
    padded = np.pad(plane.astype(np.float32), margins, mode="edge")
    left = transfer(
        np.fft.fftfreq(down).astype(np.float32)[:, None],
        np.fft.rfftfreq(across).astype(np.float32)[None, :],
    )
    # The mean level stays as it is.
    gain = left / (left * left + noise) * (1 + noise)
    sharp = np.fft.irfft2(np.fft.rfft2(padded) * gain, s=(down, across))
    sharp = sharp[_EDGE_PX : _EDGE_PX + height, _EDGE_PX : _EDGE_PX + width]
    return np.clip(sharp + 0.5, 0, 255).astype(np.uint8)


def defocus(sigma: float) -> Transfer:
    """A Gaussian of deviation `sigma`: out of focus, or too few pixels."""
    return lambda down, across: np.exp(-2 * (np.pi * sigma) ** 2 * (down * down + across * across))


def motion(length: float, angle: float, sigma: float) -> Transfer:
    """A way of `length` along `angle` (radians from the rows, clockwise) while the picture was taken, and defocus."""
    still = defocus(sigma)
    x, y = float(np.cos(angle)) * length, float(np.sin(angle)) * length
    return lambda down, across: np.sinc(across * np.float32(x) + down * np.float32(y)) * still(down, across)


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
