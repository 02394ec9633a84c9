"""The chip's data objects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.simulator.chip import ber


@pytest.mark.parametrize(
    ("size", "encoded"), [(0, "00"), (127, "7f"), (128, "8180"), (255, "81ff"), (256, "820100"), (65535, "82ffff")]
)
def test_length_takes_its_shortest_form(size: int, encoded: str) -> None:
    assert ber.length(size).hex() == encoded


@given(st.lists(st.tuples(st.sampled_from([0x30, 0x8E, 0x5F1F, 0x7F61]), st.binary(max_size=300)), max_size=4))
def test_written_objects_are_read_back(objects: list[tuple[int, bytes]]) -> None:
    data = b"".join(ber.tlv(tag, value) for tag, value in objects)
    assert [(tag, value) for tag, value, _ in ber.objects(data)] == objects


@given(st.binary(max_size=40))
def test_nonsense_is_a_value_error_or_nothing_worse(data: bytes) -> None:
    try:
        read = list(ber.objects(data))
    except ValueError:
        return
    assert not read or read[-1][2] == len(data)


@pytest.mark.parametrize("data", ["8E", "8E08", "8E8200", "5F", "5F1F", "3081"])
def test_cut_off_objects_are_refused(data: str) -> None:
    with pytest.raises(ValueError, match="cut off"):
        list(ber.objects(bytes.fromhex(data)))


def test_object_identifiers_and_numbers_take_their_standard_form() -> None:
    assert ber.oid("1.0.10646.1.0.8").hex() == "060628d316010008"
    assert ber.oid("0.4.0.127.0.7.2.2.4.2.2").hex() == "060a04007f00070202040202"
    assert [ber.integer(n).hex() for n in (0, 127, 128, 256)] == ["020100", "02017f", "02020080", "02020100"]
