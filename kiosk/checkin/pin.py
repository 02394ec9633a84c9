"""A staff member's PIN: which are too easy to guess, and how one is kept so that it cannot be read back."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Self

from kiosk.privacy import Personal
from kiosk.reader.number import read_personal_number

SHORTEST, LONGEST = 4, 12
_DIGITS = re.compile(rf"[0-9]{{{SHORTEST},{LONGEST}}}")
_FEWEST_DIGITS = 3
_COLUMNS = frozenset({"2580", "0852", "1470", "0741", "3690", "0963"})
"""Straight down or up the keypad."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")

SALT_BYTES = 16
KEY_BYTES = 32
_MEMORY_SPARE = 2


class Weakness(StrEnum):
    """Why a PIN is not taken; its words are `officer.pin.<value>`."""

    FORM = "form"
    REPEATED = "repeated"
    RUN = "run"
    YEAR = "year"
    NUMBER = "number"


def weakness(pin: str, personal_number: str) -> Weakness | None:
    """What makes `pin` easy to guess for somebody who knows its owner; None: nothing of what is known.

    FORM: not 4 to 12 digits. REPEATED: fewer than three different digits, or a piece said over and over (`123123`).
    RUN: digits in their order up or down, or a column of the keypad. YEAR: any year as the whole, or the owner's birth
    year anywhere in it. NUMBER: a piece of the owner's personal number (12 digits), forwards or backwards.
    """
    if not _DIGITS.fullmatch(pin):
        return Weakness.FORM
    if len(set(pin)) < _FEWEST_DIGITS or _is_said_again(pin):
        return Weakness.REPEATED
    if _is_run(pin) or pin in _COLUMNS:
        return Weakness.RUN
    if _YEAR.fullmatch(pin) or str(read_personal_number(personal_number).birth_year) in pin:
        return Weakness.YEAR
    if pin in personal_number or pin[::-1] in personal_number:
        return Weakness.NUMBER
    return None


def _is_said_again(pin: str) -> bool:
    """A text that repeats a piece of itself stands inside its own double, cut at both ends."""
    return pin in (pin + pin)[1:-1]


def _is_run(pin: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})


@dataclass(frozen=True, slots=True)
class Cost:
    """scrypt's parameters [RFC 7914 §2]; they stand beside each hash, so that later ones may cost more.

    The default takes 32 MiB and about 0.1 s of a desktop's time, several times that on a small kiosk.
    """

    n: int = 1 << 15
    r: int = 8
    p: int = 1


@dataclass(frozen=True, slots=True, repr=False)
class PinHash(Personal):
    """A PIN as it is kept: `salt` 16 bytes, `key` 32 bytes."""

    cost: Cost
    salt: bytes
    key: bytes

    @classmethod
    def of(cls, pin: str, pepper: bytes, cost: Cost) -> Self:
        """Hashes `pin` with a new salt. `pepper` is kept apart from the hashes: without it there is nothing to try."""
        salt = secrets.token_bytes(SALT_BYTES)
        return cls(cost, salt, _derive(pin, pepper, salt, cost))

    @classmethod
    def of_nobody(cls, cost: Cost) -> Self:
        """What no PIN opens, at the same cost: for names that nobody has."""
        return cls(cost, secrets.token_bytes(SALT_BYTES), secrets.token_bytes(KEY_BYTES))

    def opens_with(self, pin: str, pepper: bytes) -> bool:
        """Whether this is the PIN; takes as long either way."""
        return hmac.compare_digest(self.key, _derive(pin, pepper, self.salt, self.cost))


def _derive(pin: str, pepper: bytes, salt: bytes, cost: Cost) -> bytes:
    peppered = hmac.digest(pepper, pin.encode("utf-8", "surrogatepass"), "sha256")
    room = 128 * cost.r * (cost.n + cost.p) * _MEMORY_SPARE
    return hashlib.scrypt(peppered, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=room, dklen=KEY_BYTES)
