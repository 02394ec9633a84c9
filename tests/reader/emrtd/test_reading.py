from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from kiosk.failure import FailureCode, KioskError
from kiosk.reader.emrtd import lds, tlv
from kiosk.reader.emrtd.crypto import AES_128
from kiosk.reader.emrtd.iso7816 import Answer, Command, StatusError
from kiosk.reader.emrtd.reading import BlockSize, FileAbsentError, read_file, read_in_the_open
from kiosk.reader.emrtd.secure_messaging import SecureMessaging
from kiosk.reader.emrtd.tlv import MalformedError


@dataclass
class Files:
    """A channel to one file, with the habits that a test gives it."""

    content: bytes
    habit: Callable[[Command], Answer | None] = lambda _: None
    short_block: int = 223
    sent: list[Command] = field(default_factory=list)

    def send(self, command: Command) -> Answer:
        self.sent.append(command)
        odd = self.habit(command)
        if odd is not None:
            return odd
        if command.ins == 0xA4:
            return Answer(b"", 0x9000)
        if command.ins == 0xB1:
            offset = int.from_bytes(tlv.read_one(command.data, 0x54), "big")
            return Answer(tlv.encode(0x53, self.content[offset : offset + (command.le or 0) - 4]), 0x9000)
        offset = 0 if command.p1 & 0x80 else command.p1 << 8 | command.p2
        data = self.content[offset : offset + (command.le or 0)]
        return Answer(data, 0x9000 if len(data) == command.le else 0x6282)

    @property
    def lengths(self) -> list[int | None]:
        return [command.le for command in self.sent]


def file(size: int, kind: lds.ElementaryFile = lds.DG2) -> bytes:
    """A file of exactly `size` bytes, header and all."""
    for value in range(max(size - 5, 0), size):
        content = tlv.encode(kind.tag, bytes(at % 251 for at in range(value)))
        if len(content) == size:
            return content
    raise AssertionError(size)


def short() -> BlockSize:
    return BlockSize(extended=False)


def test_a_small_file_costs_one_command() -> None:
    content = file(95, lds.DG1)
    files = Files(content)
    assert read_file(files, lds.DG1, short()) == content
    assert [command.encode() for command in files.sent] == [bytes.fromhex("00B08100DF")]


def test_the_last_block_asks_for_exactly_the_rest() -> None:
    content = file(223 * 2 + 17)
    files = Files(content + bytes(500))
    assert read_file(files, lds.DG2, short()) == content
    assert files.lengths == [223, 223, 17]


@pytest.mark.parametrize("size", [3, 222, 223, 224, 446, 447, 20_085, 32_767, 32_768, 33_100, 65_535])
def test_files_of_every_size_come_back_whole(size: int) -> None:
    content = file(size)
    files = Files(content)
    assert read_file(files, lds.DG2, short()) == content
    assert any(command.ins == 0xB1 for command in files.sent) is (size > 32_900)


def test_an_exact_length_that_the_card_names_is_used_once() -> None:
    content = file(95, lds.DG1)

    def names_length(command: Command) -> Answer | None:
        return Answer(b"", 0x6C00 | 95) if (command.le or 0) > 95 else None

    files = Files(content, names_length)
    assert read_file(files, lds.DG1, short()) == content
    assert files.lengths == [223, 95]


@pytest.mark.parametrize("status", [0x6700, 0x6B00, 0x6A86, 0x6F00])
def test_a_card_that_refuses_short_identifiers_is_read_by_select(status: int) -> None:
    content = file(600)

    def refuses(command: Command) -> Answer | None:
        return Answer(b"", status) if command.ins == 0xB0 and command.p1 & 0x80 else None

    files = Files(content, refuses)
    assert read_file(files, lds.DG2, short()) == content
    assert files.sent[1].encode() == bytes.fromhex("00A4020C020102")
    assert files.lengths == [223, None, 6, 223, 223, 148]


@pytest.mark.parametrize("answer", [Answer(b"", 0x6700), Answer(b"", 0x6C00), Answer(b"", 0x9000)])
def test_blocks_get_smaller_until_the_card_is_content_and_stay_so(answer: Answer) -> None:
    content = file(700)
    blocks = short()

    def refuses_more_than_100(command: Command) -> Answer | None:
        return answer if (command.le or 0) > 100 else None

    files = Files(content, refuses_more_than_100)
    assert read_file(files, lds.DG2, blocks) == content
    assert files.lengths[:7] == [223, None, 6, 223, 160, 96, 96]
    assert blocks.of(files) == 96


def test_a_card_that_refuses_even_small_blocks_is_an_error() -> None:
    files = Files(file(700), lambda command: Answer(b"", 0x6700) if (command.le or 0) > 6 else None)
    with pytest.raises(StatusError):
        read_file(files, lds.DG2, short())


@pytest.mark.parametrize("status", [0x6A82, 0x6982, 0x6985])
def test_a_file_that_is_absent_or_denied_is_told(status: int) -> None:
    files = Files(b"", lambda _: Answer(b"", status))
    with pytest.raises(FileAbsentError):
        read_file(files, lds.DG13, short())
    assert len(files.sent) == 1


@pytest.mark.parametrize("header", ["75 83 989680", "75 83 010000", "75 83 FFFFFF"])
def test_a_length_bomb_is_refused_after_one_command(header: str) -> None:
    files = Files(bytes.fromhex(header) + bytes(300))
    with pytest.raises(KioskError) as caught:
        read_file(files, lds.DG2, short())
    assert caught.value.code is FailureCode.CARD_UNREADABLE
    assert len(files.sent) == 1


@pytest.mark.parametrize("start", ["00", "75", "7580", "758200", "61 03 000000"])
def test_a_file_that_does_not_start_like_itself_is_refused(start: str) -> None:
    with pytest.raises(MalformedError):
        read_file(Files(bytes.fromhex(start)), lds.DG2, short())


def test_a_card_that_sends_nothing_in_an_object_is_a_weak_link_and_not_asked_for_ever() -> None:
    def sends_nothing(command: Command) -> Answer | None:
        assert len(files.sent) < 1000, "asked for ever"
        return Answer(bytes.fromhex("5300"), 0x9000) if command.ins == 0xB1 else None

    files = Files(file(33_100), sends_nothing)
    with pytest.raises(StatusError) as caught:
        read_file(files, lds.DG2, short())
    assert caught.value.is_weak
    assert [command.ins for command in files.sent].count(0xB1) == 1


def test_bytes_beyond_those_asked_for_are_cut() -> None:
    content = file(300)

    def generous(command: Command) -> Answer | None:
        offset = 0 if command.p1 & 0x80 else command.p1 << 8 | command.p2
        return Answer(content[offset : offset + (command.le or 0)] + b"more", 0x9000)

    assert read_file(Files(content, generous), lds.DG2, short()) == content


def test_card_access_is_read_by_short_identifier_from_where_the_card_stands() -> None:
    content = file(56, lds.CARD_ACCESS)
    files = Files(content, short_block=224)
    assert read_in_the_open(files, lds.CARD_ACCESS, short()) == content
    assert [command.encode() for command in files.sent] == [bytes.fromhex("00B09C00E0")]


@pytest.mark.parametrize("answer", [Answer(b"", 0x6A82), Answer(b"", 0x9000), Answer(b"\x75\x00", 0x9000)])
def test_card_access_that_has_no_short_identifier_is_selected(answer: Answer) -> None:
    content = file(56, lds.CARD_ACCESS)
    files = Files(content, lambda command: answer if command.p1 == 0x9C else None, short_block=224)
    assert read_in_the_open(files, lds.CARD_ACCESS, short()) == content
    assert [command.encode() for command in files.sent[1:]] == [
        bytes.fromhex("00A4020C02011C"),
        bytes.fromhex("00B00000E0"),
    ]


def test_card_access_longer_than_it_may_be_is_refused() -> None:
    with pytest.raises(MalformedError):
        read_in_the_open(Files(bytes.fromhex("31 82 1001") + bytes(4097), short_block=224), lds.CARD_ACCESS, short())


def test_extended_blocks_need_secure_messaging_and_step_down_to_short_ones() -> None:
    class Silent:
        def transmit(self, command: bytes) -> tuple[bytes, int]:
            return b"", 0x6F00

    protected = SecureMessaging(Silent(), AES_128, bytes(16), bytes(16))
    blocks = BlockSize(extended=True)
    assert (blocks.of(protected), blocks.of(Files(b""))) == (4063, 223)
    assert blocks.step_down()
    assert (blocks.of(protected), blocks.is_extended) == (223, False)
    assert [blocks.step_down() and blocks.of(protected) for _ in range(3)] == [160, 96, False]
