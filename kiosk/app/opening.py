"""Opening the store, the gateway, the printer and the readers beside the window that is shown already."""

import importlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from kiosk.app.damage import DamageWatch
from kiosk.checkin.clinic import Clinic
from kiosk.failure import FailureCode, KioskError, log_defect
from kiosk.lookup.options import Officer
from kiosk.settings import Secrets, Settings
from kiosk.ui.facade import DeskFacade, RunningLine
from kiosk.ui.sounds import Sound, tone_wav

if TYPE_CHECKING:
    # What the waiting page does without is loaded in the desk thread, while the page is shown.
    from kiosk.app.officers import DeskDuty
    from kiosk.workflow.event import Event
    from kiosk.workflow.line import Edges

log = logging.getLogger(__name__)

_LATEST_MS = 1000
_FOR_CARDS = ("contents", "curves", "genuineness", "passive_auth", "session")
"""Of kiosk.reader.emrtd: what reading a chip loads."""


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """What is open: the line, the duty where somebody can sign in, and the edges for the staff's window."""

    line: RunningLine
    duty: "DeskDuty | None" = None
    edges: "Edges | None" = None


class Opening(QObject):
    """A line whose `run` opens it first. Events wait for it meanwhile, and go to it in their order.

    Lives in the main thread. `opened` carries the `OpenDesk` before the line's first state; it is emitted in the thread
    that runs.
    """

    opened = Signal(object)

    def __init__(self, desk: Callable[[], AbstractContextManager[OpenDesk]]) -> None:
        super().__init__()
        self._desk = desk
        self._lock = threading.Lock()
        self._line: RunningLine | None = None
        self._waiting: list[Event] = []
        self._stopped = False

    def post(self, event: "Event") -> None:
        """Hands in an event, from any thread."""
        with self._lock:
            if self._line is None:
                self._waiting.append(event)
            else:
                self._line.post(event)

    def stop(self) -> None:
        """Ends `run`: after the opening under way, or the line after its step; from any thread."""
        with self._lock:
            self._stopped = True
            if self._line is not None:
                self._line.stop()

    def run(self) -> None:
        """Opens the line and works until `stop`.

        Raises:
            KioskError: what keeps the desk from opening, or from closing.
        """
        with self._desk() as desk:
            self.opened.emit(desk)
            if self._serve(desk.line):
                desk.line.run()

    def _serve(self, line: RunningLine) -> bool:
        """False: it is not wanted any more."""
        with self._lock:
            self._line = line
            for event in self._waiting:
                line.post(event)
            self._waiting.clear()
            return not self._stopped


class FirstPaint(QObject):
    """`over` follows the first painting of a window, once; a second after `show` at the latest.

    A window that is shown but covered, or on a screen that is off, is never painted.
    """

    over = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._told = False
        window.installEventFilter(self)
        QTimer.singleShot(_LATEST_MS, self, self._tell)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's name
        """Only notices the painting; it is on the screen when this event is over."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self, self._tell)
        return False

    @Slot()
    def _tell(self) -> None:
        if not self._told:
            self._told = True
            self._window.removeEventFilter(self)
            self.over.emit()


def _nobody() -> Officer:
    raise KioskError(FailureCode.OFFICER_NEEDED)


def check_configured(settings: Settings, secrets: Secrets) -> None:
    """What is wrong in the settings alone is told before a window is shown.

    Raises:
        KioskError: LOOKUP_NOT_CONFIGURED, PRINTER_NOT_CONFIGURED.
    """
    if not settings.lookup.base_url or secrets.missing:
        from kiosk.app.desk import gateway_of  # only where something is missing: it takes time to load

        signs_in = settings.screen.mode == "desk"
        with gateway_of(settings, secrets, _nobody if signs_in else None):
            pass  # what is missing is the officer, and somebody signs in
    if not settings.printer.target:
        raise KioskError(FailureCode.PRINTER_NOT_CONFIGURED, "printer.target")


@contextmanager
def open_real_desk(settings: Settings, secrets: Secrets, clinic: Clinic, facade: DeskFacade) -> Iterator[OpenDesk]:
    """The line with the real devices and all that is done beside it, until the block ends.

    Raises:
        KioskError: what is not configured, or keeps the kiosk from starting.
        DamagedInUse: the line ended over a damaged file: opened again, the kiosk goes on.
    """
    from kiosk.app.desk import ReaderInUse, open_desk, watch_cards
    from kiosk.app.officers import open_duty
    from kiosk.app.records import cared_for_daily
    from kiosk.app.store_care import backed_up_daily, go_on_where_damaged
    from kiosk.workflow.line import Line

    go_on_where_damaged(settings)
    reader = ReaderInUse(settings.reader.name)
    with (
        backed_up_daily(settings),
        cared_for_daily(settings),
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
        damage = DamageWatch(facade.heard_state, lambda: line.stop())
        # A server's database is not this kiosk's to put aside.
        is_ours = settings.store_url.startswith("sqlite")
        line = Line(
            edges,
            on_state=damage.heard_state if is_ours else facade.heard_state,
            on_devices=facade.heard_devices,
            watch_printer_s=settings.printer.watch_s or None,
        )
        if settings.screen.sounds:
            _compute_tones()
        with watch_cards(line, reader), loaded_for_cards():
            yield OpenDesk(line, desk_duty, edges)
    damage.raise_if_damaged()


@contextmanager
def loaded_for_cards() -> Iterator[None]:
    """Loads what reading a chip needs beside the block: opening does without it, and no first patient waits for it."""
    loading = threading.Thread(target=_load_for_cards, name="first-card")
    loading.start()
    try:
        yield
    finally:
        loading.join()


def _load_for_cards() -> None:
    for name in _FOR_CARDS:
        try:
            importlib.import_module(f"kiosk.reader.emrtd.{name}")
        except BaseException as error:  # noqa: BLE001 - the thread's edge; the first card meets it again, on a page
            log_defect(log, f"loading {name}", error)


def _compute_tones() -> None:
    """Here, because the window would stand still over them."""
    for sound in Sound:
        tone_wav(sound)
