"""Points of one curve over a prime field: the arithmetic that PACE's mapping and the chip's keys need.

Mapping adds points, which OpenSSL's Python face does not offer; so the chip has its own arithmetic. It is quick
rather than safe against timing: everything it protects is invented.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from kiosk.simulator.chip import ber

UNCOMPRESSED = 0x04
_WINDOW_BITS = 4


class Point(NamedTuple):
    """A finite point in affine coordinates."""

    x: int
    y: int


_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """y² = x³ + ax + b modulo p; `number` is the standardised one, `oid` names it in certificates."""

    number: int
    name: str
    oid: str
    p: int
    a: int
    b: int
    generator: Point
    order: int

    @property
    def field_bytes(self) -> int:
        """The size of a coordinate."""
        return (self.p.bit_length() + 7) // 8

    @property
    def key_tag(self) -> int:
        """The tag of a point in a public key data object."""
        return 0x86

    def multiply(self, scalar: int, point: Point) -> Point:
        """`scalar` times `point`.

        Raises:
            ValueError: the result is the point at infinity.
        """
        multiples = [_INFINITY, (point.x, point.y, 1)]
        for _ in range(2, 1 << _WINDOW_BITS):
            multiples.append(self._sum(multiples[-1], multiples[1]))
        digits = []
        while scalar:
            digits.append(scalar & 0xF)
            scalar >>= _WINDOW_BITS
        result = _INFINITY
        for digit in reversed(digits):
            for _ in range(_WINDOW_BITS):
                result = self._double(result)
            if digit:
                result = self._sum(result, multiples[digit])
        return self._affine(result)

    def multiply_generator(self, scalar: int) -> Point:
        """`scalar` times the generator, from a table made once per process: a quarter of the work of `multiply`.

        Raises:
            ValueError: the result is the point at infinity.
        """
        result = _INFINITY
        scalar %= self.order
        for window in _generator_table(self):
            if digit := scalar & 0xF:
                result = self._sum(result, window[digit])
            scalar >>= _WINDOW_BITS
        return self._affine(result)

    def combine(self, one: Point, other: Point) -> Point:
        """The sum of two points.

        Raises:
            ValueError: the result is the point at infinity.
        """
        return self._affine(self._sum((one.x, one.y, 1), (other.x, other.y, 1)))

    def mapped(self, t: int) -> Point:
        """The point of an integer: simplified Shallue-van de Woestijne-Ulas [ICAO 9303-11 appendix B.2].

        Raises:
            ValueError: p leaves not 3 when divided by 4, or the integer is one of the few without a point.
        """
        p, a, b = self.p, self.a, self.b
        if p % 4 != 3:
            raise ValueError("no mapping to this curve")
        alpha = -pow(t, 2, p) % p
        x = -b * (1 + alpha + alpha * alpha) * pow(a * (alpha + alpha * alpha) % p, -1, p) % p
        square = (pow(x, 3, p) + a * x + b) % p
        root = pow(square, (p + 1) // 4, p)
        if root * root % p == square:
            return Point(x, root)
        # the other x has the square times the odd power alpha³, whose root is t³ times that of the negative square
        return Point(alpha * x % p, -pow(t, 3, p) * root % p)

    def shared(self, scalar: int, point: Point) -> bytes:
        """What a key agreement gives: the x coordinate."""
        return self.multiply(scalar, point).x.to_bytes(self.field_bytes, "big")

    def encode(self, point: Point) -> bytes:
        """The uncompressed encoding [TR-03111 §3.2.1]."""
        size = self.field_bytes
        return bytes([UNCOMPRESSED]) + point.x.to_bytes(size, "big") + point.y.to_bytes(size, "big")

    def decode(self, encoded: bytes) -> Point:
        """A point from its uncompressed encoding.

        Raises:
            ValueError: another length, or not on the curve.
        """
        size, p = self.field_bytes, self.p
        if len(encoded) != 1 + 2 * size or encoded[0] != UNCOMPRESSED:
            raise ValueError("not an uncompressed point")
        x, y = int.from_bytes(encoded[1 : 1 + size], "big"), int.from_bytes(encoded[1 + size :], "big")
        if max(x, y) >= p or (y * y - (x * x * x + self.a * x + self.b)) % p:
            raise ValueError("not a point of the curve")
        return Point(x, y)

    def parameters(self) -> bytes:
        """The domain parameters spelt out, as many chips' certificates carry them [RFC 3279 §2.3.5]."""
        size = self.field_bytes
        return ber.sequence(
            ber.integer(1),
            ber.sequence(ber.oid("1.2.840.10045.1.1"), ber.integer(self.p)),
            ber.sequence(ber.octets(self.a.to_bytes(size, "big")), ber.octets(self.b.to_bytes(size, "big"))),
            ber.octets(self.encode(self.generator)),
            ber.integer(self.order),
            ber.integer(1),
        )

    def _double(self, point: _Jacobian) -> _Jacobian:
        x, y, z = point
        p = self.p
        if not z:
            return _INFINITY
        yy = y * y % p
        s = 4 * x * yy % p
        zz = z * z % p
        m = (3 * x * x + self.a * (zz * zz % p)) % p
        x3 = (m * m - 2 * s) % p
        return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p

    def _sum(self, one: _Jacobian, other: _Jacobian) -> _Jacobian:
        x1, y1, z1 = one
        x2, y2, z2 = other
        if not z1:
            return other
        if not z2:
            return one
        p = self.p
        z1z1 = z1 * z1 % p
        z2z2 = z2 * z2 % p
        u1 = x1 * z2z2 % p
        s1 = y1 * z2z2 * z2 % p
        h = (x2 * z1z1 - u1) % p
        r = (y2 * z1z1 * z1 - s1) % p
        if not h:
            return _INFINITY if r else self._double(one)
        hh = h * h % p
        hhh = hh * h % p
        v = u1 * hh % p
        x3 = (r * r - hhh - 2 * v) % p
        return x3, (r * (v - x3) - s1 * hhh) % p, z1 * z2 * h % p

    def _affine(self, point: _Jacobian) -> Point:
        x, y, z = point
        if not z:
            raise ValueError("point at infinity")
        inverse = pow(z, -1, self.p)
        square = inverse * inverse % self.p
        return Point(x * square % self.p, y * square * inverse % self.p)


@cache
def _generator_table(curve: Curve) -> tuple[tuple[_Jacobian, ...], ...]:
    table = []
    base: _Jacobian = (curve.generator.x, curve.generator.y, 1)
    for _ in range(0, curve.order.bit_length(), _WINDOW_BITS):
        multiples = [_INFINITY, base]
        for _ in range(2, 1 << _WINDOW_BITS):
            multiples.append(curve._sum(multiples[-1], base))
        table.append(tuple(multiples))
        base = curve._sum(multiples[-1], base)
    return tuple(table)
