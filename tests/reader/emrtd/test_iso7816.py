from collections.abc import Callable, Sequence

import pytest

from kiosk.reader.connection import CardConnection
from kiosk.reader.emrtd import iso7816
from kiosk.reader.emrtd.iso7816 import Answer, Command, StatusError

MakeScript = Callable[[Sequence[tuple[str, str]]], CardConnection]


@pytest.mark.parametrize(
    ("command", "encoded"),
    [
        (Command(0, 0xA4, 4, 0xC), "00A4040C"),
        (Command(0, 0xB0, 0, 0, le=1), "00B0000001"),
        (Command(0, 0xB0, 0, 0, le=256), "00B0000000"),
        (Command(0, 0xB0, 0, 0, le=257), "00B00000000101"),
        (Command(0, 0xB0, 0, 0, le=65536), "00B00000000000"),
        (Command(0, 0xD0, 0, 0, b"AB"), "00D00000024142"),
        (Command(0, 0xD0, 0, 0, b"AB", extended=True), "00D000000000024142"),
        (Command(0, 0xD0, 0, 0, b"AB", le=256), "00D0000002414200"),
        (Command(0, 0xD0, 0, 0, b"AB", le=4096), "00D0000000000241421000"),
        (Command(0, 0xD0, 0, 0, bytes(256)), "00D00000000100" + "00" * 256),
    ],
)
def test_the_four_cases_short_and_extended(command: Command, encoded: str) -> None:
    # ISO 7816-4:2013 §5.2, table 2
    assert command.encode().hex().upper() == encoded


def test_select_and_mse_carry_no_le() -> None:
    assert iso7816.select_file(0x011C).encode() == bytes.fromhex("00A4020C02011C")
    assert iso7816.select_application(bytes.fromhex("A0000002471001")).encode() == bytes.fromhex(
        "00A4040C07A0000002471001"
    )
    assert iso7816.set_authentication_template(b"\x83\x01\x02").encode() == bytes.fromhex("0022C1A403830102")


def test_read_binary_behind_32767_takes_the_odd_instruction() -> None:
    assert iso7816.read_binary(0x7FFF, 9).encode() == bytes.fromhex("00B07FFF09")
    assert iso7816.read_binary(0x8000, 9).encode() == bytes.fromhex("00B10000 04 54028000 09")


def test_answers_kept_back_are_fetched(script: MakeScript) -> None:
    card = script([("0084000008", "01026102"), ("00C0000002", "03046100"), ("00C0000000", "059000")])
    answer = iso7816.exchange(card, iso7816.get_challenge())
    assert (answer.data, answer.sw) == (bytes([1, 2, 3, 4, 5]), 0x9000)


def test_a_card_that_announces_answers_for_ever_is_left() -> None:
    class Endless:
        def transmit(self, command: bytes) -> tuple[bytes, int]:
            return bytes(256), 0x6100

    assert iso7816.exchange(Endless(), iso7816.get_challenge()).sw == 0x6100


def test_a_card_that_announces_and_gives_nothing_is_left(script: MakeScript) -> None:
    card = script([("0084000008", "6108"), ("00C0000008", "6108")])
    assert iso7816.exchange(card, iso7816.get_challenge()).sw == 0x6108


@pytest.mark.parametrize(("sw", "weak", "length"), [
    (0x6F00, True, True), (0x6400, True, False), (0, True, True), (0x6700, False, True),
    (0x6C10, False, True), (0x6A82, False, False), (0x6982, False, False),
])  # fmt: skip
def test_status_words_are_told_apart(sw: int, weak: bool, length: bool) -> None:
    error = StatusError("step", sw)
    assert (error.is_weak, error.is_length) == (weak, length)


def test_require_ok_names_step_and_status() -> None:
    assert Answer(b"x", 0x9000).require_ok("SELECT") == b"x"
    with pytest.raises(StatusError, match="SELECT: 6A82"):
        Answer(b"", 0x6A82).require_ok("SELECT")
