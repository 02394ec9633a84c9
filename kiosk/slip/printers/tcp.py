"""A printer in the network, on its raw port (9100)."""

import socket
from dataclasses import dataclass

_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class TcpPort:
    """Host, as a name or an address, and port."""

    host: str
    port: int

    def open(self, limit_s: float) -> "TcpChannel":
        """Connects."""
        line = socket.create_connection((self.host, self.port), limit_s)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return TcpChannel(line)


class TcpChannel:
    """A connection. One that the printer ended is a broken line, in whichever direction it is noticed."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def send(self, data: bytes, limit_s: float) -> None:
        """Hands it to the network."""
        self._line.settimeout(limit_s)
        self._line.sendall(data)

    def receive(self, limit_s: float) -> bytes:
        """What came."""
        self._line.settimeout(limit_s)
        try:
            heard = self._line.recv(_AT_ONCE)
        except (TimeoutError, BlockingIOError):
            return b""
        if not heard:
            raise ConnectionResetError
        return heard

    def transfer_s(self, size: int) -> float:  # noqa: ARG002
        """No matter."""
        return 0.0

    def paper_out(self) -> bool:
        """A network says nothing of paper."""
        return False

    def close(self) -> None:
        """Disconnects."""
        self._line.close()
