"""SQLCipher's page, one by one: what the library gives up as a whole, can be looked at page for page.

A page of 4,096 bytes is its content encrypted with AES-256-CBC, then the IV (16 bytes) and the HMAC-SHA512 (64) over
both and the page's number; the first page begins with the file's salt instead of SQLite's magic [SQLCipher 4 design].
"""

import hashlib
import hmac
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from kiosk.checkin.store.cipher import KEY_BYTES, PAGE_BYTES

SALT_BYTES = 16
_IV_BYTES = 16
_HMAC_BYTES = 64
_RESERVED_BYTES = _IV_BYTES + _HMAC_BYTES
_HMAC_SALT_MASK = 0x3A
_HMAC_KEY_ROUNDS = 2


class PageCipher:
    """Opens the pages of one file, by its key of 32 bytes and its salt of 16."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        self._key = key
        masked = bytes(byte ^ _HMAC_SALT_MASK for byte in salt)
        self._hmac_key = hashlib.pbkdf2_hmac("sha512", key, masked, _HMAC_KEY_ROUNDS, KEY_BYTES)

    def is_sound(self, page: bytes, number: int) -> bool:
        """Whether this is what was written as the page `number`, which counts from 1."""
        return hmac.compare_digest(self._hmac(page[:-_HMAC_BYTES], number), page[-_HMAC_BYTES:])

    def open(self, page: bytes, number: int) -> bytes:
        """The content, 4,016 bytes; of the first page 16 zeros stand for SQLite's magic."""
        start = SALT_BYTES if number == 1 else 0
        iv = page[-_RESERVED_BYTES:-_HMAC_BYTES]
        decryptor = Cipher(AES(self._key), CBC(iv)).decryptor()
        return bytes(start) + decryptor.update(page[start:-_RESERVED_BYTES]) + decryptor.finalize()

    def _hmac(self, page: bytes, number: int) -> bytes:
        start = SALT_BYTES if number == 1 else 0
        return hmac.digest(self._hmac_key, page[start:] + number.to_bytes(4, "little"), "sha512")


def opens_first_page(file: Path, key: bytes) -> bool:
    """Whether this key made the file's first page: then whatever else is wrong, it is not the key.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        first = opened.read(PAGE_BYTES)
    return len(first) == PAGE_BYTES and PageCipher(key, first[:SALT_BYTES]).is_sound(first, 1)
