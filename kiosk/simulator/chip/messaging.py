"""The chip's end of secure messaging [ICAO 9303-11 §9.8]."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from kiosk.simulator.chip import ber
from kiosk.simulator.chip.apdu import Command, RefusedError, Sw

KEY_FOR_ENCRYPTION, KEY_FOR_MAC, KEY_FOR_PACE = 1, 2, 3
MAC_BYTES = 8
KEY_BYTES = 16
_SECURED = 0x0C
_ODD = 0x01
_PADDED = b"\x01"
_SHORT_ANSWER_BYTES = 256
_STATUS_AND_MAC_BYTES = 4 + 10
_COMMAND_OBJECTS = frozenset({0x85, 0x87, 0x97, 0x8E})


class Suite(Protocol):
    """The ciphers of one kind of session under its two keys; `ssc` is the send sequence counter."""

    block_bytes: int

    def encrypt(self, ssc: int, data: bytes) -> bytes:
        """Whole blocks."""
        ...

    def decrypt(self, ssc: int, data: bytes) -> bytes:
        """Whole blocks."""
        ...

    def mac(self, ssc: int, data: bytes) -> bytes:
        """Over the counter and whole blocks of `data`; 8 bytes."""
        ...


class TripleDesSuite:
    """After basic access control."""

    block_bytes = 8

    def __init__(self, ks_enc: bytes, ks_mac: bytes) -> None:
        self._cipher = Cipher(TripleDES(ks_enc + ks_enc[:8]), modes.CBC(bytes(8)))
        self._ks_mac = ks_mac

    def encrypt(self, ssc: int, data: bytes) -> bytes:  # noqa: ARG002 - the vector is zero whatever the counter
        """CBC with a vector of zeros."""
        encryptor = self._cipher.encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, ssc: int, data: bytes) -> bytes:  # noqa: ARG002
        """CBC with a vector of zeros."""
        decryptor = self._cipher.decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, ssc: int, data: bytes) -> bytes:
        """Retail MAC."""
        return retail_mac(self._ks_mac, ssc.to_bytes(8, "big") + data)


class AesSuite:
    """After PACE or chip authentication."""

    block_bytes = 16

    def __init__(self, ks_enc: bytes, ks_mac: bytes) -> None:
        self._key = algorithms.AES(ks_enc)
        self._cmac = CMAC(algorithms.AES(ks_mac))
        self._vectors = Cipher(self._key, modes.ECB()).encryptor()  # noqa: S305 - one block: the standard's vector

    def encrypt(self, ssc: int, data: bytes) -> bytes:
        """CBC, the vector is the encrypted counter."""
        encryptor = Cipher(self._key, self._vector(ssc)).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, ssc: int, data: bytes) -> bytes:
        """CBC, the vector is the encrypted counter."""
        decryptor = Cipher(self._key, self._vector(ssc)).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, ssc: int, data: bytes) -> bytes:
        """CMAC, cut to 8 bytes."""
        cmac = self._cmac.copy()
        cmac.update(ssc.to_bytes(16, "big") + data)
        return cmac.finalize()[:MAC_BYTES]

    def _vector(self, ssc: int) -> modes.CBC:
        return modes.CBC(self._vectors.update(ssc.to_bytes(16, "big")))


class Session:
    """One secure-messaging session: the counter and the suite."""

    def __init__(self, suite: Suite, ssc: int = 0) -> None:
        self._suite = suite
        self._ssc = ssc

    def unwrap(self, command: Command) -> Command:
        """Checks the command's MAC and opens it; its CLA loses the mark of secure messaging.

        Raises:
            RefusedError: 6987 a data object is missing, 6988 one is wrong; the session is over.
        """
        self._ssc += 1
        objects = self._objects(command.data)
        if 0x8E not in objects:
            raise RefusedError(Sw.SM_OBJECT_MISSING)
        protected = command.data[: len(command.data) - len(objects[0x8E]) - 2]
        secured = pad(command.header, self._suite.block_bytes)
        if protected:
            secured += pad(protected, self._suite.block_bytes)
        if not hmac.compare_digest(self._suite.mac(self._ssc, secured), objects[0x8E]):
            raise RefusedError(Sw.SM_OBJECT_WRONG)
        le = int.from_bytes(objects[0x97], "big") if 0x97 in objects else None
        if le == 0:
            le = 65536 if len(objects[0x97]) > 1 else 256
        return replace(command, cla=command.cla & ~_SECURED, data=self._decrypted(command.ins, objects), le=le)

    def wrap(self, ins: int, data: bytes, sw: int) -> bytes:
        """The secured answer's data field: DO'87 (or DO'85 to an odd INS), DO'99, DO'8E."""
        self._ssc += 1
        answer = b""
        if data:
            encrypted = self._suite.encrypt(self._ssc, pad(data, self._suite.block_bytes))
            answer = ber.tlv(0x85, encrypted) if ins & _ODD else ber.tlv(0x87, _PADDED, encrypted)
        answer += ber.tlv(0x99, sw.to_bytes(2, "big"))
        return answer + ber.tlv(0x8E, self._suite.mac(self._ssc, pad(answer, self._suite.block_bytes)))

    def plain_bytes_within(self, answer_bytes: int) -> int:
        """How much plain data fits an answer of this size: 223 bytes (AES) or 231 (3DES) in a short one."""
        room = answer_bytes - _STATUS_AND_MAC_BYTES
        head = 3 if answer_bytes <= _SHORT_ANSWER_BYTES else 4
        return (room - head - len(_PADDED)) // self._suite.block_bytes * self._suite.block_bytes - 1

    def _objects(self, data: bytes) -> dict[int, bytes]:
        try:
            found = list(ber.objects(data))
        except ValueError:
            raise RefusedError(Sw.SM_OBJECT_WRONG) from None
        objects = {tag: value for tag, value, _ in found}
        if objects.keys() - _COMMAND_OBJECTS or len(objects) != len(found):
            raise RefusedError(Sw.SM_OBJECT_WRONG)
        if 0x8E in objects and (found[-1][0] != 0x8E or len(objects[0x8E]) != MAC_BYTES):
            raise RefusedError(Sw.SM_OBJECT_WRONG)
        return objects

    def _decrypted(self, ins: int, objects: dict[int, bytes]) -> bytes:
        if ins & _ODD:
            encrypted = objects.get(0x85, b"")
        else:
            encrypted = objects.get(0x87, b"")
            if encrypted and encrypted[:1] != _PADDED:
                raise RefusedError(Sw.SM_OBJECT_WRONG)
            encrypted = encrypted[1:]
        if not encrypted:
            return b""
        if len(encrypted) % self._suite.block_bytes:
            raise RefusedError(Sw.SM_OBJECT_WRONG)
        return _unpad(self._suite.decrypt(self._ssc, encrypted))


class CipherKind(Enum):
    """The ciphers of PACE and chip authentication; the value is the size of a key in bytes and whether it is AES."""

    DES3 = (16, False)
    AES_128 = (16, True)
    AES_192 = (24, True)
    AES_256 = (32, True)

    @property
    def key_bytes(self) -> int:
        """The size of a key."""
        return self.value[0]

    def derive(self, secret: bytes, counter: int) -> bytes:
        """A key of this cipher [ICAO 9303-11 §9.7.1]."""
        return derive_aes(secret, counter, self.key_bytes) if self.value[1] else derive_3des(secret, counter)

    def session(self, secret: bytes) -> "Session":
        """The session that follows from a shared secret: its keys, counter zero."""
        ks_enc, ks_mac = self.derive(secret, KEY_FOR_ENCRYPTION), self.derive(secret, KEY_FOR_MAC)
        return Session(AesSuite(ks_enc, ks_mac) if self.value[1] else TripleDesSuite(ks_enc, ks_mac))

    def encrypt(self, key: bytes, iv: bytes | None, data: bytes) -> bytes:
        """CBC over whole blocks; `iv` None is zeros."""
        algorithm = algorithms.AES(key) if self.value[1] else TripleDES(key + key[:8])
        encryptor = Cipher(algorithm, modes.CBC(iv or bytes(algorithm.block_size // 8))).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def token(self, key: bytes, data: bytes) -> bytes:
        """The authentication token over a public key data object."""
        if not self.value[1]:
            return retail_mac(key, pad(data, 8))
        cmac = CMAC(algorithms.AES(key))
        cmac.update(data)
        return cmac.finalize()[:MAC_BYTES]


def derive_aes(secret: bytes, counter: int, key_bytes: int = KEY_BYTES) -> bytes:
    """An AES key: SHA-1 for 128 bits, SHA-256 for longer ones [ICAO 9303-11 §9.7.1]."""
    data = secret + counter.to_bytes(4, "big")
    if key_bytes > KEY_BYTES:
        return hashlib.sha256(data).digest()[:key_bytes]
    return hashlib.sha1(data, usedforsecurity=False).digest()[:KEY_BYTES]


def derive_3des(secret: bytes, counter: int) -> bytes:
    """Two DES keys, 16 bytes, their parity bits set [ICAO 9303-11 §9.7.1]."""
    return bytes(byte & 0xFE | (byte & 0xFE).bit_count() & 1 ^ 1 for byte in derive_aes(secret, counter))


def retail_mac(key: bytes, data: bytes) -> bytes:
    """ISO/IEC 9797-1 MAC algorithm 3 over whole blocks; 8 bytes."""
    chain = Cipher(TripleDES(key[:8] * 3), modes.CBC(bytes(8))).encryptor()
    last = (bytes(8) + chain.update(data[:-8]))[-8:]
    final = Cipher(TripleDES(key + key[:8]), modes.CBC(last)).encryptor()
    return final.update(data[-8:])


def pad(data: bytes, block_bytes: int) -> bytes:
    """ISO/IEC 9797-1 padding method 2."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block_bytes)


def _unpad(data: bytes) -> bytes:
    stripped = data.rstrip(b"\x00")
    if stripped[-1:] != b"\x80":
        raise RefusedError(Sw.SM_OBJECT_WRONG)
    return stripped[:-1]


RandomBytes = Callable[[int], bytes]
