"""Parting a straightened line into its characters: they stand at even distances, however wide each of them is.

A card held at a slant has characters that grow along the line, so the places are a parabola's: both ends and how far
the middle is off the mean of them. Right is what cuts through the least ink.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from kiosk.reader.mrz_camera.band import STRIP_HEIGHT_PX, Strip

_TOP, _BOTTOM = (round(part * STRIP_HEIGHT_PX) for part in (0.24, 0.76))  # where letters stand in a strip
_REACH = 0.6  # of a character: how far the ends may be off where ink begins and ends
_STEPS = np.linspace(-_REACH, _REACH, 13)
_WORST_CUT = 0.35  # of the line's mean ink: more ink on the cuts is no line of so many characters

_Floats = NDArray[np.float64]


def cut_places(strip: Strip, characters: int) -> tuple[float, ...] | None:
    """Where each character begins, and where the last one ends, in pixels; None where the line has another number."""
    profile = _columns(strip.image)
    mean = float(profile.mean())
    inked = np.flatnonzero(profile > 0.5 * mean)
    if not inked.size or inked[-1] - inked[0] < 4 * characters:
        return None
    pitch = (inked[-1] - inked[0]) / (characters - 0.25)
    ends = np.array([inked[0] - 0.12 * pitch, inked[-1] + 0.12 * pitch, 0.0])
    steps = _STEPS * pitch
    for narrower in (1, 6):
        grid = np.stack(np.meshgrid(steps / narrower, steps / narrower, steps / narrower), axis=-1).reshape(-1, 3)
        candidates = ends + grid
        ends = candidates[int(np.argmin(_cut_ink(profile, _places(candidates, characters))))]
    places = _places(ends[None, :], characters)
    if float(_cut_ink(profile, places)[0]) > _WORST_CUT * mean * (characters + 1):
        return None
    return tuple(map(float, places[0]))


def _places(ends: _Floats, characters: int) -> _Floats:
    """The cuts of each candidate (left, right, bend): one row each."""
    part = np.linspace(0.0, 1.0, characters + 1)
    left, right, bend = (ends[:, at : at + 1] for at in range(3))
    return left + (right - left) * part + 4 * bend * part * (1 - part)


def _cut_ink(profile: _Floats, places: _Floats) -> _Floats:
    columns = np.clip(np.rint(places).astype(np.intp), 0, len(profile) - 1)
    return np.asarray(profile[columns].sum(axis=1), np.float64)


def _columns(image: Image.Image) -> _Floats:
    """Ink of each column between the upper and lower edge of the letters, smoothed a little, the floor taken off."""
    ground = image.filter(ImageFilter.BoxBlur(STRIP_HEIGHT_PX / 4))
    ink = ImageChops.subtract(ground, image).crop((0, _TOP, image.width, _BOTTOM)).filter(ImageFilter.BoxBlur((1, 0)))
    columns = np.asarray(ink, np.float64).mean(axis=0)
    return np.asarray(np.maximum(0.0, columns - np.quantile(columns, 0.1)), np.float64)
