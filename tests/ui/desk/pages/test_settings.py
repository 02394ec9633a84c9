"""A change is checked before it can be saved, by whoever is signed in; a secret is never in a field."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from kiosk.failure import FailureCode, KioskError
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.gallery import Invented, settings_keys
from kiosk.ui.desk.pages.settings import CheckedChange, SettingsPage

MakeSetting = Callable[..., PageSetting]
PLACES = [key.place for key in settings_keys()]


@pytest.fixture
def source() -> Invented:
    return Invented()


@pytest.fixture
def open_page(qtbot: QtBot, setting: MakeSetting) -> Callable[..., SettingsPage]:
    def opened(source: Invented, *, signed_in: bool = True) -> SettingsPage:
        made = SettingsPage(setting(), source, lambda: signed_in)
        qtbot.addWidget(made)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        made.shown()
        return made

    return opened


def mark(page: SettingsPage, place: str) -> None:
    page.rows.setCurrentCell(PLACES.index(place), 0)


def test_change_is_saved_only_after_it_was_checked(open_page: Callable[..., SettingsPage], source: Invented) -> None:
    page = open_page(source)
    mark(page, "printer.target")
    page.line.setText("none")
    assert not page.save_button.isEnabled()
    QTest.keyClick(page.line, Qt.Key.Key_Return)
    assert page.effect.text() == "tcp://192.0.2.10:9100 → none"
    QTest.keyClick(page.line, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    assert source.asked[-2:] == [("save", "printer.target", "none"), ("keys",)]
    assert "kiosk.toml.20261120-101207.bak" in page.note.words.text()


def test_typing_on_takes_the_check_back(open_page: Callable[..., SettingsPage], source: Invented) -> None:
    page = open_page(source)
    mark(page, "printer.target")
    page.line.setText("none")
    page.check_button.click()
    page.line.setText("file:/tmp/slips")
    assert not page.save_button.isEnabled()
    assert page.effect.text() == ""


def test_nobody_signed_in_may_check_and_not_save(open_page: Callable[..., SettingsPage], source: Invented) -> None:
    page = open_page(source, signed_in=False)
    mark(page, "printer.target")
    page.line.setText("none")
    page.check_button.click()
    assert page.note.words.text() == page.say("sign_in")
    assert not page.save_button.isEnabled()


def test_refused_value_is_told_and_cannot_be_saved(open_page: Callable[..., SettingsPage], source: Invented) -> None:
    page = open_page(source)
    mark(page, "reader.deadline_s")
    page.line.setText("soon")
    error = KioskError(FailureCode.SETTINGS_INVALID, "reader.deadline_s takes a float")
    source.broken = error
    page.check_button.click()
    assert page.note.words.text() == error.told(page.language)
    assert not page.save_button.isEnabled()


def test_allowed_values_are_choices(open_page: Callable[..., SettingsPage], source: Invented) -> None:
    page = open_page(source)
    mark(page, "printer.width_dots")
    assert page.editor.currentWidget() is page.pick
    assert [page.pick.itemData(at) for at in range(page.pick.count())] == ["576", "512", "384"]
    mark(page, "reader.photo")
    assert [page.pick.itemData(at) for at in range(page.pick.count())] == ["true", "false"]


def test_secret_is_in_no_field(open_page: Callable[..., SettingsPage], source: Invented) -> None:
    page = open_page(source)
    mark(page, "store.url")
    assert not page.editor.isEnabled()
    assert not page.check_button.isEnabled()
    assert all("db.example" not in field.text() for field in page.findChildren(QLineEdit))


def test_slip_is_drawn_for_what_changes_it(open_page: Callable[..., SettingsPage], source: Invented) -> None:
    page = open_page(source)
    mark(page, "printer.template")
    page.line.setText("slips/mau.toml")
    page.check_button.click()
    assert not page.picture.image.isNull()
    mark(page, "clinic.file")
    assert page.picture.image.isNull()


def test_filters_find_keys_by_section_name_and_help(open_page: Callable[..., SettingsPage], source: Invented) -> None:
    page = open_page(source)
    page.section.setCurrentIndex(page.section.findData("printer"))
    assert page.rows.rowCount() == sum(place.startswith("printer.") for place in PLACES)
    page.search.setText("đa số máy 80 mm")
    assert page.rows.rowCount() == 1
    assert page.name.text() == "printer.width_dots"


def test_answer_about_what_is_not_typed_any_more_is_dropped(
    open_page: Callable[..., SettingsPage], source: Invented
) -> None:
    page = open_page(source)
    mark(page, "printer.target")
    page.line.setText("none")
    page._show_checked(CheckedChange("printer.target", "other", "a", "b"))
    assert not page.save_button.isEnabled()


def test_default_is_checked_at_once(open_page: Callable[..., SettingsPage], source: Invented) -> None:
    page = open_page(source)
    mark(page, "screen.mode")
    QTest.keyClick(page.rows, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert source.asked[-1] == ("check", "screen.mode", "patient")


def test_test_print_tells_how_it_went(open_page: Callable[..., SettingsPage], source: Invented) -> None:
    page = open_page(source)
    page.print_button.click()
    assert page.note.words.text() == page.say("printed", outcome="printed")
