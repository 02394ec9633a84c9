"""The staff's page about the gun: says what a scan told, keeps nothing of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import find_fonts
from kiosk.reader.gun import Way
from kiosk.reader.gun.trial import LETTERS, Trial
from kiosk.reader.input_method import Method
from kiosk.slip.gun_sheet import make_sheet
from kiosk.slip.page import SlipPage
from kiosk.text import Language, say
from kiosk.ui.gun_page import GunPage, verdict_of
from kiosk.ui.theme.letters import load_letters
from kiosk.workflow.state import DeviceState

OpenPage = Callable[..., GunPage]
WHOLE = Trial(Way.SERIAL, is_test_code=True, number=True, letters=len(LETTERS))


@dataclass
class SomeSheet:
    """A sheet of one code; every asking is noted."""

    names: tuple[str, ...] = ("Máy in văn phòng", "Máy in quầy")
    failure: KioskError | None = None
    asked: list[Language] = field(default_factory=list)

    def save(self, language: Language) -> Path:
        self._ask(language)
        return Path(f"{language}.pdf")

    def pages(self, language: Language) -> tuple[SlipPage, ...]:
        self._ask(language)
        return make_sheet(language, find_fonts(), models=())

    def printers(self) -> tuple[str, ...]:
        return self.names

    def _ask(self, language: Language) -> None:
        self.asked.append(language)
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def open_page(qtbot: QtBot) -> OpenPage:
    def opened(language: Language = Language.VI, sheet: SomeSheet | None = None) -> GunPage:
        page = GunPage(load_letters(), sheet or SomeSheet(), language=language)
        qtbot.addWidget(page)
        # Its shortcuts are heard only once it is the active window.
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        return page

    return opened


def texts(page: GunPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel))


def trial(way: Way, letters: int = 134, **told: Any) -> Trial:
    return Trial(way, is_test_code=True, number=True, letters=letters, **told)


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (WHOLE, "serial"),
        (trial(Way.SERIAL, 100), "serial-other"),
        (trial(Way.SERIAL_OTHER), "serial-other"),
        (trial(Way.KEYS), "keys"),
        (trial(Way.KEYS, 0), "keys-lost"),
        (trial(Way.KEYS, 0, caps_lock=True), "keys-caps-lock"),
        (trial(Way.KEYS, 0, layout=True), "keys-layout"),
        (trial(Way.KEYS, 90, method=Method.VNI), "input-method"),
        (trial(Way.INPUT_METHOD, 134, method=Method.TELEX), "input-method"),
        (Trial(Way.KEYS, is_test_code=False), "other-code"),
        (Trial(Way.SERIAL_OTHER, is_test_code=False), "serial-other"),
    ],
)
@pytest.mark.parametrize("language", list(Language))
def test_each_way_has_its_verdict(open_page: OpenPage, told: Trial, verdict: str, language: Language) -> None:
    assert verdict_of(told) == verdict
    page = open_page(language)
    page.show_trial(told)
    method = say(f"gun.method.{told.method.name.lower() if told.method else 'unknown'}", language)
    assert page.verdict.text() == say(f"gun.verdict.{verdict}.title", language, method=method)
    assert page.advice.text() == say(f"gun.verdict.{verdict}.advice", language)


def test_counts_are_shown_and_taken_back_by_another_code(open_page: OpenPage) -> None:
    page = open_page()
    page.show_trial(trial(Way.KEYS, 96))
    assert page.facts["letters"].text() == "96/134"
    page.show_trial(Trial(Way.KEYS, is_test_code=False))
    assert {label.text() for label in page.facts.values()} == {"–"}


def test_scan_that_was_thrown_away_is_told(open_page: OpenPage) -> None:
    page = open_page()
    page.show_discarded(encoding=True)
    assert page.verdict.text() == say("gun.verdict.serial-other.title", Language.VI)
    page.show_discarded(encoding=False)
    assert page.verdict.text() == say("gun.verdict.discarded.title", Language.VI)


@pytest.mark.parametrize(
    ("port", "state", "key"),
    [
        ("", DeviceState.ABSENT, "none"),
        ("COM5", DeviceState.READY, "ready"),
        ("COM5", DeviceState.TROUBLE, "trouble"),
        ("COM5", DeviceState.ABSENT, "absent"),
    ],
)
def test_port_is_told_with_its_state(open_page: OpenPage, port: str, state: DeviceState, key: str) -> None:
    page = open_page()
    page.show_port(port, state)
    assert say(f"gun.page.port_{key}", Language.VI, port=port) in page.port.text()


def test_closing_leaves_nothing_and_is_told_once(open_page: OpenPage) -> None:
    page = open_page()
    fresh = texts(page)
    closed: list[None] = []
    page.closed.connect(lambda: closed.append(None))
    page.show_trial(WHOLE)
    assert texts(page) != fresh
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert (texts(page), len(closed), page.isVisible()) == (fresh, 1, False)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_of_a_gun_presses_nothing(open_page: OpenPage, key: Qt.Key) -> None:
    sheet = SomeSheet()
    page = open_page(sheet=sheet)
    QTest.keyClick(page, key)
    assert page.isVisible()
    assert sheet.asked == []


def test_page_that_is_forgotten_closes(open_page: OpenPage) -> None:
    page = open_page()
    assert page._forgotten.isActive()
    page._forgotten.timeout.emit()
    assert not page.isVisible()


def test_sheet_is_saved_in_the_pages_language(open_page: OpenPage) -> None:
    page = open_page(Language.EN)
    page.save.click()
    assert page.note.text() == "Saved: en.pdf"


def test_sheet_that_cannot_be_saved_is_told(open_page: OpenPage) -> None:
    page = open_page(Language.EN, SomeSheet(failure=KioskError(FailureCode.OUTPUT_UNWRITABLE, "no room")))
    page.save.click()
    assert "no room" in page.note.text()


def test_computer_without_a_printer_says_what_to_do(open_page: OpenPage) -> None:
    page = open_page(sheet=SomeSheet(names=()))
    page.print.click()
    assert page.note.text() == say("gun.page.no_printer", Language.VI)
    assert page.print_dialog is None


def test_sheet_that_cannot_be_made_is_told(open_page: OpenPage) -> None:
    page = open_page(sheet=SomeSheet(failure=KioskError(FailureCode.SETTINGS_INVALID, "gun_codes.toml: wrong")))
    page.print.click()
    assert "gun_codes.toml: wrong" in page.note.text()
    assert page.print_dialog is None


def test_print_asks_for_the_printer_and_tells_what_became_of_it(open_page: OpenPage) -> None:
    page = open_page()
    page.print.click()
    dialog = page.print_dialog
    assert dialog is not None
    assert dialog.printers.item(0).text() == "Máy in văn phòng"
    dialog.told.emit("sent")
    dialog.close()
    assert page.note.text() == "sent"
    assert page.print_dialog is None


def test_sheet_is_saved_and_printed_by_keys_alone(open_page: OpenPage) -> None:
    page = open_page(Language.EN)
    QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert page.note.text() == "Saved: en.pdf"
    QTest.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert page.print_dialog is not None


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_P, Qt.Key.Key_S, Qt.Key.Key_Space])
def test_keys_that_guns_send_press_nothing(open_page: OpenPage, key: Qt.Key) -> None:
    page = open_page()
    QTest.keyClick(page, key)
    assert (page.note.text(), page.print_dialog, page.isVisible()) == ("", None, True)


def test_page_takes_its_print_dialog_with_it(open_page: OpenPage) -> None:
    page = open_page()
    page.print.click()
    dialog = page.print_dialog
    assert dialog is not None
    page.close()
    assert not dialog.isVisible()
    assert page.print_dialog is None


@pytest.mark.parametrize("language", list(Language))
def test_every_text_has_its_room(open_page: OpenPage, language: Language) -> None:
    page = open_page(language)
    page.show_trial(trial(Way.INPUT_METHOD, 96, method=Method.TELEX))
    layout = page.layout()
    assert layout is not None
    layout.activate()
    for label in page.findChildren(QLabel):
        if label.text():
            assert label.height() >= label.heightForWidth(label.width())
