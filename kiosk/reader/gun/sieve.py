"""What both kinds of gun have in common: which bursts are scans, and what becomes of half ones."""

import re
import unicodedata
from collections.abc import Callable

from kiosk.reader.document import UnknownCode
from kiosk.reader.gun.heard import Discarded, Fault, Heard, Scan
from kiosk.reader.payload import MAX_CHARACTERS, parse

STALL_S = 0.25
"""How long a gun that is surely one may stall; more silence ends a code that no key closes."""
STALE_S = 3.0
"""How long half a scan waits for its other half."""
SCAN_INTERVAL_S = 0.5
"""The shortest time between two scans that a hand can make."""

_IMPLAUSIBLE_CATEGORIES = ("Cc", "Cs", "Co", "Cn")
_MRZ_LINES = {30: 3, 44: 2}

Mend = Callable[[str], Scan | None]
"""What a burst is as a code; None: it is no text."""


class Sieve:
    """Judges bursts as they came; `mend` is asked what they are."""

    def __init__(self, mend: Mend) -> None:
        self._mend = mend
        self._half = ""
        self._half_s = 0.0
        self._scan_s = float("-inf")

    def ended(self, burst: str, time_s: float) -> Heard:
        """A burst that Enter or its like closed."""
        scan = self._mend(burst)
        joined = None if scan is not None and is_whole(scan.text) else self.joined(burst, time_s)
        self._half = ""
        return joined or self._judged(scan, time_s)

    def stopped(self, burst: str, time_s: float) -> tuple[Heard, ...]:
        """A burst that only silence ended: a scan if it is whole, else half a scan that waits for the rest."""
        scan = self._mend(burst)
        if scan is not None and (is_whole(scan.text) or not is_plausible(scan.text) or len(scan.text) > MAX_CHARACTERS):
            return (self.ended(burst, time_s),)
        if joined := self.joined(burst, time_s):
            return (joined,)
        if scan is None:
            return (self.ended(burst, time_s),)
        earlier = (Discarded(Fault.HALF),) if self._half else ()
        self._half, self._half_s = burst, time_s
        return earlier

    def joined(self, burst: str, time_s: float) -> Heard | None:
        """The scan that the waiting half and `burst` are together, if they are one."""
        if not self._half:
            return None
        scan = self._mend(self._half + burst)
        if scan is None or not is_whole(scan.text):
            return None
        self._half = ""
        return self._judged(scan, time_s)

    def quiet(self, time_s: float) -> tuple[Heard, ...]:
        """A half scan goes when nothing completed it in time."""
        if self._half and time_s >= self._half_s + STALE_S:
            self._half = ""
            return (Discarded(Fault.HALF),)
        return ()

    def forget(self) -> None:
        """The device is gone, and half a scan with it."""
        self._half = ""

    @property
    def deadline_s(self) -> float | None:
        """When `quiet` will have something to say."""
        return self._half_s + STALE_S if self._half else None

    def _judged(self, scan: Scan | None, time_s: float) -> Heard:
        if scan is None:
            return Discarded(Fault.NOT_UTF8)
        if len(scan.text) > MAX_CHARACTERS:
            return Discarded(Fault.TOO_LONG)
        if not is_plausible(scan.text):
            return Discarded(Fault.IMPLAUSIBLE)
        if time_s - self._scan_s < SCAN_INTERVAL_S:
            return Discarded(Fault.TOO_SOON)
        self._scan_s = time_s
        return scan


def is_whole(text: str) -> bool:
    """Whether `text` is a document's code."""
    return not isinstance(parse(text), UnknownCode)


def is_plausible(text: str) -> bool:
    """Whether a document's code can hold each of these characters; line ends are an MRZ's."""
    return all(letter == "\n" or unicodedata.category(letter) not in _IMPLAUSIBLE_CATEGORIES for letter in text)


def is_mrz_going_on(text: str) -> bool:
    """Whether these are the first lines of an MRZ, each of which a gun closes like a code of its own."""
    first, *others = text.split("\n")
    lines = _MRZ_LINES.get(len(first), 0)
    return "<" in first and first[0] in "IACP" and len(others) + 1 < lines


_BEGINNING = re.compile(r"\W{0,3}(cccd\s*:\s*)?([0-9]{8,}|[a-z]{2}[0-9]{6,}|[a-z0-9<]{10,}<)", re.IGNORECASE)


def begins_like_a_code(text: str) -> bool:
    """Whether a document's code may begin so: a long number, a card number, a line of an MRZ."""
    return _BEGINNING.match(text) is not None
