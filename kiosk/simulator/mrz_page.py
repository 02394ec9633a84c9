"""Drawn pages with a machine-readable zone: the back of an invented card, an invented passport's page.

Drawn from the standard, without the reader's own modules. The letters are those of OCR-B where this system has the
font (Debian: `fonts-ocr-b`); they stand 2.54 mm apart as on real documents [ICAO 9303-3 §4.4, ISO 1073-2].
"""

from dataclasses import dataclass
from functools import cache
from math import sin
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from kiosk.fonts import system_folders

PITCH_MM = 2.54
"""From one character to the next: ten to the inch."""

_FONT_FILE = "OCRB.otf"
_ADVANCE_EM = 0.72298
"""The font's own way from one character to the next; the drawn size makes it `PITCH_MM`."""
_WORDS = ("CĂN CƯỚC", "Đặc điểm nhân dạng", "Ngày, tháng, năm", "Nơi cư trú", "Place of issue", "MẪU – SPECIMEN")


@dataclass(frozen=True, slots=True)
class PageForm:
    """A document's page: its size, where its zone begins and how far its lines are apart, all in millimetres."""

    width_mm: float
    height_mm: float
    lines: int
    left_mm: float
    first_line_mm: float
    spacing_mm: float

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height."""
        return (self.width_mm, self.height_mm)


# Sizes of TD1, TD2 and TD3 and the zone along the lower edge [ICAO 9303-3 §2.2, -4 §3, -5 §3, -6 §3].
PAGES = {
    30: PageForm(85.6, 53.98, 3, 4.0, 34.6, 5.3),
    36: PageForm(105.0, 74.0, 2, 5.5, 58.0, 6.35),
    44: PageForm(125.0, 88.0, 2, 6.0, 72.0, 6.35),
}
"""By the characters of a line."""


def page_form(zone: str) -> PageForm:
    """The page on which a zone (its lines joined) stands.

    Raises:
        ValueError: no zone has this size.
    """
    return PAGES[_width(zone)]


def draw_page(zone: str, dots_per_mm: int = 16, seed: int = 0) -> Image.Image:
    """The page with its zone, as gray as a camera's brightness: guilloche, invented words, the zone in OCR-B.

    `seed` changes ground, ink and thickness of the guilloche.

    Raises:
        OSError: the font is not on this system.
        ValueError: no zone has this size.
    """
    form, chance = page_form(zone), Random(seed)
    size = (round(form.width_mm * dots_per_mm), round(form.height_mm * dots_per_mm))
    page = Image.new("L", size, chance.randint(205, 245))
    draw = ImageDraw.Draw(page)
    _guilloche(draw, size, dots_per_mm, chance)
    _print(draw, form, dots_per_mm, chance)
    characters, ink = _width(zone), chance.randint(15, 60)
    font = _ocr_b(PITCH_MM * dots_per_mm / _ADVANCE_EM)
    for at, character in enumerate(zone):
        line, column = divmod(at, characters)
        x = (form.left_mm + column * PITCH_MM) * dots_per_mm
        y = (form.first_line_mm + line * form.spacing_mm) * dots_per_mm
        draw.text((x, y), character, font=font, fill=ink, anchor="lm")
    return page


def _width(zone: str) -> int:
    for width, form in PAGES.items():
        if len(zone) == width * form.lines:
            return width
    raise ValueError("no zone has this size")


@cache
def _ocr_b(size_px: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_font_file(), size_px)


@cache
def _font_file() -> Path:
    for folder in system_folders():
        if found := sorted(folder.rglob(_FONT_FILE)):
            return found[0]
    raise FileNotFoundError(f"{_FONT_FILE}: install the package fonts-ocr-b")


def _guilloche(draw: ImageDraw.ImageDraw, size: tuple[int, int], dots_per_mm: int, chance: Random) -> None:
    """Waves over the whole page, the zone's band too: what a real page's background print does to a reader."""
    shade, step = chance.randint(165, 215), max(4, round(1.1 * dots_per_mm))
    swing, period = chance.uniform(0.8, 2.5) * dots_per_mm, chance.uniform(5, 14) * dots_per_mm
    for family in (0.0, 2.1):
        for top in range(-step * 4, size[1] + step * 4, step):
            points = [
                (x, top + swing * sin(x / period + family + top / (3 * period))) for x in range(0, size[0] + 8, 8)
            ]
            draw.line(points, fill=shade, width=max(1, dots_per_mm // 10))


def _print(draw: ImageDraw.ImageDraw, form: PageForm, dots_per_mm: int, chance: Random) -> None:
    """What else stands on the page above the zone: lines of words, a dark frame as of a portrait or fingerprint."""
    font = _ocr_b(3.2 * dots_per_mm)
    for row, word in enumerate(_WORDS):
        y = 4 + row * 4.6
        if y < form.first_line_mm - 7:
            letters = "".join(letter if letter.isascii() else "X" for letter in word)
            draw.text(
                (form.width_mm * 0.4 * dots_per_mm, y * dots_per_mm), letters, font=font, fill=chance.randint(40, 90)
            )
    left, top, side = 6 * dots_per_mm, 5 * dots_per_mm, 20 * dots_per_mm
    draw.rectangle((left, top, left + side, top + side * 1.1), fill=chance.randint(90, 170), outline=60, width=3)
