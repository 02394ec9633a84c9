"""Whole check-ins shown in one window: how much memory the kiosk holds after the first, the hundredth, the last.

A session is a card that is laid, opened by its code and read whole with photo and proofs; the lookup over HTTP; a
service of the clinic, one after another; the page before the number and, for every other patient, the question why
they go first; the commit; the slip, drawn and written. Patients answer at once and each page is built; painted are
those of the first hundred sessions, then of every tenth. Cards take long commands, so that most of the time is the
kiosk's. Card and gateway are stand-ins in the same process: they keep 64 cards, a fixed number of requests, no paper.

`python -m tests.bench.sessions FOLDER TIMES` prints, line by line, how many sessions have ended, the resident memory in
MiB and its part that is in no file; it is a process of its own. `python -m tests.bench.sessions` starts one with ten
thousand and writes sessions.md.
"""

import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from kiosk.app.headless import HEIGHT_PX, PX_PER_MM, WIDTH_PX
from kiosk.app.training import Training, open_training
from kiosk.checkin.record import Priority
from kiosk.settings import load_settings
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.chip.personalization import profile_of
from kiosk.simulator.codes import citizen_payload
from kiosk.simulator.people import Person
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.leftovers import Leftovers
from kiosk.ui.theme.scale import Scale
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.line import Line
from kiosk.workflow.state import Done, State, Waiting
from kiosk.workflow.visitor import Visitor
from tests.bench.memory import own_mib, resident_mib
from tests.bench.processes import environment, output_of
from tests.bench.tables import Bar, bars, machine, table

FIGURES = Path(__file__).with_name("sessions.md")
MANY = 10_000
USUAL = 100
"""From then on every page, tile and statement has been used."""
_PAINTED_EVERY = 10
_TOLD = 20


def check_in_often(folder: Path, times: int) -> None:
    """So many sessions of the genuine cards' owners, each at the next service."""
    app = QApplication.instance() or QApplication(["kiosk"])
    settings = load_settings(overrides=[f"printer.target=file:{folder / 'slip.bin'}", "log.level=error"])
    with open_training(settings, folder) as training:
        facade = DeskFacade()
        line = Line(training.edges, on_state=facade.heard_state, on_devices=facade.heard_devices)
        window = PatientWindow(training.clinic, scale=Scale(PX_PER_MM), training=True)
        window.resize(WIDTH_PX, HEIGHT_PX)
        window.show()
        patients = Patients(window, line, training, times)
        leftovers = Leftovers(window)
        leftovers.set_aside()
        facade.state_changed.connect(leftovers.show_state)
        facade.state_changed.connect(patients.see)
        with DeskThread(line, facade), training.listen(line):
            app.exec()
        leftovers.close()
        window.close()
    if patients.ended != times:
        raise SystemExit(f"only {patients.ended} sessions of {times} ended with a slip")


class Patients(QObject):
    """One after another lays a card, is checked in, and takes it away."""

    def __init__(self, window: PatientWindow, line: Line, training: Training, times: int) -> None:
        super().__init__(window)
        self.ended = 0
        self._window, self._line, self._training = window, line, training
        self._told = {1, USUAL, *(times * part // _TOLD for part in range(1, _TOLD + 1))}
        genuine = [one for one in training.people if one.chip == "genuine" and one.card != "none" and one.insurance]
        services = [service.code for service in training.clinic.services]
        self._next = islice(zip(cycle(genuine), cycle(services), strict=False), times)
        self._visitor: Visitor | None = None

    @Slot(object)
    def see(self, state: State) -> None:
        """Shows the state and acts on it."""
        self._window.show_state(state)
        match state:
            case Waiting():
                self._begin()
            case _ if self._visitor is not None:
                self._visitor.see(state)

    def _begin(self) -> None:
        following = next(self._next, None)
        if following is None:
            QApplication.exit()
            return
        person, service = following
        self._window.setUpdatesEnabled(self.ended < USUAL or self.ended % _PAINTED_EVERY == 0)
        key = happened.CodeScanned(citizen_payload(person))
        claims = Priority.MERIT if self.ended % 2 else Priority.NONE
        self._visitor = Visitor(self._line.post, self._end, key=key, service=service, claims=claims)
        self._training.slot.insert(self._card_of(person))

    def _card_of(self, person: Person) -> VirtualCard:
        return VirtualCard(person, self._training.pki, profile=replace(profile_of(person), extended=True))

    def _end(self, state: State) -> None:
        if not isinstance(state, Done):
            QApplication.exit()
            return
        self.ended += 1
        if self.ended in self._told:
            print(self.ended, resident_mib(), own_mib(), flush=True)
        self._training.slot.remove()
        self._line.post(happened.WentBack())


@dataclass(frozen=True, slots=True)
class Held:
    """What a process held when so many sessions had ended: MiB, and of it what is in no file."""

    ended: int
    resident: float
    own: float


def told(printed: str) -> dict[int, Held]:
    """What such a process printed, by sessions."""
    rows = (line.split() for line in printed.splitlines())
    return {int(ended): Held(int(ended), float(resident), float(own)) for ended, resident, own in rows}


def write_figures() -> None:
    """Ten thousand in a process of their own."""
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kiosk-sessions-") as folder:
        memory = told(output_of(["-m", "tests.bench.sessions", folder, str(MANY)], environment(Path(folder))))
    minutes = (time.monotonic() - began_s) / 60
    grown = Bar(f"growth from the {USUAL}th session to the {MANY:,}th", memory[MANY].own - memory[USUAL].own, 5, "MiB")
    head = ("sessions ended", "MiB", "with pages of files")
    rows = [(one.ended, one.own, one.resident) for one in memory.values()]
    FIGURES.write_text(
        f"# Memory over {MANY:,} sessions\n\nWritten by `make sessions`, {datetime.now(UTC):%Y-%m-%d} on {machine()}, "
        f"in {minutes:.0f} minutes.\n\n{bars([grown])}\n\n{table(head, rows)}\n",
        "utf-8",
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        check_in_often(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        write_figures()
