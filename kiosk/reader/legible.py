"""Texts of strangers' codes: what can be a name, an address or a date, and what is damage or an attack.

Codes are unsigned and scanners mangle them. A text that no Vietnamese document bears (other scripts from a guessed
encoding, control characters, markup, formulas) becomes empty instead of travelling on to screens, slips and files.
"""

import re
import unicodedata
from typing import TypeVar

from kiosk.dates import PartialDate, parse_date

_NAME_MAX = 255
_ADDRESS_MAX = 1000
_NAME_SIGNS = frozenset(" '’.,-()")
_ADDRESS_SIGNS = frozenset("’‘“”–—°²³№")
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_MARKUP = frozenset("<>")
_FORMULA_STARTS = ("=", "+", "-", "@")


Read = TypeVar("Read")


def noted(doubts: list[str], name: str, written: str, read: Read) -> Read:
    """`read` as it is; where something was written and nothing could be read, `name` joins the doubts."""
    if written and not read:
        doubts.append(name)
    return read


def legible_name(written: str) -> str:
    """A person's name in NFC with single spaces, or empty where `written` cannot be one."""
    name = _tidy(written)
    if not name or len(name) > _NAME_MAX or not _is_latin(name[0]):
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
    return unicodedata.normalize("NFC", _SPACES.sub(" ", visible).strip())


def _is_latin(character: str) -> bool:
    if unicodedata.category(character) == "Mn":
        return unicodedata.name(character, "").startswith("COMBINING")
    return unicodedata.name(character, "").startswith("LATIN ")


def _is_of_an_address(character: str) -> bool:
    if character.isascii():
        return character.isprintable() and character not in _MARKUP
    return _is_latin(character) or character in _ADDRESS_SIGNS
