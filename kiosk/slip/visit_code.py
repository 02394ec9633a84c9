"""What the slip's QR says: which visit it is, with a short check, and nothing about the person.

`LK1:` + the visit's 32 hex characters in capitals + `:` + 4 characters of check. Capitals and digits only, so that
the QR stays in its alphanumeric mode and its modules large [ISO/IEC 18004 §7.3.4].
"""

import hashlib
import re

_FORM = re.compile(r"LK1:(?P<visit>[0-9A-F]{32}):(?P<check>[0-9A-F]{4})")


def visit_code(visit_id: str) -> str:
    """The text of the QR for a visit id of 32 hex characters."""
    visit = visit_id.upper()
    return f"LK1:{visit}:{_check(visit)}"


def read_visit_code(text: str) -> str | None:
    """The visit id of a slip's QR; None for any other text, or when the check does not fit."""
    found = _FORM.fullmatch(text)
    if found is None or _check(found["visit"]) != found["check"]:
        return None
    return found["visit"].lower()


def _check(visit: str) -> str:
    return hashlib.sha256(f"slip {visit}".encode()).hexdigest()[:4].upper()
