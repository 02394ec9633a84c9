"""Everything that is touched is as large as an older finger needs, on every page and glass, tick boxes too."""

from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton

from kiosk.text import Language
from kiosk.ui.gallery import GLASSES, Glass, Mute
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.wishes import Wishes

FINGER_MM, PRIMARY_MM, GAP_MM = 20.0, 30.0, 3.0
PIXEL = 1.0
"""Edges lie on whole pixels."""


def places(window: Any) -> list[tuple[QAbstractButton, QRect]]:
    """All that can be touched, and where."""
    return [
        (button, QRect(button.mapTo(window, button.rect().topLeft()), button.size()))
        for button in window.findChildren(QAbstractButton)
        if button.isVisible()
    ]


def gap_px(one: QRect, other: QRect) -> int:
    """Between two rectangles, along the axis on which they are farther apart."""
    across = max(one.left() - other.right(), other.left() - one.right()) - 1
    down = max(one.top() - other.bottom(), other.top() - one.bottom()) - 1
    return max(across, down)


@pytest.mark.parametrize(
    "wishes", [Wishes(), Wishes(large=True), Wishes(lowered=True)], ids=["normal", "large", "lowered"]
)
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_targets_of_every_page(open_window: Any, states: Any, glass: Glass, language: Language, wishes: Wishes) -> None:
    window = open_window(glass, training=True, language=language, wishes=wishes, speech=Mute())
    wrong: list[tuple[object, ...]] = []
    for name, state in states.items():
        window.show_state(state)
        window.set_language(language)
        window.set_wishes(wishes)
        targets = places(window)
        for button, place in targets:
            if min(place.width(), place.height()) + PIXEL < FINGER_MM * glass.px_per_mm:
                wrong.append((name, button.accessibleName(), place.width(), place.height()))
            primary = isinstance(button, Button) and button.rank is Rank.PRIMARY
            if primary and place.height() + PIXEL < PRIMARY_MM * glass.px_per_mm:
                wrong.append((name, button.accessibleName(), place.height()))
        for (one, here), (other, there) in combinations(targets, 2):
            halves = {one.accessibleName(), other.accessibleName()} == {"Tiếng Việt", "English"}
            if not halves and gap_px(here, there) + PIXEL < GAP_MM * glass.px_per_mm:
                wrong.append((name, one.accessibleName(), other.accessibleName(), gap_px(here, there)))
    assert wrong == []


def test_targets_that_touch_are_found() -> None:
    assert gap_px(QRect(0, 0, 10, 10), QRect(10, 0, 10, 10)) == 0
    assert gap_px(QRect(0, 0, 10, 10), QRect(5, 14, 10, 10)) == 4
    assert gap_px(QRect(0, 0, 10, 10), QRect(3, 3, 2, 2)) < 0
