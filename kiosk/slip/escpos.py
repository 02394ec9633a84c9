"""A picture -> ESC/POS: initialise, raster bands, feeds, cut. Text mode is never used: it prints `NGUY?N`.

Commands as in Epson's ESC/POS reference: `ESC @`, `GS P`, `GS v 0`, `ESC J`, `GS V`.
"""

import re

from PIL import Image, ImageChops

from kiosk.slip.raster import WIDTHS_DOTS

_INITIALISE = b"\x1b@"
_FEED_AND_CUT = b"\x1dVB\x00"
_BAND_ROWS = 128
_LONGEST_FEED = 255
_SHORTEST_FEED = 8

# DLE EOT, DLE ENQ and DLE DC4 are obeyed the moment they arrive, also in the middle of a picture.
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


def encode(image: Image.Image) -> bytes:
    """The printer job of a picture of mode `1` whose width is one of `WIDTHS_DOTS`.

    White rows become feeds, which matters on a serial line; black dots that would complete a real-time command are
    left out (one dot of the first byte, 0x10).
    """
    row_bytes = (image.width + 7) // 8
    packed = ImageChops.invert(image.convert("L")).convert("1", dither=Image.Dither.NONE).tobytes()
    rows = [packed[at : at + row_bytes] for at in range(0, len(packed), row_bytes)]
    # Feeds are counted in dots: printers start with other units, some with half dots.
    dpi = WIDTHS_DOTS.get(image.width, 203)
    job = [_INITIALISE, bytes((0x1D, ord("P"), dpi, dpi))]
    for start, end, white in _stretches(rows):
        job += _feed(end - start) if white else _bands(rows[start:end], row_bytes)
    return b"".join([*job, _FEED_AND_CUT])


def _stretches(rows: list[bytes]) -> list[tuple[int, int, bool]]:
    """First row, row after the last, and whether it is white: white runs too short for a feed stay in the picture."""
    found: list[tuple[int, int, bool]] = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and any(rows[end]) == any(rows[start]):
            end += 1
        white = not any(rows[start]) and end - start >= _SHORTEST_FEED
        if found and not white and not found[-1][2]:
            found[-1] = (found[-1][0], end, False)
        else:
            found.append((start, end, white))
        start = end
    return found


def _feed(rows: int) -> list[bytes]:
    whole, rest = divmod(rows, _LONGEST_FEED)
    return [bytes((0x1B, ord("J"), count)) for count in (*[_LONGEST_FEED] * whole, rest) if count]


def _bands(rows: list[bytes], row_bytes: int) -> list[bytes]:
    bands = []
    for at in range(0, len(rows), _BAND_ROWS):
        band = rows[at : at + _BAND_ROWS]
        size = row_bytes.to_bytes(2, "little") + len(band).to_bytes(2, "little")
        # The rows as one stream: a command may also begin in one row and end in the next.
        bands.append(b"\x1dv0\x00" + size + _REAL_TIME.sub(b"\x00", b"".join(band)))
    return bands
