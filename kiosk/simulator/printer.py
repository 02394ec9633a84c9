"""A network receipt printer on 127.0.0.1 whose paper is pictures; it answers status and has faults on request."""

import logging
import selectors
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.simulator.printer_paper import Paper, TapeJob

__all__ = ["FAULTS", "PrinterTape", "TapeJob"]

_log = logging.getLogger(__name__)

FAULTS = {
    "paper-out": "there is no paper from the beginning",
    "paper-out-during": "the paper ends in the middle of the slip",
    "paper-out-late": "the same, and the printer first answers once more that all is well",
    "cover-open": "the cover is open",
    "answers-twice": "the cover is open, and each answer comes twice",
    "offline": "the printer is offline, nobody knows why",
    "cutter": "the cutter is jammed",
    "near-end": "the paper is nearly at its end; it prints",
    "silent": "it prints and never answers",
    "garbage-status": "it prints and answers with bytes that are no status",
    "unasked-status": "it prints, and sends status also when nobody asks",
    "refuses": "connections are refused",
    "closes-midway": "the connection is closed in the middle of the slip",
    "never-reads": "connections are taken and nothing is ever read or answered",
}
"""Name -> what it does."""

_ANSWERS_BEFORE_IT_NOTICES = 4
_GOOD = 0b0001_0010
_BITS: dict[str, dict[int, int]] = {
    "paper-out": {1: 0b1000, 2: 0b10_0000, 4: 0b110_1100},
    "cover-open": {1: 0b1000, 2: 0b100},
    "offline": {1: 0b1000},
    "cutter": {1: 0b1000, 2: 0b100_0000, 3: 0b1000},
    "near-end": {4: 0b1100},
}
_BITS["answers-twice"] = _BITS["cover-open"]
_NO_PAPER = {"paper-out", "cover-open", "answers-twice", "offline", "cutter"}
_PAPER_ENDS = {"paper-out-during", "paper-out-late", "closes-midway"}


@dataclass(slots=True)
class _Caller:
    line: socket.socket
    paper: Paper


class PrinterTape:
    """The printer as a context manager; it listens on `port` (0: any that is free) from its making on.

    Each cut slip is kept in `jobs` and, with `out`, as `printed-001.png` and `printed-001.bin`. `fault` is a name of
    `FAULTS` and may be changed at any time.

    Raises:
        OSError: the port is taken.
        KeyError: no such fault.
    """

    def __init__(self, port: int = 0, out: Path | None = None, fault: str = "") -> None:
        self._fault = _known(fault)
        self._listener = _bound(port)
        self.port = int(self._listener.getsockname()[1])
        self.jobs: list[TapeJob] = []
        self._out = out
        self._changed = threading.Condition()
        self._claimed = 0
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._callers: dict[int, _Caller] = {}
        self._paper_ended = False
        self._late_answers = 0
        self._stopping = False
        if fault != "refuses":
            self._listen()
        self._thread = threading.Thread(target=self._serve, name="printer-tape", daemon=True)
        self._thread.start()

    @property
    def target(self) -> str:
        """As `printer.target` names it."""
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def fault(self) -> str:
        """What is wrong with the printer now; empty: nothing."""
        return self._fault

    @fault.setter
    def fault(self, name: str) -> None:
        with self._changed:
            self._fault = _known(name)
            self._paper_ended = False
            self._late_answers = 0
        self._wake.send(b"f")

    def wait_for_job(self, timeout_s: float = 10.0) -> TapeJob:
        """The next job that no call has returned yet.

        Raises:
            TimeoutError: none was cut in time.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.jobs) > self._claimed, timeout_s):
                raise TimeoutError
            self._claimed += 1
            return self.jobs[self._claimed - 1]

    def close(self) -> None:
        """Ends all connections and the thread."""
        self._stopping = True
        self._wake.send(b"s")
        self._thread.join()
        for caller in self._callers.values():
            caller.line.close()
        self._selector.close()
        for end in (self._wake, self._woken, self._listener):
            end.close()

    def __enter__(self) -> Self:
        """The running printer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it."""
        self.close()

    def _serve(self) -> None:
        while not self._stopping:
            for key, _ in self._selector.select():
                if key.fileobj is self._woken:
                    self._woken.recv(64)
                    self._follow_fault()
                elif key.fileobj is self._listener:
                    self._take_caller()
                elif key.fd in self._callers:
                    # Not so for a line that this same round of events has closed.
                    self._read(key.fd)

    def _follow_fault(self) -> None:
        refusing = self._listener.fileno() not in self._selector.get_map()
        if self._fault == "refuses" and not refusing:
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = _bound(self.port)
        elif self._fault != "refuses" and refusing:
            self._listen()

    def _listen(self) -> None:
        self._listener.listen()
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)

    def _take_caller(self) -> None:
        try:
            line, _ = self._listener.accept()
        except OSError:
            return  # gone again before it was taken
        line.setblocking(True)
        caller = _Caller(line, Paper(lambda number: self._answer(line, number), self._keep, self._may_print))
        self._callers[line.fileno()] = caller
        if self._fault != "never-reads":
            self._selector.register(line, selectors.EVENT_READ)

    def _read(self, descriptor: int) -> None:
        caller = self._callers[descriptor]
        try:
            data = caller.line.recv(2048)
            if data:
                caller.paper.feed(data)
            # Closed with bytes unread, as a printer that loses power: the other side sees a reset.
            if data and not (self._fault == "closes-midway" and self._paper_ended):
                return
        except OSError:
            pass
        self._paper_ended = self._paper_ended and self._fault != "closes-midway"
        self._selector.unregister(caller.line)
        self._callers.pop(descriptor).line.close()

    def _answer(self, line: socket.socket, number: int) -> None:
        fault = self._fault
        if self._paper_ended and fault in ("paper-out-during", "paper-out-late"):
            late = fault == "paper-out-late" and self._late_answers < _ANSWERS_BEFORE_IT_NOTICES
            self._late_answers += late
            fault = "" if late else "paper-out"
        if fault == "silent":
            return
        if fault == "garbage-status":
            line.send(b"\xff")
            return
        if fault == "unasked-status":
            line.send(b"\x10\x00\x00\x00")
        answer = bytes((_GOOD | _BITS.get(fault, {}).get(number, 0),))
        line.send(answer * 2 if fault == "answers-twice" else answer)

    def _may_print(self) -> bool:
        if self._fault in _NO_PAPER or self._paper_ended:
            return False
        # The first picture still comes out: what is left of the paper, or of the connection.
        self._paper_ended = self._fault in _PAPER_ENDS
        return True

    def _keep(self, job: TapeJob) -> None:
        if self._fault in _NO_PAPER or self._paper_ended:
            return
        with self._changed:
            self.jobs.append(job)
            number = len(self.jobs)
            self._changed.notify_all()
        if self._out is not None:
            try:
                self._out.mkdir(parents=True, exist_ok=True)
                job.paper.save(self._out / f"printed-{number:03}.png")
                (self._out / f"printed-{number:03}.bin").write_bytes(job.raw)
            except OSError as error:
                _log.warning("paper cannot be kept: %s", type(error).__name__)


def _known(fault: str) -> str:
    if fault and fault not in FAULTS:
        raise KeyError(fault)
    return fault


def _bound(port: int) -> socket.socket:
    """A socket that holds the port and refuses everybody until it listens."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener
