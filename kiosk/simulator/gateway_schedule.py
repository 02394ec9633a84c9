"""When what is wrong with the gateway sandbox: outages by the second, from a small TOML file.

    [[outage]]
    fault = "down"        # as in --fault
    at_s = 30             # seconds since the start
    for_s = 10

    [[outage]]            # a link that flaps: away for two seconds in every twenty, five times
    fault = "reset-after"
    at_s = 60
    for_s = 2
    every_s = 20
    times = 5             # 0 or left out: for ever

Where outages overlap, the one that stands first in the file holds.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.simulator.gateway_faults import Fault, read_fault

_KEYS = {"fault", "at_s", "for_s", "every_s", "times"}


@dataclass(frozen=True, slots=True)
class Outage:
    """One fault for `for_s` seconds from `at_s` on, again every `every_s` (0: once), `times` times (0: for ever)."""

    fault: Fault
    at_s: float
    for_s: float
    every_s: float = 0.0
    times: int = 0

    def covers(self, elapsed_s: float) -> bool:
        """Whether it is in force so many seconds after the start."""
        since = elapsed_s - self.at_s
        if since < 0:
            return False
        if not self.every_s:
            return since < self.for_s
        turn, into = divmod(since, self.every_s)
        return into < self.for_s and (not self.times or turn < self.times)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The outages of one run."""

    outages: tuple[Outage, ...] = ()

    def fault_at(self, elapsed_s: float) -> Fault:
        """What is in force so many seconds after the start."""
        return next((outage.fault for outage in self.outages if outage.covers(elapsed_s)), Fault())


def load_schedule(file: Path) -> Schedule:
    """The schedule of a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no schedule; says which outage and what of it.
    """
    written = tomllib.loads(file.read_text("utf-8"))
    outages = written.get("outage")
    if not isinstance(outages, list) or set(written) != {"outage"}:
        raise ValueError("a schedule holds [[outage]] tables and nothing else")
    return Schedule(tuple(_outage(at, entry) for at, entry in enumerate(outages, start=1)))


def _outage(at: int, entry: Any) -> Outage:  # noqa: ANN401 -- whatever TOML holds
    if not isinstance(entry, dict) or not {"fault", "at_s", "for_s"} <= set(entry) <= _KEYS:
        raise ValueError(f"outage {at}: takes fault, at_s, for_s and perhaps every_s, times")
    fault = read_fault(str(entry["fault"]))
    if not fault.name:
        raise ValueError(f"outage {at}: no fault")
    seconds = {key: _seconds(at, key, entry[key]) for key in ("at_s", "for_s", "every_s") if key in entry}
    times = entry.get("times", 0)
    if isinstance(times, bool) or not isinstance(times, int) or times < 0:
        raise ValueError(f"outage {at}: times is a whole number")
    every_s = seconds.get("every_s", 0.0)
    if every_s and every_s <= seconds["for_s"]:
        raise ValueError(f"outage {at}: every_s is longer than for_s")
    return Outage(fault, seconds["at_s"], seconds["for_s"], every_s, times)


def _seconds(at: int, key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e7:
        raise ValueError(f"outage {at}: {key} is a number of seconds")
    return float(value)
