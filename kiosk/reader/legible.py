"""Texts of strangers' codes: what can be a name, an address or a date, and what is damage or an attack.

Codes are unsigned and scanners mangle them. A text that no Vietnamese document bears (other scripts from a guessed
encoding, control characters, markup, formulas) becomes empty instead of travelling on to screens, slips and files.
Only ASCII digits are digits: those of other scripts look like numbers to people and to some parsers.
"""

import re
import unicodedata
from collections.abc import Callable
from types import MappingProxyType
from typing import TypeVar

from kiosk.dates import PartialDate, parse_date

_NAME_MAX = 255
_ADDRESS_MAX = 1000
_NAME_SIGNS = frozenset(" '’.,-()")
_ADDRESS_SIGNS = frozenset("’‘“”–—°²³№")
_SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_MARKUP = frozenset("<>")
_FORMULA_STARTS = ("=", "+", "-", "@")
# Capitals that look like the Vietnamese one in every font, and their small ones; old encodings and copied texts
# bring them.
_LOOK_ALIKES = MappingProxyType({ord("Ð"): "Đ", ord("ð"): "đ", ord("Ɖ"): "Đ", ord("ɖ"): "đ"})
# The names of some peoples (Ê-đê, Ba Na) need one mark that no composed letter has; floods of marks need many.
_MARKS_MAX = 2
_LOOSE_MARKS = re.compile(f"(?:^| )[\u0300-\u036f]|[\u0300-\u036f]{{{_MARKS_MAX + 1}}}")


Read = TypeVar("Read")


def noted(doubts: list[str], name: str, written: str, read: Read) -> Read:
    """`read` as it is; where something was written and nothing could be read, `name` joins the doubts."""
    if written and not read:
        doubts.append(name)
    return read


def noted_text(
    doubts: list[str], name: str, written: str, legible: Callable[[str], str], decode: Callable[[str], str] = str
) -> str:
    """What `legible` makes of a text, which `decode` brings out of what was written.

    The doubts are those of `noted`, and on a text that is legible `<name>-invisible` and `<name>-look-alike`: such
    characters stand on no card, so whoever made the code may mislead with them. Composing letters and joining spaces
    change nothing that people see and are no doubt.
    """
    text = decode(written)
    read = noted(doubts, name, written, legible(text))
    if read and any(unicodedata.category(character) == "Cf" for character in text):
        doubts.append(f"{name}-invisible")
    if read and any(ord(character) in _LOOK_ALIKES for character in text):
        doubts.append(f"{name}-look-alike")
    return read


def legible_name(written: str) -> str:
    """A person's name in NFC with single spaces, or empty where `written` cannot be one.

    A name without any mark is a name: some bear none, and others were lost with them by a keyboard-mode gun, which
    nobody can tell apart; whoever compares names folds the marks.
    """
    name = _tidy(written)
    if not name or len(name) > _NAME_MAX or not name[0].isalpha():
        return ""
    return name if all(_is_latin(letter) or letter in _NAME_SIGNS for letter in name) else ""


def legible_text(written: str) -> str:
    """An address or the like in NFC with single spaces, or empty where `written` cannot be one."""
    text = _tidy(written)
    if len(text) > _ADDRESS_MAX or text.startswith(_FORMULA_STARTS):
        return ""
    return text if all(_is_of_an_address(character) for character in text) else ""


def legible_date(written: str) -> PartialDate | None:
    """A date in ASCII digits, as `parse_date` reads it."""
    return parse_date(written) if written.isascii() else None


def _tidy(written: str) -> str:
    # Format characters (zero-width, direction overrides, byte order marks) are invisible and never meant.
    visible = "".join(character for character in written if unicodedata.category(character) != "Cf")
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", visible).strip()).translate(_LOOK_ALIKES)
    return "" if _LOOSE_MARKS.search(text) else text


def _is_latin(character: str) -> bool:
    """Whether it is a letter of the blocks that Vietnam's languages and Europe's names are written with, or a mark.

    Phonetic letters, letters of other widths, small capitals and clicks (one of which looks like a bar) are none.
    """
    if unicodedata.category(character) == "Mn":
        return "\u0300" <= character <= "\u0333"
    is_in_block = character < "\u0250" or "\u1e00" <= character <= "\u1eff"
    return is_in_block and unicodedata.category(character) in {"Lu", "Ll"} and _is_named_latin(character)


def _is_named_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN ")


def _is_of_an_address(character: str) -> bool:
    if character.isascii():
        return character.isprintable() and character not in _MARKUP
    return _is_latin(character) or character in _ADDRESS_SIGNS
