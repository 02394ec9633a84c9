"""Public keys of the chip itself, from DG14, DG15 and EF.CardSecurity [ICAO 9303-11 §9.2; RFC 3279; RFC 5480]."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.reader.emrtd import tlv
from kiosk.reader.emrtd.curves import EllipticCurve, standard_curve
from kiosk.reader.emrtd.group import Group
from kiosk.reader.emrtd.groups import standard_group
from kiosk.reader.emrtd.modular import ModularGroup
from kiosk.reader.emrtd.signatures import UnsupportedError
from kiosk.reader.emrtd.tlv import MalformedError

_RSA = frozenset({"1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"})
_EC = "1.2.840.10045.2.1"
_DH = frozenset({"1.2.840.10046.2.1", "1.2.840.113549.1.3.1"})
_STANDARD_PARAMETERS = "0.4.0.127.0.7.1.2"
_NAMED_CURVES: Mapping[str, int] = MappingProxyType(
    {
        "1.2.840.10045.3.1.1": 8,
        "1.3.36.3.3.2.8.1.1.3": 9,
        "1.3.132.0.33": 10,
        "1.3.36.3.3.2.8.1.1.5": 11,
        "1.2.840.10045.3.1.7": 12,
        "1.3.36.3.3.2.8.1.1.7": 13,
        "1.3.36.3.3.2.8.1.1.9": 14,
        "1.3.132.0.34": 15,
        "1.3.36.3.3.2.8.1.1.11": 16,
        "1.3.36.3.3.2.8.1.1.13": 17,
        "1.3.132.0.35": 18,
    }
)
_SMALLEST_RSA_BITS, _LARGEST_BITS = 512, 4096
_SMALLEST_EXPONENT = 3  # with 1 everybody signs
_SEQUENCE, _INTEGER, _BIT_STRING, _OCTET_STRING, _OID = 0x30, 0x02, 0x03, 0x04, 0x06


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key."""

    modulus: int
    exponent: int

    @property
    def size(self) -> int:
        """The modulus in bytes."""
        return (self.modulus.bit_length() + 7) // 8


@dataclass(frozen=True, slots=True)
class GroupKey:
    """A point of a curve or an integer of a group, as it goes over the wire; `group` is what it belongs to."""

    group: Group
    element: bytes


def read_public_key(info: bytes) -> RsaKey | GroupKey:
    """The key of a SubjectPublicKeyInfo.

    Raises:
        MalformedError: none in there, or an element outside its group.
        UnsupportedError: a kind of key or a group that is not known here.
    """
    algorithm, key = _parts(tlv.read_one(info, _SEQUENCE), _SEQUENCE, _BIT_STRING)
    if not key.value or key.value[0]:
        raise MalformedError("key: bits")
    octets = key.value[1:]
    parts = tlv.read_all(algorithm.value)
    if not parts or parts[0].tag != _OID:
        raise MalformedError("key: algorithm")
    kind = tlv.decode_oid(parts[0].value)
    if kind in _RSA:
        modulus, exponent = _parts(tlv.read_one(octets, _SEQUENCE), _INTEGER, _INTEGER)
        rsa = RsaKey(_big(modulus), _big(exponent))
        if rsa.modulus.bit_length() < _SMALLEST_RSA_BITS:
            raise MalformedError("key: modulus")
        if rsa.exponent < _SMALLEST_EXPONENT or rsa.exponent % 2 == 0:
            raise MalformedError("key: exponent")
        return rsa
    if len(parts) != 2:
        raise MalformedError("key: parameters")
    group = _group(kind, parts[1])
    element = octets
    if isinstance(group, ModularGroup):
        element = group.encode(_big(tlv.Tlv(_INTEGER, tlv.read_one(octets, _INTEGER), octets)))
    group.decode(element)  # refuses what is outside the group
    return GroupKey(group, element)


def _group(kind: str, parameters: tlv.Tlv) -> Group:
    if kind == _STANDARD_PARAMETERS and parameters.tag == _INTEGER:
        standard = standard_group(tlv.decode_integer(parameters.value))
        if standard is None:
            raise UnsupportedError("curve")
        return standard
    if kind in _DH and parameters.tag == _SEQUENCE:
        return _integers(tlv.read_all(parameters.value))
    if kind == _EC and parameters.tag == _OID:
        name = tlv.decode_oid(parameters.value)
        if name not in _NAMED_CURVES:
            raise UnsupportedError("curve")
        return standard_curve(_NAMED_CURVES[name])
    if kind == _EC and parameters.tag == _SEQUENCE:
        return _explicit_curve(tlv.read_all(parameters.value))
    raise UnsupportedError("key type")


def _integers(parameters: tuple[tlv.Tlv, ...]) -> ModularGroup:
    """p, g and, in one of the two notations, q; without it only the standardised groups are known."""
    if len(parameters) < 2:
        raise MalformedError("key: parameters")
    p, g = _big(parameters[0]), _big(parameters[1])
    for number in (0, 1, 2):
        standard = standard_group(number)
        if isinstance(standard, ModularGroup) and standard.is_made_of(p, g):
            return standard
    raise UnsupportedError("group")


def _explicit_curve(parameters: tuple[tlv.Tlv, ...]) -> EllipticCurve:
    """The standard curve that the parameters spell out: none but those is safe to compute with [TR-03111 §5.1.1]."""
    if len(parameters) < 5:
        raise MalformedError("key: parameters")
    _, field, coefficients, base, order = parameters[:5]
    _, prime = _parts(field.value, _OID, _INTEGER)
    a, b, *_ = (*tlv.read_all(coefficients.value), prime, prime)
    given = (_big(prime), int.from_bytes(a.value, "big"), int.from_bytes(b.value, "big"), _big(order))
    for number in _NAMED_CURVES.values():
        curve = standard_curve(number)
        if given == curve.parameters and base.value in curve.generator_forms:
            return curve
    raise UnsupportedError("curve")


def _parts(value: bytes, *tags: int) -> tuple[tlv.Tlv, ...]:
    parts = tlv.read_all(value)
    if tuple(part.tag for part in parts[: len(tags)]) != tags:
        raise MalformedError("key: form")
    return parts[: len(tags)]


def _big(integer: tlv.Tlv) -> int:
    """A positive INTEGER of at most 4,096 bits."""
    if integer.tag != _INTEGER or not integer.value or integer.value[0] & 0x80:
        raise MalformedError("key: integer")
    number = int.from_bytes(integer.value, "big")
    if not number or number.bit_length() > _LARGEST_BITS:
        raise MalformedError("key: integer")
    return number
