"""Pictures without a code in which a code is seen all the same."""

from collections.abc import Iterable
from itertools import cycle, islice

from kiosk.reader.codes import FrameDecoder, decode
from tests.bench.scanning.scenes import KINDS, scene

PICTURES = 500
_SIZES = ((320, 240), (240, 180), (240, 320))


def kinds(count: int = PICTURES) -> list[tuple[int, str]]:
    """Seeds and kinds, each kind in turn."""
    return list(enumerate(islice(cycle(KINDS), count)))


def false_reads(pictures: Iterable[tuple[int, str]]) -> list[str]:
    """The kinds of those pictures in which `decode`, or a frame decoder, saw something."""
    seen = []
    camera = FrameDecoder()
    for seed, kind in pictures:
        picture = scene(kind, _SIZES[seed % len(_SIZES)], 10_000 + seed)
        if decode(picture) or camera.decode(picture):
            seen.append(kind)
    return seen
