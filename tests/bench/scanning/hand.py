"""A hand shows a card or a phone to a camera: frames of 1280 × 720, 15 a second, from a seed.

The physics and its figures, none of them chosen by what a decoder likes:

- a module has 1.7 to 4.5 px, any distance between those being as likely
- the hand comes in at 60 to 250 mm/s, which falls off within 0.15 to 0.5 s to a tremor of 6 to 11 Hz
  and up to 0.4 mm
- 60 to 500 lux; the camera exposes as long as it must, at most 1/30 s, and then amplifies: blur and noise come from
  the same light. 4,000 electrons make white, each read with a noise of 5
- the lens softens by σ 0.6 px; its focus settles within 0.2 to 0.6 s and stays off by a disc of 0.2 to 2 px
  radius: 0.3 to 2.7 dioptres at an aperture of 1.5 mm, at any distance alike
- response by a power of 1/2.2, 8 bits, MJPEG of quality 70 to 90
- lamps are mirrored by the card's film and the phone's glass; where depends on the tilt
- a phone shines by itself: too bright or too dark for the room's exposure, rolling bands of its dimming, moiré
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from math import cos, exp, pi, sin
from random import Random

import numpy as np
from PIL import Image

from tests.bench.scanning import scenes, sheets
from tests.bench.scanning.drawing import Blur, Light, Matrix, Seen, lay, light_of, pose, project, see
from tests.bench.scanning.limits import citizen_symbol

SIZE = (1280, 720)
FRAMES = 24
FRAME_S = 1 / 15
MODULE_PX = (1.7, 4.5)
_RESPONSE = (255 * np.linspace(0, 1, 4096) ** (1 / 2.2) + 0.5).astype(np.uint8)
_WELL_ELECTRONS = 4000
_READ_ELECTRONS = 5


@dataclass(frozen=True, slots=True)
class Sensor:
    """How the camera met the light of the room: exposure in seconds, amplification, quality of its MJPEG."""

    exposure_s: float
    gain: float
    quality: int


@dataclass(frozen=True, slots=True)
class Hand:
    """How a hand moves, in mm, s, degrees; `comes_from` and `shakes` are directions and phases in radians."""

    speed_mm_s: float
    settles_s: float
    comes_from: float
    tremor_mm: tuple[float, float]
    tremor_hz: tuple[float, float]
    roll: float
    tilt: tuple[float, float]
    sway: float


@dataclass(frozen=True, slots=True)
class Focus:
    """Radius of the disc of defocus in px: at first more, at last this much."""

    at_first: float
    at_last: float
    settles_s: float

    def radius(self, at_s: float) -> float:
        """The radius at a moment."""
        return self.at_last + self.at_first * exp(-at_s / self.settles_s)


@dataclass(frozen=True, slots=True)
class Reflex:
    """A mirrored lamp: offset and radii in modules, brightness (1 is white paper), modules it moves by a degree."""

    at: tuple[float, float]
    radii: tuple[float, float]
    brightness: float
    per_degree: float


@dataclass(frozen=True, slots=True)
class Shine:
    """A screen's light: brightness, depth and period (rows) of rolling bands, depth and period (px) of the moiré."""

    brightness: float
    bands: float
    band_rows: float
    moire: float
    moire_px: float
    moire_way: float


def sequence(carrier: str, seed: int, frames: int = FRAMES) -> Iterator[tuple[Image.Image, bytes]]:
    """The frames of one showing, `card` or `phone`, and the payload shown."""
    draw = Random(f"{carrier}:{seed}")
    dark, payload = citizen_symbol(1000 + seed)
    shine = _shine(draw) if carrier == "phone" else None
    if shine:
        sheet, module_mm = sheets.phone(dark, draw, dark_mode=draw.random() < 0.25), sheets.SCREEN_MODULE_MM
    else:
        sheet, module_mm = sheets.card(dark, draw), sheets.MODULE_MM
    room = light_of(scenes.scene(draw.choice(("empty hall", "faces", "faces")), SIZE, seed))
    room **= np.float32(2.2)
    sensor, hand, focus, reflex = _sensor(draw), _hand(draw), _focus(draw), _reflex(draw)
    # As likely at any distance: what is far away is small.
    module_px = 1 / draw.uniform(1 / MODULE_PX[1], 1 / MODULE_PX[0])
    rest = SIZE[0] / 2 + draw.uniform(-150, 150), SIZE[1] / 2 + draw.uniform(-80, 80)
    px_mm = module_px / module_mm
    for number in range(frames):
        at_s = number * FRAME_S
        x, y = _away_mm(hand, at_s)
        across, down = (before - after for before, after in zip(_away_mm(hand, at_s - sensor.exposure_s), (x, y),
                                                                strict=True))  # fmt: skip
        yaw, pitch = _tilt(hand, at_s)
        place = pose(module_px, (rest[0] + x * px_mm, rest[1] + y * px_mm), roll=hand.roll + hand.sway * sin(3 * at_s),
                     yaw=yaw, pitch=pitch)  # fmt: skip
        blur = Blur(sigma=0.6, disc=focus.radius(at_s), motion=(across * px_mm, down * px_mm))
        seen = see(sheet, place, SIZE, blur)
        if shine:
            _screen(seen.light, shine, at_s)
        if reflex:
            _mirror(seen, reflex, place, module_px, (yaw, pitch))
        picture = room.copy()
        lay(seen, picture)
        yield _exposed(picture, sensor, draw), payload


def _sensor(draw: Random) -> Sensor:
    lux = 60 * (500 / 60) ** draw.random()
    wanted_s = 4.0 / lux
    exposure_s = min(wanted_s, 1 / 30)
    return Sensor(exposure_s, wanted_s / exposure_s, draw.randint(70, 90))


def _hand(draw: Random) -> Hand:
    return Hand(
        speed_mm_s=draw.uniform(60, 250),
        settles_s=draw.uniform(0.15, 0.5),
        comes_from=draw.uniform(0, 2 * pi),
        tremor_mm=(draw.uniform(0.05, 0.4), draw.uniform(0.05, 0.4)),
        tremor_hz=(draw.uniform(6, 11), draw.uniform(6, 11)),
        roll=draw.gauss(0, 12),
        tilt=(draw.gauss(0, 20), draw.gauss(0, 20)),
        sway=draw.uniform(0, 5),
    )


def _focus(draw: Random) -> Focus:
    return Focus(draw.uniform(0.5, 4), draw.uniform(0.2, 2.0), draw.uniform(0.2, 0.6))


def _reflex(draw: Random) -> Reflex | None:
    reflex = Reflex(
        (draw.uniform(-30, 30), draw.uniform(-30, 30)),
        (draw.uniform(3, 14), draw.uniform(3, 8)),
        draw.uniform(0.3, 2.0),
        draw.uniform(1, 4),
    )
    return reflex if draw.random() < 0.5 else None


def _shine(draw: Random) -> Shine:
    return Shine(
        brightness=0.35 * (2.2 / 0.35) ** draw.random(),
        bands=draw.choice((0.0, draw.uniform(0.05, 0.4))),
        band_rows=draw.uniform(15, 200),
        moire=draw.uniform(0, 0.12),
        moire_px=draw.uniform(2.5, 12),
        moire_way=draw.uniform(0, pi),
    )


def _away_mm(hand: Hand, at_s: float) -> tuple[float, float]:
    """How far the hand is from where it comes to rest."""
    far = hand.speed_mm_s * hand.settles_s * exp(-at_s / hand.settles_s)
    shaken = [mm * sin(2 * pi * hz * at_s) for mm, hz in zip(hand.tremor_mm, hand.tremor_hz, strict=True)]
    return far * cos(hand.comes_from) + shaken[0], far * sin(hand.comes_from) + shaken[1]


def _tilt(hand: Hand, at_s: float) -> tuple[float, float]:
    """Yaw and pitch: the card is turned towards the camera while it comes to rest."""
    settling = 1 + exp(-at_s / hand.settles_s)
    yaw, pitch = (most * settling + hand.sway * cos(4 * at_s) for most in hand.tilt)
    return max(-65.0, min(65.0, yaw)), max(-65.0, min(65.0, pitch))


def _screen(light: Light, shine: Shine, at_s: float) -> None:
    rows, columns = np.arange(light.shape[0], dtype=np.float32)[:, None], np.arange(light.shape[1], dtype=np.float32)
    bands = 1 - shine.bands * (0.5 + 0.5 * np.sin(2 * pi * (rows / shine.band_rows + 7.3 * at_s)))
    waves = (columns * cos(shine.moire_way) + rows * sin(shine.moire_way)) / shine.moire_px
    light *= (bands * (1 + shine.moire * np.sin(2 * pi * waves)) * shine.brightness).astype(np.float32)


def _mirror(seen: Seen, reflex: Reflex, place: Matrix, module_px: float, tilt: tuple[float, float]) -> None:
    middle = np.array([[at + angle * reflex.per_degree for at, angle in zip(reflex.at, tilt, strict=True)]])
    x, y = project(place, middle)[0]
    height, width = seen.light.shape
    across = (np.arange(width, dtype=np.float32)[None, :] + seen.left - x) / (reflex.radii[0] * module_px)
    down = (np.arange(height, dtype=np.float32)[:, None] + seen.top - y) / (reflex.radii[1] * module_px)
    # A lamp has an edge; the film that mirrors it is matt and smears that edge.
    lamp = (reflex.brightness / (1 + (across**2 + down**2) ** 2)).astype(np.float32)
    np.add(seen.light, lamp * seen.cover, out=seen.light)


def _exposed(light: Light, sensor: Sensor, draw: Random) -> Image.Image:
    """Electrons, amplification, response, compression."""
    well = _WELL_ELECTRONS / sensor.gain
    light *= np.float32(0.8)
    deviation = np.sqrt(np.maximum(light, 0) / np.float32(well) + np.float32((_READ_ELECTRONS / well) ** 2))
    light += scenes.grain(SIZE, draw) * deviation
    picture = Image.fromarray(_RESPONSE[np.clip(light * 4095, 0, 4095).astype(np.uint16)])
    compressed = BytesIO()
    picture.save(compressed, "JPEG", quality=sensor.quality)
    return Image.open(compressed).convert("L")
