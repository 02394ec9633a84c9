"""Whether two documents speak of one person: names and birth dates as different offices write them."""

import unicodedata
from enum import Enum

from kiosk.dates import PartialDate

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_PLAIN_D = str.maketrans("đðɖ", "ddd")
"""Old conversions of Vietnamese text wrote đ as the letter of Iceland or of West Africa that looks the same."""
_SHORTEST_CUT_NAME = 27
"""An MRZ of an ID card holds 30 characters of a name; one that fills them may have been cut [ICAO 9303-5]."""


class Likeness(Enum):
    """How alike two names are."""

    SAME = "same"
    MARKS_DIFFER = "marks-differ"
    DIFFERENT = "different"


def compare_names(document: str, card: str, *, transliterated: bool) -> Likeness:
    """Case and spaces never count, nor where a syllable carries its tone (`Hòa` is `Hoà`).

    A transliterated name has no marks (and no apostrophes) to compare, and may have been cut at the end. The same
    letters in words cut elsewhere (`H'Hen`, `H Hen`) are probably one name; a name without letters is nobody's.
    """
    bare_document, bare_card = _bare(document), _bare(card)
    if transliterated:
        cut = len(bare_document) >= _SHORTEST_CUT_NAME and bare_card.startswith(bare_document)
        is_same = cut or (bare_document == bare_card and bool(bare_card))
    else:
        is_same = _spelled(document) == _spelled(card)
    if is_same:
        return Likeness.SAME
    letters, letters_on_card = (bare.replace(" ", "") for bare in (bare_document, bare_card))
    return Likeness.MARKS_DIFFER if letters and letters == letters_on_card else Likeness.DIFFERENT


def agree(one: PartialDate, other: PartialDate) -> bool:
    """Whether two birth dates are the same as far as the less exact of both goes."""
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return all(a is None or b is None or a == b for a, b in pairs)


def _spelled(name: str) -> tuple[str, ...]:
    """The words with their letters, and each word's tones apart from where they stand."""
    return tuple(_syllable(word) for word in name.casefold().split())


def _syllable(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    tones = "".join(sorted(char for char in decomposed if char in _TONES))
    letters = "".join(char for char in decomposed if char not in _TONES)
    return unicodedata.normalize("NFC", letters) + tones


def _bare(name: str) -> str:
    """Letters and single spaces only, as an MRZ writes them, in lower case."""
    decomposed = unicodedata.normalize("NFD", name.casefold().translate(_PLAIN_D))
    spaced = "".join(" " if char in "-\N{HYPHEN}" else char for char in decomposed)
    return " ".join("".join(char for char in spaced if char.isalnum() or char.isspace()).split())
