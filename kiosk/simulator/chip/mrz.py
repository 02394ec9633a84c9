"""The machine-readable zone that the card shows and DG1 holds [ICAO 9303-5], and the secrets made from it."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from itertools import cycle

from kiosk.privacy import Personal
from kiosk.simulator.people import Person

LINE_LENGTH = 30
NO_EXPIRY = "991231"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER_WITHOUT_DECOMPOSITION = str.maketrans("Đđ", "Dd")


@dataclass(frozen=True, slots=True, repr=False)
class MrzLines(Personal):
    """Three lines of 30 characters, and `key_input`: document number, birth and expiry, each with its check digit."""

    text: str
    key_input: bytes


def mrz_of(person: Person, *, date_of_expiry: date | None = None) -> MrzLines:
    """The zone of a citizen card: the personal number stands in the optional data, its last nine are the document's.

    `date_of_expiry` replaces the person's own.
    """
    expires = date_of_expiry or person.date_of_expiry
    document = _checked(person.number[3:])
    birth = _checked(person.date_of_birth.strftime("%y%m%d"))
    expiry = _checked(expires.strftime("%y%m%d") if expires else NO_EXPIRY)
    first = f"IDVNM{document}{person.number}<<{check_digit(person.number)}"
    second = f"{birth}{_sex(person)}{expiry}VNM{'<' * 11}"
    composite = check_digit(first[5:] + birth + expiry + second[18:])
    surname, *given = _latin(person.full_name).split()
    third = f"{surname}<<{'<'.join(given)}"[:LINE_LENGTH].ljust(LINE_LENGTH, "<")
    return MrzLines(f"{first}{second}{composite}{third}", f"{document}{birth}{expiry}".encode())


def check_digit(text: str) -> str:
    """The check digit of 7-3-1 weights [ICAO 9303-3 §4.9]."""
    weights = cycle((7, 3, 1))
    return str(sum((_ALPHABET.find(letter) if letter != "<" else 0) * next(weights) for letter in text) % 10)


def is_female(person: Person) -> bool:
    """Whether the card says so; people files write it in English, Vietnamese or by letter."""
    return person.sex.strip().lower() in {"female", "f", "nữ", "nu"}


def _checked(text: str) -> str:
    return text + check_digit(text)


def _sex(person: Person) -> str:
    return "F" if is_female(person) else "M"


def _latin(name: str) -> str:
    """Letters and spaces only: marks and apostrophes are left out, hyphens part words [ICAO 9303-3 §4.6]."""
    bare = unicodedata.normalize("NFD", name.translate(_LETTER_WITHOUT_DECOMPOSITION)).replace("-", " ")
    return "".join(letter for letter in bare if letter.isascii() and (letter.isalpha() or letter == " ")).upper()
