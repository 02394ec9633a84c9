"""The voice of hall and kiosk: what is said aloud where this computer has a voice of the language, else silence."""

import logging
from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtTextToSpeech import QTextToSpeech, QVoice

from kiosk.text import Language

_log = logging.getLogger(__name__)

_SPOKEN = {Language.VI: QLocale.Language.Vietnamese, Language.EN: QLocale.Language.English}
_NO_VOICES = frozenset({"mock"})
"""Engines that make no sound; they are for tests, which name them."""

_CALM_RATE = -0.15
"""A little slower than usual, of -1 to 1: a hall echoes, and many listeners are old."""


class Speech(QObject):
    """Says sentences one after the other. Lives in the main thread; speaking itself never blocks it.

    `engine` is one of Qt's; empty: the first that has a voice. `finished` follows each sentence said to its end.
    """

    finished = Signal()

    def __init__(self, parent: QObject | None = None, *, engine: str = "") -> None:
        super().__init__(parent)
        self._engine = _first_that_speaks((engine,) if engine else _engines(), self)
        self._waiting: deque[tuple[str, Language]] = deque()
        self._speaking = False
        if self._engine is not None:
            self._engine.setRate(_CALM_RATE)
            self._engine.stateChanged.connect(self._state_changed)
            self._engine.errorOccurred.connect(self._broke)

    def speaks(self, language: Language) -> bool:
        """Whether there is a voice of this language."""
        return self._engine is not None and _locale(self._engine, language) is not None

    def say(self, sentence: str, language: Language) -> bool:
        """Says `sentence` after those that wait. False: there is no voice of this language, nothing will be heard."""
        if not sentence or not self.speaks(language):
            return False
        self._waiting.append((sentence, language))
        self._go_on()
        return True

    def say_now(self, sentence: str, language: Language) -> bool:
        """Says `sentence` instead of whatever is being said or waits."""
        self.hush()
        return self.say(sentence, language)

    def hush(self) -> None:
        """Stops at once and forgets what waits."""
        self._waiting.clear()
        if self._engine is not None and self._speaking:
            self._speaking = False
            self._engine.stop()

    def _go_on(self) -> None:
        if self._speaking or not self._waiting or self._engine is None:
            return
        sentence, language = self._waiting.popleft()
        locale = _locale(self._engine, language)
        if locale is None:
            return
        if self._engine.locale() != locale:
            self._engine.setLocale(locale)
        self._speaking = True
        self._engine.say(sentence)

    def _state_changed(self, state: QTextToSpeech.State) -> None:
        if self._speaking and state == QTextToSpeech.State.Ready:
            self._speaking = False
            self.finished.emit()
            self._go_on()

    def _broke(self, reason: QTextToSpeech.ErrorReason, _said: str) -> None:
        # Without the engine's own words, which may quote the sentence.
        _log.warning("voice broke: %s", reason.name)
        self._waiting.clear()
        self._speaking = False


def voices(language: Language) -> list[str]:
    """The voices of `language` that this computer has, for the doctor."""
    found: list[str] = []
    for name in _engines():
        engine = QTextToSpeech(name)
        if (locale := _locale(engine, language)) is not None:
            engine.setLocale(locale)
            found += [_described(name, voice) for voice in engine.availableVoices()]
    return found


def _described(engine: str, voice: QVoice) -> str:
    return f"{voice.name()} ({engine})"


def _engines() -> list[str]:
    return [name for name in QTextToSpeech.availableEngines() if name not in _NO_VOICES]


def _first_that_speaks(engines: Iterable[str], parent: QObject) -> QTextToSpeech | None:
    for name in engines:
        engine = QTextToSpeech(name, parent)
        if engine.state() != QTextToSpeech.State.Error and engine.availableLocales():
            return engine
        engine.deleteLater()
    return None


def _locale(engine: QTextToSpeech, language: Language) -> QLocale | None:
    return next((locale for locale in engine.availableLocales() if locale.language() == _SPOKEN[language]), None)
