"""What window and tests connect to: the line's news as signals of the main thread, its events as one slot."""

from typing import Protocol, cast

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kiosk.workflow.event import Event
from kiosk.workflow.state import Devices, State


class RunningLine(Protocol):
    """The line as the screen sees it. `post` and `stop` may be called from any thread, `run` blocks until `stop`."""

    def post(self, event: Event) -> None:
        """Hands in an event."""
        ...

    def run(self) -> None:
        """Works until `stop`."""
        ...

    def stop(self) -> None:
        """Ends `run`."""
        ...


class DeskFacade(QObject):
    """Lives in the main thread. `heard_state` and `heard_devices` are called by the line in its own thread.

    `line_broke`: the line ended though nobody stopped it, and the window is served by nobody any more.
    """

    state_changed = Signal(object)
    devices_changed = Signal(object)
    line_broke = Signal()
    _state_came = Signal(object)
    _devices_came = Signal(object)
    _break_came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._line: RunningLine | None = None
        # Queued by name: with a direct connection the slots would run in the thread that emits.
        self._state_came.connect(self._show_state, Qt.ConnectionType.QueuedConnection)
        self._devices_came.connect(self._show_devices, Qt.ConnectionType.QueuedConnection)
        self._break_came.connect(self.line_broke, Qt.ConnectionType.QueuedConnection)

    def serve(self, line: RunningLine) -> None:
        """Events go to `line` from now on."""
        self._line = line

    def heard_state(self, state: State) -> None:
        """For the line's `on_state`; from any thread."""
        self._state_came.emit(state)

    def heard_devices(self, devices: Devices) -> None:
        """For the line's `on_devices`; from any thread."""
        self._devices_came.emit(devices)

    def heard_break(self) -> None:
        """The line broke; from any thread."""
        self._break_came.emit()

    @Slot(object)
    def post(self, event: object) -> None:
        """Hands an event to the line; before there is one, nothing can have happened."""
        if self._line is not None:
            self._line.post(cast(Event, event))  # Qt's signals carry plain objects

    @Slot(object)
    def _show_state(self, state: object) -> None:
        self.state_changed.emit(state)

    @Slot(object)
    def _show_devices(self, devices: object) -> None:
        self.devices_changed.emit(devices)
