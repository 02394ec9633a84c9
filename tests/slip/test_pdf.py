"""The page as PDF: its letters are there to be read, selected and drawn, in the house's own font."""

import re
import struct
import zlib
from datetime import datetime
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # a second opinion on what was embedded

from kiosk.fonts import VIETNAMESE_LETTERS, FontFiles, find_fonts
from kiosk.slip.page import Weight
from kiosk.slip.pdf import Page

MADE_AT = datetime(2026, 11, 21, 8, 0)  # noqa: DTZ001 - the clinic's own clock, as it is printed


@pytest.fixture(scope="module")
def fonts() -> FontFiles:
    return find_fonts()


@pytest.fixture
def page(fonts: FontFiles) -> Page:
    return Page(fonts, "Chứng từ", MADE_AT)


def streams(pdf: bytes) -> list[bytes]:
    """Every stream of the file, unpacked."""
    found = re.findall(rb"/Length (\d+) [^>]*>>\nstream\n", pdf)
    starts = [match.end() for match in re.finditer(rb">>\nstream\n", pdf)]
    return [zlib.decompress(pdf[start : start + int(length)]) for start, length in zip(starts, found, strict=True)]


def selected(pdf: bytes) -> str:
    """What somebody gets who selects the whole page: glyphs looked up in their own font's letters."""
    maps: dict[str, dict[str, str]] = {}
    objects = dict(re.findall(rb"(?s)\n(\d+) 0 obj\n(.*?)\nendobj", pdf))
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", objects[b"3"]):
        letters = re.search(rb"/ToUnicode (\d+) 0 R", objects[number])
        assert letters is not None
        written = streams(b"\n1 0 obj\n" + objects[letters[1]])[0].decode()
        pairs = re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>", written)
        maps[name.decode()] = {glyph: bytes.fromhex(code).decode("utf-16-be") for glyph, code in pairs}
    drawn = streams(b"\n4 0 obj\n" + objects[b"4"])[0].decode()
    text = ""
    for line in drawn.splitlines():
        if shown := re.fullmatch(r"/(F\d+) \S+ Tf <([0-9A-F]*)> Tj", line):
            text += "".join(maps[shown[1]][glyph] for glyph in re.findall("....", shown[2]))
        elif line == "ET":
            text += "\n"
    return text


def test_every_vietnamese_letter_can_be_selected(page: Page) -> None:
    for at, weight in enumerate(Weight):
        page.text(20, 20 + 10 * at, VIETNAMESE_LETTERS, 8, weight)
    assert selected(page.finish()) == f"{VIETNAMESE_LETTERS}\n" * 3


def test_sign_that_the_font_lacks_comes_from_another_and_one_that_none_has_is_a_question_mark(page: Page) -> None:
    page.text(20, 20, "Ễ✓\U0010ffff\n", 10)
    assert selected(page.finish()) == "Ễ✓??\n"


def test_embedded_font_is_whole_and_draws_the_same_letters(page: Page, fonts: FontFiles, tmp_path: Path) -> None:
    page.text(20, 20, "Nguyễn", 10)
    program = next(stream for stream in streams(page.finish()) if stream[:4] in {b"OTTO", b"\0\1\0\0"})
    file = tmp_path / "embedded.otf"
    file.write_bytes(program)
    embedded, own = TTFont(file, checkChecksums=2), TTFont(fonts.regular)
    assert embedded.getBestCmap() == own.getBestCmap()
    assert "GPOS" not in embedded
    glyph = own.getBestCmap()[ord("ễ")]
    assert embedded["hmtx"][glyph] == own["hmtx"][glyph]


def test_places_of_objects_are_true(page: Page) -> None:
    page.text(20, 20, "Nguyễn", 10)
    pdf = page.finish()
    start = int(re.search(rb"startxref\n(\d+)\n", pdf)[1])  # type: ignore[index]
    assert pdf[start:].startswith(b"xref\n")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", pdf[start:])]
    assert [pdf[place:].split(b" ", 1)[0] for place in places] == [str(n).encode() for n in range(1, len(places) + 1)]


def test_same_page_is_the_same_file(fonts: FontFiles) -> None:
    files = []
    for _ in range(2):
        page = Page(fonts, "Chứng từ", MADE_AT)
        page.text(20, 20, "Nguyễn Văn Mẫu", 10)
        files.append(page.finish())
    assert files[0] == files[1]


def test_width_is_the_sum_of_the_fonts_own_advances(page: Page, fonts: FontFiles) -> None:
    own = TTFont(fonts.bold)
    units, names = own["head"].unitsPerEm, own.getBestCmap()
    points = sum(own["hmtx"][names[ord(letter)]][0] for letter in "Nguyễn Văn") * 12 / units
    assert page.width("Nguyễn Văn", 12, Weight.BOLD) == pytest.approx(points / 72 * 25.4, abs=0.02)


def test_lines_fit_and_lose_nothing(page: Page) -> None:
    words = "Trung tâm y tế khu vực Mẫu " * 5 + "0123456789abcdef" * 12
    lines = page.wrap(words, 10, 60)
    assert all(page.width(line, 10) <= 60 for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert page.wrap("", 10, 60) == [""]


def test_truetype_outlines_are_embedded_too(tmp_path: Path) -> None:
    fonts = find_fonts()
    if not fonts.fallbacks:
        pytest.fail("the house's fallback font is part of its packages")
    deja = FontFiles("DejaVu Sans", fonts.fallbacks[0], fonts.fallbacks[0], fonts.fallbacks[0])
    page = Page(deja, "", MADE_AT)
    page.text(20, 20, "Đặng Thị Ổn", 10)
    pdf = page.finish()
    assert selected(pdf) == "Đặng Thị Ổn\n"
    assert b"/CIDToGIDMap /Identity" in pdf
    program = next(stream for stream in streams(pdf) if stream[:4] == struct.pack(">I", 0x10000))
    assert len(program) > 100_000
