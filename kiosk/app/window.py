"""Starts the window with the real devices."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.app.clock import now
from kiosk.app.guns import Guns
from kiosk.app.opening import FirstPaint, OpenDesk, Opening, check_configured, open_real_desk
from kiosk.app.qt import ended_by_signals, open_app
from kiosk.app.visit_questions import VisitQuestions
from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.fonts import find_fonts
from kiosk.settings import Secrets, Settings
from kiosk.ui.camera.camera import NO_CAMERA, Camera
from kiosk.ui.camera.worker import Looking
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.leftovers import Leftovers
from kiosk.ui.sounds import Sounds
from kiosk.ui.theme.letters import Letters, load_letters
from kiosk.ui.theme.scale import scale_of
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.state import AskingKey, Devices, DeviceState, ScanningCode, State, Waiting

if TYPE_CHECKING:
    # The first screen does without them: they are loaded when it is painted.
    from kiosk.app.desk_window import StaffDesk
    from kiosk.app.officers import DeskDuty
    from kiosk.app.sign_ins import SignIns
    from kiosk.ui.desk.window import DeskWindow
    from kiosk.ui.speech import Speech
    from kiosk.workflow.line import Edges


def run_window(settings: Settings) -> int:
    """The kiosk with its real devices, until its window is closed; a full screen until the process is told to end.

    What the settings alone show to be wrong is told first. Then the waiting page is shown, and when it is painted the
    desk thread opens everything else: what is touched or scanned meanwhile waits for it. Where something keeps the
    kiosk from starting, the window closes again.

    Raises:
        KioskError: what is not configured, or keeps it from starting.
    """
    clinic = load_clinic(settings.path(settings.clinic.file))
    secrets = Secrets.from_environment().completed(settings.keystore)
    check_configured(settings, secrets)
    app = open_app()
    facade = DeskFacade()
    opening = Opening(partial(open_real_desk, settings, secrets, clinic, facade))
    station = Station(settings, clinic, facade, training=False)
    desk = DeskThread(opening, facade)
    with ExitStack() as beside, ended_by_signals(app):
        kiosk = _Kiosk(app, station, partial(beside.enter_context, _board_beside(settings, clinic)))
        opening.opened.connect(kiosk.desk_opened, Qt.ConnectionType.QueuedConnection)
        facade.line_broke.connect(kiosk.end)
        FirstPaint(station.window).over.connect(desk.start)
        try:
            show_window(station.window, fills_screen=settings.screen.fills_screen)
            status = app.exec()
        finally:
            end_in_order(station, desk)
    desk.raise_failure()
    kiosk.raise_failure()
    return status


def end_in_order(station: "Station", desk: DeskThread) -> None:
    """The window first: it waits for what it asked of the store, and with the desk thread the store is closed."""
    try:
        station.close()
    finally:
        desk.end()


class _Kiosk(QObject):
    """What the main thread does when the desk is open, or does not open. Lives in the main thread."""

    def __init__(self, app: QApplication, station: "Station", open_board: Callable[[], object]) -> None:
        super().__init__()
        self._app, self._station, self._open_board = app, station, open_board
        self._failure: BaseException | None = None

    @Slot(object)
    def desk_opened(self, desk: OpenDesk) -> None:
        """Who may sign in, voice and tones, the hall's board: in the order in which they are missed.

        What breaks in this keeps the kiosk from starting: a window would stand there in which nobody can work.
        """
        self._station.leftovers.set_aside()
        try:
            if desk.edges is not None:
                self._station.serve(desk.edges, desk.duty)
            if desk.duty is not None:
                self._station.sign_in_with(desk.duty)
            self._station.sound()
            self._open_board()
        except BaseException as error:  # noqa: BLE001 - raised again where the window was shown
            self._failure = error
            self.end()

    @Slot()
    def end(self) -> None:
        """Ends the application: also a window that no key closes."""
        self._app.exit()

    def raise_failure(self) -> None:
        """Raises what broke when the desk was open, if something did."""
        if self._failure is not None:
            raise self._failure


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
    """The patients' or the staff's window with what feeds it: camera, gun, the facade's news. In the main thread.

    It is silent, and nobody can sign in, until `sound` and `sign_in_with`: neither is missed while it starts.
    """

    def __init__(self, settings: Settings, clinic: Clinic, facade: DeskFacade, *, training: bool) -> None:
        super().__init__()
        screen = QApplication.primaryScreen()
        self._letters = letters = load_letters(find_fonts(settings.screen.font))
        self._settings = settings
        self._sounds: Sounds | None = None
        self._speech: Speech | None = None
        self._is_first = True
        self.window: PatientWindow | DeskWindow
        self._staff: StaffDesk | None = None
        if settings.screen.is_self_service:
            self.window = PatientWindow(
                clinic,
                scale=scale_of(screen, settings.screen.px_per_mm or None),
                training=training,
                letters=letters,
                animated=settings.screen.animation,
                pinned=settings.screen.fills_screen and not training,
                voice_key=settings.screen.voice_key,
                now=now,
            )
        else:
            self._staff = _staff_desk(settings, clinic, letters, training=training)
            self.window = self._staff.window
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
            self._scanner_changed("camera", DeviceState.READY)
        self._guns = Guns(settings.gun, settings.screen.font, self, serial=not training, beside=settings.path)
        self._guns.scanned.connect(self._scanned)
        self._guns.state_changed.connect(self._gun_changed)
        self._guns.start()
        self.window.gun_page_asked.connect(self._open_gun_page)
        self.leftovers = Leftovers(self)
        self.sign_ins: SignIns | None = None
        self.visit_questions = VisitQuestions(self.window, letters, self)
        if self._staff is not None:
            self._staff.window.left.connect(self.visit_questions.close)
        facade.state_changed.connect(self.show_state)
        facade.state_changed.connect(self.leftovers.show_state)
        facade.devices_changed.connect(self.show_devices)

    def close(self) -> None:
        """Lets go of camera and gun and closes the window; one that breaks in this keeps no other from it."""
        with ExitStack() as last_first:
            last_first.callback(self.window.close)
            if self._staff is not None:
                last_first.callback(self._staff.close)
            last_first.callback(self.visit_questions.close)
            if self.sign_ins is not None:
                last_first.callback(self.sign_ins.close)
            last_first.callback(self.leftovers.close)
            last_first.callback(self._guns.stop)
            last_first.callback(self._camera.stop)

    def serve(self, edges: "Edges", duty: "DeskDuty | None") -> None:
        """The store is open: the staff's window shows what is in it; a patient's needs nothing of it."""
        if self._staff is not None:
            self._staff.serve(edges, duty)

    def sign_in_with(self, duty: "DeskDuty") -> None:
        """From now on somebody can sign in at this window."""
        from kiosk.app.sign_ins import SignIns

        self.sign_ins = SignIns(duty, self.window, self._letters, self)
        if self._staff is not None:
            self.sign_ins.done.connect(self._staff.notices.officer_changed)

    def sound(self) -> None:
        """Voice and tones as the settings want them: they are the patients'."""
        written = self._settings.screen
        if not isinstance(self.window, PatientWindow):
            return
        if written.voice:
            from kiosk.ui.speech import Speech

            self._speech = Speech(self)
        if written.sounds:
            self._sounds = Sounds(self)
        self.window.sound(self._speech, self._sounds)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Shows it; the camera looks only while a page asks for a code."""
        is_first, self._is_first = self._is_first, False
        if is_first and isinstance(state, Waiting):
            return  # shown from the start: made anew, it would forget a finger that lies on it, and its language
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
        self._guns.open_page(self.window, self.window.language, palette=self.window.colours)

    @Slot(object)
    def _camera_changed(self, state: object) -> None:
        self._scanner_changed("camera", state)

    @Slot(object)
    def _gun_changed(self, state: object) -> None:
        self._scanner_changed("gun", state)

    def _scanner_changed(self, scanner: str, state: object) -> None:
        """The patients' screen has one light for all that scans: well while one of them is."""
        self._scanners[scanner] = state  # type: ignore[assignment]  # Qt's signals carry objects
        ready = DeviceState.READY in self._scanners.values()
        best = DeviceState.READY if ready else self._scanners[scanner]
        self._facade.post(happened.ScannerChanged(best, **self._scanners))


def _staff_desk(settings: Settings, clinic: Clinic, letters: Letters, *, training: bool) -> "StaffDesk":
    from kiosk.app.desk_window import StaffDesk  # a patient's screen does without it

    return StaffDesk(settings, clinic, letters, training=training)


def _looking(read_mrz: str) -> Looking:
    from kiosk.reader.mrz_camera.looker import looking  # loaded when a page first wants codes

    return looking(read_mrz)
