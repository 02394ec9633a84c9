"""Keys: each has one meaning, words in both languages, and its place in the overlay; pages take none of them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from kiosk.text import Language
from kiosk.ui.desk.key_overlay import GROUPS
from kiosk.ui.desk.keys import KEYS, TAKEN, Act, caption, matches, words
from kiosk.ui.desk.page import PageOffer, PageOffers, PageSetting, StaffPage


def no_page(setting: PageSetting) -> StaffPage:
    return StaffPage(setting)


def test_no_key_has_two_meanings() -> None:
    assert len({QKeySequence(key).toString() for key in KEYS.values()}) == len(KEYS) == len(Act)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("act", list(Act))
def test_every_act_has_words_and_a_key(act: Act, language: Language) -> None:
    assert words(act, language)
    assert caption(act)


def test_overlay_shows_every_key_once() -> None:
    shown = [act for _, acts in GROUPS for act in acts]
    assert sorted(shown) == sorted(Act)


def test_enter_of_the_keypad_is_enter() -> None:
    assert matches(Act.GIVE, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert not matches(Act.GIVE, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("key", ["F5", "ctrl+p", "", "no key at all"])
def test_page_with_a_taken_key_or_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"desk\.title"):
        PageOffers(TAKEN).add(PageOffer("desk.title", key, no_page))


def test_two_pages_with_one_key_are_refused_and_each_is_told() -> None:
    told: list[PageOffer] = []
    offers = PageOffers(TAKEN, told.append)
    offer = PageOffer("desk.title", "F12", no_page)
    offers.add(offer)
    with pytest.raises(ValueError, match="F12"):
        offers.add(offer)
    assert told == list(offers) == [offer]
    assert issubclass(StaffPage, QWidget)
