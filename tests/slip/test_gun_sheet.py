"""The guns' set-up sheet: one page that a gun can read, and nothing invented on it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kiosk.__main__ import main
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import find_fonts
from kiosk.reader.codes import decode
from kiosk.reader.gun.trial import TEST_TEXT
from kiosk.slip.gun_sheet import draw_sheet, gun_models, save_sheet
from kiosk.text import Language

VERIFIED = replace(gun_models()[0], code="INVENTED1.", symbology="QR", verified=True)


def codes_on(image: Image.Image) -> list[bytes]:
    return [found.payload for found in decode(image)]


@pytest.mark.parametrize("language", list(Language))
def test_sheet_is_one_page_with_the_test_code_only(tmp_path: Path, language: Language) -> None:
    save_sheet(tmp_path / "sheet.png", language, find_fonts())
    with Image.open(tmp_path / "sheet.png") as image:
        assert image.size == (1654, 2339)
        assert codes_on(image.convert("L")) == [TEST_TEXT.encode()]
        margin = image.convert("L").crop((0, 2339 - 100, 1654, 2339))
        assert margin.getextrema() == (255, 255)


def test_set_up_code_is_printed_only_where_it_was_verified() -> None:
    assert not any(model.verified for model in gun_models())
    printed = codes_on(draw_sheet(Language.VI, find_fonts(), (VERIFIED,)))
    assert sorted(printed) == sorted([TEST_TEXT.encode(), b"INVENTED1."])
    assert codes_on(draw_sheet(Language.VI, find_fonts(), (replace(VERIFIED, verified=False),))) == [TEST_TEXT.encode()]


def test_every_model_says_what_to_look_for_and_who_said_so() -> None:
    for model in gun_models():
        assert model.maker
        assert model.find
        assert model.source


def test_sheet_is_a_pdf_where_one_is_wished(tmp_path: Path) -> None:
    save_sheet(tmp_path / "sheet.PDF", Language.VI, find_fonts())
    assert (tmp_path / "sheet.PDF").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("name", "code"),
    [("sheet.txt", FailureCode.INPUT_INVALID), ("absent/sheet.pdf", FailureCode.OUTPUT_UNWRITABLE)],
)
def test_file_that_cannot_be_written_is_refused(tmp_path: Path, name: str, code: FailureCode) -> None:
    with pytest.raises(KioskError) as failure:
        save_sheet(tmp_path / name, Language.VI, find_fonts())
    assert failure.value.code is code


def test_command_tells_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gun-sheet", "--out", str(tmp_path / "sheet.pdf")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'sheet.pdf'}\n"
