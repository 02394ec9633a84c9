"""Scanner guns: keys or bytes that come too fast for a hand -> whole codes. No Qt, no clock of its own.

A gun in keyboard mode types on whatever holds the focus, through the system's input method, which may rewrite what
it types; in serial mode it sends the code's bytes, split anywhere. Neither is bound to close a code with Enter.
Both collectors are fed as things arrive, with the time, and asked (`quiet`) when `deadline_s` has come.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from kiosk.privacy import Personal
from kiosk.reader.codes import text_of
from kiosk.reader.document import UnknownCode
from kiosk.reader.payload import MAX_CHARACTERS, parse

KEY_GAP_S = 0.06
"""The longest time between two keys of a gun."""
STALL_S = 0.25
"""How long a gun that is surely one may stall; more silence ends a code that no key closes."""
STALE_S = 3.0
"""How long half a scan waits for its other half."""
SCAN_INTERVAL_S = 0.5
"""The shortest time between two scans that a hand can make."""
SHORTEST_CODE = 10
"""Fewer fast keys may be a hand's or an input method's; the shortest number of ours has ten digits."""

_ENDS = "\r\n\t"
_BACKSPACE = "\b"
_IMPLAUSIBLE_CATEGORIES = ("Cc", "Cs", "Co", "Cn")
_MRZ_LINES = {30: 3, 44: 2}


@dataclass(frozen=True, slots=True, repr=False)
class Scan(Personal):
    """A whole code, as it was scanned."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Keys(Personal):
    """Keys that were no scan, to be handed back to where they were typed."""

    text: str


class Fault(StrEnum):
    """Why something scanned was thrown away."""

    HALF = "half"
    IMPLAUSIBLE = "implausible"
    TOO_LONG = "too-long"
    TOO_SOON = "too-soon"
    NOT_UTF8 = "not-utf8"


@dataclass(frozen=True, slots=True)
class Discarded:
    """Something scanned that goes nowhere."""

    fault: Fault


Heard = Scan | Keys | Discarded


class WedgeCollector:
    """Tells a keyboard-mode gun's scans from a person's typing by the time between keys; a scan may last any time.

    Fewer than `SHORTEST_CODE` fast keys are typing and handed back, late by `key_gap_s` at most.
    """

    def __init__(self, *, key_gap_s: float = KEY_GAP_S) -> None:
        self._key_gap_s = key_gap_s
        self._keys: list[str] = []
        self._last_s = 0.0
        self._ended_s = float("-inf")
        self._sieve = _Sieve()

    def feed(self, text: str, time_s: float) -> tuple[Heard, ...]:
        r"""Takes a key's character, or what an input method commits, at the time of its event.

        Enter and Tab come as `\r`, `\n`, `\t`. Rewriting input methods send backspaces (`\b`): they take back.
        """
        heard = list(self.quiet(time_s))
        for character in text:
            heard += self._key(character, time_s)
        return tuple(heard)

    def quiet(self, time_s: float) -> tuple[Heard, ...]:
        """What the silence up to `time_s` has ended."""
        heard: list[Heard] = []
        if self._keys and time_s >= self._last_s + self._gap_s:
            heard += self._silence()
        return (*heard, *self._sieve.quiet(time_s))

    @property
    def deadline_s(self) -> float | None:
        """When `quiet` will have something to say, if nothing more arrives."""
        return self._last_s + self._gap_s if self._keys else self._sieve.deadline_s

    @property
    def _gap_s(self) -> float:
        return self._key_gap_s if len(self._keys) < SHORTEST_CODE else max(STALL_S, self._key_gap_s)

    def _key(self, character: str, time_s: float) -> tuple[Heard, ...]:
        if character in _ENDS:
            return self._end(character, time_s)
        if character == _BACKSPACE and self._keys:
            self._keys.pop()
        elif len(self._keys) <= MAX_CHARACTERS:  # one more than any code has: it is too long, and no longer kept
            self._keys.append(character)
        self._last_s = time_s
        return ()

    def _end(self, end: str, time_s: float) -> tuple[Heard, ...]:
        text = "".join(self._keys)
        if text.endswith("\n"):
            return ()  # the second half of CR LF within an MRZ
        if len(text) >= SHORTEST_CODE:
            self._last_s = time_s
            if _is_mrz_going_on(text):
                self._keys.append("\n")
                return ()
            self._keys.clear()
            self._ended_s = time_s
            return (self._sieve.ended(text, time_s),)
        self._keys.clear()
        if not text and time_s - self._ended_s <= self._key_gap_s:
            return ()  # the second half of CR LF after a scan
        if joined := self._sieve.joined(text, time_s):
            self._ended_s = time_s
            return (joined,)
        return (Keys(text + end),)

    def _silence(self) -> tuple[Heard, ...]:
        text = "".join(self._keys)
        self._keys.clear()
        if len(text) >= SHORTEST_CODE:
            return self._sieve.stopped(text, self._last_s)
        joined = self._sieve.joined(text, self._last_s)
        return (joined or Keys(text),)


class SerialCollector:
    """Puts a serial gun's bytes together: codes end with CR, LF or both, or with `STALL_S` of silence."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._last_s = 0.0
        self._sieve = _Sieve()

    def feed(self, data: bytes, time_s: float) -> tuple[Heard, ...]:
        """Takes what the port gave, split anywhere, even inside a letter."""
        heard = list(self.quiet(time_s))
        for byte in data:
            if byte not in b"\r\n":
                if len(self._bytes) <= MAX_CHARACTERS:
                    self._bytes.append(byte)
            elif self._bytes and self._bytes[-1:] != b"\n":
                heard += self._end(time_s)
        self._last_s = time_s
        return tuple(heard)

    def quiet(self, time_s: float) -> tuple[Heard, ...]:
        """What the silence up to `time_s` has ended."""
        heard: list[Heard] = []
        if self._bytes and time_s >= self._last_s + STALL_S:
            text = self._taken()
            heard += self._sieve.stopped(text, self._last_s) if isinstance(text, str) else (text,)
        return (*heard, *self._sieve.quiet(time_s))

    @property
    def deadline_s(self) -> float | None:
        """When `quiet` will have something to say, if nothing more arrives."""
        return self._last_s + STALL_S if self._bytes else self._sieve.deadline_s

    def _end(self, time_s: float) -> tuple[Heard, ...]:
        if _is_mrz_going_on(self._bytes.decode("ascii", "replace")):
            self._bytes += b"\n"
            return ()
        text = self._taken()
        return (self._sieve.ended(text, time_s) if isinstance(text, str) else text,)

    def _taken(self) -> str | Discarded:
        payload = bytes(self._bytes)
        self._bytes.clear()
        try:
            return text_of(payload)
        except UnicodeDecodeError:
            return Discarded(Fault.NOT_UTF8)


class _Sieve:
    """What both kinds of gun have in common: which bursts are scans, and what becomes of half ones."""

    def __init__(self) -> None:
        self._half = ""
        self._half_s = 0.0
        self._scan_s = float("-inf")

    def ended(self, text: str, time_s: float) -> Heard:
        """A burst that Enter or its like closed."""
        joined = None if _is_whole(text) else self.joined(text, time_s)
        self._half = ""
        return joined or self._scan(text, time_s)

    def stopped(self, text: str, time_s: float) -> tuple[Heard, ...]:
        """A burst that only silence ended: a scan if it is whole, else half a scan that waits for the rest."""
        if _is_whole(text) or not _is_plausible(text) or len(text) > MAX_CHARACTERS:
            return (self.ended(text, time_s),)
        if joined := self.joined(text, time_s):
            return (joined,)
        earlier = (Discarded(Fault.HALF),) if self._half else ()
        self._half, self._half_s = text, time_s
        return earlier

    def joined(self, text: str, time_s: float) -> Heard | None:
        """The scan that the waiting half and `text` are together, if they are one."""
        whole = self._half + text
        if not self._half or not _is_whole(whole):
            return None
        self._half = ""
        return self._scan(whole, time_s)

    def quiet(self, time_s: float) -> tuple[Heard, ...]:
        """A half scan goes when nothing completed it in time."""
        if self._half and time_s >= self._half_s + STALE_S:
            self._half = ""
            return (Discarded(Fault.HALF),)
        return ()

    @property
    def deadline_s(self) -> float | None:
        return self._half_s + STALE_S if self._half else None

    def _scan(self, text: str, time_s: float) -> Heard:
        if len(text) > MAX_CHARACTERS:
            return Discarded(Fault.TOO_LONG)
        if not _is_plausible(text):
            return Discarded(Fault.IMPLAUSIBLE)
        if time_s - self._scan_s < SCAN_INTERVAL_S:
            return Discarded(Fault.TOO_SOON)
        self._scan_s = time_s
        return Scan(text)


def _is_whole(text: str) -> bool:
    return not isinstance(parse(text), UnknownCode)


def _is_plausible(text: str) -> bool:
    return all(letter == "\n" or unicodedata.category(letter) not in _IMPLAUSIBLE_CATEGORIES for letter in text)


def _is_mrz_going_on(text: str) -> bool:
    """Whether these are the first lines of an MRZ, each of which a gun closes like a code of its own."""
    first, *others = text.split("\n")
    lines = _MRZ_LINES.get(len(first), 0)
    return "<" in first and first[0] in "IACP" and len(others) + 1 < lines
