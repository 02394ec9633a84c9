"""The forms of a command APDU [ISO/IEC 7816-4 §5.1]."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.simulator.chip.apdu import RefusedError, parse


@pytest.mark.parametrize(
    ("command", "data", "le", "extended"),
    [
        ("00A40000", "", None, False),
        ("00B0000000", "", 256, False),
        ("00B0000004", "", 4, False),
        ("00A4020C02011E", "011e", None, False),
        ("00A4020002011E00", "011e", 256, False),
        ("00B00000000000", "", 65536, True),
        ("00B00000001000", "", 4096, True),
        ("00A4020C000002011E", "011e", None, True),
        ("00A40200000002011E0010", "011e", 16, True),
    ],
)
def test_each_form_is_taken_apart(command: str, data: str, le: int | None, extended: bool) -> None:
    parsed = parse(bytes.fromhex(command))
    assert (parsed.data.hex(), parsed.le, parsed.extended) == (data, le, extended)
    assert parsed.header == bytes.fromhex(command[:8])


@pytest.mark.parametrize(
    "command", ["", "00A402", "00A4020C03011E", "00A4020C01011E00", "00A40000000000011E", "00A400000001"]
)
def test_contradicting_lengths_are_refused(command: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        parse(bytes.fromhex(command))
    assert refusal.value.sw == 0x6700


@given(st.binary(max_size=300))
def test_nonsense_is_refused_or_taken_whole(command: bytes) -> None:
    try:
        parsed = parse(command)
    except RefusedError:
        return
    assert len(command) - len(parsed.data) <= 4 + 5
