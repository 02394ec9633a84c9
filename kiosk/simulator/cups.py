"""CUPS without CUPS: what its commands `lpstat` and `cancel` print of one queue that is kept in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

FAULTS = {
    "stuck": "jobs stay in the queue and nobody says why",
    "paper-out": "the printer reports that it has no paper",
    "cover-open": "the printer reports that it is open",
    "away": "the printer is looked for and not found",
    "disabled": "somebody has stopped the printer",
    "no-commands": "CUPS's commands are not installed",
    "gone-when-cancelled": "the job leaves in the moment before it is taken out",
}
"""Name -> what it does."""

_ALERTS = {
    "paper-out": "media-empty-error",
    "cover-open": "cover-open-report",
    "away": "offline-report",
}
_SINCE = "Sun 22 Nov 2026 05:24:12 AM UTC"


@dataclass(slots=True)
class CupsTape:
    """One queue. `printed` and `cancelled` are the numbers of jobs; `looks` is how often a good one is still seen."""

    queue: str
    fault: str = ""
    looks: int = 2
    printed: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    _jobs: dict[int, int] = field(default_factory=dict)
    _numbers: int = 0

    def add(self) -> int:
        """Somebody prints."""
        self._numbers += 1
        self._jobs[self._numbers] = self.looks
        return self._numbers

    def run(self, words: Sequence[str]) -> str:
        """What the command prints.

        Raises:
            OSError: it is not installed, or refuses.
        """
        if self.fault == "no-commands":
            raise FileNotFoundError(words[0])
        match tuple(words):
            case ("lpstat", "-W", "not-completed", "-o", self.queue):
                return self._list()
            case ("lpstat", "-l", "-p", self.queue):
                return self._describe()
            case ("lpstat", "-e"):
                return f"{self.queue}\n"
            case ("cancel", job):
                return self._cancel(int(job.removeprefix(f"{self.queue}-")))
        raise OSError(f"{words[0]}: Invalid destination name in list")

    def _list(self) -> str:
        lines = [f"{self.queue}-{number:<16} reception      51200   {_SINCE}" for number in self._jobs]
        for number in list(self._jobs) if self.fault not in FAULTS else ():
            self._jobs[number] -= 1
            if self._jobs[number] <= 0:
                self.printed.append(number)
                del self._jobs[number]
        if self.fault == "gone-when-cancelled" and lines:
            self.looks -= 1
            if self.looks < 0:
                self.printed += self._jobs
                self._jobs.clear()
                return ""
        return "\n".join([*lines, ""])

    def _describe(self) -> str:
        how = (
            f"disabled since {_SINCE} -\n\tPaused" if self.fault == "disabled" else f"is idle.  enabled since {_SINCE}"
        )
        alerts = _ALERTS.get(self.fault, "none")
        return f"printer {self.queue} {how}\n\tForm mounted:\n\tContent types: any\n\tAlerts: {alerts}\n\tLocation: \n"

    def _cancel(self, number: int) -> str:
        if number not in self._jobs:
            raise OSError("cancel: cancel-job failed: Job does not exist")
        self.cancelled.append(number)
        del self._jobs[number]
        return ""
