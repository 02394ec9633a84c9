"""Points of the chip's curve, brainpoolP256r1 [RFC 5639 §3.4].

The mapping of PACE adds points, which OpenSSL's Python face does not offer; so the chip has its own arithmetic. It
is quick rather than safe against timing: everything it protects is invented.
"""

from functools import cache
from typing import NamedTuple

from kiosk.simulator.chip import ber

P = 0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377
A = 0x7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9
B = 0x26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6
ORDER = 0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7
FIELD_BYTES = 32
UNCOMPRESSED = 0x04
_WINDOW_BITS = 4


class Point(NamedTuple):
    """A finite point in affine coordinates."""

    x: int
    y: int


GENERATOR = Point(
    0x8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262,
    0x547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997,
)

_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)


def multiply(scalar: int, point: Point) -> Point:
    """`scalar` times `point`.

    Raises:
        ValueError: the result is the point at infinity.
    """
    multiples = [_INFINITY, (point.x, point.y, 1)]
    for _ in range(2, 1 << _WINDOW_BITS):
        multiples.append(_sum(multiples[-1], multiples[1]))
    digits = []
    while scalar:
        digits.append(scalar & 0xF)
        scalar >>= _WINDOW_BITS
    result = _INFINITY
    for digit in reversed(digits):
        for _ in range(_WINDOW_BITS):
            result = _double(result)
        if digit:
            result = _sum(result, multiples[digit])
    return _affine(result)


def multiply_generator(scalar: int) -> Point:
    """`scalar` times the generator, from a table made once per process: a quarter of the work of `multiply`.

    Raises:
        ValueError: the result is the point at infinity.
    """
    result = _INFINITY
    for window in _generator_table():
        if digit := scalar & 0xF:
            result = _sum(result, window[digit])
        scalar >>= _WINDOW_BITS
    return _affine(result)


def add(one: Point, other: Point) -> Point:
    """The sum of two points.

    Raises:
        ValueError: the result is the point at infinity.
    """
    return _affine(_sum((one.x, one.y, 1), (other.x, other.y, 1)))


def encode(point: Point) -> bytes:
    """The uncompressed encoding, 65 bytes [TR-03111 §3.2.1]."""
    return bytes([UNCOMPRESSED]) + point.x.to_bytes(FIELD_BYTES, "big") + point.y.to_bytes(FIELD_BYTES, "big")


def decode(encoded: bytes) -> Point:
    """A point from its uncompressed encoding.

    Raises:
        ValueError: not 65 bytes, or not on the curve.
    """
    if len(encoded) != 1 + 2 * FIELD_BYTES or encoded[0] != UNCOMPRESSED:
        raise ValueError("not an uncompressed point")
    x = int.from_bytes(encoded[1 : 1 + FIELD_BYTES], "big")
    y = int.from_bytes(encoded[1 + FIELD_BYTES :], "big")
    if max(x, y) >= P or (y * y - (x * x * x + A * x + B)) % P:
        raise ValueError("not a point of the curve")
    return Point(x, y)


def parameters() -> bytes:
    """The domain parameters spelt out, as many chips' certificates carry them [RFC 3279 §2.3.5]."""
    return ber.sequence(
        ber.integer(1),
        ber.sequence(ber.oid("1.2.840.10045.1.1"), ber.integer(P)),
        ber.sequence(ber.octets(A.to_bytes(FIELD_BYTES, "big")), ber.octets(B.to_bytes(FIELD_BYTES, "big"))),
        ber.octets(encode(GENERATOR)),
        ber.integer(ORDER),
        ber.integer(1),
    )


@cache
def _generator_table() -> tuple[tuple[_Jacobian, ...], ...]:
    table = []
    base: _Jacobian = (GENERATOR.x, GENERATOR.y, 1)
    for _ in range(FIELD_BYTES * 8 // _WINDOW_BITS):
        multiples = [_INFINITY, base]
        for _ in range(2, 1 << _WINDOW_BITS):
            multiples.append(_sum(multiples[-1], base))
        table.append(tuple(multiples))
        base = _sum(multiples[-1], base)
    return tuple(table)


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if not z:
        return _INFINITY
    yy = y * y % P
    s = 4 * x * yy % P
    zz = z * z % P
    m = (3 * x * x + A * (zz * zz % P)) % P
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * yy * yy) % P, 2 * y * z % P


def _sum(one: _Jacobian, other: _Jacobian) -> _Jacobian:
    x1, y1, z1 = one
    x2, y2, z2 = other
    if not z1:
        return other
    if not z2:
        return one
    z1z1 = z1 * z1 % P
    z2z2 = z2 * z2 % P
    u1 = x1 * z2z2 % P
    s1 = y1 * z2z2 * z2 % P
    h = (x2 * z1z1 - u1) % P
    r = (y2 * z1z1 * z1 - s1) % P
    if not h:
        return _INFINITY if r else _double(one)
    hh = h * h % P
    hhh = hh * h % P
    v = u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hhh) % P, z1 * z2 * h % P


def _affine(point: _Jacobian) -> Point:
    x, y, z = point
    if not z:
        raise ValueError("point at infinity")
    inverse = pow(z, -1, P)
    square = inverse * inverse % P
    return Point(x * square % P, y * square * inverse % P)
