"""The Windows spooler, played: what is handed over, what is heard of it, and what is taken out again."""

import ctypes
import logging
import struct

import pytest

from kiosk.failure import FailureCode, KioskError
from kiosk.simulator.winspool import FAULTS, SpoolerTape
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.windows import (
    JobInfo,
    PrinterInfo,
    PrinterName,
    WindowsPrinter,
    WindowsSpooler,
    Winspool,
    winspool,
)
from kiosk.slip.status import Readiness

NAME = "Máy in phiếu"


def printer(tape: SpoolerTape, limits: Limits, name: str = NAME) -> WindowsPrinter:
    return WindowsPrinter(name, limits, lambda: Winspool(tape, tape.last_error))


def test_job_is_handed_over_raw_and_followed_until_it_left_the_queue(job: bytes, quick: Limits) -> None:
    tape = SpoolerTape(NAME)
    assert printer(tape, quick).write(job) == PrintOutcome(PrintState.UNCONFIRMED, "spooled")
    [printed] = tape.printed
    assert (printed.datatype, printed.data) == ("RAW", job)
    assert printed.document == "kiosk", "a queue's list is read by others"
    assert tape.open_handles == 0


OUTCOMES = {
    "stuck": PrintOutcome(PrintState.FAILED, "spooler-stuck"),
    "paper-out": PrintOutcome(PrintState.FAILED, "paper-out"),
    "offline": PrintOutcome(PrintState.FAILED, "offline"),
    "door-open": PrintOutcome(PrintState.FAILED, "cover-open"),
    "torn": PrintOutcome(PrintState.FAILED, "printer-unreachable"),
    "gone-when-cancelled": PrintOutcome(PrintState.UNCONFIRMED, "spooled"),
}


def test_every_fault_has_an_expected_outcome() -> None:
    assert set(OUTCOMES) == set(FAULTS)


@pytest.mark.parametrize("fault", OUTCOMES)
def test_fault_ends_in_its_outcome_and_nothing_comes_out_later(
    job: bytes, impatient: Limits, quick: Limits, fault: str
) -> None:
    tape = SpoolerTape(NAME, fault)
    assert printer(tape, impatient).write(job) == OUTCOMES[fault]
    taken_out = [spooled.data for spooled in tape.cancelled]
    assert taken_out == ([] if fault in ("torn", "gone-when-cancelled") else [job])
    assert tape.open_handles == 0
    tape.fault = ""
    printed_before = len(tape.printed)
    assert printer(tape, quick).write(b"next").reason == "spooled"
    assert [spooled.data for spooled in tape.printed[printed_before:]] == [b"next"]


def test_printer_that_is_not_installed_is_unreachable(
    job: bytes, quick: Limits, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    outcome = printer(SpoolerTape(NAME), quick, "another").write(job)
    assert outcome == PrintOutcome(PrintState.FAILED, "printer-unreachable")
    assert "OpenPrinter: error 1801" in caplog.text


@pytest.mark.parametrize(
    ("fault", "readiness"),
    [("", Readiness.UNKNOWN), ("offline", Readiness.OFFLINE), ("door-open", Readiness.COVER_OPEN)],
)
def test_status_is_what_the_spooler_reports(quick: Limits, fault: str, readiness: Readiness) -> None:
    assert printer(SpoolerTape(NAME, fault), quick).status().readiness is readiness


def test_status_of_one_that_is_not_installed_is_unreachable(quick: Limits) -> None:
    with pytest.raises(KioskError) as caught:
        printer(SpoolerTape(NAME), quick, "another").status()
    assert caught.value.code is FailureCode.PRINTER_UNREACHABLE


def test_printers_are_listed_by_name() -> None:
    tape = SpoolerTape(NAME)
    assert WindowsSpooler(lambda: Winspool(tape, tape.last_error)).printers() == (NAME,)


def test_many_jobs_of_others_are_listed_and_left_alone(job: bytes, impatient: Limits) -> None:
    tape = SpoolerTape(NAME, "stuck")
    spooler = WindowsSpooler(lambda: Winspool(tape, tape.last_error))
    others = [spooler.print_raw(NAME, "report", bytes([number])) for number in range(50)]
    assert printer(tape, impatient).write(job) == PrintOutcome(PrintState.FAILED, "spooler-stuck")
    assert sorted(spooler.jobs(NAME)) == others
    assert [spooled.data for spooled in tape.cancelled] == [job]


def test_structures_are_as_large_as_the_headers_say() -> None:
    pointer = struct.calcsize("P")
    assert ctypes.sizeof(JobInfo) == (96 if pointer == 8 else 64)
    assert JobInfo.status.offset == (56 if pointer == 8 else 28)
    assert ctypes.sizeof(PrinterInfo) == 4
    assert ctypes.sizeof(PrinterName) == 3 * pointer


def test_system_without_a_windows_spooler_is_an_unreachable_printer(job: bytes, quick: Limits) -> None:
    if hasattr(ctypes, "WinDLL"):
        pytest.skip("this is Windows")
    outcome = WindowsPrinter(NAME, quick, winspool).write(job)
    assert outcome == PrintOutcome(PrintState.FAILED, "printer-unreachable")
