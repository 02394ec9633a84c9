"""DG2: the holder's portrait, in one or several records of one or several images [ICAO 9303-10 §4.7.2].

A record is binary [ISO 19794-5] or, on documents since 2026, ASN.1 [ISO 39794-5].
"""

import struct
from collections.abc import Iterator

from kiosk.reader.document import FaceImage
from kiosk.reader.emrtd import lds, tlv
from kiosk.reader.emrtd.images import media_type
from kiosk.reader.emrtd.tlv import MalformedError

_GROUP, _TEMPLATE = 0x7F61, 0x7F60
_BLOCKS = frozenset({0x5F2E, 0x7F2E})  # the second is the constructed form, which ASN.1 records have


def read_dg2(dg2: bytes) -> FaceImage:
    """The first portrait.

    Raises:
        MalformedError: no DG2 with an image that is JPEG or JPEG 2000.
    """
    return read_faces(dg2)[0]


def read_faces(dg2: bytes) -> tuple[FaceImage, ...]:
    """All portraits in the file's order; a record that cannot be read does not spoil the others.

    Raises:
        MalformedError: none at all.
    """
    group = tlv.read_all(tlv.find(tlv.read_all(tlv.read_one(dg2, lds.DG2.tag)), _GROUP))
    problem: MalformedError | None = None
    found: list[FaceImage] = []
    for template in group:
        if template.tag != _TEMPLATE:
            continue
        for block in tlv.read_all(template.value):
            if block.tag in _BLOCKS:
                try:
                    found += _faces(block.value)
                except MalformedError as error:
                    problem = error
    if not found:
        raise problem or MalformedError("dg2: no biometric data block")
    return tuple(found)


def _faces(block: bytes) -> list[FaceImage]:
    images = _binary_images(block) if block.startswith(_MAGIC) else _asn1_images(block)
    faces = [FaceImage(kind, image) for image in images if (kind := media_type(image)) is not None]
    if not faces:
        raise MalformedError("dg2: image")
    return faces


_MAGIC = b"FAC\0"
_FACIAL_HEADER = struct.Struct(">4s4sIH")  # format, version, length of the record, number of faces
_FACE = struct.Struct(">IH14x")  # length of this face, number of feature points; 14 bytes of description
_FEATURE_POINT_SIZE = 8
_IMAGE_INFORMATION_SIZE = 12


def _binary_images(record: bytes) -> Iterator[bytes]:
    """The images of a facial record [ISO 19794-5:2005 §5]."""
    if len(record) < _FACIAL_HEADER.size:
        raise MalformedError("dg2: face record")
    *_, faces = _FACIAL_HEADER.unpack_from(record)
    at = _FACIAL_HEADER.size
    for _ in range(faces):
        if len(record) < at + _FACE.size:
            return
        length, points = _FACE.unpack_from(record, at)
        start = at + _FACE.size + points * _FEATURE_POINT_SIZE + _IMAGE_INFORMATION_SIZE
        at += max(length, _FACE.size)
        yield record[start:at]


_VERSION, _REPRESENTATIONS = 0xA0, 0xA1
_FACE_IMAGE_DATA_BLOCK = 0x65
_IMAGE_REPRESENTATION, _BASE, _TWO_DIMENSIONAL, _DATA = 0xA1, 0xA0, 0xA0, 0x80


def _asn1_images(block: bytes) -> Iterator[bytes]:
    """The images of a FaceImageDataBlock [ISO 39794-5 annex A].

    In each representation the image lies four choices deep: image representation, base, two-dimensional, data.
    """
    parts = tlv.read_all(block)
    # Issuers put the block under its own tag, under [1], or under both.
    for _ in range(2):
        if len(parts) == 1 and parts[0].tag in {_FACE_IMAGE_DATA_BLOCK, _REPRESENTATIONS}:
            parts = tlv.read_all(parts[0].value)
    for representation in tlv.read_all(tlv.find(parts, _REPRESENTATIONS)):
        value = representation.value
        for tag in (_IMAGE_REPRESENTATION, _BASE, _TWO_DIMENSIONAL, _DATA):
            value = next((part.value for part in tlv.read_all(value) if part.tag == tag), b"")
        yield value
