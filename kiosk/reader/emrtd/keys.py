"""What opens a chip: passwords, and how they follow from what is known about a card [ICAO 9303-11 §4.2, §9.7.3]."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import islice

from kiosk.failure import FailureCode, KioskError
from kiosk.privacy import Personal
from kiosk.reader.emrtd.mrz import NO_EXPIRY, key_information, mrz_information
from kiosk.reader.emrtd.tlv import MalformedError

_MOST_MRZ_CANDIDATES = 3
_RENEWAL_AGES = (25, 40, 60)
# The Law on Identification added the renewal at 14 on this day [Law 26/2023/QH15 art. 21, 46].
_NEW_LAW = date(2024, 7, 1)


class PasswordKind(IntEnum):
    """The password reference [ICAO 9303-11 §4.4.4.1]."""

    MRZ = 1
    CAN = 2


@dataclass(frozen=True, slots=True, repr=False)
class Password(Personal):
    """What opens the chip: the card access number, or the MRZ information."""

    kind: PasswordKind
    text: str

    def secret(self) -> bytes:
        """f(π) [ICAO 9303-11 §9.7.3]: the number's digits, or SHA-1 of the MRZ information."""
        octets = self.text.encode("ascii")
        if self.kind is PasswordKind.CAN:
            return octets
        return hashlib.sha1(octets, usedforsecurity=False).digest()


@dataclass(frozen=True, slots=True, repr=False)
class CardKeys(Personal):
    """What is known about a card before it is open; any part may be missing.

    `personal_number` (12 digits) gives the card access number, and with the dates MRZ keys; `date_of_issue` stands in
    for an unknown expiry. `mrz` is a whole MRZ or its MRZ information.

    Raises:
        KioskError: INPUT_INVALID, a number of another length or an MRZ that is none.
    """

    can: str = ""
    personal_number: str = ""
    date_of_birth: date | None = None
    date_of_expiry: date | None = None
    date_of_issue: date | None = None
    mrz: str = ""

    def __post_init__(self) -> None:
        for name, value, size in (("can", self.can, 6), ("personal number", self.personal_number, 12)):
            if value and not re.fullmatch(rf"[0-9]{{{size}}}", value):
                raise KioskError(FailureCode.INPUT_INVALID, f"{name}: not {size} digits")
        if self.mrz:
            try:
                mrz_information(self.mrz)
            except MalformedError as error:
                raise KioskError(FailureCode.INPUT_INVALID, str(error)) from None


def passwords(keys: CardKeys) -> tuple[Password, ...]:
    """What to try, each at most once: the card access number, then up to three MRZ keys."""
    found: list[Password] = []
    if can := keys.can or keys.personal_number[-6:]:
        found.append(Password(PasswordKind.CAN, can))
    information: list[str] = []
    if keys.mrz:
        information.append(mrz_information(keys.mrz))
    if keys.personal_number and keys.date_of_birth:
        birth = f"{keys.date_of_birth:%y%m%d}"
        information += [key_information(keys.personal_number[3:], birth, expiry) for expiry in _expiries(keys)]
    unique = dict.fromkeys(information)
    found += [Password(PasswordKind.MRZ, text) for text in islice(unique, _MOST_MRZ_CANDIDATES)]
    return tuple(found)


def _expiries(keys: CardKeys) -> Sequence[str]:
    if keys.date_of_expiry is not None:
        return [f"{keys.date_of_expiry:%y%m%d}"]
    if keys.date_of_birth is None or keys.date_of_issue is None:
        return []
    return expiries_by_law(keys.date_of_birth, keys.date_of_issue)


def expiries_by_law(birth: date, issue: date) -> list[str]:
    """When a card of this issue may expire, `YYMMDD`, likeliest first; `991231` for never.

    A card is valid until the next renewal birthday, and until the one after it where it was issued within two years
    before [Law 26/2023/QH15 art. 21]. Exactly on that day both are likely.
    """
    ages = (14, *_RENEWAL_AGES) if issue >= _NEW_LAW else _RENEWAL_AGES
    later: list[str] = []
    boundary: list[str] = []
    for age in ages:
        expiries = [f"{day:%y%m%d}" for day in _birthdays(birth, age)]
        limits = _birthdays(birth, age - 2)
        if issue < min(limits):
            later += expiries
        elif issue in limits:
            boundary += expiries
    likely = [*later, NO_EXPIRY]
    return [*likely[:1], *boundary, *likely[1:]]


def _birthdays(birth: date, age: int) -> list[date]:
    """The birthday in that year; somebody born on 29 February has it on 1 March or 28 February in common years."""
    try:
        return [birth.replace(year=birth.year + age)]
    except ValueError:
        return [date(birth.year + age, 3, 1), date(birth.year + age, 2, 28)]
