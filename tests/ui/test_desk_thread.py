"""The line runs beside the window; its news arrive in the main thread."""

import queue
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QThread, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.workflow.event import Event, StartedScanning, StartedTyping
from kiosk.workflow.state import Devices, DeviceState, ScanningCode, State, TypingNumber, Waiting


class SmallLine:
    """A line with two answers."""

    def __init__(self, on_state: Callable[[State], None], on_devices: Callable[[Devices], None]) -> None:
        self._on_state, self._on_devices = on_state, on_devices
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self.threads: set[str] = set()

    def post(self, event: Event) -> None:
        self._events.put(event)

    def stop(self) -> None:
        self._events.put(None)

    def run(self) -> None:
        self._on_devices(Devices(DeviceState.READY))
        self._on_state(Waiting())
        while (event := self._events.get()) is not None:
            self.threads.add(threading.current_thread().name)
            self._on_state(TypingNumber() if isinstance(event, StartedTyping) else ScanningCode())


class Screen(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.states: list[State] = []
        self.devices: list[Devices] = []
        self.threads: list[QThread] = []

    @Slot(object)
    def show_state(self, state: State) -> None:
        self.states.append(state)
        self.threads.append(QThread.currentThread())

    @Slot(object)
    def show_devices(self, devices: Devices) -> None:
        self.devices.append(devices)


def test_news_of_the_line_arrive_in_the_main_thread(qtbot: QtBot, qapp: QApplication) -> None:
    facade, screen = DeskFacade(), Screen()
    facade.state_changed.connect(screen.show_state)
    facade.devices_changed.connect(screen.show_devices)
    line = SmallLine(facade.heard_state, facade.heard_devices)
    with DeskThread(line, facade) as desk:
        facade.post(StartedTyping())
        facade.post(StartedScanning())
        qtbot.waitUntil(lambda: len(screen.states) == 3)
    assert screen.states == [Waiting(), TypingNumber(), ScanningCode()]
    assert screen.devices == [Devices(DeviceState.READY)]
    assert all(thread is qapp.thread() for thread in screen.threads)
    assert line.threads == {"desk"}
    assert not desk.running


def test_events_before_there_is_a_line_are_nobodys(qtbot: QtBot) -> None:
    DeskFacade().post(StartedTyping())


def test_a_line_that_breaks_says_only_how(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(SmallLine):
        def run(self) -> None:
            raise ValueError("Nguyễn Văn Mẫu 999048000123")

    facade = DeskFacade()
    with DeskThread(Broken(facade.heard_state, facade.heard_devices), facade):
        pass
    assert "ValueError" in caplog.text
    assert "Nguyễn" not in caplog.text
    assert "999048000123" not in caplog.text
