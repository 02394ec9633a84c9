"""Where a stand-in's slips fall: kept for whoever waits for them, and as pictures where a folder is given."""

import logging
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.simulator.printer_faults import NARROW_DOTS, Temper, known
from kiosk.simulator.printer_paper import TapeJob

_log = logging.getLogger(__name__)
_MOST_KEPT = 64
"""A slip's picture takes up to a megabyte, and a demonstration may print for days."""


class Tray:
    """Slips in the order in which they were cut, the last 64 in `jobs`; with `out` all as `printed-001.png`, `….bin`.

    Raises:
        KeyError: no such fault.
    """

    def __init__(self, out: Path | None, fault: str) -> None:
        self.jobs: list[TapeJob] = []
        self.temper = Temper(known(fault))
        self._out = out
        self._changed = threading.Condition()
        self._cut = self._claimed = 0

    def change(self, fault: str) -> None:
        """Another fault, or none."""
        with self._changed:
            self.temper = Temper(known(fault))

    def wait_for_job(self, timeout_s: float) -> TapeJob:
        """The next job that no call has returned yet, of those that are kept.

        Raises:
            TimeoutError: none was cut in time.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._cut > self._claimed, timeout_s):
                raise TimeoutError
            dropped = self._cut - len(self.jobs)
            self._claimed = max(self._claimed, dropped) + 1
            return self.jobs[self._claimed - dropped - 1]

    def keep(self, job: TapeJob) -> None:
        """A slip was cut, if the printer is fit to."""
        if not self.temper.may_cut():
            return
        if self.temper.fault == "narrow":
            job = TapeJob(job.raw, job.paper.crop((0, 0, NARROW_DOTS, job.paper.height)), job.unknown,
                          job.obeyed_in_picture)  # fmt: skip
        with self._changed:
            self.jobs.append(job)
            del self.jobs[:-_MOST_KEPT]
            self._cut += 1
            number = self._cut
            self._changed.notify_all()
        if self._out is not None:
            try:
                self._out.mkdir(parents=True, exist_ok=True)
                job.paper.save(self._out / f"printed-{number:03}.png")
                (self._out / f"printed-{number:03}.bin").write_bytes(job.raw)
            except OSError as error:
                _log.warning("paper cannot be kept: %s", type(error).__name__)


class StandInPrinter(ABC):
    """What every stand-in of a printer is to whoever prints: its slips, its fault, and that it is closed in the end."""

    def __init__(self, out: Path | None, fault: str) -> None:
        self._tray = Tray(out, fault)

    @property
    def jobs(self) -> list[TapeJob]:
        """The slips that came out; of many the last 64."""
        return self._tray.jobs

    @property
    def fault(self) -> str:
        """What is wrong with the printer now; empty: nothing."""
        return self._tray.temper.fault

    @fault.setter
    def fault(self, name: str) -> None:
        self._tray.change(name)
        self._fault_changed()

    def wait_for_job(self, timeout_s: float = 60.0) -> TapeJob:
        """The next job that no call has returned yet.

        Raises:
            TimeoutError: none was cut in time.
        """
        return self._tray.wait_for_job(timeout_s)

    @abstractmethod
    def close(self) -> None:
        """Ends its line and its thread."""

    @abstractmethod
    def _fault_changed(self) -> None:
        """Tells the thread."""

    def __enter__(self) -> Self:
        """The running printer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it."""
        self.close()
