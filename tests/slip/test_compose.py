"""The page: every letter has a glyph and a place inside the paper, and the picture shows what was set there."""

import logging
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from kiosk.fonts import FontFiles, find_fonts, has_all
from kiosk.slip.blocks import Block, Code, Pair, Text
from kiosk.slip.compose import compose, modules
from kiosk.slip.facts import SlipFacts
from kiosk.slip.layout import lay_out, one_line
from kiosk.slip.page import MM_PER_INCH, PAPERS, BoxMark, CodeMark, Paper, PictureMark, RuleMark, SlipPage, TextRun
from kiosk.slip.raster import draw_dots
from kiosk.slip.template import Template
from kiosk.slip.typeset import SUBSTITUTE, can_shape
from kiosk.slip.visit_code import visit_code
from kiosk.text import Language

BlocksOf = Callable[..., tuple[Block, ...]]
LettersOf = Callable[[SlipPage], str]
Misprinted = Callable[..., list[int]]
papers = pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.name)

NAMES = {
    "chinese": "王小明",
    "japanese": "やまだ たろう",
    "korean": "김철수",
    "thai": "สมชาย ใจดีนักปราชญ์",
    "lao": "ສົມພອນ ວົງສາ",
    "khmer": "សុខ ចាន់រស្មី",
    "burmese": "မောင်မောင်",
    "arabic": "محمد بن عبد الله",
    "hebrew": "משה בן דוגמה",
    "devanagari": "श्री नरेन्द्र कुमार",
    "tamil": "தமிழ்ச்செல்வன்",
    "cyrillic": "Дмитрий Образцов",
    "greek": "Γεώργιος Παράδειγμα",
    "cham": "ꨌꨚꩌ",
    "tai-viet": "ꪼꪕꪒꪾ",
}
scripts = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


def runs(page: SlipPage) -> list[TextRun]:
    return [mark for mark in page.marks if isinstance(mark, TextRun)]


def assert_inside(page: SlipPage, paper: Paper) -> None:
    """Every mark within the margins, as far as its recorded place says."""
    least, most = paper.margin_mm - 0.15, page.width_mm - paper.margin_mm + 0.15
    for mark in page.marks:
        match mark:
            case TextRun():
                left, right, top, bottom = mark.x_mm, mark.x_mm + mark.width_mm, mark.baseline_mm, mark.baseline_mm
            case RuleMark():
                left, right, top, bottom = mark.x_mm, mark.x_mm + mark.width_mm, mark.y_mm, mark.y_mm
            case BoxMark() | PictureMark():
                left, right = mark.x_mm, mark.x_mm + mark.width_mm
                top, bottom = mark.y_mm, mark.y_mm + mark.height_mm
            case CodeMark():
                side = mark.module_mm * len(mark.rows)
                left, right, top, bottom = mark.x_mm, mark.x_mm + side, mark.y_mm, mark.y_mm + side
        assert least <= left <= right <= most
        assert paper.margin_mm - 0.15 <= top <= bottom <= page.height_mm - paper.margin_mm + 0.15


@papers
@pytest.mark.parametrize("language", Language)
def test_every_mark_lies_within_the_margins(
    blocks_of: BlocksOf, fonts: FontFiles, paper: Paper, language: Language
) -> None:
    blocks = blocks_of(language, is_training=True, reprints=12, ticket="AB1234", ahead=99, wait=(225, 240))
    assert_inside(compose(blocks, paper, fonts), paper)


@papers
def test_name_of_a_hundred_letters_and_long_clinic_stay_on_the_paper(
    blocks_of: BlocksOf, fonts: FontFiles, paper: Paper, letters_of: LettersOf
) -> None:
    for name in ("Nguyễn Phước Quỳnh Đặng Ễnh Ậm Trường Thuỷ " * 3, "NguyễnƯỜNGỆm" * 9):
        page = compose(blocks_of(full_name=name[:100]), paper, fonts)
        assert_inside(page, paper)
        assert letters_of(page).count(unicodedata.normalize("NFC", name[:100]).replace(" ", "")) == 1


@papers
def test_words_are_the_same_on_every_paper(
    blocks_of: BlocksOf, fonts: FontFiles, paper: Paper, letters_of: LettersOf
) -> None:
    narrow = compose(blocks_of(), PAPERS["58"], fonts)
    assert sorted(letters_of(compose(blocks_of(), paper, fonts))) == sorted(letters_of(narrow))


@papers
def test_page_is_as_high_as_its_sheet_or_its_slip(blocks_of: BlocksOf, fonts: FontFiles, paper: Paper) -> None:
    page = compose(blocks_of(), paper, fonts)
    assert page.width_mm == paper.width_mm
    if paper.height_mm is None:
        assert 80 < page.height_mm < 160
    else:
        assert page.height_mm == paper.height_mm


@pytest.mark.parametrize("name", ["A4", "A5", "A6"])
def test_sheet_is_filled_and_its_number_can_be_read_from_three_metres(
    blocks_of: BlocksOf, fonts: FontFiles, name: str
) -> None:
    paper = PAPERS[name]
    page = compose(blocks_of(), paper, fonts)
    number = max(runs(page), key=lambda run: run.size_pt)
    assert number.text == "A042"
    assert number.size_pt * 0.727 / 72 * MM_PER_INCH >= 15.0, "its capitals, in millimetres"
    bottom = max(mark.y_mm + mark.module_mm * len(mark.rows) for mark in page.marks if isinstance(mark, CodeMark))
    assert bottom > page.height_mm * 0.75


@scripts
def test_name_of_another_script_has_all_its_letters(
    blocks_of: BlocksOf, fonts: FontFiles, name: str, letters_of: LettersOf, misprinted: Misprinted
) -> None:
    page = compose(blocks_of(full_name=name), PAPERS["80"], fonts)
    assert SUBSTITUTE not in letters_of(page)
    assert misprinted(page, PAPERS["80"]) == []
    for run in runs(page):
        assert has_all(run.file, run.text.replace("\u200c", "").replace("\u200d", ""))


@scripts
def test_name_of_another_script_stands_above_its_latin_spelling(blocks_of: BlocksOf, name: str) -> None:
    [pair] = [b for b in blocks_of(full_name=name, latin_name="MAU VAN") if isinstance(b, Pair) and b.label == "Họ tên"]
    assert (pair.value, pair.also_value) == (unicodedata.normalize("NFC", name), "MAU VAN")


def test_latin_name_is_not_said_twice(blocks_of: BlocksOf) -> None:
    [pair] = [b for b in blocks_of(latin_name="NGUYEN VAN MAU") if isinstance(b, Pair) and b.label == "Họ tên"]
    assert pair.also_value == ""


def test_arabic_words_run_from_right_to_left_between_latin_ones(fonts: FontFiles) -> None:
    page = compose([Text("Nguyễn محمد بن 42 علي Mẫu", 10)], PAPERS["80"], fonts)
    assert [run.text for run in runs(page)] == ["Nguyễn", "علي", "42", "بن", "محمد", "Mẫu"]
    assert [run.is_right_to_left for run in runs(page)] == [False, True, False, True, True, False]
    assert all(one.x_mm + one.width_mm < other.x_mm for one, other in zip(runs(page), runs(page)[1:], strict=False))


def test_letters_that_join_are_shaped_and_simple_ones_are_not(fonts: FontFiles) -> None:
    assert can_shape(), "Pillow's wheel shapes where libfribidi0 is installed"
    shaped = {
        run.text: run.is_shaped for run in runs(compose([Text("Mẫu محمد สมชาย 王 김 Дми", 10)], PAPERS["80"], fonts))
    }
    assert shaped == {"Mẫu": False, "محمد": True, "สมชาย": True, "王": False, "김": False, "Дми": False}


def test_without_shaping_what_needs_it_is_substituted_and_not_garbled(
    fonts: FontFiles, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, letters_of: LettersOf
) -> None:
    monkeypatch.setattr("kiosk.slip.typeset.can_shape", lambda: False)
    page = compose([Pair("Họ tên", "Mẫu محمد", also_value="MOHAMMED")], PAPERS["80"], fonts)
    assert letters_of(page) == f"HọtênMẫu{SUBSTITUTE * 4}MOHAMMED"
    assert "glyph-missing: 4 letters" in caplog.text


@pytest.mark.parametrize("letter", ["\U000f0000", "\U0001e900", "\U00012000"], ids=["private", "adlam", "cuneiform"])
def test_letter_that_no_font_has_is_substituted_and_logged_without_the_name(
    fonts: FontFiles, letter: str, caplog: pytest.LogCaptureFixture, letters_of: LettersOf
) -> None:
    with caplog.at_level(logging.WARNING):
        page = compose([Pair("Họ tên", f"Mẫu {letter}{letter}", also_value="MAU")], PAPERS["80"], fonts)
    assert letters_of(page) == f"HọtênMẫu{SUBSTITUTE * 2}MAU"
    [record] = caplog.records
    assert record.getMessage().startswith(f"glyph-missing: 2 letters shown as {SUBSTITUTE}, of scripts: ")
    assert "Mẫu" not in record.getMessage()
    assert letter not in record.getMessage()


def test_whole_slip_logs_nothing(blocks_of: BlocksOf, fonts: FontFiles, caplog: pytest.LogCaptureFixture) -> None:
    for language in Language:
        compose(blocks_of(language, is_training=True, reprints=1), PAPERS["80"], fonts)
    assert caplog.records == []


@given(name=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=100))
@settings(max_examples=40, deadline=None)
def test_any_name_is_set_whole_and_inside(name: str, letters_of: LettersOf) -> None:
    fonts, paper = find_fonts(), PAPERS["58"]
    page = compose([Pair("Họ tên", one_line(name))], paper, fonts)
    assert_inside(page, paper)
    set_letters = letters_of(page).removeprefix("Họtên")
    assert len(set_letters) == len("".join(one_line(name).split()))


@papers
def test_qr_holds_the_visit_and_nothing_else(
    facts_of: Callable[..., SlipFacts], blocks_of: BlocksOf, fonts: FontFiles, paper: Paper
) -> None:
    page = compose(blocks_of(visit_id="f00dfeed" * 4), paper, fonts)
    [code] = [mark for mark in page.marks if isinstance(mark, CodeMark)]
    assert code.text == visit_code("f00dfeed" * 4)
    assert code.module_mm >= 0.37
    found = zxingcpp.read_barcodes(draw_dots(page, paper.dpi if paper.is_roll else 300).convert("L"))
    assert [one.text for one in found] == [code.text]


def test_code_is_square_and_has_no_quiet_zone() -> None:
    rows = modules("LK1:0")
    assert {len(row) for row in rows} == {len(rows)}
    assert rows[0][:8] == (True,) * 7 + (False,)


def test_read_back_sees_a_wrong_a_lost_and_a_moved_letter(fonts: FontFiles, misprinted: Misprinted) -> None:
    paper = PAPERS["80"]
    page = compose([Text("Nguyễn Mẫu", 12)], paper, fonts)
    first, second = runs(page)
    assert misprinted(page, paper) == []
    for wrong in (replace(first, text="Nguyển"), replace(first, text="Nguyễ"), replace(first, x_mm=first.x_mm + 1)):
        drawn = draw_dots(replace(page, marks=(wrong, second)), paper.dpi)
        assert misprinted(page, paper, drawn) == [0]


def test_roll_and_sheet_stand_in_one_order(
    blocks_of: BlocksOf, fonts: FontFiles, template: Template, letters_of: LettersOf
) -> None:
    assert letters_of(compose(blocks_of(), PAPERS["80"], fonts)) == letters_of(
        compose(blocks_of(), PAPERS["A4"], fonts)
    )


def test_text_beside_a_code_never_touches_it(fonts: FontFiles) -> None:
    blocks = [Code("LK1:0", ("Xin giữ phiếu này và chờ gọi số " * 4, "Lượt khám"))]
    for paper in PAPERS.values():
        page = compose(blocks, paper, fonts)
        [code] = [mark for mark in page.marks if isinstance(mark, CodeMark)]
        quiet = code.x_mm + code.module_mm * (len(code.rows) + 4)
        assert all(run.x_mm >= quiet - 0.1 for run in runs(page))


def test_dots_of_the_roll_are_the_dots_of_its_marks(blocks_of: BlocksOf, fonts: FontFiles) -> None:
    paper = PAPERS["80"]
    page = compose(blocks_of(), paper, fonts)
    image = draw_dots(page, paper.dpi)
    assert image.size == (576, round(page.height_mm / MM_PER_INCH * paper.dpi))
    box = ImageChops.invert(image.convert("L")).getbbox()
    assert box is not None
    assert box[0] >= 12
    assert box[2] <= 576 - 12


@pytest.mark.parametrize("paper", [paper for paper in PAPERS.values() if paper.is_roll], ids=lambda paper: paper.name)
def test_invented_names_are_printed_letter_by_letter(
    blocks_of: BlocksOf,
    fonts: FontFiles,
    paper: Paper,
    invented_names: Callable[..., Iterator[str]],
    faults_of: Callable[[str, Paper, SlipPage], list[str]],
) -> None:
    for number, name in enumerate(invented_names(20, seed=paper.width_dots)):
        assert faults_of(name, paper, compose(blocks_of(full_name=name), paper, fonts)) == [], f"name {number}"


@pytest.mark.parametrize("chain", ["क\u094d" * 2000, "क\u200d" * 2000, "\u1100" * 500 + "\u1161" * 500])
@papers
def test_endless_chain_of_joined_letters_stays_on_the_paper(
    facts_of: Callable[..., SlipFacts], template: Template, fonts: FontFiles, paper: Paper, chain: str
) -> None:
    page = compose(lay_out(facts_of(full_name=chain), template, (Language.VI,)), paper, fonts)
    assert_inside(page, paper)


@pytest.mark.parametrize("pile", ["ก" + "\u0e34\u0e48" * 300, "A" + "\u0301\u0302\u0316" * 300])
def test_pile_of_marks_covers_no_other_row(
    facts_of: Callable[..., SlipFacts], template: Template, fonts: FontFiles, pile: str
) -> None:
    def above(name: str) -> bytes:
        facts = facts_of(full_name=name, ahead=3, now_serving="A036")
        page = compose(lay_out(facts, template, (Language.VI,)), PAPERS["80"], fonts)
        label_mm = next(mark.baseline_mm for mark in page.marks if isinstance(mark, TextRun) and mark.text == "Họ")
        image = draw_dots(page, PAPERS["80"].dpi)
        # The row before it, down to the hairline between them.
        return image.crop((0, 0, image.width, round((label_mm - 4.6) * PAPERS["80"].dpi / MM_PER_INCH))).tobytes()

    assert above(pile) == above("Mẫu")
