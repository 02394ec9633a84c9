"""What a camera's frame costs: without a code, and until a good code is read."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image

from kiosk.reader.codes import FrameDecoder
from tests.bench.scanning.drawing import Blur, bare, lay, levels, light_of, pose, see
from tests.bench.scanning.limits import citizen_symbol
from tests.bench.scanning.scenes import KINDS, scene

SIZES = {"720p": (1280, 720), "1080p": (1920, 1080)}
SCENES = 300
GOOD_CODES = 40
MOST_FRAMES = 30


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame without a code: what it shows, what CPU time it took, whether a code was seen in it all the same."""

    kind: str
    ms: float
    is_false_read: bool


def without_code(size: tuple[int, int], seeds: Sequence[int]) -> list[Frame]:
    """Each kind in turn, by one decoder, as one camera would give them.

    Two more decoders are given the same frames; the least time counts, as what else the machine does only adds to it.
    """
    decoders = [FrameDecoder() for _ in range(3)]
    measured = []
    kinds = list(KINDS)
    for seed in seeds:
        kind = kinds[seed % len(kinds)]
        picture = scene(kind, size, seed)
        taken_ms, founds = [], []
        for decoder in decoders:
            started_s = time.thread_time()
            founds.append(decoder.decode(picture))
            taken_ms.append((time.thread_time() - started_s) * 1000)
        measured.append(Frame(kind, min(taken_ms), any(founds)))
    return measured


def frames_to_good_code(size: tuple[int, int], seeds: Sequence[int]) -> list[int]:
    """How many frames a code of 2.5 to 6 pixels a module takes that is held still; `MOST_FRAMES` + 1 for never.

    The decoder has looked at some frames without a code before.
    """
    taken = []
    decoder = FrameDecoder()
    for seed in seeds:
        draw = Random(f"good:{seed}")
        empty = scene(draw.choice(list(KINDS)[:5]), size, seed)
        for _ in range(draw.randrange(3)):
            decoder.decode(empty)
        picture, payload = good_code(empty, seed)
        frames = (
            number
            for number in range(1, MOST_FRAMES + 1)
            if any(found.payload == payload for found in decoder.decode(picture))
        )
        taken.append(next(frames, MOST_FRAMES + 1))
    return taken


def good_code(surroundings: Image.Image, seed: int) -> tuple[Image.Image, bytes]:
    """A plain code, turned any way, somewhere in a picture."""
    draw = Random(f"code:{seed}")
    dark, payload = citizen_symbol(seed)
    picture = light_of(surroundings)
    module_px = draw.uniform(2.5, 6)
    reach = module_px * 38
    at = draw.uniform(reach, picture.shape[1] - reach), draw.uniform(reach, picture.shape[0] - reach)
    place = pose(module_px, at, roll=draw.uniform(0, 360), yaw=draw.uniform(-25, 25), pitch=draw.uniform(-25, 25))
    lay(see(bare(dark, ink=0.12, paper=0.85), place, surroundings.size, Blur(sigma=0.6)), picture)
    return levels(picture), payload
