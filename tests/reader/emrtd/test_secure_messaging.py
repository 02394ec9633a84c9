from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.connection import CardConnection
from kiosk.reader.emrtd import iso7816, tlv
from kiosk.reader.emrtd.crypto import AES_128, AES_192, AES_256, TRIPLE_DES, Suite, pad
from kiosk.reader.emrtd.iso7816 import Answer, Command
from kiosk.reader.emrtd.secure_messaging import ChannelLostError, SecureMessaging, largest_block

MakeScript = Callable[[Sequence[tuple[str, str]]], CardConnection]

# ICAO 9303-11 appendix D.4: session keys and counter of the worked example
KS_ENC = bytes.fromhex("979EC13B1CBFE9DCD01AB0FED307EAE5")
KS_MAC = bytes.fromhex("F1CB1F1FB5ADF208806B89DC579DC1F8")
SSC = 0x887022120C06C226
SELECT = "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"
SELECTED = "990290008E08FA855A5D4C50A8ED"


def worked(card: CardConnection) -> SecureMessaging:
    return SecureMessaging(card, TRIPLE_DES, KS_ENC, KS_MAC, SSC)


def answer(suite: Suite, keys: tuple[bytes, bytes], counter: int, data: bytes, sw: int, *, odd: bool = False) -> bytes:
    """A chip's protected answer [ICAO 9303-11 §9.8.4]."""
    ssc = counter.to_bytes(suite.block, "big")
    objects = b""
    if data:
        cryptogram = suite.encrypt(keys[0], suite.message_iv(keys[0], ssc), pad(data, suite.block))
        objects = tlv.encode(0x85, cryptogram) if odd else tlv.encode(0x87, b"\x01" + cryptogram)
    objects += tlv.encode(0x99, sw.to_bytes(2, "big"))
    return objects + tlv.encode(0x8E, suite.mac(keys[1], pad(ssc + objects, suite.block)))


def test_select_of_the_worked_example(script: MakeScript) -> None:
    assert worked(script([(SELECT, SELECTED + "9000")])).send(iso7816.select_file(0x011E)).sw == 0x9000


@pytest.mark.parametrize(("suite", "short", "extended"), [(TRIPLE_DES, 231, 4071), (AES_128, 223, 4063)])
def test_the_largest_block_fills_the_answer_and_no_more(suite: Suite, short: int, extended: int) -> None:
    keys = (suite.derive(b"s", 1), suite.derive(b"s", 2))
    for limit, size in ((256, short), (4096, extended)):
        assert largest_block(suite, limit) == size
        assert len(answer(suite, keys, 2, bytes(size), 0x9000)) <= limit
        assert len(answer(suite, keys, 2, bytes(size + 1), 0x9000)) > limit


@pytest.mark.parametrize("suite", [TRIPLE_DES, AES_128, AES_192, AES_256])
@pytest.mark.parametrize("odd", [False, True])
def test_a_session_goes_on_over_many_messages(suite: Suite, odd: bool) -> None:
    keys = (suite.derive(b"s", 1), suite.derive(b"s", 2))

    class Chip:
        counter = 0

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            self.counter += 2
            return answer(suite, keys, self.counter, command[2:4], 0x9000, odd=odd), 0x9000

    channel = SecureMessaging(Chip(), suite, *keys)
    for offset in (0, 0x7FFF) if not odd else (0x8000, 0x9000):
        sent = iso7816.read_binary(offset, 100)
        assert channel.send(sent).data == bytes([sent.p1, sent.p2])


def test_odd_instructions_go_without_padding_indicator(script: MakeScript) -> None:
    channel = SecureMessaging(script([]), AES_128, bytes(16), bytes(16))
    wrapped = channel.wrap(iso7816.read_binary(0x8000, 100))
    assert [item.tag for item in tlv.read_all(wrapped.data)] == [0x85, 0x97, 0x8E]
    assert wrapped.le == 256


def test_extended_commands_carry_a_long_le(script: MakeScript) -> None:
    channel = SecureMessaging(script([]), AES_128, bytes(16), bytes(16))
    wrapped = channel.wrap(Command(0, 0xB0, 0, 0, le=4063)).encode()
    assert wrapped[:7] == bytes.fromhex("0CB000000000 0E")
    assert wrapped[7:11] == bytes.fromhex("97020FDF")
    assert wrapped.endswith(b"\0\0")


def test_a_protected_error_status_is_a_normal_answer() -> None:
    keys = (AES_128.derive(b"s", 1), AES_128.derive(b"s", 2))

    class Chip:
        counter = 0

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            self.counter += 2
            return answer(AES_128, keys, self.counter, b"", 0x6A82), 0x6A82

    channel = SecureMessaging(Chip(), AES_128, *keys)
    assert [channel.send(iso7816.read_binary(0, 1)).sw for _ in range(2)] == [0x6A82, 0x6A82]


@pytest.mark.parametrize("status", [0x6982, 0x6988, 0x6F00, 0x9000])
def test_a_naked_status_ends_the_session_and_says_which(script: MakeScript, status: int) -> None:
    with pytest.raises(ChannelLostError) as caught:
        worked(script([(SELECT, f"{status:04X}")])).send(iso7816.select_file(0x011E))
    assert caught.value.sw == status


@pytest.mark.parametrize(
    "data",
    [
        "990290008E08FA855A5D4C50A8EE",
        "99026A828E08FA855A5D4C50A8ED",
        "99029000",
        "990290008E07FA855A5D4C50A8",
        "8E08FA855A5D4C50A8ED99029000",
        "0402AAAA8E08FA855A5D4C50A8ED",
        "990290008E08FA855A5D4C50A8ED00",
        "9902900",
        "00",
    ],
)  # fmt: skip
def test_an_answer_that_is_not_authentic_ends_the_session(data: str) -> None:
    channel = worked(None)  # type: ignore[arg-type]
    channel.wrap(iso7816.select_file(0x011E))
    with pytest.raises(ChannelLostError):
        channel.unwrap(Answer(bytes.fromhex(data + "0" * (len(data) % 2)), 0x9000))


@given(st.binary(max_size=300))
def test_no_bytes_pass_without_their_authentication(data: bytes) -> None:
    channel = worked(None)  # type: ignore[arg-type]
    channel.wrap(iso7816.select_file(0x011E))
    with pytest.raises(ChannelLostError):
        channel.unwrap(Answer(data, 0x9000))


def test_an_old_answer_is_not_taken_again(script: MakeScript) -> None:
    channel = worked(script([(SELECT, SELECTED + "9000")]))
    channel.send(iso7816.select_file(0x011E))
    with pytest.raises(ChannelLostError):
        channel.unwrap(Answer(bytes.fromhex(SELECTED), 0x9000))


@pytest.mark.parametrize(
    "objects", ["", "870601AAAAAAAAAA 99029000", "870902AAAAAAAAAAAAAAAA 99029000", "990190"],
    ids=["no-status", "no-whole-block", "unknown-padding", "short-status"],
)  # fmt: skip
def test_authentic_nonsense_ends_the_session(objects: str) -> None:
    body = bytes.fromhex(objects)
    mac = TRIPLE_DES.mac(KS_MAC, pad((SSC + 2).to_bytes(8, "big") + body, 8))
    channel = worked(None)  # type: ignore[arg-type]
    channel.wrap(iso7816.select_file(0x011E))
    with pytest.raises(ChannelLostError):
        channel.unwrap(Answer(body + tlv.encode(0x8E, mac), 0x9000))
