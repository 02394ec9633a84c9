"""What the settings may say of a printer."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.failure import FailureCode, KioskError
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printers.escpos_printer import EscPosPrinter
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.serial_line import SerialPort
from kiosk.slip.printers.target import open_printer
from kiosk.slip.printers.tcp import TcpPort
from kiosk.slip.printers.usb import UsbPort, UsbPortByNumber
from kiosk.slip.printers.windows import WindowsPrinter

UNKNOWN = "status-unknown"


@pytest.mark.parametrize(
    "target",
    ["", "tcp://", "tcp://printer", "tcp://printer:", "tcp://printer:0", "tcp://printer:65536", "tcp://printer:9100/x",
     "tcp://user@printer:9100", "tcp://:9100", "tcp:printer:9100", "usb:1", "file:", "none ", "tcp://printer:91 00",
     "lpt1", "tcp://printer:-1", "tcp://[::1:9100", "usb:", "usb:lp0", "usb:04b8", "usb:04b8:02020", "usb:04g8:0202",
     "serial:", "serial:?baud=9600", "serial:COM3?baud=1", "serial:COM3?baud=", "serial:COM3?speed=9600",
     "serial:COM3?flow=maybe", "serial:COM3?baud", "serial: COM3", "windows:", "windows: ", "windows:x ", "system:",
     "None", "FILE:x"],
)  # fmt: skip
def test_target_that_is_none_is_settings_invalid(target: str) -> None:
    with pytest.raises(KioskError, match=r"printer\.target") as caught:
        open_printer(target)
    assert caught.value.code is FailureCode.SETTINGS_INVALID


@pytest.mark.parametrize(
    ("target", "port"),
    [
        ("tcp://192.0.2.10:9100", TcpPort("192.0.2.10", 9100)),
        ("tcp://may-in.benhvien.example:9100", TcpPort("may-in.benhvien.example", 9100)),
        ("tcp://[::1]:9100", TcpPort("::1", 9100)),
        ("usb:/dev/usb/lp0", UsbPort(Path("/dev/usb/lp0"))),
        ("usb:04b8:0202", UsbPortByNumber(0x04B8, 0x0202)),
        ("usb:04B8:0E1F", UsbPortByNumber(0x04B8, 0x0E1F)),
        ("serial:/dev/ttyS0", SerialPort("/dev/ttyS0", 9600, "hardware")),
        ("serial:COM3?baud=115200", SerialPort("COM3", 115200, "hardware")),
        ("serial:/dev/ttyUSB0?flow=software&baud=19200", SerialPort("/dev/ttyUSB0", 19200, "software")),
    ],
)
def test_target_of_a_line_is_accepted_and_not_contacted(target: str, port: object) -> None:
    assert open_printer(target) == EscPosPrinter(port, Limits())  # type: ignore[arg-type]  # a union of ports


def test_windows_printer_keeps_its_name_as_it_is() -> None:
    printer = open_printer("windows:Máy in phiếu (quầy 1)")
    assert isinstance(printer, WindowsPrinter)
    assert printer.name == "Máy in phiếu (quầy 1)"


def test_no_printer_is_off() -> None:
    assert open_printer("none").write(b"x") == PrintOutcome(PrintState.OFF)


def test_file_holds_the_last_job_whole(tmp_path: Path) -> None:
    printer = open_printer(f"file:{tmp_path}/slip.bin")
    assert printer.write(b"first, longer") == PrintOutcome(PrintState.PRINTED)
    assert printer.write(b"second") == PrintOutcome(PrintState.PRINTED)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("slip.bin", b"second")]


@pytest.mark.parametrize("path", ["absent/slip.bin", "."])
def test_file_that_cannot_be_written_fails_and_leaves_nothing(tmp_path: Path, path: str) -> None:
    outcome = open_printer(f"file:{tmp_path}/{path}").write(b"x")
    assert outcome == PrintOutcome(PrintState.FAILED, "output-unwritable")
    assert list(tmp_path.iterdir()) == []


def test_write_that_breaks_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printer = open_printer(f"file:{tmp_path}/slip.bin")
    printer.write(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert printer.write(b"new").state is PrintState.FAILED
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("slip.bin", b"old")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
class TestDeviceThatDoesNotTakeIt:
    @pytest.fixture
    def pipe(self, tmp_path: Path) -> Path:
        os.mkfifo(tmp_path / "lp")
        return tmp_path / "lp"

    def test_nobody_at_the_other_end_is_a_failure_at_once(self, pipe: Path) -> None:
        assert open_printer(f"file:{pipe}").write(b"x") == PrintOutcome(PrintState.FAILED, "output-unwritable")

    def test_printer_that_stops_taking_ends_in_time_and_is_unclear(self, pipe: Path, impatient: Limits) -> None:
        listener = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        try:
            outcome = open_printer(f"file:{pipe}", replace(impatient, send_s=0.4)).write(bytes(4_000_000))
        finally:
            os.close(listener)
        assert outcome == PrintOutcome(PrintState.UNCONFIRMED, "printer-unreachable")


def test_device_file_is_written_to_and_not_replaced() -> None:
    device = Path("/dev/null")
    if not device.is_char_device():
        pytest.skip("no device files here")
    assert open_printer("file:/dev/null").write(b"x") == PrintOutcome(PrintState.UNCONFIRMED, UNKNOWN)
    assert device.is_char_device()


@pytest.mark.parametrize(
    "target",
    ["tcp://..:9100", f"tcp://{'a' * 64}:9100", "tcp://a\0b:9100", "usb:/dev/\0", "serial:/dev/\0", "windows:A\nB",
     "file:\0", "file:~nobody-here/slip.bin"],
)  # fmt: skip
def test_name_that_no_system_takes_is_refused_before_a_patient_waits(target: str) -> None:
    with pytest.raises(KioskError) as caught:
        open_printer(target)
    assert caught.value.code is FailureCode.SETTINGS_INVALID
