"""The key of active authentication: what it signs when the terminal asks [ICAO 9303-11 §6.1]."""

import hashlib
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from kiosk.simulator.chip import lds
from kiosk.simulator.chip.messaging import RandomBytes
from kiosk.simulator.pki import derive_key

_PRIME_BITS = 512
_PUBLIC_EXPONENT = 65537
_ROUNDS = 24
_HEADER, _TRAILER_SHA256 = b"\x6a", b"\x34\xcc"
_SCALAR_BYTES = 32


class ActiveKey(Protocol):
    """A private key of active authentication."""

    def dg15(self) -> bytes:
        """The file with the public key."""
        ...

    def sign(self, challenge: bytes, random: RandomBytes) -> bytes:
        """The answer to INTERNAL AUTHENTICATE over the terminal's 8 bytes."""
        ...


class EcdsaKey:
    """NIST P-256, SHA-256, the signature as r and s of 32 bytes each [TR-03111 §5.2.1]."""

    def __init__(self, label: str) -> None:
        self._key = derive_key(label, ec.SECP256R1())

    def dg15(self) -> bytes:
        """The file with the public key."""
        return lds.dg15_ecdsa(self._key.public_key())

    def sign(self, challenge: bytes, random: RandomBytes) -> bytes:  # noqa: ARG002 - deterministic ECDSA needs none
        """64 bytes."""
        r, s = decode_dss_signature(self._key.sign(challenge, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(_SCALAR_BYTES, "big") + s.to_bytes(_SCALAR_BYTES, "big")


@dataclass(frozen=True, slots=True, repr=False)
class RsaKey:
    """RSA of 1,024 bits, ISO/IEC 9796-2 scheme 1 with SHA-256: its answer fits a short APDU."""

    modulus: int
    private_exponent: int

    def dg15(self) -> bytes:
        """The file with the public key."""
        return lds.dg15_rsa(self.modulus, _PUBLIC_EXPONENT)

    def sign(self, challenge: bytes, random: RandomBytes) -> bytes:
        """128 bytes: the recoverable part is the chip's own random, the rest the terminal's challenge."""
        size = self.modulus.bit_length() // 8
        digest_bytes = hashlib.sha256().digest_size
        recoverable = random(size - len(_HEADER) - digest_bytes - len(_TRAILER_SHA256))
        digest = hashlib.sha256(recoverable + challenge).digest()
        representative = int.from_bytes(_HEADER + recoverable + digest + _TRAILER_SHA256, "big")
        return pow(representative, self.private_exponent, self.modulus).to_bytes(size, "big")


@cache
def rsa_key(label: str) -> RsaKey:
    """The RSA key that follows from `label`; found once per process, in about a tenth of a second."""
    chance = Random(hashlib.sha256(label.encode()).digest())
    p = q = _prime(chance)
    while q == p:
        q = _prime(chance)
    return RsaKey(p * q, pow(_PUBLIC_EXPONENT, -1, (p - 1) * (q - 1)))


def _prime(chance: Random) -> int:
    while True:
        top_and_odd = 0b11 << (_PRIME_BITS - 2) | 1
        candidate = chance.getrandbits(_PRIME_BITS) | top_and_odd
        if candidate % _PUBLIC_EXPONENT != 1 and _is_prime(candidate, chance):
            return candidate


def _is_prime(number: int, chance: Random) -> bool:
    """Miller and Rabin's test."""
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(_ROUNDS):
        power = pow(chance.randrange(2, number - 1), odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True
