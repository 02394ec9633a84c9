"""Codes, and the flat things that bear them, seen by a camera: symbol -> sheet -> its place in a picture.

Light is linear here: 0 is black, 1 is as bright as white paper. Lengths are modules on a sheet, pixels in a picture;
pixel (0, 0) reaches from 0.0 to 1.0.
"""

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from segno.consts import MODE_ALPHANUMERIC, MODE_BYTE, MODE_NUMERIC

Light = NDArray[np.float32]
Symbol = NDArray[np.bool_]
Matrix = NDArray[np.float64]
Segments = tuple[tuple[str, str], ...]

FOCAL_PX = 1005
"""A usual webcam's: 65° across 1280 pixels."""
TEXELS = 6
"""Dots of a sheet's picture for each module."""
_OVERSAMPLING = 2
_MODES = {"numeric": MODE_NUMERIC, "alphanumeric": MODE_ALPHANUMERIC, "byte": MODE_BYTE}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A flat thing around a code: its look (mode L), and how many modules of it lie left of and above the
    middle of the code."""

    look: Image.Image
    left: float
    above: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A sheet's part of a picture: its light and how much of each pixel it covers, at `left`, `top` of the picture."""

    light: Light
    cover: Light
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class Blur:
    """What softens a picture, in pixels: Gaussian deviation, radius of a disc of defocus, way moved while exposed."""

    sigma: float = 0.0
    disc: float = 0.0
    motion: tuple[float, float] = (0.0, 0.0)

    @property
    def reach(self) -> int:
        """How far it spreads."""
        return int(3.5 * self.sigma + self.disc + max(map(abs, self.motion)) / 2) + 2


def symbol(
    segments: Segments, *, version: int | None = None, error: str = "m", mask: int | None = None, eci: bool = False
) -> Symbol:
    """The dark modules of a QR code in UTF-8, without quiet zone.

    Real printers choose the mask by its looks, which takes segno longer than all else: `mask` chooses it by number.
    """
    # segno takes parts as well as a text, which its types do not say.
    parts: Any = [(part, _MODES[mode], "utf-8") for part, mode in segments]
    code = segno.make(parts, version=version, error=error, mask=mask, eci=eci, micro=False, boost_error=False)
    return np.array([bytearray(row) for row in code.matrix], np.bool_)


def printed(dark: Symbol, module_px: int, *, quiet_zone: int = 4, ink: float = 0.0, paper: float = 1.0) -> Image.Image:
    """The code alone, upright and whole pixels a module: mode L."""
    field = np.pad(dark, quiet_zone)
    levels = np.where(field, round(255 * ink), round(255 * paper)).astype(np.uint8)
    return Image.fromarray(levels.repeat(module_px, 0).repeat(module_px, 1))


def bare(dark: Symbol, *, quiet_zone: float = 4.0, ink: float = 0.0, paper: float = 1.0) -> Sheet:
    """A label that has nothing but the code and its quiet zone, which may be a fraction of a module."""
    code = printed(dark, TEXELS, quiet_zone=0, ink=ink, paper=paper)
    border = round(quiet_zone * TEXELS)
    look = Image.new("L", (code.width + 2 * border, code.height + 2 * border), round(255 * paper))
    look.paste(code, (border, border))
    half = dark.shape[0] / 2 + border / TEXELS
    return Sheet(look, half, half)


def pose(
    module_px: float,
    at: tuple[float, float],
    *,
    roll: float = 0.0,
    yaw: float = 0.0,
    pitch: float = 0.0,
) -> Matrix:
    """Modules from the middle of the code -> pixels, as a pinhole camera sees them; angles in degrees.

    It is `FOCAL_PX / module_px` modules away: 9 cm from a code of 16 mm with 4 pixels a module.
    """
    distance = FOCAL_PX / module_px
    across, up, turn = radians(yaw), radians(pitch), radians(roll)
    about_y = np.array([[cos(across), 0, sin(across)], [0, 1, 0], [-sin(across), 0, cos(across)]])
    about_x = np.array([[1, 0, 0], [0, cos(up), -sin(up)], [0, sin(up), cos(up)]])
    about_z = np.array([[cos(turn), -sin(turn), 0], [sin(turn), cos(turn), 0], [0, 0, 1]])
    turned = about_z @ about_y @ about_x
    x, y = at
    seen = np.array(
        [
            [module_px * distance * turned[0, 0], module_px * distance * turned[0, 1], 0.0],
            [module_px * distance * turned[1, 0], module_px * distance * turned[1, 1], 0.0],
            [turned[2, 0], turned[2, 1], distance],
        ]
    )
    return np.asarray(np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]]) @ seen, np.float64)


def project(place: Matrix, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of the sheet (rows of x, y) -> the picture."""
    seen = np.column_stack((points, np.ones(len(points)))) @ place.T
    return np.asarray(seen[:, :2] / seen[:, 2:], np.float64)


def see(sheet: Sheet, place: Matrix, size: tuple[int, int], blur: Blur) -> Seen:
    """The sheet as it lies at `place` in a picture of `size`, each pixel the mean over its area, then blurred."""
    wide, high = sheet.look.width / TEXELS, sheet.look.height / TEXELS
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]]) - [sheet.left, sheet.above]
    at = project(place, corners)
    reach = blur.reach
    # What wraps around in the transform stays within the outer `reach`, which is cut off again.
    low = np.maximum(np.floor(at.min(0)).astype(int), 0) - 2 * reach
    far = np.minimum(np.ceil(at.max(0)).astype(int), size) + 2 * reach
    wide_px, high_px = (_fast_length(int(length)) for length in np.maximum(far - low, 8))
    fine = (wide_px * _OVERSAMPLING, high_px * _OVERSAMPLING)
    to_fine = np.diag([_OVERSAMPLING, _OVERSAMPLING, 1.0]) @ np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1.0]])
    to_texels = np.array([[TEXELS, 0, TEXELS * sheet.left], [0, TEXELS, TEXELS * sheet.above], [0, 0, 1.0]])
    back = to_texels @ np.linalg.inv(to_fine @ place)
    back /= back[2, 2]
    drawn = sheet.look.transform(fine, Image.Transform.PERSPECTIVE, tuple(back.ravel()[:8]), Image.Resampling.BILINEAR)
    covered = Image.new("L", fine)
    ImageDraw.Draw(covered).polygon([(x, y) for x, y in (at - low) * _OVERSAMPLING - 0.5], 255)
    light, cover = (light_of(band.reduce(_OVERSAMPLING)) for band in (drawn, covered))
    if blur != Blur():
        both = np.fft.ifft2(np.fft.fft2(light + 1j * cover) * _transfer(light.shape, blur))
        light, cover = np.asarray(both.real, np.float32), np.asarray(both.imag, np.float32)
    inner = np.s_[reach:-reach, reach:-reach]
    return Seen(light[inner], cover[inner], int(low[0]) + reach, int(low[1]) + reach)


def soften(light: Light, blur: Blur) -> Light:
    """A whole picture blurred; its edges go on as mirror images."""
    if blur == Blur():
        return light
    reach = blur.reach
    more = [_fast_length(length + 2 * reach) - length - reach for length in light.shape]
    wide = np.pad(light, [(reach, beyond) for beyond in more], mode="symmetric")
    transfer = _transfer(wide.shape, blur)[:, : wide.shape[1] // 2 + 1]
    soft = np.fft.irfft2(np.fft.rfft2(wide) * transfer, wide.shape)
    return np.asarray(soft[reach : -more[0], reach : -more[1]], np.float32)


def lay(seen: Seen, picture: Light) -> None:
    """Lays a sheet upon a picture."""
    height, width = picture.shape
    top, left = max(seen.top, 0), max(seen.left, 0)
    bottom = min(seen.top + seen.light.shape[0], height)
    right = min(seen.left + seen.light.shape[1], width)
    if top >= bottom or left >= right:
        return
    part = np.s_[top - seen.top : bottom - seen.top, left - seen.left : right - seen.left]
    beneath = picture[top:bottom, left:right]
    beneath *= 1 - seen.cover[part]
    beneath += seen.light[part]


def light_of(image: Image.Image) -> Light:
    """8 bits as 0.0 to 1.0."""
    return np.asarray(np.asarray(image, np.float32) / 255, np.float32)


def levels(light: Light) -> Image.Image:
    """0.0 to 1.0 as 8 bits."""
    return Image.fromarray(np.clip(light * 255 + 0.5, 0, 255).astype(np.uint8))


def _transfer(shape: tuple[int, ...], blur: Blur) -> Light:
    """How much of each frequency is left: all blurs here are symmetric, so it is real."""
    down = np.fft.fftfreq(shape[0]).astype(np.float32)[:, None]
    across = np.fft.fftfreq(shape[1]).astype(np.float32)[None, :]
    left: Light = np.exp(-2 * (np.pi * blur.sigma) ** 2 * (down**2 + across**2)).astype(np.float32)
    if blur.motion != (0.0, 0.0):
        left *= np.sinc(across * np.float32(blur.motion[0]) + down * np.float32(blur.motion[1]))
    if blur.disc > 0:
        left *= np.interp(2 * np.pi * blur.disc * np.hypot(down, across), *_DISC).astype(np.float32)
    return left


def _disc_transfer() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """2 J1(x) / x by its integral: what a disc leaves of a frequency."""
    x = np.linspace(0, 60, 1200)
    t = (np.arange(400) + 0.5) / 400
    return x, (np.sqrt(1 - t**2) * np.cos(np.outer(x, t))).mean(1) * 4 / np.pi


def _fast_length(length: int) -> int:
    """The next length that has no prime factors but 2, 3 and 5, which the Fourier transform likes."""
    while True:
        rest = length
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 1


_DISC = _disc_transfer()
