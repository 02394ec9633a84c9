"""Header and footer in one, where a glass is low or letters are large: the page needs the height more."""

from PySide6.QtCore import QRect, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent

from kiosk.text import Language, say
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.controls import Controls
from kiosk.ui.widgets.header import MARGIN_MM, paint_mark
from kiosk.ui.widgets.lights import Lights
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.text import Typesetter

_MARK_MM = 13.0
_AIR_MM = 5.0


class OneBar(Piece):
    """Clinic left, call staff and the controls right.

    Below the clinic's name stands one line: the page's hint; else the devices that are not well; else the time and the
    department.
    """

    staff_called = Signal()

    HEIGHT_MM = 25.0

    def __init__(
        self,
        look: Look,
        taps: Taps,
        language: Language,
        names: tuple[str, str],
        controls: Controls,
        lights: Lights,
        *,
        below: bool = False,
    ) -> None:
        super().__init__(look)
        self._clinic, self._department = names
        self._below = below
        self._hint = self._clock = ""
        self._name, self._soft = Typesetter(look.font(Voice.SOFT_STRONG)), Typesetter(look.font(Voice.SMALL))
        self.call = Button(look, taps, say("screen.footer.call", language), Rank.QUIET, icon="bell")
        self.call.tapped.connect(self.staff_called)
        self._controls, self._lights = controls, lights
        for piece in (self.call, controls, lights):
            piece.setParent(self)
        self.setAccessibleName(f"{self._clinic} · {self._department}")

    def show_clock(self, text: str) -> None:
        """The time of day."""
        if text != self._clock:
            self._clock = text
            self._describe()

    def show_hint(self, hint: str) -> None:
        """One quiet line; it goes before the devices and the department."""
        self._hint = hint
        self._lights.setVisible(not hint)
        self._describe()

    def _describe(self) -> None:
        """The line below the name, for whoever hears it."""
        self.setAccessibleDescription(self._hint or self._clock)
        self.update()

    def has_room(self, width: int) -> bool:
        """Whether the clinic's name stands on one line."""
        return self._name.width(self._clinic) <= width - self._name_left() - self._taken()

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A finger and a little air."""
        return self.look.mm(self.HEIGHT_MM)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Controls at the right, the call for staff before them, the lights below the name."""
        height, right = self.look.mm(Controls.HEIGHT_MM), self.width() - self.look.mm(MARGIN_MM)
        top = (self.height() - height) // 2
        wide = self._controls.least_width()
        self._controls.setGeometry(right - wide, top, wide, height)
        right -= wide + self.look.mm(_AIR_MM)
        wide = self.call.natural_width()
        self.call.setGeometry(right - wide, top, wide, height)
        line = self._line(self._soft.line)
        self._lights.setGeometry(line)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Mark, name and the line below it; a hairline towards the page."""
        painter, look = self.painter(), self.look
        painter.fillRect(self.rect(), look.colour("surface"))
        painter.setPen(QPen(look.colour("hairline"), 2))
        edge = 1 if self._below else self.height() - 1
        painter.drawLine(0, edge, self.width(), edge)
        side = look.mm(_MARK_MM)
        box = QRectF(look.mm(MARGIN_MM), (self.height() - side) / 2, side, side)
        paint_mark(painter, look, box, "brand", look.palette.on_brand)
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        look, room = self.look, self._room()
        names = self._name.lines(self._clinic, room)[:2]
        told, setter = self._told(room), self._soft
        if self._hint:
            # What is to be done goes before whose kiosk it is.
            names = names if len(names) * self._name.line + len(told) * setter.line <= self.height() else []
        elif self._lights.is_shown or len(names) > 1:
            told = []
            names = names[:1] if self._lights.is_shown else names
        tall = len(names) * self._name.line + len(told) * setter.line
        if self._lights.is_shown and not self._hint:
            tall += setter.line
        top, left = (self.height() - tall) // 2, self._name_left()
        self._name.paint(painter, names, QRect(left, top, room, 1), look.colour("ink"))
        top += len(names) * self._name.line
        setter.paint(painter, told, QRect(left, top, room, 1), look.colour("ink_soft"))

    def _told(self, room: int) -> list[str]:
        if self._hint:
            return self._soft.lines(self._hint, room)[:2]
        for words in (f"{self._clock} · {self._department}", self._clock):
            if self._soft.width(words) <= room:
                return [words]
        return []

    def _line(self, height: int) -> QRect:
        top = (self.height() - self._name.line - height) // 2 + self._name.line
        return QRect(self._name_left(), top, self._room(), height)

    def _name_left(self) -> int:
        return self.look.mm(MARGIN_MM) + self.look.mm(_MARK_MM) + self.look.mm(_AIR_MM)

    def _taken(self) -> int:
        """By what stands at the right, its air included."""
        look = self.look
        return self._controls.least_width() + self.call.natural_width() + 2 * look.mm(_AIR_MM) + look.mm(MARGIN_MM)

    def _room(self) -> int:
        return max(1, self.width() - self._name_left() - self._taken())
