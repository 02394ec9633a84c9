"""A slip's page as PDF: every letter can be selected, also where its script is drawn as a picture.

Fonts of other scripts are large, and their letters need shaping, which a PDF leaves to whoever writes it: such runs go
in as pictures of 600 dots to the inch with their letters, not drawn, above them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from PIL import Image, ImageDraw

from kiosk.fonts import FontFiles
from kiosk.slip.page import MM_PER_INCH, BoxMark, CodeMark, Mark, PictureMark, RuleMark, SlipPage, TextRun
from kiosk.slip.pdf import Page
from kiosk.slip.typeset import clusters, font_of

_PICTURE_DPI = 600
_POINTS_PER_MM = 72 / MM_PER_INCH


def make_pdf(pages: Sequence[SlipPage], made_at: datetime, fonts: FontFiles) -> bytes:
    """The file: pages of one size under the first one's title, which viewers show and which names nobody."""
    first = pages[0]
    drawn = Page(fonts, first.title, made_at, first.width_mm, first.height_mm)
    for number, page in enumerate(pages):
        if number:
            drawn.turn()
        for mark in page.marks:
            _mark(drawn, mark, fonts)
    return drawn.finish()


def _mark(drawn: Page, mark: Mark, fonts: FontFiles) -> None:
    match mark:
        case TextRun():
            _text(drawn, mark, fonts)
        case RuleMark():
            middle_mm = mark.y_mm + mark.thickness_mm / 2
            grey = 0.65 if mark.is_fine else 0.0
            drawn.rule(mark.x_mm, middle_mm, mark.width_mm, mark.thickness_mm * _POINTS_PER_MM, grey)
        case BoxMark():
            place = (mark.x_mm, mark.y_mm, mark.width_mm, mark.height_mm)
            drawn.round_box(*place, mark.radius_mm, mark.line_mm, filled=mark.is_filled)
        case PictureMark():
            drawn.picture(mark.x_mm, mark.y_mm, mark.width_mm, mark.height_mm, mark.logo.image)
        case CodeMark():
            drawn.squares(mark.x_mm, mark.y_mm, mark.module_mm, mark.rows)
        case _:
            assert_never(mark)


def _text(drawn: Page, run: TextRun, fonts: FontFiles) -> None:
    grey = 1.0 if run.is_white else 0.0
    if not run.is_shaped and run.file not in fonts.scripts:
        drawn.runs(run.x_mm, run.baseline_mm, [(run.file, run.text)], run.size_pt, grey)
        return
    font = font_of(run.file, max(1, round(run.size_pt * _PICTURE_DPI / 72)), shaped=run.is_shaped)
    left, top, right, bottom = map(round, font.getbbox(run.text, anchor="ls"))
    if right > left and bottom > top:
        grey_letters = Image.new("L", (right - left, bottom - top), 255)
        ImageDraw.Draw(grey_letters).text((-left, -top), run.text, fill=0, font=font, anchor="ls")
        letters = grey_letters.point([0 if value < 128 else 255 for value in range(256)], "1")
        drawn.picture(
            run.x_mm + _mm(left), run.baseline_mm + _mm(top), _mm(letters.width), _mm(letters.height), letters, grey
        )
    # Viewers take letters from left to right and turn round what they know to run to the left.
    selected = "".join(reversed(clusters(run.text))) if run.is_right_to_left else run.text
    drawn.hidden_text(run.x_mm, run.baseline_mm, selected, run.size_pt, run.width_mm)


def _mm(dots: int) -> float:
    return dots / _PICTURE_DPI * MM_PER_INCH
