"""BER-TLV, strictly bounded [ISO 7816-4 §5.2.2, X.690 §8.1].

The reader opens one level at a time: nesting is the caller's own structure, so no input can drive it deeper.
Lengths are definite, at most three bytes long (16 MB) and never run past the data that is there.
"""

from dataclasses import dataclass

_MAX_SIBLINGS = 256
_LONGEST_HEADER = 6  # two bytes of tag, four of length


class MalformedError(ValueError):
    """What a card or a file brought does not have the form it must have; says where, never what."""


@dataclass(frozen=True, slots=True, repr=False)
class Tlv:
    """One data object: its tag with all tag bytes (`0x7F61`), its value, and the bytes as they came."""

    tag: int
    value: bytes
    raw: bytes


def read_header(data: bytes) -> tuple[int, int, int]:
    """The tag, the header's length and the value's length of the object that `data` starts with.

    The value itself need not be there yet: this is how the length of a file is known from its first bytes.

    Raises:
        MalformedError: no tag of one or two bytes, or no definite length.
    """
    if not data:
        raise MalformedError("tlv: empty")
    at = 1
    tag = data[0]
    if tag & 0x1F == 0x1F:
        if len(data) < 2 or data[1] & 0x80:
            raise MalformedError("tlv: tag")
        tag = tag << 8 | data[1]
        at = 2
    if at >= len(data):
        raise MalformedError("tlv: no length")
    length = data[at]
    at += 1
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 3 or at + size > len(data):
            raise MalformedError("tlv: length")
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    return tag, at, length


def read_all(data: bytes) -> tuple[Tlv, ...]:
    """All objects that stand side by side in `data`.

    Raises:
        MalformedError: one is cut off, or there are more than 256.
    """
    found: list[Tlv] = []
    at = 0
    view = memoryview(data)
    while at < len(data):
        tag, header, length = read_header(bytes(view[at : at + _LONGEST_HEADER]))
        end = at + header + length
        if end > len(data):
            raise MalformedError("tlv: value cut off")
        if len(found) == _MAX_SIBLINGS:
            raise MalformedError("tlv: too many objects")
        found.append(Tlv(tag, data[at + header : end], data[at:end]))
        at = end
    return tuple(found)


def read_one(data: bytes, tag: int) -> bytes:
    """The value of the single object that `data` is.

    Raises:
        MalformedError: another tag, something behind it, or cut off.
    """
    found = read_all(data)
    if len(found) != 1 or found[0].tag != tag:
        raise MalformedError(f"tlv: not one {tag:02X}")
    return found[0].value


def find(objects: tuple[Tlv, ...], tag: int) -> bytes:
    """The value of the first object with `tag`.

    Raises:
        MalformedError: none there.
    """
    for item in objects:
        if item.tag == tag:
            return item.value
    raise MalformedError(f"tlv: no {tag:02X}")


def encode(tag: int, value: bytes) -> bytes:
    """One object in DER."""
    length = len(value)
    if length < 0x80:
        size = bytes([length])
    else:
        octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
        size = bytes([0x80 | len(octets)]) + octets
    return tag.to_bytes(2 if tag > 0xFF else 1, "big") + size + value


def encode_oid(dotted: str) -> bytes:
    """The value bytes of an object identifier [X.690 §8.19]."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    out = bytearray()
    for arc in (40 * first + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | arc & 0x7F)
        out += bytes(reversed(septets))
    return bytes(out)


def decode_oid(value: bytes) -> str:
    """The dotted form of an object identifier's value bytes.

    Raises:
        MalformedError: empty, cut off, or longer than 32 bytes.
    """
    if not value or value[-1] & 0x80 or len(value) > 32:
        raise MalformedError("tlv: object identifier")
    arcs: list[int] = []
    arc = 0
    for octet in value:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def decode_integer(value: bytes) -> int:
    """A non-negative INTEGER of at most eight bytes.

    Raises:
        MalformedError: empty, negative or longer.
    """
    if not value or value[0] & 0x80 or len(value) > 8:
        raise MalformedError("tlv: integer")
    return int.from_bytes(value, "big")
