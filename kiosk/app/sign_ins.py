"""Signing in at the staff's window: its strip, its dialog, and the thread beside them that compares PINs."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot

from kiosk.app.officers import DeskDuty
from kiosk.checkin.officer import KeptOfficer, ListedOfficer, Refused
from kiosk.failure import FailureCode, KioskError
from kiosk.ui.theme.letters import Letters
from kiosk.ui.widgets.staff_strip import OnDuty
from kiosk.workflow.state import Failed, State

if TYPE_CHECKING:
    from kiosk.ui.desk.window import DeskWindow
    from kiosk.ui.sign_in import SignIn
    from kiosk.ui.window import PatientWindow

log = logging.getLogger(__name__)

_HANDS = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin})
_TICK_MS = 1000
_CONFIRMED_EVERY = 30
"""Ticks: so long somebody who was removed may still be on duty."""


class SignIns(QObject):
    """Signing in and out at one window. Lives in the main thread; PINs are compared and rows written in another.

    `done`: something was compared or written; it comes after the window shows it.
    """

    done = Signal()
    _answered = Signal(object)

    def __init__(
        self, desk: DeskDuty, window: "PatientWindow | DeskWindow", letters: Letters, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._duty, self._listed = desk.duty, desk.listed
        self._window, self._letters = window, letters
        self.dialog: SignIn | None = None
        self._hand_seen = False
        self._ticks = 0
        self._shown = OnDuty()
        # One thread: what was asked first is compared first.
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="duty")
        self._answered.connect(self._show_answer, Qt.ConnectionType.QueuedConnection)
        window.duty_asked.connect(self.change)
        if app := QCoreApplication.instance():
            app.installEventFilter(self)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.tick)
        self._tick.start()
        self._show_duty()

    @property
    def is_open(self) -> bool:
        """Whether the dialog is: what is scanned meanwhile is for nobody."""
        return self.dialog is not None

    def close(self) -> None:
        """Closes the dialog and ends the thread."""
        self._tick.stop()
        if app := QCoreApplication.instance():
            app.removeEventFilter(self)
        if self.dialog is not None:
            self.dialog.close()
        self._worker.shutdown(wait=True)

    # -- what the outside calls -----------------------------------------------------------------------------------
    @Slot()
    def change(self) -> None:
        """Signs out whoever is on duty, or asks who comes."""
        if self._duty.signed_in is None:
            self.open()
        else:
            self._do(self._duty.sign_out)

    def open(self) -> None:
        """Opens the dialog, once."""
        if self.dialog is not None:
            return
        from kiosk.ui.sign_in import SignIn  # loaded when it is wanted: the first screen does without it

        language = self._window.language
        broke: KioskError | None = None
        listed: tuple[ListedOfficer, ...] = ()
        try:
            listed = self._listed()
        except KioskError as error:
            broke = error
        self.dialog = dialog = SignIn(self._letters, listed, language=language, palette=self._window.colours)
        dialog.setParent(self._window, dialog.windowFlags())
        dialog.submitted.connect(self._compare)
        dialog.closed.connect(self._dialog_closed)
        if broke is not None:
            dialog.show_failure(broke.told(language))
        dialog.show()

    def show_state(self, state: State) -> None:
        """A page that only signing in leads on from opens the dialog."""
        if isinstance(state, Failed) and state.code is FailureCode.OFFICER_NEEDED and self._duty.signed_in is None:
            if self._shows_another():
                self._show_duty()
            self.open()

    def seen(self) -> None:
        """Somebody is there, without a key: a card was laid."""
        self._hand_seen = True

    def scanned(self) -> None:
        """Something was scanned: somebody is there; with the dialog open it is told that it was not used."""
        self.seen()
        if self.dialog is not None:
            self.dialog.show_scan_ignored()

    @Slot()
    def tick(self) -> None:
        """Once a second: hands keep whoever is on duty there, their absence does not."""
        seen, self._hand_seen = self._hand_seen, False
        if self._shows_another():
            # A lookup signs out whoever was away for too long, in a thread of its own.
            self._show_duty()
        if self._duty.signed_in is None:
            return
        self._do(self._duty.heard if seen else self._duty.expire)
        self._ticks += 1
        if self._ticks % _CONFIRMED_EVERY == 0:
            self._do(self._duty.confirm)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's name
        """Only notices that somebody is there."""
        if event.type() in _HANDS:
            self._hand_seen = True
        return False

    # -- the pieces -----------------------------------------------------------------------------------------------
    @Slot(str, str)
    def _compare(self, who: str, pin: str) -> None:
        self._do(partial(self._duty.sign_in, who, pin))

    def _do(self, work: Callable[[], object]) -> None:
        def told(done: Future[object]) -> None:
            self._answered.emit(done.exception() or done.result())

        self._worker.submit(work).add_done_callback(told)

    @Slot(object)
    def _show_answer(self, answer: object) -> None:
        self._show_duty()
        dialog = self.dialog
        match answer:
            case KeptOfficer() if dialog is not None:
                dialog.close()
            case Refused(wait_s) if dialog is not None:
                dialog.show_refused(wait_s)
            case KioskError() if dialog is not None:
                dialog.show_failure(answer.told(self._window.language))
            case BaseException() if not isinstance(answer, KioskError):
                # The thread's edge: only the kind of a defect may be written. A panic in Rust is no Exception.
                log.error("defect in signing in: %s", type(answer).__name__)
                if dialog is not None:
                    defect = KioskError(FailureCode.INTERNAL, type(answer).__name__)
                    dialog.show_failure(defect.told(self._window.language))
        self.done.emit()

    def _show_duty(self) -> None:
        self._shown = self._on_duty()
        self._window.show_duty(self._shown)

    def _shows_another(self) -> bool:
        return not self._shown.is_same(self._on_duty())

    def _on_duty(self) -> OnDuty:
        signed = self._duty.signed_in
        if signed is None:
            return OnDuty(stands_in=self._duty.stands_in)
        return OnDuty(signed.full_name, self._duty.stands_in, signed.officer_id)

    @Slot()
    def _dialog_closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
            # Where no window manager does: the window's keys are to work again.
            self._window.activateWindow()
