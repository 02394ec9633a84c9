"""The dots: nothing is lost at the paper's edge, no letter is missing, the QR reads back."""

import hashlib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import VIETNAMESE_LETTERS, FontFiles, find_fonts
from kiosk.slip.blocks import Band, Block, Code, Number, Pair, Text
from kiosk.slip.page import Weight
from kiosk.slip.raster import WIDTHS_DOTS, render
from kiosk.slip.slip import Slip, save_png
from kiosk.slip.typeset import Letters
from kiosk.slip.visit_code import visit_code
from kiosk.text import Language

BlocksOf = Callable[..., tuple[Block, ...]]
SlipOf = Callable[..., Slip]
EDGE_DOTS = 12

widths = pytest.mark.parametrize("width_dots", WIDTHS_DOTS)


def ink_box(image: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of everything black."""
    box = ImageChops.invert(image.convert("L")).getbbox()
    assert box is not None
    return box


def assert_nothing_touches_the_edge(image: Image.Image, edge_dots: int = EDGE_DOTS) -> None:
    left, top, right, bottom = ink_box(image)
    assert left >= edge_dots
    assert top >= edge_dots
    assert right <= image.width - edge_dots
    assert bottom <= image.height - edge_dots


@widths
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("verdict", Verdict)
def test_every_slip_stays_on_its_paper(
    fonts: FontFiles, blocks_of: BlocksOf, width_dots: int, language: Language, verdict: Verdict
) -> None:
    odd = {"priority": Priority.UNDER_SIX, "reprints": 3, "ticket": "AB1234", "is_training": True}
    image = render(blocks_of(language, decision=Decision(verdict), **odd), width_dots, fonts)
    assert (image.mode, image.width) == ("1", width_dots)
    assert_nothing_touches_the_edge(image)


@widths
@pytest.mark.parametrize("length", [1, 2, 5, 17, 34, 60, 99, 100])
@pytest.mark.parametrize("spaced", [True, False], ids=["words", "one-word"])
def test_name_of_any_length_is_printed_whole_inside_the_paper(
    fonts: FontFiles, width_dots: int, length: int, spaced: bool
) -> None:
    syllables = "Nguyễn Phước Quỳnh Đặng Ễnh Ậm Trường Thuỷ " if spaced else "NguyễnƯỜNGỆm"
    name = (syllables * 20)[:length]
    image = render([Pair("Họ tên", name)], width_dots, fonts)
    assert_nothing_touches_the_edge(image)
    shorter = render([Pair("Họ tên", name[:-1])], width_dots, fonts)
    if not name[-1].isspace():
        assert shorter.tobytes() != image.tobytes(), "the last letter left ink"


@widths
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=100))
@settings(max_examples=25, deadline=None)
def test_any_text_whatever_its_script_stays_on_the_paper(width_dots: int, text: str) -> None:
    blocks: list[Block] = [
        Text(text, 20, Weight.BOLD),
        Pair("Họ tên", text),
        Band(text, 13),
        Code("LK1", (text,)),
        Pair(text, "x"),
    ]
    image = render([*blocks, Text("x", 10)], width_dots, find_fonts())
    assert_nothing_touches_the_edge(image, 2)  # marks of other scripts may hang over their letter


@widths
def test_long_clinic_service_and_way_stay_on_the_paper(fonts: FontFiles, width_dots: int) -> None:
    long = "Trung tâm Phục hồi chức năng và Chăm sóc sức khoẻ cộng đồng khu vực miền núi phía Bắc cơ sở hai"
    image = render([Text(long, 20, Weight.BOLD), Number("WW99999999", 92), Band(long, 36, (long,))], width_dots, fonts)
    assert_nothing_touches_the_edge(image)


@pytest.mark.parametrize("weight", Weight)
def test_each_of_the_134_letters_has_its_own_ink(fonts: FontFiles, weight: Weight) -> None:
    seen: dict[str, str] = {}
    for letter in VIETNAMESE_LETTERS:
        image = render([Text(letter, 20, weight)], 384, fonts)
        drawn = hashlib.sha256(image.tobytes()).hexdigest()
        assert drawn not in seen, f"{letter} looks like {seen[drawn]}"
        seen[drawn] = letter


@widths
@pytest.mark.parametrize("weight", Weight)
def test_marks_above_and_below_fit_between_the_lines(fonts: FontFiles, width_dots: int, weight: Weight) -> None:
    tall = Letters(fonts, weight, 40)
    lines = ["ỄẪỔỬẮẦ", "ẬỆỘỰẠỊỴ", "ỄẪỔỬẮẦ"]
    alone = [
        ink_box(render([Text(line, 40 * 72 / WIDTHS_DOTS[width_dots], weight)], width_dots, fonts)) for line in lines
    ]
    assert all(bottom - top <= tall.line_height for _, top, _, bottom in alone)
    together = render([Text(line, 40 * 72 / WIDTHS_DOTS[width_dots], weight) for line in lines], width_dots, fonts)
    white = [
        y for y in range(together.height) if not any(p == 0 for p in together.crop((0, y, width_dots, y + 1)).tobytes())
    ]
    assert white


def test_letter_that_the_family_lacks_comes_from_a_fallback(fonts: FontFiles) -> None:
    star = render([Text("★ → ✓ ≤", 20)], 576, fonts)
    unknown = render([Text("\U0010fffd \U0010fffd \U0010fffd \U0010fffd", 20)], 576, fonts)
    assert star.tobytes() != unknown.tobytes()
    assert ink_box(unknown)


def test_letter_that_no_font_has_is_a_visible_box_and_not_nothing(fonts: FontFiles) -> None:
    assert render([Text("a\U000f0000b", 20)], 576, fonts).tobytes() != render([Text("ab", 20)], 576, fonts).tobytes()


@widths
def test_qr_reads_back_to_the_visit(slip_of: SlipOf, width_dots: int) -> None:
    slip = slip_of(width_dots, visit_id="f00dfeed" * 4, is_training=True)
    found = zxingcpp.read_barcodes(slip.image.convert("L"))
    assert [code.text for code in found] == [visit_code("f00dfeed" * 4)]


def test_decomposed_name_prints_the_same_slip(slip_of: SlipOf) -> None:
    name = "Trần Thị Huệ Ễnh Mẫu"
    slips = [slip_of(full_name=form) for form in (name, unicodedata.normalize("NFD", name))]
    assert slips[0].job == slips[1].job


# A letter is read with ease from 200 times its height, and by most eyes from 300 times.
@pytest.mark.parametrize(("width_dots", "capital_mm"), [(576, 15.0), (512, 15.0), (384, 10.0)])
@pytest.mark.parametrize("ticket", ["A042", "T999", "Q100"])
def test_number_can_be_read_from_three_metres(
    blocks_of: BlocksOf, fonts: FontFiles, width_dots: int, capital_mm: float, ticket: str
) -> None:
    number = next(block for block in blocks_of(ticket=ticket) if isinstance(block, Number))
    _, top, _, bottom = ink_box(render([number], width_dots, fonts))
    assert (bottom - top) / WIDTHS_DOTS[width_dots] * 25.4 >= capital_mm


@pytest.mark.parametrize("width_dots", [0, 8, 400, 575, 640])
def test_width_that_no_printer_has_is_settings_invalid(fonts: FontFiles, width_dots: int) -> None:
    with pytest.raises(KioskError) as caught:
        render([Text("x", 10)], width_dots, fonts)
    assert caught.value.code is FailureCode.SETTINGS_INVALID


def test_other_family_prints_too(slip_of: SlipOf) -> None:
    slip = slip_of(384, is_training=True, fonts=find_fonts("DejaVu Sans"))
    assert_nothing_touches_the_edge(slip.image)


def test_picture_is_saved_whole_with_its_true_size(slip_of: SlipOf, tmp_path: Path) -> None:
    slip = slip_of(512)
    save_png(slip, tmp_path / "slip.png")
    with Image.open(tmp_path / "slip.png") as saved:
        assert saved.mode == "1"
        assert saved.tobytes() == slip.image.tobytes()
        assert round(saved.info["dpi"][0]) == 180
    assert [file.name for file in tmp_path.iterdir()] == ["slip.png"]


def test_folder_that_is_absent_is_output_unwritable(slip_of: SlipOf, tmp_path: Path) -> None:
    slip = slip_of(512)
    with pytest.raises(KioskError) as caught:
        save_png(slip, tmp_path / "absent" / "slip.png")
    assert caught.value.code is FailureCode.OUTPUT_UNWRITABLE


def test_slip_says_nothing_of_the_person_in_its_repr(slip_of: SlipOf, blocks_of: BlocksOf) -> None:
    slip = slip_of(384)
    assert repr(slip) == "<Slip>"
    assert "Nguyễn" not in repr(blocks_of())


@pytest.mark.parametrize(
    ("changes", "most_bytes"),
    [
        ({}, 34_560),
        ({"now_serving": "A036", "ahead": 5, "wait": (20, 30)}, 34_560),
        ({"now_serving": "A036", "ahead": 5, "wait": (20, 30), "priority": Priority.SEVENTY_FIVE}, 40_000),
    ],
    ids=["plain", "with-queue", "with-queue-and-priority"],
)
@widths
def test_ordinary_slip_takes_three_seconds_of_a_serial_line(
    slip_of: SlipOf, width_dots: int, changes: dict[str, object], most_bytes: int
) -> None:
    assert len(slip_of(width_dots, **changes).job) <= most_bytes  # 115,200 baud: 11,520 bytes a second
