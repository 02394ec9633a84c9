"""The QR of a health-insurance card (BHYT) or of VssID: 10, 15 or 17 ASCII fields, the last one `$`.

Texts are hex of UTF-8, absent ones `-`; the check text cannot be verified by third parties.
"""

import re
from collections.abc import Sequence

from kiosk.dates import PartialDate
from kiosk.reader.document import InsuranceCode, NumberKind, Sex
from kiosk.reader.legible import legible_date, legible_name, legible_text, noted
from kiosk.reader.number import number_kind

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
    return FIELDS_MIN <= len(fields) <= FIELDS_MAX and number_kind(fields[0].upper()) in (
        NumberKind.INSURANCE_CARD,
        NumberKind.SOCIAL_INSURANCE,
    )


def read_insurance_code(fields: Sequence[str]) -> InsuranceCode:
    """Reads 9 to 20 fields; only the number must be right. What is odd in the others is a doubt, never an error."""
    doubts: list[str] = []

    def written(at: int) -> str:
        value = fields[at] if at < len(fields) else ""
        return "" if value == _ABSENT else value

    def read_date(at: int, name: str) -> PartialDate | None:
        return noted(doubts, name, written(at), legible_date(written(at)))

    return InsuranceCode(
        card_number=fields[0].upper(),
        full_name=noted(doubts, "full-name", written(1), legible_name(_from_hex(written(1)))),
        date_of_birth=read_date(2, "date-of-birth"),
        date_of_birth_raw=legible_text(written(2)),
        sex=noted(doubts, "sex", written(3), _SEXES.get(written(3))),
        address=noted(doubts, "address", written(4), legible_text(_from_hex(written(4)))),
        facility=noted(doubts, "facility", written(5), _facility(written(5))),
        valid_from=read_date(6, "valid-from"),
        valid_to=read_date(7, "valid-to"),
        issued=read_date(8, "issued"),
        managing_code=written(9) if _MANAGING_CODE.fullmatch(written(9)) else "",
        guardian=noted(doubts, "guardian", written(10), legible_name(_from_hex(written(10)))),
        area=_area(written(11), doubts),
        five_year_date=read_date(12, "five-year-date"),
        extra=tuple(legible_text(field) for field in fields[13:]),
        doubts=tuple(doubts),
    )


def _from_hex(written: str) -> str:
    """The text behind hex digits. Keyboard guns under a Vietnamese input method break them: then there is none."""
    try:
        return bytes.fromhex(written).decode("utf-8-sig")
    except ValueError:
        return ""


def _facility(written: str) -> str:
    found = _FACILITY.fullmatch(written.upper())
    return found[1] + found[2] if found else ""


def _area(written: str, doubts: list[str]) -> str:
    return "" if written == _NO_AREA else noted(doubts, "area", written, _AREAS.get(written.upper(), ""))
