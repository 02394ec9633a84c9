"""Printers that nobody asks anything: a file, and none."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from kiosk.failure import FailureCode
from kiosk.slip.files import write_device, write_whole
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printers.limits import Limits
from kiosk.slip.status import Readiness

_log = logging.getLogger(__name__)

_OUTPUT_UNWRITABLE = FailureCode.OUTPUT_UNWRITABLE.value


@dataclass(frozen=True, slots=True)
class NoPrinter:
    """No printer by the settings: the number stays on the screen."""

    def write(self, job: bytes) -> PrintOutcome:  # noqa: ARG002
        """Prints nothing and says so."""
        return PrintOutcome(PrintState.OFF)


@dataclass(frozen=True, slots=True)
class FilePrinter:
    """A file that holds the last job; or a device file, which cannot tell what became of the paper.

    A device may take `limit_s` seconds for a job: one without paper would keep the kiosk waiting for ever.
    """

    file: Path
    limit_s: float = Limits().send_s

    def write(self, job: bytes) -> PrintOutcome:
        """Writes the job, a file whole or not at all."""
        is_device = self.file.exists() and not self.file.is_file() and hasattr(os, "O_NONBLOCK")
        try:
            if is_device:
                write_device(self.file, job, self.limit_s)
            else:
                write_whole(self.file, job)
        except TimeoutError:
            _log.warning("slip device takes no more")
            return PrintOutcome(PrintState.UNCONFIRMED, FailureCode.PRINTER_UNREACHABLE.value)
        except OSError as error:
            _log.warning("slip file cannot be written: %s", type(error).__name__)
            return PrintOutcome(PrintState.FAILED, _OUTPUT_UNWRITABLE)
        if self.file.is_file():
            return PrintOutcome(PrintState.PRINTED)
        return PrintOutcome(PrintState.UNCONFIRMED, Readiness.UNKNOWN.value)
