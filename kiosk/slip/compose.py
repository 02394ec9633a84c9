"""Blocks -> a page: every mark with its place, on the grid of the paper's own dots.

Thermal dots, PDF and the system's printers draw what is set here, so that a line ends at the same word on all of them.
"""

import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, assert_never

import zxingcpp

from kiosk.fonts import FontFiles
from kiosk.slip.blocks import Band, Block, Code, Number, Pair, Picture, Rule, Space, Text
from kiosk.slip.page import (
    MM_PER_INCH,
    BoxMark,
    CodeMark,
    Mark,
    Paper,
    PictureMark,
    RuleMark,
    SlipPage,
    Weight,
    dots_of,
    mm_of,
)
from kiosk.slip.runs import set_line
from kiosk.slip.template import Align
from kiosk.slip.typeset import SUBSTITUTE, Letters, fit, fit_value

_log = logging.getLogger(__name__)

_LABEL_PT = 8.5
_ALSO_PT = 7.5
_NARROW_MM = 56.0
_NARROW_SCALE = 0.916
_ROLL_COLUMN_MM = 68.0
_LARGEST_SCALE = 1.9
_SMALLEST_SCALE = 0.4
_SCALE_STEP = 0.985
_LOOSENING = 1.2
"""How much wider a sheet's column may be than a roll's of the same letters."""
_NUMBER_SHARE = 0.84
"""Of the column, at most: air makes the number larger to the eye, and it is a third of what a serial line carries."""
_LEAST_MODULE_DOTS = 3
_BASELINE = 1.08
"""Of the size of the letters: from a line's upper edge down to what its letters stand on."""


def compose(blocks: Sequence[Block], paper: Paper, fonts: FontFiles) -> SlipPage:
    """The slip on its paper; nothing leaves the margins.

    On a sheet everything is as large as the sheet allows. A letter that no font has is shown by a substitute and
    logged by its script as `glyph-missing`, never by what it is.
    """
    if paper.height_mm is None:
        setter = _Setter(paper, fonts, 1.0)
        height = setter.set(blocks)
    else:
        scale = min(paper.column_mm / _ROLL_COLUMN_MM, _LARGEST_SCALE)
        most = (paper.height_mm - 2 * paper.margin_mm) / MM_PER_INCH * paper.dpi
        while True:
            setter = _Setter(paper, fonts, scale)
            height = setter.set(blocks)
            if height <= most or scale < _SMALLEST_SCALE:
                break
            # Letters and column shrink alike, so that the height does too; the step is for lines that break anew.
            scale *= min(most / height, 1) * _SCALE_STEP
    _log_missing(setter.missing)
    high = paper.height_mm or mm_of(height, paper.dpi) + 2 * paper.margin_mm
    return SlipPage(paper.width_mm, high, tuple(setter.marks))


class _Setter:
    """Sets one block below the other; all places are whole dots until they become a mark."""

    def __init__(self, paper: Paper, fonts: FontFiles, scale: float) -> None:
        self._paper, self._fonts, self._scale = paper, fonts, scale
        self._width = paper.width_dots or self._of_mm(paper.width_mm)
        column_mm = paper.column_mm if paper.is_roll else min(paper.column_mm, _ROLL_COLUMN_MM * scale * _LOOSENING)
        self._inner = min(self._width - 2 * self._of_mm(paper.margin_mm), self._of_mm(column_mm))
        self._left = (self._width - self._inner) // 2
        narrow = paper.is_roll and paper.width_mm < _NARROW_MM
        self._row_scale = _NARROW_SCALE if narrow else 1.0
        self._number_share = 1.0 if narrow else _NUMBER_SHARE
        self._label_pt, self._also_pt = _LABEL_PT * self._row_scale, _ALSO_PT * self._row_scale
        self._line = max(1, round(paper.dpi * scale / 100))
        self._y = 0
        self._is_first = True
        self._label_width = 0
        self.marks: list[Mark] = []
        self.missing = ""

    def set(self, blocks: Sequence[Block]) -> int:
        """Sets all and returns the height in dots without the margins."""
        start = self._y = self._of_mm(self._paper.margin_mm)
        self._label_width = self._widest_label(blocks)
        for before, block in zip(chain([None], blocks), blocks, strict=False):
            self._block(block, follows_pair=isinstance(before, Pair))
        return self._y - start

    def _block(self, block: Block, *, follows_pair: bool) -> None:
        match block:
            case Text():
                self._text(block)
            case Number():
                self._number(block)
            case Pair():
                self._pair(block, ruled=follows_pair)
            case Band():
                self._band(block)
            case Code():
                self._code(block)
            case Picture():
                self._picture(block)
            case Rule():
                self._rule(self._y, is_fine=False)
                self._y += self._line
            case Space():
                self._y += self._dots(block.size_pt)
            case _:
                assert_never(block)

    def _widest_label(self, blocks: Sequence[Block]) -> int:
        """The left column's width: its widest label, less than half of the paper."""
        plain, also = self._letters(self._label_pt, Weight.REGULAR), self._letters(self._also_pt, Weight.REGULAR)
        pairs = [block for block in blocks if isinstance(block, Pair)]
        widths = (max(plain.width(pair.label), also.width(pair.also_label)) for pair in pairs)
        return min(max(widths, default=0) + self._dots(7 * self._row_scale), self._inner * 9 // 20)

    def _text(self, block: Text) -> None:
        letters, lines = self._fit(block.text, self._inner, block.lines, block.size_pt, block.weight)
        self._lines(letters, lines, block.align)

    def _number(self, block: Number) -> None:
        letters = self._letters(block.size_pt, Weight.BOLD)
        wide, room = letters.width(block.text), round(self._inner * self._number_share)
        if wide > room:
            letters = replace(letters, size_dots=letters.size_dots * room // wide - 1)
        # Capitals and digits have nothing above or below: the block is the ink itself, air is given by Space.
        above, below = letters.cap_box(block.text)
        self._run(letters, block.text, self._left + (self._inner - letters.width(block.text)) // 2, self._y + above)
        self._y += above + below

    def _pair(self, block: Pair, *, ruled: bool) -> None:
        quiet, small = self._letters(self._label_pt, Weight.REGULAR), self._letters(self._also_pt, Weight.REGULAR)
        size_pt = block.size_pt * self._row_scale
        value, value_lines = fit_value(
            block.value, self._inner - self._label_width, lambda scale: self._letters(size_pt * scale, block.weight)
        )
        if ruled:
            self._rule(self._y, is_fine=True)
        air = self._dots(3)
        # Label and value stand on one line, whatever their sizes.
        first = self._y + air + round(value.size_dots * _BASELINE)
        value_left, room = self._left + self._label_width, self._inner - self._label_width
        also = small.balance(block.also_value, room) if block.also_value else []
        label_room = self._label_width - self._dots(3)
        also_label = small.wrap(block.also_label, label_room) if block.also_label else []
        heights = (
            self._column(self._left, first, ((quiet, quiet.wrap(block.label, label_room)), (small, also_label))),
            self._column(value_left, first, ((value, value_lines), (small, also))),
        )
        self._y += max(heights) + 2 * air

    def _column(self, left: int, baseline: int, parts: Sequence[tuple[Letters, Sequence[str]]]) -> int:
        """Lines below each other, the first one's letters on `baseline`; returns the height of all."""
        height = 0
        for letters, lines in parts:
            for line in lines:
                baseline += letters.line_height if height else 0
                self._run(letters, line, left, baseline)
                height += letters.line_height
        return height

    def _band(self, block: Band) -> None:
        """Letters in a bar or frame that is hardly larger than their ink, the notes below."""
        air, side = self._dots(4.5), self._dots(8)
        letters, lines = self._fit(block.text, self._inner - 2 * side, 1, block.size_pt, block.weight)
        wide = min(self._inner, max(map(letters.width, lines)) + 2 * side)
        (above, _), (_, below) = letters.cap_box(lines[0]), letters.cap_box(lines[-1])
        height = air + above + letters.line_height * (len(lines) - 1) + below + air
        self.marks.append(
            BoxMark(
                self._mm(self._left + (self._inner - wide) // 2),
                self._mm(self._y),
                self._mm(wide),
                self._mm(height),
                self._mm(self._dots(2.5)),
                self._mm(2 * self._line),
                block.solid,
            )
        )
        first = self._y + air + above
        for number, line in enumerate(lines):
            left = self._left + (self._inner - letters.width(line)) // 2
            self._run(letters, line, left, first + number * letters.line_height, is_white=block.solid)
        self._y += height + (self._dots(1.5) if block.notes else 0)
        for note in block.notes:
            self._lines(*self._fit(note, self._inner, 2, _LABEL_PT, Weight.SEMIBOLD), Align.CENTRE)

    def _code(self, block: Code) -> None:
        rows = modules(block.text)
        side = self._of_mm(block.side_mm * self._scale)
        module = max(_LEAST_MODULE_DOTS, min(side, self._inner * 9 // 20) // len(rows))
        side = module * len(rows)
        gap = 4 * module  # the quiet zone that readers need [ISO/IEC 18004 §5.3.8]
        left, room = self._left + side + gap, self._inner - side - gap
        first, *others = block.beside
        head, head_lines = self._fit(first, room, 4, block.size_pt * self._row_scale, Weight.SEMIBOLD)
        small = self._letters(_LABEL_PT, Weight.REGULAR)
        small_lines = [line for text in others for line in small.wrap(text, room)]
        texts = head.line_height * len(head_lines) + small.line_height * len(small_lines)
        height = max(side, texts)
        self.marks.append(
            CodeMark(self._mm(self._left), self._mm(self._y), self._mm(module), rows, block.text),
        )
        top = self._y + (height - texts) // 2
        for letters, lines in ((head, head_lines), (small, small_lines)):
            for line in lines:
                self._run(letters, line, left, top + letters.size_dots)
                top += letters.line_height
        self._y += height

    def _picture(self, block: Picture) -> None:
        height = self._of_mm(block.height_mm * self._scale)
        width = block.logo.width_for(height)
        if width > self._inner:
            width, height = self._inner, max(1, height * self._inner // width)
        left = self._left + (self._inner - width) // 2
        self.marks.append(PictureMark(self._mm(left), self._mm(self._y), self._mm(width), self._mm(height), block.logo))
        self._y += height

    def _rule(self, y: int, *, is_fine: bool) -> None:
        thickness = max(1, self._line // 2) if is_fine else self._line
        self.marks.append(
            RuleMark(self._mm(self._left), self._mm(y), self._mm(self._inner), self._mm(thickness), is_fine)
        )

    def _lines(self, letters: Letters, lines: Sequence[str], align: Align, *, is_white: bool = False) -> None:
        for line in lines:
            spare = self._inner - letters.width(line)
            left = self._left + {Align.LEFT: 0, Align.CENTRE: spare // 2, Align.RIGHT: spare}[align]
            self._run(letters, line, left, self._y + round(letters.size_dots * _BASELINE), is_white=is_white)
            self._y += letters.line_height

    def _run(self, letters: Letters, line: str, left: int, baseline: int, *, is_white: bool = False) -> None:
        """One line's marks."""
        line_set = set_line(letters, line, left, baseline, self._paper.dpi, is_white=is_white)
        self.missing += line_set.missing
        self.marks += line_set.runs

    def _fit(self, text: str, width: int, lines: int, size_pt: float, weight: Weight) -> tuple[Letters, list[str]]:
        return fit(text, width, lines, lambda scale: self._letters(size_pt * scale, weight))

    def _letters(self, size_pt: float, weight: Weight) -> Letters:
        return Letters(self._fonts, weight, max(1, self._dots(size_pt)), not self._paper.is_roll)

    def _dots(self, size_pt: float) -> int:
        return round(size_pt * self._scale * self._paper.dpi / 72)

    def _of_mm(self, mm: float) -> int:
        return dots_of(mm, self._paper.dpi)

    def _mm(self, dots: int) -> float:
        return mm_of(dots, self._paper.dpi)


def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """The QR of a text, rows from the top, True is dark; level M, no quiet zone."""
    # zxing-cpp draws it twenty times as fast as segno, which is a third of a slip's time.
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    buffer: Any = code.to_image(scale=1, add_quiet_zones=False)
    rows: Any = memoryview(buffer).tolist()  # of two dimensions, which its type does not know
    return tuple(tuple(grey == 0 for grey in row) for row in rows)


def _log_missing(letters: str) -> None:
    if letters:
        scripts = " ".join(sorted({_script(letter) for letter in letters}))
        _log.warning("glyph-missing: %d letters shown as %s, of scripts: %s", len(letters), SUBSTITUTE, scripts)


def _script(letter: str) -> str:
    """The first word of a letter's name, `ADLAM`; nothing nearer to which letter it is."""
    return unicodedata.name(letter, "UNKNOWN").split()[0] if letter.isalpha() else "SIGNS"
