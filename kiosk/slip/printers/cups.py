"""The queues of CUPS, through its own commands `lpstat` and `cancel`."""

import os
import re
import subprocess  # nothing but CUPS's commands, with arguments and without a shell
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.slip.printers.spool import Trouble
from kiosk.slip.status import Readiness

_ANSWERS_WITHIN_S = 2.0
_JOB = re.compile(r"^(?P<queue>.+)-(?P<number>[0-9]+)\s")
_ALERTS = re.compile(r"^\s*Alerts: (?P<reasons>.*)$", re.MULTILINE)
_DISABLED = re.compile(r"^printer .* disabled ", re.MULTILINE)
_REASONS = (
    ("cover-open", Readiness.COVER_OPEN),
    ("door-open", Readiness.COVER_OPEN),
    ("media-empty", Readiness.PAPER_OUT),
    ("media-needed", Readiness.PAPER_OUT),
    ("media-jam", Readiness.CUTTER),
    ("offline", Readiness.OFFLINE),
    ("timed-out", Readiness.OFFLINE),
    ("paused", Readiness.OFFLINE),
)
"""Words in `printer-state-reasons` [RFC 8011 §5.4.12] and what they mean here."""

Run = Callable[[Sequence[str]], str]


def run_command(words: Sequence[str]) -> str:
    """What a command prints, in the C locale, so that it can be read.

    Raises:
        OSError: it is not installed, does not end, or refuses.
    """
    try:
        ended = subprocess.run(  # noqa: S603 - fixed programs; the printer's name is an argument of its own
            words, capture_output=True, check=True, timeout=_ANSWERS_WITHIN_S, env={**os.environ, "LC_ALL": "C"}
        )
    except subprocess.SubprocessError as error:
        raise OSError(f"{words[0]}: {type(error).__name__}") from error
    return ended.stdout.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class CupsSpooler:
    """CUPS as its commands show it."""

    run: Run = run_command

    def printers(self) -> tuple[str, ...]:
        """All queues, those too that CUPS found in the network by itself."""
        return tuple(sorted(self.run(("lpstat", "-e")).split()))

    def jobs(self, printer: str) -> Mapping[int, Trouble]:
        """The jobs in its queue; what is reported is the printer's."""
        listed = self.run(("lpstat", "-W", "not-completed", "-o", printer))
        found = (_JOB.match(line) for line in listed.splitlines())
        numbers = [int(job["number"]) for job in found if job and job["queue"] == printer]
        trouble = self.trouble(printer) if numbers else ""
        return dict.fromkeys(numbers, trouble)

    def trouble(self, printer: str) -> Trouble:
        """What CUPS reports of the printer."""
        told = self.run(("lpstat", "-l", "-p", printer))
        reasons = " ".join(found["reasons"] for found in _ALERTS.finditer(told))
        for word, readiness in _REASONS:
            if word in reasons:
                return readiness.value
        return Readiness.OFFLINE.value if _DISABLED.search(told) else ""

    def cancel(self, printer: str, job: int) -> bool:
        """Takes one out."""
        if job not in self.jobs(printer):
            return False
        self.run(("cancel", f"{printer}-{job}"))
        return True
