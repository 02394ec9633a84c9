"""Symmetric cryptography of the chip protocols: key derivation, CBC, message authentication [ICAO 9303-11 §9.7, §9.8].

A suite is a block cipher with its ways of use. 3DES keys are 16 bytes, AES keys 16, 24 or 32.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

RandomBytes = Callable[[int], bytes]

MAC_SIZE = 8
KDF_ENC = 1
KDF_MAC = 2
KDF_PACE = 3


def pad(data: bytes, block: int) -> bytes:
    """Padding method 2 [ISO 9797-1]: `80`, then zeros to the next full block; always at least one byte."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    """Takes padding method 2 away.

    Raises:
        ValueError: there is none.
    """
    bare = data.rstrip(b"\0")
    if not bare.endswith(b"\x80"):
        raise ValueError("padding")
    return bare[:-1]


def draw_exponent(order: int, random: RandomBytes) -> int:
    """A secret exponent, drawn until it lies in 1 … order - 1; each draw succeeds with more than one in two."""
    bits = order.bit_length()
    while True:
        drawn = int.from_bytes(random((bits + 7) // 8), "big") & ((1 << bits) - 1)
        if 0 < drawn < order:
            return drawn


class Suite(ABC):
    """A block cipher with its derivation, encryption and authentication; lengths in bytes."""

    block: ClassVar[int]
    key_size: int

    @abstractmethod
    def derive(self, secret: bytes, counter: int) -> bytes:
        """The key number `counter` of a shared secret: the key derivation function [§9.7.1]."""

    @abstractmethod
    def encrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """CBC without padding."""

    @abstractmethod
    def decrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """CBC without padding.

        Raises:
            ValueError: `data` is no whole number of blocks.
        """

    @abstractmethod
    def mac(self, key: bytes, padded: bytes) -> bytes:
        """Eight bytes of authentication over data already padded to whole blocks."""

    @abstractmethod
    def token(self, key: bytes, data: bytes) -> bytes:
        """The authentication token of PACE over unpadded data [§4.4.3.4]."""

    @abstractmethod
    def message_iv(self, key: bytes, counter: bytes) -> bytes:
        """The initialisation vector of one protected message [§9.8.6]."""


class TripleDes(Suite):
    """3DES with two keys and the retail MAC [ISO 9797-1 algorithm 3]."""

    block = 8
    key_size = 16

    def derive(self, secret: bytes, counter: int) -> bytes:
        """SHA-1, first 16 bytes, odd parity."""
        digest = hashlib.sha1(secret + counter.to_bytes(4, "big"), usedforsecurity=False).digest()
        return bytes(octet & 0xFE | (octet >> 1).bit_count() & 1 ^ 1 for octet in digest[:16])

    def encrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """CBC; the 16-byte key is used as K1 K2 K1."""
        encryptor = _triple_des(key, iv).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """CBC; the 16-byte key is used as K1 K2 K1."""
        decryptor = _triple_des(key, iv).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, key: bytes, padded: bytes) -> bytes:
        """Single DES up to the last block, which alone gets all three operations."""
        single = _triple_des(key[:8] * 2, bytes(8)).encryptor()
        chained = (bytes(8) + single.update(padded[:-8]))[-8:]
        return self.encrypt(key, chained, padded[-8:])

    def token(self, key: bytes, data: bytes) -> bytes:
        """The retail MAC needs padding."""
        return self.mac(key, pad(data, 8))

    def message_iv(self, key: bytes, counter: bytes) -> bytes:  # noqa: ARG002 - the counter enters the MAC only
        """Zero."""
        return bytes(8)


def _triple_des(key: bytes, iv: bytes) -> Cipher[modes.CBC]:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES  # few cards still need it

    return Cipher(TripleDES(key + key[:8]), modes.CBC(iv))


class Aes(Suite):
    """AES with CMAC cut to 8 bytes."""

    block = 16

    def __init__(self, key_size: int) -> None:
        self.key_size = key_size

    def derive(self, secret: bytes, counter: int) -> bytes:
        """SHA-1 for 128 bits, SHA-256 for more."""
        data = secret + counter.to_bytes(4, "big")
        if self.key_size == 16:
            return hashlib.sha1(data, usedforsecurity=False).digest()[:16]
        return hashlib.sha256(data).digest()[: self.key_size]

    def encrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """CBC."""
        encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """CBC."""
        decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, key: bytes, padded: bytes) -> bytes:
        """CMAC, first 8 bytes."""
        cmac = CMAC(algorithms.AES(key))
        cmac.update(padded)
        return cmac.finalize()[:MAC_SIZE]

    def token(self, key: bytes, data: bytes) -> bytes:
        """CMAC pads by itself."""
        return self.mac(key, data)

    def message_iv(self, key: bytes, counter: bytes) -> bytes:
        """The encrypted send sequence counter."""
        return self.encrypt(key, bytes(16), counter)


TRIPLE_DES = TripleDes()
AES_128 = Aes(16)
AES_192 = Aes(24)
AES_256 = Aes(32)
