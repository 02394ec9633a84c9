"""Encryption of what is kept at rest outside the database: AES-256-GCM, each box bound to what it is for."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.failure import FailureCode, KioskError

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16


class Seal:
    """Closes and opens boxes with one key of 32 bytes.

    A box is a version byte, a random nonce of 12 bytes and the ciphertext with its tag of 16 [NIST SP 800-38D]. Its
    `purpose` is authenticated with it: a box of one purpose does not open as another's.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, content: bytes, purpose: str) -> bytes:
        """The box around `content`, 29 bytes longer."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, content, purpose.encode())

    def open(self, box: bytes, purpose: str) -> bytes:
        """What `close` was given.

        Raises:
            KioskError: KEY_WRONG: another key or purpose, or a changed box. The box is not to be thrown away: its key
                may be found again.
        """
        nonce, sealed = box[1 : 1 + _NONCE_BYTES], box[1 + _NONCE_BYTES :]
        if box[:1] != _VERSION or len(sealed) < _TAG_BYTES:
            raise KioskError(FailureCode.KEY_WRONG, "no box of this program")
        try:
            return self._cipher.decrypt(nonce, sealed, purpose.encode())
        except InvalidTag:
            raise KioskError(FailureCode.KEY_WRONG, "does not open") from None
