"""Zones in drawn photographs: how many are read, how many wrongly, and how long it takes. Writes mrz.md beside it.

`python -m tests.bench.mrz [PICTURES [YYYY-MM-DD]]`; 100 pictures of each kind take about ten minutes.
"""

import sys
import time
from datetime import date
from pathlib import Path
from statistics import median

from kiosk.reader.mrz_camera.engine import WordReader, version
from kiosk.reader.mrz_camera.reading import read_zone
from kiosk.simulator.chance_zones import KINDS, chance_zone
from kiosk.simulator.mrz_page import draw_page
from kiosk.simulator.photograph import Conditions, photograph
from tests.bench.tables import machine, table

RESULTS = Path(__file__).with_name("mrz.md")
DIFFICULTIES = {
    "easy": Conditions((0.75, 0.9), 1.0, 0.01, 0.5, 3.0, 0.1, 0.0),
    "ordinary": Conditions((0.65, 0.9), 4.0, 0.03, 0.9, 6.0, 0.3, 0.2),
    "hard": Conditions((0.6, 0.85), 6.0, 0.05, 1.3, 10.0, 0.5, 0.3),
    "too hard": Conditions((0.45, 0.7), 9.0, 0.08, 2.0, 16.0, 0.7, 0.5),
}
_HEAD = ("picture, 1280 × 720", "document", "pictures", "accepted, %", "wrong", "ms, median", "CPU ms, median")
_TEXT = """# Zones read by camera

{count} seeded drawings of each kind, measured {day} on {machine}, {engine}; `python -m tests.bench.mrz` writes this.

{table}

Accepted: the whole zone was read, every check digit held and both eyes agreed. Wrong: one of those differs from what
was drawn in any character. Milliseconds are of one attempt at one picture, read or not; where other work shared the
machine, the processor's are those to go by. A camera asks for two equal
readings one after the other.

The drawings have perspective, turn, blur, grain, a shadow, lost contrast and waves printed under the letters, each by
chance up to the most of its row. They do not prove what only prints can: other cuts of OCR-B, glossy laminate and
holograms over the zone, worn cards, motion. The shapes that letters are compared with come from the font that the
drawings use; Tesseract's model was trained without it.
"""


def measure(kind: str, conditions: Conditions, count: int, words: WordReader) -> tuple[int, int, float, float]:
    """Accepted, wrong among them, and the median milliseconds of an attempt: the wall's and the processor's."""
    accepted = wrong = 0
    wall_ms, cpu_ms = [], []
    for seed in range(count):
        zone = chance_zone(seed, kind)
        picture = photograph(draw_page(zone, seed=seed), seed, conditions)
        started_s, started_cpu_s = time.perf_counter(), time.process_time()
        found = read_zone(picture, words)
        wall_ms.append((time.perf_counter() - started_s) * 1000)
        cpu_ms.append((time.process_time() - started_cpu_s) * 1000)
        if found is not None:
            accepted += 1
            wrong += found.text.replace("\n", "") != zone
    return accepted, wrong, median(wall_ms), median(cpu_ms)


def main() -> None:
    """All kinds in all conditions."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    day = sys.argv[2] if len(sys.argv) > 2 else date.today().isoformat()  # noqa: DTZ011 - the reader's own day
    rows = []
    with WordReader() as words:
        for name, conditions in DIFFICULTIES.items():
            for kind in KINDS:
                accepted, wrong, wall_ms, cpu_ms = measure(kind, conditions, count, words)
                rows.append((name, str(kind), count, 100 * accepted / count, wrong, wall_ms, cpu_ms))
                print(table(_HEAD, rows[-1:]).splitlines()[-1], flush=True)
    text = _TEXT.format(count=count, day=day, machine=machine(), engine=version(), table=table(_HEAD, rows))
    RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
