"""Every fault of a printer over every line: each ends in its outcome within its limits, and the next slip prints."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

import pytest
from PIL import Image, ImageChops

from kiosk.failure import FailureCode, KioskError
from kiosk.simulator.printer import FAULTS, PrinterTape, TapeJob
from kiosk.simulator.printer_pty import PrinterPty
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printers.escpos_printer import EscPosPrinter
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.serial_line import SerialPort
from kiosk.slip.printers.target import open_printer
from kiosk.slip.status import Readiness
from tests.patience import WITHIN_S

IN_TIME_S = WITHIN_S / 2
"""Much more than the limits here, for a busy machine; what never ends takes longer."""
UNREACHABLE = "printer-unreachable"
UNKNOWN = "status-unknown"


@dataclass
class Stand:
    """A stand-in on one of its lines."""

    device: PrinterTape | PrinterPty
    target: str

    def set_fault(self, fault: str) -> None:
        """In force when this returns."""
        self.device.fault = fault
        if isinstance(self.device, PrinterTape):
            wait_until_the_line_is(self.device, refused=fault == "refuses")

    def printer(self, limits: Limits) -> EscPosPrinter:
        printer = open_printer(self.target, limits)
        assert isinstance(printer, EscPosPrinter)
        return printer


@contextmanager
def at_tcp() -> Iterator[Stand]:
    with PrinterTape() as tape:
        yield Stand(tape, tape.target)


@contextmanager
def at_usb() -> Iterator[Stand]:
    with PrinterPty() as pty:
        yield Stand(pty, pty.usb_target)


@contextmanager
def at_serial() -> Iterator[Stand]:
    with PrinterPty() as pty:
        yield Stand(pty, pty.serial_target)


LINES: dict[str, Callable[[], AbstractContextManager[Stand]]] = {"tcp": at_tcp, "usb": at_usb, "serial": at_serial}


@pytest.fixture(params=LINES)
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    with LINES[request.param]() as stand:
        yield stand


def test_printed_slip_equals_the_drawn_one_dot_by_dot(
    stand: Stand, picture: Image.Image, job: bytes, quick: Limits
) -> None:
    assert stand.printer(quick).write(job) == PrintOutcome(PrintState.PRINTED)
    printed = stand.device.wait_for_job()
    assert (printed.raw, printed.unknown, printed.obeyed_in_picture) == (job, b"", 0)
    assert printed.paper.width == picture.width
    last_row = ImageChops.invert(picture.convert("L")).getbbox()
    assert last_row is not None
    drawn, paper = (image.convert("L").crop((0, 0, 576, last_row[3])) for image in (picture, printed.paper))
    assert ImageChops.subtract(drawn, paper).getbbox() is None, "no dot more"
    left_out = sum(ImageChops.subtract(paper, drawn).convert("1").histogram()[255:])
    assert left_out <= 8, "only the dots that would have been commands are missing"


def test_picture_with_a_hidden_command_would_be_obeyed_without_scrubbing(stand: Stand, quick: Limits) -> None:
    hidden = b"\x1b@\x1dv0\x00\x04\x00\x01\x00\xff\x10\x04\x01" + b"\x1dVB\x00"
    assert stand.printer(quick).write(hidden).state is PrintState.PRINTED
    assert stand.device.wait_for_job().obeyed_in_picture == 1


OUTCOMES = {
    "paper-out": PrintOutcome(PrintState.FAILED, "paper-out"),
    "paper-out-during": PrintOutcome(PrintState.FAILED, "paper-out"),
    "paper-out-late": PrintOutcome(PrintState.FAILED, "paper-out"),
    "answers-twice": PrintOutcome(PrintState.FAILED, "cover-open"),
    "cover-open": PrintOutcome(PrintState.FAILED, "cover-open"),
    "cover-opened-during": PrintOutcome(PrintState.FAILED, "cover-open"),
    "offline": PrintOutcome(PrintState.FAILED, "offline"),
    "cutter": PrintOutcome(PrintState.FAILED, "cutter"),
    "cutter-during": PrintOutcome(PrintState.FAILED, "cutter"),
    "overheated": PrintOutcome(PrintState.FAILED, "overheated"),
    "broken": PrintOutcome(PrintState.FAILED, "printer-error"),
    "near-end": PrintOutcome(PrintState.PRINTED),
    "narrow": PrintOutcome(PrintState.PRINTED),
    "silent": PrintOutcome(PrintState.UNCONFIRMED, UNKNOWN),
    "garbage-status": PrintOutcome(PrintState.UNCONFIRMED, UNKNOWN),
    "unasked-status": PrintOutcome(PrintState.PRINTED),
    "refuses": PrintOutcome(PrintState.FAILED, UNREACHABLE),
    "closes-midway": PrintOutcome(PrintState.UNCONFIRMED, UNREACHABLE),
    "half-open": PrintOutcome(PrintState.UNCONFIRMED, UNKNOWN),
    "never-reads": PrintOutcome(PrintState.UNCONFIRMED, UNKNOWN),
}
PRINTS = {"near-end", "silent", "garbage-status", "unasked-status", "narrow"}


def test_every_fault_has_an_expected_outcome() -> None:
    assert set(OUTCOMES) == set(FAULTS)


@pytest.mark.parametrize("fault", OUTCOMES)
def test_fault_ends_in_its_outcome_within_the_limits_and_the_next_slip_prints(
    stand: Stand, job: bytes, quick: Limits, impatient: Limits, fault: str
) -> None:
    stand.set_fault(fault)
    began = time.monotonic()
    expected = OUTCOMES[fault]
    limits = impatient if expected.reason == UNKNOWN else quick
    if fault == "never-reads" and isinstance(stand.device, PrinterPty):
        # A pseudo-terminal holds 4 kB: the job itself is not taken.
        expected, limits = PrintOutcome(PrintState.UNCONFIRMED, UNREACHABLE), replace(limits, send_s=0.4)
    assert stand.printer(limits).write(job) == expected
    assert time.monotonic() - began < IN_TIME_S
    if fault in PRINTS:
        assert stand.device.wait_for_job().raw == job
    else:
        assert stand.device.jobs == []

    stand.set_fault("")
    assert stand.printer(quick).write(job) == PrintOutcome(PrintState.PRINTED)
    assert stand.device.wait_for_job().raw == job


def wait_until_the_line_is(tape: PrinterTape, *, refused: bool) -> None:
    """The tape follows a change of fault on its own thread."""
    until = time.monotonic() + WITHIN_S
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


def test_job_that_a_stuck_printer_never_takes_is_given_up_in_time(stand: Stand, impatient: Limits) -> None:
    stand.set_fault("never-reads")
    printer, size = stand.printer(replace(impatient, send_s=0.3)), 50_000_000
    if isinstance(printer.port, SerialPort):
        # Such a line gets the time that its bits need on top of the limit.
        printer, size = replace(printer, port=replace(printer.port, baud=921_600)), 70_000
    began = time.monotonic()
    outcome = printer.write(bytes(size))
    assert outcome == PrintOutcome(PrintState.UNCONFIRMED, UNREACHABLE)
    assert time.monotonic() - began < IN_TIME_S


def test_nothing_is_sent_to_a_printer_that_says_no(stand: Stand, job: bytes, quick: Limits) -> None:
    stand.set_fault("cover-open")
    stand.printer(quick).write(job)
    stand.set_fault("")
    stand.printer(quick).write(job)
    assert stand.device.wait_for_job().raw == job, "one whole job, nothing of the first"


def test_printer_that_came_back_prints_with_the_same_object(stand: Stand, job: bytes, quick: Limits) -> None:
    printer = stand.printer(quick)
    stand.set_fault("refuses")
    assert printer.write(job).state is PrintState.FAILED
    stand.set_fault("")
    assert printer.write(job).state is PrintState.PRINTED


def test_printer_that_answered_is_waited_for_and_one_that_never_did_is_not(
    stand: Stand, job: bytes, impatient: Limits
) -> None:
    def took(fault: str, limits: Limits) -> float:
        stand.set_fault(fault)
        began = time.monotonic()
        assert stand.printer(limits).write(job).reason == UNKNOWN
        return time.monotonic() - began

    assert took("half-open", replace(impatient, answer_s=0.6, done_s=1.2, mute_s=0.1)) >= 1.2
    assert took("silent", replace(impatient, done_s=WITHIN_S, mute_s=0.1)) < IN_TIME_S


def test_host_that_does_not_answer_is_given_up_in_time(impatient: Limits) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            # The queue of callers is full now: further ones get no answer at all.
            began = time.monotonic()
            outcome = open_printer(f"tcp://127.0.0.1:{port}", replace(impatient, connect_s=0.3)).write(b"x")
            assert time.monotonic() - began < IN_TIME_S
    assert outcome.state in (PrintState.FAILED, PrintState.UNCONFIRMED)


def test_default_limits_are_those_of_the_desk() -> None:
    limits = Limits()
    assert limits.done_s <= 8.0
    assert limits.spool_s <= 15.0
    assert 0.5 <= limits.answer_s <= 1.0


def test_outcome_is_logged_without_the_job(
    stand: Stand, job: bytes, quick: Limits, caplog: pytest.LogCaptureFixture
) -> None:
    stand.set_fault("paper-out")
    stand.printer(quick).write(job)
    assert "slip failed: paper-out" in caplog.text
    assert "Mẫu" not in caplog.text


class TestStatus:
    @pytest.mark.parametrize(
        ("fault", "readiness"),
        [
            ("", Readiness.READY),
            ("paper-out", Readiness.PAPER_OUT),
            ("overheated", Readiness.OVERHEATED),
            ("silent", Readiness.UNKNOWN),
        ],
    )
    def test_it_is_asked_without_printing(
        self, stand: Stand, quick: Limits, impatient: Limits, fault: str, readiness: Readiness
    ) -> None:
        stand.set_fault(fault)
        assert stand.printer(impatient if fault == "silent" else quick).status().readiness is readiness
        assert stand.device.jobs == []

    def test_printer_that_is_away_is_unreachable(self, stand: Stand, quick: Limits) -> None:
        stand.set_fault("refuses")
        with pytest.raises(KioskError) as caught:
            stand.printer(quick).status()
        assert caught.value.code is FailureCode.PRINTER_UNREACHABLE


class TestModel:
    @pytest.mark.parametrize(("fault", "name"), [("", "TAPE"), ("narrow", "TM-P20"), ("silent", "")])
    def test_printer_names_its_model_or_does_not(
        self, stand: Stand, quick: Limits, impatient: Limits, fault: str, name: str
    ) -> None:
        stand.set_fault(fault)
        assert stand.printer(impatient if fault == "silent" else quick).model() == name

    def test_printer_that_is_away_is_unreachable(self, stand: Stand, quick: Limits) -> None:
        stand.set_fault("refuses")
        with pytest.raises(KioskError) as caught:
            stand.printer(quick).model()
        assert caught.value.code is FailureCode.PRINTER_UNREACHABLE


def test_paper_that_is_too_narrow_loses_what_is_wider(stand: Stand, job: bytes, quick: Limits) -> None:
    stand.set_fault("narrow")
    stand.printer(quick).write(job)
    printed: TapeJob = stand.device.wait_for_job()
    assert printed.paper.width == 384
