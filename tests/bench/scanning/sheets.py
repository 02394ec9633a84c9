"""What people hold before a camera: a citizen card, a phone that shows a code."""

from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kiosk.fonts import find_fonts
from tests.bench.scanning import payloads
from tests.bench.scanning.drawing import TEXELS, Sheet, Symbol, printed

CARD_MM = (85.6, 54.0)
CODE_MM = 16.0
MODULE_MM = CODE_MM / 45
SCREEN_MODULE_MM = 45.0 / 45
"""A phone shows the code some 45 mm wide."""


def card(dark: Symbol, draw: Random) -> Sheet:
    """A card of 85.6 × 54 mm [ISO/IEC 7810 ID-1] with the code in its upper right, print beside it, a thumb upon it."""
    texels_mm = TEXELS / MODULE_MM
    size = (round(CARD_MM[0] * texels_mm), round(CARD_MM[1] * texels_mm))
    paper = draw.uniform(0.6, 0.85)
    ground = _guilloche(size, paper, draw)
    pen = ImageDraw.Draw(ground)
    ink = round(255 * draw.uniform(0.04, 0.12))
    font = ImageFont.truetype(find_fonts().semibold, round(3.2 * texels_mm))
    for line in range(7):
        pen.text((30 * texels_mm, (18 + 5 * line) * texels_mm), payloads.name(draw), ink, font)
    pen.rectangle([round(side * texels_mm) for side in (5, 20, 27, 50)], round(255 * draw.uniform(0.2, 0.5)))
    quiet_zone = draw.choice((1, 2, 2, 4))
    code = printed(dark, TEXELS, quiet_zone=quiet_zone, ink=ink / 255, paper=paper)
    left, top = round(64 * texels_mm), round(4 * texels_mm)
    ground.paste(code, (left, top))
    _thumb(pen, size, draw)
    half = code.width / 2 / TEXELS
    return Sheet(ground, left / TEXELS + half, top / TEXELS + half)


def phone(dark: Symbol, draw: Random, *, dark_mode: bool) -> Sheet:
    """A phone's screen, 70 modules by 150, black rim about it: the code on a panel in its upper half."""
    wide, high = 70 * TEXELS, 150 * TEXELS
    ink, paper, ground = (0.95, 0.03, 0.05) if dark_mode else (0.03, 0.95, draw.choice((0.95, 0.9, 0.3)))
    screen = Image.new("L", (wide, high), 8)
    pen = ImageDraw.Draw(screen)
    rim = 2 * TEXELS
    pen.rectangle((rim, rim, wide - rim, high - rim), round(255 * ground))
    font = ImageFont.truetype(find_fonts().regular, 4 * TEXELS)
    for line in (8, 96, 106, 116):
        pen.text((8 * TEXELS, line * TEXELS), payloads.name(draw), round(255 * (1 - ground)), font)
    code = printed(dark, TEXELS, quiet_zone=draw.choice((2, 4)), ink=ink, paper=paper)
    left, top = (wide - code.width) // 2, 30 * TEXELS
    screen.paste(code, (left, top))
    half = code.width / 2 / TEXELS
    return Sheet(screen, left / TEXELS + half, top / TEXELS + half)


def _guilloche(size: tuple[int, int], paper: float, draw: Random) -> Image.Image:
    """Fine wavy lines of little contrast, as security print has."""
    x = np.linspace(0, 40, size[0], dtype=np.float32)[None, :]
    y = np.linspace(0, 25, size[1], dtype=np.float32)[:, None]
    waves = np.sin(9 * y + 2 * np.sin(x * draw.uniform(0.5, 1.5))) * np.sin(7 * x + 3 * np.sin(y))
    return Image.fromarray(((paper - 0.08 + 0.06 * waves) * 255).astype(np.uint8))


def _thumb(pen: ImageDraw.ImageDraw, size: tuple[int, int], draw: Random) -> None:
    """Skin over the card's lower edge, where people hold it."""
    x, wide = draw.uniform(0.1, 0.8) * size[0], size[1] * draw.uniform(0.2, 0.3)
    pen.ellipse((x, size[1] * 0.72, x + wide, size[1] * 1.4), round(255 * draw.uniform(0.25, 0.5)))
