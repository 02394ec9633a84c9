"""Session after session: whatever one of them makes is gone when it is over. A kiosk runs for months."""

import gc
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.app.training import Training, open_training
from kiosk.privacy import Personal
from kiosk.settings import load_settings
from kiosk.simulator.codes import citizen_payload
from kiosk.simulator.people import Person
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.line import Line
from kiosk.workflow.state import Done, State
from kiosk.workflow.visitor import Visitor

SESSIONS = 4
ABOUT = "about a person:"
GATEWAYS_LOGIN = f"{ABOUT} Token"
"""Nobody's who was here."""
POOLED = ("thread ", "open files")


class Visits(QObject):
    """People one after another, each with their card and the window's every page."""

    def __init__(self, window: PatientWindow, line: Line, training: Training) -> None:
        super().__init__(window)
        self.ends: list[type[State]] = []
        self._window, self._line, self._training = window, line, training
        self._visitor: Visitor | None = None

    def see(self, state: State) -> None:
        self._window.show_state(state)
        if self._visitor is not None:
            self._visitor.see(state)

    def begin(self, person: Person) -> None:
        key = happened.CodeScanned(citizen_payload(person))
        self._visitor = Visitor(self._line.post, self._end, key=key)
        self._training.lay(person)

    def _end(self, state: State) -> None:
        self._visitor = None
        self._training.slot.remove()
        self._line.post(happened.WentBack())
        self.ends.append(type(state))


@pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")
def test_twice_as_many_sessions_leave_no_more_behind(qtbot: QtBot, tmp_path: Path) -> None:
    settings = load_settings(overrides=[f"printer.target=file:{tmp_path / 'slip.bin'}"])
    with open_training(settings, tmp_path) as training:
        facade = DeskFacade()
        line = Line(training.edges, on_state=facade.heard_state, on_devices=facade.heard_devices)
        window = PatientWindow(training.clinic, training=True, animated=False)
        qtbot.addWidget(window)
        window.show()
        visits = Visits(window, line, training)
        facade.state_changed.connect(visits.see)
        people = [one for one in training.people if one.chip == "genuine" and one.card != "none" and one.insurance]
        with DeskThread(line, facade), training.listen(line):
            at_first = counted(window)
            known = about_people(at_first) | {GATEWAYS_LOGIN}
            left_by_some = left_after(qtbot, visits, window, people[:SESSIONS], known)
            left_by_twice = left_after(qtbot, visits, window, people[SESSIONS : 2 * SESSIONS], known)
    assert visits.ends == [Done] * (2 * SESSIONS)
    more = left_by_twice - left_by_some
    # How many threads and connections a pool needs depends on how busy the machine is; none is needed by each session.
    assert {what for what, many in more.items() if many >= SESSIONS or not what.startswith(POOLED)} == set()
    assert about_people(left_by_twice) <= known


def left_after(
    qtbot: QtBot, visits: Visits, window: PatientWindow, people: Sequence[Person], known: set[str]
) -> Counter[str]:
    """What there is when these people have gone; `known`: what is about people who are not."""
    for person in people:
        before = len(visits.ends)
        qtbot.waitUntil(lambda: is_idle(window))
        visits.begin(person)
        qtbot.waitUntil(lambda before=before: len(visits.ends) > before)  # type: ignore[misc]
    qtbot.waitUntil(lambda: is_idle(window))
    # The line and the lookups still hold the last person for the moment in which they come to their rest.
    qtbot.waitUntil(lambda: about_people(counted(window)) <= known)
    return counted(window)


def is_idle(window: PatientWindow) -> bool:
    return type(window.page).__name__ == "WaitingPage"


def counted(window: PatientWindow) -> Counter[str]:
    """Everything that a session could leave behind, by kind."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    there: Counter[str] = Counter()
    there.update(f"widget {type(one).__name__}" for one in QApplication.allWidgets())
    there.update(f"object {type(one).__name__}" for one in window.findChildren(QObject))
    there.update(f"thread {one.name.partition('_')[0]}" for one in threading.enumerate())
    there["open files"] = sum(1 for _ in Path("/proc/self/fd").iterdir())
    there.update(
        f"{ABOUT} {type(one).__name__}"
        for one in gc.get_objects()
        if isinstance(one, Personal) and not type(one).__module__.startswith("kiosk.simulator.")
    )
    return there


def about_people(there: Counter[str]) -> set[str]:
    return {what for what in there if what.startswith(ABOUT)}
