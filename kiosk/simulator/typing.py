r"""A barcode gun in keyboard mode, and the Vietnamese input method that its keys go through.

Written from how UniKey and its relatives work, without the reader's modules: both sides must agree by themselves.
What comes out is what a window would get: characters (`\b` takes one back), texts that a method composes and commits,
and Alt codes.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

BACKSPACE = "\b"
_VOWELS = "aeiouy"
_BREAKS = " |/-$.,;:'\"!?()<>=+*#%@_&\r\n\t"


class Letters(StrEnum):
    """How a gun types a letter that is on no US keyboard."""

    DROPPED = "dropped"
    QUESTIONED = "questioned"
    PLAIN = "plain"
    LATIN = "latin"
    WHOLE = "whole"
    ALT_UNICODE = "alt-unicode"
    ALT_BYTES = "alt-bytes"


class Style(StrEnum):
    """How a method shows what it rewrote: taken back and typed anew, composed in place, or replaced by the system."""

    BACKSPACES = "backspaces"
    PREEDIT = "preedit"
    REPLACING = "replacing"


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """One character as a key press gives it."""

    character: str


@dataclass(frozen=True, slots=True, repr=False)
class AltCode:
    """Alt held while these digits are struck on the keypad."""

    digits: str


@dataclass(frozen=True, slots=True, repr=False)
class Composed:
    """What an input method commits and what it still composes; `replaced` letters before it go."""

    commit: str
    preedit: str = ""
    replaced: int = 0


Struck = Key | AltCode | Composed


def gun_keys(text: str, letters: Letters, *, caps_lock: bool = False) -> Iterator[Key | AltCode]:
    """The keys of a gun that types `text` on what it takes for a US keyboard."""
    for character in unicodedata.normalize("NFC", text):
        if character.isascii():
            yield Key(character.swapcase() if caps_lock else character)
        else:
            yield from _foreign(character, letters)


def _foreign(character: str, letters: Letters) -> Iterator[Key | AltCode]:
    match letters:
        case Letters.WHOLE:
            yield Key(character)
        case Letters.ALT_UNICODE:
            yield AltCode(f"0{ord(character)}" if ord(character) < 256 else str(ord(character)))
        case Letters.ALT_BYTES:
            for byte in character.encode():
                yield AltCode(f"0{byte}")
        case Letters.LATIN if ord(character) < 256:
            yield Key(character)
        case Letters.PLAIN | Letters.LATIN:
            plain = unicodedata.normalize("NFD", character)[0]
            yield Key({"đ": "d", "Đ": "D"}.get(plain, plain))
        case Letters.QUESTIONED:
            yield Key("?")
        case _:
            pass


@dataclass(slots=True)
class _Letter:
    """A letter of the word that is being typed, with its marks."""

    base: str
    mark: str = ""
    tone: str = ""

    @property
    def shown(self) -> str:
        if self.mark == "-":
            return "Đ" if self.base.isupper() else "đ"
        return unicodedata.normalize("NFC", self.base + self.mark + self.tone)


_HAT, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VNI_MARKS = {"6": (_HAT, "aeo"), "7": (_HORN, "uo"), "8": (_BREVE, "a")}


class _Word:
    """One word under a method's rules. `reverted`: a doubled key took its mark back, and the rest is literal."""

    def __init__(self, method: str, *, digits_end_marks: bool) -> None:
        self._vni = method == "vni"
        self._digits_end_marks = digits_end_marks
        self.letters: list[_Letter] = []
        self.keys = ""
        self._literal = False

    @property
    def shown(self) -> str:
        return "".join(letter.shown for letter in self.letters)

    def strike(self, key: str) -> None:
        self.keys += key
        if self._literal or not (self._tone(key) or self._mark(key)):
            self._append(key)

    def _append(self, key: str) -> None:
        self.letters.append(_Letter(key))
        if not key.isalpha() and self._digits_end_marks:
            self._literal = True

    def _revert(self, key: str) -> None:
        self.letters.append(_Letter(key))
        self._literal = True

    def _vowels(self) -> list[_Letter]:
        """The last vowels of the word, the u of qu not among them."""
        end = len(self.letters)
        while end and self.letters[end - 1].base.lower() not in _VOWELS:
            if not self.letters[end - 1].base.isalpha():
                return []
            end -= 1
        start = end
        while start and self.letters[start - 1].base.lower() in _VOWELS:
            start -= 1
        found = self.letters[start:end]
        onset = "".join(letter.base.lower() for letter in self.letters[:start])
        if len(found) > 1 and onset.endswith("q") and found[0].base.lower() == "u":
            return found[1:]
        return found

    def _tone(self, key: str) -> bool:
        tones = _VNI_TONES if self._vni else _TELEX_TONES
        vowels = self._vowels()
        if key.lower() == ("0" if self._vni else "z"):
            toned = [letter for letter in vowels if letter.tone]
            for letter in toned:
                letter.tone = ""
            return bool(toned)
        tone = tones.get(key.lower())
        if tone is None or not vowels:
            return False
        before = next((letter.tone for letter in vowels if letter.tone), "")
        for letter in vowels:
            letter.tone = ""
        if before == tone:
            self._revert(key)
        else:
            self._bearer(vowels).tone = tone
        return True

    def _bearer(self, vowels: list[_Letter]) -> _Letter:
        marked = [letter for letter in vowels if letter.mark]
        if marked:
            return marked[-1]
        if len(vowels) == 2:
            return vowels[self.letters[-1] is not vowels[-1]]
        return vowels[len(vowels) // 2]

    def _mark(self, key: str) -> bool:
        if key.lower() == ("9" if self._vni else "d"):
            return self._stroke(key)
        if self._vni:
            mark, bases = _VNI_MARKS.get(key, ("", ""))
            return bool(mark) and self._put(key, mark, bases)
        if key.lower() in "aeo":
            return self._put(key, _HAT, key.lower())
        if key.lower() == "w":
            if self._put(key, _HORN, "uo") or self._put(key, _BREVE, "a"):
                return True
            if not self._vowels():
                self.letters.append(_Letter("U" if key.isupper() else "u", _HORN))
                return True
        return False

    def _stroke(self, key: str) -> bool:
        first = self.letters[0] if self.letters else None
        if first is None or first.base.lower() != "d" or (len(self.letters) > 1 and not self._vowels()):
            return False
        if first.mark:
            first.mark = ""
            self._revert(key)
        else:
            first.mark = "-"
        return True

    def _put(self, key: str, mark: str, bases: str) -> bool:
        takers = [letter for letter in self._vowels() if letter.base.lower() in bases]
        if not takers:
            return False
        if all(letter.mark == mark for letter in takers):
            for letter in takers:
                letter.mark = ""
            self._revert(key)
        else:
            for letter in takers if mark == _HORN else takers[-1:]:
                letter.mark = mark
        return True


def through_method(
    keys: Iterator[Key | AltCode],
    method: str,
    style: Style,
    *,
    digits_end_marks: bool = True,
    restores: bool = False,
) -> Iterator[Struck]:
    """What a window gets of `keys` through `method` (`telex` or `vni`).

    `digits_end_marks`: after a digit no mark is put in the same word (UniKey); else a digit begins a new word.
    `restores`: a word that cannot be Vietnamese gets its keys back when it ends.
    """
    word = _Word(method, digits_end_marks=digits_end_marks)
    for struck in keys:
        character = struck.character if isinstance(struck, Key) else ""
        ends = not character.isascii() or not character or character in _BREAKS
        if ends:
            yield from _ended(word, style, restores=restores)
            word = _Word(method, digits_end_marks=digits_end_marks)
            yield struck
            continue
        before = word.shown
        word.strike(character)
        yield from _change(before, word.shown, character, style)
        if not digits_end_marks and character.isdigit() and word.shown.endswith(character):
            yield from _ended(word, style, restores=False)
            word = _Word(method, digits_end_marks=digits_end_marks)
    yield from _ended(word, style, restores=restores)


def _change(before: str, after: str, key: str, style: Style) -> Iterator[Struck]:
    if style is Style.PREEDIT:
        yield Composed("", after)
    elif after == before + key:
        yield Key(key)
    else:
        yield from _replace(before, after, style)


def _replace(before: str, after: str, style: Style) -> Iterator[Struck]:
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    if style is Style.REPLACING:
        yield Composed(after[same:], "", len(before) - same)
        return
    for _ in before[same:]:
        yield Key(BACKSPACE)
    for character in after[same:]:
        yield Key(character)


def _ended(word: _Word, style: Style, *, restores: bool) -> Iterator[Struck]:
    shown = word.shown
    final = word.keys if restores and any(map(str.isdigit, shown)) else shown
    if not word.keys:
        return
    if style is Style.PREEDIT:
        yield Composed(final)
    elif final != shown:
        yield from _replace(shown, final, style)
