"""The window's bars: training above all, staff's strip, header, footer; made anew when language or letters change."""

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
from kiosk.ui.widgets.controls import Controls
from kiosk.ui.widgets.footer import Footer
from kiosk.ui.widgets.header import MARGIN_MM, Board, Header, name_fits
from kiosk.ui.widgets.lights import Lights
from kiosk.ui.widgets.staff_strip import OnDuty, StaffStrip
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.wishes import Wishes
from kiosk.workflow.state import Devices

_LOW_MM = 210.0
_LOW_ROOM = 0.86


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
        name, department = clinic.name[language], clinic.department[language]
        self.lights = Lights(look, language, dress.devices)
        self.controls = self._controls(look, dress, name)
        self.header: Header | Board
        if lowered and window.height() > window.width():
            self.header = Board(look, name, department, self.lights, round(window.height() * Board.SHARE))
        else:
            self.header = Header(look, name, department, self.lights if lowered else self.controls)
        self.footer = Footer(look, dress.taps, language, self.controls if lowered else self.lights)
        for bar in self._all():
            bar.setParent(window)
            bar.show()
        self.show_clock()
        self.place()

    def _controls(self, look: Look, dress: Dress, name: str) -> Controls:
        """In long words where they leave room for the clinic's name."""

        def made(*, short: bool) -> Controls:
            return Controls(look, dress.taps, dress.language, dress.wishes, may_speak=dress.may_speak, short=short)

        if dress.wishes.lowered:
            return made(short=True)
        controls = made(short=False)
        if name_fits(look, name, controls, self._window.width()):
            return controls
        controls.deleteLater()
        return made(short=True)

    @property
    def margin(self) -> int:
        """Left and right of bars and pages, in pixels."""
        return self.scale.mm(MARGIN_MM)

    def page_area(self) -> QRect:
        """What is left for the page."""
        top = sum(bar.height() for bar in (self.band, self.strip, self.header) if bar is not None)
        return self._window.rect().adjusted(0, top, 0, -self.footer.height())

    def place(self) -> None:
        """Along the window's edges."""
        width, top = self._window.width(), 0
        for bar in (self.band, self.strip, self.header):
            if bar is not None:
                bar.setGeometry(0, top, width, bar.least_height(width))
                top += bar.height()
        height = self.footer.least_height(width)
        self.footer.setGeometry(0, self._window.height() - height, width, height)

    def show_clock(self) -> None:
        """The time of day."""
        self.header.show_clock(f"{self._now():%H:%M}")

    def drop(self) -> None:
        """They are gone."""
        for bar in self._all():
            bar.hide()
            bar.deleteLater()

    def _all(self) -> list[QWidget]:
        return [bar for bar in (self.band, self.strip, self.header, self.footer) if bar is not None]


def bars_scale(scale: Scale, height_px: int) -> Scale:
    """On a low panel the bars leave the page its share; their targets stay above 16 mm."""
    base = scale.with_text(1.0)
    return replace(base, room=_LOW_ROOM) if height_px / max(1.0, base.px_per_mm) < _LOW_MM else base
