"""A token belongs to the address that it was taken from: what a change of the line costs, and that it stays cheap."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from kiosk.lookup.answer import CardAnswer, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.gateway import Gateway
from kiosk.simulator.gateway import GatewaySandbox


class Line:
    """A relay to the sandbox that calls from an address of its own; connections end when the address changes."""

    def __init__(self, port: int) -> None:
        self.addresses = ["127.0.0.2"]
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve, name="relay")]
        self._threads[0].start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def move(self, *addresses: str) -> None:
        """From now on connections come from these addresses, in turns."""
        self.addresses = list(addresses)
        self._cut()

    def close(self) -> None:
        with closing(self._listening):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._cut()
        for thread in self._threads:
            thread.join()

    def _cut(self) -> None:
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self.addresses.append(address := self.addresses.pop(0))
                far = socket.create_connection(("127.0.0.1", self._port), source_address=(address, 0))
                self._open += [near, far]
                for source, target in ((near, far), (far, near)):
                    self._threads.append(threading.Thread(target=_pass_on, args=(source, target), name="relay-way"))
                    self._threads[-1].start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    source.close()


@pytest.fixture
def line(sandbox: GatewaySandbox) -> Iterator[Line]:
    line = Line(sandbox.port)
    yield line
    line.close()


def test_address_that_changes_costs_one_login(
    line: Line, open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    gateway = open_gateway(base_url=line.base_url)
    for address in ("127.0.0.3", "127.0.0.4"):
        assert isinstance(gateway.look_up(question), CardAnswer)
        line.move(address)
    answer = gateway.look_up(question)
    assert isinstance(answer, CardAnswer)
    assert [receipt.http_status for receipt in answer.receipts] == [401, 200]
    assert sandbox.counts.logins == 3


def test_two_lines_in_turns_do_not_log_in_without_end(
    line: Line,
    open_gateway: Callable[..., Gateway],
    sandbox: GatewaySandbox,
    question: Question,
    advance: Callable[[float], None],
) -> None:
    gateway = open_gateway(base_url=line.base_url, logins_per_hour=5)
    kinds = []
    for turn in range(20):
        line.move(f"127.0.0.{2 + turn % 2}")
        answer = gateway.look_up(question)
        kinds.append(answer.kind if isinstance(answer, ServiceTrouble) else None)
    assert kinds == [None] * 5 + [TroubleKind.RATE_LIMITED] * 15
    assert sandbox.counts.logins == 5
    advance(3601)
    assert isinstance(gateway.look_up(question), CardAnswer)
