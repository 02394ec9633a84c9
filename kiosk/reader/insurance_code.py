"""The QR of a health-insurance card (BHYT) or of VssID: 10, 15 or 17 ASCII fields, the last one `$`.

Texts are hex of UTF-8, absent ones `-`; the check text cannot be verified by third parties.
"""

import re
from collections.abc import Callable, Sequence

from kiosk.dates import PartialDate
from kiosk.reader.document import InsuranceCode, NumberKind, Sex
from kiosk.reader.legible import legible_date, legible_name, legible_text, noted, noted_text
from kiosk.reader.number import ascii_upper, number_kind

FIELDS_MIN = 9
FIELDS_MAX = 20

END_MARK = "$"
_ABSENT = "-"
_FACILITY = re.compile(r"([0-9]{2})\s*-?\s*([0-9A-Z]{3})")
_MANAGING_CODE = re.compile(r"[0-9A-Z]{1,20}")
_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
_AREAS = {"5": "K1", "6": "K2", "7": "K3", "K1": "K1", "K2": "K2", "K3": "K3"}
_NO_AREA = "4"


def is_insurance_code(fields: Sequence[str]) -> bool:
    """Whether the fields (without the closing `$`) are an insurance card's, begun by its 15 or 10 characters."""
    return FIELDS_MIN <= len(fields) <= FIELDS_MAX and number_kind(ascii_upper(fields[0])) in (
        NumberKind.INSURANCE_CARD,
        NumberKind.SOCIAL_INSURANCE,
    )


def read_insurance_code(fields: Sequence[str]) -> InsuranceCode:
    """Reads 9 to 20 fields; only the number must be right. What is odd in the others is a doubt, never an error."""
    doubts: list[str] = []

    def raw(at: int) -> str:
        return fields[at] if at < len(fields) else ""

    def written(at: int) -> str:
        return "" if raw(at) == _ABSENT else raw(at)

    def read_date(at: int, name: str) -> PartialDate | None:
        return noted(doubts, name, written(at), legible_date(written(at)))

    def read_text(at: int, name: str, legible: Callable[[str], str]) -> str:
        return noted_text(doubts, name, written(at), legible, _from_hex)

    return InsuranceCode(
        card_number=ascii_upper(fields[0]),
        full_name=read_text(1, "full-name", legible_name),
        full_name_raw=raw(1),
        date_of_birth=read_date(2, "date-of-birth"),
        date_of_birth_raw=raw(2),
        sex=noted(doubts, "sex", written(3), _SEXES.get(written(3))),
        sex_raw=raw(3),
        address=read_text(4, "address", legible_text),
        address_raw=raw(4),
        facility=noted(doubts, "facility", written(5), _facility(written(5))),
        facility_raw=raw(5),
        valid_from=read_date(6, "valid-from"),
        valid_from_raw=raw(6),
        valid_to=read_date(7, "valid-to"),
        valid_to_raw=raw(7),
        issued=read_date(8, "issued"),
        issued_raw=raw(8),
        managing_code=noted(doubts, "managing-code", written(9), _managing_code(written(9))),
        managing_code_raw=raw(9),
        guardian=read_text(10, "guardian", legible_name),
        guardian_raw=raw(10),
        area=_area(written(11), doubts),
        area_raw=raw(11),
        five_year_date=read_date(12, "five-year-date"),
        five_year_date_raw=raw(12),
        extra=tuple(noted_text(doubts, "extra", field, legible_text) for field in fields[13:]),
        extra_raw=tuple(fields[13:]),
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _from_hex(written: str) -> str:
    """The text behind hex digits. Keyboard guns under a Vietnamese input method break them: then there is none."""
    try:
        return bytes.fromhex(written).decode("utf-8-sig")
    except ValueError:
        return ""


def _facility(written: str) -> str:
    found = _FACILITY.fullmatch(ascii_upper(written))
    return found[1] + found[2] if found else ""


def _managing_code(written: str) -> str:
    return written if _MANAGING_CODE.fullmatch(written) else ""


def _area(written: str, doubts: list[str]) -> str:
    return "" if written == _NO_AREA else noted(doubts, "area", written, _AREAS.get(ascii_upper(written), ""))
