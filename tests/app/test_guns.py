"""Guns and the staff's page together: what is scanned while it is open checks nobody in."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.app.guns import SHEET_NAME, Guns, SetUpSheet
from kiosk.checkin.clinic import load_clinic
from kiosk.failure import KioskError
from kiosk.reader.gun.trial import TEST_TEXT
from kiosk.settings import GunSettings, config_folder
from kiosk.text import Language
from kiosk.ui.theme.scale import Scale
from kiosk.ui.window import PatientWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
NUMBER = "999090000123"


class Till:
    """A window with the keyboard's focus, and the guns."""

    def __init__(self, qtbot: QtBot, settings: GunSettings) -> None:
        self.now_s = 1000.0
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.show()
        self.guns = Guns(settings, "Inter", clock=lambda: self.now_s)
        self.scans: list[str] = []
        self.states: list[Any] = []
        self.guns.scanned.connect(lambda event: self.scans.append(event.text))
        self.guns.state_changed.connect(self.states.append)
        self.guns.start()

    def scan(self, text: str) -> None:
        target = self.guns.page or self.window
        self.now_s += 10
        self.guns.keys.listen_to_silence()
        for letter in f"{text}\r":
            self.now_s += 0.01
            key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_unknown
            QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter))


@pytest.fixture
def till(qtbot: QtBot, qapp: QApplication) -> Iterator[Till]:
    made = Till(qtbot, GunSettings())
    yield made
    made.guns.stop()
    qapp.removeEventFilter(made.guns.keys)


def shown(widget: QObject) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_scans_go_to_the_page_while_it_is_open_and_to_the_line_after(till: Till) -> None:
    till.guns.open_page(till.window, Language.EN)
    page = till.guns.page
    assert page is not None
    till.scan(NUMBER)
    assert till.scans == []
    assert NUMBER not in shown(page)
    assert page.verdict.text() == "This is not the test code"
    page.close()
    assert till.guns.page is None
    till.scan(NUMBER)
    assert till.scans == [NUMBER]


def test_test_code_as_keys_is_judged(till: Till) -> None:
    till.guns.open_page(till.window, Language.EN)
    assert till.guns.page is not None
    till.scan(TEST_TEXT)
    assert till.guns.page.verdict.text() == "Keyboard, all letters"


def test_page_opens_once(till: Till) -> None:
    till.guns.open_page(till.window, Language.EN)
    first = till.guns.page
    till.guns.open_page(till.window, Language.EN)
    assert till.guns.page is first


def test_scan_that_no_code_holds_is_told_on_the_page(till: Till) -> None:
    till.guns.open_page(till.window, Language.EN)
    assert till.guns.page is not None
    till.scan(f"{NUMBER}|\ue000|{NUMBER}")
    assert till.guns.page.verdict.text() == "Could not be read"


def test_sheet_has_the_codes_that_lie_beside_the_settings(tmp_path: Path) -> None:
    sheet = SetUpSheet("Inter", tmp_path.joinpath)
    known = len(sheet.pages(Language.VI)[1].marks)
    entry = {"maker": "Newland", "model": "HR22", "does": "USB CDC", "code": "@INTERF8", "symbology": "QR"}
    lines = [f'{key} = "{value}"' for key, value in entry.items()]
    (tmp_path / "gun_codes.toml").write_text("\n".join(["[[gun_code]]", *lines]), "utf-8")
    assert sum(len(page.marks) for page in sheet.pages(Language.VI)[1:]) > known


def test_wrong_file_of_codes_keeps_the_sheet_from_being_made(tmp_path: Path) -> None:
    (tmp_path / "gun_codes.toml").write_text("[[gun_code]]", "utf-8")
    sheet = SetUpSheet("Inter", tmp_path.joinpath)
    with pytest.raises(KioskError) as failure:
        sheet.pages(Language.VI)
    assert "gun_codes.toml: gun_code[1].maker" in failure.value.detail


def test_sheet_is_saved_into_the_documents(till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_documents_path", lambda: tmp_path)
    till.guns.open_page(till.window, Language.EN)
    assert till.guns.page is not None
    till.guns.page.save.click()
    assert (tmp_path / SHEET_NAME).read_bytes().startswith(b"%PDF")


def test_serial_gun_is_tested_on_the_page(qtbot: QtBot, qapp: QApplication) -> None:
    ours, theirs = os.openpty()
    till = Till(qtbot, GunSettings(port=os.ttyname(theirs)))
    try:
        till.guns.open_page(till.window, Language.EN)
        page = till.guns.page
        assert page is not None
        assert "listening" in page.port.text()
        os.write(ours, TEST_TEXT.encode() + b"\r")
        qtbot.waitUntil(lambda: page.verdict.text() == "Serial port, UTF-8")
        till.now_s += 1
        os.write(ours, b"\xff\xfe\x00\x01" * 20 + b"\r")
        qtbot.waitUntil(lambda: page.verdict.text() == "Serial port, another encoding")
        assert till.scans == []
    finally:
        till.guns.stop()
        qapp.removeEventFilter(till.guns.keys)
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize("staff", [True, False])
def test_only_the_staffs_window_leads_to_the_page(qtbot: QtBot, staff: bool) -> None:
    window = PatientWindow(
        load_clinic(config_folder() / "clinics" / "mau.toml"), scale=Scale(4.03), animated=False, staff=staff
    )
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    asked: list[None] = []
    window.gun_page_asked.connect(lambda: asked.append(None))
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert bool(asked) is staff
    assert (window._bars is not None and window._bars.strip is not None) is staff
