"""Drawn faces for people who do not exist: nobody's photograph, and plainly a drawing."""

import hashlib
import io
from random import Random

from PIL import Image, ImageDraw, ImageFilter

WIDTH = 300
HEIGHT = 400
_SKINS = ("#f0c9a0", "#e5b98c", "#d9a77a", "#c99468")
_BACKS = ("#dfe9f2", "#e8efe2", "#f3ece0", "#e9e4f0")
_CLOTHES = ("#2f5d8a", "#7a3b4e", "#3c6e57", "#5b5b6b", "#a8652e", "#f4f4f4")
_HAIR = ("#1d1a1a", "#2b211d", "#3a2d27")
_INK = "#222831"
_WORD = "#b03030"
_COMMENT_MARKER = b"\xff\xfe"
_START_OF_IMAGE = 2
_MARKER_BYTES = 4
_SMALLEST_QUALITY = 30


def jpeg_portrait(seed: str, *, female: bool, size_bytes: int) -> bytes:
    """The portrait as a JPEG of exactly `size_bytes`: the finest quality that fits, filled up with a comment."""
    image = draw_portrait(seed, female=female)
    for quality in range(95, _SMALLEST_QUALITY, -3):
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, optimize=True)
        spare = size_bytes - file.tell()
        if spare == 0 or spare >= _MARKER_BYTES:
            return _with_comment(file.getvalue(), spare)
    raise ValueError("no quality fits this size")


def jpeg2000_portrait(seed: str, *, female: bool) -> bytes:
    """The portrait as a JPEG 2000 file of about 15,000 bytes."""
    file = io.BytesIO()
    draw_portrait(seed, female=female).save(file, "JPEG2000", quality_mode="rates", quality_layers=[24])
    return file.getvalue()


def jpeg_mark(seed: str) -> bytes:
    """A scrawl that is nobody's signature, as a small JPEG."""
    chance = Random(hashlib.sha256(b"mark" + seed.encode()).digest())
    image = Image.new("L", (240, 72), 255)
    points = [(12 + 9 * step, chance.randint(10, 62)) for step in range(25)]
    ImageDraw.Draw(image).line(points, fill=40, width=3, joint="curve")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=70)
    return file.getvalue()


def draw_portrait(seed: str, *, female: bool) -> Image.Image:
    """A face of 300 × 400 dots, the same for the same seed, with the word MẪU across its corner."""
    chance = Random(hashlib.sha256(seed.encode()).digest())
    skin, hair = chance.choice(_SKINS), chance.choice(_HAIR)
    image = Image.new("RGB", (WIDTH, HEIGHT), chance.choice(_BACKS))
    draw = ImageDraw.Draw(image)
    cx, half, top, chin = 150 + chance.randint(-4, 4), 66 + chance.randint(-6, 8), 92, 288 + chance.randint(-8, 8)
    if female:
        draw.rounded_rectangle((cx - half - 22, 84, cx + half + 22, 330), 60, fill=hair)
    draw.rounded_rectangle((cx - 118, 318, cx + 118, 460), 56, fill=chance.choice(_CLOTHES))
    draw.polygon(((cx - 34, 318), (cx + 34, 318), (cx, 366)), fill=skin, outline=_INK)
    draw.rectangle((cx - 28, chin - 30, cx + 28, 326), fill=skin)
    for side in (-1, 1):
        draw.ellipse((cx + side * half - 12, 178, cx + side * half + 12, 222), fill=skin, outline=_INK, width=2)
    draw.ellipse((cx - half, top, cx + half, chin), fill=skin, outline=_INK, width=3)
    fringe = 150 + chance.randint(-10, 8)
    draw.chord((cx - half - 4, top - 16, cx + half + 4, top + 120), 180, 360, fill=hair)
    draw.pieslice((cx - half, top - 4, cx + half, fringe + 20), 180, 360, fill=hair)
    _features(draw, chance, cx, hair)
    image = _grain(image.filter(ImageFilter.SMOOTH), chance)
    _word(ImageDraw.Draw(image), 186, 356)
    return image


def _features(draw: ImageDraw.ImageDraw, chance: Random, cx: int, hair: str) -> None:
    apart, tilt = 30 + chance.randint(-3, 4), chance.randint(-3, 3)
    glasses = chance.random() < 0.3
    for side in (-1, 1):
        x = cx + side * apart
        draw.ellipse((x - 13, 186, x + 13, 202), fill="white", outline=_INK, width=2)
        draw.ellipse((x - 6, 187, x + 6, 201), fill=_INK)
        draw.line((x - 16, 172 - side * tilt, x + 16, 172 + side * tilt), fill=hair, width=5)
        if glasses:
            draw.rounded_rectangle((x - 23, 178, x + 23, 212), 9, outline=_INK, width=3)
    if glasses:
        draw.line((cx - apart + 23, 192, cx + apart - 23, 192), fill=_INK, width=3)
    draw.line(((cx, 204), (cx - 8, 232), (cx + 6, 234)), fill=_INK, width=2, joint="curve")
    draw.arc((cx - 24, 236, cx + 24, 262 + chance.randint(-3, 3)), 15, 165, fill="#a04848", width=5)


def _grain(image: Image.Image, chance: Random) -> Image.Image:
    """Paper-like grain, so that the file is as large as a photograph's."""
    noise = Image.frombytes("L", (WIDTH, HEIGHT), chance.randbytes(WIDTH * HEIGHT)).filter(ImageFilter.GaussianBlur(2))
    return Image.blend(image, Image.merge("RGB", (noise, noise, noise)), 0.12)


def _word(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    """MẪU in strokes: no font that a small system surely has holds the letter Ẫ."""
    strokes = (
        ((0, 30), (0, 0), (13, 18), (26, 0), (26, 30)),
        ((36, 30), (48, 0), (60, 30)),
        ((41, 19), (55, 19)),
        ((41, -3), (48, -9), (55, -3)),
        ((40, -14), (45, -18), (51, -14), (56, -18)),
        ((70, 0), (70, 22), (76, 30), (86, 30), (92, 22), (92, 0)),
    )
    for stroke in strokes:
        draw.line([(x + dx, y + dy) for dx, dy in stroke], fill=_WORD, width=5, joint="curve")


def _with_comment(jpeg: bytes, spare: int) -> bytes:
    if not spare:
        return jpeg
    comment = _COMMENT_MARKER + (spare - 2).to_bytes(2, "big") + b" " * (spare - _MARKER_BYTES)
    return jpeg[:_START_OF_IMAGE] + comment + jpeg[_START_OF_IMAGE:]
