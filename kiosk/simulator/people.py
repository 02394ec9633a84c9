"""The invented people of `config/simulator/people.toml`: their cards, their insurance, what is special about each.

Nobody here exists: province codes 900 to 999 belong to no province. Insurance dates may be written relative to
today, so that the same people stay covered, expired or renewed in every year.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kiosk.privacy import Personal


@dataclass(frozen=True, slots=True, repr=False)
class Insurance(Personal):
    """What the gateway sandbox knows of a person's card; empty and None are sent as null.

    `code` is the result code of a lookup with the right name and birth date; `next_*` the card that follows.
    """

    code: str
    card_number: str = ""
    facility: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    area: str = ""
    five_year_date: date | None = None
    note: str = ""
    previous_number: str = ""
    next_number: str = ""
    next_valid_from: date | None = None
    next_valid_to: date | None = None
    next_facility: str = ""
    next_facility_name: str = ""
    registered_name: str = ""
    registered_birth: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Person(Personal):
    """One invented person. `number` is the 12-digit personal number; dates without a day are not used here.

    `sex` is `male` or `female`.

    `date_of_expiry` None means a card without expiry. `card` is the card's generation (`2021`, `2024`) or `none`;
    `chip` names what is wrong with the chip (`genuine`, `altered`, `unknown-issuer`, `no-dg13`, `bac-only`, …).
    """

    number: str
    full_name: str
    date_of_birth: date
    sex: str
    residence: str
    special: str
    special_vi: str
    date_of_issue: date
    date_of_expiry: date | None
    previous_number: str = ""
    place_of_origin: str = ""
    ethnicity: str = "Kinh"
    religion: str = "Không"
    father: str = ""
    mother: str = ""
    spouse: str = ""
    card: str = "2021"
    chip: str = "genuine"
    insurance: Insurance | None = None

    @property
    def can(self) -> str:
        """The card access number: the last six digits of the personal number."""
        return self.number[-6:]


_RELATIVE = re.compile(r"(?P<base>today|year-start|year-end)(?P<days>[+-]\d+)?")


def read_date(written: str, today: date) -> date | None:
    """`2026-01-31`, `today`, `today-400`, `year-start`, `year-end+1` (days); empty is None.

    Raises:
        ValueError: none of these.
    """
    if not written:
        return None
    if found := _RELATIVE.fullmatch(written):
        bases = {"today": today, "year-start": date(today.year, 1, 1), "year-end": date(today.year, 12, 31)}
        return bases[found["base"]] + timedelta(days=int(found["days"] or 0))
    return date.fromisoformat(written)


def load_people(file: Path, today: date) -> tuple[Person, ...]:
    """All invented people of a file, their relative dates counted from `today`.

    Raises:
        ValueError: a date that is none, an unknown field, or a province code that exists.
    """
    return tuple(_person(entry, today) for entry in tomllib.loads(file.read_text("utf-8"))["person"])


def find_person(people: Sequence[Person], number: str) -> Person | None:
    """The person with this personal number."""
    return next((person for person in people if person.number == number), None)


def _person(entry: dict[str, Any], today: date) -> Person:
    fields: dict[str, Any] = dict(entry)
    number = str(fields["number"])
    if not re.fullmatch(r"9\d{11}", number):
        raise ValueError("an invented personal number starts with 9")
    if fields.get("sex") not in {"male", "female"}:
        raise ValueError("sex is male or female")
    insurance = fields.pop("insurance", None)
    dates = {name: _date(fields.pop(name, ""), today) for name in ("date_of_birth", "date_of_issue", "date_of_expiry")}
    try:
        return Person(**fields, **dates, insurance=_insurance(insurance, today))  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError(f"people file: {error}") from None


def _insurance(entry: object, today: date) -> Insurance | None:
    if not isinstance(entry, dict):
        return None
    dates = ("valid_from", "valid_to", "five_year_date", "next_valid_from", "next_valid_to")
    fields: dict[str, Any] = {
        name: _date(value, today) if name in dates else str(value) for name, value in entry.items()
    }
    return Insurance(**fields)


def _date(written: object, today: date) -> date | None:
    return written if isinstance(written, date) else read_date(str(written), today)
