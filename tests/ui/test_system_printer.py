"""Pages for the system's printers: painted by Qt into a PDF here, their job followed in a queue that is played."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import find_fonts
from kiosk.simulator.cups import CupsTape
from kiosk.slip.outcome import PagePrinter, PrintOutcome, PrintState
from kiosk.slip.page import PAPERS, SlipPage
from kiosk.slip.printers.cups import CupsSpooler
from kiosk.slip.printers.limits import Limits
from kiosk.slip.ruler import make_ruler
from kiosk.slip.status import Readiness
from kiosk.text import Language
from kiosk.ui.system_printer import SystemPrinter
from tests.patience import WITHIN_S

NAME = "Quay-tiep-don"
LIMITS = Limits(spool_s=WITHIN_S, trouble_s=0.1, pause_s=0.02)
STUCK = replace(LIMITS, spool_s=0.5)


@dataclass
class Office:
    """A computer with one printer, whose paper is a PDF."""

    paper: Path
    tape: CupsTape = field(default_factory=lambda: CupsTape(NAME))

    def device(self, name: str) -> QPrinter:
        """As the system gives it; what is painted enters the queue."""
        assert name == NAME
        self.tape.add()
        device = QPrinter(QPrinter.PrinterMode.HighResolution)
        device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        device.setOutputFileName(str(self.paper))
        return device

    def printer(self, limits: Limits = LIMITS) -> SystemPrinter:
        return SystemPrinter(NAME, limits, self.device, CupsSpooler(self.tape.run), lambda: (NAME,))


@pytest.fixture
def office(qtbot: QtBot, tmp_path: Path) -> Office:
    return Office(tmp_path / "page.pdf")


@pytest.fixture(scope="module")
def page() -> SlipPage:
    return make_ruler(PAPERS["A5"], find_fonts(), Language.VI)


def test_page_is_painted_and_followed_until_it_left_the_queue(office: Office, page: SlipPage) -> None:
    others = office.tape.add()
    printer = office.printer()
    assert isinstance(printer, PagePrinter)
    assert printer.print_page(page) == PrintOutcome(PrintState.UNCONFIRMED, "spooled")
    assert office.paper.read_bytes().startswith(b"%PDF")
    assert others + 1 in office.tape.printed


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("stuck", PrintOutcome(PrintState.FAILED, "spooler-stuck")),
        ("paper-out", PrintOutcome(PrintState.FAILED, "paper-out")),
        ("no-commands", PrintOutcome(PrintState.UNCONFIRMED, "spooled")),
    ],
)
def test_fault_of_the_queue_ends_in_its_outcome(
    office: Office, page: SlipPage, fault: str, outcome: PrintOutcome
) -> None:
    others = office.tape.add()
    office.tape.fault = fault
    assert office.printer(STUCK).print_page(page) == outcome
    assert others not in office.tape.cancelled


def test_printer_that_is_not_installed_is_unreachable(office: Office, page: SlipPage) -> None:
    printer = replace(office.printer(), installed=lambda: ("another",))
    assert printer.print_page(page) == PrintOutcome(PrintState.FAILED, "printer-unreachable")
    assert not office.paper.exists()


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_page_that_the_system_does_not_take_has_not_come_out(office: Office, page: SlipPage) -> None:
    office.paper.mkdir()  # nothing can be written there
    assert office.printer().print_page(page) == PrintOutcome(PrintState.FAILED, "printer-unreachable")


def test_status_is_the_queues(office: Office) -> None:
    assert office.printer().status().readiness is Readiness.UNKNOWN
    office.tape.fault = "paper-out"
    assert office.printer().status().readiness is Readiness.PAPER_OUT
    office.tape.fault = "no-commands"
    with pytest.raises(KioskError) as caught:
        office.printer().status()
    assert caught.value.code is FailureCode.PRINTER_UNREACHABLE


@pytest.mark.parametrize("paper", PAPERS)
def test_page_has_the_size_of_its_paper(
    office: Office, paper: str, pdf_size_mm: Callable[[Path], tuple[float, float]]
) -> None:
    page = make_ruler(PAPERS[paper], find_fonts(), Language.VI)
    office.printer().print_page(page)
    width, height = pdf_size_mm(office.paper)
    assert (width, height) == pytest.approx((page.width_mm, page.height_mm), abs=0.5)


@pytest.fixture
def pdf_size_mm() -> Callable[[Path], tuple[float, float]]:
    def size(file: Path) -> tuple[float, float]:
        box = file.read_bytes().partition(b"/MediaBox [")[2].partition(b"]")[0].split()
        return float(box[2]) * 25.4 / 72, float(box[3]) * 25.4 / 72

    return size
