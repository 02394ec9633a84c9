"""One person's record on paper: all that is said of them stands there, on as many pages as it takes."""

import re
import shutil
import subprocess
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import pytest

from kiosk.fonts import FontFiles
from kiosk.slip.pdf import Page
from kiosk.slip.person_sheet import make_person_sheet
from kiosk.text import Language, say

NAME, NUMBER, CARD = "Nguyễn Thị Ước Mẫu", "999090000123", "DN4999909000012"


def visit(number: int = 1, **other: Any) -> dict[str, Any]:
    row = {
        "created_at": "2026-11-20T08:00:01+07:00", "ticket": f"A{number:03}", "full_name": NAME, "verdict": "covered",
        "service": {"name": {"vi": "Nội tổng quát", "en": "General medicine"}}, "card_number": CARD,
    }  # fmt: skip
    asked = {"numbers": [CARD], "full_name": NAME.upper(), "date_of_birth": "15/01/1990"}
    to_ask = {"personal_number": NUMBER, "insurance_number": "", "full_name": NAME, "date_of_birth": "1990-01-15"}
    return {"visit": row, "asked": [asked], "to_ask": to_ask, "proof": [{}], "queue_event": [{}, {}]} | other


def record(visits: int = 1, seen: int = 1, **other: Any) -> dict[str, Any]:
    looked = {
        "at": "2026-11-21T09:00:00+07:00", "happened": "visit-shown", "who": "Đào Thị Tiếp Đón",
        "reason": "người bệnh hỏi", "detail": {}, "visit_id": "0" * 32,
    }  # fmt: skip
    return {
        "made_at": "2026-11-21T09:00:00+07:00",
        "facility": {"code": "99001", "name": "Bệnh viện Đa khoa Mẫu"},
        "purposes": [
            {"what": "Lượt tiếp đón", "basis": "Căn cứ: Luật.", "days": 3650},
            {"what": "Thứ tự chờ", "basis": "Căn cứ: Luật.", "days": None},
        ],
        "visits": [visit(number) for number in range(1, visits + 1)],
        "seen_by": [looked] * seen,
    } | other


def pages(pdf: bytes) -> list[str]:
    """What somebody gets who selects each page, a line of the sheet a line."""
    objects = dict(re.findall(rb"(?s)\n(\d+) 0 obj\n(.*?)\nendobj", pdf))
    letters: dict[str, dict[str, str]] = {}
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", b" ".join(objects.values())):
        to_unicode = re.search(rb"/ToUnicode (\d+) 0 R", objects[number])
        assert to_unicode is not None
        pairs = re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>", unpacked(objects[to_unicode[1]]))
        letters[name.decode()] = {glyph: bytes.fromhex(code).decode("utf-16-be") for glyph, code in pairs}
    read = []
    for number in re.findall(rb"/Type /Page\b.*?/Contents (\d+) 0 R", b"\n".join(objects.values())):
        text = ""
        for line in unpacked(objects[number]).splitlines():
            if shown := re.fullmatch(r"/(F\d+) \S+ Tf <([0-9A-F]*)> Tj", line):
                text += "".join(letters[shown[1]][glyph] for glyph in re.findall("....", shown[2]))
            elif line == "ET":
                text += "\n"
        read.append(text)
    return read


def unpacked(content: bytes) -> str:
    packed = content[content.index(b">>\nstream\n") + 10 : content.rindex(b"\nendstream")]
    return zlib.decompress(packed).decode("latin-1")


def test_all_that_is_said_of_a_person_can_be_selected(fonts: FontFiles) -> None:
    [page] = pages(make_person_sheet(record(), fonts))
    lines = page.splitlines()
    for words in (
        say("record.title", Language.VI), "20/11/2026 08:00 · A001 · Nội tổng quát", NAME, CARD,
        say("decision.verdict.covered.title", Language.VI), f"{CARD} · {NAME.upper()} · 15/01/1990",
        f"{NUMBER} · {NAME} · 1990-01-15", "chứng cứ tra cứu: 1, sự kiện trong hàng chờ: 2", "Lượt tiếp đón",
        "Căn cứ: Luật. Lưu 3650 ngày.", "Căn cứ: Luật. Không đặt thời hạn.", "Bệnh viện Đa khoa Mẫu",
        "Đào Thị Tiếp Đón · mở lượt tiếp đón · người bệnh hỏi", "Trang 1",
    ):  # fmt: skip
        assert words in lines
    assert unicodedata.is_normalized("NFC", page)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_another_program_reads_the_same_letters(fonts: FontFiles, tmp_path: Path) -> None:
    file = tmp_path / "record.pdf"
    file.write_bytes(make_person_sheet(record(9), fonts))
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True).stdout.decode()
    assert told.count(NAME) == 18
    assert say("record.title", Language.VI) in told


def test_every_visit_stands_whole_on_one_page_and_pages_are_numbered(fonts: FontFiles) -> None:
    read = pages(make_person_sheet(record(40, 60), fonts))
    assert len(read) > 5
    for number, page in enumerate(read, start=1):
        assert page.splitlines()[-1] == f"Trang {number}"
        assert page.count("Nội tổng quát") <= page.count(CARD)
    assert [ticket for page in read for ticket in re.findall(r"· (A\d{3}) ·", page)] == [
        f"A{n:03}" for n in range(1, 41)
    ]
    assert "".join(read).count("mở lượt tiếp đón") == 60


def test_nothing_is_set_beyond_the_margins_whatever_was_written(
    fonts: FontFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Page.text

    def heard(page: Page, x: float, y: float, words: str, *how: Any, **more: Any) -> None:
        assert x >= 20
        assert x + page.width(words, how[0], *how[1:2]) <= 190.5
        assert 10 <= y <= 290
        text(page, x, y, words, *how, **more)

    monkeypatch.setattr(Page, "text", heard)
    long = visit()
    long["visit"] |= {"full_name": "Nguyễn " * 60, "card_number": "9" * 300}
    looked = {
        "at": "2026-11-21T09:00:00+07:00",
        "happened": "of-a-later-release",
        "who": "x" * 200,
        "reason": "y " * 100,
    }
    make_person_sheet(record(visits=0) | {"visits": [long] * 5, "seen_by": [looked] * 9}, fonts)


def test_person_of_whom_little_is_kept_gets_one_page(fonts: FontFiles) -> None:
    bare = {"visit": visit()["visit"] | {"card_number": ""}}
    [page] = pages(make_person_sheet(record(seen=0) | {"visits": [bare]}, fonts))
    assert CARD not in page
    assert say("record.nobody", Language.VI) in page.splitlines()


def test_files_title_names_nobody(fonts: FontFiles) -> None:
    info = re.search(rb"/Title <([0-9A-F]+)>", make_person_sheet(record(), fonts))
    assert info is not None
    assert say("record.sheet.title", Language.VI) in bytes.fromhex(info[1].decode()).decode("utf-16")


def test_english_record_speaks_english(fonts: FontFiles) -> None:
    [page] = pages(make_person_sheet(record(), fonts, Language.EN))
    assert "General medicine" in page
    assert say("record.foot", Language.EN).split(".")[0].split(";")[0][:30] in page
