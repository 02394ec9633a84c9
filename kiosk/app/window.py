"""Starts the window with the real devices."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.app.clock import now
from kiosk.app.desk import ReaderInUse, clinic_of, open_desk, watch_cards
from kiosk.app.guns import Guns
from kiosk.app.officers import DeskDuty, open_duty
from kiosk.app.qt import ended_by_signals, open_app
from kiosk.app.sign_ins import SignIns
from kiosk.app.visit_questions import VisitQuestions
from kiosk.checkin.clinic import Clinic
from kiosk.fonts import find_fonts
from kiosk.settings import Secrets, Settings
from kiosk.ui.camera.camera import NO_CAMERA, Camera
from kiosk.ui.camera.worker import Looking
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.sounds import Sounds
from kiosk.ui.speech import Speech
from kiosk.ui.theme.letters import load_letters
from kiosk.ui.theme.scale import scale_of
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.line import Line
from kiosk.workflow.state import AskingKey, Devices, DeviceState, ScanningCode, State


def run_window(settings: Settings, secrets: Secrets) -> int:
    """The kiosk with its real devices, until its window is closed; a full screen until the process is told to end.

    Raises:
        KioskError: what is not configured, or keeps it from starting.
    """
    clinic = clinic_of(settings)
    reader = ReaderInUse(settings.reader.name)
    with (
        open_duty(settings, secrets) as desk_duty,
        open_desk(
            settings,
            secrets,
            clinic,
            reader.connect,
            rechecks=True,
            duty=desk_duty.duty if desk_duty else None,
            copay=True,
            self_service=settings.screen.is_self_service,
        ) as edges,
    ):
        app = open_app()
        facade = DeskFacade()
        line = Line(
            edges,
            on_state=facade.heard_state,
            on_devices=facade.heard_devices,
            watch_printer_s=settings.printer.watch_s or None,
        )
        station = Station(settings, clinic, facade, training=False, duty=desk_duty)
        show_window(station.window, fills_screen=settings.screen.fills_screen)
        with (
            _board_beside(settings, clinic),
            DeskThread(line, facade),
            watch_cards(line, reader),
            ended_by_signals(app),
        ):
            status = app.exec()
        station.close()
    return status


@contextmanager
def _board_beside(settings: Settings, clinic: Clinic) -> Iterator[None]:
    """The hall's board, as far as the settings want one, until the block ends."""
    if not (settings.board.screen or settings.board.web):
        yield
        return
    # Imported here: most kiosks have no board, and voices take time.
    from kiosk.app.board import board_of

    with board_of(settings, clinic, with_window=settings.board.screen > 0):
        yield


def show_window(window: QWidget, *, fills_screen: bool) -> None:
    """Over the whole screen without a frame, or as large as title bar and task bar leave room: nothing is cut off."""
    if fills_screen:
        window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        window.showFullScreen()
    else:
        window.showMaximized()


class Station(QObject):
    """The patient's window with what feeds it: camera, gun, and the facade's news. Lives in the main thread.

    `duty`: of the staff's window, where somebody can sign in.
    """

    def __init__(
        self, settings: Settings, clinic: Clinic, facade: DeskFacade, *, training: bool, duty: DeskDuty | None = None
    ) -> None:
        super().__init__()
        screen = QApplication.primaryScreen()
        letters = load_letters(find_fonts(settings.screen.font))
        patients = settings.screen.is_self_service
        self._speech = Speech(self) if patients and settings.screen.voice else None
        self._sounds = Sounds(self, wanted=patients and settings.screen.sounds)
        self.window = PatientWindow(
            clinic,
            scale=scale_of(screen, settings.screen.px_per_mm or None),
            training=training,
            letters=letters,
            animated=settings.screen.animation,
            pinned=settings.screen.fills_screen and not training,
            staff=not settings.screen.is_self_service,
            speech=self._speech,
            sounds=self._sounds,
            voice_key=settings.screen.voice_key,
            now=now,
        )
        self.window.intent.connect(facade.post)
        self._facade = facade
        self._camera = Camera(
            settings.camera.name,
            self,
            mirror=settings.camera.mirror,
            looking=partial(_looking, settings.camera.read_mrz),
        )
        self._camera.scanned.connect(self._scanned)
        self._camera.frame_shown.connect(self.window.show_frame)
        self._camera.hint_changed.connect(self.window.show_hint)
        self._camera.state_changed.connect(self._camera_changed)
        self._scanners: dict[str, DeviceState] = {}
        if settings.camera.name != NO_CAMERA:
            self._scanners["camera"] = DeviceState.READY
        self._guns = Guns(settings.gun, settings.screen.font, self, serial=not training, beside=settings.path)
        self._guns.scanned.connect(self._scanned)
        self._guns.state_changed.connect(self._gun_changed)
        self._guns.start()
        self.window.gun_page_asked.connect(self._open_gun_page)
        self.sign_ins = SignIns(duty, self.window, letters, self) if duty else None
        self.visit_questions = VisitQuestions(self.window, letters, self)
        facade.state_changed.connect(self.show_state)
        facade.devices_changed.connect(self.show_devices)

    def close(self) -> None:
        """Lets go of camera and gun and closes the window."""
        self._camera.stop()
        self._guns.stop()
        if self.sign_ins is not None:
            self.sign_ins.close()
        self.visit_questions.close()
        self.window.close()

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Shows it; the camera looks only while a page asks for a code."""
        self.window.show_state(state)
        self._camera.set_wanted(isinstance(state, ScanningCode | AskingKey))
        self.visit_questions.show_state(state)
        if self.sign_ins is not None:
            self.sign_ins.show_state(state)

    @Slot(object)
    def show_devices(self, devices: Devices) -> None:
        """Shows the devices' lights."""
        self.window.show_devices(devices)
        self.window.set_card_laid(devices.card_laid)
        if devices.card_laid and self.sign_ins is not None:
            self.sign_ins.seen()

    @Slot(object)
    def _scanned(self, event: object) -> None:
        """While somebody signs in nobody is checked in: it would be in the wrong name."""
        if self.sign_ins is not None:
            self.sign_ins.scanned()
            if self.sign_ins.is_open:
                return
        self._facade.post(event)

    @Slot()
    def _open_gun_page(self) -> None:
        self._guns.open_page(self.window, self.window.language)

    @Slot(object)
    def _camera_changed(self, state: object) -> None:
        self._scanner_changed("camera", state)

    @Slot(object)
    def _gun_changed(self, state: object) -> None:
        self._scanner_changed("gun", state)

    def _scanner_changed(self, scanner: str, state: object) -> None:
        """The screen has one light for all that scans: well while one of them is."""
        self._scanners[scanner] = state  # type: ignore[assignment]  # Qt's signals carry objects
        ready = DeviceState.READY in self._scanners.values()
        self._facade.post(happened.ScannerChanged(DeviceState.READY if ready else self._scanners[scanner]))


def _looking(read_mrz: str) -> Looking:
    from kiosk.reader.mrz_camera.looker import looking  # loaded when a page first wants codes

    return looking(read_mrz)
