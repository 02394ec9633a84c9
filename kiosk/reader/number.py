"""The numbers that patients carry: their shapes, and what a personal number says about its holder."""

import re
from dataclasses import dataclass

from kiosk.dates import PartialDate
from kiosk.privacy import Personal
from kiosk.reader.document import NumberKind, Sex

_SHAPES = (
    (NumberKind.PERSONAL, re.compile(r"[0-9]{12}")),
    (NumberKind.SOCIAL_INSURANCE, re.compile(r"[0-9]{10}")),
    (NumberKind.INSURANCE_CARD, re.compile(r"[A-Z]{2}[0-9]{13}")),
)


def ascii_upper(text: str) -> str:
    """`text` in capitals where all of it is ASCII: elsewhere capitals make ASCII letters of what was none (ı, ſ, ß)."""
    return text.upper() if text.isascii() else text


def number_kind(number: str) -> NumberKind | None:
    """What a bare number is by its shape alone: 12 digits, 10 digits, or two capitals and 13 digits."""
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(number)), None)


@dataclass(frozen=True, slots=True, repr=False)
class PersonalNumber(Personal):
    """What the 12 digits state: place of registration, sex and birth year; six more are random, none is a check digit.

    [Decree 137/2015 art. 13] The place is not looked up: the codes outlive the provinces.
    """

    place: str
    sex: Sex
    birth_year: int


def read_personal_number(number: str) -> PersonalNumber:
    """Reads the century-and-sex digit (0 and 1: a man, a woman of 19xx, 2 and 3 of 20xx …) and the birth year.

    Raises:
        ValueError: not 12 digits.
    """
    if number_kind(number) is not NumberKind.PERSONAL:
        raise ValueError("a personal number has 12 digits")
    century, is_female = divmod(int(number[3]), 2)
    year = 1900 + 100 * century + int(number[4:6])
    return PersonalNumber(number[:3], Sex.FEMALE if is_female else Sex.MALE, year)


def number_doubts(number: str, date_of_birth: PartialDate | None, sex: Sex | None) -> tuple[str, ...]:
    """Where a 12-digit number contradicts birth date or sex. Such cards exist: it warns, it never blocks."""
    stated = read_personal_number(number)
    doubts = []
    if date_of_birth is not None and date_of_birth.year // 100 != stated.birth_year // 100:
        doubts.append("personal-number-century")
    if date_of_birth is not None and date_of_birth.year % 100 != stated.birth_year % 100:
        doubts.append("personal-number-year")
    if sex is not None and sex is not stated.sex:
        doubts.append("personal-number-sex")
    return tuple(doubts)
