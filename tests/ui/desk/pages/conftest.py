"""Pages with invented data whose errands are done at once, closed after the test."""

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from kiosk.text import Language
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.gallery import AtOnce, setting_of
from kiosk.ui.theme.palette import LIGHT, Palette

MakeSetting = Callable[..., PageSetting]


@pytest.fixture
def setting(qtbot: QtBot) -> Iterator[MakeSetting]:
    """Makes what pages are made with."""
    made = []

    def make(language: Language = Language.VI, growth: float = 1.0, palette: Palette = LIGHT) -> PageSetting:
        made.append(AtOnce())
        return setting_of(language, growth, palette, made[-1])

    yield make
    for errands in made:
        errands.close()
