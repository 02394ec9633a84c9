"""The set-up sheet for barcode guns, A4: the test code and what to look for, then the codes to scan.

The codes stand on pages of their own, far from each other: a gun scans whatever it is pointed at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from PIL import Image

from kiosk.fonts import FontFiles
from kiosk.reader.gun.trial import TEST_TEXT
from kiosk.slip.gun_codes import Does, GunCode, GunModel, OwnCode, gun_models
from kiosk.slip.page import MM_PER_INCH, BoxMark, CodeMark, Mark, RuleMark, SlipPage, Weight, mm_of
from kiosk.slip.runs import set_line
from kiosk.slip.sheet_files import DPI, save_pages
from kiosk.slip.symbols import Rows, Symbology, qr, symbol
from kiosk.slip.typeset import Letters
from kiosk.text import Language, say

_WIDTH_MM, _HEIGHT_MM, _MARGIN_MM = 210.0, 297.0, 18.0
_INNER_MM = _WIDTH_MM - 2 * _MARGIN_MM
_GRID_DPI = 720
_DOT_MM = MM_PER_INCH / DPI
_TEST_MM, _MATRIX_MM, _BARS_MM = 62.0, 24.0, 15.0
_CELL_MM, _GUTTER_MM, _APART_MM = 80.0, 14.0, 11.0
_BAR_DOTS, _MODULE_DOTS = (4, 3, 2), (8, 7, 6, 5, 4, 3, 2)
"""Dots of a module, the widest that fits is taken: whole ones, so that nothing is blurred where the sheet is dots."""

_FINEST_BESIDE = 3

_FIND_AT_MM = 62.0
_STEPS = ("step_1", "step_2", "step_3", "step_4")


def make_sheet(
    language: Language,
    fonts: FontFiles,
    own: Sequence[OwnCode] = (),
    models: Sequence[GunModel] | None = None,
) -> tuple[SlipPage, ...]:
    """The sheet's pages; `own` are the clinic's codes, which stand first.

    Raises:
        ValueError: a code that its symbology cannot hold; `load_own_codes` refuses such.
    """
    known = gun_models() if models is None else models
    sheet = _Sheet(language, fonts)
    sheet.guide(known, has_codes=bool(own) or any(model.printed for model in known))
    sheet.codes(own, known)
    return sheet.finish()


def save_sheet(file: Path, language: Language, fonts: FontFiles, own: Sequence[OwnCode] = ()) -> tuple[Path, ...]:
    """Saves the sheet as one PDF, or as a PNG for each page where `file` ends so; returns the files.

    Raises:
        KioskError: INPUT_INVALID, another ending; OUTPUT_UNWRITABLE.
    """
    return save_pages(make_sheet(language, fonts, own), file, fonts)


def test_code_image(module_px: int) -> Image.Image:
    """The test code with its quiet zone, black on white."""
    rows, quiet = qr(TEST_TEXT), Symbology.QR.quiet_modules
    side = len(rows) + 2 * quiet
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + quiet, y + quiet), 0)
    return image.resize((side * module_px, side * module_px), Image.Resampling.NEAREST)


def say_sheet(key: str, language: Language, **values: object) -> str:
    """A sentence of the sheet."""
    return say(f"gun.sheet.{key}", language, **values)


class _Sheet:
    """The paper, set from top to bottom, page after page."""

    def __init__(self, language: Language, fonts: FontFiles) -> None:
        self._language, self._fonts = language, fonts
        self._marks: list[Mark] = []
        self._pages = [self._marks]
        self._y = _MARGIN_MM

    # -- the first page -------------------------------------------------------------------------------------------
    def guide(self, models: Sequence[GunModel], *, has_codes: bool) -> None:
        """Why, the test code with what to do, and where to look in each maker's manual."""
        self._paragraph(self._say("title"), 26, Weight.BOLD)
        self._y += 2
        self._paragraph(self._say("lead"), 12)
        self._y += 7
        self._test(has_codes=has_codes)
        self._paragraph(self._say("table"), 15, Weight.BOLD)
        self._y += 1.5
        for model in models:
            self._row(model)
        self._rule()
        self._paragraph(self._say("unverified"), 9)
        self._y += 6
        self._paragraph(self._say("keep"), 13, Weight.BOLD)
        self._y += 0.5
        self._paragraph(self._say("keep_sentence"), 11)

    def _test(self, *, has_codes: bool) -> None:
        rows = qr(TEST_TEXT)
        module = int(_TEST_MM / _DOT_MM / len(rows)) * _DOT_MM
        side, top = len(rows) * module, self._y
        self._marks.append(CodeMark(_MARGIN_MM, top, module, rows, TEST_TEXT))
        under = self._set(self._say("test"), _MARGIN_MM, side, top + side + 2, 9)
        column = _MARGIN_MM + side + 10
        for at, step in enumerate(("step_0", *_STEPS[1:]) if has_codes else _STEPS, 1):
            self._set(f"{at}", column, 8, self._y, 12, Weight.BOLD)
            self._y = self._set(self._say(step), column + 8, _WIDTH_MM - _MARGIN_MM - column - 8, self._y, 12) + 3.5
        self._y = max(self._y, under) + 6

    def _row(self, model: GunModel) -> None:
        self._rule()
        top = self._y
        below = self._set(model.maker, _MARGIN_MM, _FIND_AT_MM - 4, top, 11, Weight.SEMIBOLD)
        if model.models:
            below = self._set(model.models, _MARGIN_MM, _FIND_AT_MM - 4, below, 9)
        left, width = _MARGIN_MM + _FIND_AT_MM, _INNER_MM - _FIND_AT_MM
        found = self._set(model.find, left, width, top, 11)
        found = self._set(self._say("back", back=model.back), left, width, found, 9)
        self._y = max(below, found) + 1.6

    # -- the codes ------------------------------------------------------------------------------------------------
    def codes(self, own: Sequence[OwnCode], models: Sequence[GunModel]) -> None:
        """The clinic's own codes, then the known ones, maker by maker."""
        printed = [model for model in models if model.printed]
        if not own and not printed:
            return
        self._turn()
        self._paragraph(self._say("codes"), 20, Weight.BOLD)
        self._y += 1.5
        self._paragraph(self._say("codes_lead"), 11)
        self._y += 6
        if own:
            self._group(self._say("own"), "", [self._own_cell(code) for code in own])
        for model in printed:
            cells = [self._known_cell(code) for code in model.printed]
            switches = any(code.does is Does.USB_COM for code in model.printed)
            note = "" if switches else self._say("no_switch", find=model.find)
            self._group(model.maker, model.models, cells, note)

    def _own_cell(self, code: OwnCode) -> "_Cell":
        title = f"{code.maker} {code.model}: {code.does}"
        return _Cell(title, symbol(code.text, code.symbology), code.symbology, code.text, self._say("own_grade"))

    def _known_cell(self, code: GunCode) -> "_Cell":
        if code.symbology is None:
            raise ValueError("only a code whose symbology is known can be printed")
        title, grade = self._say(f"does.{code.does}"), self._say(f"grade.{code.verified}")
        return _Cell(title, symbol(code.text, code.symbology), code.symbology, code.text, grade)

    def _group(self, title: str, soft: str, cells: Sequence["_Cell"], note: str = "") -> None:
        """A heading, never without its first codes, and its codes in rows."""
        for at, (width, row) in enumerate(_rows_of(cells)):
            kept = len(self._marks)
            for _ in range(2):
                if at == 0:
                    self._heading(title, soft, note)
                ends = [
                    self._cell(cell, _MARGIN_MM + place * (width + _GUTTER_MM), width, self._y)
                    for place, cell in enumerate(row)
                ]
                if max(ends) <= _HEIGHT_MM - _MARGIN_MM or kept == 0:
                    break
                # They would leave the paper: taken back, and set on the next page.
                del self._marks[kept:]
                self._turn()
                kept = 0
            self._y = max(ends) + _APART_MM

    def _heading(self, title: str, soft: str, note: str) -> None:
        self._rule()
        self._paragraph(title, 14, Weight.BOLD)
        for words in filter(None, (soft, note)):
            self._paragraph(words, 10)
        self._y += 3

    def _cell(self, cell: "_Cell", left: float, width: float, top: float) -> float:
        """What it does, the code, its text, how sure it is; returns where it ends."""
        y = self._set(cell.title, left, width, top, 11, Weight.SEMIBOLD) + 2.5
        module = cell.module_mm(width)
        if cell.symbology.is_linear:
            end = y + _BARS_MM
            for at, wide in _bars(cell.rows[0]):
                self._marks.append(BoxMark(left + at * module, y, wide * module, _BARS_MM, 0, 0, is_filled=True))
        else:
            end = y + len(cell.rows) * module
            self._marks.append(CodeMark(left, y, module, cell.rows, cell.text))
        y = self._set(cell.text, left, width, end + 1.5, 8)
        return self._set(cell.grade, left, width, y + 0.5, 9)

    # -- setting --------------------------------------------------------------------------------------------------
    def finish(self) -> tuple[SlipPage, ...]:
        """The pages, numbered where there is more than one."""
        count = len(self._pages)
        for at, marks in enumerate(self._pages if count > 1 else (), 1):
            self._marks = marks
            self._set(self._say("page", page=at, pages=count), _MARGIN_MM, _INNER_MM, _HEIGHT_MM - 13, 9)
        title = self._say("title")
        return tuple(SlipPage(_WIDTH_MM, _HEIGHT_MM, tuple(marks), title) for marks in self._pages)

    def _turn(self) -> None:
        self._marks = []
        self._pages.append(self._marks)
        self._y = _MARGIN_MM

    def _paragraph(self, text: str, points: float, weight: Weight = Weight.REGULAR) -> None:
        self._y = self._set(text, _MARGIN_MM, _INNER_MM, self._y, points, weight)

    def _set(
        self, text: str, left: float, width: float, top: float, points: float, weight: Weight = Weight.REGULAR
    ) -> float:
        """Sets `text` from `top` on and returns where the next line would begin."""
        letters = Letters(self._fonts, weight, round(points * _GRID_DPI / 72), fine=True)
        for line in letters.wrap(text, _dots(width)):
            baseline = top + _mm(letters.size_dots)
            self._marks += set_line(letters, line, _grid(left), _grid(baseline), _GRID_DPI).runs
            top += _mm(letters.line_height)
        return top

    def _rule(self) -> None:
        self._marks.append(RuleMark(_MARGIN_MM, self._y, _INNER_MM, 0.2, is_fine=True))
        self._y += 2

    def _say(self, key: str, **values: object) -> str:
        return say_sheet(key, self._language, **values)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A code with its words."""

    title: str
    rows: Rows
    symbology: Symbology
    text: str
    grade: str

    def module_mm(self, width: float) -> float:
        """The widest module of whole dots with which the code takes at most its place."""
        place, offered = (width, _BAR_DOTS) if self.symbology.is_linear else (_MATRIX_MM, _MODULE_DOTS)
        fitting = (dots for dots in offered if len(self.rows[0]) * dots * _DOT_MM <= place)
        return next(fitting, offered[-1]) * _DOT_MM


def _rows_of(cells: Sequence[_Cell]) -> Iterator[tuple[float, Sequence[_Cell]]]:
    """Two codes side by side; one that would become too fine there has the paper's width."""
    for is_fine, group in groupby(cells, lambda cell: len(cell.rows[0]) * _FINEST_BESIDE * _DOT_MM > _CELL_MM):
        alike = list(group)
        width, together = (_INNER_MM, 1) if is_fine else (_CELL_MM, 2)
        for at in range(0, len(alike), together):
            yield width, alike[at : at + together]


def _bars(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where each bar begins and how wide it is, in modules."""
    at = 0
    for dark, run in groupby(row):
        wide = len(list(run))
        if dark:
            yield at, wide
        at += wide


def _mm(dots: float) -> float:
    return mm_of(dots, _GRID_DPI)


def _grid(mm: float) -> float:
    return mm * _GRID_DPI / MM_PER_INCH


def _dots(mm: float) -> int:
    return int(_grid(mm))
