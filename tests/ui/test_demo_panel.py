"""The simulators' desk: finds people without marks, and says what its user does."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.ui.demo_panel import DemoPanel, DemoPerson

PEOPLE = [
    DemoPerson("999048000123", "Nguyễn Văn Mẫu", "Thẻ còn hạn, trên 75 tuổi"),
    DemoPerson("999090000456", "Đặng Thị Ánh", "Thẻ hết hạn"),
]

# The screenless platform cannot tell a window's least size to a window system.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def panel(qtbot: QtBot) -> DemoPanel:
    made = DemoPanel(PEOPLE, ["timeout", "unreachable"])
    qtbot.addWidget(made)
    made.show()
    return made


def click(button: Any) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_papers_are_those_of_the_chosen_person(panel: DemoPanel) -> None:
    heard: list[tuple[str, str]] = []
    panel.card_laid.connect(lambda number: heard.append(("lay", number)))
    panel.code_shown.connect(lambda number: heard.append(("code", number)))
    panel.insurance_shown.connect(lambda number: heard.append(("insurance", number)))
    panel.people.setCurrentRow(1)
    for button in (panel.lay, panel.code, panel.insurance):
        click(button)
    assert heard == [("lay", "999090000456"), ("code", "999090000456"), ("insurance", "999090000456")]


def test_a_card_is_taken_only_after_it_was_laid(panel: DemoPanel) -> None:
    taken: list[bool] = []
    panel.card_taken.connect(lambda: taken.append(True))
    click(panel.take)
    assert taken == []
    panel.show_card_laid(True)
    assert not panel.lay.isEnabled()
    click(panel.take)
    assert taken == [True]


def test_people_are_found_without_marks(panel: DemoPanel) -> None:
    panel._search.setText("dang het han")
    assert [panel.people.item(at).isHidden() for at in range(2)] == [True, False]
    assert panel.chosen == "999090000456"
    panel._search.setText("nobody")
    assert panel.chosen == ""
    assert not panel.lay.isEnabled()


def test_a_fault_is_chosen_and_ended(panel: DemoPanel) -> None:
    faults: list[str] = []
    panel.fault_chosen.connect(faults.append)
    panel.faults.setCurrentIndex(1)
    panel.faults.setCurrentIndex(0)
    assert faults == ["timeout", ""]


def test_long_name_keeps_the_given_name(qtbot: QtBot, paint: Any) -> None:
    made = DemoPanel([DemoPerson("999090000456", "Nguyễn " + "Phước Thượng " * 9 + "Nghiễm", "Thẻ hết hạn")], [])
    qtbot.addWidget(made)
    made.show()
    rows = made.people.viewport()  # known to Python while it is painted
    [shown] = {line.words for line in paint(made, rows, whole=True).lines if line.words.startswith("Nguyễn")}
    assert "…" in shown
    assert shown.endswith(" Nghiễm")
