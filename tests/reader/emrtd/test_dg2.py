import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd.dg2 import read_dg2, read_faces
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


@pytest.mark.parametrize(
    ("image", "media_type"), [(JPEG, "image/jpeg"), (JP2, "image/jp2"), (b"\xff\x4f\xff\x51" + JPEG, "image/j2c")]
)
@pytest.mark.parametrize("points", [0, 3])
@pytest.mark.parametrize("tag", [0x5F2E, 0x7F2E])
def test_portraits_are_cut_out_of_the_record(image: bytes, media_type: str, points: int, tag: int) -> None:
    face = read_dg2(dg2(record(image, points=points), tag))
    assert (face.media_type, face.data) == (media_type, image)


def test_bytes_behind_the_face_are_not_part_of_the_portrait() -> None:
    assert read_dg2(dg2(record(JPEG) + b"next face")).data == JPEG


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
        read_dg2(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_portrait_or_refused(data: bytes) -> None:
    for content in (data, dg2(data), dg2(record(data)), dg2(b"FAC\0" + data)):
        try:
            read_dg2(content)
        except MalformedError:
            continue


def record_of(*images: bytes) -> bytes:
    """A facial record of several faces, each with its own length."""
    faces = b"".join(struct.pack(">IH14x", 32 + len(image), 0) + bytes(12) + image for image in images)
    return struct.pack(">4s4sIH", b"FAC\0", b"010\0", 14 + len(faces), len(images)) + faces


def dg2_of(*blocks: bytes, tag: int = 0x5F2E) -> bytes:
    templates = b"".join(encode(0x7F60, encode(0xA1, b"") + encode(tag, block)) for block in blocks)
    return encode(0x75, encode(0x7F61, encode(0x02, bytes([len(blocks)])) + templates))


def test_several_images_of_one_record_come_in_their_order() -> None:
    faces = read_faces(dg2_of(record_of(JPEG, JP2, JPEG)))
    assert [face.data for face in faces] == [JPEG, JP2, JPEG]


def test_several_records_come_in_their_order_and_a_broken_one_spoils_none() -> None:
    faces = read_faces(dg2_of(record(JP2), b"FAC\0", record(b"GIF89a"), record(JPEG)))
    assert [face.media_type for face in faces] == ["image/jp2", "image/jpeg"]
    assert read_dg2(dg2_of(b"", record(JPEG))).data == JPEG


def test_a_record_that_promises_more_faces_than_it_holds_gives_those_it_holds() -> None:
    assert len(read_faces(dg2_of(record(JPEG, faces=0xFFFF)))) == 1


def block39794(*images: bytes) -> bytes:
    """The value of a FaceImageDataBlock of ISO 39794-5 with one representation for each image."""
    version = encode(0xA0, encode(0x80, b"\x03") + encode(0x81, b"\x07\xe3"))
    representations = b"".join(
        encode(
            0x30,
            encode(0x80, bytes([number]))
            + encode(
                0xA1,
                encode(0xA0, encode(0xA0, encode(0x80, image) + encode(0xA1, encode(0xA0, encode(0x80, b"\x02"))))),
            ),
        )
        for number, image in enumerate(images, 1)
    )
    return version + encode(0xA1, representations)


@pytest.mark.parametrize("wrapping", [(), (0x65,), (0xA1,), (0x65, 0xA1)], ids=["none", "65", "A1", "A1 around 65"])
@pytest.mark.parametrize("image", [JPEG, JP2], ids=["JPEG", "JPEG 2000"])
def test_an_asn1_record_is_read_however_it_is_wrapped(wrapping: tuple[int, ...], image: bytes) -> None:
    block = block39794(image)
    for tag in wrapping:
        block = encode(tag, block)
    assert read_dg2(dg2_of(block, tag=0x7F2E)).data == image


def test_several_asn1_representations_come_in_their_order() -> None:
    block = encode(0x65, block39794(JPEG, b"no image", JP2))
    assert [face.data for face in read_faces(dg2_of(block, tag=0x7F2E))] == [JPEG, JP2]


@pytest.mark.parametrize("block", [b"", encode(0x65, b""), encode(0x65, encode(0xA1, b"")), block39794(b"")])
def test_an_asn1_record_without_an_image_is_refused(block: bytes) -> None:
    with pytest.raises(MalformedError):
        read_dg2(dg2_of(block, tag=0x7F2E))


@given(at=st.integers(0, 400), octet=st.integers(0, 255), cut=st.integers(0, 400))
def test_one_changed_byte_or_a_cut_is_read_or_refused(at: int, octet: int, cut: int) -> None:
    for whole in (dg2_of(record_of(JPEG, JP2)), dg2_of(encode(0xA1, encode(0x65, block39794(JPEG, JP2))), tag=0x7F2E)):
        place = at % len(whole)
        for changed in (whole[:place] + bytes([octet]) + whole[place + 1 :], whole[:cut]):
            try:
                faces = read_faces(changed)
            except MalformedError:
                continue
            assert faces
            assert sum(len(face.data) for face in faces) <= len(whole)
