"""Letters on paper: which font has them, how wide they are, where a line ends."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby
from math import ceil
from pathlib import Path

from PIL import ImageDraw, ImageFont

from kiosk.fonts import FontFiles, covers
from kiosk.slip.layout import Weight

LINE_HEIGHT = 1.36
"""Of the size of the letters: room for Ễ above and Ậ below."""

_WORD_SPACE = 0.3
_UNKNOWN = "\N{WHITE SQUARE}"
# Basic Latin to Latin Extended-B, Latin Extended Additional, punctuation and signs: no marks of their own.
_LATIN = re.compile("[\u0020-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u27bf]*")


@lru_cache(maxsize=64)
def _font(file: Path, size_dots: int, layout: ImageFont.Layout) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size_dots, layout_engine=layout)


def _layout(run: str) -> ImageFont.Layout:
    """Composed Latin letters stand side by side as they are; shaping them too would take twelve times as long."""
    return ImageFont.Layout.BASIC if _LATIN.fullmatch(run) else ImageFont.Layout.RAQM


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters of one family, weight and size; a letter that it lacks comes from a fallback."""

    fonts: FontFiles
    weight: Weight
    size_dots: int

    @property
    def line_height(self) -> int:
        """From one baseline to the next, in dots."""
        return round(self.size_dots * LINE_HEIGHT)

    @property
    def word_space(self) -> int:
        """Wider than the fonts' own: on coarse dots a following Đ or Ư would close it."""
        return round(self.size_dots * _WORD_SPACE)

    def width(self, text: str) -> int:
        """Dots from the first letter's origin to the end of the last."""
        words = text.split()
        return sum(self._word_width(word) for word in words) + self.word_space * max(0, len(words) - 1)

    def draw(self, on: ImageDraw.ImageDraw, x: int, baseline: int, text: str, fill: int) -> None:
        """Draws one line."""
        for word in text.split():
            at = float(x)
            for file, run in self._runs(word):
                font = _font(file, self.size_dots, _layout(run))
                on.text((round(at), baseline), run, fill=fill, font=font, anchor="ls")
                at += font.getlength(run)
            x += self._word_width(word) + self.word_space

    def wrap(self, text: str, width_dots: int) -> list[str]:
        """Lines of at most `width_dots`, broken between words, inside a word only where it alone is too wide."""
        return self._set(self._measured(text, width_dots), width_dots)

    def balance(self, text: str, width_dots: int) -> list[str]:
        """As `wrap`, the lines about equally long: no single word stands alone on the last one."""
        words = self._measured(text, width_dots)
        lines = self._set(words, width_dots)
        narrow, wide = max((width for _, width in words), default=0), width_dots
        while wide - narrow > 4:
            middle = (narrow + wide) // 2
            if len(self._set(words, middle)) <= len(lines):
                wide = middle
            else:
                narrow = middle
        return self._set(words, wide)

    def _measured(self, text: str, width_dots: int) -> list[tuple[str, int]]:
        """Words and their widths; a word wider than the line in pieces that fit."""
        words = [(word, self._word_width(word)) for word in text.split()]
        pieces = ([(word, width)] if width <= width_dots else self._pieces(word, width_dots) for word, width in words)
        return list(chain.from_iterable(pieces))

    def _set(self, words: list[tuple[str, int]], width_dots: int) -> list[str]:
        lines: list[list[str]] = [[]]
        filled = 0
        for word, width in words:
            if lines[-1] and filled + self.word_space + width > width_dots:
                lines.append([])
            filled = width if not lines[-1] else filled + self.word_space + width
            lines[-1].append(word)
        return [" ".join(line) for line in lines]

    def _pieces(self, word: str, width_dots: int) -> list[tuple[str, int]]:
        pieces = [("", 0)]
        for letter in word:
            piece = pieces[-1][0] + letter
            width = self._word_width(piece)
            if pieces[-1][0] and width > width_dots:
                pieces.append((letter, self._word_width(letter)))
            else:
                pieces[-1] = (piece, width)
        return pieces

    def _word_width(self, word: str) -> int:
        return ceil(sum(_font(file, self.size_dots, _layout(run)).getlength(run) for file, run in self._runs(word)))

    def _runs(self, text: str) -> list[tuple[Path, str]]:
        own = {Weight.REGULAR: self.fonts.regular, Weight.SEMIBOLD: self.fonts.semibold, Weight.BOLD: self.fonts.bold}
        files = (own[self.weight], *self.fonts.fallbacks)
        lettered = [_lettered(files, character) for character in text]
        return [(file, "".join(c for _, c in run)) for file, run in groupby(lettered, key=lambda pair: pair[0])]


def fit(text: str, width_dots: int, lines: int, letters: Callable[[float], Letters]) -> tuple[Letters, list[str]]:
    """The largest letters, from full size to two thirds, that set `text` in so many lines; else more lines."""
    for scale in (1.0, 0.92, 0.84, 0.76, 0.68):
        chosen = letters(scale)
        set_lines = chosen.balance(text, width_dots)
        if len(set_lines) <= lines:
            break
    return chosen, set_lines


def fit_value(text: str, width_dots: int, letters: Callable[[float], Letters]) -> tuple[Letters, list[str]]:
    """One line, if need be a little smaller; else as many as it takes, at full size up to three."""
    for scale, lines in ((1.0, 1), (0.92, 1), (1.0, 3)):
        chosen = letters(scale)
        set_lines = chosen.balance(text, width_dots)
        if len(set_lines) <= lines:
            return chosen, set_lines
    chosen = letters(0.84)
    return chosen, chosen.balance(text, width_dots)


def _lettered(files: tuple[Path, ...], character: str) -> tuple[Path, str]:
    for shown in (character, _UNKNOWN, "?"):
        for file in files:
            if not covers(file, shown):
                return file, shown
    raise AssertionError("find_fonts proves that a font has letters")
