"""Whom to ask about again, in an encrypted box: what a question and a decision need of a person, and no more.

What staff said of the visit (emergency, a transfer form, a listed disease) lies in the same box: it decides the rate,
and it says something of the person's health.
"""

import json
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, get_type_hints

from kiosk.dates import PartialDate, parse_date
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity, Trust
from kiosk.reader.document import Sex
from kiosk.sealed import Seal


def recheck_purpose(visit_id: str) -> str:
    """What the box is bound to: it opens as this visit's only."""
    return f"recheck:{visit_id}"


def seal_person(seal: Seal, visit_id: str, identity: Identity, visit: Visit | None) -> bytes:
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
        "visit": None if visit is None else _written_visit(visit),
    }
    return seal.close(json.dumps(person).encode(), recheck_purpose(visit_id))


def person_in_box(seal: Seal, visit_id: str, box: bytes) -> dict[str, Any]:
    """What is in the box, as it was written.

    Raises:
        KioskError: KEY_WRONG.
    """
    written: dict[str, Any] = json.loads(seal.open(box, recheck_purpose(visit_id)))
    return written


def open_person(seal: Seal, visit_id: str, box: bytes) -> tuple[Identity, Visit | None]:
    """Who is in the box, and the visit as it was decided with.

    Raises:
        KioskError: KEY_WRONG; the box is to be kept.
    """
    person = person_in_box(seal, visit_id, box)
    identity = Identity(
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
    return identity, None if person["visit"] is None else _read_visit(person["visit"])


def _written_visit(visit: Visit) -> dict[str, Any]:
    values = {field.name: getattr(visit, field.name) for field in fields(visit)}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _read_visit(written: dict[str, Any]) -> Visit:
    """Fields of another release that this one does not know are left out, those that it lacks are as nobody said."""
    types = get_type_hints(Visit)
    known: dict[str, Any] = {name: value for name, value in written.items() if name in types}
    for name, value in known.items():
        kind = types[name]
        if kind == date | None and value is not None:
            known[name] = date.fromisoformat(value)
        elif isinstance(kind, type) and issubclass(kind, StrEnum):
            known[name] = kind(value)
    return Visit(**known)


def _iso(day: PartialDate | None) -> str | None:
    return day.iso() if day else None


def _date(text: str | None) -> PartialDate | None:
    return parse_date(text) if text else None
