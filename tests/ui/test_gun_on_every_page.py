"""A gun types into every page and everything over it: no foreign code leaves a page, presses a button or is written."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk.checkin.clinic import Clinic
from kiosk.eligibility.visit import Visit
from kiosk.text import Language
from kiosk.ui.desk.gallery import desk_examples, posed
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.errands import Errands
from kiosk.ui.scanner_input import ScannerInput
from kiosk.ui.widgets.dialog import TimeQuestion
from kiosk.ui.widgets.sheet import NoticeSheet
from kiosk.ui.window import PatientWindow
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.event import CodeScanned, Touched
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    Assistance,
    Done,
    Failed,
    Found,
    Reading,
    ScanningCode,
    State,
    TypingBirthDate,
    TypingNumber,
    Waiting,
)
from kiosk.workflow.transition import advance

# The screenless platform cannot tell a window's least size to a window system.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

WORLD = World(Visit(facility="99001"), desk_service="TIEPDON", today=date(2026, 11, 21))
ENTER, TAB, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space
GOODS, ADDRESS = "8938505974125", "https://example.invalid/tra-cuu?so=1"
FOREIGN: list[tuple[str, tuple[Qt.Key, ...]]] = [
    (GOODS, (ENTER,)), (GOODS, (TAB,)), (ADDRESS, (ENTER, TAB)), (ADDRESS, (ENTER, SPACE)), (GOODS, ()),
]  # fmt: skip
"""Codes, and what the gun's setting puts after them. What nothing ends, and is no document's, is nobody's code."""
CITIZEN = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"
FREE = (Waiting, TypingNumber, TypingBirthDate, ScanningCode, AskingCard, Failed, Assistance, Done)
"""Nobody's session is under way, or nobody is known in it yet: whoever shows a code is the person."""


class Gun:
    """A gun in keyboard mode before an application that listens."""

    def __init__(self, qapp: QApplication, time: Any) -> None:
        self._time = time
        self.input = ScannerInput(clock=time)
        self.scans: list[CodeScanned] = []
        self.input.scanned.connect(self.scans.append)
        self.input.watch(qapp)

    def type(self, window: QWidget, code: str, ends: Sequence[Qt.Key]) -> None:
        """Into what has the keyboard; each key where the one before has left it."""
        for letter in code:
            self._time.passes(0.01)
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                key = Qt.Key(ord(letter)) if letter.isascii() and letter.isdecimal() else Qt.Key.Key_unknown
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(window.focusWidget() or window, event)
        for end in ends:
            self._time.passes(0.01)
            QTest.keyClick(window.focusWidget() or window, end)
        self.silence()

    def silence(self) -> None:
        for _ in range(2):  # it ends the keys, then what they may have been half of
            self._time.passes(4.0)
            self.input.listen_to_silence()
        QCoreApplication.processEvents()


@pytest.fixture
def gun(qapp: QApplication, time: Any) -> Iterator[Gun]:
    made = Gun(qapp, time)
    yield made
    qapp.removeEventFilter(made.input)


def written(window: QWidget) -> list[str]:
    """Everything that stands in a field, and the figures that a keypad has typed."""
    fields = [one.text() for one in window.findChildren(QLineEdit)]
    fields += [one.toPlainText() for one in window.findChildren(QPlainTextEdit)]
    return [*fields, getattr(getattr(getattr(window, "page", None), "digits", None), "digits", "")]


def led_to_a_control(window: QWidget, gun: Gun) -> None:
    """As by somebody who uses the keyboard: what has the focus is what an Enter would press."""
    QTest.keyClick(window.focusWidget() or window, TAB)
    gun.silence()


def in_session(state: State) -> Desk:
    return Desk(state, card_laid=isinstance(state, AskingKey | Reading))


PATIENT_PAGES = [
    "waiting", "typing-number", "typing-number-unreadable", "typing-number-wrong", "typing-birth-date",
    "typing-birth-date-year", "typing-birth-date-wrong", "scanning-code", "scanning-code-unreadable", "asking-card",
    "asking-card-unreadable", "asking-key", "asking-key-wrong", "reading", "found-reading", "found-covered",
    "found-attention", "found-self-pay", "found-ask-staff", "found-unverified", "choosing", "choosing-self-pay",
    "choosing-child", "asking-priority", "confirming", "confirming-self-pay", "issuing", "done-printing", "done-slow",
    "done-printed", "done-not-printed", "done-maybe-printed", "failed", "failed-staff", "assistance",
]  # fmt: skip


def test_these_are_all_pages(states: dict[str, State]) -> None:
    assert sorted(states) == sorted(PATIENT_PAGES)


@pytest.mark.parametrize("name", PATIENT_PAGES)
def test_gun_on_a_patients_page_does_nothing_but_what_its_code_says(
    open_window: Callable[..., PatientWindow], states: dict[str, State], time: Any, gun: Gun, name: str
) -> None:
    state, window, intents = states[name], open_window(), list[object]()
    window.intent.connect(lambda event: intents.append(event) if event != Touched() else None)
    for at, (code, ends) in enumerate(FOREIGN):
        window.show_state(Assistance())
        window.show_state(state)
        time.passes(1.0)
        if at > 0:
            led_to_a_control(window, gun)
        page, focus, before = window.page, window.focusWidget(), written(window)
        gun.type(window, code, ends)
        assert (intents, window.page, window.focusWidget(), written(window)) == ([], page, focus, before), (code, ends)
        assert [event.text for event in gun.scans] == ([code] if ends else [])
        for event in gun.scans:
            desk, asked = advance(in_session(state), event, WORLD)
            assert (type(desk.state), asked) == (Failed if isinstance(state, Waiting) else type(state), ())
        gun.scans.clear()
    gun.type(window, CITIZEN, (ENTER,))
    assert (intents, written(window)) == ([], before)
    desk, _ = advance(in_session(state), gun.scans.pop(), WORLD)
    if isinstance(state, FREE):
        assert isinstance(desk.state, Found)
    elif isinstance(state, AskingKey):
        assert isinstance(desk.state, Reading)
    else:
        assert desk == in_session(state)


@pytest.mark.parametrize(("code", "ends"), FOREIGN)
@pytest.mark.parametrize("over", [NoticeSheet, TimeQuestion])
def test_gun_takes_away_nothing_that_lies_over_a_page(
    open_window: Callable[..., PatientWindow], states: dict[str, State], time: Any, gun: Gun, over: type[QWidget],
    code: str, ends: tuple[Qt.Key, ...],
) -> None:  # fmt: skip
    window, intents = open_window(), list[object]()
    window.show_state(states["confirming"])
    if over is NoticeSheet:
        window.open_notice()
    else:
        window.ask_for_time()
    time.passes(1.0)
    led_to_a_control(window, gun)
    window.intent.connect(intents.append)
    [lies] = window.findChildren(over)
    gun.type(window, code, ends)
    gun.type(window, CITIZEN, (ENTER,))
    assert [event.text for event in gun.scans] == ([code] if ends else []) + [CITIZEN]
    assert (intents, window.findChildren(over), lies.isVisible()) == ([], [lies], True)


DESK_PAGES = [
    "waiting", "empty-day", "store-away", "signed-out", "key", "card-wanted", "card-wanted-unreadable", "camera",
    "reading", "found-asking", "found-covered", "found-differs", "found-ended", "found-unverified", "found-child",
    "overridden", "override", "priority", "type-in", "nobody", "done", "done-also", "done-not-printed", "failed",
    "kept", "search", "keys",
]  # fmt: skip


def test_these_are_all_states_of_the_staffs_window(clinic: Clinic) -> None:
    assert sorted(desk_examples(clinic)) == sorted(DESK_PAGES)


@pytest.fixture
def open_desk(qtbot: QtBot, clinic: Clinic) -> Iterator[Callable[[str], DeskWindow]]:
    errands, windows = Errands(), list[DeskWindow]()

    def opened(name: str) -> DeskWindow:
        windows.append(posed(desk_examples(clinic)[name], clinic, errands, (1440, 900), Language.VI, 1.0))
        return windows[-1]

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()
    errands.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def chosen(window: DeskWindow) -> tuple[object, ...]:
    """What staff have before them: the state, the choice that is made, what is opened and asked, where the keys are."""
    keys = window.dialog or window
    return (
        window.session.state, window.session.draft, window.subject, window.dialog, window.view.stack.currentWidget(),
        keys.focusWidget(), written(window), written(keys), window.is_settled,
    )  # fmt: skip


@pytest.mark.parametrize("name", DESK_PAGES)
def test_gun_at_the_staffs_window_does_nothing_by_its_keys(
    open_desk: Callable[[str], DeskWindow], time: Any, gun: Gun, name: str
) -> None:
    window, intents = open_desk(name), list[object]()
    window.intent.connect(intents.append)
    time.passes(1.0)
    before = chosen(window)
    for code, ends in FOREIGN:
        gun.type(window.dialog or window, code, ends)
        assert [event.text for event in gun.scans] == ([code] if ends else [])
        assert (intents, chosen(window)) == ([], before), (code, ends)
        gun.scans.clear()
    gun.type(window.dialog or window, CITIZEN, (ENTER,))
    assert [event.text for event in gun.scans] == [CITIZEN]
    assert (intents, chosen(window)) == ([], before)
