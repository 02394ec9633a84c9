"""What an identity can be looked up with."""

import re
import unicodedata
from datetime import datetime

from kiosk.identity.person import Identity
from kiosk.lookup.answer import NotAsked, Question

_PERSONAL = re.compile(r"[0-9]{12}")
_INSURANCE = re.compile(r"[0-9]{10}|[A-Z]{2}[0-9]{13}")


def question_for(identity: Identity, now: datetime) -> Question | NotAsked:
    """The question for this person, personal number preferred, or what is missing for one.

    The gateway demands number, name and birth date; without any of them it is not asked.
    """
    personal = identity.personal_number if _PERSONAL.fullmatch(identity.personal_number) else ""
    insurance = identity.insurance_number.strip().upper()
    number = personal or (insurance if _INSURANCE.fullmatch(insurance) else "")
    full_name = fold_name(identity.full_name)
    if not number:
        return NotAsked("number", now)
    if not full_name:
        return NotAsked("full-name", now)
    if identity.date_of_birth is None:
        return NotAsked("date-of-birth", now)
    return Question(number, full_name, identity.date_of_birth, personal_number=personal)


def fold_name(name: str) -> str:
    """A name as it is sent: NFC, its spaces folded, upper and lower case as they came."""
    return " ".join(unicodedata.normalize("NFC", name).split())
