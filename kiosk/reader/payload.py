"""What the text of a code, of a scanner gun or of a keypad is: `parse` never fails, it says "unknown".

The order of the questions matters: the lines of an MRZ, then an insurance card (closed by `$` or begun by its
number), then a citizen card (12 digits and at least seven fields), then bare numbers.
"""

import re
import unicodedata

from kiosk.reader.citizen_code import is_citizen_code, read_citizen_code
from kiosk.reader.document import Code, MrzCode, NumberCode, UnknownCode
from kiosk.reader.emrtd.mrz import parse_mrz
from kiosk.reader.insurance_code import END_MARK, is_insurance_code, read_insurance_code
from kiosk.reader.number import ascii_upper, number_kind

MAX_CHARACTERS = 4296
"""What the largest QR code holds; nothing longer is looked at [ISO/IEC 18004, version 40-L, alphanumeric]."""

# Cards have three lines of 30 characters or two of 36, passports two of 44 [ICAO 9303-5, -6, -4].
_MRZ = (
    (re.compile(r"[IAC][A-Z0-9<]{89}"), 30),
    (re.compile(r"[IAC][A-Z0-9<]{71}"), 36),
    (re.compile(r"P[A-Z0-9<]{87}"), 44),
)
_PREFIX = re.compile(r"^CCCD\s*:\s*", re.IGNORECASE)
_SUFFIX = "**##"
_NEVER_MEANT = dict.fromkeys(map(ord, "\ufeff\0"))
_LINE_BREAKS = re.compile(r"[\r\n]+")
_SEPARATOR = "|"
# What stands behind the first number is the separator, whatever the keyboard made of it; but no letter that typing
# may have lost a separator before, and none of the signs that stand inside fields.
_BEHIND_NUMBER = re.compile(r"(?:[0-9]{12}|[0-9]{10}|[A-Za-z]{2}[0-9]{13})([^\w '’.,\-()/])")
# Links, Wi-Fi, contacts and the like say what they are before a colon; payments begin with their format [EMV QRCPS].
_OF_OTHERS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.\-]{0,19}:|000201)")
_SHORTEST_OF_VNEID = 20
"""Fewer characters cannot name a person, a time and a proof of both."""


def parse(text: str) -> Code:
    """The document that `text` is.

    Strips a byte order mark, NUL, line breaks, a `CCCD:` prefix and a trailing `**##`; takes for `|`, where there is
    none, the sign behind the first number (`;`, a tab, whatever another keyboard makes of it). Every text of the
    result but the raw ones is NFC and legible: what cannot stand in its field is empty, and named in `doubts`.
    """
    if len(text) > MAX_CHARACTERS:
        return UnknownCode(unicodedata.normalize("NFC", text[:MAX_CHARACTERS]))
    text = text.translate(_NEVER_MEANT).strip()
    if mrz := _mrz(text):
        return mrz
    plain = _plain(text)
    fields = [field.strip() for field in plain.split(_separator(plain))]
    is_closed = fields[-1].endswith(END_MARK)
    if is_closed:
        fields = [*fields[:-1], *filter(None, [fields[-1].removesuffix(END_MARK)])]
    if is_insurance_code(fields):
        return read_insurance_code(fields)
    if is_citizen_code(fields) and not is_closed:
        return read_citizen_code(fields)
    number = ascii_upper(plain)
    if kind := number_kind(number):
        return NumberCode(kind, number)
    return UnknownCode(unicodedata.normalize("NFC", plain), may_be_vneid=_may_be_vneid(plain))


def _plain(text: str) -> str:
    return _PREFIX.sub("", _LINE_BREAKS.sub(" ", text)).removesuffix(_SUFFIX).strip()


def _separator(plain: str) -> str:
    if _SEPARATOR in plain:
        return _SEPARATOR
    behind = _BEHIND_NUMBER.match(plain)
    return behind[1] if behind else _SEPARATOR


def _may_be_vneid(plain: str) -> bool:
    if "vneid" in plain.casefold():
        return True
    is_of_somebody = _OF_OTHERS.match(plain) or _BEHIND_NUMBER.match(plain)
    return len(plain) >= _SHORTEST_OF_VNEID and not is_of_somebody


def _mrz(text: str) -> MrzCode | None:
    lines = ascii_upper("".join(text.split()))
    for form, width in _MRZ:
        if form.fullmatch(lines):
            try:
                return MrzCode(parse_mrz("\n".join(lines[at : at + width] for at in range(0, len(lines), width))))
            except ValueError:
                return None
    return None
