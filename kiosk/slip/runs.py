"""A line of letters -> runs on the page: one mechanism for slips, the test slip and the guns' sheet."""

from dataclasses import dataclass, replace

from kiosk.privacy import Personal
from kiosk.slip.page import TextRun, mm_of
from kiosk.slip.typeset import Letters, is_right_to_left


@dataclass(frozen=True, slots=True, repr=False)
class SetLine(Personal):
    """One line's runs from left to right, and the letters of it that no font has."""

    runs: tuple[TextRun, ...]
    missing: str = ""


def set_line(letters: Letters, line: str, left: float, baseline: float, dpi: int, *, is_white: bool = False) -> SetLine:
    """Word by word on coarse dots; whole stretches of one font where dots are fine: a reader finds the words together.

    `left` and `baseline` are dots of `dpi` from the page's upper left corner, as `letters` are measured in them.
    """
    runs: list[TextRun] = []
    missing = ""
    for placed in letters.place(line):
        missing += placed.piece.missing
        run = TextRun(
            mm_of(left + placed.x, dpi),
            mm_of(baseline, dpi),
            mm_of(placed.width, dpi),
            placed.piece.text,
            letters.size_dots * 72 / dpi,
            letters.weight,
            placed.piece.file,
            placed.piece.is_shaped,
            is_right_to_left(placed.piece.text),
            is_white,
        )
        last = runs[-1] if runs and letters.fine else None
        if last and last.file == run.file and not (last.is_shaped or run.is_shaped or run.is_right_to_left):
            # Two pieces of one font are two words: within a word they would be one piece.
            width_mm = run.x_mm + run.width_mm - last.x_mm
            runs[-1] = replace(last, text=f"{last.text} {run.text}", width_mm=width_mm)
        else:
            runs.append(run)
    return SetLine(tuple(runs), missing)
