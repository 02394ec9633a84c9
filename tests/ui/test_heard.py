"""What is heard: tones, a voice for whoever wished for one, and nothing of the person unless they ask."""

import wave
from array import array
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from kiosk.text import Language, catalog, say
from kiosk.text.spoken import spoken_ticket
from kiosk.ui.guidance import told_of
from kiosk.ui.shelf import FIRST_SHELF
from kiosk.ui.sounds import RATE_HZ, Sound, Sounds, tone_wav
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import Wishes


class Ear:
    """A voice that writes down what it would say."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def speaks(self, language: Language) -> bool:
        return True

    def say(self, sentence: str, language: Language) -> bool:
        self.said.append(sentence)
        return True

    def say_now(self, sentence: str, language: Language) -> bool:
        self.said.append(sentence)
        return True

    def hush(self) -> None:
        self.said.append("")


def targets(window: PatientWindow) -> list[QAbstractButton]:
    return [b for b in window.findChildren(QAbstractButton) if b.isVisible()]


def tap(window: PatientWindow, name: str) -> None:
    [found] = [b for b in targets(window) if b.accessibleName().startswith(name)]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


# -- the voice ----------------------------------------------------------------------------------------------------
def test_without_a_voice_nothing_offers_one(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["done-printed"])
    names = {b.accessibleName() for b in targets(window)}
    assert not names & {say("screen.header.aloud", Language.VI), say("screen.button.read_number", Language.VI)}


def test_voice_is_silent_until_wished_and_for_the_next_person_again(open_window: Any, states: Any, time: Any) -> None:
    heard = Ear()
    window = open_window(speech=heard)
    window.show_state(states["typing-number"])
    assert not any(heard.said)
    time.passes(1)
    tap(window, say("screen.header.aloud", Language.VI))
    assert say("screen.voice.on", Language.VI) in heard.said
    assert say("screen.typing.title", Language.VI) in heard.said
    window.show_state(states["choosing"])
    assert any("Khoa Nội; Nhi" in sentence for sentence in heard.said)
    window.show_state(states["waiting"])
    heard.said.clear()
    window.show_state(states["typing-number"])
    assert not any(heard.said)


@pytest.mark.parametrize("language", list(Language))
def test_every_page_is_told_and_nothing_of_the_person(states: Any, language: Language) -> None:
    for name, state in states.items():
        told = " ".join(told_of(state, FIRST_SHELF, language))
        assert told, name
        for secret in ("Nguyễn", "Mẫu", "An", "999", "1948", "1990", "A042", "Q007", "80%", "50.000", "31/12"):
            assert secret not in told.replace("VNeID", ""), (name, secret)
        if name.startswith(("found", "confirming", "done")):
            assert not any(
                words and words in told
                for key, words in catalog(language).items()
                if key.startswith("screen.verdict.") and key.endswith(".title")
            ), name


def test_number_is_spoken_only_when_its_owner_asks(open_window: Any, states: Any, time: Any) -> None:
    heard = Ear()
    window = open_window(speech=heard, wishes=Wishes(aloud=True))
    window.show_state(states["done-printed"])
    spoken = spoken_ticket("A042", Language.VI)
    assert not any(spoken in sentence for sentence in heard.said)
    time.passes(1)
    tap(window, say("screen.button.read_number", Language.VI))
    assert sum(spoken in sentence and "Phòng 203" in sentence for sentence in heard.said) == 1


def test_key_of_a_headphone_socket_turns_the_voice_on_and_off(qtbot: QtBot, clinic: Any) -> None:
    heard = Ear()
    window = PatientWindow(clinic, animated=False, speech=heard, voice_key="F12")
    qtbot.addWidget(window)
    window.show()
    QTest.keyClick(window, Qt.Key.Key_F12)
    assert window.wishes.aloud
    QTest.keyClick(window, Qt.Key.Key_F12)
    assert not window.wishes.aloud


def test_switch_says_that_it_is_on(open_window: Any, states: Any) -> None:
    window = open_window(speech=Ear())
    window.show_state(states["reading"])
    window.set_wishes(Wishes(aloud=True))
    [switch] = [b for b in targets(window) if b.accessibleName() == say("screen.header.aloud", Language.VI)]
    assert QAccessible.queryAccessibleInterface(switch).state().checked


# -- tones --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("sound", list(Sound))
def test_tone_is_short_and_neither_clicks_nor_overloads(sound: Sound) -> None:
    with wave.open(BytesIO(tone_wav(sound)), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
        samples = array("h", file.readframes(file.getnframes()))
    assert 0.03 < len(samples) / RATE_HZ < 0.7
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 50
    assert max(abs(after - before) for before, after in pairwise(samples)) < 3_000
    assert 3_000 < max(map(abs, samples)) < 20_000
    assert tone_wav(sound) == tone_wav(sound)


def test_without_a_loudspeaker_playing_is_silence(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.ui.sounds._has_output", lambda: False)
    sounds = Sounds()
    assert not sounds.can_be_heard
    for sound in Sound:
        sounds.play(sound)


class Played:
    """What would sound."""

    def __init__(self) -> None:
        self.heard: list[Sound] = []

    def play(self, sound: Sound) -> None:
        self.heard.append(sound)

    def play_tap(self) -> None:
        self.play(Sound.TAP)


def test_each_change_has_its_tone(qtbot: QtBot, clinic: Any, states: Any) -> None:
    played = Played()
    window = PatientWindow(clinic, animated=False, sounds=played)  # type: ignore[arg-type]  # behaves alike
    qtbot.addWidget(window)
    for name in ("waiting", "asking-key", "asking-key-wrong", "reading", "found-reading", "found-covered", "issuing"):
        window.show_state(states[name])
    for name in ("done-printing", "done-printed", "waiting", "failed"):
        window.show_state(states[name])
    assert played.heard == [Sound.ATTENTION, Sound.CARD, Sound.DONE, Sound.ATTENTION]


def test_touch_that_acts_sounds_and_one_that_is_not_meant_is_silent(
    qtbot: QtBot, clinic: Any, states: Any, time: Any
) -> None:
    played = Played()
    window = PatientWindow(clinic, animated=False, sounds=played, clock=time)  # type: ignore[arg-type]  # behaves alike
    qtbot.addWidget(window)
    window.show()
    window.show_state(states["typing-number"])
    tap(window, "7")
    assert played.heard == []
    time.passes(1)
    tap(window, "7")
    assert played.heard == [Sound.TAP]


def test_voice_and_tones_that_come_later_are_heard_from_then_on(open_window: Any, states: Any) -> None:
    window, ear, played = open_window(wishes=Wishes(aloud=True)), Ear(), Played()
    window.show_state(states["reading"])
    window.sound(ear, played)
    assert say("screen.header.aloud", Language.VI) in {b.accessibleName() for b in targets(window)}
    window.show_state(states["found-covered"])
    assert played.heard == [Sound.CARD]
    assert any(ear.said)
    window.sound(None, None)
    ear.said.clear()
    window.show_state(states["done-printed"])
    assert (played.heard, ear.said) == ([Sound.CARD], [])
