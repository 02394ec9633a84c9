"""What cannot be done now says what is missing for it: beside the order in words, and to a screen reader."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language, say
from kiosk.ui.desk.gallery import desk_examples
from kiosk.ui.desk.keys import Act
from kiosk.ui.desk.pieces import DeskButton
from kiosk.ui.desk.window import DeskWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
VI, EN = Language.VI, Language.EN
DRESSES = [((1920, 1080), VI, 1.0), ((1366, 768), EN, 1.0), ((1366, 768), VI, 1.5)]


def spoken_of(widget: QWidget) -> str:
    """What a screen reader says of it besides its name."""
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return str(interface.text(QAccessible.Text.Description))


def stand_above(window: DeskWindow, button: QWidget) -> list[str]:
    """The words in the column of acts that are whole and end where `button` begins, or little above it."""
    top = button.mapTo(window, QPoint(0, 0)).y()
    labels = (one for one in window.view.acts.findChildren(QLabel) if one.isVisible() and one.text())
    ends = {one.text(): one.mapTo(window, QPoint(0, one.height())).y() for one in labels}
    return [words for words, end in ends.items() if 0 <= top - end <= 12]


@pytest.mark.parametrize(("size", "language", "growth"), DRESSES)
def test_order_without_a_service_asks_for_it_until_one_is_chosen(
    pose: Any, size: tuple[int, int], language: Language, growth: float
) -> None:
    window = pose("found-differs", size, language, growth)
    give, missing = window.view.acts.buttons[Act.GIVE], say("desk.news.no_service", language)
    assert not give.isEnabled()
    assert stand_above(window, give) == [missing]
    assert missing in spoken_of(give)
    assert missing in give.toolTip()
    QTest.keyClick(window, Qt.Key.Key_2)
    QApplication.processEvents()
    give = window.view.acts.buttons[Act.GIVE]
    assert give.isEnabled()
    assert stand_above(window, give) == [window.view.acts.services.choice]
    assert (missing in spoken_of(give), missing in give.toolTip()) == (False, False)
    assert "Enter" in spoken_of(give)


@pytest.mark.parametrize("language", [VI, EN])
def test_order_before_a_decision_says_that_it_is_waited_for_also_when_a_service_is_chosen(
    pose: Any, language: Language
) -> None:
    window = pose("found-asking", (1366, 768), language)
    missing = say("desk.news.not_decided", language)
    QTest.keyClick(window, Qt.Key.Key_1)
    QApplication.processEvents()
    buttons = window.view.acts.buttons
    assert stand_above(window, buttons[Act.GIVE]) == [missing]
    for act in (Act.GIVE, Act.ASK_AGAIN, Act.OVERRIDE):
        assert not buttons[act].isEnabled()
        assert missing in spoken_of(buttons[act])


@pytest.mark.parametrize("language", [VI, EN])
def test_no_button_of_any_state_is_shut_without_saying_why(pose: Any, desk_clinic: Clinic, language: Language) -> None:
    shut = 0
    for name in desk_examples(desk_clinic):
        window = pose(name, (1440, 900), language)
        for button in window.findChildren(DeskButton):
            if button.isVisible() and not button.isEnabled():
                shut += 1
                assert len(spoken_of(button).split()) > 3, f"{name}: {button.text()}"
    assert shut


def test_search_that_nobody_may_use_says_that_somebody_has_to_sign_in(pose: Any) -> None:
    missing = say("desk.news.officer_needed_for_this", VI)
    for name, is_shut in (("nobody", True), ("waiting", False)):
        search = pose(name).view.header.search
        assert search.isEnabled() is not is_shut
        assert ((missing in spoken_of(search)), (missing in search.toolTip())) == (is_shut, is_shut)


def test_nobody_is_called_while_the_shared_store_is_away(pose: Any) -> None:
    queue = pose("store-away").view.queue
    assert not queue.next.isEnabled()
    assert say("desk.queue.no_store", VI) in spoken_of(queue.next)
    assert pose("waiting").view.queue.next.isEnabled()


@pytest.mark.parametrize(("name", "told"), [("nobody", False), ("store-away", False), ("empty-day", True)])
def test_nobody_is_counted_whom_nobody_knows_or_may_know(pose: Any, name: str, *, told: bool) -> None:
    chips = pose(name).view.chips.chips.values()
    assert {any(one.isdigit() for one in chip.accessibleName()) for chip in chips} == {told}


@pytest.mark.parametrize("language", [VI, EN])
def test_button_where_nobody_is_on_duty_offers_to_sign_in_only(pose: Any, language: Language) -> None:
    window = pose("nobody", language=language)
    assert window.view.acts.buttons[Act.DUTY].text() == say("desk.duty.in", language)
