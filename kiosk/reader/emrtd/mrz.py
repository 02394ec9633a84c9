"""The machine-readable zone: cards of three lines and two, passports, and the keys they give [ICAO 9303-3 §4].

A Vietnamese citizen card is a TD1 whose 12-digit citizen number stands in the optional data, followed by `<<` and its
own check digit; the document number is the last nine digits of the same number.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from kiosk.dates import PartialDate
from kiosk.privacy import Personal
from kiosk.reader.document import Mrz, Sex
from kiosk.reader.emrtd.tlv import MalformedError

NO_EXPIRY = "991231"

_CHARACTERS = re.compile(r"[0-9A-Z<]*")
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_WEIGHTS = (7, 3, 1)
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE}
_CITIZEN_NUMBER = re.compile(r"(\d{12})<<(\d)")
_INFORMATION = re.compile(r"([0-9A-Z<]{9,22})(\d)([0-9<]{6})(\d)([0-9]{6})(\d)")


@dataclass(frozen=True, slots=True, repr=False)
class _Zone(Personal):
    """The fields as they stand, fillers and all; `number` is already joined where it overflows."""

    code: str
    state: str
    number: str
    number_check: str
    birth: str
    birth_check: str
    sex: str
    expiry: str
    expiry_check: str
    nationality: str
    optional: str
    names: str
    composite: str
    composite_check: str


def check_digit(text: str) -> str:
    """The check digit over `text` [ICAO 9303-3 §4.9]."""
    return str(sum(_VALUES[one] * _WEIGHTS[at % 3] for at, one in enumerate(text)) % 10)


def parse_mrz(text: str, today: date | None = None) -> Mrz:
    """Reads a TD1, TD2 or TD3 zone, with or without line breaks.

    `today` settles the century of births (default: the system's date). Expiry `991231` means none.

    Raises:
        MalformedError: another size, a character that no MRZ has, a wrong check digit; it names the field.
    """
    zone = _verified(text)
    surname, _, given = zone.names.strip("<").partition("<<")
    personal_number = _personal_number(zone)
    return Mrz(
        document_code=zone.code.strip("<"),
        issuing_state=zone.state.strip("<"),
        document_number=zone.number.strip("<"),
        optional_data=zone.optional.strip("<"),
        date_of_birth=_birth(zone.birth, personal_number, today or datetime.now(UTC).date()),
        date_of_birth_raw=zone.birth,
        sex=_SEXES.get(zone.sex),
        date_of_expiry=None if zone.expiry == NO_EXPIRY else _date(zone.expiry, 2000),
        date_of_expiry_raw=zone.expiry,
        nationality=zone.nationality.strip("<"),
        surname=_words(surname),
        given_names=_words(given),
        personal_number=personal_number,
    )


def mrz_information(text: str) -> str:
    """What keys are made of: number, birth and expiry with their check digits [ICAO 9303-11 §4.3.2].

    `text` is a whole MRZ, or this information itself.

    Raises:
        MalformedError: neither.
    """
    bare = "".join(text.split()).upper()
    if found := _INFORMATION.fullmatch(bare):
        number, number_check, birth, birth_check, expiry, expiry_check = found.groups()
        checks = ((number, number_check), (birth, birth_check), (expiry, expiry_check))
        if any(check_digit(value) != digit for value, digit in checks):
            raise MalformedError("mrz: check digit of the information")
        return bare
    zone = _verified(text)
    return key_information(zone.number, zone.birth, zone.expiry)


def optional_check_holds(text: str) -> bool:
    """Whether the check digit of a TD3's optional data holds; other forms have none, and hold [ICAO 9303-4 §4.2.2].

    Where the data is empty it may be a filler or 0. `parse_mrz` does not ask: some states leave it out, and a chip's
    zone is signed; what was seen by a camera has nothing else.
    """
    bare = "".join(text.split()).upper()
    if len(bare) != 88:
        return True
    optional, digit = bare[72:86], bare[86]
    return digit == check_digit(optional) or (digit == "<" and not optional.strip("<"))


def key_information(document_number: str, birth: str, expiry: str) -> str:
    """The MRZ information of a document number (filled up to nine characters) and two dates `YYMMDD`."""
    fields = (document_number.ljust(9, "<"), birth, expiry)
    return "".join(field + check_digit(field) for field in fields)


def _verified(text: str) -> _Zone:
    zone = _split(text)
    for field, value, digit in (
        ("document number", zone.number, zone.number_check),
        ("date of birth", zone.birth, zone.birth_check),
        ("date of expiry", zone.expiry, zone.expiry_check),
        ("composite", zone.composite, zone.composite_check),
    ):
        if check_digit(value) != digit:
            raise MalformedError(f"mrz: check digit of the {field}")
    return zone


def _split(text: str) -> _Zone:
    bare = "".join(text.split()).upper()
    if not _CHARACTERS.fullmatch(bare):
        raise MalformedError("mrz: character")
    match len(bare):
        case 90:
            return _split_td1(bare[:30], bare[30:60], bare[60:])
        case 72:
            return _split_two_lines(bare[:36], bare[36:], optional_end=35)
        case 88:
            return _split_two_lines(bare[:44], bare[44:], optional_end=42)
        case _:
            raise MalformedError("mrz: size")


def _split_td1(first: str, second: str, third: str) -> _Zone:
    number, digit, optional = first[5:14], first[14], first[15:30]
    if digit == "<":
        number, digit, optional = _overflow(number, optional)
    return _Zone(
        code=first[:2],
        state=first[2:5],
        number=number,
        number_check=digit,
        birth=second[:6],
        birth_check=second[6],
        sex=second[7],
        expiry=second[8:14],
        expiry_check=second[14],
        nationality=second[15:18],
        optional=optional + second[18:29].rstrip("<"),
        names=third,
        composite=first[5:30] + second[:7] + second[8:15] + second[18:29],
        composite_check=second[29],
    )


def _split_two_lines(first: str, second: str, optional_end: int) -> _Zone:
    number, digit, optional = second[:9], second[9], second[28:optional_end]
    if digit == "<" and optional_end == 35:
        number, digit, optional = _overflow(number, optional)
    end = len(second) - 1
    return _Zone(
        code=first[:2],
        state=first[2:5],
        number=number,
        number_check=digit,
        birth=second[13:19],
        birth_check=second[19],
        sex=second[20],
        expiry=second[21:27],
        expiry_check=second[27],
        nationality=second[10:13],
        optional=optional,
        names=first[5:],
        composite=second[:10] + second[13:20] + second[21:end],
        composite_check=second[end],
    )


def _overflow(number: str, optional: str) -> tuple[str, str, str]:
    """A document number longer than nine characters goes on in the optional data [ICAO 9303-5 §4.2.2]."""
    rest, _, behind = optional.partition("<")
    if len(rest) < 2:
        raise MalformedError("mrz: document number")
    return number + rest[:-1], rest[-1], behind


def _personal_number(zone: _Zone) -> str | None:
    found = _CITIZEN_NUMBER.match(zone.optional)
    if zone.state != "VNM" or not zone.code.startswith("I") or found is None:
        return None
    number, digit = found.groups()
    if check_digit(number) != digit:
        raise MalformedError("mrz: check digit of the personal number")
    return number


def _birth(written: str, personal_number: str | None, today: date) -> PartialDate | None:
    if personal_number is not None and personal_number[4:6] == written[:2]:
        return _date(written, 1900 + 100 * (int(personal_number[3]) // 2))
    recent = _date(written, 2000)
    return _date(written, 1900) if recent is None or recent.earliest > today else recent


def _date(written: str, century: int) -> PartialDate | None:
    """`YYMMDD`; fillers or `00` stand for an unknown month or day."""
    year, month, day = (part if part.isdigit() else "" for part in (written[:2], written[2:4], written[4:]))
    if not year:
        return None
    try:
        return PartialDate(century + int(year), int(month or 0) or None, int(day or 0) or None)
    except ValueError:
        return None


def _words(filled: str) -> str:
    return " ".join(filled.replace("<", " ").split())
