"""High contrast, lower controls, the keyboard, the voice and the tones: wished by one person, gone with them."""

import wave
from array import array
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from kiosk.text import Language, catalog, say
from kiosk.text.spoken import spoken_ticket
from kiosk.ui.gallery import GLASSES, Glass
from kiosk.ui.guidance import told_of
from kiosk.ui.shelf import FIRST_SHELF
from kiosk.ui.sounds import RATE_HZ, Sound, Sounds, tone_wav
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT
from kiosk.ui.widgets.target import Touched as Touchable
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import NO_WISHES, Wishes
from kiosk.workflow.event import Confirmed, Denied, NumberTyped, StaffCalled, Touched

UPRIGHT = GLASSES[1]


class Heard:
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


def press(window: PatientWindow, key: Qt.Key, times: int = 1) -> None:
    for _ in range(times):
        QTest.keyClick(window.focusWidget() or window, key)


def focused(window: PatientWindow) -> str:
    widget = window.focusWidget()
    return widget.accessibleName() if isinstance(widget, Touchable) else ""


def tap(window: PatientWindow, name: str) -> None:
    [found] = [b for b in targets(window) if b.accessibleName().startswith(name)]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


# -- contrast -----------------------------------------------------------------------------------------------------
def test_high_contrast_is_a_tap_away_and_ends_with_the_session(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    time.passes(1)
    tap(window, say("screen.header.contrast", Language.VI))
    assert window.page.look.palette == HIGH_CONTRAST
    picture: QImage = window.grab().toImage()
    assert picture.pixelColor(3, window.height() // 2).name() == HIGH_CONTRAST.ground.lower()
    window.show_state(states["waiting"])
    assert window.wishes == NO_WISHES
    assert window.page.look.palette == LIGHT


def test_page_on_black_has_no_light_surface_left(open_window: Any, states: Any) -> None:
    window = open_window(wishes=Wishes(contrast=True))
    for name in ("typing-number", "found-covered", "choosing", "asking-priority", "confirming", "done-printed"):
        window.show_state(states[name])
        picture = window.grab().toImage().scaled(96, 54)
        light = sum(picture.pixelColor(x, y).lightness() > 200 for x in range(96) for y in range(54))
        assert light < 96 * 54 * 0.2, name


# -- lower controls -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", list(Language))
def test_every_lowered_control_of_an_upright_screen_lies_in_its_lower_half(
    open_window: Any, states: Any, language: Language
) -> None:
    window = open_window(UPRIGHT, language=language, wishes=Wishes(lowered=True))
    for name, state in states.items():
        if name == "waiting":
            continue  # the session begins anew there; the case below
        window.show_state(state)
        assert window.page.fits(window.page.width(), window.page.height()), name
        for button in targets(window):
            middle = button.mapTo(window, button.rect().center()).y()
            assert middle > window.height() / 2, (name, button.accessibleName())
            assert min(button.width(), button.height()) / UPRIGHT.px_per_mm >= 15.9, (name, button.accessibleName())


def test_first_page_is_lowered_too(open_window: Any, states: Any, time: Any) -> None:
    window = open_window(UPRIGHT)
    time.passes(1)
    tap(window, say("screen.header.lower", Language.VI))
    assert all(b.mapTo(window, b.rect().center()).y() > window.height() / 2 for b in targets(window))
    time.passes(1)
    tap(window, say("screen.header.raise", Language.VI))
    assert window.wishes == NO_WISHES


@pytest.mark.parametrize("glass", [GLASSES[0], GLASSES[2], GLASSES[3]], ids=lambda glass: glass.name)
def test_on_a_wide_screen_the_switches_move_beside_the_call_for_staff(
    open_window: Any, states: Any, glass: Glass
) -> None:
    window = open_window(glass, wishes=Wishes(lowered=True))
    switches = [b for b in targets(window) if b.isCheckable()]
    assert len(switches) == 5
    assert all(b.mapTo(window, b.rect().center()).y() > window.height() * 0.8 for b in switches)


# -- the keyboard -------------------------------------------------------------------------------------------------
def test_keyboard_stands_nowhere_until_it_is_led_there(open_window: Any, states: Any, time: Any, qtbot: QtBot) -> None:
    window = open_window()
    with qtbot.waitActive(window):
        window.activateWindow()
    assert focused(window) == ""
    window.show_state(states["found-covered"])
    time.passes(1)
    events: list[object] = []
    window.intent.connect(events.append)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        press(window, key)
    assert (events, focused(window)) == ([], "")


def test_tab_goes_round_every_control_in_reading_order(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    seen = []
    for _ in range(len(targets(window))):
        press(window, Qt.Key.Key_Tab)
        seen.append(focused(window))
    assert seen[:3] == ["Không phải tôi", "Đúng, tiếp tục", "Gọi nhân viên"]
    assert sorted(seen) == sorted(b.accessibleName() for b in targets(window))
    press(window, Qt.Key.Key_Tab)
    assert focused(window) == seen[0]
    press(window, Qt.Key.Key_Up)
    assert focused(window) == seen[-1]


def test_enter_acts_on_what_the_keyboard_stands_on(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    time.passes(1)
    events: list[object] = []
    window.intent.connect(events.append)
    for key, steps in ((Qt.Key.Key_Return, 1), (Qt.Key.Key_Space, 1), (Qt.Key.Key_Enter, 1)):
        press(window, Qt.Key.Key_Tab, steps)
        time.passes(1)
        press(window, key)
    assert events == [Denied(), Confirmed(), StaffCalled()]


def test_enter_of_a_gun_acts_on_nothing_wherever_the_keyboard_stands(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    for name, state in states.items():
        window.show_state(state)
        time.passes(1)
        press(window, Qt.Key.Key_Tab)
        events: list[object] = []
        window.intent.connect(events.append)
        for digit in "8938505974":
            press(window, Qt.Key[f"Key_{digit}"])
        press(window, Qt.Key.Key_Return)
        window.intent.disconnect(events.append)
        assert all(isinstance(event, Touched) for event in events), name


def test_number_is_typed_and_confirmed_by_keys_alone(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["typing-number"])
    time.passes(1)
    for digit in "9990480001230":
        press(window, Qt.Key[f"Key_{digit}"])
    press(window, Qt.Key.Key_Backspace)
    press(window, Qt.Key.Key_3)
    events: list[object] = []
    window.intent.connect(events.append)
    time.passes(1)
    for _ in targets(window):
        press(window, Qt.Key.Key_Tab)
        if focused(window) == "Tiếp tục":
            break
    press(window, Qt.Key.Key_Return)
    assert [event.digits for event in events if isinstance(event, NumberTyped)] == ["999048000123"]


def test_page_after_a_key_begins_at_its_first_control_and_the_next_persons_nowhere(
    open_window: Any, states: Any
) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    press(window, Qt.Key.Key_Tab)
    window.show_state(states["choosing"])
    assert focused(window).startswith("Khoa Nội")
    window.show_state(states["waiting"])
    assert focused(window) == ""


# -- the voice ----------------------------------------------------------------------------------------------------
def test_without_a_voice_nothing_offers_one(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["done-printed"])
    names = {b.accessibleName() for b in targets(window)}
    assert not names & {say("screen.header.aloud", Language.VI), say("screen.button.read_number", Language.VI)}


def test_voice_is_silent_until_wished_and_for_the_next_person_again(open_window: Any, states: Any, time: Any) -> None:
    heard = Heard()
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
    heard = Heard()
    window = open_window(speech=heard, wishes=Wishes(aloud=True))
    window.show_state(states["done-printed"])
    spoken = spoken_ticket("A042", Language.VI)
    assert not any(spoken in sentence for sentence in heard.said)
    time.passes(1)
    tap(window, say("screen.button.read_number", Language.VI))
    assert sum(spoken in sentence and "Phòng 203" in sentence for sentence in heard.said) == 1


def test_key_of_a_headphone_socket_turns_the_voice_on_and_off(qtbot: QtBot, clinic: Any) -> None:
    heard = Heard()
    window = PatientWindow(clinic, animated=False, speech=heard, voice_key="F12")
    qtbot.addWidget(window)
    window.show()
    press(window, Qt.Key.Key_F12)
    assert window.wishes.aloud
    press(window, Qt.Key.Key_F12)
    assert not window.wishes.aloud


def test_switch_says_that_it_is_on(open_window: Any, states: Any) -> None:
    window = open_window(speech=Heard())
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
