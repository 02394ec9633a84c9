"""The guns' set-up sheet: every code on it is read back, and nothing without a source is one."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk.__main__ import main
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles
from kiosk.reader.gun.trial import TEST_TEXT
from kiosk.slip import gun_sheet
from kiosk.slip.gun_codes import Grade, GunModel, OwnCode, gun_models, load_own_codes
from kiosk.slip.gun_sheet import make_sheet, save_sheet
from kiosk.slip.page import SlipPage, TextRun
from kiosk.slip.raster import draw_grey
from kiosk.slip.sheet_files import DPI
from kiosk.slip.symbols import Symbology
from kiosk.text import Language, say

A4 = (1654, 2339)
OWN = OwnCode("Newland", "NLS-HR22", "Chuyển sang USB CDC", "@INTERF8", Symbology.QR)


def read_back(image: Image.Image) -> list[tuple[str, bytes, bool]]:
    """Symbology, bytes and whether FNC3 tells a gun to set itself up, of every code on a page."""
    found = zxingcpp.read_barcodes(image.convert("L"))
    return sorted((str(one.format), one.bytes, "ReaderInit" in str(one.extra)) for one in found)


def words(pages: tuple[SlipPage, ...]) -> str:
    return " ".join(mark.text for page in pages for mark in page.marks if isinstance(mark, TextRun))


def plain(text: str) -> bytes:
    return text.replace("{FNC3}", "").replace("{CR}", "\r").encode()


@pytest.mark.parametrize("language", list(Language))
def test_first_page_has_the_test_code_and_no_other(language: Language, fonts: FontFiles) -> None:
    pages = make_sheet(language, fonts)
    image = draw_grey(pages[0], DPI)
    assert image.size == A4
    assert read_back(image) == [("QR Code", TEST_TEXT.encode(), False)]
    assert "Zebra" in words(pages[:1])


@pytest.mark.parametrize("language", list(Language))
def test_every_known_code_is_read_back_from_its_page(language: Language, fonts: FontFiles) -> None:
    printed = [code for model in gun_models() for code in model.printed]
    expected = sorted((str(code.symbology), plain(code.text), "{FNC3}" in code.text) for code in printed)
    pages = make_sheet(language, fonts)
    assert [code for page in pages[1:] for code in read_back(draw_grey(page, DPI))] == expected
    assert expected


def test_code_without_a_source_is_words_only(fonts: FontFiles) -> None:
    doubtful = [code for model in gun_models() for code in model.codes if code.verified is Grade.NONE]
    shown = b" ".join(code[1] for page in make_sheet(Language.VI, fonts) for code in read_back(draw_grey(page, DPI)))
    assert doubtful
    assert not any(plain(code.text) in shown for code in doubtful)


def test_code_that_loses_its_grade_is_not_printed(fonts: FontFiles) -> None:
    model = gun_models()[0]
    ungraded = replace(model, codes=tuple(replace(code, verified=Grade.NONE) for code in model.codes))
    assert len(make_sheet(Language.VI, fonts, models=(model,))) == 2
    assert len(make_sheet(Language.VI, fonts, models=(ungraded,))) == 1


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("grade", [Grade.HARDWARE, Grade.TWO_SOURCES, Grade.ONE_SOURCE])
def test_each_code_stands_with_its_grade_in_words(grade: Grade, language: Language, fonts: FontFiles) -> None:
    model = gun_models()[0]
    graded = replace(model, codes=(replace(model.codes[0], verified=grade),))
    assert lines_of(say(f"gun.sheet.grade.{grade}", language)) <= lines_of(
        words(make_sheet(language, fonts, models=(graded,)))
    )


def lines_of(text: str) -> set[str]:
    return set(text.split())


def test_switch_is_never_printed_without_a_way_back() -> None:
    for model in gun_models():
        assert model.back
        does = [code.does for code in model.printed]
        assert "usb-com" not in does or {"keyboard", "defaults"} & set(does)


def test_every_model_says_what_to_look_for_and_who_said_so() -> None:
    for model in gun_models():
        assert model.maker
        assert model.find
        assert model.source
        assert all(code.source for code in model.codes)
    assert not any(code.verified is Grade.HARDWARE for model in gun_models() for code in model.codes)


@pytest.mark.parametrize("symbology", list(Symbology))
def test_own_codes_come_first_and_are_read_back(symbology: Symbology, fonts: FontFiles) -> None:
    pages = make_sheet(Language.VI, fonts, [replace(OWN, symbology=symbology)])
    name = {"QR": "QR Code"}.get(symbology, str(symbology))
    assert (name, b"@INTERF8", False) in read_back(draw_grey(pages[1], DPI))
    told = words(pages[1:])
    assert told.index("NLS-HR22") < told.index("Datalogic")


def test_longest_bars_stay_on_the_paper_and_are_read(fonts: FontFiles) -> None:
    long = replace(OWN, symbology=Symbology.CODE_128, text="{FNC3}" + "A7" * 25 + "{CR}")
    pages = make_sheet(Language.VI, fonts, [long], models=())
    assert read_back(draw_grey(pages[1], DPI)) == [("Code 128", b"A7" * 25 + b"\r", True)]


def test_many_own_codes_take_as_many_pages_as_they_need(fonts: FontFiles) -> None:
    own = [replace(OWN, text=f"@CODE{number}") for number in range(15)]
    pages = make_sheet(Language.VI, fonts, own)
    found = [code[1] for page in pages for code in read_back(draw_grey(page, DPI))]
    assert {b"@CODE%d" % number for number in range(15)} < set(found)
    assert len(found) == 1 + 15 + sum(len(model.printed) for model in gun_models())
    for page in pages:
        assert draw_grey(page, DPI).crop((0, A4[1] - 70, *A4)).getextrema() == (255, 255)


def test_model_whose_switch_has_no_source_says_where_to_look(fonts: FontFiles) -> None:
    honeywell = next(model for model in gun_models() if model.maker == "Honeywell")
    assert "TRMUSB130." in words(make_sheet(Language.VI, fonts, models=(honeywell,))[1:])


# -- files -------------------------------------------------------------------------------------------------------------
def test_sheet_is_one_pdf_of_all_pages_with_letters_to_select(tmp_path: Path, fonts: FontFiles) -> None:
    file = tmp_path / "sheet.PDF"
    assert save_sheet(file, Language.VI, fonts) == (file,)
    written = file.read_bytes()
    assert written.startswith(b"%PDF-")
    assert b"/Count 2" in written
    assert b"/ToUnicode" in written
    assert len(re.findall(rb"/Type /Page\b", written)) == 2


def test_sheet_is_a_picture_for_each_page(tmp_path: Path, fonts: FontFiles) -> None:
    files = save_sheet(tmp_path / "sheet.png", Language.VI, fonts)
    assert [file.name for file in files] == ["sheet.png", "sheet-2.png"]
    with Image.open(files[0]) as image:
        assert image.size == A4


@pytest.mark.parametrize(
    ("name", "code"),
    [("sheet.txt", FailureCode.INPUT_INVALID), ("absent/sheet.pdf", FailureCode.OUTPUT_UNWRITABLE)],
)
def test_file_that_cannot_be_written_is_refused(tmp_path: Path, name: str, code: FailureCode, fonts: FontFiles) -> None:
    with pytest.raises(KioskError) as failure:
        save_sheet(tmp_path / name, Language.VI, fonts)
    assert failure.value.code is code


def test_command_tells_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gun-sheet", "--out", str(tmp_path / "sheet.png")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'sheet.png'}\n{tmp_path / 'sheet-2.png'}\n"


def test_command_refuses_a_clinic_file_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kiosk.toml").write_text("", "utf-8")
    (tmp_path / "gun_codes.toml").write_text('[[gun_code]]\nmaker = "X"\n', "utf-8")
    told = main(["--config", str(tmp_path / "kiosk.toml"), "gun-sheet", "--out", str(tmp_path / "sheet.pdf")])
    assert told != 0
    assert "gun_codes.toml: gun_code[1].model" in capsys.readouterr().err
    assert not (tmp_path / "sheet.pdf").exists()


def test_test_code_of_the_screen_is_the_sheets() -> None:
    assert read_back(gun_sheet.test_code_image(4)) == [("QR Code", TEST_TEXT.encode(), False)]


# -- the clinic's file -------------------------------------------------------------------------------------------------
GOOD = {"maker": "'Datalogic'", "model": "'QD2430'", "does": "'USB-COM'", "code": "'{FNC3}$P{CR}'",
        "symbology": "'Code 128'"}  # fmt: skip


def written(folder: Path, **changes: str | None) -> Path:
    entries = {**GOOD, **changes}
    lines = [f"{key} = {value}" for key, value in entries.items() if value is not None]
    file = folder / "gun_codes.toml"
    file.write_text("\n".join(["[[gun_code]]", *lines]), "utf-8")
    return file


def test_own_code_is_read(tmp_path: Path) -> None:
    expected = OwnCode("Datalogic", "QD2430", "USB-COM", "{FNC3}$P{CR}", Symbology.CODE_128)
    assert load_own_codes(written(tmp_path)) == (expected,)


def test_clinic_without_the_file_has_no_codes(tmp_path: Path) -> None:
    assert load_own_codes(tmp_path / "gun_codes.toml") == ()


def test_shown_file_is_valid_and_so_is_its_example() -> None:
    file = Path(__file__).parents[2] / "config" / "gun_codes.toml"
    assert load_own_codes(file) == ()


def test_example_of_the_shown_file_is_valid(tmp_path: Path) -> None:
    shown = (Path(__file__).parents[2] / "config" / "gun_codes.toml").read_text("utf-8")
    example = shown[shown.index("# [[gun_code]]") :]
    file = tmp_path / "gun_codes.toml"
    file.write_text(re.sub(r"^# ?", "", example, flags=re.MULTILINE), "utf-8")
    assert [code.maker for code in load_own_codes(file)] == ["Datalogic"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"maker": None}, "gun_code[1].maker: needs a text"),
        ({"does": "''"}, "gun_code[1].does: needs a text"),
        ({"model": "3"}, "gun_code[1].model: needs a text"),
        ({"model": '"a\\u0007b"'}, "gun_code[1].model: takes one line"),
        ({"does": f"'{'x' * 61}'"}, "gun_code[1].does: takes one line"),
        ({"verified": "'hardware'"}, "gun_code[1].verified: unknown key"),
        ({"symbology": "'Code 39'"}, "gun_code[1].symbology: takes Code 128, QR, Data Matrix, Aztec"),
        ({"code": "'{FNC9}'"}, "gun_code[1].code: {FNC9} is none of"),
        ({"code": "'{FNC3}x'", "symbology": "'QR'"}, "gun_code[1].code: QR has no {FNC3}"),
        ({"code": "'Mã'"}, "gun_code[1].code: takes ASCII only"),
        ({"code": f"'{'a' * 80}'"}, "gun_code[1].code: is too long for bars"),
    ],
)
def test_wrong_entry_is_refused_with_its_place(tmp_path: Path, changes: dict[str, str | None], told: str) -> None:
    with pytest.raises(KioskError) as failure:
        load_own_codes(written(tmp_path, **changes))
    assert failure.value.code is FailureCode.SETTINGS_INVALID
    assert told in failure.value.detail


@pytest.mark.parametrize("content", ["gun_code = 3", "[other]", "[[gun_code", "gun_code = [3]"])
def test_file_of_another_form_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "gun_codes.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(KioskError) as failure:
        load_own_codes(file)
    assert failure.value.detail.startswith("gun_codes.toml: ")


def test_models_are_what_the_sheet_is_given(fonts: FontFiles) -> None:
    models: tuple[GunModel, ...] = gun_models()[:1]
    assert "Zebra" not in words(make_sheet(Language.EN, fonts, models=models))
