"""The staff print a sheet: what a printer gets is what the sheet's pages say."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kiosk.fonts import find_fonts
from kiosk.reader.gun.trial import TEST_TEXT
from kiosk.slip.gun_codes import gun_models
from kiosk.slip.gun_sheet import make_sheet
from kiosk.slip.page import SlipPage
from kiosk.text import Language, say
from kiosk.ui.page_painter import paint_mark, print_pages
from kiosk.ui.print_dialog import MOST_COPIES, PrintDialog, installed_printers
from kiosk.ui.theme.letters import load_letters

OpenDialog = Callable[..., PrintDialog]
NAMES = ("Máy in văn phòng", "Máy in quầy", "PDF")


@pytest.fixture(scope="module")
def pages() -> tuple[SlipPage, ...]:
    return make_sheet(Language.VI, find_fonts())


def to_pdf(file: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(file))
    return printer


@pytest.fixture
def open_dialog(qtbot: QtBot, pages: tuple[SlipPage, ...], tmp_path: Path) -> OpenDialog:
    def opened(language: Language = Language.VI, file: Path | None = None) -> PrintDialog:
        def printer_of(name: str) -> QPrinter:
            assert name in NAMES
            return to_pdf(file or tmp_path / "printed.pdf")

        dialog = PrintDialog(load_letters(), pages, NAMES, open_printer=printer_of, language=language)
        qtbot.addWidget(dialog)
        with qtbot.waitActive(dialog):
            dialog.show()
            dialog.activateWindow()
        return dialog

    return opened


def test_printer_gets_every_page_with_letters(qapp: object, pages: tuple[SlipPage, ...], tmp_path: Path) -> None:
    assert print_pages(pages, to_pdf(tmp_path / "sheet.pdf"))
    written = (tmp_path / "sheet.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", written)) == len(pages)
    assert b"/ToUnicode" in written
    boxes = re.findall(rb"/MediaBox \[0 0 (\S+) (\S+)\]", written)
    assert [(round(float(wide)), round(float(high))) for wide, high in boxes] == [(595, 842)] * len(pages)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="a second opinion on what can be selected")
def test_printed_words_can_be_selected(qapp: object, pages: tuple[SlipPage, ...], tmp_path: Path) -> None:
    print_pages(pages, to_pdf(tmp_path / "sheet.pdf"))
    told = subprocess.run(["pdftotext", tmp_path / "sheet.pdf", "-"], capture_output=True, check=True)
    words = " ".join(told.stdout.decode().split())
    for key in ("title", "lead", "step_2", "keep_sentence"):
        assert say(f"gun.sheet.{key}", Language.VI) in words


def test_painted_codes_are_read_back(qapp: object, pages: tuple[SlipPage, ...]) -> None:
    found = []
    for page in pages:
        image = QImage(QSize(1654, 2339), QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.scale(1654 / 21000, 1654 / 21000)
        for mark in page.marks:
            paint_mark(painter, mark)
        painter.end()
        shown = Image.frombytes("L", (1654, 2339), bytes(image.constBits()), "raw", "L", image.bytesPerLine())
        found += [code.bytes for code in zxingcpp.read_barcodes(shown)]
    assert found.count(TEST_TEXT.encode()) == 1
    assert len(found) == 1 + sum(len(model.printed) for model in gun_models())


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_printer_that_takes_nothing_is_told(open_dialog: OpenDialog, tmp_path: Path) -> None:
    dialog = open_dialog(file=tmp_path / "absent" / "printed.pdf")
    told: list[str] = []
    dialog.told.connect(told.append)
    dialog.print.click()
    assert told == [say("gun.page.unprinted", Language.VI, printer=NAMES[0])]


def test_print_prints_and_closes(open_dialog: OpenDialog, tmp_path: Path) -> None:
    dialog = open_dialog()
    told: list[str] = []
    closed: list[None] = []
    dialog.told.connect(told.append)
    dialog.closed.connect(lambda: closed.append(None))
    QTest.keyClick(dialog, Qt.Key.Key_Down)
    dialog.print.click()
    assert told == [say("gun.page.printed", Language.VI, printer=NAMES[1])]
    assert (len(closed), dialog.isVisible()) == (1, False)
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF-")


def test_ctrl_p_prints_and_what_guns_send_does_not(open_dialog: OpenDialog, tmp_path: Path) -> None:
    dialog = open_dialog()
    told: list[str] = []
    dialog.told.connect(told.append)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_P, Qt.Key.Key_Space):
        QTest.keyClick(dialog, key)
    assert told == []
    QTest.keyClick(dialog, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert told == [say("gun.page.printed", Language.VI, printer=NAMES[0])]


def test_copies_stay_within_their_bounds(open_dialog: OpenDialog) -> None:
    dialog = open_dialog()
    QTest.keyClick(dialog, Qt.Key.Key_Minus)
    assert (dialog.copies, dialog.fewer.isEnabled()) == (1, False)
    for _ in range(MOST_COPIES + 2):
        QTest.keyClick(dialog, Qt.Key.Key_Plus)
    assert (dialog.count.text(), dialog.more.isEnabled()) == (str(MOST_COPIES), False)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_of_a_gun_prints_nothing(open_dialog: OpenDialog, tmp_path: Path, key: Qt.Key) -> None:
    dialog = open_dialog()
    QTest.keyClick(dialog, key)
    assert dialog.isVisible()
    assert not (tmp_path / "printed.pdf").exists()


def test_escape_closes(open_dialog: OpenDialog) -> None:
    dialog = open_dialog()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize("language", list(Language))
def test_every_word_has_its_room(open_dialog: OpenDialog, language: Language) -> None:
    dialog = open_dialog(language)
    for label in dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())


def test_printers_of_this_system_are_names(qapp: object) -> None:
    assert all(isinstance(name, str) and name for name in installed_printers())
