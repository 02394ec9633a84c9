"""The window's lower edge: each device and each service with its state in a shape and a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.checkin.clinic_clock import ClockState
from kiosk.text import Language, catalog, say
from kiosk.ui.desk.keys import PAGE_KEYS, caption_of
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.numbers import seconds_words
from kiosk.ui.desk.page import PageOffers
from kiosk.ui.desk.records import StoreNews
from kiosk.ui.theme.palette import Tone
from kiosk.workflow.state import Devices, DeviceState

if TYPE_CHECKING:
    from kiosk.ui.desk.session import Session
    from kiosk.ui.desk.visits import Visits

_GAP_PX = 28


@dataclass(frozen=True, slots=True)
class Light:
    """One device: well, or somebody has to look."""

    words: str
    is_well: bool
    is_busy: bool = False


@dataclass(frozen=True, slots=True)
class GatewayNews:
    """How the last lookup went; `took_s` None: nobody was asked yet."""

    took_s: float | None = None
    is_trouble: bool = False


def lights_of(
    devices: Devices,
    gateway: GatewayNews,
    store: StoreNews | None,
    language: Language,
    *,
    store_fails: bool,
    clock: ClockState | None = None,
) -> tuple[Light, ...]:
    """What the strip says, left to right."""
    lights = []
    for name in ("reader", "scanner", "printer"):
        state = DeviceState(getattr(devices, name))
        reason = devices.printer_reason if name == "printer" else ""
        well = state in (DeviceState.READY, DeviceState.BUSY) and not reason
        words = catalog(language).get(f"screen.device.{name}.reason.{reason}") if reason else None
        key = "short" if well and state is DeviceState.READY else state.value
        lights.append(
            Light(words or say(f"screen.device.{name}.{key}", language), well, is_busy=state is DeviceState.BUSY)
        )
    if gateway.is_trouble:
        lights.append(Light(say("desk.strip.gateway_trouble", language), False))
    elif gateway.took_s is None:
        lights.append(Light(say("desk.strip.gateway", language), True))
    else:
        took = seconds_words(gateway.took_s, language)
        lights.append(Light(say("desk.strip.gateway_took", language, took=took), True))
    lights.append(_store(store or StoreNews(), language, fails=store_fails))
    if clock is not None and clock.wrong:
        lights.append(Light(say("desk.clock.strip", language), False))
    return tuple(lights)


def _store(store: StoreNews, language: Language, *, fails: bool) -> Light:
    if store.is_away:
        return Light(say("desk.strip.store_away", language, left=store.numbers_left or 0), False)
    if fails:
        return Light(say("desk.strip.store_fails", language), False)
    if store.refused:
        return Light(say("store.refused.strip", language, count=store.refused), False)
    if store.to_merge:
        return Light(say("desk.strip.store_merging", language, count=store.to_merge), True, is_busy=True)
    return Light(say("desk.strip.store", language), True)


class StripNews:
    """What the strip has to say now, from devices, service and store."""

    def __init__(self, visits: "Visits", pages: PageOffers) -> None:
        self._visits, self._pages = visits, pages
        self._gateway = GatewayNews()
        self.devices = Devices()

    def heard(self, session: "Session") -> None:
        """How a lookup went."""
        self._gateway = session.gateway_news(self._gateway)

    def told(self, language: Language) -> tuple[tuple[Light, ...], str]:
        """The lights, and the way to those pages that have a key of the lower edge."""
        visits = self._visits
        lights = lights_of(
            self.devices, self._gateway, visits.store, language, store_fails=visits.fails, clock=visits.clock
        )
        pages = [
            f"{say(offer.title_key, language)} {caption_of(offer.shortcut)}"
            for offer in self._pages
            if offer.shortcut in PAGE_KEYS
        ]
        return lights, "   ".join(pages)


class DeviceStrip(QWidget):
    """The lights in a row; where there is no room for all, those that are well go first."""

    def __init__(self, look: DeskLook, language: Language) -> None:
        super().__init__()
        self._look, self._language = look, language
        self._setter = look.setter(DeskVoice.SMALL)
        self._lights: Sequence[Light] = ()
        self._right = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lights(self, lights: Sequence[Light], right: str = "") -> None:
        """As they are now; `right` stands at the other end."""
        self._lights, self._right = tuple(lights), right
        self.setAccessibleName(", ".join(light.words for light in lights))
        self.update()

    def sizeHint(self) -> QSize:
        """One line and air."""
        return QSize(400, self._setter.line + self._look.px(16))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    @property
    def shown(self) -> Sequence[Light]:
        """Those for which there is room: whoever is not well is always told."""
        shown = list(self._lights)
        while shown and not self._fit(shown, ""):
            well = [light for light in shown if light.is_well]
            if not well:
                break
            shown.remove(well[-1])
        return shown

    @property
    def shown_right(self) -> str:
        """The words at the other end, where all lights leave them room."""
        return self._right if self._fit(self._lights, self._right) else ""

    def _fit(self, lights: Sequence[Light], right: str) -> bool:
        taken = sum(self._taken(light) for light in lights)
        return taken + (self._setter.width(right) if right else 0) <= self.width() - 32

    def _taken(self, light: Light) -> int:
        return self._setter.width(light.words) + self._look.px(18) + _GAP_PX

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A full round is well, a ring at work, a square wants somebody."""
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look.colour("surface"))
        painter.fillRect(0, 0, self.width(), 1, look.colour("hairline"))
        left, top, side = 16, (self.height() - self._setter.line) // 2, look.px(10)
        good, bad = (look.palette.tone(tone).ink for tone in (Tone.GOOD, Tone.ATTENTION))
        for light in self.shown:
            box = QRectF(left, (self.height() - side) / 2, side, side)
            colour = look.colour(good if light.is_well else bad)
            painter.setPen(QPen(colour, 2) if light.is_busy else Qt.PenStyle.NoPen)
            painter.setBrush(Qt.BrushStyle.NoBrush if light.is_busy else colour)
            if light.is_well:
                painter.drawEllipse(box.adjusted(1, 1, -1, -1) if light.is_busy else box)
            else:
                painter.drawRect(box)
            left += look.px(18)
            width = self._setter.width(light.words) + 1
            ink = look.colour("ink_soft") if light.is_well else look.colour(bad)
            self._setter.paint(painter, [light.words], QRect(left, top, width, self._setter.line), ink)
            left += width + _GAP_PX
        if right := self.shown_right:
            area = QRect(16, top, self.width() - 32, self._setter.line)
            ink = look.colour("ink_soft")
            self._setter.paint(painter, [right], area, ink, Qt.AlignmentFlag.AlignRight)
        painter.end()
