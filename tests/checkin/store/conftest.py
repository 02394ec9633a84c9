"""A line to a PostgreSQL server that is cut where a test says, and a program that is killed on its way."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from enum import Enum, auto
from pathlib import Path
from typing import Any

import pytest

from kiosk.simulator.postgresql import PostgresServer

# A simple query [PostgreSQL 15, 55.7]: `Q`, the length of what follows with itself, the text, a zero.
COMMIT = b"Q" + (4 + len(b"COMMIT\0")).to_bytes(4) + b"COMMIT\0"


class Cut(Enum):
    """What becomes of a commit.

    It never arrives, and the desk reads the line's end or a reset; it arrives and its answer is lost; nobody is told.
    """

    BEFORE = auto()
    RESET = auto()
    AFTER = auto()
    SILENT = auto()


class CutLine:
    """Passes bytes on to a server, until a commit comes by for which a cut is planned."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.cuts: list[Cut] = []
        self.commits = 0
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_now()
        for thread in self._threads:
            thread.join()

    def cut_now(self) -> None:
        """Ends every connection, as a switch without power does, but so that both sides notice."""
        for line in self._open:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _start(self, work: Callable[..., None], *given: socket.socket) -> None:
        self._threads.append(threading.Thread(target=work, args=given))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                desk, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                self._open += [desk, server]
                self._start(self._to_server, desk, server)
                self._start(self._to_desk, server, desk)

    def _to_server(self, desk: socket.socket, server: socket.socket) -> None:
        with suppress(OSError), closing(desk):
            while sent := desk.recv(65536):
                cut = None
                if sent == COMMIT:
                    self.commits += 1
                    cut = self.cuts.pop(0) if self.cuts else None
                if cut is Cut.SILENT:
                    desk.shutdown(socket.SHUT_RDWR)
                    return  # the server is told nothing
                if cut is Cut.RESET:
                    desk.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if cut in {Cut.BEFORE, Cut.RESET}:
                    break
                if cut is Cut.AFTER:
                    desk.shutdown(socket.SHUT_WR)  # whatever the server answers, the desk never reads it
                server.sendall(sent)
                if cut is Cut.AFTER:
                    return
            server.shutdown(socket.SHUT_RDWR)

    def _to_desk(self, server: socket.socket, desk: socket.socket) -> None:
        with suppress(OSError), closing(server):
            while sent := server.recv(65536):
                desk.sendall(sent)
            desk.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(postgresql_server: PostgresServer) -> Iterator[CutLine]:
    """A line to the server, at a port of its own."""
    with closing(CutLine(postgresql_server.port)) as cut:
        yield cut


@pytest.fixture
def cuts() -> type[Cut]:
    """Which cuts there are."""
    return Cut


@pytest.fixture(scope="session")
def killed_at(run_warm: Callable[..., Any]) -> Callable[..., int]:
    """Runs `store_process.py`, which kills itself after so many steps; how it ended."""
    program = Path(__file__).with_name("store_process.py")
    return lambda *words: int(run_warm(program, *words).status)
