"""Whom to ask about again, in an encrypted box: what a question and a decision need of a person, and no more."""

import json

from kiosk.dates import PartialDate, parse_date
from kiosk.identity.person import Identity, Trust
from kiosk.reader.document import Sex
from kiosk.sealed import Seal


def recheck_purpose(visit_id: str) -> str:
    """What the box is bound to: it opens as this visit's only."""
    return f"recheck:{visit_id}"


def seal_person(seal: Seal, visit_id: str, identity: Identity) -> bytes:
    """The box; photo, address and the chip's evidence stay out of it."""
    person = {
        "trust": identity.trust.value,
        "full_name": identity.full_name,
        "personal_number": identity.personal_number,
        "insurance_number": identity.insurance_number,
        "date_of_birth": _iso(identity.date_of_birth),
        "sex": identity.sex.value if identity.sex else None,
        "name_is_transliterated": identity.name_is_transliterated,
        "date_of_expiry": _iso(identity.date_of_expiry),
        "issuing_state": identity.issuing_state,
    }
    return seal.close(json.dumps(person).encode(), recheck_purpose(visit_id))


def open_person(seal: Seal, visit_id: str, box: bytes) -> Identity:
    """Who is in the box.

    Raises:
        KioskError: KEY_WRONG; the box is to be kept.
    """
    person = json.loads(seal.open(box, recheck_purpose(visit_id)))
    return Identity(
        trust=Trust(person["trust"]),
        full_name=person["full_name"],
        personal_number=person["personal_number"],
        insurance_number=person["insurance_number"],
        date_of_birth=_date(person["date_of_birth"]),
        sex=Sex(person["sex"]) if person["sex"] else None,
        name_is_transliterated=person["name_is_transliterated"],
        date_of_expiry=_date(person["date_of_expiry"]),
        issuing_state=person["issuing_state"],
    )


def _iso(day: PartialDate | None) -> str | None:
    return day.iso() if day else None


def _date(text: str | None) -> PartialDate | None:
    return parse_date(text) if text else None
