"""Measures scanning and writes the tables into README.md: `python -m tests.bench.scanning [YYYY-MM-DD]`."""

import os
import sys
import time
from datetime import date
from pathlib import Path

from tests.bench.scanning import report
from tests.bench.tables import machine

README = Path(__file__).with_name("README.md")
_MARK = "<!-- below: written by python -m tests.bench.scanning -->"


def main() -> None:
    """All sections, one after another."""
    day = date.fromisoformat(sys.argv[1]) if len(sys.argv) > 1 else date.today()  # noqa: DTZ011 - the reader's own day
    print(measure(day))


def measure(day: date) -> str:
    """Writes the tables; the table of promises."""
    sections = []
    for measured in report.SECTIONS:
        started_s = time.perf_counter()
        sections.append(measured())
        print(f"({measured.__name__}: {time.perf_counter() - started_s:.0f} s)", file=sys.stderr, flush=True)
    kept = report.promises(sections)
    load = "load average {:.1f}, {:.1f} and {:.1f} over 1, 5 and 15 minutes".format(*os.getloadavg())
    written = [f"Measured {day.isoformat()} on {machine()}; {load}.", "## Promises", kept]
    written += [f"## {section.title}\n\n{section.text}" for section in sections]
    about = README.read_text("utf-8").partition(_MARK)[0]
    README.write_text(f"{about}{_MARK}\n\n" + "\n\n".join(written) + "\n", "utf-8")
    return kept


if __name__ == "__main__":
    main()
