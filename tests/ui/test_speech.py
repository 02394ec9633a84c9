"""Sentences are said one after the other where there is a voice, and nothing waits where there is none."""

import logging

import pytest
from pytestqt.qtbot import QtBot

from kiosk.text import Language
from kiosk.ui.speech import Speech


@pytest.fixture
def speech(qtbot: QtBot) -> Speech:
    return Speech(engine="mock")


def test_sentences_follow_each_other(speech: Speech, qtbot: QtBot) -> None:
    assert speech.say("A, zero four two", Language.EN)
    assert speech.say("Room 203", Language.EN)
    with qtbot.waitSignals([speech.finished, speech.finished]):
        pass


def test_language_without_a_voice_is_told_and_waits_for_nothing(speech: Speech) -> None:
    assert not speech.speaks(Language.VI)
    assert not speech.say("a, không bốn hai", Language.VI)
    assert not speech._waiting


def test_new_call_silences_the_one_before(speech: Speech, qtbot: QtBot) -> None:
    for number in range(5):
        speech.say(f"number {number} of very many words that last and last and last", Language.EN)
    assert speech.say_now("now", Language.EN)
    with qtbot.waitSignal(speech.finished):
        pass
    assert not speech._waiting
    assert not speech._speaking


def test_hush_ends_everything(speech: Speech) -> None:
    speech.say("one two three four five", Language.EN)
    speech.say("six seven", Language.EN)
    speech.hush()
    assert (list(speech._waiting), speech._speaking) == ([], False)


def test_nothing_to_say_is_silence(speech: Speech) -> None:
    assert not speech.say("", Language.EN)


def test_engine_that_breaks_names_nothing_that_was_said(speech: Speech, caplog: pytest.LogCaptureFixture) -> None:
    from PySide6.QtTextToSpeech import QTextToSpeech

    speech.say("Nguyễn Văn Mẫu", Language.EN)
    with caplog.at_level(logging.WARNING):
        speech._broke(QTextToSpeech.ErrorReason.Playback, "Nguyễn Văn Mẫu")
    assert "Mẫu" not in caplog.text
    assert "Playback" in caplog.text
