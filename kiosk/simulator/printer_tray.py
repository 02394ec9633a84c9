"""Where a stand-in's slips fall: kept for whoever waits for them, and as pictures where a folder is given."""

import logging
import threading
from pathlib import Path

from kiosk.simulator.printer_faults import NARROW_DOTS, Temper, known
from kiosk.simulator.printer_paper import TapeJob

_log = logging.getLogger(__name__)


class Tray:
    """Slips in the order in which they were cut, in `jobs` and, with `out`, as `printed-001.png` and `….bin`.

    Raises:
        KeyError: no such fault.
    """

    def __init__(self, out: Path | None, fault: str) -> None:
        self.jobs: list[TapeJob] = []
        self.temper = Temper(known(fault))
        self._out = out
        self._changed = threading.Condition()
        self._claimed = 0

    def change(self, fault: str) -> None:
        """Another fault, or none."""
        with self._changed:
            self.temper = Temper(known(fault))

    def wait_for_job(self, timeout_s: float) -> TapeJob:
        """The next job that no call has returned yet.

        Raises:
            TimeoutError: none was cut in time.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.jobs) > self._claimed, timeout_s):
                raise TimeoutError
            self._claimed += 1
            return self.jobs[self._claimed - 1]

    def keep(self, job: TapeJob) -> None:
        """A slip was cut, if the printer is fit to."""
        if not self.temper.may_cut():
            return
        if self.temper.fault == "narrow":
            job = TapeJob(job.raw, job.paper.crop((0, 0, NARROW_DOTS, job.paper.height)), job.unknown,
                          job.obeyed_in_picture)  # fmt: skip
        with self._changed:
            self.jobs.append(job)
            number = len(self.jobs)
            self._changed.notify_all()
        if self._out is not None:
            try:
                self._out.mkdir(parents=True, exist_ok=True)
                job.paper.save(self._out / f"printed-{number:03}.png")
                (self._out / f"printed-{number:03}.bin").write_bytes(job.raw)
            except OSError as error:
                _log.warning("paper cannot be kept: %s", type(error).__name__)
