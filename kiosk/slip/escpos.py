"""A picture -> ESC/POS: initialise, raster bands, feeds, cut. Text mode is never used: it prints `NGUY?N`.

Commands as in Epson's ESC/POS reference: `ESC @`, `GS P`, `GS v 0`, `ESC J`, `GS V`, `GS ( D`. None of them opens a
cash drawer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from PIL import Image

from kiosk.slip.raster import WIDTHS_DOTS

_INITIALISE = b"\x1b@"
CUTS = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b""}
"""How a slip is cut off, once it is fed to the cutter; a printer without a cutter takes none."""

LINE_DOTS = 30
"""One line of `Finish.feed_lines`: what printers feed for a line by themselves."""

# The real-time pulse is switched off; what else could open a drawer (ESC p) is never sent.
_LOCK_DRAWER = b"\x1d(D\x03\x00\x14\x01\x00"
_BAND_ROWS = 128
_LONGEST_FEED = 255
_SHORTEST_FEED = 8
_WORTH_A_BAND_BYTES = 128

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


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows from `start` up to `end`, with ink in their first `width` bytes only; white where that is 0."""

    start: int
    end: int
    width: int

    @property
    def size(self) -> int:
        """Bytes of its picture."""
        return (self.end - self.start) * self.width

    def joined(self, following: "_Stretch") -> "_Stretch":
        """One stretch of both."""
        return _Stretch(self.start, following.end, max(self.width, following.width))


def encode(image: Image.Image, finish: Finish = _PLAIN) -> bytes:
    """The printer job of a picture of mode `1` whose width is one of `WIDTHS_DOTS`.

    White rows become feeds and what is white up to the right edge is not sent, which matters on a serial line; black
    dots that would complete a real-time command are left out (one dot of the first byte, 0x10).
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
    for stretch in _stretches(_ink_widths(rows, row_bytes)):
        job += _bands(rows, stretch) if stretch.width else _feed(stretch.end - stretch.start)
    return b"".join([*job, *_feed(finish.feed_lines * LINE_DOTS), CUTS[finish.cut]])


def _ink_widths(rows: list[bytes], row_bytes: int) -> list[int]:
    """Bytes of each row up to its last dot; all of them where that saves less than an eighth.

    A row that nearly spans the paper thus spans it, and with it the slip's picture is as wide as its paper.
    """
    widths = (len(row.rstrip(b"\0")) for row in rows)
    return [row_bytes if width > row_bytes * 7 // 8 else width for width in widths]


def _stretches(widths: list[int]) -> list[_Stretch]:
    """White runs long enough for a feed, and between them pictures.

    A new picture begins only where its narrower rows save more than a printer's pause between two is worth.
    """
    found: list[_Stretch] = []
    for stretch in _runs(widths):
        last = stretch
        while found and found[-1].width and last.width:
            joined = found[-1].joined(last)
            if joined.size - found[-1].size - last.size > _WORTH_A_BAND_BYTES:
                break
            found.pop()
            last = joined
        found.append(last)
    return found


def _runs(widths: list[int]) -> Iterator[_Stretch]:
    """Rows of one width; white rows too few for a feed count as wide as those above them."""
    start = end = above = 0
    for width, group in groupby(widths):
        rows = sum(1 for _ in group)
        short = width == 0 and rows < _SHORTEST_FEED and end > 0
        shown = above if short else width
        if shown != above and end > start:
            yield _Stretch(start, end, above)
            start = end
        end, above = end + rows, shown
    if end > start:
        yield _Stretch(start, end, above)


def _feed(rows: int) -> list[bytes]:
    whole, rest = divmod(rows, _LONGEST_FEED)
    return [bytes((0x1B, ord("J"), count)) for count in (*[_LONGEST_FEED] * whole, rest) if count]


def _bands(rows: list[bytes], stretch: _Stretch) -> list[bytes]:
    bands = []
    for at in range(stretch.start, stretch.end, _BAND_ROWS):
        band = [row[: stretch.width] for row in rows[at : min(at + _BAND_ROWS, stretch.end)]]
        size = stretch.width.to_bytes(2, "little") + len(band).to_bytes(2, "little")
        # The rows as one stream: a command may also begin in one row and end in the next.
        bands.append(b"\x1dv0\x00" + size + _REAL_TIME.sub(b"\x00", b"".join(band)))
    return bands
