import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd import lds
from kiosk.reader.emrtd.tlv import MalformedError, encode

JPEG = b"\xff\xd8\xff\xe0" + bytes(60) + b"\xff\xd9"
JP2 = b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(60)


def record(image: bytes, *, points: int = 0, faces: int = 1) -> bytes:
    """A facial record of ISO 19794-5 §5 with `points` feature points."""
    face = struct.pack(">IH14x", 20 + 8 * points + 12 + len(image), points) + bytes(8 * points) + bytes(12) + image
    return struct.pack(">4s4sIH", b"FAC\0", b"010\0", 14 + len(face), faces) + face


def dg2(block: bytes, tag: int = 0x5F2E) -> bytes:
    header = encode(0xA1, encode(0x81, b"\x02"))
    return encode(0x75, encode(0x7F61, encode(0x02, b"\x01") + encode(0x7F60, header + encode(tag, block))))


def test_files_have_the_standards_identifiers() -> None:
    # ICAO 9303-10 §4.2, table 38
    expected = {"CardAccess": 0x011C, "COM": 0x011E, "SOD": 0x011D, "DG1": 0x0101, "DG13": 0x010D, "DG16": 0x0110}
    assert {name: lds.FILES[name].file_id for name in expected} == expected
    assert [lds.FILES[name].sfi for name in ("SOD", "DG13", "DG16")] == [0x1D, 0x0D, 0x10]
    assert [lds.DATA_GROUPS[n].tag for n in (1, 2, 3, 4, 13, 14, 15)] == [0x61, 0x75, 0x63, 0x76, 0x6D, 0x6E, 0x6F]
    assert [lds.FILES[name].data_group for name in ("SOD", "DG15")] == [None, 15]


@pytest.mark.parametrize(
    ("image", "media_type"), [(JPEG, "image/jpeg"), (JP2, "image/jp2"), (b"\xff\x4f\xff\x51" + JPEG, "image/j2c")]
)
@pytest.mark.parametrize("points", [0, 3])
@pytest.mark.parametrize("tag", [0x5F2E, 0x7F2E])
def test_portraits_are_cut_out_of_the_record(image: bytes, media_type: str, points: int, tag: int) -> None:
    face = lds.read_dg2(dg2(record(image, points=points), tag))
    assert (face.media_type, face.data) == (media_type, image)


def test_bytes_behind_the_face_are_not_part_of_the_portrait() -> None:
    assert lds.read_dg2(dg2(record(JPEG) + b"next face")).data == JPEG


@pytest.mark.parametrize(
    "data",
    [
        b"",
        encode(0x75, b""),
        dg2(b""),
        dg2(record(b"GIF89a")),
        dg2(record(JPEG, faces=0)),
        dg2(record(JPEG).replace(b"FAC", b"FIR")),
        dg2(record(JPEG)[:40]),
        dg2(record(JPEG, points=3).replace(b"\0\x03", b"\xff\xff", 1)),
        dg2(record(JPEG), tag=0x5F2D),
    ],
)
def test_what_holds_no_portrait_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        lds.read_dg2(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_portrait_or_refused(data: bytes) -> None:
    for content in (data, dg2(data), dg2(record(data)), dg2(b"FAC\0" + data)):
        try:
            lds.read_dg2(content)
        except MalformedError:
            continue


@given(st.binary(max_size=120))
def test_any_bytes_are_an_mrz_or_refused(data: bytes) -> None:
    for content in (data, encode(0x61, encode(0x5F1F, data))):
        with pytest.raises(MalformedError):
            lds.read_dg1(content)


def test_com_lists_data_groups_and_passes_over_what_it_does_not_know() -> None:
    body = encode(0x5F01, b"0107") + encode(0x5F36, b"040000") + encode(0x5C, bytes.fromhex("6175FF6D"))
    assert [file.name for file in lds.read_com(encode(0x60, body))] == ["DG1", "DG2", "DG13"]
    with pytest.raises(MalformedError):
        lds.read_com(encode(0x60, b""))
