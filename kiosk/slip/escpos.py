"""A picture -> ESC/POS: initialise, raster bands, feeds, cut. Text mode is never used: it prints `NGUY?N`.

Commands as in Epson's ESC/POS reference: `ESC @`, `GS P`, `GS W`, `ESC a`, `GS v 0`, `ESC J`, `GS V`, `GS ( D`. None of
them opens a cash drawer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from PIL import Image

from kiosk.slip.raster import WIDTHS_DOTS

_INITIALISE = b"\x1b@"
CUTS = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b""}
"""How a slip is cut off, once it is fed to the cutter; a printer without a cutter takes none."""

LINE_DOTS = 30
"""One line of `Finish.feed_lines`: what printers feed for a line by themselves."""

# The real-time pulse is switched off; what else could open a drawer (ESC p) is never sent.
_LOCK_DRAWER = b"\x1d(D\x03\x00\x14\x01\x00"
_LEFT, _CENTRE = b"\x1ba\x00", b"\x1ba\x01"
_BAND_ROWS = 128
_LONGEST_FEED = 255
_SHORTEST_FEED = 8
_WORTH_A_BAND_BYTES = 40

# DLE EOT, DLE ENQ and DLE DC4 are obeyed the moment they arrive, also in the middle of a picture.
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
_BLACK_IS_ONE = bytes(octet ^ 0xFF for octet in range(256))


@dataclass(frozen=True, slots=True)
class Finish:
    """What is done with the paper beside the picture.

    `cut`: a word of `CUTS`; `feed_lines`: white below the picture; `lock_drawer`: the printer is told to open no drawer
    either, whatever the bytes of a picture look like to it.
    """

    cut: str = "partial"
    feed_lines: int = 0
    lock_drawer: bool = False


_PLAIN = Finish()


class _Stretch(NamedTuple):
    """Rows from `start` up to `end`, with ink from byte `left` up to byte `right` only; white where these are equal.

    `margin`: the bytes that are white on either side. `sent`: the bytes of each row that are sent.
    """

    start: int
    end: int
    left: int
    right: int
    margin: int
    sent: int

    @property
    def size(self) -> int:
        """Bytes of its picture."""
        return (self.end - self.start) * self.sent

    @property
    def is_centred(self) -> bool:
        """Whether it is sent as a picture in the middle of the paper, not as one at its left edge."""
        return self.sent != self.right

    @property
    def columns(self) -> slice:
        """The part of each row that is sent."""
        first = self.margin if self.is_centred else 0
        return slice(first, first + self.sent)


def _stretch(start: int, end: int, left: int, right: int, across: int) -> _Stretch:
    """The shorter one of both ways to send these rows, on paper of so many bytes."""
    margin = min(left, across - right)
    return _Stretch(start, end, left, right, margin, min(right, across - 2 * margin))


def encode(image: Image.Image, finish: Finish = _PLAIN) -> bytes:
    """The printer job of a picture of mode `1` whose width is one of `WIDTHS_DOTS`.

    White rows become feeds, and what is white at the sides is not sent, which matters on a serial line: `ESC a` puts a
    picture in the middle, by whole bytes, so that no dot moves. Black dots that would complete a real-time command are
    left out (one dot of the first byte, 0x10).
    """
    row_bytes = (image.width + 7) // 8
    # Whole bytes a row: what fills its last one must be white too.
    whole = Image.new("1", (row_bytes * 8, image.height), 1)
    whole.paste(image, (0, 0))
    packed = whole.tobytes().translate(_BLACK_IS_ONE)
    rows = [packed[at : at + row_bytes] for at in range(0, len(packed), row_bytes)]
    # Feeds are counted in dots: printers start with other units, some with half dots.
    dpi = WIDTHS_DOTS.get(image.width, 203)
    job = [_INITIALISE, _LOCK_DRAWER if finish.lock_drawer else b"", bytes((0x1D, ord("P"), dpi, dpi))]
    # The middle is that of the picture, whatever the printer takes for its paper.
    job.append(b"\x1dW" + (row_bytes * 8).to_bytes(2, "little"))
    centred = False
    for stretch in _stretches(rows, row_bytes):
        if not stretch.sent:
            job += _feed(stretch.end - stretch.start)
            continue
        if stretch.is_centred is not centred:
            centred = stretch.is_centred
            job.append(_CENTRE if centred else _LEFT)
        job += _bands(rows, stretch)
    return b"".join([*job, *_feed(finish.feed_lines * LINE_DOTS), CUTS[finish.cut]])


def _stretches(rows: list[bytes], across: int) -> list[_Stretch]:
    """White runs long enough for a feed, and between them pictures.

    A new picture begins only where its narrower rows save more than a printer's pause between two is worth.
    """
    found: list[_Stretch] = []
    for stretch in _runs(rows, across):
        last = stretch
        while found and found[-1].sent and last.sent:
            above = found[-1]
            left, right = min(above.left, last.left), max(above.right, last.right)
            joined = _stretch(above.start, last.end, left, right, across)
            if joined.size - above.size - last.size > _WORTH_A_BAND_BYTES:
                break
            found.pop()
            last = joined
        found.append(last)
    return found


def _runs(rows: list[bytes], across: int) -> Iterator[_Stretch]:
    """Rows with ink in about the same place; white rows too few for a feed belong to those above them."""
    start = end = 0
    above = (0, 0)
    for place, group in groupby(map(_ink, rows)):
        count = sum(1 for _ in group)
        short = place[0] == place[1] and count < _SHORTEST_FEED and end > 0
        shown = above if short else place
        if shown != above and end > start:
            yield _stretch(start, end, *above, across)
            start = end
        end, above = end + count, shown
    if end > start:
        yield _stretch(start, end, *above, across)


def _ink(row: bytes) -> tuple[int, int]:
    """The first byte with ink and the one after the last; the same twice where the row is white."""
    right = len(row.rstrip(b"\0"))
    return right - len(row[:right].lstrip(b"\0")), right


def _feed(rows: int) -> list[bytes]:
    whole, rest = divmod(rows, _LONGEST_FEED)
    return [bytes((0x1B, ord("J"), count)) for count in (*[_LONGEST_FEED] * whole, rest) if count]


def _bands(rows: list[bytes], stretch: _Stretch) -> list[bytes]:
    bands, columns = [], stretch.columns
    for at in range(stretch.start, stretch.end, _BAND_ROWS):
        band = [row[columns] for row in rows[at : min(at + _BAND_ROWS, stretch.end)]]
        size = stretch.sent.to_bytes(2, "little") + len(band).to_bytes(2, "little")
        # The rows as one stream: a command may also begin in one row and end in the next.
        bands.append(b"\x1dv0\x00" + size + _REAL_TIME.sub(b"\x00", b"".join(band)))
    return bands
