"""The data key on paper: four lines that a person can copy by hand, each of which notices its own mistakes.

A line is eight bytes of the key and two that are computed from them and the line's number, in Crockford's base 32,
which has no letters that look like digits: sixteen characters in groups of four.
"""

import hashlib
import re
import sys

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from kiosk.checkin.store.cipher import store_key
from kiosk.checkin.store.key_check import read_key_check
from kiosk.checkin.store.place import Place
from kiosk.checkin.store.sqlite import file_of
from kiosk.failure import FailureCode, KioskError
from kiosk.keystore import DATA_KEY_BYTES, Keystore, data_key, keep_data_key
from kiosk.settings import Settings

LINES = 4
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OILU", "011V")
_KEY_BYTES, _CHECK_BYTES = DATA_KEY_BYTES // LINES, 2
_CHARACTERS = (_KEY_BYTES + _CHECK_BYTES) * 8 // 5
_LONGEST_LINE = 200


def recovery_code(key: bytes) -> list[str]:
    """The key of 32 bytes as four lines, `7H2K-9QWE-…`."""
    lines = []
    for at in range(LINES):
        part = key[at * _KEY_BYTES : (at + 1) * _KEY_BYTES]
        number = int.from_bytes(part + _check(at, part), "big")
        text = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_CHARACTERS)))
        lines.append("-".join(re.findall("....", text)))
    return lines


def key_of_code(lines: list[str]) -> bytes:
    """The key that these lines are; small letters, missing hyphens, O for 0 and I or L for 1 are understood.

    Raises:
        KioskError: INPUT_INVALID, naming the first line with a mistake.
    """
    if len(lines) != LINES:
        raise KioskError(FailureCode.INPUT_INVALID, f"a recovery code has {LINES} lines")
    key = b""
    for at, line in enumerate(lines):
        text = re.sub(r"[\s-]", "", line).upper().translate(_READ_AS)
        if len(text) != _CHARACTERS or set(text) - set(_ALPHABET):
            raise KioskError(FailureCode.INPUT_INVALID, f"line {at + 1} has no {_CHARACTERS} letters and digits")
        number = 0
        for character in text:
            number = number << 5 | _ALPHABET.index(character)
        content = number.to_bytes(_KEY_BYTES + _CHECK_BYTES, "big")
        part, check = content[:_KEY_BYTES], content[_KEY_BYTES:]
        if check != _check(at, part):
            raise KioskError(FailureCode.INPUT_INVALID, f"line {at + 1} has a mistake")
        key += part
    return key


def show(settings: Settings) -> dict[str, object]:
    """The code of this machine's data key, to be printed and locked away.

    Raises:
        KioskError: KEYSTORE_…; KEYSTORE_UNAVAILABLE also where there is no data key yet.
    """
    key = data_key(settings.keystore)
    if key is None:
        raise KioskError(FailureCode.KEYSTORE_UNAVAILABLE, "no data key")
    return {"recovery_code": recovery_code(key)}


def enter(settings: Settings) -> dict[str, object]:
    """Reads four lines, and keeps the key that they are.

    Another key that is kept already is only replaced where the store's own box says that the new one is right.

    Raises:
        KioskError: INPUT_INVALID: a mistake, or another key is kept; KEY_WRONG: the store has another; KEYSTORE_….
    """
    key = key_of_code([sys.stdin.readline(_LONGEST_LINE).strip() for _ in range(LINES)])
    keystore = settings.keystore
    opens = _opens_the_store(settings, key)
    if opens is False:
        raise KioskError(FailureCode.KEY_WRONG, "this code is of another store")
    if opens is None and _keeps_another(keystore, key):
        raise KioskError(FailureCode.INPUT_INVALID, "another data key is kept: kiosk secrets forget data-key")
    keep_data_key(keystore, key)
    return {"keystore": keystore.place, "opens_the_store": opens}


def _opens_the_store(settings: Settings, key: bytes) -> bool | None:
    """None: nothing tells."""
    try:
        url = make_url(settings.store_url)
    except ArgumentError:
        return None
    if url.get_backend_name() != "sqlite":
        return None
    try:
        known = read_key_check(Place(file_of(url)).key_check, store_key(key))
    except KioskError:
        return False
    except OSError:
        return None
    return None if known is None else True


def _keeps_another(keystore: Keystore, key: bytes) -> bool:
    kept = data_key(keystore)
    return kept is not None and kept != key


def _check(line: int, part: bytes) -> bytes:
    return hashlib.sha256(bytes([line]) + part).digest()[:_CHECK_BYTES]
