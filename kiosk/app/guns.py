"""The barcode guns of this kiosk, as keyboard and at a serial port, and the staff's page that checks them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from kiosk.fonts import find_fonts
from kiosk.reader.gun import Fault, Scan
from kiosk.reader.gun.trial import judge
from kiosk.settings import GunSettings
from kiosk.text import Language
from kiosk.ui.scanner_input import ScannerInput
from kiosk.ui.serial_gun import SerialGun
from kiosk.ui.theme.letters import Letters, load_letters
from kiosk.ui.theme.palette import LIGHT, Palette
from kiosk.workflow.state import DeviceState

if TYPE_CHECKING:
    from kiosk.slip.gun_codes import OwnCode
    from kiosk.slip.page import SlipPage
    from kiosk.ui.gun_page import GunPage

SHEET_NAME = "phieu-cai-dat-sung-quet.pdf"


@dataclass(frozen=True, slots=True)
class SetUpSheet:
    """The set-up sheet of this kiosk; `beside` finds a file beside the settings: the clinic's own codes."""

    font: str
    beside: Callable[[str], Path] | None = None

    def save(self, language: Language) -> Path:
        """Into the account's documents.

        Raises:
            KioskError: OUTPUT_UNWRITABLE; SETTINGS_INVALID, the clinic's own codes.
        """
        from kiosk.slip.gun_sheet import save_sheet

        file = platformdirs.user_documents_path() / SHEET_NAME
        save_sheet(file, language, find_fonts(self.font), self._own())
        return file

    def pages(self, language: Language) -> "tuple[SlipPage, ...]":
        """As it is printed.

        Raises:
            KioskError: SETTINGS_INVALID, the clinic's own codes.
        """
        from kiosk.slip.gun_sheet import make_sheet

        return make_sheet(language, find_fonts(self.font), self._own())

    def printers(self) -> tuple[str, ...]:
        """The printers of this system, its default first."""
        from kiosk.ui.print_dialog import installed_printers

        return installed_printers()

    def _own(self) -> "tuple[OwnCode, ...]":
        from kiosk.slip.gun_codes import OWN_CODES, load_own_codes

        return load_own_codes(self.beside(OWN_CODES)) if self.beside is not None else ()


class Guns(QObject):
    """`scanned` carries `CodeScanned`, `state_changed` the serial gun's light.

    While the page is open scans go to it and nowhere else.
    """

    scanned = Signal(object)
    state_changed = Signal(object)

    def __init__(
        self,
        settings: GunSettings,
        font: str,
        parent: QObject | None = None,
        *,
        serial: bool = True,
        beside: Callable[[str], Path] | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(parent)
        self._port, self._font, self._beside = settings.port, font, beside
        self.page: GunPage | None = None
        self.keys = ScannerInput(self, key_gap_s=settings.key_gap_ms / 1000, clock=clock)
        self.keys.scanned.connect(self.scanned)
        self.keys.tested.connect(self._tested)
        self.keys.discarded.connect(self._discarded)
        if app := QCoreApplication.instance():
            self.keys.watch(app)
        self.serial: SerialGun | None = None
        if settings.port and serial:
            self.serial = SerialGun(settings.port, settings.baud, self, clock=clock)
            self.serial.scanned.connect(self.scanned)
            self.serial.tested.connect(self._tested)
            self.serial.discarded.connect(self._discarded)
            self.serial.state_changed.connect(self._state_changed)

    def start(self) -> None:
        """Opens the serial gun, where there is to be one."""
        if self.serial is not None:
            self.serial.start()

    def stop(self) -> None:
        """Lets go of the serial gun and closes the page."""
        if self.page is not None:
            self.page.close()
        if self.serial is not None:
            self.serial.stop()

    def open_page(
        self, parent: QWidget | None, language: Language, letters: Letters | None = None, palette: Palette = LIGHT
    ) -> None:
        """Opens the staff's page, once."""
        if self.page is not None:
            return
        from kiosk.ui.gun_page import GunPage  # loaded when it is wanted: the first screen does without it

        sheet = SetUpSheet(self._font, self._beside)
        letters = letters or load_letters(find_fonts(self._font))
        self.page = page = GunPage(letters, sheet, language=language, palette=palette)
        if parent is not None:
            page.setParent(parent, page.windowFlags())
        page.closed.connect(self._page_closed)
        self._set_testing(True)
        self._show_port()
        page.show()

    def _set_testing(self, testing: bool) -> None:
        self.keys.testing = testing
        if self.serial is not None:
            self.serial.testing = testing

    def _show_port(self) -> None:
        if self.page is not None:
            state = self.serial.state if self.serial is not None else DeviceState.ABSENT
            self.page.show_port(self._port if self.serial is not None else "", state)

    @Slot()
    def _page_closed(self) -> None:
        self._set_testing(False)
        if self.page is not None:
            self.page.deleteLater()
            self.page = None

    @Slot(object)
    def _tested(self, scan: Scan) -> None:
        if self.page is not None:
            self.page.show_trial(judge(scan))

    @Slot(object)
    def _discarded(self, fault: Fault) -> None:
        if self.page is not None and fault is not Fault.TOO_SOON:
            self.page.show_discarded(fault is Fault.NOT_UTF8)

    @Slot(object)
    def _state_changed(self, state: DeviceState) -> None:
        self._show_port()
        self.state_changed.emit(state)
