"""Short tones of our own: a touch, a card that was read, attention, done. Silence where nothing can play them."""

import math
import sys
import wave
from array import array
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTemporaryDir, QUrl

from kiosk.dates import PartialDate
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    Done,
    Failed,
    Found,
    Reading,
    ScanningCode,
    State,
    TypingBirthDate,
    TypingNumber,
)

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QSoundEffect

RATE_HZ = 44_100
_PEAK = 0.5
_RISE_S = 0.006


class Sound(StrEnum):
    """What a tone says; never alone: the screen says it too."""

    TAP = "tap"
    CARD = "card"
    ATTENTION = "attention"
    DONE = "done"


_NOTES: dict[Sound, tuple[tuple[float, float, float], ...]] = {
    Sound.TAP: ((660.0, 0.045, 0.35),),
    Sound.CARD: ((784.0, 0.11, 0.8), (1046.5, 0.2, 0.9)),
    Sound.ATTENTION: ((392.0, 0.2, 1.0), (392.0, 0.2, 1.0)),
    Sound.DONE: ((523.3, 0.12, 0.8), (659.3, 0.12, 0.85), (784.0, 0.34, 0.9)),
}
"""Hertz, seconds, loudness of 1, one after the other: below 1.1 kHz, which old ears still hear best."""


@cache
def tone_wav(sound: Sound) -> bytes:
    """A WAV file, 16 bits, one channel."""
    samples = array("h")
    for hertz, seconds, loudness in _NOTES[sound]:
        samples.extend(_note(hertz, seconds, loudness))
    if sys.byteorder == "big":
        samples.byteswap()
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def _note(hertz: float, seconds: float, loudness: float) -> list[int]:
    """A soft bell: an octave above sounds along, rising in 6 ms and dying away, so that nothing clicks."""
    count = round(seconds * RATE_HZ)
    made = []
    for at in range(count):
        time_s = at / RATE_HZ
        rise = min(1.0, time_s / _RISE_S)
        left = (count - at) / count
        turn = 2 * math.pi * hertz * time_s
        wave_now = 0.8 * math.sin(turn) + 0.2 * math.sin(2 * turn)
        made.append(round(32_767 * _PEAK * loudness * rise * left * left * wave_now))
    return made


class Sounds(QObject):
    """Plays them beside everything else; lives in the main thread. `wanted` False: silence."""

    def __init__(self, parent: QObject | None = None, *, wanted: bool = True) -> None:
        super().__init__(parent)
        self._folder: QTemporaryDir | None = None
        self._effects: dict[Sound, QSoundEffect] = {}
        # Looking for devices costs time: not where nobody wants tones.
        if wanted and _has_output():
            self._folder = QTemporaryDir()
            self._effects = {sound: self._effect(sound, Path(self._folder.path())) for sound in Sound}

    @property
    def can_be_heard(self) -> bool:
        """Whether there is something to play them."""
        return bool(self._effects)

    def play(self, sound: Sound) -> None:
        """Begins `sound` and returns at once."""
        if (effect := self._effects.get(sound)) is not None:
            effect.play()

    def play_tap(self) -> None:
        """For each touch that acts."""
        self.play(Sound.TAP)

    def _effect(self, sound: Sound, folder: Path) -> "QSoundEffect":
        file = folder / f"{sound.value}.wav"
        file.write_bytes(tone_wav(sound))
        from PySide6.QtMultimedia import QSoundEffect

        effect = QSoundEffect(self)
        effect.setSource(QUrl.fromLocalFile(str(file)))
        return effect


def _has_output() -> bool:
    from PySide6.QtMultimedia import QMediaDevices

    return not QMediaDevices.defaultAudioOutput().isNull()


def sound_of(before: State, after: State) -> Sound | None:
    """What is heard of a change."""
    match before, after:
        case Reading(), Found():
            return Sound.CARD
        case _, Failed() | AskingKey(wrong=True) | ScanningCode(unreadable=True) | TypingNumber(unreadable=True):
            return Sound.ATTENTION
        case AskingCard(), AskingCard(unreadable=True):
            return Sound.ATTENTION
        case TypingBirthDate(unlike=None), TypingBirthDate(unlike=PartialDate()):
            return Sound.ATTENTION
        case TypingBirthDate(unreadable=False), TypingBirthDate(unreadable=True):
            return Sound.ATTENTION
        case _, Done() if not isinstance(before, Done):
            return Sound.DONE
    return None
