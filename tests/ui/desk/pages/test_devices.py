"""Each thing is examined beside the screen, once at a time, and told without anybody's numbers."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.failure import FailureCode, KioskError
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.devices import DevicesPage, Examined
from kiosk.ui.desk.pages.gallery import Invented
from kiosk.ui.errands import Errands
from kiosk.ui.theme.palette import Tone

MakeSetting = Callable[..., PageSetting]


@pytest.fixture
def source() -> Invented:
    return Invented()


@pytest.fixture
def copied() -> list[str]:
    return []


@pytest.fixture
def page(qtbot: QtBot, setting: MakeSetting, source: Invented, copied: list[str]) -> DevicesPage:
    made = DevicesPage(setting(), source, copied.append)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.shown()
    return made


def test_everything_is_examined_once_when_the_page_opens(page: DevicesPage, source: Invented) -> None:
    assert source.asked == [("examine", code) for code, _ in source.names()]
    assert page.aside.text() == page.say("count", done=5, all=5, bad=1, attention=1)


def test_enter_examines_the_marked_one_again(page: DevicesPage, source: Invented) -> None:
    page.table.setCurrentCell(2, 0)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert source.asked[5:] == [("examine", "printer")]


def test_key_examines_all_again(page: DevicesPage, source: Invented) -> None:
    QTest.keyClick(page.table, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    assert len(source.asked) == 10


def test_what_breaks_an_examination_is_its_row(page: DevicesPage, source: Invented) -> None:
    error = KioskError(FailureCode.INTERNAL, "ValueError")
    source.broken = error
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert page.found["fonts"] == Examined(Tone.STOP, "internal", error.told(page.language))


def test_copied_findings_hold_no_long_number(page: DevicesPage, copied: list[str]) -> None:
    page.found["store"] = Examined(Tone.GOOD, "999090000123; 186")
    page.copy_button.click()
    [text] = copied
    assert "999090000123" not in text
    assert "<12 digits>" in text
    assert "Máy in phiếu: Hỏng; tcp://192.0.2.10:9100: paper-out — Thay giấy" in text


def test_colour_stands_only_where_somebody_is_needed(page: DevicesPage) -> None:
    tones = {code: page._cells(code, name)[1].tone for code, name in Invented().names()}
    assert tones == {
        "fonts": None, "camera": Tone.ATTENTION, "printer": Tone.STOP, "gateway": None, "store": None,
    }  # fmt: skip


def test_one_thing_is_examined_at_a_time_and_a_list_is_not_held_up(qtbot: QtBot, setting: MakeSetting) -> None:
    errands = Errands(at_once=2)
    at_once: list[int] = []
    under_way: list[str] = []

    class Counting(Invented):
        def examine(self, code: str) -> Examined:
            under_way.append(code)
            at_once.append(len(under_way))
            found = super().examine(code)
            under_way.remove(code)
            return found

    made = DevicesPage(replace(setting(), errands=errands), Counting(), lambda _: None)
    qtbot.addWidget(made)
    made.shown()
    qtbot.waitUntil(lambda: len(made.found) == 5)
    errands.close()
    assert at_once == [1] * 5
