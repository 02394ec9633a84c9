"""Whole check-ins shown in the window, one after another; prints the memory after the first and after each tenth.

Among the pages are the one before the number and, for every other patient, the question why they go first, as patients
see them. A process of its own, with the simulators in it. Arguments: a folder, how many.
"""

import sys
from itertools import cycle, islice
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from kiosk.app.headless import HEIGHT_PX, PX_PER_MM, WIDTH_PX
from kiosk.app.training import Training, open_training
from kiosk.checkin.record import Priority
from kiosk.settings import load_settings
from kiosk.simulator.codes import citizen_payload
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.theme.scale import Scale
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.line import Line
from kiosk.workflow.state import Done, State, Waiting
from kiosk.workflow.visitor import Visitor
from tests.bench.memory import resident_mib


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
        facade.state_changed.connect(patients.see)
        with DeskThread(line, facade), training.listen(line):
            app.exec()
        window.close()
    if patients.ended != times:
        raise SystemExit(f"only {patients.ended} sessions of {times} ended with a slip")


class Patients(QObject):
    """One after another lays a card, is checked in, and takes it away."""

    def __init__(self, window: PatientWindow, line: Line, training: Training, times: int) -> None:
        super().__init__(window)
        self.ended = 0
        self._window, self._line, self._training, self._times = window, line, training, times
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
        key = happened.CodeScanned(citizen_payload(person))
        claims = Priority.MERIT if self.ended % 2 else Priority.NONE
        self._visitor = Visitor(self._line.post, self._end, key=key, service=service, claims=claims)
        self._training.lay(person)

    def _end(self, state: State) -> None:
        if not isinstance(state, Done):
            QApplication.exit()
            return
        self.ended += 1
        if self.ended == 1 or self.ended % max(1, self._times // 10) == 0:
            print(resident_mib(), flush=True)
        self._training.slot.remove()
        self._line.post(happened.WentBack())


if __name__ == "__main__":
    check_in_often(Path(sys.argv[1]), int(sys.argv[2]))
