"""A page -> the dots of thermal paper, or a grey picture of it for a screen.

Letters are drawn in grey and then cut at one threshold: at eight dots to the millimetre that keeps strokes even,
where dithering would fray them.
"""

from collections.abc import Sequence
from typing import assert_never

from PIL import Image, ImageDraw

from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles
from kiosk.slip.blocks import Block
from kiosk.slip.compose import compose
from kiosk.slip.page import (
    MM_PER_INCH,
    PAPERS,
    BoxMark,
    CodeMark,
    Mark,
    PictureMark,
    RuleMark,
    SlipPage,
    TextRun,
    roll_of,
)
from kiosk.slip.typeset import font_of

WIDTHS_DOTS = {paper.width_dots: paper.dpi for paper in PAPERS.values() if paper.is_roll}
"""Dots across the paper and dots per inch: 80 mm paper, 80 mm of the TM-T88 family, 58 mm paper."""

_INK, _PAPER = 0, 255
_THRESHOLD = 160
_CUT = [_INK if grey < _THRESHOLD else _PAPER for grey in range(256)]


def render(blocks: Sequence[Block], width_dots: int, fonts: FontFiles) -> Image.Image:
    """The slip as a picture of mode `1`, `width_dots` wide; nothing leaves the paper.

    Raises:
        KioskError: SETTINGS_INVALID, a paper width that no printer here has.
    """
    paper = roll_of(width_dots)
    if paper is None:
        known = ", ".join(map(str, WIDTHS_DOTS))
        raise KioskError(FailureCode.SETTINGS_INVALID, f"printer.width_dots: {width_dots} is none of {known}")
    return draw_dots(compose(blocks, paper, fonts), paper.dpi)


def draw_dots(page: SlipPage, dpi: int) -> Image.Image:
    """The page in black and white, mode `1`."""
    return _draw(page, dpi, black_only=True).point(_CUT, "1")


def draw_grey(page: SlipPage, dpi: int) -> Image.Image:
    """The page as a screen shows it, mode `L`."""
    return _draw(page, dpi, black_only=False)


def _draw(page: SlipPage, dpi: int, *, black_only: bool) -> Image.Image:
    canvas = _Canvas(page, dpi, black_only=black_only)
    for mark in page.marks:
        canvas.mark(mark)
    return canvas.image


class _Canvas:
    """Paper of so many dots per inch."""

    def __init__(self, page: SlipPage, dpi: int, *, black_only: bool) -> None:
        self._dpi, self._black_only = dpi, black_only
        self.image = Image.new("L", (self._dots(page.width_mm), self._dots(page.height_mm)), _PAPER)
        self._draw = ImageDraw.Draw(self.image)

    def mark(self, mark: Mark) -> None:
        """Draws one mark."""
        match mark:
            case TextRun():
                size_dots = max(1, round(mark.size_pt * self._dpi / 72))
                font = font_of(mark.file, size_dots, shaped=mark.is_shaped)
                place = (self._dots(mark.x_mm), self._dots(mark.baseline_mm))
                self._draw.text(place, mark.text, fill=_PAPER if mark.is_white else _INK, font=font, anchor="ls")
            case RuleMark():
                self._rule(mark)
            case BoxMark():
                left, top = self._dots(mark.x_mm), self._dots(mark.y_mm)
                right, bottom = left + self._dots(mark.width_mm) - 1, top + self._dots(mark.height_mm) - 1
                fill, line = (_INK if mark.is_filled else _PAPER), max(1, self._dots(mark.line_mm))
                self._draw.rounded_rectangle((left, top, right, bottom), self._dots(mark.radius_mm), fill, _INK, line)
            case PictureMark():
                width, height = max(1, self._dots(mark.width_mm)), max(1, self._dots(mark.height_mm))
                logo = mark.logo.dots(width, height) if self._black_only else mark.logo.image.resize((width, height))
                self.image.paste(logo, (self._dots(mark.x_mm), self._dots(mark.y_mm)))
            case CodeMark():
                self._code(mark)
            case _:
                assert_never(mark)

    def _rule(self, mark: RuleMark) -> None:
        left, top, width = self._dots(mark.x_mm), self._dots(mark.y_mm), self._dots(mark.width_mm)
        if mark.is_fine and self._black_only:
            # One dot on, two off: reads as a grey line on paper that knows only black.
            self._draw.point([(x, top) for x in range(left, left + width, 3)], _INK)
            return
        bottom = top + max(1, self._dots(mark.thickness_mm)) - 1
        self._draw.rectangle((left, top, left + width - 1, bottom), 160 if mark.is_fine else _INK)

    def _code(self, mark: CodeMark) -> None:
        octets = bytes(_INK if dark else _PAPER for row in mark.rows for dark in row)
        code = Image.frombytes("L", (len(mark.rows[0]), len(mark.rows)), octets)
        side = self._dots(mark.module_mm * len(mark.rows))
        self.image.paste(code.resize((side, side), Image.Resampling.NEAREST),
                         (self._dots(mark.x_mm), self._dots(mark.y_mm)))  # fmt: skip

    def _dots(self, mm: float) -> int:
        return round(mm * self._dpi / MM_PER_INCH)
