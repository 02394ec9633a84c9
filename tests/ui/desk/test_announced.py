"""What a screen reader says by itself at the staff's window, wherever the keyboard stands; and that it names nobody."""

from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language, say
from kiosk.ui import announce as spoken
from kiosk.ui.desk.gallery import desk_examples
from kiosk.ui.theme.palette import Tone

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
VI = Language.VI


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What was announced, and whether at once: as Qt hands it to whatever listens."""
    heard: list[tuple[str, bool]] = []

    def listen(event: Any) -> None:
        at_once = event.politeness() is QAccessible.AnnouncementPoliteness.Assertive
        heard.append((event.message(), at_once))

    class Heard:
        AnnouncementPoliteness = QAccessible.AnnouncementPoliteness
        updateAccessibility = staticmethod(listen)  # noqa: N815 - Qt's name

    monkeypatch.setattr(spoken, "QAccessible", Heard)
    return heard


def show(window: Any, clinic: Clinic, name: str) -> None:
    window.show_state(desk_examples(clinic)[name].state)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("reading", "desk.reading.title"),
        ("card-wanted", "desk.card_wanted.title"),
        ("found-asking", "desk.card.asking"),
        ("found-covered", "decision.verdict.covered.title"),
        ("done", "desk.done.title"),
    ],
)
def test_new_middle_is_heard_once(
    pose: Any, desk_clinic: Clinic, said: list[tuple[str, bool]], name: str, begins: str
) -> None:
    window = pose("waiting")
    said.clear()
    show(window, desk_clinic, name)
    show(window, desk_clinic, name)
    [(words, at_once)] = said
    assert words.startswith(say(begins, VI))
    assert not at_once


def test_failure_is_heard_at_once(pose: Any, desk_clinic: Clinic, said: list[tuple[str, bool]]) -> None:
    window = pose("waiting")
    said.clear()
    show(window, desk_clinic, "failed")
    assert said == [(say("failure.card-removed.staff", VI), True)]


def test_wrong_key_is_heard_with_the_tries_that_are_left(
    pose: Any, desk_clinic: Clinic, said: list[tuple[str, bool]]
) -> None:
    window = pose("waiting")
    said.clear()
    show(window, desk_clinic, "key")
    assert said[0][0].startswith(say("desk.key.wrong", VI, left=2).rstrip("."))


def test_news_are_heard_wherever_the_keyboard_stands_and_what_broke_at_once(
    pose: Any, said: list[tuple[str, bool]]
) -> None:
    window = pose("waiting")
    said.clear()
    window.view.header.search.setFocus()
    window.tell("Đã gọi", Tone.GOOD)
    window.tell("Không in được", Tone.STOP)
    window.view.news.forget()
    assert said == [("Đã gọi", False), ("Không in được", True)]


def test_next_person_is_heard_like_the_one_before(pose: Any, desk_clinic: Clinic, said: list[tuple[str, bool]]) -> None:
    window = pose("found-covered")
    said.clear()
    show(window, desk_clinic, "waiting")
    show(window, desk_clinic, "found-covered")
    assert said[0][0] == say("desk.idle.title", VI)
    assert len(said) == 2


def test_nobody_is_named_aloud(pose: Any, desk_clinic: Clinic, said: list[tuple[str, bool]]) -> None:
    for name in desk_examples(desk_clinic):
        pose(name)
    told = " ".join(words for words, _ in said)
    assert told
    assert "Mẫu" not in told
    assert "999" not in told
    assert "Nghiễm" not in told


def test_another_dress_says_nothing_twice(pose: Any, said: list[tuple[str, bool]]) -> None:
    window = pose("found-covered")
    said.clear()
    window.wardrobe.other_contrast()
    QApplication.processEvents()
    assert said == []
