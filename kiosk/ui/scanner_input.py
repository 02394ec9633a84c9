"""A scanner gun in keyboard mode: its keys become codes and never reach what has the focus."""

import logging
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from kiosk.reader.gun import KEY_GAP_S, Discarded, Heard, Keys, Scan, WedgeCollector
from kiosk.workflow.event import CodeScanned

log = logging.getLogger(__name__)

_KEYS_AS_TEXT = {
    Qt.Key.Key_Return: "\r",
    Qt.Key.Key_Enter: "\r",
    Qt.Key.Key_Tab: "\t",
    Qt.Key.Key_Backspace: "\b",
}
_CHORDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class ScannerInput(QObject):
    """An application's event filter. `scanned` carries `CodeScanned`.

    Keys are held back until it is clear whose they are: a gun's are dropped after the scan, a hand's are delivered
    where they were typed, late by the key gap at most.
    """

    scanned = Signal(object)
    discarded = Signal(object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        key_gap_s: float = KEY_GAP_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(parent)
        self._collector = WedgeCollector(key_gap_s=key_gap_s)
        self._clock = clock
        self._held: list[tuple[QWidget, QKeyEvent | QInputMethodEvent]] = []
        self._handing_back = False
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.timeout.connect(self.listen_to_silence)

    def watch(self, app: QCoreApplication) -> None:
        """Sees every key of `app` from now on."""
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for what is held back."""
        # The window's native half gets every key first and passes it on: a key counts when a widget gets it.
        if self._handing_back or not isinstance(watched, QWidget):
            return False
        if isinstance(event, QKeyEvent):
            return self._key(watched, event)
        if isinstance(event, QInputMethodEvent) and event.commitString():
            self._take(watched, event.clone(), event.commitString())
            return True
        return False

    def listen_to_silence(self) -> None:
        """Time has passed: what is held back may be decided."""
        self._heard(self._collector.quiet(self._clock()))
        self._wait()

    def _key(self, watched: QWidget, event: QKeyEvent) -> bool:
        text = "" if event.modifiers() & _CHORDS else _KEYS_AS_TEXT.get(Qt.Key(event.key()), event.text())
        if not text:
            return False
        match event.type():
            case QEvent.Type.KeyPress:
                if text == "\b" and not self._held:
                    return False
                self._take(watched, event.clone(), text)
                return True
            case QEvent.Type.ShortcutOverride:
                # A gun closes its code with Enter: while its keys are held back no key may be a shortcut.
                if self._held:
                    event.accept()
                return bool(self._held)
            case _:
                return bool(self._held)

    def _take(self, watched: QWidget, event: QKeyEvent | QInputMethodEvent, text: str) -> None:
        now = self._clock()
        self._heard(self._collector.quiet(now))
        self._held.append((watched, event))
        self._heard(self._collector.feed(text, now))
        self._wait()

    def _heard(self, heard: tuple[Heard, ...]) -> None:
        for one in heard:
            held, self._held = self._held, []
            match one:
                case Scan(text):
                    self.scanned.emit(CodeScanned(text))
                case Keys():
                    self._hand_back(held)
                case Discarded(fault):
                    log.info("scan thrown away: %s", fault.value)
                    self.discarded.emit(fault)

    def _hand_back(self, held: list[tuple[QWidget, QKeyEvent | QInputMethodEvent]]) -> None:
        self._handing_back = True
        try:
            for widget, event in held:
                QCoreApplication.sendEvent(widget, event)
        finally:
            self._handing_back = False

    def _wait(self) -> None:
        deadline_s = self._collector.deadline_s
        if deadline_s is None:
            # Half a scan that waits for its rest keeps no keys; nor does a burst that was closed.
            self._held.clear()
            self._silence.stop()
            return
        self._silence.start(max(1, round((deadline_s - self._clock()) * 1000) + 1))
