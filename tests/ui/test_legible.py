"""Whatever a patient is asked or told is read at an arm's length, on every glass, in both languages."""

from collections.abc import Iterator
from itertools import product
from math import atan, degrees
from typing import Any

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from kiosk.text import Language
from kiosk.ui.gallery import GLASSES, Glass, Mute
from kiosk.ui.shelf import FEW_PER_PAGE, Shelf
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.keypad import Key
from kiosk.ui.widgets.panel import Banner, Fact
from kiosk.ui.widgets.phases import PhaseList
from kiosk.ui.widgets.steps import StepBar
from kiosk.ui.widgets.text import Text, Typesetter
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.wishes import Wishes
from kiosk.workflow.event import Agreed

DISTANCE_MM = 600.0
SECONDARY = frozenset({Voice.SMALL, Voice.SMALL_STRONG, Voice.SOFT, Voice.SOFT_STRONG})
"""Labels, counts, what stands beside an icon: 0.5 degrees. Everything else asks or tells."""
PRIMARY_DEGREES, SECONDARY_DEGREES = 0.7, 0.5
LARGER, LARGER_BARELY = 1.3, 1.25
"""Of the normal size; the second where a page says so much that a little less must do."""
BARELY = frozenset({("found-attention", True)})
"""A long name and a sentence about the card, where the controls are lowered on an upright glass."""
TITLE_POINTS = Voice.HEADING.points
"""What is so large already grows as there is room, and never shrinks."""


def degrees_of(setter: Typesetter, glass: Glass) -> float:
    """How large its capitals stand in the eye."""
    return degrees(atan(QFontMetricsF(setter.font).capHeight() / glass.px_per_mm / DISTANCE_MM))


def texts(window: Any) -> Iterator[Text]:
    for text in window.findChildren(Text):
        if text.isVisible() and text.text():
            yield text


@pytest.mark.parametrize("lowered", [False, True], ids=["raised", "lowered"])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_every_text_of_every_page_is_large_enough(
    open_window: Any, states: Any, glass: Glass, language: Language, lowered: bool
) -> None:
    window = open_window(glass, training=True, language=language, speech=Mute())
    small: list[tuple[str, str, str, float]] = []
    for name, state in states.items():
        window.show_state(state)
        window.set_language(language)
        window.set_wishes(Wishes(lowered=lowered))
        assert window.page.fits(window.page.width(), window.page.height()), name
        for text in texts(window):
            seen = degrees_of(text._setter, glass)
            if seen < (SECONDARY_DEGREES if text.voice in SECONDARY else PRIMARY_DEGREES):
                small.append((name, text.voice.name, text.text(), round(seen, 3)))
        for widget in window.findChildren(QWidget):
            setters = [part for part in vars(widget).values() if isinstance(part, Typesetter)]
            if widget.isVisible() and any(degrees_of(setter, glass) < SECONDARY_DEGREES for setter in setters):
                small.append((name, type(widget).__name__, widget.accessibleName(), 0.0))
            if isinstance(widget, Banner | Fact | PhaseList) and any(
                degrees_of(setter, glass) < PRIMARY_DEGREES for setter in setters
            ):
                small.append((name, type(widget).__name__, widget.accessibleName(), 0.0))
    assert small == []


def drawn(window: Any) -> dict[tuple[str, str], int]:
    """The letter size in pixels, the least by kind, of everything that the page says."""
    sizes: dict[tuple[str, str], int] = {}
    for widget in window.page.findChildren(QWidget):
        # Where one is in the four steps is an ornament of the page.
        if not widget.isVisible() or isinstance(widget, StepBar | Key):
            continue
        for part, setter in vars(widget).items():
            if isinstance(setter, Typesetter):
                kind = widget.voice.name if isinstance(widget, Text) else type(widget).__name__
                if isinstance(widget, Button):
                    kind = f"Button {widget.rank.name}"
                at = (kind, part)
                sizes[at] = min(sizes.get(at, 1 << 20), setter.font.pixelSize())
    return sizes


@pytest.mark.parametrize("lowered", [False, True], ids=["raised", "lowered"])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_larger_letters_are_larger_on_every_page(
    open_window: Any, states: Any, glass: Glass, language: Language, lowered: bool
) -> None:
    window = open_window(glass, training=True, language=language, speech=Mute())
    wrong: list[tuple[str, object, float]] = []
    title_px = Scale(glass.px_per_mm).points(TITLE_POINTS)
    for name, state in states.items():
        sizes = []
        for large in (False, True):
            window.show_state(state)
            window.set_language(language)
            window.set_wishes(Wishes(large=large, lowered=lowered))
            assert window.page.fits(window.page.width(), window.page.height()), name
            sizes.append(drawn(window))
        least = LARGER_BARELY if (name, lowered) in BARELY else LARGER
        for kind in sizes[0].keys() & sizes[1].keys():
            factor = sizes[1][kind] / sizes[0][kind]
            # Half a pixel is nobody's fault.
            if factor < (1.0 if sizes[0][kind] >= title_px else least - 0.02):
                wrong.append((name, kind, round(factor, 2)))
    assert wrong == []


@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
@pytest.mark.parametrize("name", ["asking-key", "typing-number", "typing-birth-date-wrong"])
def test_keypads_digits_grow_with_the_letters(open_window: Any, states: Any, glass: Glass, name: str) -> None:
    window = open_window(glass)
    window.show_state(states[name])
    sizes = []
    for large in (False, True):
        window.set_wishes(Wishes(large=large))
        (size,) = {key.digit_pixels for key in window.page.findChildren(Key)}
        sizes.append(size)
    assert sizes[1] >= 1.25 * sizes[0]


def test_larger_letters_show_fewer_services_a_page_and_leaf_to_the_others(open_window: Any, states: Any) -> None:
    window = open_window(wishes=Wishes(large=True))
    window.show_state(states["choosing-self-pay"])
    window.set_wishes(Wishes(large=True))
    seen = [tile.accessibleName() for tile in window.page.findChildren(Tile)]
    assert (len(seen), window.page.sheets) == (FEW_PER_PAGE, 2)
    window.leaf(Shelf(sheet=1, per_page=FEW_PER_PAGE))
    seen += [tile.accessibleName() for tile in window.page.findChildren(Tile)]
    assert len(set(seen)) == len(states["choosing-self-pay"].offers)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_what_lies_over_a_page_is_as_legible(open_window: Any, states: Any, glass: Glass, language: Language) -> None:
    for large, lowered in product((False, True), repeat=2):
        wishes = Wishes(large=large, lowered=lowered)
        window = open_window(glass, training=True, language=language, speech=Mute())
        window.show_state(states["confirming"])
        window.set_language(language)
        window.set_wishes(wishes)
        window.open_notice()
        window.ask_for_time()
        said = [text for over in (window.over.notice, window.over.question) for text in over.findChildren(Text)]
        body = [text for text in said if text.voice not in SECONDARY]
        assert len(body) > 4
        least = PRIMARY_DEGREES * (LARGER if large else 1)
        assert all(degrees_of(text._setter, glass) > least for text in body)
        for panel in (window.over.notice._panel, window.over.question._panel):
            assert panel.height() >= panel.least_height(panel.width())
            assert panel.width() >= panel.least_width()


@pytest.mark.parametrize("lowered", [False, True], ids=["raised", "lowered"])
@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_in_large_letters_the_visit_and_the_notice_have_a_sheet_each_and_the_number_comes_last(
    open_window: Any, states: Any, time: Any, glass: Glass, lowered: bool
) -> None:
    window = open_window(glass)
    window.show_state(states["confirming"])
    window.set_wishes(Wishes(large=True, lowered=lowered))

    def tap(name: str) -> None:
        time.passes(1)
        [button] = [one for one in buttons() if one.text() == name]
        button.click()

    def buttons() -> list[Button]:
        return [one for one in window.page.findChildren(Button) if one.isVisible()]

    told: list[object] = []
    window.page.intent.connect(told.append)
    assert "Lấy số" not in {button.text() for button in buttons()}
    assert not any(tick.isVisible() for tick in window.page.ticks)
    tap("Xem tiếp")
    assert all(tick.isVisible() for tick in window.page.ticks)
    tap("Quay lại")
    assert told == []
    tap("Xem tiếp")
    tap("Lấy số")
    assert [type(event) for event in told] == [Agreed]
