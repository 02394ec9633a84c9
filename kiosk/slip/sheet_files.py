"""Set pages -> files: one PDF with letters that can be selected, or a PNG for each page."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from kiosk.checkin.business_day import in_clinic
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles
from kiosk.slip.files import write_whole
from kiosk.slip.page import CodeMark, SlipPage
from kiosk.slip.page_pdf import make_pdf
from kiosk.slip.raster import draw_grey

DPI = 200
"""Dots of a PNG."""


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
    draw_grey(page, DPI).save(written, "PNG", dpi=(DPI, DPI), optimize=True)
    return written.getvalue()
