"""Printers at USB: which ones the kernel knows, and what the printer class says beside the bytes."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.simulator.printer_pty import PrinterPty
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printers.escpos_printer import EscPosPrinter
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.usb import UsbPort, UsbPortByNumber, UsbPrinter, port_status, usb_printers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="usblp is Linux's")

PlugIn = Callable[..., None]


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    (tmp_path / "class").mkdir()
    return tmp_path / "class"


@pytest.fixture
def plug_in(sysfs: Path, tmp_path: Path) -> PlugIn:
    """Makes the entries that the kernel makes for a printer."""

    def one(name: str, **told: str) -> None:
        interface = tmp_path / "devices" / name / "1-1:1.0"
        interface.mkdir(parents=True)
        for file, text in told.items():
            (interface.parent / file).write_text(text + "\n", "utf-8")
        (sysfs / name).mkdir()
        (sysfs / name / "device").symlink_to(interface)

    return one


def test_printers_are_named_by_what_they_say(sysfs: Path, plug_in: PlugIn) -> None:
    plug_in("lp1", idVendor="0fe6", idProduct="811e")
    plug_in("lp0", idVendor="04b8", idProduct="0202", manufacturer="EPSON", product="TM-T88V")
    plug_in("hiddev0", idVendor="1111", idProduct="2222")
    assert usb_printers(sysfs) == (
        UsbPrinter(Path("/dev/usb/lp0"), 0x04B8, 0x0202, "EPSON TM-T88V"),
        UsbPrinter(Path("/dev/usb/lp1"), 0x0FE6, 0x811E, ""),
    )
    assert [printer.target for printer in usb_printers(sysfs)] == ["usb:04b8:0202", "usb:0fe6:811e"]


@pytest.mark.parametrize("told", [{}, {"idVendor": "04b8"}, {"idVendor": "x", "idProduct": "y"}])
def test_entry_that_says_no_numbers_is_passed_over(sysfs: Path, plug_in: PlugIn, told: dict[str, str]) -> None:
    plug_in("lp0", **told)
    assert usb_printers(sysfs) == ()


def test_system_without_such_printers_has_none(tmp_path: Path) -> None:
    assert usb_printers(tmp_path / "absent") == ()


def test_printer_that_is_not_plugged_in_is_unreachable(sysfs: Path, plug_in: PlugIn, quick: Limits) -> None:
    plug_in("lp0", idVendor="04b8", idProduct="0202")
    printer = EscPosPrinter(UsbPortByNumber(0x04B8, 0x9999, sysfs), quick)
    assert printer.write(b"x") == PrintOutcome(PrintState.FAILED, "printer-unreachable")


def test_device_file_for_another_account_is_unreachable(tmp_path: Path, quick: Limits) -> None:
    printer = EscPosPrinter(UsbPort(tmp_path / "absent"), quick)
    assert printer.write(b"x") == PrintOutcome(PrintState.FAILED, "printer-unreachable")


class TestClassStatus:
    """The byte that usblp gets out of band: what remains when a printer answers no bytes."""

    @pytest.mark.parametrize(
        ("byte", "outcome"),
        [
            (0x38, PrintOutcome(PrintState.FAILED, "paper-out")),
            (0x18, PrintOutcome(PrintState.UNCONFIRMED, "status-unknown")),
            (0x00, PrintOutcome(PrintState.UNCONFIRMED, "status-unknown")),
        ],
    )
    def test_silent_printer_is_believed_about_its_paper_only(
        self, job: bytes, impatient: Limits, byte: int, outcome: PrintOutcome
    ) -> None:
        with PrinterPty(fault="silent") as pty:
            printer = EscPosPrinter(UsbPort(pty.device, lambda _: byte), impatient)
            assert printer.write(job) == outcome

    def test_job_that_is_not_taken_for_want_of_paper_says_so(self, impatient: Limits) -> None:
        asked = 0

        def ends_later(_: int) -> int:
            nonlocal asked
            asked += 1
            return 0x38 if asked > 1 else 0x18

        with PrinterPty(fault="never-reads") as pty:
            printer = EscPosPrinter(UsbPort(pty.device, ends_later), replace(impatient, send_s=0.2))
            assert printer.write(bytes(1_000_000)) == PrintOutcome(PrintState.FAILED, "paper-out")

    def test_answering_printer_is_not_asked_for_it(self, job: bytes, quick: Limits) -> None:
        def never(_: int) -> int:
            pytest.fail("asked")

        with PrinterPty() as pty:
            printer = EscPosPrinter(UsbPort(pty.device, never), quick)
            assert printer.write(job) == PrintOutcome(PrintState.PRINTED)

    def test_device_without_it_says_nothing(self) -> None:
        with PrinterPty() as pty:
            handle = os.open(pty.device, os.O_RDWR | os.O_NOCTTY)
            try:
                with pytest.raises(OSError, match="ioctl"):
                    port_status(handle)
            finally:
                os.close(handle)


def test_printer_that_only_listens_is_printed_on_and_stays_unclear(
    tmp_path: Path, job: bytes, impatient: Limits
) -> None:
    """A FIFO that somebody empties: bytes go in, none come back."""
    fifo = tmp_path / "lp0"
    os.mkfifo(fifo)
    keeper = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
    try:
        outcome = EscPosPrinter(UsbPort(fifo), impatient).write(job[:100])
    finally:
        os.close(keeper)
    assert outcome == PrintOutcome(PrintState.UNCONFIRMED, "status-unknown")
