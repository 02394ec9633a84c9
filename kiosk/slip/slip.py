"""The finished slip: a picture for the screen and the file, a job for the printer; the same as a page, or as PDF."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles
from kiosk.privacy import Personal
from kiosk.slip.compose import compose
from kiosk.slip.escpos import Finish, encode
from kiosk.slip.facts import SlipFacts
from kiosk.slip.files import write_whole
from kiosk.slip.layout import lay_out
from kiosk.slip.page import Paper, SlipPage
from kiosk.slip.raster import WIDTHS_DOTS, draw_dots, draw_grey, render
from kiosk.slip.template import Template
from kiosk.text import Language

PREVIEW_DPI = 150
"""Dots to the inch of a sheet's preview."""


_PLAIN = Finish()


@dataclass(frozen=True, slots=True, repr=False)
class Slip(Personal):
    """`image` has mode `1`; `job` is ESC/POS."""

    image: Image.Image
    job: bytes


def make_slip(
    facts: SlipFacts,
    template: Template,
    languages: tuple[Language, ...],
    *,
    width_dots: int,
    fonts: FontFiles,
    finish: Finish = _PLAIN,
) -> Slip:
    """The slip of a committed check-in for a receipt printer.

    Raises:
        KioskError: SETTINGS_INVALID, a paper width that no printer here has.
    """
    image = render(lay_out(facts, template, languages), width_dots, fonts)
    return Slip(image, encode(image, finish))


def make_page(
    facts: SlipFacts, template: Template, languages: tuple[Language, ...], *, paper: Paper, fonts: FontFiles
) -> SlipPage:
    """The same for printers of the system and for PDF: one page of marks in millimetres."""
    return compose(lay_out(facts, template, languages), paper, fonts)


def preview_image(
    facts: SlipFacts, template: Template, languages: tuple[Language, ...], *, paper: Paper, fonts: FontFiles
) -> Image.Image:
    """What comes out on that paper: a roll's dots as they are (mode `1`), a sheet in grey (`L`) at 150 to the inch.

    Pure: reads the fonts and nothing else, for any thread.
    """
    page = make_page(facts, template, languages, paper=paper, fonts=fonts)
    return draw_dots(page, paper.dpi) if paper.is_roll else draw_grey(page, PREVIEW_DPI)


def save_png(slip: Slip, file: Path) -> None:
    """Saves the picture as PNG with its true dots per inch; whole or not at all.

    Raises:
        KioskError: OUTPUT_UNWRITABLE.
    """
    save_picture(slip.image, WIDTHS_DOTS[slip.image.width], file)


def save_picture(image: Image.Image, dpi: int, file: Path) -> None:
    """As `save_png`, of any picture.

    Raises:
        KioskError: OUTPUT_UNWRITABLE.
    """
    written = io.BytesIO()
    image.save(written, "PNG", dpi=(dpi, dpi), optimize=True)
    save_file(written.getvalue(), file)


def save_file(content: bytes, file: Path) -> None:
    """Writes a file whole or not at all.

    Raises:
        KioskError: OUTPUT_UNWRITABLE.
    """
    try:
        write_whole(file, content)
    except OSError as error:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
