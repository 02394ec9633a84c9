"""The first eye: each character's place is compared with the shapes of OCR-B, the one typeface that zones have.

The shapes were drawn from the font by Norbert Schwarz and Matthew Skala, which is free for any use
[ISO 1073-2, ICAO 9303-3 §4.4].
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from kiosk.privacy import Personal
from kiosk.reader.mrz_camera.band import STRIP_HEIGHT_PX, Strip

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
_SIZE = (12, 18)
_TALL = _SIZE[1] / _SIZE[0]  # the height that is looked at, in characters' widths
_SAMPLE = 6  # characters of each half line by which its place is found
_NEAR = tuple(product((0.0, -0.07, 0.07, -0.14, 0.14), (0.0, -0.05, 0.05)))

_Cell = tuple[float, float]
_Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, repr=False)
class Likeness(Personal):
    """How like each of `CHARACTERS` a place is, from -1 to 1."""

    scores: tuple[float, ...]

    def best(self, allowed: str) -> tuple[str, float]:
        """The likest of the allowed characters, and by how much it is liker than the next of them."""
        (likest, character), *others = sorted(((self.of(one), one) for one in allowed), reverse=True)
        return character, likest - others[0][0] if others else 1.0

    def of(self, character: str) -> float:
        """How like one character."""
        return self.scores[CHARACTERS.index(character)]


@dataclass(frozen=True, slots=True)
class _Lie:
    """How the letters of a line lie in its strip, in characters' widths: lower, further right; and how large."""

    down: float = 0.0
    right: float = 0.0
    size: float = 1.0


def compare(strip: Strip, places: Sequence[float]) -> tuple[Likeness, ...]:
    """The likeness of each place; how the letters lie in the strip is found in both halves of the line first."""
    cells = list(pairwise(places))
    half = len(cells) // 2
    left, right = (_find_lie(strip, part) for part in (cells[:half], cells[half:]))
    parts = (min(1.0, max(0.0, (at / len(cells) - 0.25) * 2)) for at in range(len(cells)))
    lies = [_between(left, right, part) for part in parts]
    # Each character may lie a little off its line's: the likest of some places near is its own.
    near = np.stack([_scores(strip, cells, [_moved(lie, *step) for lie in lies]) for step in _NEAR])
    own = near.max(axis=2).argmax(axis=0)
    return tuple(Likeness(tuple(map(float, near[step, at]))) for at, step in enumerate(own))


def _moved(lie: _Lie, right: float, down: float) -> _Lie:
    return replace(lie, right=lie.right + right, down=lie.down + down)


def _between(left: _Lie, right: _Lie, part: float) -> _Lie:
    return _Lie(
        left.down + (right.down - left.down) * part,
        left.right + (right.right - left.right) * part,
        left.size + (right.size - left.size) * part,
    )


def _find_lie(strip: Strip, cells: Sequence[_Cell]) -> _Lie:
    """How the letters lie: what makes some of them likest to anything, one measure after another."""
    sample = cells[:: max(1, len(cells) // _SAMPLE)]

    def likeness(lie: _Lie) -> float:
        return float(_scores(strip, sample, [lie] * len(sample)).max(axis=1).sum())

    lie = max((_Lie(down=step * 0.05) for step in range(-5, 6)), key=likeness)
    lie = max((replace(lie, size=size) for size in (0.86, 0.93, 1.0, 1.07, 1.14)), key=likeness)
    lie = max((replace(lie, right=step * 0.04) for step in range(-3, 4)), key=likeness)
    return max((replace(lie, down=lie.down + step) for step in (-0.03, 0.0, 0.03)), key=likeness)


def _scores(strip: Strip, cells: Sequence[_Cell], lies: Sequence[_Lie]) -> _Vectors:
    images = [_cut(strip.image, cell, lie) for cell, lie in zip(cells, lies, strict=True)]
    dark = 255.0 - np.frombuffer(b"".join(image.tobytes() for image in images), np.uint8).astype(np.float32)
    return _normal(dark.reshape(len(images), -1)) @ _shapes().T


def _cut(line: Image.Image, cell: _Cell, lie: _Lie) -> Image.Image:
    pitch = cell[1] - cell[0]
    half = pitch * _TALL / 2 * lie.size
    middle = STRIP_HEIGHT_PX / 2 + lie.down * pitch
    left = min(max(0.0, cell[0] + lie.right * pitch), line.width - 2.0)
    right = min(max(left + 1.0, cell[1] + lie.right * pitch), float(line.width))
    box = (left, max(0.0, middle - half), right, min(float(STRIP_HEIGHT_PX), middle + half))
    return line.resize(_SIZE, Image.Resampling.BILINEAR, box=box)


def _normal(vectors: _Vectors) -> _Vectors:
    """Each row with mean 0 and length 1, so that light and contrast do not count."""
    apart = vectors - vectors.mean(axis=1, keepdims=True)
    lengths = np.sqrt((apart * apart).sum(axis=1, keepdims=True))
    return np.asarray(apart / np.maximum(lengths, 1e-6), np.float32)


@cache
def _shapes() -> _Vectors:
    with Image.open(Path(__file__).with_name("ocr_b.png")) as image:
        image.load()
    width, height = _SIZE
    cells = (image.crop((at * width, 0, (at + 1) * width, height)) for at in range(len(CHARACTERS)))
    inked = b"".join(cell.filter(ImageFilter.GaussianBlur(0.7)).tobytes() for cell in cells)
    return _normal(np.frombuffer(inked, np.uint8).astype(np.float32).reshape(len(CHARACTERS), -1))
