"""The logical data structure: its files, EF.COM, DG1 and the portrait of DG2 [ICAO 9303-10]."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from kiosk.reader.document import FaceImage, Mrz
from kiosk.reader.emrtd import tlv
from kiosk.reader.emrtd.mrz import parse_mrz
from kiosk.reader.emrtd.tlv import MalformedError

AID = bytes.fromhex("A0000002471001")

_LARGEST = 0xFFFF  # what READ BINARY can address


@dataclass(frozen=True, slots=True)
class ElementaryFile:
    """One file: its tag is that of its outermost object, `limit` the most bytes that it may have."""

    name: str
    file_id: int
    tag: int
    limit: int

    @property
    def sfi(self) -> int:
        """The short identifier: the low five bits of the file identifier."""
        return self.file_id & 0x1F

    @property
    def data_group(self) -> int | None:
        """1 … 16; None for the other files."""
        return int(self.name[2:]) if self.name.startswith("DG") else None


CARD_ACCESS = ElementaryFile("CardAccess", 0x011C, 0x31, 4096)
COM = ElementaryFile("COM", 0x011E, 0x60, 1024)
SOD = ElementaryFile("SOD", 0x011D, 0x77, 0x8000)

_DATA_GROUP_TAGS = (0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70)
_SMALL = {1: 256, 13: 0x4000, 14: 0x4000, 15: 0x4000}

DATA_GROUPS: Mapping[int, ElementaryFile] = MappingProxyType(
    {
        number: ElementaryFile(f"DG{number}", 0x0100 | number, tag, _SMALL.get(number, _LARGEST))
        for number, tag in enumerate(_DATA_GROUP_TAGS, start=1)
    }
)
DG1, DG2, DG13 = DATA_GROUPS[1], DATA_GROUPS[2], DATA_GROUPS[13]

FILES: Mapping[str, ElementaryFile] = MappingProxyType(
    {file.name: file for file in (CARD_ACCESS, COM, SOD, *DATA_GROUPS.values())}
)


def read_com(ef_com: bytes) -> tuple[ElementaryFile, ...]:
    """The data groups that EF.COM lists; unsigned, so only a hint [ICAO 9303-10 §4.6.1].

    Raises:
        MalformedError: no EF.COM.
    """
    listed = tlv.find(tlv.read_all(tlv.read_one(ef_com, COM.tag)), 0x5C)
    by_tag = {file.tag: file for file in DATA_GROUPS.values()}
    return tuple(by_tag[tag] for tag in listed if tag in by_tag)


def read_dg1(dg1: bytes, today: date | None = None) -> Mrz:
    """The MRZ of DG1 [ICAO 9303-10 §4.7.1].

    Raises:
        MalformedError: no DG1, or an MRZ that `parse_mrz` refuses.
    """
    value = tlv.find(tlv.read_all(tlv.read_one(dg1, DG1.tag)), 0x5F1F)
    if not value.isascii():
        raise MalformedError("dg1: character")
    return parse_mrz(value.decode("ascii"), today)


def read_dg2(dg2: bytes) -> FaceImage:
    """The first portrait of DG2 [ICAO 9303-10 §4.7.2; ISO 19794-5 §5].

    Raises:
        MalformedError: no DG2 with a face record, or an image that is neither JPEG nor JPEG 2000.
    """
    group = tlv.read_all(tlv.find(tlv.read_all(tlv.read_one(dg2, DG2.tag)), 0x7F61))
    template = tlv.read_all(tlv.find(group, 0x7F60))
    for item in template:
        if item.tag in {0x5F2E, 0x7F2E}:
            return _face(item.value)
    raise MalformedError("dg2: no biometric data block")


_FACIAL_HEADER = struct.Struct(">4s4sIH")  # format, version, length of the record, number of faces
_FACE = struct.Struct(">IH14x")  # length of this face, number of feature points; 14 bytes of description
_FEATURE_POINT_SIZE = 8
_IMAGE_INFORMATION_SIZE = 12


def _face(record: bytes) -> FaceImage:
    if len(record) < _FACIAL_HEADER.size + _FACE.size:
        raise MalformedError("dg2: face record")
    magic, _, _, faces = _FACIAL_HEADER.unpack_from(record)
    if magic != b"FAC\0" or not faces:
        raise MalformedError("dg2: face record")
    face_length, points = _FACE.unpack_from(record, _FACIAL_HEADER.size)
    start = _FACIAL_HEADER.size + _FACE.size + points * _FEATURE_POINT_SIZE + _IMAGE_INFORMATION_SIZE
    image = record[start : _FACIAL_HEADER.size + face_length]
    # The data type byte of the record is wrong on some cards; the image says itself what it is.
    for prefix, media_type in _IMAGE_PREFIXES:
        if image.startswith(prefix):
            return FaceImage(media_type, image)
    raise MalformedError("dg2: image")


_IMAGE_PREFIXES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/j2c"),
)
