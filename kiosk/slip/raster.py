"""Blocks -> the dots of thermal paper.

Letters are drawn in grey and then cut at one threshold: at eight dots to the millimetre that keeps strokes even,
where dithering would fray them.
"""

from collections.abc import Sequence
from typing import assert_never

import segno
from PIL import Image, ImageDraw

from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles
from kiosk.slip.layout import Band, Block, Code, Number, Pair, Rule, Space, Text, Weight
from kiosk.slip.typeset import Letters, fit, fit_value

WIDTHS_DOTS = {576: 203, 512: 180, 384: 203}
"""Dots across the paper and dots per inch: 80 mm paper, 80 mm of the TM-T88 family, 58 mm paper."""

_INK, _PAPER = 0, 255
_THRESHOLD = 160
_MARGIN_MM = 2.0
_BODY_PT = 9.5
_NARROW_BODY_PT = 8.7
_LABEL_PT = 8.5
_NARROW_INCHES = 2.2


def render(blocks: Sequence[Block], width_dots: int, fonts: FontFiles) -> Image.Image:
    """The slip as a picture of mode `1`, `width_dots` wide; nothing leaves the paper.

    Raises:
        KioskError: SETTINGS_INVALID, a paper width that no printer here has.
    """
    if width_dots not in WIDTHS_DOTS:
        known = ", ".join(map(str, WIDTHS_DOTS))
        raise KioskError(FailureCode.SETTINGS_INVALID, f"printer.width_dots: {width_dots} is none of {known}")
    paper = _Paper(width_dots, WIDTHS_DOTS[width_dots], fonts)
    label_width = paper.label_width(blocks)
    strips = [
        paper.strip(block, label_width, follows_pair=at > 0 and isinstance(blocks[at - 1], Pair))
        for at, block in enumerate(blocks)
    ]
    margin = paper.margin
    slip = Image.new("L", (width_dots, sum(strip.height for strip in strips) + 2 * margin), _PAPER)
    top = margin
    for strip in strips:
        slip.paste(strip, (0, top))
        top += strip.height
    return slip.point([_INK if grey < _THRESHOLD else _PAPER for grey in range(256)], "1")


class _Paper:
    """Paper of one width: sets each block as a strip across it."""

    def __init__(self, width: int, dpi: int, fonts: FontFiles) -> None:
        self._width = width
        self._dpi = dpi
        self._fonts = fonts
        self.margin = round(_MARGIN_MM * dpi / 25.4)
        self._inner = width - 2 * self.margin
        self._body_pt = _BODY_PT if width / dpi > _NARROW_INCHES else _NARROW_BODY_PT
        self._line = max(1, round(dpi / 100))

    def label_width(self, blocks: Sequence[Block]) -> int:
        """The left column's width: its widest label, at most two fifths of the paper."""
        letters = self._letters(_LABEL_PT, Weight.REGULAR)
        widest = max((letters.width(block.label) for block in blocks if isinstance(block, Pair)), default=0)
        return min(widest + self._dots(8), self._inner * 2 // 5)

    def strip(self, block: Block, label_width: int, *, follows_pair: bool) -> Image.Image:
        """One block, as wide as the paper."""
        match block:
            case Text():
                return self._text(block)
            case Number():
                return self._number(block)
            case Pair():
                return self._pair(block, label_width, ruled=follows_pair)
            case Band():
                return self._band(block)
            case Code():
                return self._code(block)
            case Rule():
                strip, draw = self._blank(self._line)
                draw.rectangle((self.margin, 0, self._width - self.margin - 1, self._line - 1), _INK)
                return strip
            case Space():
                return self._blank(self._dots(block.size_pt))[0]
            case _:
                assert_never(block)

    def _text(self, block: Text) -> Image.Image:
        letters, lines = self._fit(block.text, self._inner, block.lines, block.size_pt, block.weight)
        strip, draw = self._blank(letters.line_height * len(lines))
        self._centred(draw, letters, lines, 0, _INK)
        return strip

    def _number(self, block: Number) -> Image.Image:
        size = self._dots(block.size_pt)
        letters = Letters(self._fonts, Weight.BOLD, size)
        wide = letters.width(block.text)
        if wide > self._inner:
            letters = Letters(self._fonts, Weight.BOLD, size * self._inner // wide - 1)
        # Capitals and digits have nothing above or below: the strip is the ink itself, air is given by Space.
        strip, draw = self._blank(letters.line_height)
        letters.draw(draw, (self._width - letters.width(block.text)) // 2, letters.size_dots, block.text, _INK)
        ink = strip.point([255 - grey for grey in range(256)]).getbbox()
        return strip if ink is None else strip.crop((0, ink[1], self._width, ink[3]))

    def _pair(self, block: Pair, label_width: int, *, ruled: bool) -> Image.Image:
        label_letters = self._letters(_LABEL_PT, Weight.REGULAR)
        label_lines = label_letters.wrap(block.label, label_width - self._dots(3))
        room = self._inner - label_width
        letters, lines = fit_value(
            block.value, room, lambda scale: self._letters(self._body_pt * scale, Weight.SEMIBOLD)
        )
        air = self._dots(3)
        first = air + round(letters.size_dots * 1.08)
        height = max(letters.line_height * len(lines), label_letters.line_height * len(label_lines)) + 2 * air
        strip, draw = self._blank(height)
        if ruled:
            self._hairline(draw)
        for at, line in enumerate(label_lines):
            label_letters.draw(draw, self.margin, first + at * label_letters.line_height, line, _INK)
        for at, line in enumerate(lines):
            letters.draw(draw, self.margin + label_width, first + at * letters.line_height, line, _INK)
        return strip

    def _band(self, block: Band) -> Image.Image:
        air = self._dots(3)
        inner = self._inner - 2 * self._dots(6)
        letters, lines = self._fit(block.text, inner, 1, block.size_pt, Weight.BOLD)
        note_letters, note = self._fit(block.note, inner, 2, _LABEL_PT, Weight.SEMIBOLD)
        note = note if block.note else []
        height = letters.line_height * len(lines) + note_letters.line_height * len(note) + 2 * air
        strip, draw = self._blank(height)
        box = (self.margin, 0, self._width - self.margin - 1, height - 1)
        fill = _INK if block.solid else _PAPER
        draw.rounded_rectangle(box, self._dots(2.5), fill, _INK, 2 * self._line)
        letter_fill = _PAPER if block.solid else _INK
        self._centred(draw, letters, lines, air, letter_fill)
        self._centred(draw, note_letters, note, air + letters.line_height * len(lines), letter_fill)
        return strip

    def _code(self, block: Code) -> Image.Image:
        matrix = segno.make(block.text, error="m", micro=False).matrix
        module = min(self._dots(2.0), self._inner // 70)
        side = len(matrix) * module
        gap = 4 * module  # the quiet zone that readers need [ISO/IEC 18004 §5.3.8]
        left = self.margin + gap + side
        first, *others = block.beside
        room = self._width - self.margin - left
        head, head_lines = self._fit(first, room, 4, self._body_pt, Weight.SEMIBOLD)
        small = self._letters(_LABEL_PT, Weight.REGULAR)
        small_lines = [line for text in others for line in small.wrap(text, room)]
        text_height = head.line_height * len(head_lines) + small.line_height * len(small_lines)
        strip, draw = self._blank(max(side, text_height))
        for row, cells in enumerate(matrix):
            for column, dark in enumerate(cells):
                if dark:
                    x, y = self.margin + column * module, row * module
                    draw.rectangle((x, y, x + module - 1, y + module - 1), _INK)
        top = (strip.height - text_height) // 2
        for at, line in enumerate(head_lines):
            head.draw(draw, left, top + at * head.line_height + head.size_dots, line, _INK)
        top += head.line_height * len(head_lines)
        for at, line in enumerate(small_lines):
            small.draw(draw, left, top + at * small.line_height + small.size_dots, line, _INK)
        return strip

    def _hairline(self, draw: ImageDraw.ImageDraw) -> None:
        # One dot on, two off: reads as a grey line on paper that knows only black.
        for x in range(self.margin, self._width - self.margin, 3):
            draw.point((x, 0), _INK)

    def _centred(self, draw: ImageDraw.ImageDraw, letters: Letters, lines: Sequence[str], top: int, fill: int) -> None:
        for at, line in enumerate(lines):
            baseline = top + at * letters.line_height + round(letters.size_dots * 1.08)
            letters.draw(draw, (self._width - letters.width(line)) // 2, baseline, line, fill)

    def _fit(self, text: str, width: int, lines: int, size_pt: float, weight: Weight) -> tuple[Letters, list[str]]:
        return fit(text, width, lines, lambda scale: self._letters(size_pt * scale, weight))

    def _letters(self, size_pt: float, weight: Weight) -> Letters:
        return Letters(self._fonts, weight, self._dots(size_pt))

    def _dots(self, size_pt: float) -> int:
        return round(size_pt * self._dpi / 72)

    def _blank(self, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        strip = Image.new("L", (self._width, height), _PAPER)
        return strip, ImageDraw.Draw(strip)
