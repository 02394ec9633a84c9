"""The devices' lights."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QPen, QResizeEvent

from kiosk.failure import FailureCode
from kiosk.slip.outcome import SPOOLER_STUCK
from kiosk.slip.status import NEAR_END, Readiness
from kiosk.text import Language, say
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import Piece
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


class Lights(Piece):
    """The devices in a row from the right: in long words, in short ones, at worst only what is not well.

    `only_trouble`: never anything but what is not well, from the left.
    """

    def __init__(self, look: Look, language: Language, devices: Devices, *, only_trouble: bool = False) -> None:
        super().__init__(look)
        self._language, self._devices, self._only_trouble = language, devices, only_trouble
        self._shown: list[Light] = []
        self._made_for = -1

    def show_devices(self, devices: Devices) -> None:
        """New lights."""
        if devices != self._devices:
            self._devices, self._made_for = devices, -1
            self._arrange()

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to say."""
        return bool(self._shown)

    def taken_width(self) -> int:
        """Of the lights that are shown."""
        return sum(light.least_width() for light in self._shown) + self._between() * max(0, len(self._shown) - 1)

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """One line."""
        return Typesetter(self.look.font(Voice.SMALL)).line

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """As much as there is room for."""
        self._arrange()

    def _arrange(self) -> None:
        if self.width() == self._made_for:
            return
        self._made_for = self.width()
        for light in self._shown:
            light.hide()
            light.deleteLater()
        for words in ("none",) if self._only_trouble else ("long", "short", "none"):
            self._shown = self._make(words)
            if self.taken_width() <= self.width():
                break
        left = 0 if self._only_trouble else self.width() - self.taken_width()
        for light in self._shown:
            width = light.least_width()
            if left and self._only_trouble and left + width > self.width():
                break
            light.setParent(self)
            light.setGeometry(left, (self.height() - light.least_height(width)) // 2, width, light.least_height(width))
            light.show()
            left += width + self._between()

    def _make(self, words: str) -> list[Light]:
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

    def _between(self) -> int:
        return self.look.mm(8)
