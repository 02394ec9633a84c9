"""What can be reached by keys in the staff's window; and that nobody outlasts an end there."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.checkin.clinic import Clinic
from kiosk.failure import FailureCode
from kiosk.text import Language
from kiosk.ui.desk.gallery import desk_examples
from kiosk.ui.desk.keys import Act
from kiosk.ui.widgets.staff_strip import OnDuty
from kiosk.workflow.state import Failed, Waiting

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
VI, EN = Language.VI, Language.EN


@pytest.mark.parametrize("name", ["waiting", "found-covered", "key", "kept", "override", "priority", "type-in"])
def test_tab_goes_through_every_control_once_shows_where_and_goes_back(pose: Any, name: str) -> None:
    window = pose(name, (1366, 768))
    shown = window.dialog or window
    shown.activateWindow()
    QApplication.processEvents()
    there = {
        one for one in shown.findChildren(QWidget)
        if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    }  # fmt: skip
    onward = [_press(Qt.Key.Key_Tab)]
    while (at := _press(Qt.Key.Key_Tab)) is not onward[0] and len(onward) < 100:
        onward.append(at)
    assert len(set(onward)) == len(onward)
    assert {f"{type(one).__name__} {one.accessibleName()}" for one in there - set(onward)} == set()
    # The last Tab led to the first again.
    assert [_press(Qt.Key.Key_Backtab) for _ in onward] == [*reversed(onward)]


def _press(key: Qt.Key) -> Any:
    at = QApplication.focusWidget()
    assert at is not None
    QTest.keyClick(at, key)
    return QApplication.focusWidget()


# -- nobody stays ---------------------------------------------------------------------------------------------------
def of_somebody(thing: Any, somebody: Any) -> Any:
    """The same state with another's name and number, wherever they stand."""
    if type(thing) is str:
        for name in ("Nguyễn Văn Mẫu", "Nguyễn Phước Thượng Tường Nghiễm"):
            thing = thing.replace(name, somebody.name)
        return thing.replace("999048000123", somebody.number)
    if type(thing) is tuple:
        return tuple(of_somebody(one, somebody) for one in thing)
    if is_dataclass(thing) and not isinstance(thing, type | Enum):
        changed = {one.name: of_somebody(getattr(thing, one.name), somebody) for one in fields(thing) if one.init}
        return replace(thing, **changed)
    return thing


@pytest.mark.parametrize("name", ["found-differs", "overridden", "override", "done"])
def test_nothing_of_somebody_is_left_anywhere_after_any_end(
    pose: Any, desk_clinic: Clinic, somebody: Any, left_of_somebody: Any, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    example = desk_examples(desk_clinic)[name]
    window = pose(replace(example, state=Waiting(), then=lambda _: None))
    ends = (
        lambda: window.show_state(Waiting()),
        lambda: window.show_state(Failed(FailureCode.CARD_REMOVED)),
        window.close,
    )
    for end in ends:
        window.show_state(of_somebody(example.state, somebody))
        example.then(window)
        window.hands.do(Act.COPY)
        window.hands.do(Act.SHOW_NUMBER)
        assert end is not ends[0] or left_of_somebody(), "the trap sees whoever is here"
        end()
        window.clipboard.take_back()
        QApplication.processEvents()
        assert left_of_somebody() == []
    assert not somebody.is_in(caplog.text)


def test_nothing_that_was_looked_for_or_copied_outlasts_whoever_signs_out(
    pose: Any, somebody: Any, left_of_somebody: Any
) -> None:
    window = pose("waiting")
    search = window.view.header.search
    search.setFocus()
    QTest.keyClicks(search, somebody.number)
    window.clipboard.lend(somebody.name)
    assert left_of_somebody()
    window.show_duty(OnDuty("", ""))
    QApplication.processEvents()
    assert left_of_somebody() == []
    assert QGuiApplication.clipboard().text() == ""
