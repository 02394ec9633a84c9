"""QR codes in images: picture -> payload bytes and where they stood.

zxing-cpp looks first: it is the quickest and reads small, dark, turned and inverted codes. What it misses is looked
for by its texture, and read in that region only: after repairs, and by zbar, which reads through glare and without a
quiet zone. Both give raw bytes; no decoder is ever asked for text, because their guesses at the encoding mangle
Vietnamese names.
"""

from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from kiosk.failure import FailureCode, KioskError
from kiosk.reader.picture import Box, Found, GrayImage, Look

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from kiosk.reader.repair import Plane
    from kiosk.reader.steps import Hint, Region, Step
    from kiosk.reader.suspicion import Window

# Numpy and the decoders are loaded by the first picture: a kiosk without a camera does not wait for them.

__all__ = ["Box", "Found", "FrameDecoder", "GrayImage", "Look", "decode", "decode_file", "text_of"]

MAX_IMAGE_PIXELS = 64_000_000
"""The largest image file that is opened: phones make 50 million pixels, decompression bombs far more."""

# EPS and other formats that start programs or interpreters stay closed.
_FILE_FORMATS = ("PNG", "JPEG", "JPEG2000", "WEBP", "BMP", "GIF", "TIFF", "PPM")
# The other pictures in a phone's JPEG are a map of depths, or the same one small.
_FORMATS_OF_FRAMES = ("TIFF", "GIF", "WEBP", "PNG")

_WINDOWS = 3
_SMALLEST_PX = 16
_SAMPLED = 8
_COMPARED_EVERY = 6
_MUCH_MORE = 1.5
_BELIEVED_FRAMES = 15
_SURE_FRAMES = 3
_OTHERS_EVERY = 4
_CLOSE_PX = (4, 12, 22)
_LARGEST_WHOLE_PIXELS = 1_500_000
_WHOLE_SCALES = (1.0, 0.5, 0.25)


def decode(image: Image.Image | GrayImage) -> tuple[Found, ...]:
    """All QR codes of a picture, each payload once; one step after another is tried until one finds something.

    Takes some milliseconds where a code is plain, and some tenths of a second where there is none.
    """
    from kiosk.reader import steps

    plane = _plane(image)
    if min(plane.shape) < _SMALLEST_PX:
        return ()
    found, hints = steps.read_plane(plane, "zxing")
    if found:
        return found
    for region, tried in _attempts(plane, hints):
        for step in tried:
            if found := step.found(region):
                return found
    return ()


class FrameDecoder:
    """Decodes a camera's frames in steady time: finely only where a code may stand.

    Every other frame is looked at as a whole, at half its size, which finds large codes and tells of those that
    zxing recognises and cannot read. Then the busiest square is read by the best step, now and then by others in
    turn, and by more of them where a code was read a moment ago. Where nothing stands out there is time to look at
    half the middle of the frame as it is.
    `steps` has the table.
    """

    def __init__(self) -> None:
        self._frames = 0
        self._turn = 0
        self._believed_frames = 0
        self._is_coarse = False
        self._guessed: Box | None = None
        self._guessed_frames = 0

    def decode(self, frame: Image.Image | GrayImage) -> tuple[Found, ...]:
        """All QR codes of one frame that the steps whose turn it is can read."""
        return self.look(frame).found

    def look(self, frame: Image.Image | GrayImage) -> Look:
        """What one frame shows: its codes, or what a page can tell about the one that it cannot read."""
        from kiosk.reader import repair, steps, suspicion

        plane = _plane(frame)
        if min(plane.shape) < _SMALLEST_PX:
            return Look((), None, None, None, float(plane.mean()) if plane.size else 0.0)
        half = repair.halved(plane)
        brightness = float(half[::_SAMPLED, ::_SAMPLED].mean())
        found, hint = self._search(plane, half)
        if hint and not found:
            found = self._read(steps.Region(plane, hint.box, hint.module_px, half=half), hint)
        self._believed_frames = _BELIEVED_FRAMES if found else max(0, self._believed_frames - 1)
        self._frames += 1
        if found or hint is None:
            self._guessed = None
            return Look(found, None, None, None, brightness)
        if not self._is_sure(hint):
            return Look((), None, None, None, brightness)
        return Look((), hint.box, hint.module_px, suspicion.sharpness(plane, hint.box), brightness)

    def _search(self, plane: "Plane", half: "Plane") -> "tuple[tuple[Found, ...], Hint | None]":
        """What a look at the whole frame reads, or where in it a code may stand."""
        from kiosk.reader import steps

        is_odd = bool(self._frames % 2)
        found, hints = ((), []) if is_odd else steps.read_plane(half, "zxing+half", 2, inverted=False)
        if found:
            return found, None
        windows = self._windows(half)
        hints += [steps.Hint(window.region, stands_out=window.stands_out) for window in windows]
        if is_odd and not any(hint.stands_out for hint in hints):
            # Nowhere to look closer: there is time for a part of the middle, where codes are held, as it is.
            height, width = plane.shape
            left = width // 8 * (1 if self._frames % 4 == 1 else 3)
            middle = Box(left, height // 8, left + width // 2, height - height // 8)
            return steps.PLAIN.found(steps.Region(plane, middle, scale=1)), None
        return found, hints[0] if hints else None

    def _windows(self, half: "Plane") -> "list[Window]":
        """The busiest square: of the sharp picture, or of a coarser one while more stands out there."""
        from kiosk.reader import suspicion

        windows = suspicion.suspected(half, 2, fine=not self._is_coarse)
        # In the first frame, and in odd ones: those are not looked at as a whole.
        if (self._frames and self._frames % _COMPARED_EVERY != 1) or self._believed_frames:
            return windows
        others = suspicion.suspected(half, 2, fine=self._is_coarse)
        fine, coarse = (others, windows) if self._is_coarse else (windows, others)
        self._is_coarse = bool(coarse) and (not fine or coarse[0].excess >= _MUCH_MORE * fine[0].excess)
        return coarse if self._is_coarse else fine

    def _read(self, region: "Region", hint: "Hint") -> tuple[Found, ...]:
        """The best step, then those in turn for which there is reason and time."""
        from kiosk.reader import steps

        if self._believed_frames:
            self._turn = 0
            return steps.BEST.found(region) or self._read_in_turn(region, steps.BELIEVED_MS)
        if self._frames % _OTHERS_EVERY == 1:
            return self._read_in_turn(region, steps.RECOGNISED_MS if hint.is_recognised else steps.GUESSED_MS)
        return (steps.BEST if hint.stands_out or hint.is_recognised else steps.CHEAP).found(region)

    def _read_in_turn(self, region: "Region", most_ms: float) -> tuple[Found, ...]:
        """By as many steps as there is time for; one that takes more than all of it would bar the way to the others."""
        from kiosk.reader import steps

        left_ms = most_ms
        for _ in steps.IN_TURN:
            step = steps.IN_TURN[self._turn % len(steps.IN_TURN)]
            takes_ms = region.cost * step.ms
            if left_ms < takes_ms <= most_ms:
                break
            self._turn += 1
            if takes_ms > most_ms:
                continue
            left_ms -= takes_ms
            if found := step.found(region):
                return found
        return ()

    def _is_sure(self, hint: "Hint") -> bool:
        """Whether a page may be told of it: zxing recognised it, or it stood out there for some frames."""
        if hint.is_recognised:
            return True
        if not hint.stands_out:
            return False
        held = self._guessed is not None and self._guessed.covers_middle_of(hint.box)
        self._guessed_frames = self._guessed_frames + 1 if held else 1
        self._guessed = hint.box
        return self._guessed_frames >= _SURE_FRAMES


def decode_file(path: Path) -> tuple[Found, ...]:
    """All QR codes of an image file; of its first frame, where it has several.

    Raises:
        KioskError: as `open_image`.
    """
    return decode(open_image(path))


def open_image(path: Path) -> Image.Image:
    """The brightness of an image file; of its first frame, where it has several.

    Raises:
        KioskError: IMAGE_UNREADABLE for what is no image, is broken, or unpacks to more than `MAX_IMAGE_PIXELS`.
    """
    with closing(open_frames(path)) as frames:
        return next(frames)


def open_frames(path: Path) -> "Generator[Image.Image]":
    """The brightness of each frame of an image file, as a TIFF's pages; each is good until the next is asked for.

    Raises:
        KioskError: as `open_image`, in place of the frame that is meant; none follows.
    """
    try:
        image = Image.open(path, formats=_FILE_FORMATS)
    except Exception as error:  # the parsers of ten formats raise nearly anything on a broken file
        raise _unreadable(error) from error
    with image:
        for number in count():
            try:
                frame = _frame(image, number)
            except Exception as error:
                raise _unreadable(error) from error
            if frame is None:
                return
            yield frame


def text_of(payload: bytes) -> str:
    """The text that a payload's bytes say, exactly: UTF-8, a byte order mark dropped.

    Raises:
        UnicodeDecodeError: not UTF-8. No other encoding is tried: a guess would put a wrong name on a slip.
    """
    return payload.decode("utf-8-sig")


def _frame(image: Image.Image, number: int) -> Image.Image | None:
    """The brightness of the frame of this number, from 0; None behind the last one."""
    if number:
        if image.format not in _FORMATS_OF_FRAMES:
            return None
        try:
            image.seek(number)
        except EOFError:
            return None
    if image.width * image.height > MAX_IMAGE_PIXELS:
        raise Image.DecompressionBombError
    return _gray(image)


def _unreadable(error: Exception) -> KioskError:
    return KioskError(FailureCode.IMAGE_UNREADABLE, type(error).__name__)


def _plane(image: Image.Image | GrayImage) -> "Plane":
    import numpy as np

    if isinstance(image, GrayImage):
        # A view: no pixel of a camera's frame is copied.
        return np.ndarray((image.height, image.width), np.uint8, image.pixels, strides=(image.row_bytes, 1))
    return np.asarray(_gray(image))


def _attempts(plane: "Plane", hints: "list[Hint]") -> "Iterator[tuple[Region, tuple[Step, ...]]]":
    """Where in a still picture to look and by which steps: what promises most for its time first."""
    from kiosk.reader import repair, steps, suspicion

    half = repair.halved(plane)
    for is_fine in (True, False):
        windows = suspicion.suspected(half, 2, fine=is_fine, most=_WINDOWS, of_rows=suspicion.OF_ROWS_OF_A_STILL)
        for window in windows:
            tried = steps.STEPS if window is windows[0] and window.stands_out else steps.QUICK_STEPS
            yield steps.Region(plane, window.region), tried
            # Dark surroundings and no quiet zone: cut off closely, the code gets a white one.
            for margin_px in _CLOSE_PX:
                yield steps.Region(plane, window.box.grown(margin_px)), (steps.ZBAR_FRAMED,)
    for hint in hints[:_WINDOWS]:
        yield steps.Region(plane, hint.box, hint.module_px), steps.STEPS
    height, width = plane.shape
    scales = [scale for scale in _WHOLE_SCALES if width * height * scale**2 <= _LARGEST_WHOLE_PIXELS]
    for scale in scales[:1]:
        yield steps.Region(plane, Box(0, 0, width, height), scale=scale), steps.WHOLE_STEPS


def _gray(image: Image.Image) -> Image.Image:
    if image.mode == "L":
        image.load()
        return image
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda level: level / 256).convert("L")
    if image.has_transparency_data:
        # A transparent ground has whatever colour beneath; printed codes stand on white.
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image.convert("RGBA")).convert("L")
    return image.convert("L")
