"""The printer's inside: ESC/POS bytes in, paper out. Obeys real-time commands wherever they stand, as printers do."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

ROWS_PER_LINE = 30
_CENTRED = (b"\x01", b"1")
_SIZES = {
    b"\x1b@": 2, b"\x1bJ": 3, b"\x1bd": 3, b"\x1ba": 3, b"\x1dP": 4, b"\x1dW": 4, b"\x1dV": 3, b"\x1dv": 8, b"\x1dI": 3,
    b"\x1d(": 5, b"\x10\x04": 3,
}  # fmt: skip
_CUTS_WITH_FEED = (65, 66)
# DLE EOT n, DLE ENQ n, DLE DC4 fn; looked for at every byte, also inside one another.
_REAL_TIME = re.compile(rb"\x10(?=([\x04\x05\x14])(.))", re.DOTALL)
_WHITE_IS_ONE = bytes(octet ^ 0xFF for octet in range(256))


@dataclass(frozen=True, slots=True)
class TapeJob:
    """What was printed up to one cut.

    `raw` are its bytes without questions of status, `paper` the picture (mode `1`), `unknown` the bytes that are no
    command of this printer (text is one: it prints none), `obeyed_in_picture` how many real-time commands stood
    inside a picture and were obeyed.
    """

    raw: bytes
    paper: Image.Image
    unknown: bytes = b""
    obeyed_in_picture: int = 0


@dataclass(slots=True)
class Paper:
    """One connection's decoder. `answer` is called with n of each `DLE EOT n`, `printed` with each cut job.

    `may_print` is asked before each picture: False when there is no paper to print on. `identify` is called for
    `GS I 67`. The paper is as wide as `GS W` says, else as its widest picture.
    """

    answer: Callable[[int], None]
    printed: Callable[[TapeJob], None]
    may_print: Callable[[], bool]
    identify: Callable[[], None] = lambda: None
    _pending: bytes = b""
    _raw: bytearray = field(default_factory=bytearray)
    _unknown: bytearray = field(default_factory=bytearray)
    _obeyed: int = 0
    _pictures: list[tuple[int, int, Image.Image]] = field(default_factory=list)
    _height: int = 0
    _across: int = 0
    _is_centred: bool = False

    def feed(self, data: bytes) -> None:
        """Takes bytes as they come, in pieces of any size."""
        self._pending += data
        while size := self._next_size():
            command, self._pending = self._pending[:size], self._pending[size:]
            self._obey(command)

    def _next_size(self) -> int:
        """Bytes of the next command; 0 while it has not come whole."""
        head = self._pending[:2]
        if len(head) < 2 and head not in (b"\n", b"\r"):
            return 0
        size = _SIZES.get(head, 1)
        if len(self._pending) < size:
            return 0
        if head == b"\x1dv":
            size += int.from_bytes(self._pending[4:6], "little") * int.from_bytes(self._pending[6:8], "little")
        if head == b"\x1dV" and self._pending[2] in _CUTS_WITH_FEED:
            size += 1
        if head == b"\x1d(":
            size += int.from_bytes(self._pending[3:5], "little")
        return size if len(self._pending) >= size else 0

    def _obey(self, command: bytes) -> None:
        if command[:2] == b"\x10\x04":
            self.answer(command[2])
            return
        if command[:2] == b"\x1dI":
            self.identify()
            return
        self._raw += command
        match command[:2]:
            case b"\x1b@":
                self._across, self._is_centred = 0, False
            case b"\x1dW":
                self._across = int.from_bytes(command[2:4], "little")
            case b"\x1ba":
                self._is_centred = command[2:] in _CENTRED
            case b"\x1dP" | b"\x1d(":
                return
            case b"\x1bJ":
                self._height += command[2]
            case b"\x1bd":
                self._height += command[2] * ROWS_PER_LINE
            case b"\x1dv":
                self._print(command)
            case b"\x1dV":
                self._cut(command[3] if len(command) > 3 else 0)
            case _:
                self._unknown += command

    def _print(self, command: bytes) -> None:
        row_bytes, rows = int.from_bytes(command[4:6], "little"), int.from_bytes(command[6:8], "little")
        dots = command[8:]
        for command_inside in _REAL_TIME.finditer(dots):
            self._obeyed += 1
            if command_inside[1] == b"\x04":
                self.answer(command_inside[2][0])
        if rows and row_bytes and self.may_print():
            white_is_one = dots.translate(_WHITE_IS_ONE)
            left = max(0, self._across - row_bytes * 8) // 2 if self._is_centred else 0
            self._pictures.append((left, self._height, Image.frombytes("1", (row_bytes * 8, rows), white_is_one)))
            self._height += rows

    def _cut(self, feed: int) -> None:
        self._height += feed
        if self._pictures:
            width = self._across or max(picture.width for _, _, picture in self._pictures)
            paper = Image.new("1", (width, self._height), 1)
            for left, top, picture in self._pictures:
                paper.paste(picture, (left, top))
            self.printed(TapeJob(bytes(self._raw), paper, bytes(self._unknown), self._obeyed))
        self._raw, self._unknown, self._pictures = bytearray(), bytearray(), []
        self._height = self._obeyed = 0
