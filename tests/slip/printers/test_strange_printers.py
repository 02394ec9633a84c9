"""Printers that behave as none should, over real lines: each ends in time, and nothing unclear is called printed."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from kiosk.simulator.printer import PrinterTape
from kiosk.simulator.printer_pty import PrinterPty
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.target import open_printer
from tests.patience import WITHIN_S

IN_TIME_S = WITHIN_S / 2
"""Much more than the limits here, for a busy machine; what never ends takes longer."""
UNKNOWN = PrintOutcome(PrintState.UNCONFIRMED, "status-unknown")
READY = b"\x12"

Serve = Callable[[socket.socket], None]


@contextmanager
def strange(serve: Serve) -> Iterator[str]:
    """A printer's target whose callers `serve` treats, each in a thread of its own, until they or this hang up."""
    threads: list[threading.Thread] = []
    lines: list[socket.socket] = []

    def answer(line: socket.socket) -> None:
        with suppress(OSError), line:
            serve(line)

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                lines.append(line)
                threads.append(threading.Thread(target=answer, args=(line,)))
                threads[-1].start()

    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def takes_everything(line: socket.socket) -> None:
    with suppress(OSError):
        while line.recv(65536):
            pass


@pytest.mark.parametrize("chatter", [bytes(range(256)), READY, b"\x12\x00"], ids=["everything", "ready", "both"])
def test_printer_that_never_falls_silent_is_never_believed(chatter: bytes, impatient: Limits, job: bytes) -> None:
    def babbles(line: socket.socket) -> None:
        reading = threading.Thread(target=takes_everything, args=(line,))
        reading.start()
        try:
            while True:
                line.sendall(chatter * (4096 // len(chatter)))
        finally:
            reading.join()

    began = time.monotonic()
    with strange(babbles) as target:
        assert open_printer(target, impatient).write(job) == UNKNOWN
    assert time.monotonic() - began < IN_TIME_S


@pytest.mark.parametrize("answers", [1, 2, 3])
def test_printer_that_stops_answering_halfway_is_not_believed(answers: int, impatient: Limits, job: bytes) -> None:
    def answers_some(line: socket.socket) -> None:
        for _ in range(answers):
            line.recv(3)
            line.sendall(READY)
        takes_everything(line)

    with strange(answers_some) as target:
        assert open_printer(target, impatient).write(job) == UNKNOWN


def test_printer_that_takes_a_byte_now_and_then_ends_in_time(impatient: Limits) -> None:
    done = threading.Event()

    def dribbles(line: socket.socket) -> None:
        while not done.wait(0.02) and line.recv(1):
            pass

    began = time.monotonic()
    with strange(dribbles) as target:
        outcome = open_printer(target, replace(impatient, send_s=0.4)).write(bytes(8_000_000))
        done.set()
    assert outcome == PrintOutcome(PrintState.UNCONFIRMED, "printer-unreachable")
    assert time.monotonic() - began < IN_TIME_S


def test_printer_that_hangs_up_at_once_has_printed_nothing(impatient: Limits, job: bytes) -> None:
    with strange(lambda _: None) as target:
        assert open_printer(target, impatient).write(job).state is not PrintState.PRINTED


def test_two_desks_at_one_network_printer_get_their_own_whole_slips(quick: Limits, job: bytes) -> None:
    other = job.replace(b"\x1dVB\x00", b"\x1bJ\x20\x1dVB\x00")
    outcomes: list[PrintOutcome] = []

    def print_three(one: bytes) -> None:
        outcomes.extend(open_printer(tape.target, quick).write(one) for _ in range(3))

    with PrinterTape() as tape:
        desks = [threading.Thread(target=print_three, args=(one,)) for one in (job, other)]
        for desk in desks:
            desk.start()
        for desk in desks:
            desk.join()
        assert outcomes == [PrintOutcome(PrintState.PRINTED)] * 6
        assert sorted(one.raw for one in tape.jobs) == sorted([job, other] * 3)


@pytest.mark.parametrize("line", ["usb_target", "serial_target"])
def test_second_desk_at_a_line_for_one_prints_nothing_or_all(line: str, quick: Limits, job: bytes) -> None:
    # Each may take an answer that was the other's, who then waits in vain.
    quick = replace(quick, answer_s=2.0, done_s=5.0)
    with PrinterPty() as pty:
        target = getattr(pty, line)
        outcomes: list[PrintOutcome] = []
        desks = [
            threading.Thread(target=lambda: outcomes.append(open_printer(target, quick).write(job))) for _ in range(2)
        ]
        for desk in desks:
            desk.start()
        for desk in desks:
            desk.join()
        printed = [outcome for outcome in outcomes if outcome.state is PrintState.PRINTED]
        assert all(one.unknown == b"" for one in pty.jobs)
        assert len(pty.jobs) >= len(printed)
