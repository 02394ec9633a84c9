"""How far one thing at a time may go wrong until the code of a citizen card (45 modules) is no longer read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import cos, radians, sin
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.bench.scanning import payloads, scenes
from tests.bench.scanning.drawing import (
    Blur,
    Light,
    Matrix,
    Symbol,
    bare,
    lay,
    levels,
    light_of,
    pose,
    project,
    see,
    soften,
    symbol,
)

SIZE = (480, 360)
MODULES = 45
VERSION = 7
SAMPLES = 40
_SURROUNDINGS = ("empty hall", "faces", "page of text", "patterned shirt", "keyboard")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a picture of one code is made with; lengths in modules of the code, light in levels of 255."""

    module_px: float = 4.0
    defocus: float = 0.0
    disc: float = 0.0
    motion: float = 0.0
    yaw: float = 0.0
    contrast: float = 190.0
    noise: float = 1.5
    quiet_zone: float = 4.0
    glare: float = 0.0
    dark_mode: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """One row: what is varied, the promised value and share, the values tried, the promised one among them."""

    name: str
    unit: str
    promised: float
    values: tuple[float, ...]
    vary: Callable[[Conditions, float], Conditions]
    share: float = 0.95


LIMITS: Sequence[Limit] = (
    Limit("module size", "px", 1.75, (2.5, 2.0, 1.75, 1.5, 1.25), lambda c, v: replace(c, module_px=v)),
    Limit("defocus, Gaussian σ", "modules", 0.6, (0.4, 0.5, 0.6, 0.7, 0.8), lambda c, v: replace(c, defocus=v), 0.9),
    Limit("motion", "modules", 1.25, (1.0, 1.25, 1.5, 2.0, 2.5), lambda c, v: replace(c, motion=v)),
    Limit("yaw", "°", 60, (45, 55, 60, 65, 70), lambda c, v: replace(c, yaw=v)),
    Limit("contrast", "levels", 20, (40, 30, 20, 14, 10), lambda c, v: replace(c, contrast=v)),
    Limit("noise, σ", "levels", 40, (20, 30, 40, 50, 60), lambda c, v: replace(c, noise=v)),
    Limit("quiet zone", "modules", 0, (2, 1, 0), lambda c, v: replace(c, quiet_zone=v)),
    Limit("glare", "% of the code", 7, (3, 5, 7, 9, 12), lambda c, v: replace(c, glare=v)),
    Limit("dark mode", "", 1, (1,), lambda c, v: replace(c, dark_mode=bool(v)), 1.0),
)


def sample(conditions: Conditions, seed: int) -> tuple[Image.Image, bytes]:
    """A code somewhere in a textured picture, turned a little, and the payload that it holds."""
    draw = Random(f"limit:{seed}")
    dark, payload = citizen_symbol(seed)
    picture = _surroundings(seed).copy()
    ink, paper = 0.5 - conditions.contrast / 510, 0.5 + conditions.contrast / 510
    if conditions.dark_mode:
        ink, paper = paper, ink
    module = conditions.module_px
    reach = module * (MODULES / 2 + conditions.quiet_zone) * 1.15
    at = tuple(draw.uniform(reach, length - reach) for length in SIZE)
    place = pose(module, (at[0], at[1]), roll=draw.uniform(-6, 6), yaw=draw.choice((-1, 1)) * conditions.yaw)
    # The optics of any camera soften a little, too.
    way = radians(draw.uniform(0, 180))
    blur = Blur(
        sigma=float(np.hypot(0.4, conditions.defocus * module)),
        disc=conditions.disc * module,
        motion=(conditions.motion * module * cos(way), conditions.motion * module * sin(way)),
    )
    lay(see(bare(dark, quiet_zone=conditions.quiet_zone, ink=ink, paper=paper), place, SIZE, blur), picture)
    if conditions.glare:
        _glare(picture, conditions.glare / 100, place, module, draw)
    return levels(picture + scenes.grain(SIZE, draw) * np.float32(conditions.noise / 255)), payload


@cache
def citizen_symbol(seed: int) -> tuple[Symbol, bytes]:
    """The 45 modules of an invented citizen card, masked as printers do, and their payload."""
    text = payloads.citizen(Random(f"citizen:{seed}"), longest=108)
    return symbol(((text, "byte"),), version=VERSION), text.encode()


@cache
def _surroundings(seed: int) -> Light:
    kind = Random(f"surroundings:{seed}").choice(_SURROUNDINGS)
    return light_of(scenes.scene(kind, SIZE, seed))


def _glare(picture: Light, area: float, place: Matrix, module_px: float, draw: Random) -> None:
    """A lamp's reflex that blinds the sensor: an ellipse wholly on the code, none of its corner patterns beneath.

    A code without one of its three corners is read by nobody.
    """
    aspect, turn = draw.uniform(1, 1.8), radians(draw.uniform(0, 180))
    minor = MODULES * (area / np.pi / aspect) ** 0.5
    major = minor * aspect
    turned = np.linspace(0, 2 * np.pi, 48)
    rim = np.column_stack((major * np.cos(turned), minor * np.sin(turned)))
    rim = rim @ np.array([[cos(turn), sin(turn)], [-sin(turn), cos(turn)]])
    while True:
        middle = np.array([draw.uniform(-MODULES / 2, MODULES / 2) for _ in "xy"])
        outline = rim + middle
        inside = bool((np.abs(outline) < MODULES / 2).all())
        if inside and not _covers_a_finder(outline):
            break
    x, y = project(place, middle[None, :])[0]
    across, down = np.arange(SIZE[0])[None, :] + 0.5 - x, np.arange(SIZE[1])[:, None] + 0.5 - y
    along, beside = across * cos(turn) + down * sin(turn), down * cos(turn) - across * sin(turn)
    far = np.hypot(along / (major * module_px), beside / (minor * module_px))
    picture += soften((far < 1).astype(np.float32), Blur(sigma=0.5)) * 1.0


def _covers_a_finder(outline: NDArray[np.float64]) -> bool:
    edge = MODULES / 2 - 8
    low, high = outline < -edge, outline > edge
    x_low, y_low, x_high, y_high = low[:, 0], low[:, 1], high[:, 0], high[:, 1]
    return bool((x_low & y_low).any() or (x_low & y_high).any() or (x_high & y_low).any())
