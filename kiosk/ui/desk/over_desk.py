"""What lies over the desk: a further page, the sheet of keys, a question. All of it goes with the person."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QToolTip, QWidget

from kiosk.text import say
from kiosk.ui.desk.dress import Dress
from kiosk.ui.desk.key_overlay import KeyOverlay
from kiosk.ui.desk.keys import caption_of
from kiosk.ui.desk.page import PageOffer, PageOffers, PageSetting, StaffPage
from kiosk.ui.errands import Errands

_KEYS_FROM_PX = 1200
_AROUND_KEYS_PX = 24


class OverDesk(QObject):
    """`touched`: somebody works in a question. Each page is made when it is first opened in this dress."""

    touched = Signal()

    def __init__(
        self, window: QWidget, dress: Dress, pages: PageOffers, errands: Errands, by: Callable[[], str]
    ) -> None:
        super().__init__(window)
        self._window, self._dress, self._offers, self._errands, self._by = window, dress, pages, errands, by
        self._made: dict[str, StaffPage] = {}
        self._page: PageOffer | None = None
        self._keys: KeyOverlay | None = None
        self.dialog: QDialog | None = None

    def forget(self) -> None:
        """Nothing lies over the desk, and no page knows anybody."""
        self.leave_page()
        for page in self._made.values():
            page.forget()
        self.close_dialog()
        QToolTip.hideText()

    def undress(self) -> None:
        """The pages were made for another language, size or width; the one that is open is opened again."""
        self.close_keys()
        shown = self._page
        self.leave_page()
        for page in self._made.values():
            page.forget()
            page.hide()
            page.deleteLater()
        self._made = {}
        if shown is not None:
            # In a turn of its own: desk and page together would hold the window up.
            QTimer.singleShot(0, self, lambda: None if self._page else self.open_page(shown))

    # -- pages ------------------------------------------------------------------------------------------------------
    @property
    def page(self) -> PageOffer | None:
        """The page that is open."""
        return self._page

    def open_page(self, offer: PageOffer) -> None:
        """Instead of the desk."""
        self.leave_page()
        page = self._made.get(offer.shortcut)
        if page is None:
            page = offer.make(PageSetting(self._dress.look, self._dress.language, self._errands, self._by))
            page.closed.connect(self.leave_page)
            page.told.connect(self._dress.tell)
            self._dress.view.stack.addWidget(page)
            self._made[offer.shortcut] = page
        self._page = offer
        self._dress.view.stack.setCurrentWidget(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        page.shown()

    def leave_page(self) -> None:
        """The desk again."""
        if self._page is None:
            return
        page = self._made[self._page.shortcut]
        self._page = None
        self._dress.view.stack.setCurrentWidget(self._dress.view.desk)
        page.hidden()
        self._take_keys()

    def store_back(self) -> None:
        """The page that is open may say by now what it could not."""
        if self._page is not None:
            self._made[self._page.shortcut].store_back()

    # -- keys -------------------------------------------------------------------------------------------------------
    @property
    def shows_keys(self) -> bool:
        """Whether the sheet of keys lies over everything."""
        return self._keys is not None

    def show_keys(self) -> None:
        """F1: every key; again: away with them."""
        if self._keys is not None:
            self.close_keys()
            return
        look, language, window = self._dress.look, self._dress.language, self._window
        pages = [(caption_of(offer.shortcut), say(offer.title_key, language)) for offer in self._offers]
        if self._page is not None:
            pages += list(self._made[self._page.shortcut].keys())
        columns = 3 if window.width() >= _KEYS_FROM_PX * look.growth else 2
        self._keys = keys = KeyOverlay(look, language, pages, window, columns=columns)
        keys.closed.connect(self.close_keys)
        around = _AROUND_KEYS_PX
        high = min(window.height() - 2 * around, keys.wanted_height())
        keys.setGeometry(around, (window.height() - high) // 2, window.width() - 2 * around, high)
        keys.show()
        keys.raise_()
        keys.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_keys(self) -> None:
        """The sheet is gone."""
        if self._keys is not None:
            self._keys.hide()
            self._keys.deleteLater()
            self._keys = None
            self._take_keys()

    # -- questions --------------------------------------------------------------------------------------------------
    @property
    def room_px(self) -> int:
        """The height that a question has."""
        return self._window.height()

    def open_dialog(self, dialog: QDialog) -> None:
        """One question at a time; it is gone with the person that it is about."""
        self.close_dialog()
        self.dialog = dialog
        dialog.setParent(self._window, dialog.windowFlags())
        dialog.show()

    def dialog_closed(self) -> None:
        """Where no window manager does: the window's keys are to work again."""
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
            self._window.activateWindow()
            self._take_keys()

    def close_dialog(self) -> None:
        """Unanswered."""
        if self.dialog is not None:
            self.dialog.close()

    def _take_keys(self) -> None:
        self._window.setFocus(Qt.FocusReason.OtherFocusReason)
