"""The key of active authentication: what it signs when the terminal asks [ICAO 9303-11 §6.1]."""

import hashlib
from dataclasses import dataclass
from functools import cache
from math import gcd, prod
from random import Random
from typing import Protocol

from kiosk.simulator.chip import ber
from kiosk.simulator.chip.domain_parameters import curve_of
from kiosk.simulator.chip.messaging import RandomBytes
from kiosk.simulator.chip.profile import EcdsaKind, HashKind, RsaKind, public_key_info

_PUBLIC_EXPONENT = 65537
_ROUNDS = 8
_SMALL_PRIMES = prod(n for n in range(3, 2000, 2) if all(n % m for m in range(3, int(n**0.5) + 1, 2)))
_RSA = "1.2.840.113549.1.1.1"
_NULL = b"\x05\x00"
_HEADER = b"\x6a"
_IMPLICIT_TRAILER = b"\xbc"
_TRAILERS = {
    HashKind.SHA1: b"\x33\xcc",
    HashKind.SHA224: b"\x38\xcc",
    HashKind.SHA256: b"\x34\xcc",
    HashKind.SHA384: b"\x36\xcc",
    HashKind.SHA512: b"\x35\xcc",
}


class ActiveKey(Protocol):
    """A private key of active authentication."""

    def dg15(self) -> bytes:
        """The file with the public key."""
        ...

    def sign(self, challenge: bytes, random: RandomBytes) -> bytes:
        """The answer to INTERNAL AUTHENTICATE over the terminal's 8 bytes."""
        ...


class EcdsaKey:
    """The signature is r and s, each as long as the order [TR-03111 §5.2.1]."""

    def __init__(self, label: str, kind: EcdsaKind) -> None:
        self._kind = kind
        self._curve = curve_of(kind.parameter_id)
        seed = hashlib.shake_256(label.encode()).digest(self._order_bytes + 8)
        self._secret = int.from_bytes(seed, "big") % (self._curve.order - 1) + 1

    @property
    def _order_bytes(self) -> int:
        return (self._curve.order.bit_length() + 7) // 8

    def dg15(self) -> bytes:
        """The file with the public key."""
        point = self._curve.multiply_generator(self._secret)
        return ber.tlv(0x6F, public_key_info(self._curve, self._curve.encode(point), self._kind.key_form))

    def sign(self, challenge: bytes, random: RandomBytes) -> bytes:
        """Twice the order's size."""
        order, size = self._curve.order, self._order_bytes
        digest = hashlib.new(self._kind.hash, challenge, usedforsecurity=False).digest()
        message = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - order.bit_length())
        ephemeral = int.from_bytes(random(size), "big") % (order - 1) + 1
        r = self._curve.multiply_generator(ephemeral).x % order
        s = pow(ephemeral, -1, order) * (message + r * self._secret) % order
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


@dataclass(frozen=True, slots=True, repr=False)
class RsaKey:
    """RSA, ISO/IEC 9796-2 scheme 1; up to 1,776 bits its answer fits a short APDU."""

    modulus: int
    private_exponent: int
    kind: RsaKind

    def dg15(self) -> bytes:
        """The file with the public key."""
        key = ber.sequence(ber.integer(self.modulus), ber.integer(_PUBLIC_EXPONENT))
        return ber.tlv(0x6F, ber.sequence(ber.sequence(ber.oid(_RSA), _NULL), ber.tlv(0x03, b"\x00", key)))

    def sign(self, challenge: bytes, random: RandomBytes) -> bytes:
        """As long as the modulus: the recoverable part is the chip's own random, the rest the terminal's challenge."""
        size = self.modulus.bit_length() // 8
        trailer = _IMPLICIT_TRAILER if self.kind.implicit_trailer else _TRAILERS[self.kind.hash]
        digest_bytes = hashlib.new(self.kind.hash, usedforsecurity=False).digest_size
        recoverable = random(size - len(_HEADER) - digest_bytes - len(trailer))
        digest = hashlib.new(self.kind.hash, recoverable + challenge, usedforsecurity=False).digest()
        representative = int.from_bytes(_HEADER + recoverable + digest + trailer, "big")
        return pow(representative, self.private_exponent, self.modulus).to_bytes(size, "big")


@cache
def rsa_key(label: str, kind: RsaKind) -> RsaKey:
    """The RSA key that follows from `label`; found once per process, in about a tenth of a second."""
    chance = Random(hashlib.sha256(label.encode()).digest())
    p = q = _prime(chance, kind.bits // 2)
    while q == p:
        q = _prime(chance, kind.bits // 2)
    return RsaKey(p * q, pow(_PUBLIC_EXPONENT, -1, (p - 1) * (q - 1)), kind)


def _prime(chance: Random, bits: int) -> int:
    while True:
        top_and_odd = 0b11 << (bits - 2) | 1
        candidate = chance.getrandbits(bits) | top_and_odd
        if candidate % _PUBLIC_EXPONENT != 1 and _is_prime(candidate, chance):
            return candidate


def _is_prime(number: int, chance: Random) -> bool:
    """Miller and Rabin's test."""
    if gcd(number, _SMALL_PRIMES) != 1:
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
