"""The slip printer: what it says of itself, without printing; and which printers this machine has."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk.app.desk import clinic_of
from kiosk.app.doctor.finding import Finding, Health
from kiosk.app.printing import paper_of, printer_of, template_of
from kiosk.fonts import find_fonts
from kiosk.settings import Settings
from kiosk.slip.outcome import CanBeAsked
from kiosk.slip.printers.escpos_printer import EscPosPrinter
from kiosk.slip.printers.no_line import FilePrinter
from kiosk.slip.printers.system import system_spooler
from kiosk.slip.printers.target import SYSTEM
from kiosk.slip.printers.usb import SYSFS, usb_printers
from kiosk.slip.sample import sample_facts
from kiosk.slip.slip import make_page
from kiosk.slip.status import NEAR_END, PrinterStatus, Readiness, known_width_dots
from kiosk.text import Language

_FASTEST = 115_200


def examine_printer(settings: Settings) -> Finding:
    """Asks the printer for its status and its model, tries whether a file can be written; none is not configured.

    Raises:
        KioskError: PRINTER_NOT_CONFIGURED, PRINTER_UNREACHABLE, SETTINGS_INVALID.
    """
    printer, target = printer_of(settings), settings.printer.target
    match printer:
        case FilePrinter(file) if not _can_write(file):
            return Finding(Health.BAD, target, "failure.output-unwritable.cure")
        case CanBeAsked():
            status = printer.status()
            ready = status.readiness is Readiness.READY
            model = printer.model() if ready and isinstance(printer, EscPosPrinter) else ""
            return judge_status(target, status, model, settings.printer.width_dots)
    return Finding(Health.GOOD, target)


def examine_slip(settings: Settings) -> Finding:
    """The clinic's template, and a slip made of it: a desk with a wrong one would not open.

    Raises:
        KioskError: SETTINGS_INVALID, naming the template's file and key; FONT_MISSING.
    """
    template, clinic = template_of(settings), clinic_of(settings)
    language = Language(settings.printer.language)
    fonts = find_fonts(settings.screen.font)
    facts, paper = sample_facts(clinic), paper_of(settings)
    page = make_page(facts, template, template.spoken(language), paper=paper, fonts=fonts)
    return Finding(Health.GOOD, f"{settings.printer.template}: {page.width_mm:.0f} × {page.height_mm:.0f} mm")


def judge_status(target: str, status: PrinterStatus, model: str, width_dots: int) -> Finding:
    """A printer that does not say how it is may print; whether slips come out is then for people to see.

    No printer says how wide its paper is; of a model that is known, it is.
    """
    near_end = NEAR_END if status.readiness is Readiness.READY and status.paper_near_end else ""
    told = f"{target}: {', '.join(filter(None, (status.readiness.value, near_end, model)))}"
    match status.readiness:
        case Readiness.READY if (known_width_dots(model) or width_dots) != width_dots:
            return Finding(Health.ATTENTION, f"{told}: {known_width_dots(model)}", "command.doctor.cure.printer-width")
        case Readiness.READY if near_end:
            return Finding(Health.ATTENTION, told, "command.doctor.cure.paper")
        case Readiness.READY:
            return Finding(Health.GOOD, told)
        case Readiness.UNKNOWN:
            return Finding(Health.ATTENTION, told, "command.doctor.cure.printer")
        case _:
            return Finding(Health.BAD, told, "failure.printer-not-ready.cure")


def examine_printers(settings: Settings) -> Finding:
    """What is plugged into this machine or known to its system, each as a line for `[printer]` of the settings."""
    finds: tuple[Callable[[], Iterator[tuple[str, str]]], ...] = (
        _at_usb,
        lambda: _at_serial_ports(settings.gun.port),
        _in_the_system,
    )
    lines = [f'target = "{target}"' + (f" ({name})" if name else "") for find in finds for target, name in find()]
    return Finding(Health.GOOD, "; ".join(lines) or "–")


def _at_usb(sysfs: Path = SYSFS) -> Iterator[tuple[str, str]]:
    for printer in usb_printers(sysfs):
        yield printer.target, printer.name or str(printer.device)


def _at_serial_ports(guns: str) -> Iterator[tuple[str, str]]:
    from serial.tools.list_ports import comports

    for port in sorted(comports()):
        if port.device != guns:
            yield f"serial:{port.device}?baud={_FASTEST}", port.description if port.description != "n/a" else ""


def _in_the_system() -> Iterator[tuple[str, str]]:
    try:
        names = system_spooler().printers()
    except OSError:
        return  # there is no such service
    for name in names:
        yield f"{SYSTEM}{name}", ""
        if os.name == "nt":
            yield f"windows:{name}", "ESC/POS"


def _can_write(file: Path) -> bool:
    if file.exists() and not file.is_file():
        return not file.is_dir() and os.access(file, os.W_OK)
    try:
        with tempfile.TemporaryFile(dir=file.parent) as trial:
            trial.write(b"\0")
    except OSError:
        return False
    return True
