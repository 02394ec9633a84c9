"""Tags, lengths and values as the chip writes and reads them [ISO 8825-1]."""

from collections.abc import Iterator

_SHORT_LENGTH = 0x80
_LONG_TAG = 0x1F


def tlv(tag: int, *parts: bytes) -> bytes:
    """One data object: `tag` as its one or two bytes read as a number, the length in its shortest form, the value."""
    value = b"".join(parts)
    return tag.to_bytes(1 if tag <= 0xFF else 2, "big") + length(len(value)) + value


def length(size: int) -> bytes:
    """A definite length in its shortest form."""
    if size < _SHORT_LENGTH:
        return bytes([size])
    octets = (size.bit_length() + 7) // 8
    return bytes([_SHORT_LENGTH + octets]) + size.to_bytes(octets, "big")


def objects(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """The data objects in `data`: tag, value, and where the object ends.

    Raises:
        ValueError: `data` is no sequence of data objects.
    """
    at = 0
    while at < len(data):
        try:
            tag = data[at]
            at += 1
            if tag & _LONG_TAG == _LONG_TAG:
                tag = tag << 8 | data[at]
                at += 1
            size = data[at]
            at += 1
        except IndexError:
            raise ValueError("data object cut off") from None
        if size > _SHORT_LENGTH:
            bytes_of_length = size - _SHORT_LENGTH
            size = int.from_bytes(data[at : at + bytes_of_length], "big")
            at += bytes_of_length
        if at + size > len(data):
            raise ValueError("data object cut off")
        yield tag, data[at : at + size], at + size
        at += size


def values(data: bytes) -> dict[int, bytes]:
    """The data objects in `data` by tag, the last of equal tags.

    Raises:
        ValueError: `data` is no sequence of data objects.
    """
    return {tag: value for tag, value, _ in objects(data)}


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    """SET OF in the canonical order of DER: sorted by encoding."""
    return tlv(0x31, *sorted(parts))


def integer(number: int) -> bytes:
    """INTEGER, not negative."""
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(0x04, value)


def utf8(text: str) -> bytes:
    """UTF8String."""
    return tlv(0x0C, text.encode())


def printable(text: str) -> bytes:
    """PrintableString."""
    return tlv(0x13, text.encode("ascii"))


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    return tlv(0x06, oid_value(dotted))


def oid_value(dotted: str) -> bytes:
    """The value of an OBJECT IDENTIFIER, without tag and length."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    encoded = bytearray([first * 40 + second])
    for arc in rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        encoded += bytes(reversed(groups))
    return bytes(encoded)
