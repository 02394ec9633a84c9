"""The worklist's page: names masked until opened, acts only on who is marked, differences before and after."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.failure import FailureCode, KioskError
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.gallery import Invented, changes, entries
from kiosk.ui.desk.pages.recheck import RecheckList, RecheckPage
from kiosk.ui.errands import Errands
from tests.patience import WITHIN_S

MakeSetting = Callable[..., PageSetting]
FIRST, LAST = entries()[0].visit_id, entries()[-1].visit_id


@pytest.fixture
def source() -> Invented:
    return Invented()


@pytest.fixture
def page(qtbot: QtBot, setting: MakeSetting, source: Invented) -> RecheckPage:
    made = RecheckPage(setting(), source)
    qtbot.addWidget(made)
    made.resize(1366, 640)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.shown()
    return made


def cells(page: RecheckPage) -> str:
    rows = page.rows
    items = (rows.item(row, at) for row in range(rows.rowCount()) for at in range(rows.columnCount()))
    return " ".join(item.text() for item in items if item is not None)


def test_names_are_masked_and_nothing_is_read_until_a_record_is_opened(page: RecheckPage, source: Invented) -> None:
    assert "Nguyễn Thị Quỳnh M." in cells(page)
    assert all(entry.full_name not in cells(page) for entry in entries() if " " in entry.full_name)
    assert source.asked == [("listed",)]


def test_enter_opens_the_marked_record_once(page: RecheckPage, source: Invented) -> None:
    QTest.keyClick(page.rows, Qt.Key.Key_Return)
    assert source.asked[-1] == ("open_proof", FIRST)
    assert page.name.text() == entries()[0].full_name
    QTest.keyClick(page.rows, Qt.Key.Key_Down)
    assert page.name.text() == page.say("closed")
    assert [one[0] for one in source.asked].count("open_proof") == 1


def test_key_asks_again_about_the_marked_one(page: RecheckPage, source: Invented) -> None:
    QTest.keyClick(page.rows, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert ("ask_again", FIRST) in source.asked
    assert page.note.words.text() == page.say("again_done")


def test_who_cannot_be_asked_about_is_told(page: RecheckPage) -> None:
    page.rows.setCurrentCell(3, 0)
    page.again_button.click()
    assert page.note.words.text() == page.say("again_not_done")


def test_nobody_is_set_aside_without_a_reason(page: RecheckPage, source: Invented) -> None:
    assert not page.aside_button.isEnabled()
    page.reason.setText("  ab ")
    assert not page.aside_button.isEnabled()
    QTest.keyClick(page.rows, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    assert all(one[0] != "set_aside" for one in source.asked)


def test_reason_goes_with_the_entry_that_is_set_aside(page: RecheckPage, source: Invented) -> None:
    page.reason.setText(" đã xem thẻ giấy ")
    page.aside_button.click()
    assert ("set_aside", FIRST, "đã xem thẻ giấy") in source.asked
    assert page.reason.text() == ""


def test_enter_in_the_reason_sets_nobody_aside(page: RecheckPage, source: Invented) -> None:
    page.reason.setText("đã xem thẻ giấy")
    QTest.keyClick(page.reason, Qt.Key.Key_Return)
    assert all(one[0] != "set_aside" for one in source.asked)


def test_reason_about_one_person_is_never_used_for_the_next(page: RecheckPage) -> None:
    page.reason.setText("đã xem thẻ giấy")
    QTest.keyClick(page.rows, Qt.Key.Key_Down)
    assert page.reason.text() == ""
    assert not page.aside_button.isEnabled()


def test_marked_person_stays_marked_when_others_leave_the_list(page: RecheckPage, source: Invented) -> None:
    page.rows.setCurrentCell(2, 0)
    page.reason.setText("đã xem thẻ giấy")
    page._show(RecheckList(entries()[1:], changes()))
    assert page.rows.currentRow() == 1
    page.aside_button.click()
    assert ("set_aside", entries()[2].visit_id, "đã xem thẻ giấy") in source.asked


def test_change_shows_every_difference_before_and_after(page: RecheckPage) -> None:
    page.shown_list.setCurrentIndex(1)
    change = changes()[0]
    assert page.differences.rowCount() == len(change.differences)
    told = [
        [page.differences.item(row, at).text() for at in range(3)]  # type: ignore[union-attr]
        for row in range(page.differences.rowCount())
    ]
    assert ["Kết luận", "Chưa xác minh thẻ BHYT", "→ Thẻ BHYT hợp lệ"] in told
    assert ["Có giá trị đến", "–", "→ 31/12/2026"] in told
    assert all("GD4999000000123" not in cell for row in told for cell in row)


def test_changed_visit_cannot_be_asked_about_or_set_aside(page: RecheckPage) -> None:
    page.shown_list.setCurrentIndex(1)
    page.reason.setText("đã xem thẻ giấy")
    assert not page.again_button.isEnabled()
    assert not page.aside_button.isEnabled()
    assert page.save_button.isEnabled()


def test_saved_proof_tells_its_file(page: RecheckPage, source: Invented) -> None:
    page.save_button.click()
    assert ("save_proof", FIRST) in source.asked
    assert "proof-2026-11-20-A012.pdf" in page.note.words.text()


def test_list_that_nobody_could_read_is_not_called_empty(qtbot: QtBot, setting: MakeSetting) -> None:
    made = RecheckPage(setting(), Invented(broken=KioskError(FailureCode.STORE_LOCKED)))
    qtbot.addWidget(made)
    made.shown()
    assert made.name.text() == made.say("unknown")


def test_what_comes_after_the_page_was_hidden_is_not_shown(
    qtbot: QtBot, setting: MakeSetting, source: Invented
) -> None:
    free = Event()

    class Slow(Invented):
        def listed(self) -> RecheckList:
            assert free.wait(WITHIN_S)
            return super().listed()

    errands = Errands(at_once=1)
    made = RecheckPage(replace(setting(), errands=errands), Slow())
    qtbot.addWidget(made)
    made.shown()
    made.hidden()
    free.set()
    done: list[None] = []
    errands.run(lambda: None, done.append, lambda _: None)
    qtbot.waitUntil(lambda: bool(done))
    assert made.rows.rowCount() == 0
    errands.close()
