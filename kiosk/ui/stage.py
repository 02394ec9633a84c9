"""Where the patient's page stands: each is made as large as it fits, takes over what was typed, and is let go of."""

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from kiosk.ui.camera.advice import Hint
from kiosk.ui.fitting import fitting_page
from kiosk.ui.pages.begin import ScanningCodePage
from kiosk.ui.pages.confirming import ConfirmingPage
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.pages.typing import AskingKeyPage, TypingPage
from kiosk.ui.shelf import FIRST_SHELF, Shelf
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets.piece import wipe
from kiosk.workflow.state import State


class Stage:
    """Of one window: the page that is shown, the services that it was leafed to, what its camera says."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._hint = Hint.AIM
        self.page: Page | None = None
        self.shelf = FIRST_SHELF

    def make(
        self, state: State, setting_on: Callable[[Scale], Setting], scale: Scale, area: QRect, *, large: bool
    ) -> Page:
        """A new page of `state` over `area`, not yet shown; of the one before it nothing is left.

        Made anew for another language or size, it keeps what was typed and ticked.
        """
        old, size = self.page, (area.width(), area.height())
        page = fitting_page(state, self.shelf, setting_on, scale, size, large=large)
        match page, old:
            case TypingPage(), TypingPage() if type(old) is type(page):
                page.carry_over(old)
            case ConfirmingPage(), ConfirmingPage():
                page.carry_over(old)
        if isinstance(page, ScanningCodePage | AskingKeyPage):
            page.show_hint(self._hint)
        else:
            self._hint = Hint.AIM
        if old is not None:
            wipe(old)
            old.hide()
            old.setParent(None)
            old.deleteLater()
        self.page = page
        page.setParent(self._window)
        page.setGeometry(area)
        return page

    def leaf(self, shelf: Shelf) -> None:
        """The next page shows these services."""
        self.shelf = shelf

    @property
    def looks_for_codes(self) -> bool:
        """Whether the page wants the camera."""
        return isinstance(self.page, ScanningCodePage | AskingKeyPage)

    def show_frame(self, frame: QImage) -> None:
        """The camera's newest picture, for the pages that show it."""
        if isinstance(self.page, ScanningCodePage | AskingKeyPage):
            self.page.show_frame(frame)

    def show_hint(self, hint: Hint) -> None:
        """What the camera tells whoever holds a code, on this page and when it is made anew."""
        self._hint = hint
        if isinstance(self.page, ScanningCodePage | AskingKeyPage):
            self.page.show_hint(hint)
