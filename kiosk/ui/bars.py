"""The window's bars: training, staff's strip, header and footer or one bar; made anew with language and letters."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language, say
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets.band import TrainingBand
from kiosk.ui.widgets.controls import Brevity, Controls
from kiosk.ui.widgets.footer import Footer
from kiosk.ui.widgets.header import MARGIN_MM, Board, Header, name_fits
from kiosk.ui.widgets.lights import Lights
from kiosk.ui.widgets.one_bar import OneBar
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.staff_strip import OnDuty, StaffStrip
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.wishes import Wishes
from kiosk.workflow.state import Devices

_LOW_MM = 250.0
"""Below this one bar must do; where letters are large a higher glass has no more to spare."""

_ABSURD_MM = 150.0
_ABSURD_ROOM = 0.86


@dataclass(frozen=True, slots=True)
class Dress:
    """What the bars say, and how."""

    look: Look
    taps: Taps
    clinic: Clinic
    now: Callable[[], datetime]
    language: Language
    wishes: Wishes
    may_speak: bool
    training: bool
    staff: bool
    devices: Devices
    on_duty: OnDuty | None = None
    in_session: bool = False


class Bars:
    """The bars of one window. Handlers are connected by the window after each making."""

    def __init__(self, window: QWidget, dress: Dress) -> None:
        self._window, self._now = window, dress.now
        self.scale = bars_scale(dress.look.scale, window.height())
        look, language = dress.look.with_scale(self.scale), dress.language
        self.band: TrainingBand | None = None
        if dress.training:
            self.band = TrainingBand(look, *(say(f"screen.window.training{form}", language) for form in ("", "_short")))
        self.strip: StaffStrip | None = None
        if dress.staff:
            self.strip = StaffStrip(look, dress.taps, language, dress.on_duty, in_session=dress.in_session)
        clinic, lowered = dress.clinic, dress.wishes.lowered
        names = clinic.name[language], clinic.department[language]
        upright = window.height() > window.width()
        self.low = not upright and window.height() / dress.look.scale.px_per_mm < _LOW_MM
        self._below = lowered
        self.header: Header | Board | None = None
        self.bar: Footer | OneBar
        if self.low or (dress.wishes.large and not upright):
            self.lights = Lights(look, language, dress.devices, only_trouble=True)
            self.bar = self._one_bar(look, dress, names)
        else:
            self._below = True
            self.lights = Lights(look, language, dress.devices)
            self.controls = self._controls(look, dress, names[0])
            if lowered and upright:
                self.header = Board(look, *names, self.lights, round(window.height() * Board.SHARE))
            else:
                self.header = Header(look, *names, self.lights if lowered else self.controls)
            self.bar = Footer(look, dress.taps, language, self.controls if lowered else self.lights)
        for bar in self._all():
            bar.setParent(window)
            bar.show()
        self.show_clock()
        self.place()

    def _one_bar(self, look: Look, dress: Dress, names: tuple[str, str]) -> OneBar:
        """With the longest words beside which the clinic's name stands on one line."""
        for brevity in Brevity:
            self.controls = _controls(look, dress, brevity)
            below = dress.wishes.lowered
            bar = OneBar(look, dress.taps, dress.language, names, self.controls, self.lights, below=below)
            if brevity is Brevity.SHORT or bar.has_room(self._window.width()):
                break
            self.lights.setParent(None)
            bar.deleteLater()
        return bar

    def _controls(self, look: Look, dress: Dress, name: str) -> Controls:
        """In long words where they leave room for the clinic's name."""
        if dress.wishes.lowered:
            return _controls(look, dress, Brevity.SHORT)
        for brevity in Brevity:
            controls = _controls(look, dress, brevity)
            if brevity is Brevity.SHORT or name_fits(look, name, controls, self._window.width()):
                break
            controls.deleteLater()
        return controls

    @property
    def margin(self) -> int:
        """Left and right of bars and pages, in pixels."""
        return self.scale.mm(MARGIN_MM)

    def page_area(self) -> QRect:
        """What is left for the page."""
        above = sum(bar.height() for bar in self._above())
        return self._window.rect().adjusted(0, above, 0, -self.bar.height() if self._below else 0)

    def place(self) -> None:
        """Along the window's edges."""
        width, top = self._window.width(), 0
        for bar in self._above():
            bar.setGeometry(0, top, width, bar.least_height(width))
            top += bar.height()
        if self._below:
            height = self.bar.least_height(width)
            self.bar.setGeometry(0, self._window.height() - height, width, height)

    def show_clock(self) -> None:
        """The time of day."""
        for bar in (self.header, self.bar):
            if isinstance(bar, Header | Board | OneBar):
                bar.show_clock(f"{self._now():%H:%M}")

    def drop(self) -> None:
        """They are gone."""
        for bar in self._all():
            bar.hide()
            bar.deleteLater()

    def _above(self) -> list[Piece]:
        bars: tuple[Piece | None, ...] = (self.band, self.strip, self.header, None if self._below else self.bar)
        return [bar for bar in bars if bar is not None]

    def _all(self) -> list[Piece]:
        return [*self._above(), *([self.bar] if self._below else [])]


def _controls(look: Look, dress: Dress, brevity: Brevity) -> Controls:
    return Controls(look, dress.taps, dress.language, dress.wishes, may_speak=dress.may_speak, brevity=brevity)


def bars_scale(scale: Scale, height_px: int) -> Scale:
    """Letters of the bars do not grow; only on a glass of no use to a hand do their targets shrink."""
    base = scale.with_text(1.0)
    return replace(base, room=_ABSURD_ROOM) if height_px / max(1.0, base.px_per_mm) < _ABSURD_MM else base
