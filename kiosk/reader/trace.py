"""What passes between reader and card, without a word of what is said: headers, lengths, status words, times."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.failure import KioskError
from kiosk.privacy import redact_answer, redact_command
from kiosk.reader.connection import CardConnection, kind_of, reset


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command and its answer, counted in bytes and seconds.

    `header` is the command's first four bytes, `at_s` counts from the start of the trace, `sw` is None where no answer
    came.
    """

    header: bytes
    at_s: float
    took_s: float
    sent: int
    received: int
    sw: int | None


class Traced:
    """A connection that tells a line of each exchange, as `12.3 ms  +8.1 ms  00A4020C Lc=2 -> 9000`.

    No data of a command or an answer is in it, so that it may be sent to whoever is to help. `exchanges` keeps the
    same for counting.
    """

    def __init__(
        self,
        connection: CardConnection,
        tell: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._connection = connection
        self._tell = tell
        self._clock = clock
        self._started_s = clock()
        self.exchanges: list[Exchange] = []

    @property
    def kind(self) -> str:
        """That of the connection beneath."""
        return kind_of(self._connection)

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Passes one command on."""
        began_s = self._clock()
        try:
            data, sw = self._connection.transmit(command)
        except KioskError as error:
            self._note(command, began_s, b"", None, error.code.value)
            raise
        self._note(command, began_s, data, sw, redact_answer(data, sw))
        return data, sw

    def reset(self) -> None:
        """Passes the reset on."""
        began_s = self._clock()
        reset(self._connection)
        self._tell(self._line(began_s, "reset"))

    def _note(self, command: bytes, began_s: float, data: bytes, sw: int | None, answer: str) -> None:
        received = 0 if sw is None else len(data) + 2
        took_s = self._clock() - began_s
        self.exchanges.append(Exchange(command[:4], began_s - self._started_s, took_s, len(command), received, sw))
        self._tell(self._line(began_s, f"{redact_command(command)} -> {answer}"))

    def _line(self, began_s: float, what: str) -> str:
        at_ms, took_ms = (1000 * (began_s - self._started_s), 1000 * (self._clock() - began_s))
        return f"{at_ms:9.1f} ms  +{took_ms:.1f} ms  {what}"
