"""Larger letters: digits grow with them, and what then has no room on one sheet comes on the next, never smaller."""

from typing import Any

import pytest

from kiosk.ui.gallery import GLASSES, Glass
from kiosk.ui.shelf import FEW_PER_PAGE, Shelf
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.keypad import Key
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.wishes import Wishes
from kiosk.workflow.event import Agreed


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
