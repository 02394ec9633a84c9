"""DG13 of a Vietnamese citizen card: the national data, which no ICAO document describes.

`6D { 30 { 02 version, 06 1.0.10646.1.0.8, 31 { 30 { 02 number, values … } … } } }`, the numbers as in `_TEXTS` and
below. Whether every batch keeps this numbering is unknown: what does not fit stays in `extra`.
"""

import unicodedata

from kiosk.dates import parse_date
from kiosk.reader.document import NationalData, Sex
from kiosk.reader.emrtd import tlv
from kiosk.reader.emrtd.lds import DG13

_SEQUENCE, _SET, _INTEGER = 0x30, 0x31, 0x02
_ENCODINGS = {0x0C: "utf-8", 0x13: "ascii", 0x16: "ascii", 0x12: "ascii", 0x1E: "utf-16-be"}

_TEXTS = {
    1: "personal_number",
    2: "full_name",
    3: "date_of_birth_raw",
    4: "sex_raw",
    5: "nationality",
    6: "ethnicity",
    7: "religion",
    8: "place_of_origin",
    9: "residence",
    10: "identifying_marks",
    11: "date_of_issue_raw",
    12: "date_of_expiry_raw",
    15: "previous_number",
    16: "chip_serial",
}
_PARENTS, _SPOUSE = 13, 14
_SEXES = {"nam": Sex.MALE, "nữ": Sex.FEMALE}


def read_dg13(dg13: bytes) -> NationalData:
    """Reads the numbered values; absent ones stay empty, those of unknown number or form go to `extra`.

    Raises:
        MalformedError: no DG13 of this form.
    """
    content = tlv.read_all(tlv.read_one(tlv.read_one(dg13, DG13.tag), _SEQUENCE))
    texts: dict[str, str] = {}
    extra: list[tuple[int, bytes]] = []
    for item in tlv.read_all(tlv.find(content, _SET)):
        number, values = _numbered(item)
        if not values:
            continue
        understood = _read_value(number, values)
        if understood is None:
            extra.append((number, b"".join(value.raw for value in values)))
        else:
            texts |= understood
    return NationalData(
        **texts,
        date_of_birth=parse_date(texts.get("date_of_birth_raw", "")),
        sex=_SEXES.get(texts.get("sex_raw", "").casefold()),
        date_of_issue=parse_date(texts.get("date_of_issue_raw", "")),
        date_of_expiry=parse_date(texts.get("date_of_expiry_raw", "")),
        extra=tuple(extra),
    )


def _numbered(item: tlv.Tlv) -> tuple[int, tuple[tlv.Tlv, ...]]:
    parts = tlv.read_all(item.value)
    if item.tag != _SEQUENCE or not parts or parts[0].tag != _INTEGER:
        raise tlv.MalformedError("dg13: entry")
    return tlv.decode_integer(parts[0].value), parts[1:]


def _read_value(number: int, values: tuple[tlv.Tlv, ...]) -> dict[str, str] | None:
    """The texts of one entry by field; None where the number or the form is not known."""
    try:
        if number == _PARENTS:
            father, mother, *_ = (*_family(values), "", "")
            return {"father": father, "mother": mother}
        if number == _SPOUSE:
            return {"spouse": next(iter(_family(values)), "")}
        if number in _TEXTS and len(values) == 1:
            return {_TEXTS[number]: _text(values[0])}
    except (tlv.MalformedError, UnicodeDecodeError):
        return None
    return None


def _family(values: tuple[tlv.Tlv, ...]) -> list[str]:
    """One name per SEQUENCE, in order; some cards put one more SEQUENCE around them all."""
    inner = [tlv.read_all(value.value) if value.tag == _SEQUENCE else (value,) for value in values]
    if len(inner) == 1 and inner[0] and all(part.tag == _SEQUENCE for part in inner[0]):
        inner = [tlv.read_all(part.value) for part in inner[0]]
    return [_text(parts[0]) if parts else "" for parts in inner]


def _text(value: tlv.Tlv) -> str:
    if value.tag not in _ENCODINGS:
        raise tlv.MalformedError("dg13: text type")
    return unicodedata.normalize("NFC", value.value.decode(_ENCODINGS[value.tag])).strip()
