r"""What a Vietnamese input method (Telex, VNI) did to a gun's keys, and which keys those were.

A rewriting method lets a key through, or takes some letters back and gives others. Both are seen: `stroke stream`
here is every character in the order of its arrival with `\b` for each letter taken back. A letter that returns with
another mark tells the key that made it so: `\bâ` after `a` was a second `a` in Telex, a `6` in VNI. So the keys can be
told again, without knowing which method it was or by which orthography it works; where they cannot, there is None.
"""

import unicodedata
from dataclasses import dataclass, replace
from enum import Enum

BACKSPACE = "\b"

_TONES = "\u0301\u0300\u0309\u0303\u0323"  # acute, grave, hook above, tilde, dot below
_BREAKS = (" ", "|", "/", "-", "$", ";", ",", ".", "\n")
"""What ends a word in our codes."""
_HAT, _BREVE, _HORN, _STROKE = "\u0302", "\u0306", "\u031b", "\u0335"


class Method(Enum):
    """A way of typing marks: the keys of the five tones, of hat, breve, horn and stroke, and of no tone."""

    TELEX = ("sfrxj", "", "w", "w", "d", "z")
    VNI = ("12345", "6", "8", "7", "9", "0")

    def key(self, mark: str, letter: str) -> str:
        """The key that puts `mark` on `letter`."""
        tones, hat, breve, horn, stroke, _ = self.value
        if mark in _TONES:
            return tones[_TONES.index(mark)]
        # Telex doubles the letter for a hat.
        return {_HAT: hat or letter, _BREVE: breve, _HORN: horn, _STROKE: stroke}[mark]

    @property
    def removing(self) -> str:
        """The key that takes a tone away."""
        return self.value[5]


@dataclass(frozen=True, slots=True)
class _Cell:
    """One letter on the screen: the keys that made it, and the last one that changed its marks."""

    letter: str
    keys: str
    marking: str = ""


def visible(stream: str) -> str:
    """What `stream` left on the screen."""
    shown: list[str] = []
    for character in stream:
        if character != BACKSPACE:
            shown.append(character)
        elif shown:
            shown.pop()
    return "".join(shown)


def keys_of(stream: str, method: Method) -> str | None:
    """The keys that `stream` was typed with, if `method` rewrote it; None where that cannot be."""
    cells: list[_Cell] = []
    at = 0
    while at < len(stream):
        if stream[at] != BACKSPACE:
            cells.append(_Cell(stream[at], stream[at]))
            at += 1
            continue
        count = len(stream) - at - len(stream[at:].lstrip(BACKSPACE))
        if count > len(cells):
            return None
        at += count
        rewritten = _rewritten(cells[-count:], stream[at:], method)
        if rewritten is None:
            return None
        cells[-count:] = rewritten
        at += len(rewritten)
    return "".join(cell.keys for cell in cells)


def _rewritten(old: list[_Cell], given: str, method: Method) -> list[_Cell] | None:
    """The cells that stand where `old` stood; `given` begins with their letters."""
    typed = "".join(cell.keys for cell in old)
    shown = "".join(cell.letter for cell in old)
    if typed != shown and given.startswith(typed) and given[len(typed) : len(typed) + 1] in _BREAKS:
        return [_Cell(key, key) for key in typed]  # the word ends and is none: the method gives the keys back
    if len(given) < len(old):
        return None
    new = [replace(cell, letter=letter) for cell, letter in zip(old, given, strict=False)]
    was, now = [_marks(cell.letter) for cell in old], [_marks(cell.letter) for cell in new]
    if [base.lower() for base, _ in was] != [base.lower() for base, _ in now]:
        return None
    lost, won = _sorted_marks(was), _sorted_marks(now)
    for mark in tuple(lost):
        if mark in won:  # moved to where it now belongs
            lost.remove(mark)
            won.remove(mark)
    if len(won) > 1 or len(lost) > 1:
        return None
    if won:
        place = next(
            at for at, (before, after) in enumerate(zip(was, now, strict=True)) if won[0] in after[1] - before[1]
        )
        return _with_key(new, place, method.key(won[0], now[place][0].lower()))
    if lost:
        place = next(
            at for at, (before, after) in enumerate(zip(was, now, strict=True)) if lost[0] in before[1] - after[1]
        )
        follows = given[len(old) : len(old) + 1]
        if follows and follows.lower() == old[place].marking:
            return new  # the same key again: the mark goes and the key stands, next in the stream
        return _with_key(new, place, method.removing) if lost[0] in _TONES else None
    return new


def _with_key(cells: list[_Cell], place: int, key: str) -> list[_Cell]:
    """The key was struck after the last of `cells`, wherever its mark stands."""
    marked = [replace(cell, marking=key) if at == place else cell for at, cell in enumerate(cells)]
    return [*marked[:-1], replace(marked[-1], keys=marked[-1].keys + key)]


def _marks(letter: str) -> tuple[str, frozenset[str]]:
    if letter in "đĐ":
        return ("d" if letter == "đ" else "D"), frozenset(_STROKE)
    decomposed = unicodedata.normalize("NFD", letter)
    return decomposed[:1], frozenset(decomposed[1:])


def _sorted_marks(letters: list[tuple[str, frozenset[str]]]) -> list[str]:
    return sorted(mark for _, marks in letters for mark in marks)
