"""`kiosk slip`: a look at the slip without a patient, and the printer's test slip."""

from pathlib import Path

import pytest
from PIL import Image

from kiosk.__main__ import main
from kiosk.settings import config_folder
from kiosk.simulator.printer import PrinterTape


@pytest.mark.parametrize(
    ("paper", "size", "mode"),
    [("80", (576, None), "1"), ("80-512", (512, None), "1"), ("58", (384, None), "1"), ("A6", (620, 874), "L")],
)
def test_preview_is_a_picture_of_the_paper(tmp_path: Path, paper: str, size: tuple[int, int | None], mode: str) -> None:
    out = tmp_path / "slip.png"
    assert main(["slip", "preview", "--paper", paper, "--out", str(out)]) == 0
    with Image.open(out) as picture:
        assert picture.mode == mode
        assert (picture.width, size[1] and picture.height) == size


def test_preview_without_a_paper_is_as_wide_as_the_settings_say(tmp_path: Path) -> None:
    out = tmp_path / "slip.png"
    assert main(["--set", "printer.width_dots=384", "slip", "preview", "--out", str(out)]) == 0
    with Image.open(out) as picture:
        assert picture.width == 384


def test_preview_for_a_printer_of_the_system_is_a_sheet_of_its_paper(tmp_path: Path) -> None:
    out = tmp_path / "slip.png"
    of_system = ["--set", "printer.target=system:Any", "--set", "printer.paper=A6"]
    assert main([*of_system, "slip", "preview", "--out", str(out)]) == 0
    with Image.open(out) as picture:
        assert picture.size == (620, 874)


def test_preview_as_text_is_a_list_and_sentences(tmp_path: Path) -> None:
    out = tmp_path / "slip.txt"
    assert main(["slip", "preview", "--language", "en", "--out", str(out)]) == 0
    written = out.read_text("utf-8")
    assert "\nNumber: A042\n" in written
    assert "Your number is A, zero four two." in written


def test_preview_of_a_template_as_pdf(tmp_path: Path) -> None:
    template, out = config_folder() / "slips" / "bilingual.toml", tmp_path / "slip.pdf"
    assert main(["slip", "preview", "--template", str(template), "--paper", "A5", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"%PDF-1.6")


def test_broken_template_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "mine.toml"
    broken.write_text('[[line]]\nshow = "number"\nsize = 9\n', "utf-8")
    assert main(["slip", "preview", "--template", str(broken), "--out", str(tmp_path / "slip.png")]) == 1
    told = capsys.readouterr().err
    assert told.startswith("kiosk: settings-invalid: ")
    assert "mine.toml: line[1].size: unknown key" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("action", ["preview", "ruler"])
def test_file_of_another_kind_is_refused(tmp_path: Path, action: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["slip", action, "--out", str(tmp_path / "slip.docx")]) == 1
    assert "input-invalid" in capsys.readouterr().err


@pytest.mark.parametrize(("paper", "width"), [("80", 576), ("80-512", 512), ("58", 384)])
def test_ruler_reaches_the_first_and_the_last_dot(tmp_path: Path, paper: str, width: int) -> None:
    out = tmp_path / "ruler.png"
    assert main(["slip", "ruler", "--paper", paper, "--out", str(out)]) == 0
    with Image.open(out) as picture:
        assert picture.width == width
        grey = picture.convert("L")
    for edge in (grey.crop((0, 0, 1, grey.height)), grey.crop((width - 1, 0, width, grey.height))):
        assert edge.getextrema() == (0, 0)


@pytest.mark.usefixtures("patient_with_printers")
def test_ruler_is_printed_on_the_configured_printer(capsys: pytest.CaptureFixture[str]) -> None:
    with PrinterTape() as tape:
        assert main(["--set", f"printer.target=tcp://127.0.0.1:{tape.port}", "slip", "ruler", "--print"]) == 0
        assert capsys.readouterr().out == "printed\n"
        assert tape.wait_for_job().paper.width == 576


@pytest.mark.parametrize(
    ("target", "code"),
    [("none", "printer-not-configured"), ("", "printer-not-configured"), ("tcp://127.0.0.1:1", "printer-unreachable")],
)
def test_ruler_without_a_printer_says_so(target: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--set", f"printer.target={target}", "slip", "ruler", "--print"]) == 1
    assert f"kiosk: {code}" in capsys.readouterr().err


def test_ruler_into_nowhere_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["slip", "ruler"]) == 1
    assert "--print" in capsys.readouterr().err


def test_template_of_the_settings_is_used_and_a_missing_one_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "slip.txt"
    assert main(["--set", "printer.template=slips/brief.toml", "slip", "preview", "--out", str(out)]) == 0
    assert "Họ tên" not in out.read_text("utf-8")
    assert main(["--set", "printer.template=slips/none.toml", "slip", "preview", "--out", str(out)]) == 1
    assert "settings-invalid" in capsys.readouterr().err
