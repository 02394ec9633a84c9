"""Jobs over real TCP to a printer with and without faults: each ends in its outcome, within its limits."""

import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import ImageChops

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.record import CheckIn
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles
from kiosk.simulator.printer import FAULTS, PrinterTape
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printer import Limits, NetworkPrinter, open_printer
from kiosk.slip.slip import Slip, make_slip
from kiosk.slip.status import Readiness
from kiosk.text import Language

QUICK = Limits(connect_s=2.0, answer_s=2.0, send_s=5.0, done_s=5.0, settle_s=0.1, pause_s=0.02)
"""Ends early where the printer answers, and has time where the machine is busy."""

IMPATIENT = replace(QUICK, answer_s=0.2, done_s=0.5)
"""For printers that never answer."""

UNREACHABLE = "printer-unreachable"
UNKNOWN = "status-unknown"


@pytest.fixture(scope="module")
def slip(clinic: Clinic, fonts: FontFiles, check_in_of: Callable[..., CheckIn]) -> Slip:
    return make_slip(check_in_of(), clinic, Language.VI, width_dots=576, fonts=fonts, training=True)


def test_printed_slip_equals_the_rendered_one_dot_by_dot(tape: PrinterTape, slip: Slip) -> None:
    assert open_printer(tape.target, QUICK).write(slip.job) == PrintOutcome(PrintState.PRINTED)
    job = tape.wait_for_job()
    assert (job.raw, job.unknown, job.obeyed_in_picture) == (slip.job, b"", 0)
    assert job.paper.size == slip.image.size
    rendered, printed = slip.image.convert("L"), job.paper.convert("L")
    assert ImageChops.subtract(rendered, printed).getbbox() is None, "no dot more"
    left_out = sum(ImageChops.subtract(printed, rendered).convert("1").histogram()[255:])
    assert left_out <= 8, "only the dots that would have been commands are missing"


@pytest.mark.parametrize("width_dots", [576, 512, 384])
def test_all_widths_print_whole(
    tape: PrinterTape, clinic: Clinic, fonts: FontFiles, check_in_of: Callable[..., CheckIn], width_dots: int
) -> None:
    slip = make_slip(check_in_of(), clinic, Language.EN, width_dots=width_dots, fonts=fonts, training=False)
    assert open_printer(tape.target, QUICK).write(slip.job).state is PrintState.PRINTED
    assert tape.wait_for_job().paper.size == slip.image.size


def test_picture_with_a_hidden_command_would_be_obeyed_without_scrubbing(tape: PrinterTape, slip: Slip) -> None:
    hidden = b"\x1b@\x1dv0\x00\x04\x00\x01\x00\xff\x10\x04\x01" + b"\x1dVB\x00"
    assert open_printer(tape.target, QUICK).write(hidden).state is PrintState.PRINTED
    assert tape.wait_for_job().obeyed_in_picture == 1


OUTCOMES = {
    "paper-out": PrintOutcome(PrintState.FAILED, "paper-out"),
    "paper-out-during": PrintOutcome(PrintState.FAILED, "paper-out"),
    "paper-out-late": PrintOutcome(PrintState.FAILED, "paper-out"),
    "answers-twice": PrintOutcome(PrintState.FAILED, "cover-open"),
    "cover-open": PrintOutcome(PrintState.FAILED, "cover-open"),
    "offline": PrintOutcome(PrintState.FAILED, "offline"),
    "cutter": PrintOutcome(PrintState.FAILED, "cutter"),
    "near-end": PrintOutcome(PrintState.PRINTED),
    "silent": PrintOutcome(PrintState.UNCONFIRMED, UNKNOWN),
    "garbage-status": PrintOutcome(PrintState.UNCONFIRMED, UNKNOWN),
    "unasked-status": PrintOutcome(PrintState.PRINTED),
    "refuses": PrintOutcome(PrintState.FAILED, UNREACHABLE),
    "closes-midway": PrintOutcome(PrintState.UNCONFIRMED, UNREACHABLE),
    "never-reads": PrintOutcome(PrintState.UNCONFIRMED, UNKNOWN),
}
PRINTS = {"near-end", "silent", "garbage-status", "unasked-status"}


def test_every_fault_has_an_expected_outcome() -> None:
    assert set(OUTCOMES) == set(FAULTS)


@pytest.mark.parametrize("fault", OUTCOMES)
def test_fault_ends_in_its_outcome_within_the_limits_and_the_next_slip_prints(
    tape: PrinterTape, slip: Slip, fault: str
) -> None:
    tape.fault = fault
    wait_until_the_line_is(tape, refused=fault == "refuses")
    began = time.monotonic()
    limits = IMPATIENT if OUTCOMES[fault].reason == UNKNOWN else QUICK
    assert open_printer(tape.target, limits).write(slip.job) == OUTCOMES[fault]
    assert time.monotonic() - began < 4.0
    if fault in PRINTS:
        assert tape.wait_for_job().raw == slip.job
    else:
        assert tape.jobs == []

    tape.fault = ""
    wait_until_the_line_is(tape, refused=False)
    assert open_printer(tape.target, QUICK).write(slip.job) == PrintOutcome(PrintState.PRINTED)
    assert tape.wait_for_job().raw == slip.job


def wait_until_the_line_is(tape: PrinterTape, *, refused: bool) -> None:
    """The tape follows a change of fault on its own thread."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", tape.port), 1).close()
        except ConnectionRefusedError:
            if refused:
                return
        except (ConnectionResetError, TimeoutError):
            # The listener was closed under the call, or its queue was full of our own earlier calls.
            continue
        else:
            if not refused:
                return
    raise TimeoutError


def test_job_that_a_stuck_printer_never_takes_is_given_up_in_time(tape: PrinterTape) -> None:
    tape.fault = "never-reads"
    began = time.monotonic()
    outcome = open_printer(tape.target, replace(IMPATIENT, send_s=0.3)).write(bytes(50_000_000))
    assert outcome == PrintOutcome(PrintState.UNCONFIRMED, UNREACHABLE)
    assert time.monotonic() - began < 4.0


def test_nothing_is_sent_to_a_printer_that_says_no(tape: PrinterTape, slip: Slip) -> None:
    tape.fault = "cover-open"
    open_printer(tape.target, QUICK).write(slip.job)
    tape.fault = ""
    open_printer(tape.target, QUICK).write(slip.job)
    assert tape.wait_for_job().raw == slip.job, "one whole job, nothing of the first"


def test_printer_that_came_back_prints_with_the_same_object(tape: PrinterTape, slip: Slip) -> None:
    printer = open_printer(tape.target, QUICK)
    tape.fault = "paper-out"
    assert printer.write(slip.job).state is PrintState.FAILED
    tape.fault = ""
    assert printer.write(slip.job).state is PrintState.PRINTED


def test_host_that_does_not_answer_is_given_up_in_time() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            # The queue of callers is full now: further ones get no answer at all.
            began = time.monotonic()
            outcome = open_printer(f"tcp://127.0.0.1:{port}", replace(IMPATIENT, connect_s=0.3)).write(b"x")
            assert time.monotonic() - began < 4.0
    assert outcome.state in (PrintState.FAILED, PrintState.UNCONFIRMED)


def test_default_limits_are_those_of_the_desk() -> None:
    limits = Limits()
    assert limits.done_s <= 8.0
    assert 0.5 <= limits.answer_s <= 1.0


def test_outcome_is_logged_without_the_job(tape: PrinterTape, slip: Slip, caplog: pytest.LogCaptureFixture) -> None:
    tape.fault = "paper-out"
    open_printer(tape.target, QUICK).write(slip.job)
    assert "slip failed: paper-out" in caplog.text
    assert "Nguyễn" not in caplog.text


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


def test_device_file_is_written_to_and_not_replaced() -> None:
    device = Path("/dev/null")
    if not device.is_char_device():
        pytest.skip("no device files here")
    assert open_printer("file:/dev/null").write(b"x") == PrintOutcome(PrintState.UNCONFIRMED, UNKNOWN)
    assert device.is_char_device()


@pytest.mark.parametrize(
    "target",
    ["", "tcp://", "tcp://printer", "tcp://printer:", "tcp://printer:0", "tcp://printer:65536", "tcp://printer:9100/x",
     "tcp://user@printer:9100", "tcp://:9100", "tcp:printer:9100", "usb:1", "file:", "none ", "tcp://printer:91 00",
     "lpt1", "tcp://printer:-1", "tcp://[::1:9100"],
)  # fmt: skip
def test_target_that_is_none_is_settings_invalid(target: str) -> None:
    with pytest.raises(KioskError, match=r"printer\.target") as caught:
        open_printer(target)
    assert caught.value.code is FailureCode.SETTINGS_INVALID


@pytest.mark.parametrize("target", ["tcp://192.0.2.10:9100", "tcp://may-in.benhvien.example:9100", "tcp://[::1]:9100"])
def test_target_of_a_network_printer_is_accepted_and_not_contacted(target: str) -> None:
    assert open_printer(target) == open_printer(target)


class TestStatus:
    @pytest.mark.parametrize(
        ("fault", "readiness"),
        [("", Readiness.READY), ("paper-out", Readiness.PAPER_OUT), ("silent", Readiness.UNKNOWN)],
    )
    def test_it_is_asked_without_printing(self, tape: PrinterTape, fault: str, readiness: Readiness) -> None:
        tape.fault = fault
        printer = open_printer(tape.target, IMPATIENT if fault == "silent" else QUICK)
        assert isinstance(printer, NetworkPrinter)
        assert printer.status().readiness is readiness
        assert tape.jobs == []

    def test_printer_that_is_away_is_unreachable(self) -> None:
        printer = open_printer("tcp://127.0.0.1:1", QUICK)
        assert isinstance(printer, NetworkPrinter)
        with pytest.raises(KioskError) as caught:
            printer.status()
        assert caught.value.code is FailureCode.PRINTER_UNREACHABLE
