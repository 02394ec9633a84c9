"""A printer at a serial port: 8 data bits, no parity, one stop bit."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import serial

try:
    import termios
except ImportError:  # Windows
    _LINE_ERRORS: tuple[type[Exception], ...] = ()
else:
    _LINE_ERRORS = (termios.error,)  # pyserial lets it through, and it is no OSError
_REFUSALS: tuple[type[Exception], ...] = (ValueError, *_LINE_ERRORS)


BAUDS = (9600, 19200, 38400, 57600, 115200)
FLOWS = ("hardware", "software", "none")
"""RTS/CTS, to which a printer's cable leads its DTR; XON/XOFF; or trust in the printer's buffer."""

_BITS_PER_BYTE = 10  # with start and stop bit
_EMPTYING_PAUSE_S = 0.01


@dataclass(frozen=True, slots=True)
class SerialPort:
    """The system's name of the port (`/dev/ttyS0`, `COM3`), bits per second, and a word of `FLOWS`."""

    name: str
    baud: int = 9600
    flow: str = "hardware"

    def open(self, limit_s: float) -> "SerialChannel":  # noqa: ARG002 - the system says at once whether it is there
        """Opens it for this program alone."""
        import serial  # a kiosk without such a printer does without it

        try:
            port = serial.Serial(
                self.name,
                self.baud,
                timeout=0,
                rtscts=self.flow == "hardware",
                xonxoff=self.flow == "software",
                exclusive=True,
            )
        except _REFUSALS as error:
            raise OSError(str(error)) from error
        return SerialChannel(port, self.baud)


@contextmanager
def _told_as_os_error() -> Iterator[None]:
    try:
        yield
    except _LINE_ERRORS as error:
        raise OSError(*error.args) from error


class SerialChannel:
    """An open port."""

    def __init__(self, port: "serial.Serial", baud: int) -> None:
        self._port = port
        self._baud = baud

    def send(self, data: bytes, limit_s: float) -> None:
        """Returns when the last byte has left: only then the printer's time begins."""
        import serial

        until = time.monotonic() + limit_s
        with _told_as_os_error():
            self._port.write_timeout = limit_s
            try:
                self._port.write(data)
            except serial.SerialTimeoutException as error:
                raise TimeoutError from error
            while self._port.out_waiting:
                if time.monotonic() >= until:
                    raise TimeoutError
                time.sleep(_EMPTYING_PAUSE_S)

    def receive(self, limit_s: float) -> bytes:
        """What came."""
        with _told_as_os_error():
            self._port.timeout = limit_s
            first: bytes = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else b""

    def transfer_s(self, size: int) -> float:
        """By the baud rate."""
        return size * _BITS_PER_BYTE / self._baud

    def paper_out(self) -> bool:
        """A serial line says nothing of paper."""
        return False

    def close(self) -> None:
        """Closes it, and drops what the printer did not take: the system would wait half a minute for that."""
        with suppress(OSError), _told_as_os_error():
            self._port.reset_output_buffer()
        self._port.close()
