"""A scanner gun in keyboard mode: its keys become codes and never reach what has the focus."""

import logging
import sys
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from kiosk.reader.gun import KEY_GAP_S, Discarded, Heard, Keys, Scan, WedgeCollector
from kiosk.reader.keyboard import alt_character
from kiosk.ui.key_times import KeyTimes
from kiosk.workflow.event import CodeScanned

log = logging.getLogger(__name__)

_PRESSING = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})
_TAIL_S = 0.5
"""So soon after a code no hand is back at the keys."""
_KEYS_AS_TEXT = {
    Qt.Key.Key_Return: "\r",
    Qt.Key.Key_Enter: "\r",
    Qt.Key.Key_Tab: "\t",
    Qt.Key.Key_Backspace: "\b",
}
_MODIFIER_KEYS = {
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock, Qt.Key.Key_unknown,
}  # fmt: skip
_ALT, _KEYPAD = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.KeypadModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_CHORDS = _CONTROL | _ALT | Qt.KeyboardModifier.MetaModifier
_ALT_DIGITS_MAX = 6
_HANDED_BACK_MAX = 64
_FAR_APART = 1.25
"""Times the key gap: keys of a hand, however late they come."""
_ON_ITS_WAY_S = 0.03
"""A key that was struck in time may still be on its way to a busy program."""


class ScannerInput(QObject):
    """An application's event filter. `scanned` carries `CodeScanned`, or `tested` a `Scan` while `testing`.

    Keys are held back until it is clear whose they are: a gun's are dropped after the scan, a hand's are delivered
    where they were typed, late by the key gap at most. `composes_alt_codes`: this program has to make characters of
    Alt and digits on the keypad; Windows does so by itself.
    """

    scanned = Signal(object)
    tested = Signal(object)
    discarded = Signal(object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        key_gap_s: float = KEY_GAP_S,
        clock: Callable[[], float] = monotonic,
        composes_alt_codes: bool = sys.platform != "win32",
    ) -> None:
        super().__init__(parent)
        self._collector = WedgeCollector(key_gap_s=key_gap_s)
        self._clock = clock
        self._composes_alt_codes = composes_alt_codes
        self._times = KeyTimes(_FAR_APART * key_gap_s)
        self._alt_digits = ""
        self._late_commit = ""
        self._scanned_s = self._held_since_s = float("-inf")
        self._held: list[tuple[QWidget, QKeyEvent | QInputMethodEvent]] = []
        self._handing_back = False
        self._handed_back: list[QWidget] = []
        self.testing = False
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
        if isinstance(event, QInputMethodEvent):
            return self._composed(watched, event)
        return False

    def listen_to_silence(self) -> None:
        """Time has passed: what is held back may be decided."""
        self._heard(self._collector.quiet(self._clock()))
        self._wait()

    # -- keys -----------------------------------------------------------------------------------------------------
    def _key(self, watched: QWidget, event: QKeyEvent) -> bool:
        if self._composes_alt_codes and self._alt_code(watched, event):
            return True
        text = self._text_of(event)
        match event.type():
            case QEvent.Type.KeyPress if event.isAutoRepeat():
                self._interrupt()  # no gun holds a key down
                return False
            case QEvent.Type.KeyPress if text:
                if text == "\b" and not self._held:
                    return False
                self._take(watched, event.clone(), text)
                return True
            case QEvent.Type.KeyPress if Qt.Key(event.key()) not in _MODIFIER_KEYS:
                self._interrupt()
                return False
            case QEvent.Type.ShortcutOverride:
                if not text and Qt.Key(event.key()) not in _MODIFIER_KEYS:
                    self._interrupt()
                # A gun closes its code with Enter: while its keys are held back no key may be a shortcut, nor what its
                # setting puts after the code.
                may_be_a_guns = bool(self._held) or (
                    Qt.Key(event.key()) in _PRESSING and self._clock() - self._scanned_s < _TAIL_S
                )
                if may_be_a_guns:
                    event.accept()
                return may_be_a_guns
            case _:
                return bool(self._held)

    def _text_of(self, event: QKeyEvent) -> str:
        """The character of a key; of a chord only while a gun types: it enters control characters so."""
        chord = event.modifiers() & _CHORDS
        if chord == _CONTROL and self._collector.is_gun:
            return "\r" if event.key() in (Qt.Key.Key_J, Qt.Key.Key_M) else event.text()
        return "" if chord else _KEYS_AS_TEXT.get(Qt.Key(event.key()), event.text())

    def _alt_code(self, watched: QWidget, event: QKeyEvent) -> bool:
        """A character as Alt and its number on the keypad: digits are held back, Alt's release makes the letter."""
        modifiers, kind = event.modifiers(), event.type()
        if modifiers & _ALT and modifiers & _KEYPAD and event.key() in range(Qt.Key.Key_0, Qt.Key.Key_9 + 1):
            if kind == QEvent.Type.ShortcutOverride:
                event.accept()
            elif kind == QEvent.Type.KeyPress and len(self._alt_digits) < _ALT_DIGITS_MAX:
                self._alt_digits += chr(event.key())
                self._held.append((watched, event.clone()))
                self._collector.alive(self._struck_s(event))
                self._wait()
            return True
        if event.key() == Qt.Key.Key_Alt:
            struck_s = self._struck_s(event)
            self._collector.alive(struck_s)
            if kind == QEvent.Type.KeyRelease and self._alt_digits:
                digits, self._alt_digits = self._alt_digits, ""
                self._hear(alt_character(digits), struck_s)
        return False

    # -- input methods --------------------------------------------------------------------------------------------
    def _composed(self, watched: QWidget, event: QInputMethodEvent) -> bool:
        commit, preedit = event.commitString(), event.preeditString()
        if not (commit or preedit or self._collector.preedit):
            return False
        if commit and commit == self._late_commit and not preedit:
            self._late_commit = ""  # the last word of a scan that is over
            return True
        self._late_commit = ""
        now = self._clock()
        self._heard(self._collector.quiet(now))
        self._held.append((watched, event.clone()))
        self._heard(self._collector.compose(commit, preedit, now, replaced=event.replacementLength()))
        self._wait()
        return True

    def _forget_composing(self) -> None:
        """The widget never saw what was composed; the input method is not to go on with it."""
        if self._collector.preedit:
            self._late_commit = self._collector.preedit
            self._collector.forget_preedit()
            QGuiApplication.inputMethod().reset()

    # -- what becomes of them -------------------------------------------------------------------------------------
    def _take(self, watched: QWidget, event: QKeyEvent, text: str) -> None:
        struck_s = self._struck_s(event)
        self._heard(self._collector.quiet(struck_s))
        if not self._held:
            self._held_since_s = struck_s
        self._held.append((watched, event))
        self._hear(text, struck_s)

    def _hear(self, text: str, struck_s: float) -> None:
        self._heard(self._collector.feed(text, struck_s))
        self._wait()

    def _struck_s(self, event: QKeyEvent) -> float:
        return self._times.struck_s(event, self._clock())

    def _interrupt(self) -> None:
        self._heard(self._collector.interrupt())
        self._wait()

    def _heard(self, heard: tuple[Heard, ...]) -> None:
        for one in heard:
            held, self._held = self._held, []
            match one:
                case Scan(text):
                    self._scanned_s = max(self._clock(), self._times.latest_s)
                    self._forget_composing()
                    self._take_back(one.leaked)
                    if self.testing:
                        self.tested.emit(one)
                    else:
                        self.scanned.emit(CodeScanned(text))
                case Keys() if self._is_tail(held):
                    log.debug("the keys that a gun ends its code with are its own")
                case Keys():
                    self._hand_back(held)
                case Discarded(fault):
                    self._forget_composing()
                    log.info("scan thrown away: %s", fault.value)
                    self.discarded.emit(fault)

    def _is_tail(self, held: list[tuple[QWidget, QKeyEvent | QInputMethodEvent]]) -> bool:
        """Whether these are what a gun's setting puts after a code: they would press a button."""
        pressing = all(isinstance(event, QKeyEvent) and Qt.Key(event.key()) in _PRESSING for _, event in held)
        return pressing and self._held_since_s - self._scanned_s < _TAIL_S

    def _hand_back(self, held: list[tuple[QWidget, QKeyEvent | QInputMethodEvent]]) -> None:
        self._handing_back = True
        try:
            for widget, event in held:
                if isValid(widget):  # its page may be gone
                    QCoreApplication.sendEvent(widget, event)
                    self._handed_back.append(widget)
            del self._handed_back[:-_HANDED_BACK_MAX]
        finally:
            self._handing_back = False

    def _take_back(self, leaked: int) -> None:
        """A gun that faltered: its first keys were handed back as a hand's."""
        reached, self._handed_back = self._handed_back, []
        self._handing_back = True
        try:
            for widget in reached[-leaked:] if leaked else ():
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    if isValid(widget):
                        back = QKeyEvent(kind, Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier, "\b")
                        QCoreApplication.sendEvent(widget, back)
        finally:
            self._handing_back = False

    def _wait(self) -> None:
        deadline_s = self._collector.deadline_s
        if deadline_s is None:
            # Half a scan that waits for its rest keeps no keys; nor does a burst that was closed.
            if not self._alt_digits:
                self._held.clear()
            self._silence.stop()
            return
        if self._times.are_stamped:
            deadline_s += _ON_ITS_WAY_S
        self._silence.start(max(1, round((deadline_s - self._clock()) * 1000) + 1))
