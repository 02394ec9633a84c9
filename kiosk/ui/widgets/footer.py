"""The bar at the bottom: call staff, one hint, the devices' lights."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from kiosk.failure import FailureCode
from kiosk.slip.outcome import SPOOLER_STUCK
from kiosk.slip.status import NEAR_END, Readiness
from kiosk.text import Language, say
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.header import MARGIN_MM
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.text import Typesetter
from kiosk.workflow.state import Devices, DeviceState

PRINTER_REASONS = frozenset(
    {
        *(readiness.value for readiness in Readiness if readiness is not Readiness.READY),
        FailureCode.PRINTER_UNREACHABLE.value,
        SPOOLER_STUCK,
        NEAR_END,
    }
)
"""What the printer's light says in words of its own."""


class Light(Piece):
    """One device's state: a shape and a word, so that colour is not needed."""

    def __init__(self, look: Look, state: DeviceState, text: str) -> None:
        super().__init__(look)
        self._state, self._text = state, text
        self._setter = Typesetter(look.font(Voice.SMALL))
        self.setAccessibleName(text)

    def least_width(self) -> int:
        """Shape and word."""
        return self._size() + self.look.mm(2.4) + self._setter.width(self._text) + 1

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """One line."""
        return self._setter.line

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A full round is ready, a ring busy, a square trouble, an empty square absent."""
        painter, look = self.painter(), self.look
        good = self._state in (DeviceState.READY, DeviceState.BUSY)
        tones = dict(look.palette.tones)
        colour = look.colour(
            next(pair.ink for tone, pair in tones.items() if tone == ("good" if good else "attention"))
        )
        full = self._state in (DeviceState.READY, DeviceState.TROUBLE)
        size = self._size()
        box = QRectF(0, (self.height() - size) / 2, size, size)
        painter.setPen(QPen(colour, max(2, size // 5)) if not full else Qt.PenStyle.NoPen)
        painter.setBrush(colour if full else Qt.BrushStyle.NoBrush)
        inset = 0.0 if full else max(2, size // 5) / 2
        shape = box.adjusted(inset, inset, -inset, -inset)
        if good:
            painter.drawEllipse(shape)
        else:
            painter.drawRect(shape)
        area = QRect(size + look.mm(2.4), (self.height() - self._setter.line) // 2, self.width(), self._setter.line)
        self._setter.paint(painter, [self._text], area, look.colour("ink_soft"))

    def _size(self) -> int:
        return self.look.mm(3.4)


class Footer(Piece):
    """Staff can be called from every page."""

    staff_called = Signal()

    HEIGHT_MM = 26.0

    def __init__(self, look: Look, taps: Taps, language: Language, devices: Devices) -> None:
        super().__init__(look)
        self._language, self._devices = language, devices
        self._hint = ""
        self._hint_setter = Typesetter(look.font(Voice.SMALL))
        self.call = Button(look, taps, say("screen.footer.call", language), Rank.QUIET, icon="bell")
        self.call.setParent(self)
        self.call.tapped.connect(self.staff_called)
        self._lights: list[Light] = []

    def show_devices(self, devices: Devices) -> None:
        """New lights."""
        if devices != self._devices:
            self._devices = devices
            self._arrange()

    def show_hint(self, hint: str) -> None:
        """One quiet line beside the button, left out where there is no room."""
        self._hint = hint
        self._arrange()

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A finger and air."""
        return self.look.mm(self.HEIGHT_MM)

    def leaves(self) -> Iterator[QWidget]:
        """Itself."""
        yield self

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Button left, lights right."""
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A surface with a hairline above."""
        painter, look = self.painter(), self.look
        painter.fillRect(self.rect(), look.colour("surface"))
        painter.setPen(QPen(look.colour("hairline"), 2))
        painter.drawLine(0, 1, self.width(), 1)
        if self._hint and self._hint_fits():
            self._paint_hint(painter)

    def _paint_hint(self, painter: QPainter) -> None:
        left, top = self._hint_left(), (self.height() - self._hint_setter.line) // 2
        self._hint_setter.paint(painter, [self._hint], QRect(left, top, 1, 1), self.look.colour("ink_soft"))

    def _arrange(self) -> None:
        height, margin = self.look.mm(20), self.look.mm(MARGIN_MM)
        self.call.setGeometry(margin, (self.height() - height) // 2, self.call.natural_width(), height)
        for light in self._lights:
            light.hide()
            light.deleteLater()
        for words in ("long", "short", "none"):
            self._lights = self._make(words)
            if self._lights_width() <= self.width() - 2 * margin - self.call.width() - self.look.mm(8):
                break
        left = self.width() - margin - self._lights_width()
        for light in self._lights:
            width = light.least_width()
            light.setParent(self)
            light.setGeometry(left, (self.height() - light.least_height(width)) // 2, width, light.least_height(width))
            light.show()
            left += width + self._between()
        self.update()

    def _make(self, words: str) -> list[Light]:
        """Long words; short ones for what is well; at worst only what is not well."""
        lights = []
        for device in ("reader", "scanner", "printer"):
            state = DeviceState(getattr(self._devices, device))
            reason = self._reason() if device == "printer" else ""
            well = state in (DeviceState.READY, DeviceState.BUSY) and not reason
            if words == "none" and well:
                continue
            key = reason or ("short" if well and words == "short" else state.value)
            lights.append(Light(self.look, state, say(f"screen.device.{device}.{key}", self._language)))
        return lights

    def _reason(self) -> str:
        """The key of what is the matter with the printer; empty: nothing, or nothing that has words of its own."""
        reason = self._devices.printer_reason
        return f"reason.{reason}" if reason in PRINTER_REASONS else ""

    def _lights_width(self) -> int:
        return sum(light.least_width() for light in self._lights) + self._between() * max(0, len(self._lights) - 1)

    def _between(self) -> int:
        return self.look.mm(8)

    def _hint_left(self) -> int:
        return self.look.mm(MARGIN_MM) + self.call.natural_width() + self.look.mm(8)

    def _hint_fits(self) -> bool:
        end = self.width() - self.look.mm(MARGIN_MM) - self._lights_width() - self.look.mm(8)
        return self._hint_left() + self._hint_setter.width(self._hint) <= end
