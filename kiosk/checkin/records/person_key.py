"""The digests by which the journal knows a person, from any number that somebody types."""

import hashlib
import hmac
import re
from collections.abc import Sequence

from sqlalchemy import Connection, select

from kiosk.checkin.store.tables import journal

_PERSONAL = re.compile(r"[0-9]{12}")
_INSURANCE = re.compile(r"(?:[A-Z]{2}[1-5][0-9]{2})?([0-9]{10})")
_DOCUMENT = re.compile(r"[A-Z]{3}:[A-Z0-9]{1,20}")


def names_of_number(typed: str) -> tuple[str, ...]:
    """What a personal number (12 digits), an insurance number (10, or a card's 15 characters) or a document names.

    A document is its nationality and its number, `KOR:M12345678`. Empty: it is none of them.
    """
    number = "".join(typed.split()).upper()
    if _PERSONAL.fullmatch(number):
        return (f"personal:{number}",)
    if found := _INSURANCE.fullmatch(number):
        return (f"social:{found[1]}",)
    if _DOCUMENT.fullmatch(number):
        return (f"document:{number}",)
    return ()


def person_keys(connection: Connection, typed: str) -> Sequence[str]:
    """The digests of such a number in this journal; none where it is no number."""
    names = names_of_number(typed)
    if not names:
        return ()
    salt = bytes(connection.execute(select(journal.c.person_salt)).scalar_one())
    return tuple(hmac.new(salt, name.encode(), hashlib.sha256).hexdigest() for name in names)
