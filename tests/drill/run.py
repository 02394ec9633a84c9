"""Runs the drills and writes their table: `make drill`, or a small sample of them for the tests."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.checkin.clinic import load_clinic
from kiosk.settings import config_folder
from tests.drill.kills import (
    Drill,
    kill_desks_and_server,
    kill_desks_on_a_file,
    kill_server_under_steady_desks,
)
from tests.drill.load import history, rush

TABLE = Path(__file__).with_name("README.md")
MOST_P99_MS = 200
MOST_RATIO = 1.2


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `holds`: it is as promised."""

    drill: str
    result: str
    holds: bool


def drills(*, share: float, only_kills: bool) -> Iterator[Row]:
    """Every drill, with this share of the whole one's kills, check-ins and years."""
    clinic = load_clinic(config_folder() / "clinics" / "mau.toml")

    def some(whole: int) -> int:
        return max(2, round(whole * share))

    with tempfile.TemporaryDirectory(prefix="kiosk-drill-") as name:
        folders = (Path(name) / str(number) for number in range(9))

        def fresh() -> Path:
            folder = next(folders)
            folder.mkdir(mode=0o700)
            return folder

        yield _of_kills("SQLite, one encrypted file", kill_desks_on_a_file(fresh(), clinic, some(240)))
        kills = {"desk_kills": some(40), "server_kills": some(30), "backend_kills": some(20)}
        yield _of_kills("PostgreSQL", kill_desks_and_server(fresh(), clinic, **kills))
        steady = kill_server_under_steady_desks(fresh(), clinic, server_kills=some(30))
        yield _of_kills("PostgreSQL, two desks with files of their own for the time away", steady)
        if only_kills:
            return
        came = rush(fresh(), clinic, desks=16, each=some(500))
        yield Row(
            f"{came.desks} desks at once on PostgreSQL, {came.each} check-ins each, without a pause",
            f"{came.judgement.lost} lost, {came.judgement.doubled} twice, {came.judgement.gaps} gaps; median "
            f"{came.median_ms:.0f} ms, p99 {came.p99_ms:.0f} ms; {came.per_second:.0f} a second",
            came.judgement.is_clean and came.judgement.kept == came.desks * came.each and came.p99_ms <= MOST_P99_MS,
        )
        for database, written in (("sqlite", "SQLite, encrypted"), ("postgresql", "PostgreSQL")):
            long = history(database, fresh(), clinic, visits=some(1_000_000), measured=some(1_000))
            yield Row(
                f"a number after {long.visits:,} visits by one after a day's: {written}",
                f"{long.long_ms:.2f} ms by {long.short_ms:.2f} ms, ratio {long.ratio:.2f}",
                long.ratio <= MOST_RATIO,
            )


def _of_kills(where: str, drill: Drill) -> Row:
    seen = drill.judgement
    result = f"{seen.acknowledged:,} tickets: {seen.lost} lost, {seen.doubled} twice, {seen.gaps} gaps"
    return Row(f"SIGKILL at random moments, {where}: {drill.kills}", result, seen.is_clean)


def main() -> int:
    """Runs them; 0: everything is as promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the whole drill's kills, check-ins and years")
    parser.add_argument("--only-kills", action="store_true", help="leaves out what depends on the machine's speed")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of sentences")
    parser.add_argument("--write", action="store_true", help="writes the table into README.md")
    given = parser.parse_args()
    rows = []
    for row in drills(share=given.share, only_kills=given.only_kills):
        rows.append(row)
        told = f"{'' if row.holds else 'NOT AS PROMISED: '}{row.drill}: {row.result}"
        sys.stdout.write(f"{json.dumps(asdict(row)) if given.json else told}\n")
        sys.stdout.flush()
    if given.write:
        before, _, _ = TABLE.read_text("utf-8").partition("| drill |")
        lines = ["| drill | result | |", "|---|---|---|"]
        lines += [f"| {row.drill} | {row.result} | {'✓' if row.holds else 'not as promised'} |" for row in rows]
        TABLE.write_text(before + "\n".join(lines) + "\n", "utf-8")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
