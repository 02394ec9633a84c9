"""What the text of a code, of a scanner gun or of a keypad is: `parse` never fails, it says "unknown".

The order of the questions matters: three lines of an MRZ, then an insurance card (closed by `$` or begun by its
number), then a citizen card (12 digits and at least seven fields), then bare numbers.
"""

import re
import unicodedata

from kiosk.reader.citizen_code import is_citizen_code, read_citizen_code
from kiosk.reader.document import Code, MrzCode, NumberCode, UnknownCode
from kiosk.reader.emrtd.mrz import parse_mrz
from kiosk.reader.insurance_code import END_MARK, is_insurance_code, read_insurance_code
from kiosk.reader.number import number_kind

MAX_CHARACTERS = 4296
"""What the largest QR code holds; nothing longer is looked at [ISO/IEC 18004, version 40-L, alphanumeric]."""

# Cards have three lines of 30 characters, passports two of 44 [ICAO 9303-5, -4].
_MRZ = ((re.compile(r"[IAC][A-Z0-9<]{89}"), 30), (re.compile(r"P[A-Z0-9<]{87}"), 44))
_PREFIX = re.compile(r"^CCCD\s*:\s*", re.IGNORECASE)
_SUFFIX = "**##"
_NEVER_MEANT = dict.fromkeys(map(ord, "\ufeff\0"))
_LINE_BREAKS = re.compile(r"[\r\n\t]+")


def parse(text: str) -> Code:
    """The document that `text` is.

    Strips a byte order mark, NUL, line breaks, tabs, a `CCCD:` prefix and a trailing `**##`; takes `;` for `|`
    where there is no `|`. Every text of the result is NFC and legible: what cannot stand in its field is empty, and
    named in `doubts`.
    """
    if len(text) > MAX_CHARACTERS:
        return UnknownCode(unicodedata.normalize("NFC", text[:MAX_CHARACTERS]))
    text = text.translate(_NEVER_MEANT).strip()
    if mrz := _mrz(text):
        return mrz
    plain = _plain(text)
    fields = [field.strip() for field in plain.split("|" if "|" in plain else ";")]
    is_closed = fields[-1].endswith(END_MARK)
    if is_closed:
        fields = [*fields[:-1], *filter(None, [fields[-1].removesuffix(END_MARK)])]
    if is_insurance_code(fields):
        return read_insurance_code(fields)
    if is_citizen_code(fields) and not is_closed:
        return read_citizen_code(fields)
    if kind := number_kind(plain.upper()):
        return NumberCode(kind, plain.upper())
    return UnknownCode(unicodedata.normalize("NFC", plain))


def _plain(text: str) -> str:
    return _PREFIX.sub("", _LINE_BREAKS.sub(" ", text)).removesuffix(_SUFFIX).strip()


def _mrz(text: str) -> MrzCode | None:
    lines = "".join(text.split())
    for form, width in _MRZ:
        if form.fullmatch(lines):
            try:
                return MrzCode(parse_mrz("\n".join(lines[at : at + width] for at in range(0, len(lines), width))))
            except ValueError:
                return None
    return None
