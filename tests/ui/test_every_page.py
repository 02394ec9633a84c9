"""Every page, on every glass, in every language and dress: whole, apart, and large enough for eyes and fingers."""

from collections.abc import Iterator
from itertools import combinations, product
from math import atan, degrees
from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.text import Language
from kiosk.ui.gallery import GLASSES, Glass, Mute
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.keypad import Key
from kiosk.ui.widgets.panel import Badge, Banner, Fact
from kiosk.ui.widgets.phases import PhaseList
from kiosk.ui.widgets.steps import StepBar
from kiosk.ui.widgets.text import Text, Typesetter
from kiosk.ui.wishes import Wishes

FINGER_MM, PRIMARY_MM, GAP_MM = 20.0, 30.0, 3.0
PIXEL = 1.0
"""Edges lie on whole pixels."""
DISTANCE_MM = 600.0
SECONDARY = frozenset({Voice.SMALL, Voice.SMALL_STRONG, Voice.SOFT, Voice.SOFT_STRONG})
"""Labels, counts, what stands beside an icon: 0.5 degrees. Everything else asks or tells."""
PRIMARY_DEGREES, SECONDARY_DEGREES = 0.7, 0.5
LARGER = 1.3
"""Of the normal size."""
TITLE_POINTS = Voice.HEADING.points
"""What is so large already grows as there is room, and never shrinks."""
Sizes = dict[tuple[str, str], int]


@pytest.mark.parametrize("lowered", [False, True], ids=["raised", "lowered"])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_every_page_is_whole_apart_legible_and_large_enough_for_a_finger_and_larger_where_that_is_wished(
    open_window: Any, each_page: Any, paint: Any, glass: Glass, language: Language, lowered: bool
) -> None:
    # The band of training and the button of the voice only take room: without them a page has more of it.
    window = open_window(glass, training=True, speech=Mute())
    normal: dict[str, Sizes] = {}
    wrong: list[str] = []
    for large in (False, True):
        for name, over in each_page(window, language, Wishes(large=large, lowered=lowered)):
            painting = paint(window, over)
            assert painting.lines, name
            found = [*painting.cut(), *painting.crossed(), *painting.covered(), *painting.shortened]
            if over is None:
                found += [*without_room(window), *too_near(places(window), glass)]
                found += too_small(places(window), glass)
                found += [] if large else too_small_to_read(window, glass)
            if large:
                found += not_larger(normal[name], drawn(window), LARGER, glass)
            else:
                normal[name] = drawn(window)
            wrong += [f"{name}{' in large letters' if large else ''}: {what}" for what in found]
    assert wrong == []


# -- whole and apart --------------------------------------------------------------------------------------------------
def shown(window: QWidget, *kinds: type[QWidget]) -> list[Any]:
    return [one for kind in kinds for one in window.findChildren(kind) if one.isVisible()]


def without_room(window: Any) -> Iterator[str]:
    """What has less room than it says it needs, and pieces of the page that leave it or lie over each other."""
    page = window.page
    if not page.fits(page.width(), page.height()):
        yield "does not fit"
    for text in shown(window, Text):
        need = text.minimumSizeHint()
        if text.text() and (text.width() < need.width() or text.height() < need.height()):
            yield f"no room for {text.text()!r}"
    for piece in shown(window, Button, Badge, Fact):
        if piece.height() < piece.least_height(piece.width()) or piece.width() < piece.least_width():
            yield f"no room for {type(piece).__name__} {piece.accessibleName()!r}"
    leaves = [child for child in page.children() if isinstance(child, QWidget) and child.isVisible()]
    for leaf in leaves:
        if not page.rect().contains(leaf.geometry()):
            yield f"{type(leaf).__name__} leaves the page"
    for one, other in combinations(leaves, 2):
        if one.geometry().intersects(other.geometry()):
            yield f"{type(one).__name__} over {type(other).__name__}"


# -- fingers ----------------------------------------------------------------------------------------------------------
def places(window: Any) -> list[tuple[QAbstractButton, QRect]]:
    """All that can be touched, and where."""
    return [
        (button, QRect(button.mapTo(window, button.rect().topLeft()), button.size()))
        for button in shown(window, QAbstractButton)
    ]


def too_small(targets: list[tuple[QAbstractButton, QRect]], glass: Glass) -> Iterator[str]:
    for button, place in targets:
        least = min(place.width(), place.height())
        primary = isinstance(button, Button) and button.rank is Rank.PRIMARY
        if least + PIXEL < FINGER_MM * glass.px_per_mm or (
            primary and place.height() + PIXEL < PRIMARY_MM * glass.px_per_mm
        ):
            yield f"{button.accessibleName()!r} is {place.width()} to {place.height()} pixels"


def too_near(targets: list[tuple[QAbstractButton, QRect]], glass: Glass) -> Iterator[str]:
    for (one, here), (other, there) in combinations(targets, 2):
        halves = {one.accessibleName(), other.accessibleName()} == {"Tiếng Việt", "English"}
        if not halves and gap_px(here, there) + PIXEL < GAP_MM * glass.px_per_mm:
            yield f"{gap_px(here, there)} pixels from {one.accessibleName()!r} to {other.accessibleName()!r}"


def gap_px(one: QRect, other: QRect) -> int:
    """Between two rectangles, along the axis on which they are farther apart."""
    across = max(one.left() - other.right(), other.left() - one.right()) - 1
    down = max(one.top() - other.bottom(), other.top() - one.bottom()) - 1
    return max(across, down)


# -- eyes -------------------------------------------------------------------------------------------------------------
def degrees_of(setter: Typesetter, glass: Glass) -> float:
    """How large its capitals stand in the eye."""
    return degrees(atan(QFontMetricsF(setter.font).capHeight() / glass.px_per_mm / DISTANCE_MM))


def setters_of(widget: QWidget) -> list[Typesetter]:
    return [part for part in vars(widget).values() if isinstance(part, Typesetter)]


def too_small_to_read(window: Any, glass: Glass) -> Iterator[str]:
    """Whatever asks or tells in letters of less than 0.7 degrees, and all else in less than 0.5."""
    for widget in shown(window, QWidget):
        if isinstance(widget, Text) and not widget.text():
            continue
        asks = isinstance(widget, Banner | Fact | PhaseList) or (
            isinstance(widget, Text) and widget.voice not in SECONDARY
        )
        for setter in setters_of(widget):
            seen = degrees_of(setter, glass)
            if seen < (PRIMARY_DEGREES if asks else SECONDARY_DEGREES):
                yield f"{type(widget).__name__} {widget.accessibleName()!r} of {seen:.3f} degrees"


def drawn(window: Any) -> Sizes:
    """The letter size in pixels, the least by kind, of everything that the page says."""
    sizes: Sizes = {}
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


def not_larger(before: Sizes, after: Sizes, least: float, glass: Glass) -> Iterator[str]:
    """Kinds of letters that did not grow as they must."""
    title_px = Scale(glass.px_per_mm).points(TITLE_POINTS)
    for kind in before.keys() & after.keys():
        factor = after[kind] / before[kind]
        # Half a pixel is nobody's fault.
        if factor < (1.0 if before[kind] >= title_px else least - 0.02):
            yield f"{kind} grow {factor:.2f} times"


# -- what lies over a page --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_what_lies_over_a_page_is_as_legible(open_window: Any, states: Any, glass: Glass, language: Language) -> None:
    window = open_window(glass, training=True, speech=Mute())
    for large, lowered in product((False, True), repeat=2):
        wishes = Wishes(large=large, lowered=lowered)
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


# -- what is wrong is found -------------------------------------------------------------------------------------------
def test_targets_that_touch_or_are_small_are_found(open_window: Any, states: Any) -> None:
    assert gap_px(QRect(0, 0, 10, 10), QRect(10, 0, 10, 10)) == 0
    assert gap_px(QRect(0, 0, 10, 10), QRect(5, 14, 10, 10)) == 4
    assert gap_px(QRect(0, 0, 10, 10), QRect(3, 3, 2, 2)) < 0
    window = open_window(GLASSES[0])
    window.show_state(states["found-covered"])
    page = window.page
    page.deny.setGeometry(page.confirm.geometry().adjusted(0, 0, -10, -10))
    assert [*too_near(places(window), GLASSES[0])]
    page.deny.resize(30, 200)
    assert [*too_small(places(window), GLASSES[0])]


def test_pieces_without_room_and_letters_that_are_small_or_stay_so_are_found(open_window: Any, states: Any) -> None:
    glass = GLASSES[0]
    window = open_window(glass)
    window.show_state(states["found-covered"])
    assert [*without_room(window), *too_small_to_read(window, glass)] == []
    assert [*not_larger(drawn(window), drawn(window), LARGER, glass)]
    assert [*too_small_to_read(window, Glass(glass.width, glass.height, 2 * glass.px_per_mm))]
    window.page.deny.setGeometry(window.page.confirm.geometry().adjusted(10, 10, -10, -10))
    assert [*without_room(window)]
