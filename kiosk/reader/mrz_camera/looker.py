"""Codes first, and in the turns that no code needs a machine-readable zone: what the camera's thread looks with."""

import logging
from collections.abc import Callable, Generator
from dataclasses import replace

from PIL import Image

from kiosk.reader.codes import Found, FrameDecoder, GrayImage, Look
from kiosk.reader.mrz_camera.engine import WordReader, is_installed
from kiosk.reader.mrz_camera.reading import ReadZone, read_in_slices

log = logging.getLogger(__name__)

DECODER = "mrz"
"""What `Found.decoder` says of a zone."""

_PATIENCE = 8
"""Frames without a code before a zone is looked for: about a third of a second, in which most codes are read."""
_EVERY = 3
_Reading = Generator[None, None, ReadZone | None]


def looking(read_mrz: str) -> Callable[[GrayImage], Look]:
    """How to look at frames: for codes only, or with `auto` for zones too, where the extra is installed."""
    codes = FrameDecoder().look
    if read_mrz == "off" or not is_installed():
        return codes
    return MrzLooker(codes).look


class MrzLooker:
    """Looks for codes on every frame, and after some without any does one slice of reading a zone on every third.

    So a code waits for one slice of a zone at most, some ten milliseconds, and two frames of three are as quick as
    ever. That a code is suspected is no reason to wait: the zone itself looks like one. A zone is told when two
    readings one after the other, of different frames, say the same.
    """

    def __init__(self, codes: Callable[[GrayImage], Look], words: Callable[[], WordReader] = WordReader) -> None:
        self._codes, self._make_words = codes, words
        self._words: WordReader | None = None
        self._is_broken = False
        self._turn = 0  # frames without a code
        self._reading: _Reading | None = None
        self._last: ReadZone | None = None

    def look(self, frame: GrayImage) -> Look:
        """The codes of a frame, or the zone that was just read a second time: its text, lines by line breaks.

        A zone's corners are the frame's.
        """
        look = self._codes(frame)
        if look.found:
            self._turn, self._reading, self._last = 0, None, None
            return look
        self._turn += 1
        if self._is_broken or self._turn <= _PATIENCE or self._turn % _EVERY:
            return look
        zone = self._go_on(frame)
        if zone is None:
            return look
        right, bottom = frame.width - 1, frame.height - 1
        corners = ((0, 0), (right, 0), (right, bottom), (0, bottom))
        return replace(look, found=(Found(zone.text.encode("ascii"), corners, DECODER),))

    def _go_on(self, frame: GrayImage) -> ReadZone | None:
        """One slice; the zone where that was the end of a second equal reading."""
        if self._words is None:
            try:
                self._words = self._make_words()
            except (ImportError, RuntimeError) as error:
                log.warning("camera: no zones are read: %s", type(error).__name__)
                self._is_broken = True
                return None
        if self._reading is None:
            self._reading = read_in_slices(_image(frame), self._words)
        try:
            next(self._reading)
        except StopIteration as end:
            self._reading = None
            return self._confirmed(end.value)
        return None

    def _confirmed(self, zone: ReadZone | None) -> ReadZone | None:
        before, self._last = self._last, zone
        if zone is None or before is None or zone.text != before.text:
            return None
        self._last = None
        return zone


def _image(frame: GrayImage) -> Image.Image:
    return Image.frombytes("L", (frame.width, frame.height), frame.pixels, "raw", "L", frame.row_bytes, 1)
