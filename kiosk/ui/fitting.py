"""Finding the largest letters with which a page shows its state whole."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.ui.pages.of_state import page_of
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.shelf import Shelf
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets.piece import wipe
from kiosk.workflow.state import State

LARGE = 1.5
"""What A+ does to the letters, where the page has room."""

_FITTINGS = (
    (1.5, 1.0, True), (1.4, 1.0, True), (1.3, 1.0, True), (1.22, 1.0, True), (1.14, 1.0, True), (1.07, 1.0, True),
    (1.0, 1.0, False), (1.0, 1.0, True), (0.95, 1.0, True), (0.9, 1.0, True), (0.9, 0.95, True), (0.9, 0.9, True),
    (0.85, 0.9, True), (0.85, 0.85, True), (0.8, 0.8, True), (0.75, 0.75, True), (0.7, 0.7, True), (0.65, 0.65, True),
    (0.6, 0.6, True),
)  # fmt: skip
"""Letters, room, and whether what can be left out is, largest first: words give way before letters, then targets."""

_fitted: dict[tuple[type[State], Shelf, tuple[int, int], bool], int] = {}
"""Which rung a kind of page was last shown on: the next one of its kind mostly fits there too, and not one higher."""


def fitting_page(
    state: State,
    shelf: Shelf,
    setting_on: Callable[[Scale], Setting],
    scale: Scale,
    size: tuple[int, int],
    *,
    large: bool,
) -> Page:
    """A page that shows `state` in `size` pixels and cuts nothing; on an absurdly small glass the smallest there is."""
    rungs = [rung for rung in _FITTINGS if rung[0] <= (LARGE if large else 1.0)]

    def built(at: int) -> Page:
        letters, room, brief = rungs[at]
        setting = setting_on(scale.with_text(letters, room))
        return page_of(state, replace(setting, brief=large or brief), shelf)

    kind = (type(state), shelf, size, large)
    remembered = _fitted.get(kind, 0)
    # A page that fits on one rung fits on every lower one. The last rung is taken as it is.
    low, high = 0, len(rungs) - 1
    shown_at = max(0, remembered - 1)
    page = built(shown_at)
    while low < high:
        if page.fits(*size):
            high = shown_at
        else:
            low = shown_at + 1
        if shown_at == low == high:
            break
        following = remembered if low == remembered else (low + high) // 2
        _drop(page)
        shown_at, page = following, built(following)
    _fitted[kind] = shown_at
    return page


def _drop(page: Page) -> None:
    wipe(page)
    page.deleteLater()
