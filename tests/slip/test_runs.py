"""A line of letters as runs: where each stands, which words become one, and what no font has."""

from itertools import pairwise

import pytest

from kiosk.fonts import FontFiles
from kiosk.slip.page import PAPERS, TextRun, Weight, dots_of, mm_of
from kiosk.slip.ruler import make_ruler
from kiosk.slip.runs import set_line
from kiosk.slip.typeset import Letters
from kiosk.text import Language

DPI = 203
NOBODYS_LETTER = "\U000f0000"


@pytest.fixture
def coarse(fonts: FontFiles) -> Letters:
    return Letters(fonts, Weight.BOLD, 28)


@pytest.fixture
def fine(fonts: FontFiles) -> Letters:
    return Letters(fonts, Weight.BOLD, 100, fine=True)


def test_words_on_coarse_dots_stand_for_themselves_on_whole_dots(coarse: Letters) -> None:
    line = set_line(coarse, "Phòng khám 203", 16, 40, DPI)
    assert [run.text for run in line.runs] == ["Phòng", "khám", "203"]
    assert line.runs[0].x_mm == mm_of(16, DPI)
    assert {run.baseline_mm for run in line.runs} == {mm_of(40, DPI)}
    lefts = [run.x_mm * DPI / 25.4 for run in line.runs]
    assert lefts == pytest.approx([round(left) for left in lefts])
    assert line.missing == ""


def test_words_of_one_font_on_fine_dots_are_one_run_as_wide_as_all(fine: Letters) -> None:
    [run] = set_line(fine, "Phòng khám 203", 0, 100, 720).runs
    assert run.text == "Phòng khám 203"
    assert run.width_mm == pytest.approx(mm_of(fine.width("Phòng khám 203"), 720), abs=mm_of(2, 720))
    assert (run.size_pt, run.weight, run.file) == (10.0, Weight.BOLD, fine.fonts.bold)


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        ("Mẫu 王 小明 Anh", ["Mẫu", "王 小明", "Anh"]),
        ("Mẫu สมชาย ใจดี Anh", ["Mẫu", "สมชาย", "ใจดี", "Anh"]),
        ("Mẫu محمد علي Anh", ["Mẫu", "علي", "محمد", "Anh"]),
    ],
    ids=["another font", "shaped", "right to left"],
)
def test_words_on_fine_dots_stay_apart_where_font_shape_or_direction_changes(
    fine: Letters, line: str, runs: list[str]
) -> None:
    found = set_line(fine, line, 0, 100, 720).runs
    assert [run.text for run in found] == runs
    assert all(run.x_mm + run.width_mm <= other.x_mm for run, other in pairwise(found))


def test_white_letters_are_white_in_every_run(coarse: Letters) -> None:
    assert all(run.is_white for run in set_line(coarse, "Ưu tiên", 0, 40, DPI, is_white=True).runs)
    assert not any(run.is_white for run in set_line(coarse, "Ưu tiên", 0, 40, DPI).runs)


def test_letters_that_no_font_has_are_named_to_whoever_logs_them_and_to_nobody_else(coarse: Letters) -> None:
    line = set_line(coarse, f"Mẫu {NOBODYS_LETTER}{NOBODYS_LETTER}", 0, 40, DPI)
    assert line.missing == NOBODYS_LETTER * 2
    assert NOBODYS_LETTER not in "".join(run.text for run in line.runs)
    assert repr(line) == "<SetLine>"


def test_empty_line_has_no_runs(coarse: Letters) -> None:
    assert set_line(coarse, "", 0, 40, DPI).runs == ()


@pytest.mark.parametrize("dpi", [180, 203, 720])
def test_whole_dots_survive_the_way_to_millimetres_and_back(dpi: int) -> None:
    assert [dots_of(mm_of(dots, dpi), dpi) for dots in range(6000)] == list(range(6000))


@pytest.mark.parametrize("paper", ["80", "80-512", "58"])
@pytest.mark.parametrize("language", Language)
def test_letters_of_the_test_slip_stand_on_whole_dots_of_its_paper_and_inside(
    fonts: FontFiles, paper: str, language: Language
) -> None:
    page, dpi = make_ruler(PAPERS[paper], fonts, language), PAPERS[paper].dpi
    runs = [mark for mark in page.marks if isinstance(mark, TextRun)]
    assert len(runs) > 40
    for run in runs:
        for place in (run.x_mm, run.baseline_mm):
            assert place * dpi / 25.4 == pytest.approx(round(place * dpi / 25.4))
        assert run.x_mm >= 0
        assert run.x_mm + run.width_mm <= page.width_mm
        assert run.baseline_mm <= page.height_mm
