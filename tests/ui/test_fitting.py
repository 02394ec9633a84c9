"""The largest letters with which a page is shown whole are found, and without building the page too often."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.ui import fitting
from kiosk.ui.fitting import fitting_page, rungs_of
from kiosk.ui.gallery import GLASSES, Glass
from kiosk.ui.pages.of_state import page_of
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.shelf import FIRST_SHELF, Shelf
from kiosk.ui.widgets.piece import wipe
from kiosk.workflow.state import State

AREAS = [(1920, 800), (1366, 520), (1080, 1500), (640, 400), (200, 100)]


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("area", AREAS, ids=[f"{width}x{height}" for width, height in AREAS])
@pytest.mark.parametrize("name", ["choosing", "found-attention", "done-printed"])
def test_the_page_has_the_largest_letters_that_fit(
    open_window: Any, states: Any, name: str, area: tuple[int, int], large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(Glass(*area, GLASSES[0].px_per_mm))
    setting, scale = window._setting, window._look.scale
    built: list[Page] = []

    def counted(state: State, setting: Setting, shelf: Shelf = FIRST_SHELF) -> Page:
        built.append(page_of(state, setting, shelf))
        return built[-1]

    monkeypatch.setattr(fitting, "page_of", counted)
    page = fitting_page(states[name], FIRST_SHELF, setting, scale, area, large=large)
    assert len(built) <= 7
    for letters, room, brevity in rungs_of(setting(scale).brevity, large=large):
        tried = page_of(states[name], replace(setting(scale.with_text(letters, room)), brevity=brevity))
        whole, largest = tried.fits(*area), tried.look.scale
        wipe(tried)
        tried.deleteLater()
        if whole:
            break
    assert page.look.scale == largest
    wipe(page)
    page.deleteLater()


@pytest.mark.parametrize("area", AREAS, ids=[f"{width}x{height}" for width, height in AREAS])
@pytest.mark.parametrize("name", ["choosing", "confirming", "done-printed"])
def test_the_next_page_of_a_kind_is_built_twice_at_most_and_as_large(
    open_window: Any, states: Any, name: str, area: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(Glass(*area, GLASSES[0].px_per_mm))
    built: list[Page] = []

    def counted(state: State, setting: Setting, shelf: Shelf = FIRST_SHELF) -> Page:
        built.append(page_of(state, setting, shelf))
        return built[-1]

    monkeypatch.setattr(fitting, "page_of", counted)
    monkeypatch.setattr(fitting, "_fitted", {})
    scales = []
    for _ in range(2):
        built.clear()
        page = fitting_page(states[name], FIRST_SHELF, window._setting, window._look.scale, area, large=False)
        scales.append(page.look.scale)
        wipe(page)
        page.deleteLater()
    assert scales[0] == scales[1]
    assert len(built) <= 2


@pytest.mark.parametrize("wrong", range(len(rungs_of(1, large=True))))
def test_what_is_remembered_of_another_page_changes_nothing(
    open_window: Any, states: Any, wrong: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(Glass(*AREAS[1], GLASSES[0].px_per_mm))
    scales = []
    for remembered in (0, wrong):
        kind = (type(states["choosing"]), FIRST_SHELF, AREAS[1], True)
        monkeypatch.setattr(fitting, "_fitted", {kind: remembered})
        page = fitting_page(states["choosing"], FIRST_SHELF, window._setting, window._look.scale, AREAS[1], large=True)
        scales.append(page.look.scale)
        wipe(page)
        page.deleteLater()
    assert scales[0] == scales[1]
