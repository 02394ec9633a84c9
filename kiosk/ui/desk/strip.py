"""The window's lower edge: each device and each service with its state in a shape and a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from kiosk.checkin.clinic_clock import ClockState
from kiosk.text import Language, catalog, say
from kiosk.ui.desk.gateway_news import GatewayNews, news_of
from kiosk.ui.desk.grounds import paint_keycap
from kiosk.ui.desk.keys import PAGE_KEYS, caption_of
from kiosk.ui.desk.look import TARGET_PX, DeskLook, DeskVoice
from kiosk.ui.desk.numbers import seconds_words
from kiosk.ui.desk.page import PageOffers
from kiosk.ui.desk.records import StoreNews
from kiosk.ui.theme.palette import Tone
from kiosk.workflow.state import Devices, DeviceState

if TYPE_CHECKING:
    from kiosk.lookup.answer import Answer
    from kiosk.ui.desk.visits import Visits

_GAP_PX, _EDGE_PX = 28, 16
DEVICES_KEY = "F12"
"""Of the page that examines the devices one by one: a click on the lights opens it."""


@dataclass(frozen=True, slots=True)
class Light:
    """One device: well, or somebody has to look."""

    words: str
    is_well: bool
    is_busy: bool = False


def lights_of(
    devices: Devices,
    gateway: GatewayNews,
    store: StoreNews | None,
    language: Language,
    *,
    store_fails: bool,
    put_aside: bool = False,
    clock: ClockState | None = None,
) -> tuple[Light, ...]:
    """What the strip says, left to right. `put_aside`: a damaged database was, and nobody has confirmed seeing it."""
    lights = []
    scanners = [name for name in ("camera", "gun") if getattr(devices, name) is not None]
    for name in ("reader", *(scanners or ("scanner",)), "printer"):
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
    lights.append(_store(store or StoreNews(), language, fails=store_fails, put_aside=put_aside))
    if clock is not None and clock.wrong:
        lights.append(Light(say("desk.clock.strip", language), False))
    return tuple(lights)


def _store(store: StoreNews, language: Language, *, fails: bool, put_aside: bool) -> Light:
    if store.is_away:
        return Light(say("desk.strip.store_away", language, left=store.numbers_left or 0), False)
    if fails:
        return Light(say("desk.strip.store_fails", language), False)
    if store.refused:
        return Light(say("store.refused.strip", language, count=store.refused), False)
    if put_aside:
        return Light(say("desk.strip.store_put_aside", language), False)
    if store.to_merge:
        return Light(say("desk.strip.store_merging", language, count=store.to_merge), True, is_busy=True)
    return Light(say("desk.strip.store", language), True)


class StripNews:
    """What the strip has to say now, from devices, service and store."""

    def __init__(self, visits: "Visits", pages: PageOffers) -> None:
        self._visits, self._pages = visits, pages
        self._gateway = GatewayNews()
        self.devices = Devices()
        self.put_aside = False

    def heard(self, answer: "Answer | None") -> None:
        """What the service answered, if it was asked."""
        self._gateway = news_of(answer, self._gateway)

    def told(self, language: Language) -> tuple[tuple[Light, ...], tuple[tuple[str, str], ...]]:
        """The lights, and title and key of those pages that have a key of the lower edge."""
        visits = self._visits
        lights = lights_of(
            self.devices, self._gateway, visits.store, language,
            store_fails=visits.fails, put_aside=self.put_aside, clock=visits.clock,
        )  # fmt: skip
        pages = [(say(offer.title_key, language), offer.shortcut) for offer in self._pages]
        return lights, tuple((title, key) for title, key in pages if key in PAGE_KEYS)


class DeviceStrip(QWidget):
    """The lights, which a click opens as the devices' page, and the ways to further pages.

    `page_asked` carries the key of a page. Where there is no room for all, the ways go before the lights, and those
    lights that are well before those that are not.
    """

    page_asked = Signal(str)

    def __init__(self, look: DeskLook, language: Language) -> None:
        super().__init__()
        self._look = look
        self.lights = Lights(look, say("desk.strip.title", language))
        self.lights.clicked.connect(partial(self.page_asked.emit, DEVICES_KEY))
        self.links: dict[str, PageLink] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(_EDGE_PX, 1, _EDGE_PX, 0)
        self._row.setSpacing(look.px(8))
        self._row.addWidget(self.lights, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_lights(self, lights: Sequence[Light], pages: Sequence[tuple[str, str]] = ()) -> None:
        """As they are now; `pages` by their titles and keys, as the strip names them."""
        self.lights.show_lights(lights, opens=any(key == DEVICES_KEY for _, key in pages))
        if [key for _, key in pages] != list(self.links):
            for link in self.links.values():
                link.setParent(None)
                link.deleteLater()
            self.links = {key: PageLink(self._look, title, key) for title, key in pages}
            for key, link in self.links.items():
                link.clicked.connect(partial(self.page_asked.emit, key))
                self._row.addWidget(link)
        self._make_room()

    def sizeHint(self) -> QSize:
        """One line and air."""
        return QSize(400, self.lights.sizeHint().height() + 1)

    def minimumSizeHint(self) -> QSize:
        """The same height, any width."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """What fits is another."""
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Its ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("surface"))
        painter.fillRect(0, 0, self.width(), 1, self._look.colour("hairline"))
        painter.end()

    def _make_room(self) -> None:
        taken = sum(link.sizeHint().width() + self._row.spacing() for link in self.links.values())
        fits = self.lights.wanted_width() + taken + 2 * _EDGE_PX <= self.width()
        for link in self.links.values():
            link.setVisible(fits)


class Lights(QAbstractButton):
    """Each device and service: a full round is well, a ring at work, a square wants somebody."""

    def __init__(self, look: DeskLook, title: str) -> None:
        super().__init__()
        self._look, self._title = look, title
        self._setter = look.setter(DeskVoice.SMALL)
        self._lights: Sequence[Light] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_lights(self, lights: Sequence[Light], *, opens: bool) -> None:
        """As they are now; `opens`: there is a page behind them."""
        self._lights = tuple(lights)
        self.setEnabled(opens)
        self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(f"{self._title}: {', '.join(light.words for light in lights)}")
        self.update()

    def sizeHint(self) -> QSize:
        """One line, and what a hand with a mouse hits."""
        return QSize(self.wanted_width(), max(TARGET_PX, self._setter.line + self._look.px(16)))

    @property
    def shown(self) -> Sequence[Light]:
        """Those for which there is room: whoever is not well is always told."""
        shown = list(self._lights)
        while shown and self._wide(shown) > self.width():
            well = [light for light in shown if light.is_well]
            if not well:
                break
            shown.remove(well[-1])
        return shown

    def wanted_width(self) -> int:
        """All of them."""
        return self._wide(self._lights)

    def _wide(self, lights: Sequence[Light]) -> int:
        return sum(self._setter.width(light.words) + self._look.px(18) + _GAP_PX for light in lights)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The lights in a row."""
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, top, side = 0, (self.height() - self._setter.line) // 2, look.px(10)
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
        painter.end()


class PageLink(QAbstractButton):
    """A page's name and its key, in one quiet line."""

    def __init__(self, look: DeskLook, title: str, key: str) -> None:
        super().__init__()
        self._look, self._key = look, caption_of(key)
        self._setter = look.setter(DeskVoice.SMALL)
        self.setText(title)
        self.setAccessibleName(f"{title}, {self._key}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its key is shown, and leads there from anywhere
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Words and key."""
        return QSize(self._setter.width(self.text()) + self._cap_width() + self._look.px(8), TARGET_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Words, then the key; under the mouse the words stand out."""
        look, painter, line = self._look, QPainter(self), self._setter.line
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, words = (self.height() - line) // 2, self._setter.width(self.text()) + 1
        ink = look.colour("brand" if self.underMouse() else "ink_soft")
        self._setter.paint(painter, [self.text()], QRect(0, top, words, line), ink)
        high = line + look.px(4)
        cap = QRectF(words + look.px(6), (self.height() - high) / 2, self._cap_width(), high)
        paint_keycap(painter, cap, self._key, look)
        painter.end()

    def _cap_width(self) -> int:
        return self._setter.width(self._key) + self._look.px(12)
