"""One whole check-in by itself, through the same line and window, for machines without a display."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtWidgets import QApplication

from kiosk.app.clock import now
from kiosk.app.training import open_training, person_of
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.theme.scale import Scale
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.line import Line
from kiosk.workflow.state import Devices, DeviceState, Done, Found, Issuing, Reading, State, Waiting
from kiosk.workflow.visitor import Visitor, failure_of

WIDTH_PX, HEIGHT_PX, PX_PER_MM = 1920, 1080, 4.03
"""The screen that pictures are drawn for: 21.5 inches, full HD."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How the check-in went: its last state, when each step was reached, and the pictures in order.

    `reached_s` counts from the moment at which the card was laid.
    """

    done: Done
    reached_s: dict[str, float]
    screens: tuple[Path, ...]


def run_headless(settings: Settings, out: Path, *, pcsc: bool, number: str) -> Visit:
    """Checks one invented person in; leaves `slip.png`, the printer's job and a picture of every screen in `out`.

    Raises:
        KioskError: what the check-in broke on, or OUTPUT_UNWRITABLE.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication(["kiosk"])
    with open_training(settings, out, pcsc=pcsc, kept_slip=out / "slip.png") as training:
        person = person_of(training.people, number)
        key = happened.CodeScanned(training.show_citizen_code(person))
        laps = Laps()
        facade = DeskFacade()
        line = Line(training.edges, on_state=laps.heard(facade.heard_state), on_devices=facade.heard_devices)
        window = PatientWindow(training.clinic, scale=Scale(PX_PER_MM), training=True, animated=False, now=now)
        window.resize(WIDTH_PX, HEIGHT_PX)
        window.show()

        def lay_card() -> None:
            laps.start()
            training.lay(person)

        guest = _Guest(window, Visitor(line.post, _stop(app), key=key), lay_card, out / "screens", app.quit)
        # The queue between the desk's thread and this one: the guest may only act on what has been drawn.
        facade.state_changed.connect(guest.see)
        facade.devices_changed.connect(guest.see_devices)
        facade.line_broke.connect(app.exit)
        with DeskThread(line, facade), training.listen(line):
            app.exec()
        window.close()
    if guest.broke is not None:
        raise guest.broke
    if not isinstance(guest.last, Done):
        raise failure_of(guest.last)
    if guest.last.printing and guest.last.printing.reason == FailureCode.OUTPUT_UNWRITABLE.value:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, "slip.png")
    return Visit(guest.last, laps.reached_s, tuple(guest.pictures))


@dataclass(slots=True)
class Laps:
    """When each step of the line was first reached, noted in the desk's thread, beside whatever is drawn."""

    started_s: float = 0.0
    reached_s: dict[str, float] = field(default_factory=dict)

    def start(self) -> None:
        """The card is laid now."""
        self.started_s = time.perf_counter()

    def heard(self, on_state: Callable[[State], None]) -> Callable[[State], None]:
        """`on_state`, with the time noted before."""

        def noted(state: State) -> None:
            for name in steps_reached(state):
                self.reached_s.setdefault(name, time.perf_counter() - self.started_s)
            on_state(state)

        return noted


def steps_reached(state: State) -> tuple[str, ...]:
    """The steps of a check-in that a state proves."""
    match state:
        case Reading():
            return ("card-found",)
        case Found(reading=reading, answer=answer):
            steps = [
                "identity",
                *(() if reading else ("proof",)),
                *(() if answer is None else ("insurance",)),
            ]
            return tuple(steps)
        case Issuing():
            return ("service-chosen",)
        case Done() as done:
            return ("committed", "printed") if done.is_over else ("committed",)
        case _:
            return ()


class _Guest(QObject):
    """Photographs each state in the window, then lets the visitor act on it. Lives in the main thread.

    What breaks here ends the visit and is kept in `broke`: raised in a slot it would be lost.
    """

    def __init__(
        self, window: PatientWindow, visitor: Visitor, lay_card: Callable[[], None], folder: Path,
        give_up: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self.last: State = Waiting()
        self.pictures: list[Path] = []
        self.broke: Exception | None = None
        self._window = window
        self._visitor = visitor
        self._lay_card: Callable[[], None] | None = lay_card
        self._folder = folder
        self._give_up = give_up
        self._reader_ready = False
        self._arrives_at: State | None = None

    @Slot(object)
    def see(self, state: State) -> None:
        if self.broke is not None:
            return
        if isinstance(state, Waiting) and not self._reader_ready:
            # The line shows its first page before it has heard of its reader; nobody lays a card on that.
            self._arrives_at = state
            return
        self.last = state
        try:
            self._act(state)
        except Exception as error:  # noqa: BLE001 - whatever it is, the main thread's caller has to hear of it
            self.broke = error
            self._give_up()

    @Slot(object)
    def see_devices(self, devices: Devices) -> None:
        self._window.show_devices(devices)
        self._window.set_card_laid(devices.card_laid)
        self._reader_ready = devices.reader is DeviceState.READY
        if self._reader_ready and self._arrives_at is not None:
            state, self._arrives_at = self._arrives_at, None
            self.see(state)

    def _act(self, state: State) -> None:
        self._window.show_state(state)
        self._photograph(state)
        if isinstance(state, Waiting) and self._lay_card is not None:
            lay, self._lay_card = self._lay_card, None
            lay()
        self._visitor.see(state)

    def _photograph(self, state: State) -> None:
        name = type(state).__name__.lower()
        detail = f"-{state.phase.value}" if isinstance(state, Reading) else ""
        picture = self._folder / f"{len(self.pictures) + 1:02}-{name}{detail}.png"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
        if not self._window.grab().save(str(picture)):
            raise KioskError(FailureCode.OUTPUT_UNWRITABLE, "screens")
        self.pictures.append(picture)


def _stop(app: QCoreApplication) -> Callable[[State], None]:
    return lambda _: app.quit()
