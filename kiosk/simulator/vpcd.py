"""A simulated card in vpcd's virtual reader: the card is a TCP client of the reader driver.

Both ways a message is its length in two bytes and its body. One byte is a control code: 0 power off, 1 power on,
2 reset, which are not answered, 4 asks for the ATR. Anything longer is a command APDU.
"""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from kiosk.failure import FailureCode, KioskError
from kiosk.simulator.card import Card
from kiosk.simulator.pcscd import READER_PORTS

_GET_ATR = b"\x04"
_POWER_OFF, _POWER_ON, _RESET = b"\x00", b"\x01", b"\x02"
_LENGTH_BYTES = 2
_DRAIN_BYTES = 4096
_CONNECT_WITHIN_S = 5.0
_NOTICED_WITHIN_S = 1.0
_STOPS_WITHIN_S = 5.0
_EMPTY_FOR_S = 0.8


class VpcdSlot:
    """One virtual reader, from the card's side. `with` takes the card out at the end."""

    def __init__(self, host: str = "127.0.0.1", port: int = READER_PORTS[0]) -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._usable_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    @property
    def inserted(self) -> bool:
        """Whether a card is connected; false again once the reader's driver has gone."""
        return self._thread is not None and self._thread.is_alive()

    def insert(self, card: Card) -> None:
        """Puts `card` in, after taking out what was there; its answers come from a thread of their own.

        The slot first stays empty for 0.8 s, as in a hand's swap: the service looks every 0.4 s and would take a
        quicker card for the one before.

        Raises:
            KioskError: SIMULATOR_UNAVAILABLE, no virtual reader listens there.
        """
        self.remove()
        time.sleep(max(0.0, self._usable_at - time.monotonic()))
        try:
            link = socket.create_connection(self._address, timeout=_CONNECT_WITHIN_S)
        except OSError as error:
            raise KioskError(
                FailureCode.SIMULATOR_UNAVAILABLE, f"no virtual reader on port {self._address[1]}"
            ) from error
        link.settimeout(None)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = link
        self._thread = threading.Thread(target=_serve, args=(link, card), name="vpcd-card", daemon=True)
        self._thread.start()

    def remove(self) -> None:
        """Takes the card out; nothing happens where none is. Returns when the driver has noticed, about 0.4 s later."""
        link, thread = self._socket, self._thread
        self._socket = self._thread = None
        if link is None or thread is None:
            return
        with suppress(OSError):  # the driver may have been faster
            link.shutdown(socket.SHUT_WR)
        thread.join(_NOTICED_WITHIN_S)
        with suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)
        thread.join(_STOPS_WITHIN_S)
        self._usable_at = time.monotonic() + _EMPTY_FOR_S

    def wait(self, timeout_s: float | None = None) -> bool:
        """Blocks until the card is out, by whichever side; returns whether it is."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return not self.inserted


def _serve(link: socket.socket, card: Card) -> None:
    with link, suppress(OSError):  # the driver went away: the card is out
        try:
            while (message := _receive(link)) is not None:
                answer = _answer(card, message)
                if answer is not None:
                    link.sendall(len(answer).to_bytes(_LENGTH_BYTES, "big") + answer)
        except KioskError:
            # the card was pulled: falling silent until the driver closes the link is how a reader sees that
            link.shutdown(socket.SHUT_WR)
            link.settimeout(_NOTICED_WITHIN_S)
            while link.recv(_DRAIN_BYTES):
                pass


def _answer(card: Card, message: bytes) -> bytes | None:
    if len(message) > 1:
        data, sw = card.transmit(message)
        return data + sw.to_bytes(2, "big")
    if message == _GET_ATR:
        return card.atr
    if message in (_POWER_OFF, _POWER_ON, _RESET):
        card.reset()
    return None


def _receive(link: socket.socket) -> bytes | None:
    """The next message; None when the driver has closed the link."""
    length = _receive_exactly(link, _LENGTH_BYTES)
    return None if length is None else _receive_exactly(link, int.from_bytes(length, "big"))


def _receive_exactly(link: socket.socket, size: int) -> bytes | None:
    received = bytearray()
    while len(received) < size:
        _acknowledge_at_once(link)
        part = link.recv(size - len(received))
        _acknowledge_at_once(link)
        if not part:
            return None
        received += part
    return bytes(received)


def _acknowledge_at_once(link: socket.socket) -> None:
    """The driver writes length and body apart; a delayed acknowledgement would cost 44 ms on every command."""
    if hasattr(socket, "TCP_QUICKACK"):
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
