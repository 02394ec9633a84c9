"""A page made anew keeps what was typed and what the camera says; of a page that is gone nothing is kept."""

from typing import Any

from kiosk.text import Language
from kiosk.ui.camera.advice import Hint
from kiosk.ui.shelf import FIRST_SHELF, Shelf
from kiosk.ui.wishes import Wishes


def test_typed_digits_survive_a_change_of_language_and_letters(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["asking-key"])
    window.page.keypad.pressed.emit("7")
    window.set_language(Language.EN)
    window.set_wishes(Wishes(large=True))
    assert window.page.digits.digits == "7"
    window.show_state(states["asking-card"])
    window.show_state(states["asking-key"])
    assert window.page.digits.digits == ""


def test_other_page_with_a_keypad_begins_empty(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["typing-number"])
    window.page.keypad.pressed.emit("9")
    window.show_state(states["asking-key"])
    assert window.page.digits.digits == ""


def test_hint_of_the_camera_stays_while_its_page_is_made_anew_and_goes_with_it(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["scanning-code"])
    window.show_hint(Hint.CLOSER)
    window.set_language(Language.EN)
    hints = [window.page.preview.hint]
    window.show_state(states["asking-card"])
    window.show_state(states["scanning-code"])
    hints.append(window.page.preview.hint)
    assert hints == [Hint.CLOSER, Hint.AIM]


def test_page_before_lies_in_the_window_no_more(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    before = window.page
    window.set_language(Language.EN)
    assert window.page is not before
    assert (before.parent(), before.isVisible()) == (None, False)
    assert window.page.geometry() == window._bars.page_area()


def test_services_are_leafed_to_anew_by_the_next_person(open_window: Any, states: Any, clinic: Any) -> None:
    window = open_window()
    department = clinic.departments[0].code
    window.show_state(states["choosing"])
    window.leaf(Shelf(department))
    window.set_wishes(Wishes(large=True))
    assert window.page.shelf.department == department
    window.show_state(states["waiting"])
    window.show_state(states["choosing"])
    assert window.page.shelf.department == FIRST_SHELF.department
