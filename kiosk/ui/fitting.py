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

_ABSURD = ((0.95, 1.0, 2), (0.9, 0.95, 2), (0.85, 0.9, 2), (0.8, 0.8, 2), (0.7, 0.7, 2), (0.6, 0.6, 2))
"""For glasses that are no use to a hand or an eye: there targets shrink too, rather than be cut."""

_NORMAL = ((1.0, 1.0, 0), (1.0, 1.0, 1), (1.0, 1.0, 2), *_ABSURD)
_LARGE = ((LARGE, 1.0, 1), *((letters, 1.0, 2) for letters in (LARGE, 1.4, 1.32, 1.27, 1.15, 1.07, 1.0)), *_ABSURD)
"""Letters, room, and how much of what can be left out is, largest first: words and drawings give way before letters."""


def rungs_of(brevity: int, *, large: bool) -> tuple[tuple[float, float, int], ...]:
    """What is tried on a glass that asks for `brevity`; what fits on one rung fits on every later one."""
    return tuple(rung for rung in (_LARGE if large else _NORMAL) if rung[2] >= brevity)


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
    setting = setting_on(scale)
    rungs = rungs_of(setting.brevity, large=large)

    def built(at: int) -> Page:
        letters, room, brevity = rungs[at]
        look = setting.look.with_scale(scale.with_text(letters, room))
        return page_of(state, replace(setting, look=look, brevity=brevity), shelf)

    kind = (type(state), shelf, size, large)
    remembered = _fitted.get(kind, 0)
    # A page that fits on one rung fits on every lower one. The last rung is taken as it is.
    low, high = 0, len(rungs) - 1
    stride = 1
    shown_at = max(0, remembered - 1)
    page = built(shown_at)
    while low < high:
        if page.fits(*size):
            high = shown_at
        else:
            low = shown_at + 1
        if shown_at == low == high:
            break
        # Most that do not fit with the largest letters do with the next: one page more to make, not three.
        following = remembered if low == remembered else min(low + stride - 1, (low + high) // 2)
        stride *= 2
        _drop(page)
        shown_at, page = following, built(following)
    _fitted[kind] = shown_at
    return page


def _drop(page: Page) -> None:
    wipe(page)
    page.deleteLater()
