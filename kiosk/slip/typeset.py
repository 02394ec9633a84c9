"""Letters on paper: which font has them, how wide they are, where a line ends, which way a word runs."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, groupby
from math import ceil
from pathlib import Path

from PIL import ImageFont, features

from kiosk.fonts import FontFiles, has_all
from kiosk.privacy import Personal
from kiosk.slip.page import Weight

LINE_HEIGHT = 1.36
"""Of the size of the letters: room for Ễ above and Ậ below."""

SUBSTITUTE = "\N{REPLACEMENT CHARACTER}"
"""Stands for a letter that no installed font has; `?` where no font has this sign either."""

_WORD_SPACE = 0.3
# Letters that stand side by side as they are: Latin, Greek, Cyrillic, Armenian, Georgian, punctuation, signs, kana,
# Han, Hangul, wide forms. All others are shaped: marks find their letters, letters join or turn round.
_SIMPLE = re.compile(
    "[\u0020-\u007e\u00a0-\u02ff\u0370-\u0482\u048a-\u058f\u10a0-\u10ff\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
    "\u2100-\u27bf\u3000-\u3029\u3030-\u3098\u309b-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uffef\ufffd]*"
)
_IGNORED = dict.fromkeys((0x200C, 0x200D))
"""Zero width joiner and non-joiner: the shaping obeys them, fonts need no glyph for them."""
_VIRAMA_CLASS = 9
_LONGEST_CLUSTER = 14
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True, repr=False)
class Piece(Personal):
    """A part of a word in one font; `text` holds `SUBSTITUTE` for each letter without a glyph, these are `missing`."""

    file: Path
    text: str
    missing: str = ""

    @property
    def is_shaped(self) -> bool:
        """Whether letters change with their neighbours."""
        return not _SIMPLE.fullmatch(self.text)


@dataclass(frozen=True, slots=True, repr=False)
class Placed(Personal):
    """A piece on its line: dots from the line's left end, and how many it takes."""

    piece: Piece
    x: int
    width: int


@lru_cache(maxsize=128)
def font_of(file: Path, size_dots: int, *, shaped: bool) -> ImageFont.FreeTypeFont:
    """The opened font. Shaping takes twelve times as long, so simple letters go without."""
    layout = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(file, size_dots, layout_engine=layout)


@cache
def can_shape() -> bool:
    """Whether this Pillow shapes: its wheels bring HarfBuzz and Raqm and find FriBiDi on the system."""
    return bool(features.check("raqm"))


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters of one family, weight and size; a letter that it lacks comes from a fallback.

    `fine`: for paper with so many dots that words stand as far apart as the font wants.
    """

    fonts: FontFiles
    weight: Weight
    size_dots: int
    fine: bool = False

    @property
    def line_height(self) -> int:
        """From one baseline to the next, in dots."""
        return round(self.size_dots * LINE_HEIGHT)

    @property
    def word_space(self) -> int:
        """On coarse dots wider than the fonts' own: a following Đ or Ư would close it."""
        if self.fine:
            return round(font_of(self._own, self.size_dots, shaped=False).getlength(" "))
        return round(self.size_dots * _WORD_SPACE)

    def cap_box(self, text: str) -> tuple[int, int]:
        """How far the ink of `text` reaches above and below its baseline."""
        boxes = [self._font(piece).getbbox(piece.text, anchor="ls") for piece in self.pieces(text)]
        return round(-min(box[1] for box in boxes)), round(max(box[3] for box in boxes))

    def width(self, text: str) -> int:
        """Dots from the first letter's origin to the end of the last."""
        words = text.split()
        return sum(self._word_width(word) for word in words) + self.word_space * max(0, len(words) - 1)

    def place(self, line: str) -> Iterator[Placed]:
        """The pieces of one line from left to right; words of right-to-left scripts in their own order."""
        x = 0.0
        for number, word in enumerate(_in_visual_order(line.split())):
            if number:
                x += self.word_space
            pieces = self.pieces(word)
            for piece in reversed(pieces) if len(pieces) > 1 and is_right_to_left(word) else pieces:
                width = self._font(piece).getlength(piece.text)
                yield Placed(piece, round(x), ceil(width))
                x += width
            x = ceil(x)

    def wrap(self, text: str, width_dots: int) -> list[str]:
        """Lines of at most `width_dots`, broken between words, inside a word only where it alone is too wide."""
        return self._set(self._measured(text, width_dots), width_dots)

    def balance(self, text: str, width_dots: int) -> list[str]:
        """As `wrap`, the lines about equally long: no single word stands alone on the last one."""
        words = self._measured(text, width_dots)
        lines = self._set(words, width_dots)
        if len(lines) == 1:
            return lines
        narrow, wide = max((width for _, width in words), default=0), width_dots
        while wide - narrow > 4:
            middle = (narrow + wide) // 2
            if len(self._set(words, middle)) <= len(lines):
                wide = middle
            else:
                narrow = middle
        return self._set(words, wide)

    def pieces(self, word: str) -> list[Piece]:
        """A word by the fonts that have its letters: one for all of it where there is one."""
        needed = word.translate(_IGNORED)
        shapes = can_shape() or _SIMPLE.fullmatch(word)
        for file in (self._own, *self.fonts.fallbacks, *self.fonts.scripts) if shapes else ():
            if has_all(file, needed):
                return [Piece(file, word)]
        found = (self._lettered(cluster) for cluster in clusters(word))
        grouped = groupby(found, key=lambda piece: piece.file)
        return [_joined(file, list(group)) for file, group in grouped]

    def _lettered(self, cluster: str) -> Piece:
        """A cluster from the first font that has it all."""
        files = (self._own, *self.fonts.fallbacks, *self.fonts.scripts)
        needed = cluster.translate(_IGNORED)
        shapes = can_shape() or _SIMPLE.fullmatch(cluster)
        if shapes and (file := next((file for file in files if has_all(file, needed)), None)):
            return Piece(file, cluster)
        for shown in (SUBSTITUTE, "?"):
            if file := next((file for file in files if has_all(file, shown)), None):
                return Piece(file, shown * len(needed), needed)
        raise AssertionError("find_fonts proves that a font has letters")

    @property
    def _own(self) -> Path:
        match self.weight:
            case Weight.REGULAR:
                return self.fonts.regular
            case Weight.SEMIBOLD:
                return self.fonts.semibold
            case Weight.BOLD:
                return self.fonts.bold

    def _font(self, piece: Piece) -> ImageFont.FreeTypeFont:
        return font_of(piece.file, self.size_dots, shaped=piece.is_shaped)

    def _measured(self, text: str, width_dots: int) -> list[tuple[str, int]]:
        """Words and their widths; a word wider than the line in pieces that fit."""
        words = [(word, self._word_width(word)) for word in text.split()]
        pieces = ([(word, width)] if width <= width_dots else self._cut(word, width_dots) for word, width in words)
        return list(chain.from_iterable(pieces))

    def _set(self, words: list[tuple[str, int]], width_dots: int) -> list[str]:
        lines: list[list[str]] = [[]]
        filled, space = 0, self.word_space
        for word, width in words:
            if lines[-1] and filled + space + width > width_dots:
                lines.append([])
            filled = width if not lines[-1] else filled + space + width
            lines[-1].append(word)
        return [" ".join(line) for line in lines]

    def _cut(self, word: str, width_dots: int) -> list[tuple[str, int]]:
        parts = [("", 0)]
        for cluster in clusters(word):
            part = parts[-1][0] + cluster
            width = self._word_width(part)
            if parts[-1][0] and width > width_dots:
                parts.append((cluster, self._word_width(cluster)))
            else:
                parts[-1] = (part, width)
        return parts

    def _word_width(self, word: str) -> int:
        return ceil(sum(self._font(piece).getlength(piece.text) for piece in self.pieces(word)))


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


def clusters(word: str) -> list[str]:
    """What may not be torn apart: a letter with its marks, joined letters of Indian scripts [UAX 29 §3, roughly].

    No script joins more than 14 characters: a longer chain would leave the paper.
    """
    found: list[str] = []
    for character in word:
        belongs = unicodedata.category(character).startswith("M") or ord(character) in _IGNORED
        if found and (belongs or _joins_next(found[-1])) and len(found[-1]) < _LONGEST_CLUSTER:
            found[-1] += character
        else:
            found.append(character)
    return found


def is_right_to_left(word: str) -> bool:
    """Whether the first letter that has a direction goes to the left [UAX 9, rule P2]."""
    return _direction(word) is True


def _joins_next(cluster: str) -> bool:
    return unicodedata.combining(cluster[-1]) == _VIRAMA_CLASS or cluster[-1] == "\N{ZERO WIDTH JOINER}"


def _direction(word: str) -> bool | None:
    """True: to the left; False: to the right; None: numbers and signs only."""
    directions = (unicodedata.bidirectional(character) for character in word)
    strong = next((direction for direction in directions if direction == "L" or direction in _RIGHT_TO_LEFT), None)
    return None if strong is None else strong != "L"


def _in_visual_order(words: list[str]) -> list[str]:
    """Words as they stand from left to right on a line that goes to the right.

    Runs of right-to-left words turn round; numbers between two such words belong to the run [UAX 9, roughly: a slip's
    line is a name or a sentence, never a quotation in a quotation].
    """
    directions = [_direction(word) for word in words]
    if True not in directions:
        return words
    ordered: list[str] = []
    at = 0
    while at < len(words):
        if directions[at] is not True:
            ordered.append(words[at])
            at += 1
            continue
        end = at + 1
        for later in range(at + 1, len(words)):
            if directions[later] is False:
                break
            if directions[later]:
                end = later + 1
        ordered += reversed(words[at:end])
        at = end
    return ordered


def _joined(file: Path, pieces: list[Piece]) -> Piece:
    return Piece(file, "".join(piece.text for piece in pieces), "".join(piece.missing for piece in pieces))
