"""Pictures without a code: what a clinic's camera sees all day, and what is made to look like a code.

Each is drawn from a seed in linear light (0.0 to 1.0), then grained, softened a little and exposed.
"""

from collections.abc import Callable
from functools import cache
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from kiosk.fonts import find_fonts
from tests.bench.scanning import payloads
from tests.bench.scanning.drawing import Light, Symbol, levels, printed, symbol

Size = tuple[int, int]
_LETTERS = "QWERTYUIOPASDFGHJKLZXCVBNM1234567890"
_Kind = Callable[[Size, Random], Image.Image]


def scene(kind: str, size: Size, seed: int) -> Image.Image:
    """A picture of this kind, mode L."""
    draw = Random(f"{kind}:{seed}")
    drawn = KINDS[kind](size, draw).filter(ImageFilter.GaussianBlur(draw.uniform(0.4, 1.6)))
    light = np.asarray(drawn, np.float32) * uneven(size, draw)
    light *= draw.uniform(0.6, 1.1) / 255
    light += grain(size, draw) * np.float32(draw.uniform(0.005, 0.03))
    return levels(light)


def uneven(size: Size, draw: Random) -> Light:
    """Light that falls from one side and less into the corners."""
    width, height = size
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope_x, slope_y, corner = draw.uniform(-0.25, 0.25), draw.uniform(-0.25, 0.25), draw.uniform(0, 0.15)
    return np.asarray(1 + slope_x * x + slope_y * y - corner * (x * x + y * y), np.float32)


def grain(size: Size, draw: Random) -> Light:
    """White noise of deviation 1: a part of one large field, as drawing it anew takes longer than all else."""
    field = _grain_field()
    top, left = (draw.randrange(have - want) for have, want in zip(field.shape, size[::-1], strict=True))
    return field[top : top + size[1], left : left + size[0]]


@cache
def _grain_field() -> Light:
    return np.random.default_rng(20261122).standard_normal((1500, 2400), np.float32)


def room(size: Size, draw: Random) -> Image.Image:
    """An empty hall: walls, doors, a ceiling's lamps, a floor."""
    image = _cloudy(size, draw, (90, 180))
    pen = ImageDraw.Draw(image)
    width, height = size
    for _ in range(draw.randint(4, 12)):
        x, y = draw.randrange(width), draw.randrange(height)
        wide, high = draw.randint(width // 30, width // 5), draw.randint(height // 20, height // 2)
        pen.rectangle((x, y, x + wide, y + high), draw.randint(20, 235), draw.choice((None, 30, 200)), 3)
    for _ in range(draw.randint(2, 6)):
        x, y = draw.randrange(width), draw.randrange(height // 3)
        pen.ellipse((x, y, x + width // 12, y + height // 30), 250)
    return image


def faces(size: Size, draw: Random) -> Image.Image:
    """People before the camera: heads, hair, eyes, shoulders."""
    image = room(size, draw)
    pen = ImageDraw.Draw(image)
    width, height = size
    for _ in range(draw.randint(1, 4)):
        x, y, r = draw.randrange(width), draw.uniform(0.2, 0.7) * height, draw.uniform(0.06, 0.25) * height
        skin, hair = draw.randint(110, 210), draw.randint(5, 60)
        pen.ellipse((x - 2 * r, y + r, x + 2 * r, y + 5 * r), draw.randint(20, 230))
        pen.ellipse((x - 1.1 * r, y - 1.5 * r, x + 1.1 * r, y + r), hair)
        pen.ellipse((x - 0.9 * r, y - r, x + 0.9 * r, y + 1.3 * r), skin)
        for side in (-0.4, 0.4):
            eye = x + side * r
            pen.ellipse((eye - 0.2 * r, y - 0.1 * r, eye + 0.2 * r, y + 0.1 * r), 235)
            pen.ellipse((eye - 0.09 * r, y - 0.09 * r, eye + 0.09 * r, y + 0.09 * r), 10)
        pen.ellipse((x - 0.35 * r, y + 0.6 * r, x + 0.35 * r, y + 0.75 * r), skin - 60)
    return image


def text_page(size: Size, draw: Random) -> Image.Image:
    """Forms and posters: lines of words, a table, a heading."""
    image = Image.new("L", size, draw.randint(200, 250))
    pen = ImageDraw.Draw(image)
    line, ink = draw.randint(12, 40), draw.randint(0, 60)
    font = _font(line)
    for y in range(line, size[1] - line, line * 2):
        words = " ".join(payloads.name(draw) for _ in range(max(2, size[0] // (line * 9))))
        pen.text((line, y), words, ink, font)
    if draw.random() < 0.5:
        for x in range(0, size[0], line * 6):
            pen.line((x, 0, x, size[1]), 60, 2)
        for y in range(0, size[1], line * 4):
            pen.line((0, y, size[0], y), 60, 2)
    return _turned(image, draw, 15)


def stripes(size: Size, draw: Random) -> Image.Image:
    """Blinds, radiators, striped shirts."""
    wide, high = _large(size)
    x, pitch = np.arange(wide), draw.uniform(4, 60)
    row = 128 + 110 * np.sign(np.sin(2 * np.pi * x / pitch) + draw.uniform(-0.6, 0.6))
    return _turned(Image.fromarray(np.tile(row.astype(np.uint8), (high, 1))), draw, 90, size)


def shirt(size: Size, draw: Random) -> Image.Image:
    """Patterned cloth: crossing bands or a grid of dots."""
    wide, high = _large(size)
    x, y = np.arange(wide, dtype=np.float32)[None, :], np.arange(high, dtype=np.float32)[:, None]
    across, down = draw.uniform(0.08, 0.8), draw.uniform(0.08, 0.8)
    waves = np.sin(x * across) + np.sin(y * down) + 0.6 * np.sin(x * across * 2.7) * np.sin(y * down * 2.3)
    pattern = np.where(waves > draw.uniform(-0.5, 0.5), 210, 45) if draw.random() < 0.5 else 128 + 40 * waves
    return _turned(Image.fromarray(np.clip(pattern, 0, 255).astype(np.uint8)), draw, 90, size)


def noise(size: Size, draw: Random) -> Image.Image:
    """Grain of any size and strength: gravel, static, foliage."""
    coarse = draw.choice((1, 1, 2, 3, 4, 6, 9))
    small = (size[0] // coarse + 1, size[1] // coarse + 1)
    picture = 128 + grain(small, draw) * draw.uniform(20, 120)
    if draw.random() < 0.5:
        picture = np.where(picture > 128, 235.0, 25.0)
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    return image.resize((small[0] * coarse, small[1] * coarse), Image.Resampling.NEAREST).crop((0, 0, *size))


def keyboard(size: Size, draw: Random) -> Image.Image:
    """Rows of keys with letters."""
    ground, keys = draw.choice(((20, 70), (200, 245), (40, 225)))
    image = Image.new("L", size, ground)
    pen = ImageDraw.Draw(image)
    pitch = draw.randint(24, 90)
    font = _font(pitch // 2)
    letters = {letter: Image.new("L", (pitch // 2 + 2, pitch // 2 + 6), keys) for letter in _LETTERS}
    for letter, cap in letters.items():
        ImageDraw.Draw(cap).text((2, 0), letter, ground, font)
    for row, y in enumerate(range(0, size[1], pitch)):
        for x in range(-pitch + row * pitch // 3 % pitch, size[0], pitch):
            pen.rounded_rectangle((x, y, x + pitch * 0.85, y + pitch * 0.85), pitch // 8, keys)
            image.paste(letters[draw.choice(_LETTERS)], (x + pitch // 6, y + pitch // 8))
    return _turned(image, draw, 20)


def tiles(size: Size, draw: Random) -> Image.Image:
    """Checkers: floors, calibration boards."""
    pitch = draw.randint(3, 60)
    wide, high = _large(size)
    x, y = np.arange(wide)[None, :] // pitch, np.arange(high)[:, None] // pitch
    board = np.where((x + y) % 2 == 0, draw.randint(150, 250), draw.randint(10, 100))
    return _turned(Image.fromarray(board.astype(np.uint8)), draw, 45, size)


def barcodes(size: Size, draw: Random) -> Image.Image:
    """Labels with bars of varied widths, as medicine has."""
    image = _cloudy(size, draw, (120, 230))
    for _ in range(draw.randint(1, 6)):
        module = draw.randint(1, 5)
        runs = [draw.randint(1, 4) * module for _ in range(59)]
        label = Image.new("L", (sum(runs) + 20 * module, draw.randint(30, 160)), 245)
        x = 10 * module
        for at, run in enumerate(runs):
            if at % 2 == 0:
                label.paste(15, (x, 4, x + run, label.height - 4))
            x += run
        turned = label.rotate(draw.uniform(-180, 180), Image.Resampling.BILINEAR, expand=True, fillcolor=200)
        image.paste(turned, (draw.randrange(size[0]) - 60, draw.randrange(size[1]) - 60))
    return image


def other_matrix(size: Size, draw: Random) -> Image.Image:
    """Grids like Data Matrix (an L of dark edges, a timing pattern) and like Aztec (rings about the middle)."""
    image = _cloudy(size, draw, (120, 230))
    for _ in range(draw.randint(1, 6)):
        side = draw.randrange(11, 46) | 1
        grid = _random_grid(side, draw)
        if draw.random() < 0.5:
            grid[:, 0] = grid[-1, :] = True
            grid[0, :] = np.arange(side) % 2 == 0
            grid[:, -1] = np.arange(side) % 2 == 0
        else:
            middle = np.abs(np.arange(side) - side // 2)
            ring = np.maximum(middle[:, None], middle[None, :])
            grid[ring <= 5] = (ring % 2 == 0)[ring <= 5]
        _stick(image, grid, draw)
    return image


def bait(size: Size, draw: Random) -> Image.Image:
    """Finder patterns of QR codes: alone, in threes about a field that holds nothing, or about noise."""
    image = _cloudy(size, draw, (120, 230))
    for _ in range(draw.randint(2, 5)):
        side = 17 + 4 * draw.randint(1, 10)
        grid = _random_grid(side, draw) if draw.random() < 0.7 else np.zeros((side, side), np.bool_)
        finder = printed_finder()
        corners = [(0, 0), (0, side - 7), (side - 7, 0), (side - 7, side - 7)]
        grid[:8, :8] = grid[:8, -8:] = grid[-8:, :8] = False
        for y, x in corners[: draw.randint(1, 4)]:
            grid[y : y + 7, x : x + 7] = finder
        if draw.random() < 0.5:
            grid[6, 8:-8] = grid[8:-8, 6] = np.arange(side - 16) % 2 == 0
        _stick(image, grid, draw)
    return image


def half_code(size: Size, draw: Random) -> Image.Image:
    """Real codes of which too much is missing: half covered, or cut off by the picture's edge."""
    image = _cloudy(size, draw, (120, 230))
    for _ in range(draw.randint(1, 3)):
        dark = symbol(((payloads.citizen(draw), "byte"),), mask=draw.randrange(8)).copy()
        kept = int(dark.shape[0] * draw.uniform(0.3, 0.55))
        dark[:, kept:] = _random_grid(dark.shape[0], draw)[:, kept:] if draw.random() < 0.5 else False
        _stick(image, dark, draw)
    return image


def _font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(find_fonts().regular, size_px)


def printed_finder() -> Symbol:
    """The 7 by 7 corner of a QR code."""
    middle = np.abs(np.arange(7) - 3)
    return np.asarray(np.maximum(middle[:, None], middle[None, :]) != 2)


def _random_grid(side: int, draw: Random) -> Symbol:
    return np.random.default_rng(draw.getrandbits(64)).random((side, side)) < 0.5


def _stick(image: Image.Image, grid: Symbol, draw: Random) -> None:
    ink, paper = draw.uniform(0, 0.3), draw.uniform(0.7, 1.0)
    if draw.random() < 0.2:
        ink, paper = paper, ink
    label = printed(grid, draw.randint(2, 9), quiet_zone=draw.randint(0, 4), ink=ink, paper=paper)
    turned = label.rotate(
        draw.uniform(-30, 30), Image.Resampling.BILINEAR, expand=True, fillcolor=label.getpixel((0, 0))
    )
    image.paste(turned, (draw.randrange(image.width) - 60, draw.randrange(image.height) - 60))


def _cloudy(size: Size, draw: Random, between: tuple[int, int]) -> Image.Image:
    low, high = between
    small = np.random.default_rng(draw.getrandbits(64)).integers(low, high, (6, 8), np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


def _large(size: Size) -> Size:
    side = int((size[0] ** 2 + size[1] ** 2) ** 0.5) + 2
    return side, side


def _turned(image: Image.Image, draw: Random, most: float, size: Size | None = None) -> Image.Image:
    turned = image.rotate(draw.uniform(-most, most), Image.Resampling.BILINEAR, fillcolor=draw.randint(60, 200))
    if size is None:
        return turned
    left, top = (turned.width - size[0]) // 2, (turned.height - size[1]) // 2
    return turned.crop((left, top, left + size[0], top + size[1]))


KINDS: dict[str, _Kind] = {
    "empty hall": room,
    "faces": faces,
    "page of text": text_page,
    "stripes": stripes,
    "patterned shirt": shirt,
    "noise": noise,
    "keyboard": keyboard,
    "checker tiles": tiles,
    "bar codes": barcodes,
    "Data Matrix and Aztec grids": other_matrix,
    "finder patterns as bait": bait,
    "halves of codes": half_code,
}
