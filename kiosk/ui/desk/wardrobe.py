"""Puts another dress on the window: language, size of letters, contrast, or as many columns as there is width for."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from kiosk.text import Language
from kiosk.ui.desk.dress import Dress
from kiosk.ui.desk.look import GROWTHS, DeskLook
from kiosk.ui.desk.over_desk import OverDesk
from kiosk.ui.desk.view import DeskView, shape_of
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT


class Wardrobe(QObject):
    """`fill` puts into new pieces what the old ones showed; it does so once, before they are seen.

    `language_changed` carries the language. What was chosen and where the keys were stays.
    """

    language_changed = Signal(object)

    def __init__(
        self, window: QWidget, dress: Dress, over: OverDesk, fill: Callable[[DeskView], None], *, training: bool
    ) -> None:
        super().__init__(window)
        self._window, self._dress, self._over = window, dress, over
        self._fill, self._training = fill, training

    def put_on(self) -> None:
        """All pieces anew."""
        dress, window = self._dress, self._window
        keeps = dress.view.keeps() if dress.is_worn else None
        self._over.undress()
        view = DeskView(dress.look, dress.language, window, training=self._training)
        before = dress.wear(view)
        if before is not None:
            view.centre.heard = before.centre.heard
        window.setWindowTitle(dress.say("title"))
        view.setGeometry(window.rect())
        self._fill(view)
        view.show()
        window.setFocus(Qt.FocusReason.OtherFocusReason)
        if before is not None and keeps is not None:
            view.take_up(keeps)
            before.drop()

    def set_language(self, language: Language) -> None:
        """Every word anew."""
        if language is not self._dress.language:
            self._dress.language = language
            self.put_on()
            self.language_changed.emit(language)

    def other_language(self) -> None:
        """Vietnamese or English."""
        self.set_language(Language.EN if self._dress.language is Language.VI else Language.VI)

    def set_growth(self, growth: float) -> None:
        """Larger letters, or smaller."""
        self._set_look(self._dress.look.grown(growth))

    def next_growth(self) -> None:
        """The next larger letters, and after the largest the usual ones."""
        now = self._dress.look.growth
        at = GROWTHS.index(now) if now in GROWTHS else 0
        self.set_growth(GROWTHS[(at + 1) % len(GROWTHS)])

    def set_contrast(self, *, high: bool) -> None:
        """White on black, or the usual colours."""
        self._set_look(replace(self._dress.look, palette=HIGH_CONTRAST if high else LIGHT))

    def other_contrast(self) -> None:
        """High, or the usual one."""
        self.set_contrast(high=self._dress.look.palette is not HIGH_CONTRAST)

    def fit(self) -> None:
        """The window has another size."""
        if not self._dress.is_worn:
            return
        window, view = self._window, self._dress.view
        if view.shape != shape_of(window.size(), self._dress.look):
            self.put_on()
        else:
            view.setGeometry(window.rect())

    def _set_look(self, look: DeskLook) -> None:
        if look != self._dress.look:
            self._dress.look = look
            self.put_on()
