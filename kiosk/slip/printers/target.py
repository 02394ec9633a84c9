"""A printer job -> paper: over TCP with its status before and after, into a file, or not at all.

That a network accepted a job proves nothing: a printer without paper accepts it too. So the printer is asked before
the job and again until it is at rest after it, and an unclear answer stays unclear.
"""

import logging
import re
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from kiosk.failure import FailureCode, KioskError
from kiosk.slip.files import write_whole
from kiosk.slip.outcome import PrintOutcome, PrintState, SlipPrinter
from kiosk.slip.status import QUESTIONS, PrinterStatus, Readiness, is_status, question, read_status

_log = logging.getLogger(__name__)

_TCP = re.compile(r"tcp://(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/:@\[\]]+):(?P<port>[0-9]{1,5})")
_UNREACHABLE = FailureCode.PRINTER_UNREACHABLE.value
_OUTPUT_UNWRITABLE = FailureCode.OUTPUT_UNWRITABLE.value


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits in seconds.

    `answer_s` for one status byte, `send_s` for a whole job, `done_s` for the printer to be at rest afterwards. It is
    believed only when it still says ready `settle_s` after the job was sent: paper ends while it is being printed.
    """

    connect_s: float = 2.0
    answer_s: float = 0.7
    send_s: float = 6.0
    done_s: float = 8.0
    settle_s: float = 0.8
    pause_s: float = 0.2


def open_printer(target: str, limits: Limits = Limits()) -> SlipPrinter:
    """The printer that the settings name: `tcp://HOST:PORT`, `file:PATH` or `none`. Nothing is contacted yet.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    if target == "none":
        return NoPrinter()
    if target.startswith("file:") and target != "file:":
        return FilePrinter(Path(target.removeprefix("file:")).expanduser())
    if (found := _TCP.fullmatch(target)) and 0 < int(found["port"]) < 65536:
        return NetworkPrinter(found["host"].strip("[]"), int(found["port"]), limits)
    raise KioskError(FailureCode.SETTINGS_INVALID, "printer.target: not tcp://HOST:PORT, file:PATH or none")


@dataclass(frozen=True, slots=True)
class NoPrinter:
    """No printer by the settings: the number stays on the screen."""

    def write(self, job: bytes) -> PrintOutcome:  # noqa: ARG002
        """Prints nothing and says so."""
        return PrintOutcome(PrintState.OFF)


@dataclass(frozen=True, slots=True)
class FilePrinter:
    """A file that holds the last job; or a device file, which cannot tell what became of the paper."""

    file: Path

    def write(self, job: bytes) -> PrintOutcome:
        """Writes the job, whole or not at all."""
        try:
            write_whole(self.file, job)
        except OSError as error:
            _log.warning("slip file cannot be written: %s", type(error).__name__)
            return PrintOutcome(PrintState.FAILED, _OUTPUT_UNWRITABLE)
        if self.file.is_file():
            return PrintOutcome(PrintState.PRINTED)
        return PrintOutcome(PrintState.UNCONFIRMED, Readiness.UNKNOWN.value)


@dataclass(frozen=True, slots=True)
class NetworkPrinter:
    """An ESC/POS printer on a raw TCP port (9100). A connection lasts one job: printers serve one at a time."""

    host: str
    port: int
    limits: Limits

    def write(self, job: bytes) -> PrintOutcome:
        """Asks, prints, and asks until the printer is at rest."""
        try:
            line = socket.create_connection((self.host, self.port), self.limits.connect_s)
        except OSError as error:
            _log.warning("printer unreachable: %s", type(error).__name__)
            return PrintOutcome(PrintState.FAILED, _UNREACHABLE)
        with line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            outcome = self._print(line, job)
        if outcome.state is not PrintState.PRINTED:
            _log.warning("slip %s: %s", outcome.state.value, outcome.reason)
        return outcome

    def status(self) -> PrinterStatus:
        """What the printer says of itself; nothing is printed.

        Raises:
            KioskError: PRINTER_UNREACHABLE.
        """
        try:
            with socket.create_connection((self.host, self.port), self.limits.connect_s) as line:
                return self._ask(line)
        except OSError as error:
            raise KioskError(FailureCode.PRINTER_UNREACHABLE, type(error).__name__) from error

    def _print(self, line: socket.socket, job: bytes) -> PrintOutcome:
        try:
            before = self._ask(line)
        except OSError:
            return PrintOutcome(PrintState.FAILED, _UNREACHABLE)
        if before.readiness not in (Readiness.READY, Readiness.UNKNOWN):
            return PrintOutcome(PrintState.FAILED, before.readiness.value)
        if before.paper_near_end:
            _log.warning("printer paper near its end")
        try:
            line.settimeout(self.limits.send_s)
            line.sendall(job)
            return self._wait_until_done(line)
        except OSError:
            # Some of the job left this machine; how much of it is paper, nobody knows.
            return PrintOutcome(PrintState.UNCONFIRMED, _UNREACHABLE)

    def _wait_until_done(self, line: socket.socket) -> PrintOutcome:
        sent = time.monotonic()
        last = Readiness.UNKNOWN
        while (waited := time.monotonic() - sent) < self.limits.done_s:
            last = self._ask(line).readiness
            if last is Readiness.READY and waited >= self.limits.settle_s:
                return PrintOutcome(PrintState.PRINTED)
            if last not in (Readiness.READY, Readiness.UNKNOWN, Readiness.OFFLINE):
                return PrintOutcome(PrintState.FAILED, last.value)
            time.sleep(self.limits.pause_s)
        if last is Readiness.OFFLINE:
            return PrintOutcome(PrintState.FAILED, last.value)
        return PrintOutcome(PrintState.UNCONFIRMED, Readiness.UNKNOWN.value)

    def _ask(self, line: socket.socket) -> PrinterStatus:
        """All four questions; after one without an answer the others are not asked.

        Raises:
            OSError: the connection broke.
        """
        answers = {}
        for number in QUESTIONS:
            _drain(line)
            line.settimeout(self.limits.answer_s)
            line.sendall(question(number))
            byte = self._answer(line)
            if byte is None:
                break
            answers[number] = byte
        return read_status(answers)

    def _answer(self, line: socket.socket) -> int | None:
        """The first byte that can be a status within the limit; other bytes are passed over."""
        until = time.monotonic() + self.limits.answer_s
        while (left := until - time.monotonic()) > 0:
            line.settimeout(left)
            try:
                byte = line.recv(1)
            except TimeoutError:
                return None
            if not byte:
                raise ConnectionResetError
            if is_status(byte[0]):
                return byte[0]
        return None


def _drain(line: socket.socket) -> None:
    """Throws away what the printer sent unasked: it would be taken for the answer to the next question."""
    line.setblocking(False)
    try:
        while line.recv(256):
            continue
    except BlockingIOError:
        return
    raise ConnectionResetError
