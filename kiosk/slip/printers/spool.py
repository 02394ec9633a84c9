"""What a job in an operating system's queue can tell: that it left, that it is stuck, and no more.

A spooler prints when it can and says nothing of paper: a job that left the queue is not confirmed. One that is still
there in the end is taken out, or it would come out for somebody else, hours later.
"""

import logging
import time
from collections.abc import Collection, Mapping
from typing import Protocol

from kiosk.failure import FailureCode, KioskError
from kiosk.slip.outcome import SPOOLED, SPOOLER_STUCK, PrintOutcome, PrintState
from kiosk.slip.printers.limits import Limits
from kiosk.slip.status import PrinterStatus, Readiness

_log = logging.getLogger(__name__)

Trouble = str
"""The value of a `Readiness` that a queue reports of a job or its printer; empty: none."""


class Spooler(Protocol):
    """An operating system's queues. Every call raises OSError where the system does not answer."""

    def printers(self) -> tuple[str, ...]:
        """The names of all printers, in alphabetical order."""
        ...

    def jobs(self, printer: str) -> Mapping[int, Trouble]:
        """The jobs that wait in a printer's queue, by number."""
        ...

    def trouble(self, printer: str) -> Trouble:
        """What is reported of the printer itself."""
        ...

    def cancel(self, printer: str, job: int) -> bool:
        """Takes a job out of the queue; False: it is no longer there."""
        ...


def queue_status(spooler: Spooler, printer: str) -> PrinterStatus:
    """What a queue says of its printer; a queue without a complaint says nothing.

    Raises:
        KioskError: PRINTER_UNREACHABLE, there is no such queue.
    """
    try:
        trouble = spooler.trouble(printer)
    except OSError as error:
        raise KioskError(FailureCode.PRINTER_UNREACHABLE, type(error).__name__) from error
    return PrinterStatus(Readiness(trouble) if trouble else Readiness.UNKNOWN)


def follow(spooler: Spooler, printer: str, ours: Collection[int], limits: Limits) -> PrintOutcome:
    """Waits until these jobs have left the queue, or until it has been told long enough why they do not."""
    began = well = time.monotonic()
    try:
        while True:
            waiting = {job: trouble for job, trouble in spooler.jobs(printer).items() if job in ours}
            if not waiting:
                return PrintOutcome(PrintState.UNCONFIRMED, SPOOLED)
            trouble, now = next(filter(None, waiting.values()), ""), time.monotonic()
            if not trouble:
                well = now
            if now - well >= limits.trouble_s or now - began >= limits.spool_s:
                break
            time.sleep(limits.pause_s)
        taken_out = [spooler.cancel(printer, job) for job in waiting]
        if not all(taken_out):
            return PrintOutcome(PrintState.UNCONFIRMED, SPOOLED)  # it left at the last moment
    except OSError as error:
        _log.warning("print queue does not answer: %s", type(error).__name__)
        return PrintOutcome(PrintState.UNCONFIRMED, SPOOLER_STUCK)
    return PrintOutcome(PrintState.FAILED, trouble or SPOOLER_STUCK)
