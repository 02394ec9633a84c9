"""The codes on invented people's cards: their texts and their pictures, as printed cards bear them.

Written from the facts about real cards, without the reader's own modules: both sides must agree by themselves.
"""

import hashlib
from datetime import date
from io import BytesIO

import segno
from PIL import Image

from kiosk.simulator.people import Person

QUIET_ZONE_MODULES = 4
"""The light border that a QR code needs [ISO/IEC 18004 §5.3.8]."""

_EXTRA_FIELDS_2024 = 4
_AREAS = {"": "4", "K1": "5", "K2": "6", "K3": "7"}


def citizen_payload(person: Person) -> str:
    """The text of the card's QR: seven fields on a card of 2021, four more (empty ones) since 2024-07-01.

    Raises:
        ValueError: this person has no card.
    """
    if person.card == "none":
        raise ValueError("no citizen card")
    fields = [
        person.number,
        person.previous_number,
        person.full_name,
        f"{person.date_of_birth:%d%m%Y}",
        "Nam" if person.sex == "male" else "Nữ",
        person.residence,
        f"{person.date_of_issue:%d%m%Y}",
    ]
    return "|".join([*fields, *([""] * _EXTRA_FIELDS_2024 if person.card == "2024" else [])])


def insurance_payload(person: Person) -> str:
    """The 15 fields of the insurance card's QR (BHYT): texts as hex of UTF-8, absent ones `-`.

    Raises:
        ValueError: this person has no insurance card.
    """
    insurance = person.insurance
    if insurance is None or not insurance.card_number:
        raise ValueError("no insurance card")
    facility = insurance.facility
    fields = [
        insurance.card_number,
        _hex(person.full_name),
        f"{person.date_of_birth:%d/%m/%Y}",
        "1" if person.sex == "male" else "2",
        _hex(person.residence) or "-",
        f"{facility[:2]} - {facility[2:]}" if facility else "-",
        _day(insurance.valid_from),
        _day(insurance.valid_to),
        _day(insurance.valid_from),
        f"{insurance.card_number[3:5]:0<14}",
        "-",
        _AREAS[insurance.area],
        _day(insurance.five_year_date),
    ]
    check = hashlib.sha256("|".join(fields).encode()).hexdigest()[:16]
    return "|".join([*fields, f"{check}-7102", "$"])


def qr_image(
    text: str | bytes,
    module_px: int = 6,
    *,
    quiet_zone_modules: int = QUIET_ZONE_MODULES,
    error: str = "m",
    eci: bool = False,
) -> Image.Image:
    """The QR of `text` in UTF-8 bytes, or of bytes as they are, `module_px` pixels a module, black on white.

    Printed cards name no encoding; with `eci` the code says that it is UTF-8. `error` is the level `l`, `m`, `q`, `h`.
    """
    code = segno.make_qr(text, mode="byte", encoding="utf-8" if isinstance(text, str) else None, error=error, eci=eci)
    png = BytesIO()
    code.save(png, kind="png", scale=module_px, border=quiet_zone_modules)
    return Image.open(png).convert("L")


def _hex(text: str) -> str:
    return text.encode().hex()


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "-"
