"""Check-ins shown in the window while something outside is slow or gone: how long the window ever stood still.

A process of its own. Arguments: a folder, the name of a trouble of `TROUBLES`, how many check-ins. Prints JSON:
`first` and `later`, of the first check-in after the start and of all others: `longest_ms`, the longest gap between two
beats of the window's event loop; `busy_ms`, the most CPU time that the main thread spent between two beats, which other
work on the machine does not lengthen; `during`, the page of that. `taps`, what the first check-in took; `reactions_ms`,
from a tap, a code or the card to the next page painted, by that page, after the first check-in; `own_ms`, the kiosk's
part of the card's: from the moment at which it is told of the card.

Through pcscd a card is laid at any moment of the service's 400 ms, as hands do: it looks so often, and a card that is
always laid just after the one before was missed would always wait longest.
"""

import json
import random
import sqlite3
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from kiosk.app.headless import HEIGHT_PX, PX_PER_MM, WIDTH_PX
from kiosk.app.opening import FirstPaint
from kiosk.app.training import Training, open_training
from kiosk.reader.connection import CardConnection
from kiosk.settings import load_settings
from kiosk.simulator.codes import citizen_payload
from kiosk.simulator.people import Person
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.leftovers import Leftovers
from kiosk.ui.pages.begin import WaitingPage
from kiosk.ui.pages.page import Page
from kiosk.ui.theme.scale import Scale
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.event import Event
from kiosk.workflow.line import Edges, Line
from kiosk.workflow.state import (
    AskingKey,
    Choosing,
    Confirming,
    Done,
    Found,
    State,
    Waiting,
)
from tests.bench.link import ModelledLink

TROUBLES = ("none", "slow card", "dead gateway", "silent gateway", "stuck printer", "locked store", "pcsc")
LOCKED_S = 3.0
_BEAT_MS = 2
LOOKS_EVERY_S = 0.4
_EMPTY_S = 0.8
_SEED = 20261122
_NEXT: dict[type[State], str] = {
    Found: "Confirmed",
    Choosing: "ServiceChosen",
    Confirming: "Agreed",
}


class Heartbeat(QObject):
    """The longest time that the event loop did not come round, and what was shown then."""

    def __init__(self, window: PatientWindow) -> None:
        super().__init__(window)
        self._window = window
        self._forget()
        self._last_s = self._last_cpu_s = 0.0
        self._beat = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self.beat)

    def start(self) -> None:
        """From now on."""
        self._last_s, self._last_cpu_s = time.perf_counter(), time.thread_time()
        self._beat.start()

    def told(self) -> dict[str, object]:
        """What it was since it was told last."""
        told = {"longest_ms": self.longest_ms, "busy_ms": self.busy_ms, "during": self.during}
        self._forget()
        return told

    def _forget(self) -> None:
        self.longest_ms, self.busy_ms, self.during = 0.0, 0.0, ""

    @Slot()
    def beat(self) -> None:
        """The loop came round."""
        now_s, cpu_s = time.perf_counter(), time.thread_time()
        self.longest_ms = max(self.longest_ms, (now_s - self._last_s) * 1000 - _BEAT_MS)
        if (busy_ms := (cpu_s - self._last_cpu_s) * 1000) > self.busy_ms:
            self.busy_ms, self.during = busy_ms, type(self._window.page).__name__
        self._last_s, self._last_cpu_s = now_s, cpu_s


class HeardLine(Line):
    """A line that remembers when it was told of a card."""

    laid_s = 0.0

    def post(self, event: Event) -> None:
        """From any thread."""
        if isinstance(event, happened.CardLaid):
            self.laid_s = time.perf_counter()
        super().post(event)


class Finger(QObject):
    """Taps what leads on, as soon as the page takes taps, and measures until the next page is painted."""

    def __init__(self, window: PatientWindow, line: HeardLine) -> None:
        super().__init__(window)
        self.taps = 0
        self.reactions_ms: defaultdict[str, list[float]] = defaultdict(list)
        self.own_ms: list[float] = []
        self._window, self._line = window, line
        self._tapped_s: float | None = None
        self._from: Page | None = None
        self._wanted = ""
        self._again = QTimer(self, interval=20)
        self._again.timeout.connect(self.tap)
        window.installEventFilter(self)

    def lead_on(self, wanted: str) -> None:
        """Taps the page's button for the event of this name."""
        self._wanted = wanted
        self._again.start()

    def reacted_since(self, began_s: float, page: Page | None) -> None:
        """Something was done to the kiosk: the next page answers it."""
        self._tapped_s, self._from = began_s, page

    @Slot()
    def tap(self) -> None:
        """Tries; a page takes no taps in its first moments."""
        page = self._window.page
        if page is None or not self._window._taps.may_press():
            return
        told: list[object] = []
        button = self._button(page)
        if button is None:
            return
        page.intent.connect(told.append)
        self.reacted_since(time.perf_counter(), page)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.taps += 1
        if any(type(event).__name__ == self._wanted for event in told):
            self._again.stop()

    def _button(self, page: Page) -> QAbstractButton | None:
        names = {
            "Confirmed": ("Đúng, tiếp tục", "Lấy số"),
            "Agreed": ("Đồng ý", "Xác nhận", "Lấy số"),
        }.get(self._wanted)
        buttons = [one for one in page.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()]
        if names is None:
            return next((one for one in buttons if type(one).__name__ == "Tile"), None)
        return next((one for one in buttons if one.accessibleName().startswith(names)), None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lets everything pass."""
        page = self._window.page
        is_answer = page is not self._from and not isinstance(page, WaitingPage)  # it may change while the card is laid
        if event.type() is QEvent.Type.Paint and self._tapped_s is not None and is_answer:
            began_s, self._tapped_s = self._tapped_s, None
            QTimer.singleShot(0, self, partial(self._painted, type(page).__name__, began_s))
        return False

    def _painted(self, page: str, began_s: float) -> None:
        now_s = time.perf_counter()
        self.reactions_ms[page].append((now_s - began_s) * 1000)
        if page == "AskingKeyPage":
            self.own_ms.append((now_s - self._line.laid_s) * 1000)


class Patients(QObject):
    """The same person again and again: the card, the code that opens it, and four taps."""

    def __init__(
        self, window: PatientWindow, line: HeardLine, training: Training, person: Person, times: int,
        before_commit: Callable[[], None], *, by_hand: bool,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self.finger, self.heart = Finger(window, line), Heartbeat(window)
        self.first: dict[str, object] = {}
        self.taps, self.ended = 0, 0
        self._hand = random.Random(_SEED) if by_hand else None
        self._window, self._line, self._training, self._person = window, line, training, person
        self._times, self._before_commit = times, before_commit

    @Slot(object)
    def see(self, state: State) -> None:
        """Shows the state and acts on it."""
        self._window.show_state(state)
        match state:
            case Waiting() if self.ended == self._times:
                QApplication.exit()
            case Waiting():
                if self.ended == 0:
                    self.heart.start()
                # Beside the window: vpcd's reader takes a moment to take it.
                threading.Thread(target=self._lay, args=(self._window.page,)).start()
            case AskingKey(wrong=False):
                QTimer.singleShot(400, self, self._show_code)
            case Found(reading=False, answer=answer) if answer is not None:
                self.finger.lead_on("Confirmed")
            case Choosing():
                self.finger.lead_on("ServiceChosen")
            case Confirming():
                self._before_commit()
                self.finger.lead_on("Agreed")
            case Done() as done if done.is_over:
                self._end()

    def _lay(self, page: Page | None) -> None:
        if self._hand is not None:
            time.sleep(_EMPTY_S + self._hand.uniform(0, LOOKS_EVERY_S))
        self._training.lay(self._person)
        self.finger.reacted_since(time.perf_counter(), page)

    def _show_code(self) -> None:
        self.finger.reacted_since(time.perf_counter(), self._window.page)
        self._line.post(happened.CodeScanned(citizen_payload(self._person)))

    def _end(self) -> None:
        self.ended += 1
        if self.ended == 1:
            self.taps = self.finger.taps
            self.finger.reactions_ms.clear()
            self.finger.own_ms.clear()
            self.first = self.heart.told()
        threading.Thread(target=self._leave).start()

    def _leave(self) -> None:
        self._training.slot.remove()
        self._line.post(happened.WentBack())


def check_in(folder: Path, trouble: str, times: int) -> dict[str, object]:
    """So many check-ins with this trouble."""
    app = QApplication.instance() or QApplication(["kiosk"])
    settings = load_settings(overrides=["log.level=error", "camera.name=none", "lookup.total_timeout_s=4"])
    gateway_fault = {"dead gateway": "down", "silent gateway": "timeout"}.get(trouble, "")
    printer_fault = {"stuck printer": "never-reads"}.get(trouble, "")
    with open_training(
        settings, folder, gateway_fault=gateway_fault, printer_fault=printer_fault, pcsc=trouble == "pcsc"
    ) as training:
        facade = DeskFacade()
        edges = _on_the_link(training.edges) if trouble == "slow card" else training.edges
        line = HeardLine(edges, on_state=facade.heard_state, on_devices=facade.heard_devices)
        window = PatientWindow(training.clinic, scale=Scale(PX_PER_MM), training=True)
        window.resize(WIDTH_PX, HEIGHT_PX)
        person = next(one for one in training.people if one.chip == "genuine" and one.card != "none" and one.insurance)
        lock = (lambda: _lock(folder / "training.db")) if trouble == "locked store" else (lambda: None)
        patients = Patients(window, line, training, person, times, lock, by_hand=trouble == "pcsc")
        window.intent.connect(facade.post)
        facade.state_changed.connect(patients.see)
        facade.devices_changed.connect(window.show_devices)
        desk, leftovers = DeskThread(line, facade), Leftovers(window)
        facade.state_changed.connect(leftovers.show_state)
        # As the kiosk does: nobody is served before the first page is on the screen.
        shown = FirstPaint(window)
        shown.over.connect(leftovers.set_aside)
        shown.over.connect(desk.start)
        with training.listen(line):
            window.show()
            app.exec()
            desk.end()
        leftovers.close()
        window.close()
    return {
        "first": patients.first,
        "later": patients.heart.told(),
        "taps": patients.taps,
        "reactions_ms": patients.finger.reactions_ms,
        "own_ms": patients.finger.own_ms,
        "ended": patients.ended,
    }


def _on_the_link(edges: Edges) -> Edges:
    @contextmanager
    def connect() -> Iterator[CardConnection]:
        with edges.connect() as connection:
            yield ModelledLink(connection)

    def opened() -> AbstractContextManager[CardConnection]:
        return connect()

    return replace(edges, connect=opened)


def _lock(store: Path) -> None:
    """Another program writes for `LOCKED_S`."""

    def write() -> None:
        with sqlite3.connect(store, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(LOCKED_S)
            other.execute("ROLLBACK")
        other.close()

    threading.Thread(target=write).start()


if __name__ == "__main__":
    print(json.dumps(check_in(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
