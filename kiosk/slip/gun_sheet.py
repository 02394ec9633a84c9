"""The set-up sheet for barcode guns: one page A4 with the test code and what to look for in the gun's manual."""

import io
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import segno
from PIL import Image, ImageDraw

from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles
from kiosk.reader.gun.trial import TEST_TEXT
from kiosk.slip.files import write_whole
from kiosk.slip.layout import Weight
from kiosk.slip.typeset import Letters
from kiosk.text import Language, say

DPI = 200
_WIDTH_MM, _HEIGHT_MM = 210.0, 297.0
_MARGIN_MM = 18.0
_CODE_MM = 62.0
_SETUP_CODE_MM = 22.0
_GAP_MM = 9.0
_INK, _SOFT, _LINE, _PAPER = 16, 70, 190, 255
_STEPS = ("step_1", "step_2", "step_3", "step_4")


@dataclass(frozen=True, slots=True)
class GunModel:
    """A family of guns: `find` are words of its manual, `code` a set-up code that is printed only if `verified`."""

    maker: str
    models: str
    find: str
    does: str
    code: str
    symbology: str
    source: str
    verified: bool


@cache
def gun_models() -> tuple[GunModel, ...]:
    """What is known about guns, of `gun_models.toml`."""
    written = tomllib.loads(files(__package__).joinpath("gun_models.toml").read_text("utf-8"))
    return tuple(GunModel(**model) for model in written["model"])


def draw_sheet(language: Language, fonts: FontFiles, models: tuple[GunModel, ...] | None = None) -> Image.Image:
    """The sheet in grey, A4 at `DPI` dots per inch."""
    page = _Page(language, fonts)
    page.head()
    page.test_code()
    page.table(gun_models() if models is None else models)
    page.foot()
    return page.image


def save_sheet(file: Path, language: Language, fonts: FontFiles) -> None:
    """Saves the sheet as PDF, or as PNG where `file` ends so; whole or not at all.

    Raises:
        KioskError: INPUT_INVALID, another ending; OUTPUT_UNWRITABLE.
    """
    kind = {".pdf": "PDF", ".png": "PNG"}.get(file.suffix.lower())
    if kind is None:
        raise KioskError(FailureCode.INPUT_INVALID, "--out FILE.pdf or FILE.png")
    written = io.BytesIO()
    image = draw_sheet(language, fonts)
    if kind == "PDF":
        image.save(written, "PDF", resolution=DPI)
    else:
        image.save(written, "PNG", dpi=(DPI, DPI), optimize=True)
    try:
        write_whole(file, written.getvalue())
    except OSError as error:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error


def test_code_image(module_px: int) -> Image.Image:
    """The test code with its quiet zone, black on white."""
    return _qr(TEST_TEXT, module_px)


def _qr(text: str, module_px: int) -> Image.Image:
    png = io.BytesIO()
    segno.make_qr(text, mode="byte", encoding="utf-8", error="m", eci=False).save(png, kind="png", scale=module_px)
    return Image.open(png).convert("L")


def _dots(mm: float) -> int:
    return round(mm * DPI / 25.4)


class _Page:
    """The paper, set from top to bottom."""

    def __init__(self, language: Language, fonts: FontFiles) -> None:
        self._language, self._fonts = language, fonts
        self.image = Image.new("L", (_dots(_WIDTH_MM), _dots(_HEIGHT_MM)), _PAPER)
        self._draw = ImageDraw.Draw(self.image)
        self._left, self._right = _dots(_MARGIN_MM), _dots(_WIDTH_MM - _MARGIN_MM)
        self._top = _dots(_MARGIN_MM)

    def head(self) -> None:
        """Title and why."""
        self._text("title", 26, Weight.BOLD)
        self._top += _dots(2)
        self._text("lead", 12.5)
        self._top += _dots(_GAP_MM)

    def test_code(self) -> None:
        """The code large at the left, what to do beside it."""
        # A whole number of dots a module: nothing is blurred.
        scale = _dots(_CODE_MM) // test_code_image(1).width
        code, quiet = test_code_image(scale), 4 * scale
        top = self._top
        self.image.paste(code, (self._left - quiet, top - quiet))
        under = top + code.height - 2 * quiet + _dots(3)
        under = self._set(say_sheet("test", self._language), self._left, code.width - 2 * quiet, under, 10, fill=_SOFT)
        column = self._left + code.width - 2 * quiet + _dots(12)
        for at, step in enumerate(_STEPS, 1):
            self._set(f"{at}", column, _dots(8), self._top, 13, Weight.BOLD)
            words = say_sheet(step, self._language)
            self._top = self._set(words, column + _dots(8), self._right - column - _dots(8), self._top, 12.5)
            self._top += _dots(4)
        self._top = max(self._top, under) + _dots(_GAP_MM)

    def table(self, models: tuple[GunModel, ...]) -> None:
        """A row for each family of guns."""
        self._text("table", 15, Weight.BOLD)
        self._top += _dots(2)
        second = self._left + _dots(74)
        for model in models:
            self._rule()
            top = self._top
            below = self._set(model.maker, self._left, _dots(70), top, 12, Weight.BOLD)
            if model.models:
                below = self._set(model.models, self._left, _dots(70), below, 10, fill=_SOFT)
            found = self._set(model.find, second, self._right - second, top, 12)
            if model.verified and model.code and model.symbology == "QR":
                found = self._setup_code(model, second, found)
            self._top = max(below, found) + _dots(2.4)
        self._rule()
        self._text("unverified", 10, fill=_SOFT)
        self._top += _dots(_GAP_MM)

    def _setup_code(self, model: GunModel, left: int, top: int) -> int:
        code = _qr(model.code, max(1, _dots(_SETUP_CODE_MM) // 37))
        self.image.paste(code, (left - 8, top))
        words = f"{say_sheet('code', self._language)}: {model.does}"
        self._set(words, left + code.width + _dots(2), self._right - left - code.width - _dots(2), top + _dots(4), 10)
        return top + code.height

    def foot(self) -> None:
        """For those who keep keyboard mode."""
        self._text("keep", 15, Weight.BOLD)
        self._top += _dots(1)
        self._text("keep_sentence", 12.5)

    def _text(self, key: str, points: float, weight: Weight = Weight.REGULAR, fill: int = _INK) -> None:
        words = say_sheet(key, self._language)
        self._top = self._set(words, self._left, self._right - self._left, self._top, points, weight, fill)

    def _set(
        self, text: str, left: int, width: int, top: int, points: float,
        weight: Weight = Weight.REGULAR, fill: int = _INK,
    ) -> int:  # fmt: skip
        """Sets `text` and returns where the next line would begin."""
        letters = Letters(self._fonts, weight, round(points * DPI / 72))
        for line in letters.wrap(text, width):
            letters.draw(self._draw, left, top + letters.size_dots, line, fill)
            top += letters.line_height
        return top

    def _rule(self) -> None:
        self._draw.rectangle((self._left, self._top, self._right, self._top + 1), _LINE)
        self._top += _dots(2.4)


def say_sheet(key: str, language: Language) -> str:
    """A sentence of the sheet."""
    return say(f"gun.sheet.{key}", language)
