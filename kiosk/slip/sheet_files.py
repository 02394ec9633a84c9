"""Set pages -> files: one PDF with letters that can be selected, or a PNG for each page."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import assert_never

from PIL import Image, ImageDraw

from kiosk.checkin.business_day import in_clinic
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles
from kiosk.slip.files import write_whole
from kiosk.slip.page import MM_PER_INCH, BoxMark, CodeMark, PictureMark, RuleMark, SlipPage, TextRun
from kiosk.slip.page_pdf import make_pdf
from kiosk.slip.typeset import font_of

DPI = 200
"""Dots of a PNG."""

_INK, _FINE, _PAPER = 0, 180, 255
_POINTS_PER_INCH = 72


def save_pages(pages: Sequence[SlipPage], file: Path, fonts: FontFiles) -> tuple[Path, ...]:
    """Saves A4 pages as one PDF, or a PNG each where `file` ends so (`sheet.png`, `sheet-2.png`); whole or not at all.

    Raises:
        KioskError: INPUT_INVALID, another ending; OUTPUT_UNWRITABLE.
    """
    match file.suffix.lower():
        case ".pdf":
            contents = {file: make_pdf(pages, in_clinic(datetime.now(UTC)), fonts)}
        case ".png":
            names = (file if at == 1 else file.with_stem(f"{file.stem}-{at}") for at in range(1, len(pages) + 1))
            contents = {name: _png(page) for name, page in zip(names, pages, strict=True)}
        case _:
            raise KioskError(FailureCode.INPUT_INVALID, "--out FILE.pdf or FILE.png")
    try:
        for name, content in contents.items():
            write_whole(name, content)
    except OSError as error:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
    return tuple(contents)


def picture_of(page: SlipPage) -> Image.Image:
    """A sheet's page in grey, at `DPI`; its boxes are bars, filled and with square corners."""
    image = Image.new("L", (_dots(page.width_mm), _dots(page.height_mm)), _PAPER)
    draw = ImageDraw.Draw(image)
    for mark in page.marks:
        match mark:
            case TextRun():
                font = font_of(mark.file, round(mark.size_pt * DPI / _POINTS_PER_INCH), shaped=mark.is_shaped)
                draw.text((_dots(mark.x_mm), _dots(mark.baseline_mm)), mark.text, _INK, font, anchor="ls")
            case RuleMark():
                grey = _FINE if mark.is_fine else _INK
                _fill(draw, mark.x_mm, mark.y_mm, mark.width_mm, max(mark.thickness_mm, 2 / DPI * MM_PER_INCH), grey)
            case BoxMark():
                _fill(draw, mark.x_mm, mark.y_mm, mark.width_mm, mark.height_mm, _INK)
            case CodeMark():
                for x, y, wide in code_runs(mark):
                    _fill(draw, x, y, wide, mark.module_mm, _INK)
            case PictureMark():
                raise ValueError("a sheet has no pictures")
            case _:
                assert_never(mark)
    return image


def code_runs(mark: CodeMark) -> Iterator[tuple[float, float, float]]:
    """Its dark modules, joined where they stand beside each other: left, top and width in millimetres."""
    for row, modules in enumerate(mark.rows):
        column = 0
        for dark, run in groupby(modules):
            wide = len(list(run))
            if dark:
                place = mark.x_mm + column * mark.module_mm, mark.y_mm + row * mark.module_mm
                yield *place, wide * mark.module_mm
            column += wide


def _png(page: SlipPage) -> bytes:
    written = io.BytesIO()
    picture_of(page).save(written, "PNG", dpi=(DPI, DPI), optimize=True)
    return written.getvalue()


def _fill(draw: ImageDraw.ImageDraw, x: float, y: float, width: float, height: float, grey: int) -> None:
    draw.rectangle((_dots(x), _dots(y), _dots(x + width) - 1, _dots(y + height) - 1), grey)


def _dots(mm: float) -> int:
    return round(mm * DPI / MM_PER_INCH)
