"""Tables in Markdown, and the machine that they were measured on."""

import os
import platform
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; all but the first column are set right."""
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(["---", *["---:"] * (len(head) - 1)]) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(map(_cell, row)) + " |" for row in rows)])


def _cell(value: object) -> str:
    match value:
        case float():
            return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
        case int():
            return f"{value:,}"
        case _:
            return str(value)


def machine() -> str:
    """Processor, cores, memory, system, Python, OpenSSL: one line."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory_gib:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {' '.join(ssl.OPENSSL_VERSION.split()[:2])}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure that may be so much and no more."""

    what: str
    measured: float
    most: float
    unit: str = ""

    @property
    def row(self) -> tuple[object, ...]:
        """With whether it holds; a figure that there is none of does not."""
        return self.what, self.measured, f"≤ {self.most:,g} {self.unit}".rstrip(), self._holds

    @property
    def _holds(self) -> str:
        return "yes" if self.measured <= self.most else "NO"


def bars(rows: Sequence[Bar]) -> str:
    """Figures with their bars."""
    return table(("figure", "measured", "bar", "holds"), [one.row for one in rows])
