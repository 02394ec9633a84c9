"""The elliptic curves of key agreement, by their number [ICAO 9303-11 §9.5.1, TR-03111 §4.1].

Loaded with the first card: a program's start does not need them.
"""

import os
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import ecdsa
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from ecdsa.ellipticcurve import INFINITY, PointJacobi

from kiosk.reader.emrtd.crypto import RandomBytes, draw_exponent
from kiosk.reader.emrtd.group import POINT, PrivateKey
from kiosk.reader.emrtd.tlv import MalformedError


class EllipticCurve:
    """Points as `04 x y` [TR-03111 §3.2.1]."""

    public_key_tag = POINT

    def __init__(self, curve: Any, openssl: ec.EllipticCurve | None) -> None:  # noqa: ANN401 - ecdsa is untyped
        self.order = int(curve.order)
        self.openssl = openssl
        self._curve = curve.curve
        self.field = int(curve.curve.p())
        self._a = int(curve.curve.a()) % self.field
        self._size = (self.field.bit_length() + 7) // 8
        self.generator = self.encode(int(curve.generator.x()), int(curve.generator.y()))

    def key(self, exponent: int) -> PrivateKey:
        """Computed by OpenSSL where it knows the curve: it needs a fifth of the time."""
        exponent %= self.order
        if exponent == 0:
            raise MalformedError("curve: exponent")
        if self.openssl is None:
            return _CurveKey(self, exponent)
        return _OpensslKey(self, ec.derive_private_key(exponent, self.openssl), self.openssl)

    def random_key(self, random: RandomBytes) -> PrivateKey:
        """A fresh key; where the system is to draw it, by OpenSSL, for which a key of its own is half the work."""
        if self.openssl is not None and random is os.urandom:
            return _OpensslKey(self, ec.generate_private_key(self.openssl), self.openssl)
        return self.key(draw_exponent(self.order, random))

    def product(self, one: bytes, other: bytes) -> bytes:
        """Point addition."""
        p = self.field
        (x1, y1), (x2, y2) = self.decode(one), self.decode(other)
        if x1 != x2:
            slope = (y2 - y1) * pow(x2 - x1, -1, p)
        elif y1 == y2:
            slope = (3 * x1 * x1 + self._a) * pow(2 * y1, -1, p)
        else:
            raise MalformedError("curve: point at infinity")
        x = (slope * slope - x1 - x2) % p
        return self.encode(x, (slope * (x1 - x) - y1) % p)

    @property
    def mappable(self) -> bool:
        """Not on P-224: the formula takes square roots modulo a prime that leaves 3 when divided by 4."""
        return self.field % 4 == 3

    def element_of(self, number: int) -> bytes:
        """The point encoding of integrated mapping [ICAO 9303-11 appendix B.2]; the cofactor of all curves is one."""
        p, a, b = self.field, self._a, int(self._curve.b())
        alpha = -number * number % p
        try:
            x2 = -b * pow(a, -1, p) * (1 + pow(alpha + alpha * alpha, -1, p)) % p
        except ValueError as error:
            raise MalformedError("curve: number to map") from error
        h2 = self._right_side(x2)
        root = pow(h2, p - 1 - (p + 1) // 4, p)
        if root * root * h2 % p == 1:
            return self.encode(x2, root * h2 % p)
        return self.encode(alpha * x2 % p, root * number**3 * h2 % p)

    def multiply(self, element: bytes, exponent: int) -> bytes:
        """Scalar multiplication in Python."""
        point = PointJacobi(self._curve, *self.decode(element), 1, self.order) * exponent
        if point == INFINITY:
            raise MalformedError("curve: point at infinity")
        return self.encode(int(point.x()), int(point.y()))

    @property
    def parameters(self) -> tuple[int, int, int, int]:
        """p, a, b and the order."""
        return self.field, self._a, int(self._curve.b()), self.order

    @property
    def generator_forms(self) -> tuple[bytes, bytes]:
        """The generator uncompressed and compressed."""
        sign = bytes([2 + (self.generator[-1] & 1)])
        return self.generator, sign + self.x_of(self.generator)

    def x_of(self, element: bytes) -> bytes:
        """The x coordinate, as long as the field."""
        return element[1 : 1 + self._size]

    def encode(self, x: int, y: int) -> bytes:
        """A point's wire form."""
        return b"\x04" + x.to_bytes(self._size, "big") + y.to_bytes(self._size, "big")

    def decode(self, element: bytes) -> tuple[int, int]:
        """A point's coordinates.

        Raises:
            MalformedError: not on this curve.
        """
        self.require_form(element)
        x = int.from_bytes(element[1 : 1 + self._size], "big")
        y = int.from_bytes(element[1 + self._size :], "big")
        if x >= self.field or y >= self.field or (y * y - self._right_side(x)) % self.field:
            raise MalformedError("curve: point not on the curve")
        return x, y

    def require_form(self, element: bytes) -> None:
        """Refuses other encodings of points.

        Raises:
            MalformedError: a compressed point, the one at infinity, another length.
        """
        if len(element) != 1 + 2 * self._size or element[0] != 4:
            raise MalformedError("curve: point encoding")

    def _right_side(self, x: int) -> int:
        return int((x * x * x + self._a * x + self._curve.b()) % self.field)


class _CurveKey:
    """A key on a curve that OpenSSL does not know."""

    def __init__(self, curve: EllipticCurve, exponent: int) -> None:
        self._curve = curve
        self._exponent = exponent
        self.public = curve.multiply(curve.generator, exponent)

    def power(self, element: bytes) -> bytes:
        return self._curve.multiply(element, self._exponent)

    def public_over(self, generator: bytes, random: RandomBytes) -> bytes:  # noqa: ARG002 - it is the point itself
        return self.power(generator)

    def combined(self, element: bytes, base_exponent: int) -> bytes:
        return self._curve.product(self._curve.key(base_exponent).public, self.power(element))

    def secret(self, element: bytes) -> bytes:
        return self._curve.x_of(self.power(element))


class _OpensslKey:
    """A key whose multiplications are OpenSSL's key agreement, which tells x only.

    Mostly that is enough, as k·P and its opposite do the same service. Where it is not, a second agreement tells which
    of the two y belongs to k·P: k·(P + G) must be k·P + k·G.
    """

    def __init__(self, curve: EllipticCurve, key: ec.EllipticCurvePrivateKey, openssl: ec.EllipticCurve) -> None:
        self._curve = curve
        self._openssl = openssl
        self._key = key
        self.public = _uncompressed(key.public_key())

    def power(self, element: bytes) -> bytes:
        curve = self._curve
        if element == curve.generator:
            return self.public
        shifted = self.secret(curve.product(element, curve.generator))
        x = self.secret(element)
        for candidate in (self._with_sign(x, 0), self._with_sign(x, 1)):
            if curve.x_of(curve.product(candidate, self.public)) == shifted:
                return candidate
        raise MalformedError("curve: point")

    def public_over(self, generator: bytes, random: RandomBytes) -> bytes:
        return self._with_sign(self.secret(generator), random(1)[0] & 1)

    def combined(self, element: bytes, base_exponent: int) -> bytes:
        """By one agreement: k·P + b·G is k·(P + b/k·G)."""
        curve = self._curve
        quotient = base_exponent * pow(self._key.private_numbers().private_value, -1, curve.order)
        return self._with_sign(self.secret(curve.product(element, curve.key(quotient).public)), 0)

    def secret(self, element: bytes) -> bytes:
        self._curve.require_form(element)
        try:
            peer = ec.EllipticCurvePublicKey.from_encoded_point(self._openssl, element)
            return self._key.exchange(ec.ECDH(), peer)
        except ValueError as error:
            raise MalformedError("curve: point") from error

    def _with_sign(self, x: bytes, sign: int) -> bytes:
        """The point with this x whose y is even (0) or odd (1)."""
        return _uncompressed(ec.EllipticCurvePublicKey.from_encoded_point(self._openssl, bytes([2 | sign]) + x))


def _uncompressed(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


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
def standard_curve(parameter_id: int) -> EllipticCurve:
    """The curve with this standardised number, one of 8 … 18."""
    name, openssl = _CURVES[parameter_id]
    curve = openssl() if openssl is not None and _openssl_has(openssl()) else None
    return EllipticCurve(getattr(ecdsa.curves, name), curve)


def _openssl_has(curve: ec.EllipticCurve) -> bool:
    """Some systems' OpenSSL is built without the Brainpool curves."""
    try:
        ec.derive_private_key(2, curve)
    except (UnsupportedAlgorithm, ValueError):
        return False
    return True
