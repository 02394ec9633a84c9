"""The tables of scanning, each with the promise that it is about."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from statistics import mean, median, quantiles
from typing import TypeVar

from tests.bench.scanning import exactness, false_reads, frames, limits, payloads, showing
from tests.bench.scanning.exactness import Exactness
from tests.bench.scanning.limits import LIMITS, SAMPLES, Conditions
from tests.bench.scanning.readers import READERS
from tests.bench.scanning.scenes import KINDS
from tests.bench.scanning.showing import MISSED, Shown
from tests.bench.tables import table

TEXTS = 10_000
SEED = 20261122
FRAME_MS = {"720p": 6.0, "1080p": 12.0}
STEP_MS = 8.0
# Carrier: how many times as many frames as pyzbar alone, as zxing-cpp alone.
TIMES = {"card": (2.9, 2.0), "phone": (3.5, 1.5)}
PYZBAR_SHARE = (0.05, 0.15)
_SAMPLES_ELSEWHERE = 12
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: what was measured, the bar, and whether it holds."""

    what: str
    measured: str
    bar: str
    holds: bool

    @property
    def row(self) -> tuple[str, str, str, str]:
        """As a table has it."""
        return self.what, self.measured, self.bar, "yes" if self.holds else "NO"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, tables, and the promises that they settle."""

    title: str
    text: str
    promises: tuple[Promise, ...]


def promises(sections: Iterable[Section]) -> str:
    """All promises as one table."""
    return table(("promise", "measured", "bar", "holds"), [one.row for part in sections for one in part.promises])


def texts() -> Section:
    """Texts byte for byte."""
    written = [*payloads.letter_texts(), *payloads.texts(TEXTS, SEED)]
    counted = Exactness()
    for part in _pooled(exactness.compare, _batches(written, 250)):
        counted.add(part)
    rows = [(kind, number, counted.missed[kind], counted.wrong[kind]) for kind, number in counted.texts.items()]
    wrong, missed = counted.wrong.total(), counted.missed.total()
    promise = Promise(f"wrong texts of {counted.texts.total():,}", f"{wrong} ({missed} missed)", "0", wrong == 0)
    return Section("Texts, byte for byte", table(("text", "codes", "missed", "wrong"), rows), (promise,))


def empty_frames() -> Section:
    """Time of frames without a code, by size and kind, and frames until a good code."""
    rows, kept = [], []
    for name, size in frames.SIZES.items():
        measured = _together(partial(frames.without_code, size), range(frames.SCENES), 50)
        by_kind = {kind: [one.ms for one in measured if one.kind == kind] for kind in KINDS}
        rows += [(f"{name}, {kind}", median(ms), _p95(ms)) for kind, ms in by_kind.items()]
        every = [one.ms for one in measured]
        rows.append((f"**{name}, all {len(every)}**", median(every), _p95(every)))
        bar = FRAME_MS[name]
        kept.append(Promise(f"a frame of {name} without a code, p95 in ms", f"{_p95(every):.1f}", f"≤ {bar:.0f}",
                            _p95(every) <= bar))  # fmt: skip
        seen = sum(one.is_false_read for one in measured)
        kept.append(Promise(f"codes seen in {len(every)} of them", str(seen), "0", seen == 0))
        needed = _together(partial(frames.frames_to_good_code, size), range(frames.GOOD_CODES), 20)
        kept.append(Promise(f"frames of {name} until one of {len(needed)} good codes is read, at most",
                            str(max(needed)), "≤ 2", max(needed) <= 2))  # fmt: skip
    return Section("Frames without a code", table(("frame", "p50, ms", "p95, ms"), rows), tuple(kept))


def conditions() -> Section:
    """One thing at a time."""
    tried = [(at, value) for at, limit in enumerate(LIMITS) for value in limit.values]
    measured = list(_pooled(_reads, tried))
    rows, kept = [], []
    for (at, value), (count, reads) in zip(tried, measured, strict=True):
        limit = LIMITS[at]
        is_promised = value == limit.promised
        what = f"{limit.name} {value:g} {limit.unit}".rstrip() if limit.name != "dark mode" else limit.name
        shares = [reads[name] / count for name in READERS]
        mark = "**" if is_promised else ""
        rows.append((f"{mark}{what}{mark}", count, *(f"{share:.0%}" for share in shares)))
        if is_promised:
            kept.append(Promise(what, f"{shares[0]:.1%}", f"≥ {limit.share:.0%}", shares[0] >= limit.share))
    return Section("One thing at a time", table(("condition", "pictures", *READERS), rows), tuple(kept))


def hands() -> Section:
    """Hard sequences of hands."""
    parts, kept = [], []
    for carrier, (as_pyzbar, as_zxing) in TIMES.items():
        shown = Shown()
        for one in _pooled(partial(showing.show, carrier), list(range(showing.SEQUENCES))):
            shown.add(one)
        parts += [f"### A hand with a {carrier}", _who(shown), _steps(shown)]
        reads = {name: max(1, shown.reads[name]) for name in ("house", "pyzbar", "zxing-cpp")}
        share = shown.reads["pyzbar"] / shown.frames
        low, high = PYZBAR_SHARE
        for name, bar in (("pyzbar", as_pyzbar), ("zxing-cpp", as_zxing)):
            times = shown.reads["house"] / reads[name]
            kept.append(Promise(f"{carrier}: frames read, times {name}", f"{times:.2f}", f"≥ {bar}", times >= bar))
        kept += [
            Promise(f"{carrier}: frames that pyzbar reads (the sequences are hard)", f"{share:.0%}",
                    f"{low:.0%} to {high:.0%}", low <= share <= high),
            Promise(f"{carrier}: a frame, mean in ms", f"{mean(shown.ms['house']):.1f}", f"≤ {STEP_MS:.0f}",
                    mean(shown.ms["house"]) <= STEP_MS),
            Promise(f"{carrier}: wrong texts", str(shown.wrong), "0", shown.wrong == 0),
        ]  # fmt: skip
    return Section("Hands", "\n\n".join(parts), tuple(kept))


def empty_pictures() -> Section:
    """False reads."""
    pictures = false_reads.kinds()
    seen = _together(false_reads.false_reads, pictures, 10)
    rows = [(kind, sum(kind == one for _, one in pictures), seen.count(kind)) for kind in KINDS]
    promise = Promise(f"false reads in {len(pictures)} pictures", str(len(seen)), "0", not seen)
    return Section("Pictures without a code", table(("picture", "number", "false reads"), rows), (promise,))


SECTIONS: tuple[Callable[[], Section], ...] = (empty_frames, texts, conditions, hands, empty_pictures)


def _reads(tried: tuple[int, float]) -> tuple[int, dict[str, int]]:
    at, value = tried
    limit = LIMITS[at]
    count = SAMPLES if value == limit.promised else _SAMPLES_ELSEWHERE
    made = limit.vary(Conditions(), value)
    reads = dict.fromkeys(READERS, 0)
    for seed in range(count):
        picture, payload = limits.sample(made, seed)
        for name, read in READERS.items():
            reads[name] += read(picture, payload)
    return count, reads


def _who(shown: Shown) -> str:
    rows = []
    for name in ("house", *showing.ALONE):
        first_s = shown.first_s.get(name, [])
        rows.append((
            "FrameDecoder" if name == "house" else f"{name} alone",
            f"{shown.reads[name]} of {shown.frames}",
            f"{shown.reads[name] / shown.frames:.0%}",
            f"{len(first_s)} of {shown.showings}",
            f"{median(first_s):.2f}" if first_s else "",
            mean(shown.ms[name]),
        ))  # fmt: skip
    return table(
        ("reader", "frames read", "share", "showings read", "first read after, s, median", "ms a frame, mean"), rows
    )


def _steps(shown: Shown) -> str:
    rows = [
        (step, number, f"{number / shown.frames:.1%}", shown.first_by[step], f"{mean(shown.step_ms[step]):.1f}",
         f"{_p95(shown.step_ms[step]):.1f}")
        for step, number in sorted(shown.by_step.items(), key=lambda item: (item[0] == MISSED, -item[1]))
    ]  # fmt: skip
    return table(("read by", "frames", "share", "showings first read", "ms a frame, mean", "p95"), rows)


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def _pooled(work: Callable[[_Item], _Result], items: Sequence[_Item]) -> Iterable[_Result]:
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        yield from pool.map(work, items)


def _together(work: Callable[[Sequence[_Item]], list[_Result]], items: Sequence[_Item], at_once: int) -> list[_Result]:
    return [result for part in _pooled(work, _batches(items, at_once)) for result in part]


def _batches(items: Sequence[_Item], size: int) -> list[Sequence[_Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
