"""A slip set on its paper, free of any device: every mark with its place in millimetres from the upper left corner.

The blocks of `kiosk.slip.layout` are set once, by `kiosk.slip.compose`; thermal dots, PDF and the system's printers
draw the same marks. Sizes of letters are points, 72 to the inch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from kiosk.privacy import Personal
from kiosk.slip.logo import Logo

MM_PER_INCH = 25.4


def mm_of(dots: float, dpi: int) -> float:
    """How long so many dots are."""
    return dots / dpi * MM_PER_INCH


def dots_of(mm: float, dpi: int) -> int:
    """The whole dots nearest to a length."""
    return round(mm / MM_PER_INCH * dpi)


class Weight(StrEnum):
    """How strong letters are."""

    REGULAR = "regular"
    SEMIBOLD = "semibold"
    BOLD = "bold"


@dataclass(frozen=True, slots=True, repr=False)
class TextRun(Personal):
    """Letters of one font and one direction on one line, in logical order.

    `x_mm` is the left end of the run, `baseline_mm` the line that letters stand on, `width_mm` what the run was
    measured to take: a device with other metrics must not exceed it. `file` is the font's file, proven to have every
    letter of `text`. `is_shaped`: the script needs shaping (Arabic, Devanagari, Thai …). `is_right_to_left`: the first
    letter stands on the right. `is_white`: on a black box.
    """

    x_mm: float
    baseline_mm: float
    width_mm: float
    text: str
    size_pt: float
    weight: Weight
    file: Path
    is_shaped: bool = False
    is_right_to_left: bool = False
    is_white: bool = False


@dataclass(frozen=True, slots=True)
class RuleMark:
    """A line from left to right, its upper edge at `y_mm`; `is_fine`: a hairline that should look grey."""

    x_mm: float
    y_mm: float
    width_mm: float
    thickness_mm: float
    is_fine: bool = False


@dataclass(frozen=True, slots=True)
class BoxMark:
    """A rectangle with round corners: black (`is_filled`), else a frame of `line_mm` drawn inside its edges."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    radius_mm: float
    line_mm: float
    is_filled: bool


@dataclass(frozen=True, slots=True)
class PictureMark:
    """The clinic's logo in its place: `logo.image` is grey, `logo.dots` for paper that knows only black."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    logo: Logo


@dataclass(frozen=True, slots=True)
class CodeMark:
    """A QR: rows of modules from the top, True is dark; squares of `module_mm` without gaps; no quiet zone in it."""

    x_mm: float
    y_mm: float
    module_mm: float
    rows: tuple[tuple[bool, ...], ...]
    text: str


Mark = TextRun | RuleMark | BoxMark | PictureMark | CodeMark


@dataclass(frozen=True, slots=True, repr=False)
class SlipPage(Personal):
    """One page; marks lie inside it and later ones over earlier ones. A roll's page is as high as its slip."""

    width_mm: float
    height_mm: float
    marks: tuple[Mark, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a slip is printed on.

    `height_mm` None: a roll, cut after the slip; its width is `width_dots` at `dpi`. A sheet has no dots of its own:
    `dpi` is the grid that its letters are measured on. The slip's column is `column_mm` wide at most.
    """

    name: str
    width_mm: float
    height_mm: float | None
    margin_mm: float
    column_mm: float
    dpi: int
    width_dots: int = 0

    @property
    def is_roll(self) -> bool:
        """Whether it is cut after the slip."""
        return self.height_mm is None


def _roll(name: str, width_dots: int, dpi: int) -> Paper:
    width_mm = mm_of(width_dots, dpi)
    return Paper(name, width_mm, None, _ROLL_MARGIN_MM, width_mm - 2 * _ROLL_MARGIN_MM, dpi, width_dots)


_ROLL_MARGIN_MM = 2.0
_SHEET_DPI = 720

PAPERS: Mapping[str, Paper] = MappingProxyType(
    {
        paper.name: paper
        for paper in (
            _roll("80", 576, 203),
            _roll("80-512", 512, 180),
            _roll("58", 384, 203),
            Paper("A4", 210.0, 297.0, 18.0, 130.0, _SHEET_DPI),
            Paper("A5", 148.0, 210.0, 12.0, 124.0, _SHEET_DPI),
            Paper("A6", 105.0, 148.0, 8.0, 89.0, _SHEET_DPI),
        )
    }
)
"""Every paper by its name: 80 mm rolls, 80 mm of the TM-T88 family, 58 mm rolls, sheets."""


def roll_of(width_dots: int) -> Paper | None:
    """The roll of a printer with so many dots across."""
    return next((paper for paper in PAPERS.values() if paper.width_dots == width_dots and width_dots), None)
