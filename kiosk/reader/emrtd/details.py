"""DG11 and DG12: what a document says beyond its MRZ, in the letters of its state [ICAO 9303-10 §4.7.11, §4.7.12].

Texts are UTF-8; `<` parts them as it does in an MRZ. Dates are eight digits or, on older documents, packed into four
bytes. Of what stands twice the first counts.
"""

import unicodedata

from kiosk.dates import PartialDate
from kiosk.reader.document import DocumentDetails, PersonalDetails
from kiosk.reader.emrtd import lds, tlv

_NAME, _OTHER_NAME, _OTHERS = 0x5F0E, 0x5F0F, 0xA0
_OTHER_PERSON = 0x5F1A
_SHOWN_IN_TEXT = frozenset({"\n", "\r", "\t"})


def read_dg11(dg11: bytes) -> PersonalDetails:
    """The holder's details; what is not there, or is no text, is empty.

    Raises:
        MalformedError: no DG11.
    """
    fields = _fields(dg11, lds.DG11)
    birth = _digits(fields.get(0x5F2B, b""))
    return PersonalDetails(
        full_name=_name(fields.get(_NAME, b"")),
        full_name_raw=_text(fields.get(_NAME, b"")),
        other_names=_several(dg11, lds.DG11, _OTHER_NAME),
        personal_number=_text(fields.get(0x5F10, b"")).strip("<"),
        date_of_birth=_date(birth),
        date_of_birth_raw=birth,
        place_of_birth=_listed(fields.get(0x5F11, b"")),
        address=_listed(fields.get(0x5F42, b"")),
        telephone=_text(fields.get(0x5F12, b"")),
        profession=_text(fields.get(0x5F13, b"")),
        title=_text(fields.get(0x5F14, b"")),
        summary=_text(fields.get(0x5F15, b"")),
        other_documents=_parts(fields.get(0x5F17, b"")),
        custody=_text(fields.get(0x5F18, b"")),
    )


def read_dg12(dg12: bytes) -> DocumentDetails:
    """The document's details; what is not there, or is no text, is empty.

    Raises:
        MalformedError: no DG12.
    """
    fields = _fields(dg12, lds.DG12)
    issued = _digits(fields.get(0x5F26, b""))
    return DocumentDetails(
        issuing_authority=_text(fields.get(0x5F19, b"")),
        date_of_issue=_date(issued),
        date_of_issue_raw=issued,
        other_persons=_several(dg12, lds.DG12, _OTHER_PERSON),
        endorsements=_text(fields.get(0x5F1B, b"")),
        tax_or_exit=_text(fields.get(0x5F1C, b"")),
        personalized_at_raw=_digits(fields.get(0x5F55, b"")),
        personalization_system=_text(fields.get(0x5F56, b"")),
    )


def _fields(content: bytes, file: lds.ElementaryFile) -> dict[int, bytes]:
    # The list of tags under 5C says no more than the tags themselves.
    return {item.tag: item.value for item in reversed(tlv.read_all(tlv.read_one(content, file.tag)))}


def _several(content: bytes, file: lds.ElementaryFile, tag: int) -> tuple[str, ...]:
    """Names that may stand more than once: alone, or counted in a template."""
    found: list[str] = []
    for item in tlv.read_all(tlv.read_one(content, file.tag)):
        inner = tlv.read_all(item.value) if item.tag == _OTHERS else (item,)
        found += [_name(one.value) for one in inner if one.tag == tag]
    return tuple(name for name in found if name)


def _text(value: bytes) -> str:
    """Composed letters; empty for what is not UTF-8 or holds characters that no screen shows."""
    try:
        text = unicodedata.normalize("NFC", value.decode("utf-8"))
    except UnicodeDecodeError:
        return ""
    if any(unicodedata.category(one) == "Cc" and one not in _SHOWN_IN_TEXT for one in text):
        return ""
    return " ".join(text.split())


def _name(value: bytes) -> str:
    """`SURNAME<<GIVEN<NAMES` as it is said."""
    return " ".join(_text(value).replace("<", " ").split())


def _parts(value: bytes) -> tuple[str, ...]:
    return tuple(part.strip() for part in _text(value).split("<") if part.strip())


def _listed(value: bytes) -> str:
    return ", ".join(_parts(value))


def _digits(value: bytes) -> str:
    """Digits as they are, or unpacked: two of them in each byte."""
    text = value.decode("ascii") if len(value) in {8, 14} and value.isascii() else value.hex()
    return text if text.isdigit() and len(text) in {8, 14} else ""


def _date(written: str) -> PartialDate | None:
    """`YYYYMMDD`; zeros stand for an unknown month or day."""
    if len(written) != 8:
        return None
    try:
        return PartialDate(int(written[:4]), int(written[4:6]) or None, int(written[6:]) or None)
    except ValueError:
        return None
