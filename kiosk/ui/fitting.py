"""Finding the largest letters with which a page shows its state whole."""

from collections.abc import Callable, Iterator

from kiosk.ui.pages.of_state import page_of
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets.piece import wipe
from kiosk.workflow.state import State

LARGE = 1.5
"""What A+ does to the letters, where the page has room."""

_FITTINGS = (
    (1.5, 1.0), (1.4, 1.0), (1.3, 1.0), (1.22, 1.0), (1.14, 1.0), (1.07, 1.0), (1.0, 1.0), (0.95, 1.0), (0.9, 1.0),
    (0.9, 0.95), (0.9, 0.9), (0.85, 0.9), (0.85, 0.85), (0.8, 0.8), (0.75, 0.75), (0.7, 0.7), (0.65, 0.65), (0.6, 0.6),
)  # fmt: skip
"""Letters and room that a page tries, largest first: letters give way before targets do."""


def fitting_page(
    state: State,
    sheet: int,
    setting_on: Callable[[Scale], Setting],
    scale: Scale,
    size: tuple[int, int],
    *,
    large: bool,
) -> Page:
    """A page that shows `state` in `size` pixels and cuts nothing; on an absurdly small glass the smallest there is."""
    tried: Page | None = None
    for fitting in _scales(scale, LARGE if large else 1.0):
        if tried is not None:
            wipe(tried)
            tried.deleteLater()
        tried = page_of(state, setting_on(fitting), sheet)
        if tried.fits(*size):
            break
    assert tried is not None  # noqa: S101 - the ladder has rungs
    return tried


def _scales(scale: Scale, most: float) -> Iterator[Scale]:
    return (scale.with_text(text, room) for text, room in _FITTINGS if text <= most)
