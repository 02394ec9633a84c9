"""Whatever a patient is asked or told is read at an arm's length, on every glass, in both languages."""

from collections.abc import Iterator
from math import atan, degrees
from typing import Any

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from kiosk.text import Language
from kiosk.ui.gallery import GLASSES, Glass
from kiosk.ui.shelf import FEW_PER_PAGE, Shelf
from kiosk.ui.theme.letters import Voice
from kiosk.ui.widgets.text import Text, Typesetter
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.wishes import Wishes

DISTANCE_MM = 600.0
SECONDARY = frozenset({Voice.SMALL, Voice.SMALL_STRONG, Voice.SOFT, Voice.SOFT_STRONG})
"""Labels, counts, what stands beside an icon: 0.5 degrees. Everything else asks or tells."""
FULL_HD = frozenset({"1920x1080", "1080x1920"})
PRIMARY_DEGREES, SMALL_GLASS_DEGREES, SECONDARY_DEGREES = 0.66, 0.54, 0.5
"""Body is 0.71 where a page has room; full HD gives up one step of it (0.95), a small glass three, never the floor."""


def degrees_of(setter: Typesetter, glass: Glass) -> float:
    """How large its capitals stand in the eye."""
    return degrees(atan(QFontMetricsF(setter.font).capHeight() / glass.px_per_mm / DISTANCE_MM))


def texts(window: Any) -> Iterator[Text]:
    for text in window.findChildren(Text):
        if text.isVisible() and text.text():
            yield text


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_every_text_of_every_page_is_large_enough(
    open_window: Any, states: Any, glass: Glass, language: Language
) -> None:
    window = open_window(glass, training=True, language=language)
    least = PRIMARY_DEGREES if glass.name in FULL_HD else SMALL_GLASS_DEGREES
    small: list[tuple[str, str, str, float]] = []
    for name, state in states.items():
        window.show_state(state)
        window.set_language(language)
        for text in texts(window):
            seen = degrees_of(text._setter, glass)
            if seen < (SECONDARY_DEGREES if text.voice in SECONDARY else least):
                small.append((name, text.voice.name, text.text(), round(seen, 3)))
        for widget in window.findChildren(QWidget):
            setters = [part for part in vars(widget).values() if isinstance(part, Typesetter)]
            if widget.isVisible() and any(degrees_of(setter, glass) < SECONDARY_DEGREES for setter in setters):
                small.append((name, type(widget).__name__, widget.accessibleName(), 0.0))
    assert small == []


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_larger_letters_are_never_smaller(open_window: Any, states: Any, glass: Glass, language: Language) -> None:
    window = open_window(glass, language=language)
    for name, state in states.items():
        sizes = []
        for large in (False, True):
            window.show_state(state)
            window.set_language(language)
            window.set_wishes(Wishes(large=large))
            scale = window.page.look.scale
            sizes.append(scale.text_factor * scale.room)
        assert sizes[1] >= sizes[0], name


def test_larger_letters_show_fewer_services_a_page_and_leaf_to_the_others(open_window: Any, states: Any) -> None:
    window = open_window(wishes=Wishes(large=True))
    window.show_state(states["choosing-self-pay"])
    window.set_wishes(Wishes(large=True))
    seen = [tile.accessibleName() for tile in window.page.findChildren(Tile)]
    assert (len(seen), window.page.sheets) == (FEW_PER_PAGE, 2)
    window.leaf(Shelf(sheet=1, per_page=FEW_PER_PAGE))
    seen += [tile.accessibleName() for tile in window.page.findChildren(Tile)]
    assert len(set(seen)) == len(states["choosing-self-pay"].offers)
