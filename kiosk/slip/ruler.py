"""A test slip: how many dots the paper has, where its edges are, which letters and codes the head still draws."""

from kiosk.fonts import VIETNAMESE_LETTERS, FontFiles
from kiosk.slip.compose import modules
from kiosk.slip.page import BoxMark, CodeMark, Mark, Paper, RuleMark, SlipPage, Weight, dots_of, mm_of
from kiosk.slip.runs import set_line
from kiosk.slip.typeset import Letters
from kiosk.text import Language, say

_SAMPLE = "Nguyễn Ậm Ễnh Đường 0123456789"
_SAMPLE_SIZES_PT = (7, 8, 9, 10, 12, 16)
_TICKS_MM = ((10, 4.0), (5, 2.8), (1, 1.6))
_LABELLED_DOTS = 64
_STRIPES_DOTS = (1, 2, 3)
_MODULES_DOTS = (3, 4, 5, 6)
_EDGE_DOTS = 2


def make_ruler(paper: Paper, fonts: FontFiles, language: Language) -> SlipPage:
    """The test slip of a roll; all of its places are whole dots."""
    ruler = _Ruler(paper, fonts, language)
    ruler.head()
    ruler.millimetres()
    ruler.dots()
    ruler.darkness()
    ruler.letters()
    ruler.codes()
    return ruler.page()


class _Ruler:
    """Paper from edge to edge, without margins, drawn from top to bottom."""

    def __init__(self, paper: Paper, fonts: FontFiles, language: Language) -> None:
        self._paper, self._fonts, self._language = paper, fonts, language
        self._width = paper.width_dots
        self._margin = self._of_mm(paper.margin_mm)
        self._y = 0
        self._marks: list[Mark] = []

    def head(self) -> None:
        """A line at each edge of the paper, and what to look for."""
        self._rule(0, 0, self._width, _EDGE_DOTS)
        self._y += self._of_mm(2.5)
        width_mm = f"{self._paper.width_mm:.0f}"
        self._lines(self._say("title", dots=self._width, width=width_mm), 11, Weight.BOLD)
        self._lines(self._say("edges"), 9)
        self._y += self._of_mm(1.5)

    def millimetres(self) -> None:
        """A ruler to lay a ruler on: from the left edge, one tick each millimetre."""
        self._caption("millimetres")
        longest = self._of_mm(_TICKS_MM[0][1])
        for mm in range(int(self._paper.width_mm) + 1):
            length = next(length for each, length in _TICKS_MM if mm % each == 0)
            x = min(self._of_mm(mm), self._width - 1)
            self._rule(x, self._y, 1, self._of_mm(length))
            if mm % 10 == 0:
                self._label(str(mm), x, self._y + longest)
        self._y += longest + self._of_mm(4)

    def dots(self) -> None:
        """The same in dots; the last tick is the printer's last dot."""
        self._caption("dots")
        longest = self._of_mm(4)
        for x in (*range(0, self._width, _LABELLED_DOTS // 2), self._width - 1):
            is_labelled = x % _LABELLED_DOTS == 0 or x == self._width - 1
            self._rule(x, self._y, 1, longest if is_labelled else longest // 2)
            if is_labelled:
                self._label(str(x + 1 if x == self._width - 1 else x), x, self._y + longest)
        self._y += longest + self._of_mm(4)

    def darkness(self) -> None:
        """Black, and stripes of one, two and three dots both ways: too hot closes them, too cold breaks them."""
        self._caption("darkness")
        side, gap = self._of_mm(7), self._of_mm(1.5)
        x = self._margin
        self._box(x, side)
        for dots in _STRIPES_DOTS:
            x += side + gap
            for at in range(0, side, 2 * dots):
                self._rule(x + at, self._y, dots, side)
        if x + 4 * side < self._width:
            for dots in _STRIPES_DOTS:
                x += side + gap
                for at in range(0, side, 2 * dots):
                    self._rule(x, self._y + at, side, dots)
        self._y += side + self._of_mm(2)

    def letters(self) -> None:
        """A sentence from small to large, and every Vietnamese letter."""
        for size_pt in _SAMPLE_SIZES_PT:
            self._lines(f"{size_pt} pt  {_SAMPLE}", size_pt)
        self._y += self._of_mm(1)
        self._lines(" ".join(VIETNAMESE_LETTERS), 9, Weight.SEMIBOLD)
        self._y += self._of_mm(2)

    def codes(self) -> None:
        """The same code with smaller and larger modules: the smallest that the gun reads is the limit."""
        self._caption("codes")
        rows = modules(f"KIOSK {self._width}")
        x, highest = self._margin, 0
        for dots in _MODULES_DOTS:
            side = dots * len(rows)
            if x + side > self._width - self._margin:
                break
            self._marks.append(CodeMark(self._mm(x), self._mm(self._y), self._mm(dots), rows, f"KIOSK {self._width}"))
            highest = max(highest, side)
            x += side + 6 * dots
        self._y += highest + self._of_mm(2.5)
        self._rule(0, self._y, self._width, _EDGE_DOTS)
        self._y += _EDGE_DOTS

    def page(self) -> SlipPage:
        """The finished slip, its edges drawn from top to bottom."""
        for x in (0, self._width - _EDGE_DOTS):
            self._rule(x, 0, _EDGE_DOTS, self._y)
        return SlipPage(self._paper.width_mm, self._mm(self._y), tuple(self._marks), self._say("name"))

    def _caption(self, key: str) -> None:
        self._lines(self._say(key), 8)
        self._y += self._of_mm(0.7)

    def _lines(self, text: str, size_pt: float, weight: Weight = Weight.REGULAR) -> None:
        letters = self._letters(size_pt, weight)
        for line in letters.wrap(text, self._width - 2 * self._margin):
            self._run(letters, line, self._margin, self._y + letters.size_dots)
            self._y += letters.line_height

    def _label(self, text: str, x: int, y: int) -> None:
        """A figure below its tick, within the paper."""
        letters = self._letters(7, Weight.REGULAR)
        width = letters.width(text)
        edge = 2 * _EDGE_DOTS
        self._run(letters, text, max(edge, min(x - width // 2, self._width - width - edge)), y + letters.size_dots)

    def _run(self, letters: Letters, line: str, left: int, baseline: int) -> None:
        self._marks += set_line(letters, line, left, baseline, self._paper.dpi).runs

    def _rule(self, x: int, y: int, width: int, height: int) -> None:
        self._marks.append(RuleMark(self._mm(x), self._mm(y), self._mm(width), self._mm(height)))

    def _box(self, x: int, side: int) -> None:
        self._marks.append(
            BoxMark(self._mm(x), self._mm(self._y), self._mm(side), self._mm(side), 0, 0, is_filled=True)
        )

    def _letters(self, size_pt: float, weight: Weight) -> Letters:
        return Letters(self._fonts, weight, round(size_pt * self._paper.dpi / 72))

    def _say(self, key: str, **values: object) -> str:
        return say(f"slip.ruler.{key}", self._language, **values)

    def _of_mm(self, mm: float) -> int:
        return dots_of(mm, self._paper.dpi)

    def _mm(self, dots: int) -> float:
        return mm_of(dots, self._paper.dpi)
