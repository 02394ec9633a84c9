"""A network receipt printer on 127.0.0.1 whose paper is pictures; it answers status and has faults on request."""

import selectors
import socket
import threading
from dataclasses import dataclass
from pathlib import Path

from kiosk.simulator.printer_faults import FAULTS
from kiosk.simulator.printer_paper import Paper, TapeJob
from kiosk.simulator.printer_tray import StandInPrinter

__all__ = ["FAULTS", "PrinterTape", "TapeJob"]


@dataclass(slots=True)
class _Caller:
    line: socket.socket
    paper: Paper


class PrinterTape(StandInPrinter):
    """The printer as a context manager; it listens on `port` (0: any that is free) from its making on.

    Each cut slip is kept in `jobs` and, with `out`, as `printed-001.png` and `printed-001.bin`. `fault` is a name of
    `FAULTS` and may be changed at any time.

    Raises:
        OSError: the port is taken.
        KeyError: no such fault.
    """

    def __init__(self, port: int = 0, out: Path | None = None, fault: str = "") -> None:
        super().__init__(out, fault)
        self._listener = _bound(port)
        self.port = int(self._listener.getsockname()[1])
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._callers: dict[int, _Caller] = {}
        self._stopping = False
        if not self._tray.temper.is_away:
            self._listen()
        self._thread = threading.Thread(target=self._serve, name="printer-tape", daemon=True)
        self._thread.start()

    @property
    def target(self) -> str:
        """As `printer.target` names it."""
        return f"tcp://127.0.0.1:{self.port}"

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

    def _fault_changed(self) -> None:
        self._wake.send(b"f")

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
        away = self._tray.temper.is_away
        refusing = self._listener.fileno() not in self._selector.get_map()
        if away and not refusing:
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = _bound(self.port)
        elif not away and refusing:
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
        tray = self._tray
        paper = Paper(
            answer=lambda number: _send(line, tray.temper.answer(number)),
            printed=tray.keep,
            may_print=lambda: tray.temper.may_print(),
            identify=lambda: _send(line, tray.temper.name()),
        )
        self._callers[line.fileno()] = _Caller(line, paper)
        if not tray.temper.is_deaf:
            self._selector.register(line, selectors.EVENT_READ)

    def _read(self, descriptor: int) -> None:
        caller = self._callers[descriptor]
        try:
            data = caller.line.recv(2048)
            if data:
                caller.paper.feed(data)
            # Closed with bytes unread, as a printer that loses power: the other side sees a reset.
            if data and not self._tray.temper.breaks_line:
                return
        except OSError:
            pass
        if self._tray.temper.breaks_line:
            self._tray.temper.stopped = False
        self._selector.unregister(caller.line)
        self._callers.pop(descriptor).line.close()


def _send(line: socket.socket, answer: bytes) -> None:
    if answer:
        line.send(answer)


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
