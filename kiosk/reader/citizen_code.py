"""The QR of a citizen card: seven fields since 2021, eleven since 2024, unsigned UTF-8 text.

`number|previous number|full name|ddmmyyyy|Nam/Nữ|residence|ddmmyyyy of issue`, then four more on cards since
2024-07-01: usually empty, by law a cancelled number and the parents' names, in an order that is not published.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from kiosk.reader.document import CitizenCode, NumberKind, Sex
from kiosk.reader.legible import legible_date, legible_name, legible_text, noted, noted_text
from kiosk.reader.number import number_doubts, number_kind

FIELDS_MIN = 7
FIELDS_MAX = 20

_PREVIOUS_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")
_SEXES = {"nam": Sex.MALE, "nu": Sex.FEMALE}


def is_citizen_code(fields: Sequence[str]) -> bool:
    """Whether the fields of a code are those of a citizen card."""
    return FIELDS_MIN <= len(fields) <= FIELDS_MAX and number_kind(fields[0]) is NumberKind.PERSONAL


def read_citizen_code(fields: Sequence[str]) -> CitizenCode:
    """Reads 7 to 20 fields; only the number must be right. What is odd in the others is a doubt, never an error."""
    number, previous, name, birth, sex, residence, issue, *extra = fields
    doubts: list[str] = []
    read = CitizenCode(
        personal_number=number,
        previous_number=_previous_number(previous, extra, doubts),
        previous_number_raw=previous,
        full_name=noted_text(doubts, "full-name", name, legible_name),
        full_name_raw=name,
        date_of_birth=noted(doubts, "date-of-birth", birth, legible_date(birth)),
        date_of_birth_raw=birth,
        sex=noted(doubts, "sex", sex, read_sex(sex)),
        sex_raw=sex,
        residence=noted_text(doubts, "residence", residence, legible_text),
        residence_raw=residence,
        date_of_issue=noted(doubts, "date-of-issue", issue, legible_date(issue)),
        date_of_issue_raw=issue,
        extra=tuple(noted_text(doubts, "extra", field, legible_text) for field in extra),
        extra_raw=tuple(extra),
    )
    doubts += number_doubts(number, read.date_of_birth, read.sex)
    return replace(read, doubts=tuple(dict.fromkeys(doubts)))


def read_sex(written: str) -> Sex | None:
    """`Nam` or `Nữ` in any case, with or without its marks."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", written) if unicodedata.category(letter) != "Mn")
    return _SEXES.get(plain.strip().lower())


def _previous_number(written: str, extra: Sequence[str], doubts: list[str]) -> str:
    if _PREVIOUS_NUMBER.fullmatch(written):
        return written
    if written:
        doubts.append("previous-number")
    return next((field for field in extra if _PREVIOUS_NUMBER.fullmatch(field)), "")
