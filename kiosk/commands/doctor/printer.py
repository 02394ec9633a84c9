"""The slip printer: what it says of itself, without printing."""

import os
import tempfile
from pathlib import Path

from kiosk.app.printing import printer_of
from kiosk.commands.doctor.finding import Finding, Health
from kiosk.settings import Settings
from kiosk.slip.printers.escpos_printer import EscPosPrinter
from kiosk.slip.printers.no_line import FilePrinter
from kiosk.slip.status import PrinterStatus, Readiness


def examine_printer(settings: Settings) -> Finding:
    """Asks a network printer for its status, tries whether a file can be written; none at all is not configured.

    Raises:
        KioskError: PRINTER_NOT_CONFIGURED, PRINTER_UNREACHABLE, SETTINGS_INVALID.
    """
    printer, target = printer_of(settings), settings.printer.target
    match printer:
        case EscPosPrinter():
            return judge_status(target, printer.status())
        case FilePrinter(file) if not _can_write(file):
            return Finding(Health.BAD, target, "failure.output-unwritable.cure")
    return Finding(Health.GOOD, target)


def judge_status(target: str, status: PrinterStatus) -> Finding:
    """A printer that does not say how it is may print; whether slips come out is then for people to see."""
    told = f"{target}: {status.readiness.value}"
    match status.readiness:
        case Readiness.READY if status.paper_near_end:
            return Finding(Health.ATTENTION, f"{told}, near-end", "command.doctor.cure.paper")
        case Readiness.READY:
            return Finding(Health.GOOD, told)
        case Readiness.UNKNOWN:
            return Finding(Health.ATTENTION, told, "command.doctor.cure.printer")
        case _:
            return Finding(Health.BAD, told, "failure.printer-not-ready.cure")


def _can_write(file: Path) -> bool:
    if file.exists() and not file.is_file():
        return not file.is_dir() and os.access(file, os.W_OK)
    try:
        with tempfile.TemporaryFile(dir=file.parent) as trial:
            trial.write(b"\0")
    except OSError:
        return False
    return True
