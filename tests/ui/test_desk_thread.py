"""The line runs beside the window; its news arrive in the main thread."""

import logging
import queue
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.failure import FailureCode, KioskError
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.workflow.event import Event, StartedScanning, StartedTyping
from kiosk.workflow.state import Devices, DeviceState, ScanningCode, State, TypingNumber, Waiting


class PanicException(BaseException):
    """What is no Exception."""


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


class Broken(SmallLine):
    """A line that ends by what it is given."""

    def __init__(self, facade: DeskFacade, error: BaseException) -> None:
        super().__init__(facade.heard_state, facade.heard_devices)
        self._error = error

    def run(self) -> None:
        raise self._error


@pytest.mark.parametrize("kind", [ValueError, PanicException])
def test_line_that_breaks_says_so_by_its_kind_and_place_and_whoever_showed_the_window_hears_of_it(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    facade = DeskFacade()
    broken = Broken(facade, kind("Nguyễn Văn Mẫu 999048000123"))
    desk = DeskThread(broken, facade)
    with qtbot.waitSignal(facade.line_broke), pytest.raises(kind), desk:
        qtbot.waitUntil(lambda: not desk.running)
    assert [record.levelno for record in caplog.records] == [logging.CRITICAL]
    assert f"the line ended: {kind.__name__} at ['_run:" in caplog.text
    assert "Nguyễn" not in caplog.text
    assert "999048000123" not in caplog.text


def test_failure_that_ends_a_line_is_told_by_whoever_showed_the_window_and_not_twice(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    facade = DeskFacade()
    desk = DeskThread(Broken(facade, KioskError(FailureCode.STORE_UNAVAILABLE)), facade)
    with qtbot.waitSignal(facade.line_broke):
        desk.start()
    desk.end()
    with pytest.raises(KioskError):
        desk.raise_failure()
    assert not caplog.records


def test_what_breaks_beside_a_broken_line_is_not_hidden_by_it(qtbot: QtBot) -> None:
    facade = DeskFacade()
    with pytest.raises(LookupError), DeskThread(Broken(facade, ValueError()), facade):
        raise LookupError


def test_line_that_ends_though_nobody_stopped_it_is_broken_too(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    class Ended(SmallLine):
        def run(self) -> None:
            """As if it had been stopped."""

    facade = DeskFacade()
    desk = DeskThread(Ended(facade.heard_state, facade.heard_devices), facade)
    with qtbot.waitSignal(facade.line_broke):
        desk.start()
    desk.end()
    assert caplog.messages == ["the line ended by itself"]
    with pytest.raises(KioskError) as caught:
        desk.raise_failure()
    assert (caught.value.code, caught.value.detail) == (FailureCode.INTERNAL, "the line ended by itself")


def test_line_that_is_stopped_broke_on_nothing(qtbot: QtBot) -> None:
    facade = DeskFacade()
    told: list[str] = []
    facade.line_broke.connect(lambda: told.append("broke"))
    with DeskThread(SmallLine(facade.heard_state, facade.heard_devices), facade) as desk:
        pass
    desk.raise_failure()
    QCoreApplication.processEvents()
    assert told == []
