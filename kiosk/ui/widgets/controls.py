"""How the screen is wished: language, larger letters, contrast, lower controls, the voice."""

from dataclasses import replace
from enum import IntEnum
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent

from kiosk.text import Language, say
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.toggle import Toggle
from kiosk.ui.wishes import Wishes


class Brevity(IntEnum):
    """How the switches that are words are said: the languages give way first, each is read in two letters too."""

    LONG = 0
    LANGUAGES_SHORT = 1
    SHORT = 2


class Controls(Piece):
    """Switches in one row. `may_speak`: there is a voice."""

    HEIGHT_MM = 20.0

    language_chosen = Signal(object)
    wished = Signal(object)

    def __init__(
        self,
        look: Look,
        taps: Taps,
        language: Language,
        wishes: Wishes,
        *,
        may_speak: bool,
        brevity: Brevity = Brevity.LONG,
    ) -> None:
        super().__init__(look)
        self._taps, self._language, self._wishes = taps, language, wishes
        self._toggles = [
            *self._languages(short=brevity >= Brevity.LANGUAGES_SHORT),
            self._letters(short=brevity >= Brevity.SHORT),
            *self._others(may_speak=may_speak),
        ]
        for toggle in self._toggles:
            toggle.setParent(self)

    @property
    def toggles(self) -> tuple[Toggle, ...]:
        """From the left."""
        return tuple(self._toggles)

    def least_width(self) -> int:
        """All of them."""
        return sum(toggle.wanted_width() for toggle in self._toggles) + sum(self._spaces())

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A finger."""
        return self.look.mm(self.HEIGHT_MM)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Side by side."""
        left = 0
        for toggle, space_after in zip(self._toggles, [*self._spaces(), 0], strict=True):
            toggle.setGeometry(left, 0, toggle.wanted_width(), self.height())
            left += toggle.wanted_width() + space_after

    def _spaces(self) -> list[int]:
        """The two languages meet."""
        return [0, self.look.mm(5), *[self.look.mm(3.2)] * (len(self._toggles) - 3)]

    def _languages(self, *, short: bool) -> list[Toggle]:
        words = {Language.VI: ("VI", "Tiếng Việt", "left"), Language.EN: ("EN", "English", "right")}
        made = []
        for language, (brief, name, side) in words.items():
            on = language is self._language
            toggle = Toggle(self.look, self._taps, brief if short else name, name, on=on, side=side)
            toggle.tapped.connect(partial(self.language_chosen.emit, language))
            made.append(toggle)
        return made

    def _letters(self, *, short: bool) -> Toggle:
        key = "normal" if self._wishes.large else "large"
        words = self._say(f"{key}_short" if short else key)
        return self._switch("large", words, self._say(f"{key}_spoken"))

    def _others(self, *, may_speak: bool) -> list[Toggle]:
        lowered = self._wishes.lowered
        switches = [
            self._switch("contrast", "", self._say("contrast"), "contrast"),
            self._switch("lowered", "", self._say("raise" if lowered else "lower"), "raise" if lowered else "lower"),
        ]
        if may_speak:
            switches.append(self._switch("aloud", "", self._say("aloud"), "speaker"))
        return switches

    def _switch(self, wish: str, words: str, spoken: str, icon: str = "") -> Toggle:
        on = bool(getattr(self._wishes, wish))
        toggle = Toggle(self.look, self._taps, words, spoken, on=on, icon=icon)
        toggle.tapped.connect(partial(self.wished.emit, replace(self._wishes, **{wish: not on})))
        return toggle

    def _say(self, key: str) -> str:
        return say(f"screen.header.{key}", self._language)
