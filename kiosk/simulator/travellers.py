"""The invented foreigners of `config/simulator/passports.toml`: their documents, and what is special about each.

They come from states that do not exist and have no Vietnamese personal number: a document number is all they have.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.privacy import Personal

INVENTED_STATES = {"UTO": "UT", "ZZU": "ZZ"}
"""MRZ codes of states that do not exist, with the two letters of their certificates."""


class Format(StrEnum):
    """The size of a document, and so the form of its MRZ."""

    TD1 = "TD1"
    """A card: three lines of 30."""
    TD2 = "TD2"
    """A larger card: two lines of 36."""
    TD3 = "TD3"
    """A passport: two lines of 44."""


@dataclass(frozen=True, slots=True, repr=False)
class Traveller(Personal):
    """One invented foreigner. `surname` and `given_names` are in the letters of the state, the MRZ's are made of them.

    `chip` names what is wrong with the chip or how it is made, `signature` how its files are signed, `photo` how the
    portrait is stored; the words are those of `chip.travel_document`. `can` is empty where none is printed.
    """

    number: str
    state: str
    nationality: str
    format: Format
    surname: str
    given_names: str
    date_of_birth: date
    sex: str
    special: str
    special_vi: str
    date_of_issue: date
    date_of_expiry: date
    optional_data: str = ""
    can: str = ""
    place_of_birth: str = ""
    address: str = ""
    personal_number: str = ""
    chip: str = "genuine"
    signature: str = "ecdsa"
    photo: str = "jpeg"

    @property
    def full_name(self) -> str:
        """Surname first."""
        return f"{self.surname} {self.given_names}".strip()


def load_travellers(file: Path) -> tuple[Traveller, ...]:
    """All invented foreigners of a file.

    Raises:
        ValueError: an unknown field or format, a state that exists, or a number that no MRZ can hold.
    """
    return tuple(_traveller(entry) for entry in tomllib.loads(file.read_text("utf-8"))["traveller"])


def find_traveller(travellers: Sequence[Traveller], number: str) -> Traveller | None:
    """The holder of the document of this number."""
    return next((traveller for traveller in travellers if traveller.number == number), None)


def _traveller(entry: dict[str, Any]) -> Traveller:
    try:
        traveller = Traveller(**entry | {"format": Format(entry["format"])})
    except (TypeError, KeyError) as error:
        raise ValueError(f"passports file: {error}") from None
    if not {traveller.state, traveller.nationality} <= INVENTED_STATES.keys():
        raise ValueError("an invented foreigner comes from an invented state")
    if traveller.sex not in {"male", "female", "unspecified"}:
        raise ValueError("sex is male, female or unspecified")
    if not re.fullmatch(r"[A-Z0-9]{1,9}" if traveller.format is Format.TD3 else r"[A-Z0-9]{1,15}", traveller.number):
        raise ValueError("a document number has capital letters and digits")
    return traveller
