"""Slips of invented names, each read back from its dots. `python -m tests.bench.slip_names [COUNT]`, 10,000 by default.

Ten thousand take about a quarter of an hour. A fault is told by the number of its name: the generator is repeatable.
"""

import sys
from collections import Counter
from dataclasses import replace

from kiosk.checkin.clinic import load_clinic
from kiosk.fonts import find_fonts
from kiosk.settings import config_folder
from kiosk.slip.compose import compose
from kiosk.slip.layout import lay_out
from kiosk.slip.page import PAPERS
from kiosk.slip.sample import sample_facts
from kiosk.slip.template import load_template
from kiosk.text import Language
from tests.slip.conftest import faults_of, invented_names

ROLLS = tuple(paper for paper in PAPERS.values() if paper.is_roll)


def read_back(count: int) -> Counter[str]:
    """How many names had which fault; each name goes on one of the rolls by turns."""
    sample = sample_facts(load_clinic(config_folder() / "clinics" / "mau.toml"))
    template, fonts = load_template(config_folder() / "slips" / "mau.toml"), find_fonts()
    faults: Counter[str] = Counter()
    for number, name in enumerate(invented_names(count)):
        facts = replace(sample, is_training=False, check_in=replace(sample.check_in, full_name=name))
        paper = ROLLS[number % len(ROLLS)]
        found = faults_of(name, paper, compose(lay_out(facts, template, (Language.VI,)), paper, fonts))
        faults.update(found)
        if found:
            print(f"name {number}, {paper.name}: {', '.join(found)}")
    return faults


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    told = read_back(wanted)
    print(f"{wanted:,} names:", ", ".join(f"{fault} {times}" for fault, times in told.items()) or "no fault")
