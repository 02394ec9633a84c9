"""The logical data structure: its files, EF.COM and DG1 [ICAO 9303-10]."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from kiosk.reader.document import Mrz
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
CARD_SECURITY = ElementaryFile("CardSecurity", 0x011D, 0x30, 0x8000)
"""Of the master file, where 011D is not EF.SOD."""
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
DG1, DG2, DG7 = DATA_GROUPS[1], DATA_GROUPS[2], DATA_GROUPS[7]
DG11, DG12, DG13 = DATA_GROUPS[11], DATA_GROUPS[12], DATA_GROUPS[13]
DG14, DG15 = DATA_GROUPS[14], DATA_GROUPS[15]

FILES: Mapping[str, ElementaryFile] = MappingProxyType(
    {file.name: file for file in (CARD_ACCESS, CARD_SECURITY, COM, SOD, *DATA_GROUPS.values())}
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
