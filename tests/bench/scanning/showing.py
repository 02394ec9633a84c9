"""How often hands are read: this house's decoder beside the libraries as they come, on the same frames."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from kiosk.reader.codes import FrameDecoder
from tests.bench.scanning.hand import FRAME_S, FRAMES, sequence
from tests.bench.scanning.readers import Reader, pyzbar_alone, zxing_alone, zxing_for_qr_codes

SEQUENCES = 12
MISSED = "nobody"
_Result = TypeVar("_Result")
ALONE: dict[str, Reader] = {
    "pyzbar": pyzbar_alone,
    "zxing-cpp": zxing_alone,
    "zxing-cpp for QR codes": zxing_for_qr_codes,
}


@dataclass(slots=True)
class Shown:
    """What became of some showings. Times are milliseconds of the reading thread's CPU.

    `reads`, `ms` and `first_s` (seconds to the first read, of the showings that were read at all) are by reader;
    `by_step`, `step_ms` and `first_by` are the house's by the step that read.
    """

    frames: int = 0
    showings: int = 0
    wrong: int = 0
    reads: Counter[str] = field(default_factory=Counter)
    ms: dict[str, list[float]] = field(default_factory=dict)
    first_s: dict[str, list[float]] = field(default_factory=dict)
    by_step: Counter[str] = field(default_factory=Counter)
    first_by: Counter[str] = field(default_factory=Counter)
    step_ms: dict[str, list[float]] = field(default_factory=dict)

    def add(self, other: "Shown") -> None:
        """Counts another one in."""
        self.frames += other.frames
        self.showings += other.showings
        self.wrong += other.wrong
        for own, others in ((self.reads, other.reads), (self.by_step, other.by_step), (self.first_by, other.first_by)):
            own.update(others)
        for lists, more in ((self.first_s, other.first_s), (self.step_ms, other.step_ms), (self.ms, other.ms)):
            for name, values in more.items():
                lists.setdefault(name, []).extend(values)


def show(carrier: str, seed: int, frames: int = FRAMES) -> Shown:
    """One showing to a decoder that has seen nothing before."""
    shown = Shown(showings=1)
    decoder = FrameDecoder()
    for number, (frame, payload) in enumerate(sequence(carrier, seed, frames)):
        shown.frames += 1
        found, taken_ms = _timed(partial(decoder.decode, frame))
        step = found[0].decoder if found else MISSED
        shown.wrong += any(one.payload != payload for one in found)
        shown.by_step[step] += 1
        shown.step_ms.setdefault(step, []).append(taken_ms)
        tried = {"house": (bool(found), taken_ms)}
        tried |= {name: _timed(partial(read, frame, payload)) for name, read in ALONE.items()}
        for name, (is_read, ms) in tried.items():
            shown.ms.setdefault(name, []).append(ms)
            if not is_read:
                continue
            shown.reads[name] += 1
            if name not in shown.first_s:
                shown.first_s[name] = [number * FRAME_S]
                if name == "house":
                    shown.first_by[step] += 1
    return shown


def _timed(action: Callable[[], _Result]) -> tuple[_Result, float]:
    started_s = time.thread_time()
    result = action()
    return result, (time.thread_time() - started_s) * 1000
