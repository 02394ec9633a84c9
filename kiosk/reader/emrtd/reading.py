"""Reading whole files in as few APDUs as the card allows [ICAO 9303-10 §3.6.3]."""

from collections.abc import Callable
from enum import IntEnum

from kiosk.failure import FailureCode, KioskError
from kiosk.reader.emrtd import iso7816, tlv
from kiosk.reader.emrtd.iso7816 import Channel, Command, StatusError
from kiosk.reader.emrtd.lds import ElementaryFile
from kiosk.reader.emrtd.secure_messaging import SecureMessaging, largest_block

_EXTENDED_ANSWER = 4096
_HEADER = 6
_ODD_OVERHEAD = 4  # 53 82 xx xx around the bytes behind offset 32,767
_ABSENT = frozenset({iso7816.FILE_NOT_FOUND, 0x6A83, 0x6A88})
_DENIED = frozenset({0x6982, 0x6983, 0x6985})


class FileAbsentError(Exception):
    """The card does not have this file, or does not give it to this reader."""


class _Level(IntEnum):
    EXTENDED = 0
    SHORT = 1
    HALF = 2
    SMALL = 3


class BlockSize:
    """How much one READ BINARY asks for: learnt once per card, only ever smaller."""

    def __init__(self, *, extended: bool) -> None:
        self._level = _Level.EXTENDED if extended else _Level.SHORT

    @property
    def is_extended(self) -> bool:
        """Whether reads still use extended length."""
        return self._level is _Level.EXTENDED

    def of(self, channel: Channel) -> int:
        """Plain bytes per read."""
        match self._level:
            case _Level.EXTENDED if isinstance(channel, SecureMessaging):
                return largest_block(channel.suite, _EXTENDED_ANSWER)
            case _Level.HALF:
                return 160
            case _Level.SMALL:
                return 96
            case _:
                return channel.short_block

    def step_down(self) -> bool:
        """Takes the next smaller size; False where there is none."""
        if self._level is _Level.SMALL:
            return False
        self._level = _Level(self._level + 1)
        return True


def read_file(channel: Channel, file: ElementaryFile, blocks: BlockSize) -> bytes:
    """One whole file: its first block by short identifier tells its length, the last block asks for exactly the rest.

    Raises:
        FileAbsentError: see there.
        StatusError: the card stopped answering.
        MalformedError: it does not begin with its tag.
        KioskError: CARD_UNREADABLE, longer than such a file may be.
    """
    data = bytearray(_first_block(channel, file, blocks))
    total = _total(file, data)
    if total > file.limit:
        raise KioskError(FailureCode.CARD_UNREADABLE, f"{file.name} is longer than {file.limit} bytes")
    return _rest(channel, file, data, total, blocks)


def read_in_the_open(channel: Channel, file: ElementaryFile, blocks: BlockSize) -> bytes:
    """A file outside the application: by short identifier, else by SELECT and READ BINARY.

    Raises:
        StatusError: neither way.
        MalformedError: it does not begin with its tag, or is longer than such a file may be.
    """
    try:
        data = _read(channel, file, blocks.of(channel), lambda le: iso7816.read_binary_sfi(file.sfi, le))
        total = _total(file, data)
    except (StatusError, tlv.MalformedError):
        # Before an application is selected not every card knows short identifiers.
        channel.send(iso7816.select_file(file.file_id)).require_ok(f"SELECT {file.name}")
        data = _next_block(channel, file, 0, blocks.of(channel), blocks)
        total = _total(file, data)
    if total > file.limit:
        raise tlv.MalformedError(f"{file.name}: length")
    return _rest(channel, file, bytearray(data), total, blocks)


def _total(file: ElementaryFile, start: bytes | bytearray) -> int:
    """The length of the file by the header of its outermost object."""
    tag, header, length = tlv.read_header(bytes(start[:_HEADER]))
    if tag != file.tag:
        raise tlv.MalformedError(f"{file.name}: tag")
    return header + length


def _rest(channel: Channel, file: ElementaryFile, data: bytearray, total: int, blocks: BlockSize) -> bytes:
    while len(data) < total:
        data += _next_block(channel, file, len(data), total - len(data), blocks)
    return bytes(data[:total])


def _first_block(channel: Channel, file: ElementaryFile, blocks: BlockSize) -> bytes:
    while True:
        le = blocks.of(channel)
        try:
            return _read(channel, file, le, lambda wanted: iso7816.read_binary_sfi(file.sfi, wanted))
        except StatusError as error:
            if error.sw in _ABSENT or error.sw in _DENIED:
                raise FileAbsentError(file.name) from error
            if not blocks.is_extended:
                break
            blocks.step_down()
    # Cards that refuse short identifiers, or more bytes than the file has, take the long way.
    channel.send(iso7816.select_file(file.file_id)).require_ok(f"SELECT {file.name}")
    return _read(channel, file, _HEADER, lambda wanted: iso7816.read_binary(0, wanted))


def _next_block(channel: Channel, file: ElementaryFile, offset: int, wanted: int, blocks: BlockSize) -> bytes:
    odd = offset > 0x7FFF
    overhead = _ODD_OVERHEAD if odd else 0
    while True:
        le = min(wanted + overhead, blocks.of(channel))
        try:
            block = _read(channel, file, le, lambda le: iso7816.read_binary(offset, le))
        except StatusError as error:
            if not (error.is_length and blocks.step_down()):
                raise
        else:
            found = tlv.read_one(block, 0x53) if odd else block
            if not found:
                raise StatusError(f"READ BINARY {file.name}", 0)
            return found


def _read(channel: Channel, file: ElementaryFile, le: int, command: Callable[[int], Command]) -> bytes:
    answer = channel.send(command(le))
    exact = answer.sw & 0xFF
    if answer.sw >> 8 == 0x6C and 0 < exact < le:
        answer = channel.send(command(exact))
    if answer.sw not in {iso7816.OK, iso7816.END_OF_FILE}:
        raise StatusError(f"READ BINARY {file.name}", answer.sw)
    if not answer.data:
        raise StatusError(f"READ BINARY {file.name}", 0)
    return answer.data[:le]
