"""A gun in serial mode (a COM port, real or over USB): bytes -> whole codes."""

from kiosk.reader.gun.heard import Heard, Scan
from kiosk.reader.gun.mend import mend_bytes
from kiosk.reader.gun.sieve import STALL_S, Sieve, is_mrz_going_on
from kiosk.reader.payload import MAX_CHARACTERS

_BYTES = "latin-1"  # one character for each byte


class SerialCollector:
    """Puts a serial gun's bytes together: codes end with CR, LF or both, or with `STALL_S` of silence."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._last_s = 0.0
        self._sieve = Sieve(_mend)

    def feed(self, data: bytes, time_s: float) -> tuple[Heard, ...]:
        """Takes what the port gave, split anywhere, even inside a letter."""
        heard = list(self.quiet(time_s))
        for byte in data:
            if byte not in b"\r\n":
                if len(self._bytes) <= MAX_CHARACTERS:  # one more than any code has: it is too long, and no longer kept
                    self._bytes.append(byte)
            elif self._bytes and self._bytes[-1:] != b"\n":
                heard += self._end(time_s)
        self._last_s = time_s
        return tuple(heard)

    def quiet(self, time_s: float) -> tuple[Heard, ...]:
        """What the silence up to `time_s` has ended."""
        heard: list[Heard] = []
        if self._bytes and time_s >= self._last_s + STALL_S:
            heard += self._sieve.stopped(self._taken(), self._last_s)
        return (*heard, *self._sieve.quiet(time_s))

    def forget(self) -> None:
        """The gun was unplugged: what it did not finish is not to meet the next code."""
        self._bytes.clear()
        self._sieve.forget()

    @property
    def deadline_s(self) -> float | None:
        """When `quiet` will have something to say, if nothing more arrives."""
        return self._last_s + STALL_S if self._bytes else self._sieve.deadline_s

    def _end(self, time_s: float) -> tuple[Heard, ...]:
        if is_mrz_going_on(self._bytes.decode("ascii", "replace")):
            self._bytes += b"\n"
            return ()
        return (self._sieve.ended(self._taken(), time_s),)

    def _taken(self) -> str:
        burst = self._bytes.decode(_BYTES)
        self._bytes.clear()
        return burst


def _mend(burst: str) -> Scan | None:
    return mend_bytes(burst.encode(_BYTES))
