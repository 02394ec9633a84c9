"""What may stand where in a zone: the kinds of characters by form [ICAO 9303-4 §4.2, -5 §4.2, -6 §4.2]."""

import re
from dataclasses import dataclass
from string import ascii_uppercase, digits

DIGITS = digits
LETTERS = ascii_uppercase
FILLER = "<"
_NAMES = LETTERS + FILLER
_ANY = DIGITS + LETTERS + FILLER
_DATE = DIGITS + FILLER  # births may lack day, month and year
_CHECK = DIGITS + FILLER
_SEX = "MF" + FILLER

LOOK_ALIKES = {"0": "OQD", "1": "IL", "2": "Z", "5": "S", "6": "G", "8": "B", "4": "A", "7": "T"}
"""Digits and the letters that an eye may take them for; which of the two it is, only the kind of the place can tell."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A form of zone: so many `lines` of `width` characters.

    `kinds` has for each place, lines joined, which characters may stand there; `covered` whether a check digit covers
    it (check digits cover themselves); `names` is where the names begin and end.
    """

    name: str
    width: int
    lines: int
    kinds: tuple[str, ...]
    covered: tuple[bool, ...]
    names: tuple[int, int]


def _kinds(*runs: tuple[int, str]) -> tuple[str, ...]:
    return tuple(kind for count, kind in runs for _ in range(count))


def _covered(length: int, *uncovered: tuple[int, int]) -> tuple[bool, ...]:
    return tuple(not any(first <= at < end for first, end in uncovered) for at in range(length))


_HEAD = (1, _NAMES), (3, _NAMES)
_DATES_AND_SEX = (6, _DATE), (1, DIGITS), (1, _SEX), (6, DIGITS), (1, DIGITS)

TD1 = Layout(
    "TD1",
    width=30,
    lines=3,
    kinds=_kinds(
        (1, "IAC"), *_HEAD, (9, _ANY), (1, _CHECK), (15, _ANY),
        *_DATES_AND_SEX, (3, _NAMES), (11, _ANY), (1, DIGITS),
        (30, _NAMES),
    ),
    covered=_covered(90, (0, 5), (37, 38), (45, 48), (60, 90)),
    names=(60, 90),
)  # fmt: skip
CITIZEN_CARD = Layout(
    "TD1 of a citizen",
    width=30,
    lines=3,
    kinds=_kinds(
        (1, "I"), (1, "D"), (1, "V"), (1, "N"), (1, "M"), (22, DIGITS), (2, FILLER), (1, DIGITS),
        *_DATES_AND_SEX, (1, "V"), (1, "N"), (1, "M"), (11, FILLER), (1, DIGITS),
        (30, _NAMES),
    ),
    covered=TD1.covered,
    names=TD1.names,
)  # fmt: skip
TD2 = Layout(
    "TD2",
    width=36,
    lines=2,
    kinds=_kinds(
        (1, "IAC"), *_HEAD, (31, _NAMES), (9, _ANY), (1, _CHECK), (3, _NAMES), *_DATES_AND_SEX, (7, _ANY), (1, DIGITS)
    ),
    covered=_covered(72, (0, 36), (46, 49), (56, 57)),
    names=(5, 36),
)
TD3 = Layout(
    "TD3",
    width=44,
    lines=2,
    kinds=_kinds(
        (1, "PV"), *_HEAD, (39, _NAMES),
        (9, _ANY), (1, DIGITS), (3, _NAMES), *_DATES_AND_SEX, (14, _ANY), (1, _CHECK), (1, DIGITS),
    ),
    covered=_covered(88, (0, 44), (54, 57), (64, 65)),
    names=(5, 44),
)  # fmt: skip
LAYOUTS = (TD1, TD2, TD3)

_NAME_FIELD = re.compile(r"[A-Z]+(<[A-Z]+)*(<<[A-Z]+(<[A-Z]+)*)?<*")


def is_name_field(text: str) -> bool:
    """Whether the names are words parted by one filler and two parts by two, filled up behind [ICAO 9303-3 §4.6]."""
    return _NAME_FIELD.fullmatch(text) is not None
