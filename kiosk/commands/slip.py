"""`kiosk slip`: a look at the clinic's slip without a patient, and a test slip for its printer."""

import sys
from argparse import Namespace
from pathlib import Path

from kiosk.app.clock import now
from kiosk.app.desk import clinic_of
from kiosk.app.printing import finish_of, paper_of, printer_of, template_of
from kiosk.commands.report import printable
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles, find_fonts
from kiosk.settings import Settings
from kiosk.slip.escpos import encode
from kiosk.slip.layout import lay_out
from kiosk.slip.outcome import PagePrinter, PrintState
from kiosk.slip.page import PAPERS, Paper, SlipPage, roll_of
from kiosk.slip.page_pdf import make_pdf
from kiosk.slip.plain import clipboard_text, spoken_text
from kiosk.slip.raster import draw_dots
from kiosk.slip.ruler import make_ruler
from kiosk.slip.sample import sample_facts
from kiosk.slip.slip import PREVIEW_DPI, make_page, preview_image, save_file, save_picture
from kiosk.slip.template import LANGUAGES, load_template
from kiosk.text import Language


def run(settings: Settings, given: Namespace) -> int:
    """Saves a preview or the test slip and tells its file, or prints the test slip.

    Raises:
        KioskError: SETTINGS_INVALID, a template that cannot be used; INPUT_INVALID, OUTPUT_UNWRITABLE, FONT_MISSING;
            PRINTER_…: the test slip did not come out.
    """
    fonts = find_fonts(settings.screen.font)
    match given.action:
        case "preview":
            _preview(settings, given, fonts)
        case "ruler":
            _ruler(settings, given, fonts)
    return 0


def _preview(settings: Settings, given: Namespace, fonts: FontFiles) -> None:
    template = load_template(given.template) if given.template else template_of(settings)
    wished = Language(settings.printer.language)
    languages = LANGUAGES[given.language] if given.language else template.spoken(wished)
    facts = sample_facts(clinic_of(settings))
    paper = PAPERS[given.paper] if given.paper else paper_of(settings)
    out: Path = given.out
    match out.suffix.lower():
        case ".png":
            image = preview_image(facts, template, languages, paper=paper, fonts=fonts)
            save_picture(image, paper.dpi if paper.is_roll else PREVIEW_DPI, out)
        case ".pdf":
            page = make_page(facts, template, languages, paper=paper, fonts=fonts)
            save_file(make_pdf([page], facts.check_in.created_at, fonts), out)
        case ".txt":
            # Both forms: the list as the clipboard gets it, then what a screen reader says.
            blocks = lay_out(facts, template, languages[:1])
            save_file(f"{clipboard_text(blocks)}\n{spoken_text(blocks)}\n".encode(), out)
        case _:
            raise KioskError(FailureCode.INPUT_INVALID, "--out FILE.png, FILE.pdf or FILE.txt")
    sys.stdout.write(printable(str(out)) + "\n")


def _ruler(settings: Settings, given: Namespace, fonts: FontFiles) -> None:
    if not given.out and not given.print:
        raise KioskError(FailureCode.INPUT_INVALID, "--out FILE.png, FILE.pdf, or --print")
    paper = _paper(settings, given.paper)
    page = make_ruler(paper, fonts, Language(settings.printer.language))
    if given.out:
        _save_ruler(page, paper, given.out, fonts)
        sys.stdout.write(printable(str(given.out)) + "\n")
    if given.print:
        printer = printer_of(settings)
        if isinstance(printer, PagePrinter):
            outcome = printer.print_page(page)
        else:
            outcome = printer.write(encode(draw_dots(page, paper.dpi), finish_of(settings)))
        match outcome.state:
            case PrintState.FAILED:
                is_code = outcome.reason in set(FailureCode)
                code = FailureCode(outcome.reason) if is_code else FailureCode.PRINTER_NOT_READY
                raise KioskError(code, "" if is_code else outcome.reason)
            case PrintState.OFF:
                raise KioskError(FailureCode.PRINTER_NOT_CONFIGURED, "printer.target")
        sys.stdout.write(outcome.told + "\n")


def _save_ruler(page: SlipPage, paper: Paper, out: Path, fonts: FontFiles) -> None:
    match out.suffix.lower():
        case ".png":
            save_picture(draw_dots(page, paper.dpi), paper.dpi, out)
        case ".pdf":
            save_file(make_pdf([page], now(), fonts), out)
        case _:
            raise KioskError(FailureCode.INPUT_INVALID, "--out FILE.png or FILE.pdf")


def _paper(settings: Settings, wished: str) -> Paper:
    """The wished paper, else the settings' roll: a ruler counts dots, which only a roll has."""
    paper = PAPERS[wished] if wished else roll_of(settings.printer.width_dots)
    if paper is None:
        raise KioskError(FailureCode.SETTINGS_INVALID, "printer.width_dots")
    return paper
