"""A slip as PDF: what is seen can be selected, also in scripts that are drawn as pictures."""

import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from kiosk.fonts import FontFiles
from kiosk.slip.blocks import Block, Pair, Picture, Text
from kiosk.slip.compose import compose
from kiosk.slip.logo import Logo
from kiosk.slip.page import PAPERS, CodeMark, Paper, SlipPage
from kiosk.slip.page_pdf import make_pdf

MADE_AT = datetime(2026, 11, 21, 8, 0)  # noqa: DTZ001 - the clinic's own clock, as it is printed
BlocksOf = Callable[..., tuple[Block, ...]]
papers = pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.name)


def pdf_of(page: SlipPage, fonts: FontFiles) -> bytes:
    return make_pdf([page], MADE_AT, fonts)


def objects(pdf: bytes) -> dict[bytes, bytes]:
    """Every object by its number."""
    return dict(re.findall(rb"(?s)\n(\d+) 0 obj\n(.*?)\nendobj", pdf))


def unpacked(content: bytes) -> bytes:
    return zlib.decompress(content[content.index(b">>\nstream\n") + 10 : content.rindex(b"\nendstream")])


def letters_by_font(pdf: bytes) -> dict[str, dict[str, str]]:
    """For each font of the page the letters of its codes."""
    found = objects(pdf)
    fonts = re.search(rb"/Font << (.*?) >>", found[b"3"])
    assert fonts is not None
    maps = {}
    for name, number in re.findall(rb"/(F\w+) (\d+) 0 R", fonts[1]):
        to_unicode = re.search(rb"/ToUnicode (\d+) 0 R", found[number])
        assert to_unicode is not None
        pairs = re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>", unpacked(found[to_unicode[1]]).decode())
        maps[name.decode()] = {code: bytes.fromhex(letter).decode("utf-16-be") for code, letter in pairs}
    return maps


def selected(pdf: bytes) -> str:
    """What somebody gets who selects the whole page, without spaces, in the order of the file."""
    maps, text = letters_by_font(pdf), ""
    for name, codes in re.findall(r"/(F\w+) \S+ Tf <([0-9A-F]*)> Tj", unpacked(objects(pdf)[b"4"]).decode()):
        text += "".join(maps[name][code] for code in re.findall("....", codes))
    return text.replace(" ", "")


@papers
def test_all_letters_can_be_selected_in_the_order_of_reading(
    blocks_of: BlocksOf, fonts: FontFiles, paper: Paper, letters_of: Callable[[SlipPage], str]
) -> None:
    page = compose(blocks_of(is_training=True, reprints=1, now_serving="A001"), paper, fonts)
    assert selected(pdf_of(page, fonts)) == letters_of(page)


@papers
def test_page_has_its_papers_size(blocks_of: BlocksOf, fonts: FontFiles, paper: Paper) -> None:
    page = compose(blocks_of(), paper, fonts)
    size = re.search(rb"/MediaBox \[0 0 (\S+) (\S+)\]", pdf_of(page, fonts))
    assert size is not None
    assert [float(side) / 72 * 25.4 for side in size.groups()] == pytest.approx(
        [page.width_mm, page.height_mm], abs=0.01
    )


@pytest.mark.parametrize("name", ["สมชาย", "श्रीनरेन्द्र", "王小明", "김철수"])
def test_name_that_is_drawn_as_a_picture_can_be_selected(blocks_of: BlocksOf, fonts: FontFiles, name: str) -> None:
    pdf = pdf_of(compose(blocks_of(full_name=name), PAPERS["A6"], fonts), fonts)
    assert name in selected(pdf)
    assert pdf.count(b"/ImageMask true") == 1
    assert b"3 Tr" in unpacked(objects(pdf)[b"4"])
    assert len(pdf) < 1_000_000, "no font of ten thousands of glyphs is embedded"


def test_name_from_right_to_left_lies_as_it_is_seen(fonts: FontFiles) -> None:
    pdf = pdf_of(compose([Pair("Họ tên", "محمد")], PAPERS["A6"], fonts), fonts)
    assert "محمد"[::-1] in selected(pdf)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="a second opinion where Poppler is installed")
def test_another_reader_finds_the_names(fonts: FontFiles, tmp_path: Path) -> None:
    names = ["Nguyễn Thị Ậm", "محمد بن علي", "สมชาย ใจดี", "王小明", "김철수"]
    page = compose([Text(name, 12) for name in names], PAPERS["A6"], fonts)
    (tmp_path / "slip.pdf").write_bytes(pdf_of(page, fonts))
    read = subprocess.run(["pdftotext", tmp_path / "slip.pdf", "-"], capture_output=True, text=True, check=True)
    assert read.stderr == ""
    for name in names:
        assert name in read.stdout


def test_code_is_drawn_module_by_module(blocks_of: BlocksOf, fonts: FontFiles) -> None:
    page = compose(blocks_of(), PAPERS["A6"], fonts)
    [code] = [mark for mark in page.marks if isinstance(mark, CodeMark)]
    drawn = unpacked(objects(pdf_of(page, fonts))[b"4"]).decode()
    [squares] = [line for line in drawn.splitlines() if line.count(" re") > 100]
    wide = sum(float(width) for width in re.findall(r"\S+ \S+ (\S+) \S+ re", squares))
    dark = sum(sum(row) for row in code.rows)
    assert wide == pytest.approx(dark * code.module_mm / 25.4 * 72, rel=0.01)


def test_logo_is_a_grey_picture(fonts: FontFiles) -> None:
    logo = Logo(Image.linear_gradient("L").resize((120, 60)))
    pdf = pdf_of(compose([Picture(logo, 10), Text("x", 10)], PAPERS["A5"], fonts), fonts)
    [picture] = [content for content in objects(pdf).values() if b"/Subtype /Image" in content]
    assert b"/Width 120 /Height 60" in picture
    assert unpacked(picture) == logo.image.tobytes()


def test_several_pages_share_their_fonts(blocks_of: BlocksOf, fonts: FontFiles) -> None:
    page = compose(blocks_of(), PAPERS["A5"], fonts)
    one, two = make_pdf([page], MADE_AT, fonts), make_pdf([page, page], MADE_AT, fonts)
    assert two.count(b"/Type /Page ") == 2
    assert len(two) < len(one) * 1.1


def test_title_names_nobody(blocks_of: BlocksOf, fonts: FontFiles) -> None:
    page = compose(blocks_of(full_name="Trần Thị Ẩn"), PAPERS["80"], fonts)
    assert page.title == ""
    assert "Ẩn".encode("utf-16-be").hex().upper().encode() not in objects(pdf_of(page, fonts))[b"1"]
