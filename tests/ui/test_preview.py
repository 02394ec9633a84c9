"""The camera's picture on its pages: what is said about it, in words and shape, and that it is forgotten."""

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtGui import QAccessible, QImage
from pytestqt.qtbot import QtBot

from kiosk.text import Language, say
from kiosk.ui.camera.advice import Hint
from kiosk.ui.gallery import GLASSES, Glass, camera_examples
from kiosk.ui.room import draw_room
from kiosk.ui.widgets.preview import Preview
from kiosk.ui.wishes import Wishes

BLIND = (Hint.STARTING, Hint.NO_PICTURE, Hint.USE_GUN)
SIZES = [pytest.param(glass, id=f"{glass.width}x{glass.height}") for glass in GLASSES]


def picture_of(window: Any) -> Preview:
    preview = window.page.preview
    assert isinstance(preview, Preview)
    return preview


def drawn(preview: Preview) -> bytes:
    image = preview.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return bytes(image.constBits())


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("hint", list(Hint))
def test_hint_is_told_to_assistive_programs(open_window: Any, states: Any, language: Language, hint: Hint) -> None:
    window = open_window(language=language)
    window.show_state(states["scanning-code"])
    window.show_hint(hint)
    spoken = QAccessible.queryAccessibleInterface(picture_of(window)).text(QAccessible.Text.Name)
    assert spoken == f"{say('screen.scanning.preview', language)}. {say(f'screen.scanning.hint.{hint}', language)}"


@pytest.mark.parametrize("language", list(Language))
def test_no_two_hints_say_the_same(language: Language) -> None:
    assert len({say(f"screen.scanning.hint.{hint}", language) for hint in Hint}) == len(Hint)


@pytest.mark.parametrize("state", ["scanning-code", "asking-key"])
def test_hints_look_different_without_their_words_and_colours(open_window: Any, states: Any, state: str) -> None:
    window = open_window()
    window.show_state(states[state])
    preview, frame = picture_of(window), draw_room(Hint.AIM)
    preview._words = dict.fromkeys(Hint, "·")
    pictures = []
    for hint in Hint:
        preview.show_frame(frame)
        preview.show_hint(hint)
        shown = preview.grab().toImage().convertToFormat(QImage.Format.Format_Mono)
        pictures.append(bytes(shown.constBits()))
    assert len(set(pictures)) == len(Hint)


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", SIZES)
def test_picture_does_not_jump_when_another_hint_is_said_and_every_hint_has_room(
    open_window: Any, states: Any, glass: Glass, language: Language, large: bool
) -> None:
    window = open_window(glass, language=language, wishes=Wishes(large=large))
    for name in ("scanning-code", "scanning-code-unreadable", "asking-key", "asking-key-wrong"):
        window.show_state(states[name])
        preview = picture_of(window)
        assert preview.height() >= preview.least_height(preview.width())
        assert preview.width() >= preview.least_width()
        areas = []
        for hint in Hint:
            window.show_hint(hint)
            seen, words = preview._areas()
            areas.append((seen, words))
            assert preview.rect().contains(seen)
            assert preview.rect().contains(words)
            assert not seen.intersects(words)
            lines = preview._setter.lines(preview._words[hint], words.width() - preview._chrome())
            assert len(lines) * preview._setter.line <= words.height(), (name, hint)
        assert all(one == other for one, other in pairwise(areas))
        assert min(seen.width(), seen.height()) / glass.px_per_mm >= 14, (name, seen)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", [glass for glass in GLASSES if glass.height > glass.width], ids=str)
def test_upright_picture_is_large_enough_to_aim_with_also_in_large_letters_after_an_unknown_code(
    open_window: Any, states: Any, glass: Glass, language: Language
) -> None:
    window = open_window(glass, language=language, wishes=Wishes(large=True))
    window.show_state(states["scanning-code-unreadable"])
    seen, _ = picture_of(window)._areas()
    assert min(seen.width(), seen.height()) >= 0.3 * window.width()


@pytest.mark.parametrize("hint", BLIND)
def test_without_a_picture_the_last_one_is_gone(open_window: Any, states: Any, hint: Hint) -> None:
    window = open_window()
    window.show_state(states["scanning-code"])
    window.show_frame(draw_room(Hint.AIM))
    held = [picture_of(window).shows_photo]
    window.show_hint(hint)
    held.append(picture_of(window).shows_photo)
    assert held == [True, False]


def test_page_made_anew_in_another_language_still_says_the_hint(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["scanning-code"])
    window.show_hint(Hint.CLOSER)
    window.set_language(Language.EN)
    assert picture_of(window).hint is Hint.CLOSER


def test_hint_of_one_person_is_not_said_to_the_next(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["scanning-code"])
    window.show_hint(Hint.SEEN)
    window.show_state(states["waiting"])
    window.show_state(states["scanning-code"])
    assert picture_of(window).hint is Hint.AIM


@pytest.mark.parametrize("after", ["waiting", "reading", "found-covered", "failed"])
def test_picture_is_dropped_with_its_page(qtbot: QtBot, open_window: Any, states: Any, after: str) -> None:
    window = open_window()
    window.show_state(states["scanning-code"])
    preview = picture_of(window)
    window.show_frame(draw_room(Hint.SEEN))
    held = [preview.shows_photo]
    window.show_state(states[after])
    held.append(preview.shows_photo)
    assert held == [True, False]
    assert preview._frame is None


def test_guide_is_seen_before_a_white_and_a_black_wall(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["scanning-code"])
    preview, shown = picture_of(window), []
    for level in (0xFF, 0x00):
        wall = QImage(640, 360, QImage.Format.Format_Grayscale8)
        wall.fill(level)
        preview.show_frame(wall)
        grabbed = preview.grab().toImage()
        # Across the guide's upper left corner, at the height of its middle strokes.
        seen = preview._areas()[0]
        side = min(seen.width(), seen.height()) * 0.74
        y = round(seen.center().y() - side / 2 + side * 0.15)
        left = round(seen.center().x() - side / 2)
        shown.append([grabbed.pixelColor(x, y).lightness() for x in range(left - 12, left + 13)])
    for across in shown:
        assert max(across) > 240
        assert min(across) < 60


def test_examples_show_every_hint() -> None:
    assert {hint for _, hint in camera_examples().values()} == set(Hint)
