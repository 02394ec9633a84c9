"""Command APDUs as the chip takes them apart, and its status words [ISO/IEC 7816-4 §5]."""

from dataclasses import dataclass
from enum import IntEnum

_SHORT_LE = 256
_EXTENDED_LE = 65536


class Sw(IntEnum):
    """Status words that this chip answers."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    KEY_WRONG = 0x6300
    WRONG_LENGTH = 0x6700
    CHAINING_UNSUPPORTED = 0x6884
    NOT_ALLOWED = 0x6982
    CONDITIONS = 0x6985
    NO_FILE_SELECTED = 0x6986
    SM_OBJECT_MISSING = 0x6987
    SM_OBJECT_WRONG = 0x6988
    DATA_WRONG = 0x6A80
    NOT_FOUND = 0x6A82
    P1_P2_WRONG = 0x6A86
    REFERENCE_UNKNOWN = 0x6A88
    OFFSET_WRONG = 0x6B00
    INS_UNKNOWN = 0x6D00
    CLA_UNKNOWN = 0x6E00


class RefusedError(Exception):
    """The chip answers with a status word instead of doing what it was told."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"{sw:04X}")
        self.sw = sw


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """One command. `le` is None when no answer is asked for, else 1 to 65,536."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    extended: bool = False

    @property
    def p1p2(self) -> int:
        """Both parameters as one number."""
        return self.p1 << 8 | self.p2

    @property
    def header(self) -> bytes:
        """CLA, INS, P1, P2."""
        return bytes([self.cla, self.ins, self.p1, self.p2])


def parse(command: bytes) -> Command:
    """The command in its four short or three extended forms.

    Raises:
        RefusedError: 6700, the lengths contradict each other.
    """
    if len(command) < 4:
        raise RefusedError(Sw.WRONG_LENGTH)
    cla, ins, p1, p2 = command[:4]
    data, le, extended = _body(command[4:])
    return Command(cla, ins, p1, p2, data, le, extended)


def _body(body: bytes) -> tuple[bytes, int | None, bool]:
    if not body:
        return b"", None, False
    if len(body) == 1:
        return b"", body[0] or _SHORT_LE, False
    if body[0]:
        data, le = _data_and_le(body[0], body[1:], le_size=1)
        return data, le or (None if le is None else _SHORT_LE), False
    if len(body) == 3:
        return b"", int.from_bytes(body[1:], "big") or _EXTENDED_LE, True
    data, le = _data_and_le(int.from_bytes(body[1:3], "big"), body[3:], le_size=2)
    return data, le or (None if le is None else _EXTENDED_LE), True


def _data_and_le(lc: int, rest: bytes, *, le_size: int) -> tuple[bytes, int | None]:
    if lc == 0 or len(rest) not in (lc, lc + le_size):
        raise RefusedError(Sw.WRONG_LENGTH)
    return rest[:lc], int.from_bytes(rest[lc:], "big") if len(rest) > lc else None
