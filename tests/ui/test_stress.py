"""Everything that changes a window, in an order that only a seed knows: nothing breaks, and Qt warns of nothing."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language
from kiosk.ui.camera.advice import Hint
from kiosk.ui.desk.gallery import desk_examples, posed
from kiosk.ui.desk.keys import Act
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.errands import Errands
from kiosk.ui.gallery import MOMENT
from kiosk.ui.room import draw_room
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import Wishes
from kiosk.workflow.state import Devices, DeviceState, State

# The screenless platform cannot tell a window's least size to a window system.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

KEYS = [
    Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_5, Qt.Key.Key_Backspace, Qt.Key.Key_Escape,
    Qt.Key.Key_Left, Qt.Key.Key_Down,
]  # fmt: skip
CHANGES = 30
"""Of each window, so that the suite stays quick; other seeds and any number of changes are a matter of two figures."""
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def any_button(window: QWidget, random: Random) -> QAbstractButton:
    return random.choice([one for one in window.findChildren(QAbstractButton) if one.isVisible()])


def press_amid(window: QWidget, random: Random, change: Callable[[], None]) -> None:
    """A finger comes down, what is under it changes, and the finger goes up."""
    button = any_button(window, random)
    middle = button.rect().center()
    QTest.mousePress(button, LEFT, PLAIN, middle)
    change()
    if isValid(button):
        QTest.mouseRelease(button, LEFT, PLAIN, middle)


def let_go() -> None:
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.mark.parametrize("seed", [20261122])
def test_patients_window_outlives_any_order_of_changes(
    qtbot: QtBot, clinic: Clinic, states: dict[str, State], time: Any, seed: int
) -> None:
    random, pages = Random(seed), list(states.values())
    window = PatientWindow(clinic, animated=True, now=lambda: MOMENT, clock=time)
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()

    def change() -> None:
        window.show_state(random.choice(pages))

    def wish() -> None:
        large, contrast, lowered, aloud = (random.random() < 0.5 for _ in range(4))
        window.set_wishes(Wishes(large=large, contrast=contrast, lowered=lowered, aloud=aloud))

    def devices() -> None:
        reader, scanner, printer = (random.choice(list(DeviceState)) for _ in range(3))
        window.show_devices(Devices(reader, scanner, printer))
        window.set_card_laid(random.random() < 0.5)

    def hold() -> None:
        window.show_frame(draw_room(random.choice(list(Hint))))
        window.show_hint(random.choice(list(Hint)))

    def pass_time() -> None:
        time.passes(random.choice([0.1, 0.5, 30.0]))
        window.tick()
        window.idle.left.emit(random.randrange(30))

    acts: list[Callable[[], object]] = [
        change, change, change, wish, devices, hold, pass_time, window.open_notice, window.ask_for_time,
        lambda: window.set_language(random.choice(list(Language))),
        lambda: window.resize(*random.choice([(1366, 768), (1080, 1920), (1280, 1024), (800, 600)])),
        lambda: press_amid(window, random, change),
        lambda: QTest.mouseClick(any_button(window, random), LEFT),
        lambda: QTest.keyClick(window.focusWidget() or window, random.choice(KEYS)),
        window.grab, let_go,
    ]  # fmt: skip
    # The line answers while the button that was touched is still telling of it.
    window.intent.connect(lambda _: change() if random.random() < 0.5 else None)
    for _ in range(CHANGES):
        time.passes(0.4)
        random.choice(acts)()
    let_go()
    assert window.page is not None
    assert window.page.isVisible()
    assert len([one for one in window.children() if isinstance(one, type(window.page))]) == 1


@pytest.fixture
def open_desk(qtbot: QtBot, clinic: Clinic) -> Iterator[DeskWindow]:
    errands = Errands()
    window = posed(desk_examples(clinic)["waiting"], clinic, errands, (1440, 900), Language.VI, 1.0)
    yield window
    window.close()
    window.deleteLater()
    errands.close()
    let_go()


@pytest.mark.parametrize("seed", [20261122])
def test_staffs_window_outlives_any_order_of_changes(open_desk: DeskWindow, clinic: Clinic, seed: int) -> None:
    random, window = Random(seed), open_desk
    examples = list(desk_examples(clinic).values())

    def change() -> None:
        example = random.choice(examples)
        window.show_devices(example.devices)
        window.show_duty(example.on_duty)
        window.show_state(example.state)

    acts: list[Callable[[], object]] = [
        change, change, change,
        lambda: window.set_language(random.choice(list(Language))),
        lambda: window.hands.do(random.choice([Act.LARGER, Act.CONTRAST, Act.LANGUAGE])),
        lambda: window.hands.do(random.choice([Act.TYPE_IN, Act.OVERRIDE, Act.PRIORITY, Act.HELP, Act.SEARCH])),
        lambda: window.resize(*random.choice([(1920, 1080), (1440, 900), (1280, 720)])),
        lambda: press_amid(window, random, change),
        lambda: QTest.keyClick(window.focusWidget() or window, random.choice(KEYS)),
        lambda: window.dialog.close() if window.dialog is not None else None,
        window.grab, let_go,
    ]  # fmt: skip
    window.intent.connect(lambda _: change() if random.random() < 0.5 else None)
    for _ in range(CHANGES):
        random.choice(acts)()
    if window.dialog is not None:
        window.dialog.close()
    let_go()
    assert window.view.isVisible()
