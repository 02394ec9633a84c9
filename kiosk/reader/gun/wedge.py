"""A gun in keyboard mode: keys that come too fast for a hand -> whole codes.

It types on whatever holds the focus, through the system's input method, which may rewrite what it types.
"""

from dataclasses import dataclass, replace

from kiosk.privacy import Personal
from kiosk.reader.gun.heard import Heard, Keys, Scan
from kiosk.reader.gun.mend import mend_keys
from kiosk.reader.gun.sieve import STALL_S, Sieve, begins_like_a_code, is_mrz_going_on, is_whole
from kiosk.reader.input_method import BACKSPACE, visible
from kiosk.reader.payload import MAX_CHARACTERS

KEY_GAP_S = 0.08
"""The longest time between two keys of a gun: slow ones take 60 ms, and a busy system delays some."""
SHORTEST_CODE = 10
"""Fewer fast keys may be a hand's or an input method's; the shortest number of ours has ten digits."""
GUN_GAP_S = 0.035
"""No hand strikes ten keys in a row so fast on average."""
HAND_KEYS = 24
"""No hand strikes so many keys in a row without one pause longer than the key gap."""

_ENDS = "\r\n\t"
_LEAKED_MAX = 64
_STROKES_MAX = 4 * MAX_CHARACTERS
_HEAD = 64
_COMPOSED = "\ufdd0"
"""Stands in a burst where an input method was seen at work: a noncharacter, for one program's own use."""
_NO_CHARACTER = "\ufffe"


@dataclass(frozen=True, slots=True, repr=False)
class _Leaked(Personal):
    """Keys that were handed back, and how fast they came: the gaps within their bursts, in number and together."""

    text: str = ""
    gaps: int = 0
    gaps_s: float = 0.0


class WedgeCollector:
    """Tells a keyboard-mode gun's scans from a person's typing by the time between keys; a scan may last any time.

    Fast keys that are fewer than `SHORTEST_CODE`, or neither begin like a code nor are beyond a hand, are typing and
    handed back: late by `key_gap_s`, or by `STALL_S` where they might have been a code. A gun that falters among its
    keys is heard all the same: the first ones were handed back by then, and `Scan.leaked` says how many to take back.
    """

    def __init__(self, *, key_gap_s: float = KEY_GAP_S) -> None:
        self._key_gap_s = key_gap_s
        self._stream: list[str] = []
        self._shown = 0
        self._strokes = 0
        self._preedit = ""
        self._first_s = 0.0
        self._last_s = 0.0
        self._ended_s = float("-inf")
        self._leaked = _Leaked()
        self._leaked_s = float("-inf")
        self._sieve = Sieve(_mend)

    def feed(self, text: str, time_s: float) -> tuple[Heard, ...]:
        r"""Takes a key's character at the time of its event.

        Enter and Tab come as `\r`, `\n`, `\t`. Rewriting input methods send backspaces (`\b`): they take back.
        """
        heard = list(self.quiet(time_s))
        for character in text:
            heard += self._key(character, time_s)
        return tuple(heard)

    def compose(self, commit: str, preedit: str, time_s: float, *, replaced: int = 0) -> tuple[Heard, ...]:
        """Takes what an input method commits and what it goes on composing, in place of what it composed before.

        `replaced`: letters before that which it takes back as well.
        """
        heard = list(self.quiet(time_s))
        before, after = self._preedit, commit + preedit
        same = 0
        if not replaced:
            while same < min(len(before), len(after)) and before[same] == after[same]:
                same += 1
        self._preedit = preedit
        self._begin(time_s)
        self._keep(_COMPOSED)
        for _ in range(min(len(before) - same + replaced, self._shown)):
            self._keep(BACKSPACE)
        for character in after[same:]:
            heard += self._end(character, time_s) if character in _ENDS else self._show(character, time_s)
        self._strokes += 1
        return tuple(heard)

    def alive(self, time_s: float) -> None:
        """A key that gives no character by itself, as those of an Alt code: the burst goes on."""
        if self._strokes and time_s < self._last_s + self._gap_s:
            self._last_s = time_s
            self._strokes += 1

    def interrupt(self) -> tuple[Heard, ...]:
        """Something came that no gun does: the burst ends here."""
        heard = self._silence() if self._strokes else ()
        self._leaked = _Leaked()
        return heard

    def quiet(self, time_s: float) -> tuple[Heard, ...]:
        """What the silence up to `time_s` has ended."""
        heard = self._silence() if self._strokes and time_s >= self._last_s + self._gap_s else ()
        return (*heard, *self._sieve.quiet(time_s))

    @property
    def deadline_s(self) -> float | None:
        """When `quiet` will have something to say, if nothing more arrives."""
        return self._last_s + self._gap_s if self._strokes else self._sieve.deadline_s

    @property
    def is_gun(self) -> bool:
        """Whether no hand typed what has come so far."""
        return self._is_too_fast()

    @property
    def preedit(self) -> str:
        """What an input method still composes."""
        return self._preedit

    def forget_preedit(self) -> None:
        """The input method was told to begin anew."""
        self._preedit = ""

    @property
    def _gap_s(self) -> float:
        return max(STALL_S, self._key_gap_s) if self._is_too_fast() else self._key_gap_s

    def _is_too_fast(self) -> bool:
        """Whether no hand typed this."""
        if self._strokes < SHORTEST_CODE or self._shown < SHORTEST_CODE:
            return False
        mean_s = (self._last_s - self._first_s) / (self._strokes - 1)
        return (
            self._strokes >= HAND_KEYS
            or mean_s <= GUN_GAP_S
            or begins_like_a_code(visible("".join(self._stream[:_HEAD])))
        )

    def _is_gun(self, burst: str) -> bool:
        """The same, or a whole code: one that an input method committed in few pieces, or that a gun faltered in."""
        return (
            self._is_too_fast()
            or (self._shown >= SHORTEST_CODE and is_whole(_mend(burst).text))
            or self._is_rest_of_a_code(burst)
        )

    def _is_rest_of_a_code(self, burst: str) -> bool:
        """Whether it is a whole code with the keys before it, which came too fast for a hand but for the faltering."""
        keys = self._with_strokes(burst)
        return (
            bool(self._leaked.text and burst)
            and keys.gaps >= SHORTEST_CODE - 1
            and keys.gaps_s <= GUN_GAP_S * keys.gaps
            and is_whole(_mend(keys.text).text)
        )

    def _with_strokes(self, burst: str) -> _Leaked:
        """What was handed back, and this burst."""
        leaked, gaps = self._leaked, max(0, self._strokes - 1)
        return _Leaked(leaked.text + burst, leaked.gaps + gaps, leaked.gaps_s + self._last_s - self._first_s)

    def _key(self, character: str, time_s: float) -> tuple[Heard, ...]:
        if character in _ENDS:
            return self._end(character, time_s)
        self._begin(time_s)
        self._strokes += 1
        return self._show(character, time_s)

    def _begin(self, time_s: float) -> None:
        if not self._strokes:
            self._first_s = time_s
            if time_s - self._leaked_s > STALL_S:
                self._leaked = _Leaked()
        self._last_s = time_s

    def _show(self, character: str, time_s: float) -> tuple[Heard, ...]:
        self._last_s = time_s
        if character == BACKSPACE or self._shown <= MAX_CHARACTERS:  # one more than any code has: it is too long
            self._keep(_NO_CHARACTER if character == _COMPOSED else character)
        return ()

    def _keep(self, character: str) -> None:
        if len(self._stream) < _STROKES_MAX:
            self._stream.append(character)
            self._shown = max(0, self._shown - 1) if character == BACKSPACE else self._shown + (character != _COMPOSED)

    def _end(self, end: str, time_s: float) -> tuple[Heard, ...]:
        burst = "".join(self._stream)
        if burst.endswith("\n"):
            return ()  # the second half of CR LF within an MRZ
        if self._is_gun(burst):
            self._last_s = time_s
            if is_mrz_going_on(visible(self._leaked.text + burst)):
                self._keep("\n")
                return ()
            self._clear()
            self._ended_s = time_s
            burst, leaked = self._with_leaked(burst)
            return (_leaking(self._sieve.ended(burst, time_s), leaked),)
        self._clear()
        self._leaked = _Leaked()
        if not burst and time_s - self._ended_s <= self._key_gap_s:
            return ()  # the second half of CR LF after a scan
        if joined := self._sieve.joined(burst, time_s):
            self._ended_s = time_s
            return (joined,)
        return (Keys(_text(burst) + end),)

    def _silence(self) -> tuple[Heard, ...]:
        burst = "".join(self._stream)
        is_gun, all_keys = self._is_gun(burst), self._with_strokes(burst)
        self._clear()
        if is_gun:
            burst, leaked = self._with_leaked(burst)
            return tuple(_leaking(heard, leaked) for heard in self._sieve.stopped(burst, self._last_s))
        if joined := self._sieve.joined(burst, self._last_s):
            return (joined,)
        is_plain = BACKSPACE not in burst and _COMPOSED not in burst and len(all_keys.text) < _LEAKED_MAX
        self._leaked, self._leaked_s = (all_keys if is_plain else _Leaked()), self._last_s
        return (Keys(_text(burst)),)

    def _with_leaked(self, burst: str) -> tuple[str, int]:
        """The burst with the keys that were handed back right before it, where they are a code together.

        That comes first: a personal number that has lost its first two digits is a social insurance number.
        """
        leaked, self._leaked = self._leaked.text, _Leaked()
        return (leaked + burst, len(leaked)) if leaked and is_whole(_mend(leaked + burst).text) else (burst, 0)

    def _clear(self) -> None:
        self._stream.clear()
        self._shown = self._strokes = 0


def _leaking(heard: Heard, leaked: int) -> Heard:
    return replace(heard, leaked=leaked) if isinstance(heard, Scan) else heard


def _text(burst: str) -> str:
    return burst.replace(_COMPOSED, "")


def _mend(burst: str) -> Scan:
    return mend_keys(_text(burst), composed=_COMPOSED in burst)
