"""Measures everything, prints the tables and writes them into README.md. `python -m tests.bench.run [YYYY-MM-DD]`.

Takes some twenty minutes, most of them for `scanning`, whose own tables go to scanning/README.md, and for the databases
of `searching`; each section's seconds go to stderr. On a machine with other work the figures are those of that machine.
"""

import json
import logging
import math
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median, quantiles

from tests.bench import guns, lookups, parts, reading, screen, search, sessions, visits
from tests.bench import slips as slip_bench
from tests.bench.processes import environment, outcome_of, output_of
from tests.bench.reading import EXTENDED, REFERENCE, Reading, Way
from tests.bench.scan_folder import rates
from tests.bench.scanning.__main__ import measure as measure_scanning
from tests.bench.tables import Bar, bars, machine, table

README = Path(__file__).parent / "README.md"
_MARK = "<!-- below: written by run.py -->"
_STARTS = 5
_SESSIONS = 100
_CHECK_INS = 5
_CHECK_INS_BY_HAND = 25
_TAPPED = ("ChoosingPage", "ConfirmingPage", "IssuingPage")
_NAMES = 300
_GATEWAY = {
    "KIOSK_GATEWAY_USERNAME": "99001_BV",
    "KIOSK_GATEWAY_PASSWORD": "invented",
    "KIOSK_OFFICER_NAME": "Mẫu",
    "KIOSK_OFFICER_ID": "999185000999",
}
_SCREEN = {"name": "kiosk", "x": 0, "y": 0, "width": 1920, "height": 1080, "logicalDpi": 96, "dpr": 1}
_Row = tuple[object, ...]


def main() -> None:
    """All sections, one after another."""
    day = _day()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        sections = [_timed(section, Path(folder)) for section in SECTIONS]
    written = "\n\n".join([f"Measured {day.isoformat()} on {machine()}; {_load()}.", *sections])
    readme = README.read_text("utf-8").partition(_MARK)[0]
    README.write_text(f"{readme}{_MARK}\n\n{written}\n", "utf-8")


def _day() -> date:
    return date.fromisoformat(sys.argv[1]) if len(sys.argv) > 1 else date.today()  # noqa: DTZ011 - the reader's own day


def _load() -> str:
    """How busy the machine was with other work as well: above its cores, times say little."""
    return "load average {:.1f}, {:.1f} and {:.1f} over 1, 5 and 15 minutes".format(*os.getloadavg())


def _timed(section: Callable[[Path], str], folder: Path) -> str:
    own = folder / section.__name__
    own.mkdir()
    started_s = time.perf_counter()
    text = section(own)
    print(f"{text}\n", flush=True)
    print(f"({section.__name__}: {time.perf_counter() - started_s:.0f} s)\n", file=sys.stderr, flush=True)
    return text


def reading_a_card(folder: Path) -> str:
    """The chip, through pcscd and vpcd."""
    anchors = reading.invented_anchors()
    ways: dict[str, tuple[Way, int]] = {
        "identity, files only": (Way(photo=False, genuineness=False), 9),
        "identity": (Way(photo=False), 9),
        "full, files only": (Way(genuineness=False), 21),
        "full": (Way(), 21),
        "full, extended, files only": (Way(EXTENDED, extended=True, genuineness=False), 9),
        "full, extended": (Way(EXTENDED, extended=True), 9),
        "identity, modelled link": (Way(photo=False, modelled=True), 5),
        "full, files only, modelled link": (Way(genuineness=False, modelled=True), 3),
        "full, modelled link": (Way(modelled=True), 3),
        "identity, extended, modelled link": (Way(EXTENDED, photo=False, modelled=True, extended=True), 5),
        "full, extended, modelled link": (Way(EXTENDED, modelled=True, extended=True), 3),
    }
    with reading.virtual_readers():
        measured = {name: reading.read_often(way, times, anchors) for name, (way, times) in ways.items()}
        sizes = reading.file_sizes(anchors)
    pace_ms = reading.pace_cpu_ms()
    wall_ms, cpu_ms, first_card_ms = reading.import_ms(environment(folder))
    head = (
        "reading",
        "APDUs",
        "B up",
        "B down",
        "connect",
        "opening",
        "identity",
        "photo",
        "total",
        "CPU",
        "its opening",
    )
    figures = table(head, [(name, *_counts(one), *_times(one)) for name, one in measured.items()])
    files = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
    full = measured["full"]
    goals: list[_Row] = [
        ("identity, files only, APDUs", int(measured["identity, files only"].apdus), "≤ 20", "≤ 18"),
        ("identity with the chip's proof, APDUs", int(measured["identity"].apdus), "≤ 20", "≤ 18"),
        ("full, files only, APDUs", int(measured["full, files only"].apdus), "≤ 106", "≤ 105"),
        ("full with the chip's proof, APDUs", int(full.apdus), "", "≤ 105"),
        ("full, extended, files only, APDUs", int(measured["full, extended, files only"].apdus), "", "≤ 17"),
        ("full, extended, with the chip's proof, APDUs", int(measured["full, extended"].apdus), "", "≤ 17"),
        ("full, files only, bytes down", int(measured["full, files only"].bytes_down), "", "≤ 23,500"),
        ("full, files only, over vpcd, ms", measured["full, files only"].total_ms, "", "≤ 50"),
        ("full, reader's CPU, ms", full.cpu_ms, "≤ 60", "≤ 40"),
        ("opening the chip, reader's CPU, ms", full.opening_cpu_ms, "", "≤ 6"),
        ("PACE alone, reader's CPU, ms", pace_ms, "", "≤ 6"),
        ("identity on the modelled link, ms", measured["identity, modelled link"].identity_ms, "", "≤ 600"),
        (
            "full, files only, on the modelled link, ms",
            measured["full, files only, modelled link"].total_ms,
            "",
            "≤ 2,900",
        ),
        ("full with the chip's proof on the modelled link, ms", measured["full, modelled link"].total_ms, "", ""),
        ("full, extended, modelled link, ms", measured["full, extended, modelled link"].total_ms, "", "≤ 2,200"),
        ("import of the reader, ms", wall_ms, "", "≤ 100"),
        ("import of the reader, its CPU, ms", cpu_ms, "", ""),
        ("what the first card loads to be opened, ms", first_card_ms, "", ""),
    ]
    return "\n\n".join(
        [
            "## Reading a card",
            figures,
            f"The card of {REFERENCE}: {files}; {sum(sizes.values()):,} bytes in all.",
            _goals(goals),
        ]
    )


def _counts(one: Reading) -> _Row:
    return int(one.apdus), int(one.bytes_up), int(one.bytes_down)


def _times(one: Reading) -> _Row:
    return (
        one.connect_ms, one.opening_ms, one.identity_ms, one.photo_ms, one.total_ms, one.cpu_ms, one.opening_cpu_ms,
    )  # fmt: skip


def card_to_slip(folder: Path) -> str:
    """A whole check-in."""
    times = visits.card_to_slip(folder, REFERENCE)
    rows: list[_Row] = [
        ("the person's name", times.identity, "", ""),
        ("the number, committed", times.number, "", ""),
        ("the whole job at the printer", times.job, "≤ 500", ""),
        ("the print confirmed", times.printed, "", ""),
    ]
    return "\n\n".join(["## From the card to the slip", _goals(rows, "milliseconds from the card's insertion to")])


def starting(folder: Path) -> str:
    """The window: how soon it is there, and what it keeps."""
    env = _on_a_screen(folder)
    starts = []
    for _ in range(_STARTS + 1):
        started_s = time.monotonic()
        lines = output_of(["-m", "tests.bench.first_screen", str(folder)], env).splitlines()
        painted, opened = ([float(word) for word in line.split()] for line in lines)
        starts.append((painted[0] - started_s, painted[1], opened[0] - started_s, opened[1], painted[2], opened[2]))
    wall_s, cpu_s, open_s, open_cpu_s, mib, open_mib = (median(column) for column in zip(*starts[1:], strict=True))
    printed, status, errors = outcome_of(["-m", "tests.bench.sessions", str(folder), str(_SESSIONS)], env)
    memory = list(sessions.told(printed).values())
    rows = [
        Bar("start to the first screen", wall_s, 1.0, "s"),
        Bar("its CPU time", cpu_s, 1.0, "s"),
        Bar("start until what was touched meanwhile is acted on", open_s, 2.0, "s"),
        Bar("its CPU time, both threads", open_cpu_s, 2.0, "s"),
        Bar("memory at the first screen", mib, 200, "MiB"),
        Bar("memory when the desk is open", open_mib, 200, "MiB"),
        *(
            Bar(f"memory with the simulators, sessions ended: {one.ended}", one.resident, 200, "MiB")
            for one in (memory[:1] + memory[-1:])
        ),
    ]
    # A process that does not survive its sessions is a figure too, and the other tables are still wanted.
    end = (
        f"The process with the sessions ended with status {status}: {errors.strip().partition(chr(10))[0]}"
        if status
        else ""
    )
    return "\n\n".join(filter(None, ["## Start and memory", bars(rows), end]))


def _on_a_screen(folder: Path) -> dict[str, str]:
    glass = folder / "screen.json"
    glass.write_text(json.dumps({"screens": [_SCREEN]}), "utf-8")
    return environment(folder, {**_GATEWAY, "QT_QPA_PLATFORM": f"offscreen:configfile={glass}"})


def the_screen(folder: Path) -> str:
    """How long the window stands still, and how soon it answers."""
    env = _on_a_screen(folder)
    told = {}
    for trouble in screen.TROUBLES:
        times = _CHECK_INS_BY_HAND if trouble == "pcsc" else _CHECK_INS
        told[trouble] = json.loads(output_of(["-m", "tests.bench.screen", str(folder), trouble, str(times)], env))
    stands = [
        (f"{trouble}, {which}", gap["longest_ms"], *Bar("", gap["busy_ms"], 50, "ms").row[1:], gap["during"])
        for trouble, one in told.items()
        for which, gap in (("the first check-in", one["first"]), ("later", one["later"]))
    ]
    calm, wired = told["none"]["reactions_ms"], told["pcsc"]["reactions_ms"]
    by_hand, own_ms = wired.get("AskingKeyPage", []), told["pcsc"]["own_ms"]
    answers = [
        *(Bar(f"from the tap to the {_page_name(page)}", _median(calm, page), 100, "ms") for page in _TAPPED),
        Bar("from the card to the page that knows of it", _median(calm, "AskingKeyPage"), 300, "ms"),
        Bar("the same through vpcd and pcscd, which looks every 400 ms", _median(wired, "AskingKeyPage"), 300, "ms"),
        Bar("the longest of 20 such", _of_twenty(by_hand), screen.LOOKS_EVERY_S * 1000 + 100, "ms"),
        Bar("the kiosk's part of it, from the service's word on", median(own_ms or [math.nan]), 100, "ms"),
        Bar("the longest of 20 such parts", _of_twenty(own_ms), 150, "ms"),
        Bar("from the code that opens the chip to the page of the reading", _median(wired, "ReadingPage"), 300, "ms"),
        Bar("taps from the card to the number, a service in a department", told["none"]["taps"], 4),
        Bar("a step of all that moves, of the costliest page: 95 of 100", _dearest_step_ms(env), 8, "ms"),
    ]
    head = ("trouble", "longest gap, ms", "of it at work, ms", "bar", "holds", "page")
    return "\n\n".join(["## The window", table(head, stands), bars(answers)])


def _dearest_step_ms(env: dict[str, str]) -> float:
    """Sixty of them fill a second."""
    return max(float(late_ms) for *_, late_ms in json.loads(output_of(["-m", "tests.bench.motion"], env)))


def _median(reactions_ms: dict[str, list[float]], page: str) -> float:
    return median(reactions_ms.get(page, [math.nan]))


def _of_twenty(figures: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(figures, n=20)[-1] if len(figures) > 1 else math.nan


def _page_name(page: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", page).lower()


def slips(folder: Path) -> str:
    """Making them, and reading names back."""
    head = ("dots across", "draw, ms", "encode, ms", "both, ms", "bytes", "s at 115,200", "rows")
    sheets = table(("sheet", "set, ms"), slip_bench.setting())
    measured, faults = slip_bench.making(), slip_bench.read_back(_NAMES)
    names = f"Read back: {slip_bench.told(_NAMES, faults)}"
    bars = _goals(slip_bench.bars(measured, faults), "the worst of all slips")
    return "\n\n".join(["## The slip", table(head, measured), bars, sheets, names])


def codes(folder: Path) -> str:
    """Decoding pictures."""
    head = ("picture", "camera, no code, ms", "camera, a code, ms", "still, no code, ms")
    folders = table(
        ("kiosk scan of a folder", "pictures a second"), [(name, f"{a_s:.1f}") for name, a_s in rates(folder)]
    )
    return "\n\n".join(["## Codes", table(head, parts.decoding()), folders])


def scanning(folder: Path) -> str:
    """What the decoder reads and what it never says."""
    return "\n\n".join(["## Scanning", measure_scanning(_day()), "More in [scanning/README.md](scanning/README.md)."])


def scanner_guns(folder: Path) -> str:
    """What barcode guns bring."""
    head = ("gun", "scans", "number right", "birth right", "name right", "name left out", "name wrong", "ms of work")
    return "\n\n".join(["## Guns", table(head, guns.guns())])


def lookup(folder: Path) -> str:
    """The client's own time, and what it does while the service fails."""
    raw_ms, whole_ms = parts.lookups()
    rows = [("requests.post alone", f"{raw_ms:.2f}"), ("the client", f"{whole_ms:.2f}"),
            ("added", f"{whole_ms - raw_ms:.2f}")]  # fmt: skip
    steady, drilled = lookups.added_table(lookups.added_ms()), lookups.drill_table(lookups.drill(10_000))
    return "\n\n".join(["## A lookup at the sandbox", table(("", "ms"), rows), steady, drilled])


def journal(folder: Path) -> str:
    """Durable commits."""
    return "\n\n".join(["## The journal", f"{parts.journal_rate(folder):,.0f} durable check-ins a second, one desk."])


def searching(folder: Path) -> str:
    """The desk's search among a million check-ins."""
    return "\n\n".join(["## The search", search.on_both(folder)])


def _goals(rows: list[_Row], what: str = "figure") -> str:
    return table((what, "measured", "target", "goal"), rows)


SECTIONS = (
    reading_a_card,
    card_to_slip,
    starting,
    the_screen,
    slips,
    codes,
    scanning,
    scanner_guns,
    lookup,
    journal,
    searching,
)

if __name__ == "__main__":
    main()
