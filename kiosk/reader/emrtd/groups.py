"""The groups of key agreement: standardised domain parameters by their number [ICAO 9303-11 §9.5.1].

Elements are passed as the bytes that go over the wire, so that protocols read alike for curves and for integers.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Protocol

import ecdsa
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from ecdsa.ellipticcurve import INFINITY, PointJacobi
from ecdsa.numbertheory import square_root_mod_prime

from kiosk.reader.emrtd.tlv import MalformedError

RandomBytes = Callable[[int], bytes]


class Group(Protocol):
    """A cyclic group of prime order."""

    @property
    def generator(self) -> bytes:
        """The standard base element."""
        ...

    def private_key(self, random: RandomBytes) -> int:
        """A fresh secret exponent."""
        ...

    def power(self, element: bytes, exponent: int) -> bytes:
        """`element` combined with itself `exponent` times.

        Raises:
            MalformedError: no element of this group, or the neutral one came out.
        """
        ...

    def product(self, one: bytes, other: bytes) -> bytes:
        """Two elements combined.

        Raises:
            MalformedError: as for `power`.
        """
        ...

    def secret(self, element: bytes, exponent: int) -> bytes:
        """What both sides of a key agreement share.

        Raises:
            MalformedError: as for `power`.
        """
        ...


class EllipticCurve:
    """Points as `04 x y` [TR-03111 §3.2.1].

    Multiplication goes through OpenSSL where it knows the curve: key agreement gives x in a tenth of the time that
    Python needs. The sign of y is then settled by a second agreement with the next exponent.
    """

    def __init__(self, curve: Any, openssl: ec.EllipticCurve | None) -> None:  # noqa: ANN401 - ecdsa is untyped
        self._curve = curve.curve
        self._order: int = curve.order
        self._p: int = curve.curve.p()
        self._size = (self._p.bit_length() + 7) // 8
        self._openssl = openssl
        self.generator = self._encode(curve.generator.x(), curve.generator.y())

    def private_key(self, random: RandomBytes) -> int:
        """Drawn until it lies in 1 … order - 2; each draw succeeds with more than one in two."""
        bits = self._order.bit_length()
        while True:
            drawn = int.from_bytes(random((bits + 7) // 8), "big") & ((1 << bits) - 1)
            if 0 < drawn < self._order - 1:
                return drawn

    def power(self, element: bytes, exponent: int) -> bytes:
        """Scalar multiplication; exponents are those of `private_key`."""
        x, y = self._decode(element)
        if self._openssl is None:
            return self._multiply(x, y, exponent)
        if element == self.generator:
            numbers = ec.derive_private_key(exponent, self._openssl).public_key().public_numbers()
            return self._encode(numbers.x, numbers.y)
        p = self._p
        found_x = self._agree(x, y, exponent)
        found_y = square_root_mod_prime(self._right_side(found_x), p)
        if found_x == x:
            return self._multiply(x, y, exponent)
        slope = (found_y - y) * pow(found_x - x, -1, p)
        if (slope * slope - x - found_x) % p != self._agree(x, y, exponent + 1):
            found_y = p - found_y
        return self._encode(found_x, found_y)

    def product(self, one: bytes, other: bytes) -> bytes:
        """Point addition."""
        first, second = (PointJacobi(self._curve, *self._decode(point), 1) for point in (one, other))
        return self._finite(first + second)

    def secret(self, element: bytes, exponent: int) -> bytes:
        """The x coordinate, as long as the field."""
        x, y = self._decode(element)
        if self._openssl is None:
            return self._multiply(x, y, exponent)[1 : 1 + self._size]
        return self._agree(x, y, exponent).to_bytes(self._size, "big")

    def _agree(self, x: int, y: int, exponent: int) -> int:
        assert self._openssl is not None  # noqa: S101 - told apart by the callers
        try:
            peer = ec.EllipticCurvePublicNumbers(x, y, self._openssl).public_key()
            mine = ec.derive_private_key(exponent, self._openssl)
            return int.from_bytes(mine.exchange(ec.ECDH(), peer), "big")
        except ValueError as error:
            raise MalformedError("curve: point") from error

    def _multiply(self, x: int, y: int, exponent: int) -> bytes:
        return self._finite(PointJacobi(self._curve, x, y, 1, self._order) * exponent)

    def _finite(self, point: Any) -> bytes:  # noqa: ANN401 - ecdsa is untyped
        if point == INFINITY:
            raise MalformedError("curve: point at infinity")
        return self._encode(int(point.x()), int(point.y()))

    def _right_side(self, x: int) -> int:
        return int((x * x * x + self._curve.a() * x + self._curve.b()) % self._p)

    def _encode(self, x: int, y: int) -> bytes:
        return b"\x04" + x.to_bytes(self._size, "big") + y.to_bytes(self._size, "big")

    def _decode(self, element: bytes) -> tuple[int, int]:
        if len(element) != 1 + 2 * self._size or element[0] != 4:
            raise MalformedError("curve: point encoding")
        x = int.from_bytes(element[1 : 1 + self._size], "big")
        y = int.from_bytes(element[1 + self._size :], "big")
        if x >= self._p or y >= self._p or (y * y - self._right_side(x)) % self._p:
            raise MalformedError("curve: point not on the curve")
        return x, y


_CURVES: Mapping[int, tuple[str, type[ec.EllipticCurve] | None]] = MappingProxyType(
    {
        8: ("NIST192p", None),
        9: ("BRAINPOOLP192r1", None),
        10: ("NIST224p", None),
        11: ("BRAINPOOLP224r1", None),
        12: ("NIST256p", ec.SECP256R1),
        13: ("BRAINPOOLP256r1", ec.BrainpoolP256R1),
        14: ("BRAINPOOLP320r1", None),
        15: ("NIST384p", ec.SECP384R1),
        16: ("BRAINPOOLP384r1", ec.BrainpoolP384R1),
        17: ("BRAINPOOLP512r1", ec.BrainpoolP512R1),
        18: ("NIST521p", ec.SECP521R1),
    }
)


@cache
def standard_group(parameter_id: int) -> Group | None:
    """The group with this standardised number; None where it is reserved or not supported."""
    row = _CURVES.get(parameter_id)
    if row is None:
        return None
    name, openssl = row
    curve = openssl() if openssl is not None and _openssl_has(openssl()) else None
    return EllipticCurve(getattr(ecdsa.curves, name), curve)


def _openssl_has(curve: ec.EllipticCurve) -> bool:
    """Some systems' OpenSSL is built without the Brainpool curves."""
    try:
        ec.derive_private_key(2, curve)
    except (UnsupportedAlgorithm, ValueError):
        return False
    return True
