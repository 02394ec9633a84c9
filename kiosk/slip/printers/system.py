"""Whose queues this system has."""

import sys

from kiosk.slip.printers.cups import CupsSpooler
from kiosk.slip.printers.spool import Spooler
from kiosk.slip.printers.windows import WindowsSpooler, winspool


def system_spooler() -> Spooler:
    """The Windows spooler, and CUPS everywhere else."""
    return WindowsSpooler(winspool) if sys.platform == "win32" else CupsSpooler()
