"""Contrast, sizes, letters, icons: what every page relies on."""

import sys
from itertools import product
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QRectF, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QApplication

from kiosk.failure import FailureCode
from kiosk.fonts import VIETNAMESE_LETTERS
from kiosk.text import Language, catalog
from kiosk.ui.theme.icons import icon_names, paint_icon
from kiosk.ui.theme.letters import Voice, load_letters
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT, Palette, Tone, contrast
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets.flow import Abreast, Column, Row, Space
from kiosk.ui.widgets.text import Typesetter, wrap

PALETTES = [pytest.param(LIGHT, id="light"), pytest.param(HIGH_CONTRAST, id="high-contrast")]


def test_contrast_agrees_with_the_extremes_of_its_definition() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


@pytest.mark.parametrize("palette", PALETTES)
def test_every_text_is_seven_to_one(palette: Palette) -> None:
    pairs = [*product((palette.ink, palette.ink_soft), (palette.ground, palette.surface))]
    pairs += [(palette.on_brand, palette.brand), (palette.on_brand, palette.brand_pressed)]
    pairs += [(palette.on_brand_soft, palette.brand), (palette.brand, palette.surface), (palette.brand, palette.ground)]
    pairs += [(palette.brand, palette.brand_tint), (palette.ink, palette.brand_tint)]
    pairs += [(palette.tone(tone).ink, palette.tone(tone).ground) for tone in Tone]
    for ink, ground in pairs:
        assert contrast(ink, ground) >= 7, (ink, ground)


@pytest.mark.parametrize("palette", PALETTES)
def test_every_edge_and_sign_is_three_to_one(palette: Palette) -> None:
    for ground in (palette.ground, palette.surface):
        assert contrast(palette.line, ground) >= 3
    assert contrast(palette.glow, palette.device) >= 3
    assert contrast(palette.ink_soft, palette.disabled) >= 4.5


def test_sizes_are_millimetres_on_the_glass() -> None:
    scale = Scale(4.0)
    assert scale.mm(20) == 80
    assert scale.points(72) == round(25.4 * 4)
    assert scale.with_text(1.5).points(72) == round(25.4 * 4 * 1.5)
    assert scale.with_text(1.5).mm(20) == 80
    assert scale.to_mm(80) == 20


def test_letters_of_patients_are_read_at_sixty_centimetres(qapp: QApplication) -> None:
    font = load_letters().font(Voice.BODY, Scale(4.03))
    cap_mm = QFontMetricsF(font).capHeight() / 4.03
    assert cap_mm / 600 * 57.296 >= 0.7


def test_every_vietnamese_letter_stands_inside_its_line(qapp: QApplication) -> None:
    letters = load_letters()
    for voice in Voice:
        if voice is Voice.TICKET:
            continue
        font = letters.font(voice, Scale(4.03))
        setter = Typesetter(font)
        assert setter.line >= 1.35 * font.pixelSize()
        for letter in VIETNAMESE_LETTERS + "Ễ Ậ gjqpy":
            drawn = QPainterPath()
            drawn.addText(0, 0, font, letter)
            box = drawn.boundingRect()
            assert setter.baseline() + box.top() >= 0, (voice, letter)
            assert setter.baseline() + box.bottom() <= setter.line, (voice, letter)


def test_figures_align(qapp: QApplication) -> None:
    metrics = QFontMetricsF(load_letters().font(Voice.STRONG, Scale(4.03), tabular=True))
    widths = [metrics.horizontalAdvance(figure) for figure in "0123456789"]
    assert max(widths) - min(widths) < 0.1


@pytest.mark.parametrize("name", icon_names())
def test_an_icon_is_drawn_in_its_colour(qapp: QApplication, name: str) -> None:
    image = QImage(48, 48, QImage.Format.Format_ARGB32)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    paint_icon(painter, name, QRectF(0, 0, 48, 48), "#005A4F")
    painter.end()
    colours = {image.pixelColor(x, y).name() for x in range(48) for y in range(48)}
    assert "#005a4f" in colours
    assert "#ffffff" in colours


@given(st.lists(st.text("abẮệ·/.", min_size=1, max_size=12), min_size=1, max_size=20), st.integers(1, 60))
def test_wrapping_loses_no_word_and_keeps_to_the_width(words: list[str], width: int) -> None:
    text = " ".join(words)
    for balanced in (False, True):
        lines = wrap(text, width, len, balanced=balanced)
        assert "".join(lines).replace(" ", "").replace("·", "") == text.replace(" ", "").replace("·", "")
        assert all(len(line) <= width or " " not in line for line in lines)


@given(st.lists(st.text("abcde", min_size=1, max_size=9), min_size=1, max_size=15), st.integers(9, 60))
def test_balancing_needs_no_further_line(words: list[str], width: int) -> None:
    text = " ".join(words)
    assert len(wrap(text, width, len)) == len(wrap(text, width, len, balanced=False))


def test_a_sentence_begins_on_its_own_line_where_that_costs_none() -> None:
    assert wrap("Chọn một cách. Máy không giữ thẻ.", 22, len) == ["Chọn một cách.", "Máy không giữ thẻ."]


def test_two_things_joined_by_a_dot_are_parted_by_the_line() -> None:
    assert wrap("Phòng 203 · Nội tổng quát", 14, len) == ["Phòng 203", "Nội tổng quát"]


def test_word_of_several_syllables_stands_on_one_line_where_that_costs_none() -> None:
    title = "Mời đặt thẻ Căn cước lên đầu đọc"
    assert wrap(title, 22, len) == ["Mời đặt thẻ Căn cước", "lên đầu đọc"]
    assert wrap(title, 17, len) == ["Mời đặt thẻ Căn", "cước lên đầu đọc"], "not for one line more"
    assert wrap("Đầu đọc", 4, len) == ["Đầu", "đọc"], "nor where it has no room"


class Box(Space):
    """A space that remembers its place."""

    __slots__ = ()
    placed: ClassVar[dict[int, QRect]] = {}

    def place(self, area: QRect) -> None:
        Box.placed[id(self)] = area


def test_a_column_gives_what_is_left_by_stretch_and_takes_from_what_can_shrink() -> None:
    first, second = Box(40, 10), Box(20, 20)
    Column([first, second], gap=4, stretch=[1, 0]).place(QRect(0, 0, 50, 100))
    assert (Box.placed[id(first)].height(), Box.placed[id(second)].top()) == (76, 80)
    Column([first, second], gap=4).place(QRect(0, 0, 50, 50))
    assert Box.placed[id(first)].height() == 26


def test_rows_share_their_width_to_the_pixel() -> None:
    boxes = [Box(), Box(), Box()]
    Row(boxes, gap=5, shares=[1, 1, 1]).place(QRect(0, 0, 101, 10))
    last = Box.placed[id(boxes[2])]
    assert last.right() == 100
    assert sum(Box.placed[id(box)].width() for box in boxes) == 91


@pytest.mark.parametrize(
    ("width", "places"),
    [(70, [(0, 0, 30, 30), (50, 0, 20, 30)]), (59, [(0, 0, 59, 30), (0, 35, 59, 20)])],
    ids=["enough", "too short"],
)
def test_pieces_abreast_go_below_each_other_where_one_line_is_too_short(
    width: int, places: list[tuple[int, int, int, int]]
) -> None:
    boxes = [Box(30, 30), Box(20, 20)]
    abreast = Abreast(*boxes, gap=10)
    assert abreast.natural_width() == 60
    abreast.place(QRect(0, 0, width, abreast.natural_height(width)))
    assert [Box.placed[id(box)].getRect() for box in boxes] == places


def test_calls_of_qt_take_nothing_of_what_python_counts(qapp: QApplication) -> None:
    """A PySide6 that takes a reference of None or True at each call ends a kiosk with Python 3.11 within a day."""
    timer, image = QTimer(), QImage(4, 4, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    before = [sys.getrefcount(one) for one in (None, True, False)]
    for _ in range(1_000):
        painter.setOpacity(1.0)
        timer.timeout.emit()
    painter.end()
    after = [sys.getrefcount(one) for one in (None, True, False)]
    assert all(abs(now - then) < 100 for now, then in zip(after, before, strict=True))


@pytest.mark.parametrize("language", list(Language))
def test_every_failure_has_its_sentences(language: Language) -> None:
    sentences = catalog(language)
    for code in FailureCode:
        for name in ("patient", "patient_do", "patient_done", "staff", "cure"):
            assert sentences[f"failure.{code.value}.{name}"].strip(), (code, name)


def test_both_languages_hold_the_same_screen() -> None:
    import string

    vi, en = catalog(Language.VI), catalog(Language.EN)
    ours = {key for key in vi if key.startswith(("screen.", "failure."))}
    assert ours == {key for key in en if key.startswith(("screen.", "failure."))}
    for key in ours:
        fields = [{name for _, name, _, _ in string.Formatter().parse(text[key]) if name} for text in (vi, en)]
        assert fields[0] == fields[1], key
