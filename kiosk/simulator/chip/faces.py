"""DG2 in its forms: binary records of one or several images, and the newer one in ASN.1 [ICAO 9303-10 §4.7.2]."""

from collections.abc import Sequence

from kiosk.simulator.chip import ber
from kiosk.simulator.chip.portrait import HEIGHT, WIDTH

_JPEG2000_START = b"\x00\x00\x00\x0cjP"
_BINARY_BLOCK, _ASN1_BLOCK = 0x5F2E, 0x7F2E
_FEMALE, _MALE = 2, 1
_JPEG, _JPEG2000 = 0, 1
_ASN1_JPEG, _ASN1_JPEG2000 = 2, 3


def dg2(*records: Sequence[bytes], female: bool) -> bytes:
    """One biometric template for each record of images [ISO/IEC 19794-5:2005]."""
    return _group([(_BINARY_BLOCK, _facial_record(images, female=female)) for images in records], b"\x00\x08")


def dg2_asn1(image: bytes) -> bytes:
    """One image in a FaceImageDataBlock [ISO/IEC 39794-5:2019 annex A]."""
    version = ber.tlv(0xA0, ber.tlv(0x80, b"\x03"), ber.tlv(0x81, (2019).to_bytes(2, "big")))
    kind = _ASN1_JPEG2000 if image.startswith(_JPEG2000_START) else _ASN1_JPEG
    information = ber.tlv(0xA1, ber.tlv(0xA0, ber.tlv(0x80, bytes([kind]))))
    two_dimensional = ber.tlv(0xA0, ber.tlv(0x80, image), information)
    representation = ber.sequence(ber.tlv(0x80, b"\x01"), ber.tlv(0xA1, ber.tlv(0xA0, two_dimensional)))
    block = ber.tlv(0x65, version, ber.tlv(0xA1, representation))
    return _group([(_ASN1_BLOCK, ber.tlv(0xA1, block))], b"\x00\x2a")


def _facial_record(images: Sequence[bytes], *, female: bool) -> bytes:
    faces = b"".join(_face(image, female=female) for image in images)
    return b"FAC\x00010\x00" + (14 + len(faces)).to_bytes(4, "big") + len(images).to_bytes(2, "big") + faces


def _face(image: bytes, *, female: bool) -> bytes:
    information = bytes([_FEMALE if female else _MALE]) + bytes(13)
    facial = (20 + 12 + len(image)).to_bytes(4, "big") + bytes(2) + information
    picture = bytes([1, _JPEG2000 if image.startswith(_JPEG2000_START) else _JPEG])
    picture += WIDTH.to_bytes(2, "big") + HEIGHT.to_bytes(2, "big") + bytes([1, 2]) + bytes(4)
    return facial + picture + image


def _group(blocks: Sequence[tuple[int, bytes]], format_type: bytes) -> bytes:
    header = ber.tlv(
        0xA1,
        ber.tlv(0x80, b"\x01\x01"),
        ber.tlv(0x81, b"\x02"),
        ber.tlv(0x82, b"\x00"),
        ber.tlv(0x87, b"\x01\x01"),
        ber.tlv(0x88, format_type),
    )
    templates = [ber.tlv(0x7F60, header, ber.tlv(tag, block)) for tag, block in blocks]
    return ber.tlv(0x75, ber.tlv(0x7F61, ber.integer(len(blocks)), *templates))
