"""Starts the window among simulators, with a panel to play with.

A module of its own, so that a kiosk with real devices does not wait for simulators to be imported.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.app.qt import ended_by_signals, open_app
from kiosk.app.training import Training, gateway_faults, open_training
from kiosk.app.window import Station
from kiosk.failure import KioskError
from kiosk.fonts import find_fonts
from kiosk.settings import Settings
from kiosk.ui.demo_panel import DemoPanel, DemoPerson
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.theme.letters import load_letters
from kiosk.workflow import event as happened
from kiosk.workflow.line import Line
from kiosk.workflow.state import Devices

log = logging.getLogger(__name__)


def run_training(settings: Settings, out: Path, *, pcsc: bool) -> int:
    """The kiosk among simulators, with a panel to lay cards and show codes; until a window is closed.

    Raises:
        KioskError: SIMULATOR_UNAVAILABLE, OUTPUT_UNWRITABLE, or no display.
    """
    app = open_app()
    with open_training(settings, out, pcsc=pcsc, kept_slip=out / "slip.png", rechecks=True) as training:
        facade = DeskFacade()
        line = Line(
            training.edges,
            on_state=facade.heard_state,
            on_devices=facade.heard_devices,
            watch_printer_s=settings.printer.watch_s or None,
        )
        station = Station(settings, training.clinic, facade, training=True)
        station.serve(training.edges, training.duty)
        if training.duty is not None:
            station.sign_in_with(training.duty)
        station.sound()
        station.leftovers.set_aside()
        panel = DemoPanel(
            [DemoPerson(person.number, person.full_name, person.special_vi) for person in training.people],
            gateway_faults(),
            letters=load_letters(find_fonts(settings.screen.font)),
        )
        hands = Hands(training, panel, facade)
        place_beside(station.window, panel)
        # Either window is half of a demonstration.
        station.window.closed.connect(app.quit)
        panel.closed.connect(app.quit)
        facade.line_broke.connect(app.exit)
        try:
            with DeskThread(line, facade), training.listen(line), ended_by_signals(app):
                return app.exec()
        finally:
            hands.deleteLater()
            panel.close()
            station.close()


class Hands(QObject):
    """What the panel's user does with the invented people's papers. Lives in the main thread."""

    def __init__(self, training: Training, panel: DemoPanel, facade: DeskFacade) -> None:
        super().__init__()
        self._training, self._panel, self._facade = training, panel, facade
        self._people = {person.number: person for person in training.people}
        panel.card_laid.connect(self.lay)
        panel.card_taken.connect(self.take)
        panel.code_shown.connect(self.show_code)
        panel.insurance_shown.connect(self.show_insurance)
        panel.fault_chosen.connect(self.choose_fault)
        facade.devices_changed.connect(self.show_devices)

    @Slot(str)
    def lay(self, number: str) -> None:
        """Lays this person's card on the reader."""
        self._try(lambda: self._training.lay(self._people[number]))

    @Slot()
    def take(self) -> None:
        """Takes the card away."""
        self._training.slot.remove()

    @Slot(str)
    def show_code(self, number: str) -> None:
        """Shows the QR of this person's card to the camera."""
        self._try(lambda: self._scan(self._training.show_citizen_code(self._people[number])))

    @Slot(str)
    def show_insurance(self, number: str) -> None:
        """Shows the QR of this person's health-insurance card."""
        self._try(lambda: self._scan(self._training.show_insurance_code(self._people[number])))

    @Slot(str)
    def choose_fault(self, fault: str) -> None:
        """What is wrong with the gateway from now on."""
        self._training.gateway.set_fault(fault)

    @Slot(object)
    def show_devices(self, devices: Devices) -> None:
        """The panel knows whether a card lies there."""
        self._panel.show_card_laid(devices.card_laid)

    def _scan(self, text: str) -> None:
        self._facade.post(happened.CodeScanned(text))

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except KioskError as error:
            # Somebody without such a paper was chosen: the panel stays as it is.
            log.info("demonstration: %s", error)


def place_beside(window: QWidget, panel: DemoPanel) -> None:
    """The kiosk's window on the left, as large as fits; the panel on the right."""
    free = QApplication.primaryScreen().availableGeometry()
    width = panel.minimumWidth()
    panel.setGeometry(free.right() - width, free.top(), width, free.height())
    window.setGeometry(free.left(), free.top(), free.width() - width, free.height())
    panel.show()
    window.show()
