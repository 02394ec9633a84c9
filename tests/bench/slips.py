"""Slips: what making one takes and sends, and invented names read back from their dots.

`python -m tests.bench.slips [COUNT]` reads back 10,000 names, in about a quarter of an hour; a fault is told by the
number of its name: the generator is repeatable.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PIL import Image

from kiosk.checkin.clinic import load_clinic
from kiosk.checkin.record import Priority
from kiosk.fonts import FontFiles, find_fonts
from kiosk.settings import config_folder
from kiosk.slip.compose import compose
from kiosk.slip.escpos import encode
from kiosk.slip.facts import SlipFacts
from kiosk.slip.layout import lay_out
from kiosk.slip.page import PAPERS, Paper
from kiosk.slip.raster import render
from kiosk.slip.sample import sample_facts
from kiosk.slip.slip import make_page
from kiosk.slip.template import Template, load_template
from kiosk.text import Language
from tests.bench.parts import median_ms
from tests.slip.conftest import faults_of, invented_names

ROLLS = tuple(paper for paper in PAPERS.values() if paper.is_roll)
SHEETS = tuple(paper for paper in PAPERS.values() if not paper.is_roll)
_SERIAL_BYTES_S = 11_520
"""115,200 baud with start and stop bit."""
_TIMES = 20


MOST_BYTES, MOST_SERIAL_S, MOST_MS = 40_000, 3.0, 30.0


def bars(measured: Sequence[Sequence[Any]], faults: Mapping[str, int]) -> list[tuple[object, ...]]:
    """What must hold of every slip in `making`, and of the names read back, with the worst of each."""
    making_ms, size, serial_s = (max(row[column] for row in measured) for column in (3, 4, 5))
    return [
        ("set, drawn and encoded, ms", making_ms, "", f"≤ {MOST_MS:.0f}"),
        ("bytes", f"{size:,}", "", f"≤ {MOST_BYTES:,}"),
        ("seconds at 115,200 baud", serial_s, "", f"≤ {MOST_SERIAL_S:.1f}"),
        ("names that are not what was drawn", sum(faults.values()), "", "0"),
    ]


def making() -> list[tuple[object, ...]]:
    """By roll and contents: milliseconds to set and draw and to encode, bytes, seconds on a serial line, rows."""
    template, fonts = _template(), find_fonts()
    measured: list[tuple[object, ...]] = []
    for paper in ROLLS:
        for contents, facts in _facts().items():
            draw = partial(_dots, facts, template, paper, fonts)
            image = draw()
            size = len(encode(image))
            draw_ms, encode_ms = median_ms(draw, _TIMES), median_ms(partial(encode, image), _TIMES)
            label = f"{paper.width_dots}, {contents}"
            measured.append(
                (label, draw_ms, encode_ms, draw_ms + encode_ms, size, size / _SERIAL_BYTES_S, image.height)
            )
    return measured


def setting() -> list[tuple[object, ...]]:
    """By sheet: milliseconds to set the page that the system's printer draws."""
    template, fonts, facts = _template(), find_fonts(), _facts()["with queue"]
    return [
        (paper.name, median_ms(partial(make_page, facts, template, (Language.VI,), paper=paper, fonts=fonts), _TIMES))
        for paper in SHEETS
    ]


def read_back(count: int) -> Counter[str]:
    """How many names had which fault; each name goes on one of the rolls by turns."""
    template, fonts, base = _template(), find_fonts(), _facts()["with queue"]
    faults: Counter[str] = Counter()
    for number, name in enumerate(invented_names(count)):
        facts = replace(base, check_in=replace(base.check_in, full_name=name))
        paper = ROLLS[number % len(ROLLS)]
        found = faults_of(name, paper, compose(lay_out(facts, template, (Language.VI,)), paper, fonts))
        faults.update(found)
        if found:
            print(f"name {number}, {paper.name}: {', '.join(found)}")
    return faults


def told(count: int, faults: Mapping[str, int]) -> str:
    """The result in a sentence."""
    return f"{count:,} names: {', '.join(f'{fault} {times}' for fault, times in faults.items()) or 'no fault'}."


def _facts() -> dict[str, SlipFacts]:
    """An ordinary visit's, with the queue, and with everything."""
    sample = sample_facts(load_clinic(config_folder() / "clinics" / "mau.toml"))
    queued = replace(sample, is_training=False, check_in=replace(sample.check_in, priority=Priority.NONE))
    plain = replace(queued, now_serving="", check_in=replace(queued.check_in, placement=None))
    return {
        "plain": plain,
        "with queue": queued,
        "with queue and priority": replace(sample, is_training=False),
        "reprint": replace(plain, check_in=replace(plain.check_in, reprints=1)),
        "marked MẪU": replace(plain, is_training=True),
        "marked MẪU, with queue and priority": sample,
    }


def _template() -> Template:
    return load_template(config_folder() / "slips" / "mau.toml")


def _dots(facts: SlipFacts, template: Template, paper: Paper, fonts: FontFiles) -> Image.Image:
    return render(lay_out(facts, template, (Language.VI,)), paper.width_dots, fonts)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(told(wanted, read_back(wanted)))
