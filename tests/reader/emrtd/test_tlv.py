import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd import tlv
from kiosk.reader.emrtd.tlv import MalformedError

TAGS = st.one_of(
    st.integers(1, 0xFE).filter(lambda tag: tag & 0x1F != 0x1F),
    st.sampled_from([0x5F1F, 0x7F61, 0x7F60, 0x5F2E, 0x7F49]),
)


@given(st.lists(st.tuples(TAGS, st.binary(max_size=400)), max_size=20))
def test_what_is_written_is_read_back(objects: list[tuple[int, bytes]]) -> None:
    data = b"".join(tlv.encode(tag, value) for tag, value in objects)
    found = tlv.read_all(data)
    assert [(item.tag, item.value) for item in found] == objects
    assert b"".join(item.raw for item in found) == data


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = tlv.read_all(data)
    except MalformedError:
        return
    assert b"".join(item.raw for item in found) == data


@pytest.mark.parametrize(
    ("written", "header", "length"),
    [("300A", 2, 10), ("3081FF", 3, 255), ("30820100", 4, 256), ("3083010000", 5, 65536), ("7F6182ABCD", 5, 0xABCD)],
)
def test_header_tells_a_length_whose_value_is_not_there_yet(written: str, header: int, length: int) -> None:
    assert tlv.read_header(bytes.fromhex(written))[1:] == (header, length)


def test_lengths_longer_than_needed_are_ber_and_accepted() -> None:
    assert tlv.read_one(bytes.fromhex("0C 83 000002 4142"), 0x0C) == b"AB"
    assert tlv.read_one(bytes.fromhex("7F61 83 000002 4142"), 0x7F61) == b"AB"


@pytest.mark.parametrize(
    "data",
    ["30", "3080 0000", "30 05 01", "3081", "30 84 00000001 00", "30 84 FFFFFFFF", "1F", "1F FF 01 00", "30FF"],
    ids=["no-length", "indefinite", "cut", "length-cut", "four", "bomb", "tag-cut", "long-tag", "reserved"],
)
def test_broken_lengths_are_refused(data: str) -> None:
    with pytest.raises(MalformedError):
        tlv.read_all(bytes.fromhex(data))


def test_a_thousand_levels_cost_one_level() -> None:
    nested = b""
    for _ in range(1000):
        nested = tlv.encode(0x30, nested)
    assert len(tlv.read_all(nested)) == 1


def test_more_than_256_siblings_are_refused() -> None:
    assert len(tlv.read_all(b"\x05\x00" * 256)) == 256
    with pytest.raises(MalformedError):
        tlv.read_all(b"\x05\x00" * 257)


def test_read_one_refuses_what_stands_behind() -> None:
    with pytest.raises(MalformedError):
        tlv.read_one(b"\x30\x00\x05\x00", 0x30)


@pytest.mark.parametrize(
    ("dotted", "encoded"),
    [
        ("1.0.10646.1.0.8", "28D316010008"),
        ("0.4.0.127.0.7.2.2.4.2.2", "04007F00070202040202"),
        ("2.23.136.1.1.1", "678108010101"),
    ],
)
def test_object_identifiers_both_ways(dotted: str, encoded: str) -> None:
    assert tlv.encode_oid(dotted) == bytes.fromhex(encoded)
    assert tlv.decode_oid(bytes.fromhex(encoded)) == dotted


@pytest.mark.parametrize("value", ["", "81", "FF" * 32 + "01"])
def test_broken_object_identifiers_are_refused(value: str) -> None:
    with pytest.raises(MalformedError):
        tlv.decode_oid(bytes.fromhex(value))


@pytest.mark.parametrize("value", ["", "80", "00" * 9])
def test_broken_integers_are_refused(value: str) -> None:
    with pytest.raises(MalformedError):
        tlv.decode_integer(bytes.fromhex(value))
