"""The bar at the top: whose kiosk it is, the time, the controls; where those are lowered, a board above the page."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.controls import Controls
from kiosk.ui.widgets.lights import Lights
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.text import Typesetter

MARGIN_MM = 14.0
"""Left and right of bars and pages alike."""

HEIGHT_MM = 27.0
_MARK_MM = 14.0
_AIR_MM = 6.0


def name_fits(look: Look, name: str, right: Controls, width: int) -> bool:
    """Whether the clinic's name stands on one line beside `right`."""
    taken = 2 * look.mm(MARGIN_MM) + look.mm(_MARK_MM) + 2 * look.mm(_AIR_MM) + right.least_width()
    return Typesetter(look.font(Voice.SOFT_STRONG)).width(name) <= width - taken


class Header(Piece):
    """Clinic and department left, clock, controls or the devices' lights right."""

    def __init__(self, look: Look, clinic: str, department: str, right: Controls | Lights) -> None:
        super().__init__(look)
        self._clinic, self._department = clinic, department
        self._name = Typesetter(look.font(Voice.SOFT_STRONG))
        self._clock_setter = Typesetter(look.font(Voice.SOFT, tabular=True))
        self._clock = ""
        self._right = right
        right.setParent(self)
        self.setAccessibleName(f"{clinic} · {department}")

    def show_clock(self, text: str) -> None:
        """The time of day."""
        if text != self._clock:
            self._clock = text
            self.setAccessibleDescription(text)
            self.update()

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A finger and air."""
        return self.look.mm(HEIGHT_MM)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """The controls, or what room there is for lights, at the right."""
        right = self.width() - self._margin()
        wide = self._right_width()
        height = self._right.least_height(wide)
        self._right.setGeometry(right - wide, (self.height() - height) // 2, wide, height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Mark, name, clock, a hairline below."""
        painter, look = self.painter(), self.look
        painter.fillRect(self.rect(), look.colour("surface"))
        painter.setPen(QPen(look.colour("hairline"), 2))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        side = look.mm(_MARK_MM)
        mark = QRectF(self._margin(), (self.height() - side) / 2, side, side)
        paint_mark(painter, look, mark, "brand", look.palette.on_brand)
        for number, line in enumerate(lines := self._name_lines()):
            top = (self.height() - len(lines) * self._name.line) // 2 + number * self._name.line
            self._name.paint(painter, [line], QRect(self._name_left(), top, 1, 1), look.colour("ink"))
        if self._clock and self._clock_fits():
            right = self.width() - self._margin() - self._right_width() - look.mm(_AIR_MM)
            top = (self.height() - self._clock_setter.line) // 2
            area = QRect(right - self._clock_setter.width(self._clock), top, self._clock_setter.width(self._clock), 1)
            self._clock_setter.paint(painter, [self._clock], area, look.colour("ink_soft"))

    def _name_lines(self) -> list[str]:
        whole = f"{self._clinic} · {self._department}"
        clock = self._clock_setter.width("00:00") + self.look.mm(_AIR_MM)
        if self._name.width(whole) <= self._name_room() - clock:
            return [whole]
        if self._name.width(self._clinic) <= self._name_room():
            return [self._clinic]
        return self._name.lines(self._clinic, self._name_room())[:2]

    def _clock_fits(self) -> bool:
        name = max(self._name.width(line) for line in self._name_lines())
        return name + self._clock_setter.width(self._clock) + 2 * self.look.mm(_AIR_MM) <= self._name_room()

    def _name_left(self) -> int:
        return self._margin() + self.look.mm(_MARK_MM) + self.look.mm(_AIR_MM)

    def _name_room(self) -> int:
        return self.width() - self._name_left() - self._right_width() - self._margin() - self.look.mm(_AIR_MM)

    def _right_width(self) -> int:
        if isinstance(self._right, Controls):
            return self._right.least_width()
        return round((self.width() - self._name_left() - self._margin()) * 0.5)

    def _margin(self) -> int:
        return self.look.mm(MARGIN_MM)


class Board(Piece):
    """What stands above a lowered page on an upright screen: nothing there is to be touched."""

    SHARE = 0.3
    """Of the window's height: what is touched on a page then lies in the lower half."""

    def __init__(self, look: Look, clinic: str, department: str, lights: Lights, height: int) -> None:
        super().__init__(look)
        self._clinic, self._department, self._height = clinic, department, height
        self._name, self._soft = Typesetter(look.font(Voice.TITLE)), Typesetter(look.font(Voice.BODY))
        self._time = Typesetter(look.letters.sized(look.font(Voice.TITLE).weight(), look.mm(24), tabular=True))
        self._clock = ""
        self._lights = lights
        lights.setParent(self)
        self.setAccessibleName(f"{clinic} · {department}")

    def show_clock(self, text: str) -> None:
        """The time of day."""
        if text != self._clock:
            self._clock = text
            self.setAccessibleDescription(text)
            self.update()

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """As told."""
        return self._height

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """The lights along the lower edge."""
        height, margin = self._lights.least_height(1), self.look.mm(MARGIN_MM)
        top = self.height() - self._strip() + (self._strip() - height) // 2
        self._lights.setGeometry(margin, top, self.width() - 2 * margin, height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Mark, name and time in the middle of the brand's colour."""
        painter, look = self.painter(), self.look
        painter.fillRect(self.rect(), look.colour("brand"))
        painter.fillRect(0, self.height() - self._strip(), self.width(), self._strip(), look.colour("surface"))
        painter.setPen(QPen(look.colour("hairline"), 2))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        width = self.width() - 2 * look.mm(MARGIN_MM)
        names = self._name.lines(self._clinic, width)
        rooms = self._soft.lines(self._department, width)
        side, gap = look.mm(26), look.mm(7)
        tall = side + gap + len(names) * self._name.line + len(rooms) * self._soft.line + gap // 2 + self._time.line
        top = (self.height() - self._strip() - tall) // 2
        mark = QRectF((self.width() - side) / 2, top, side, side)
        paint_mark(painter, look, mark, "on_brand", look.palette.brand)
        top += side + gap
        for setter, lines, colour in ((self._name, names, "on_brand"), (self._soft, rooms, "on_brand_soft")):
            area = QRect(look.mm(MARGIN_MM), top, width, len(lines) * setter.line)
            setter.paint(painter, lines, area, look.colour(colour), Qt.AlignmentFlag.AlignHCenter)
            top += len(lines) * setter.line
        area = QRect(look.mm(MARGIN_MM), top + gap // 2, width, self._time.line)
        self._time.paint(painter, [self._clock], area, look.colour("on_brand"), Qt.AlignmentFlag.AlignHCenter)

    def _strip(self) -> int:
        return self.look.mm(16)


def paint_mark(painter: QPainter, look: Look, box: QRectF, fill: str, ink: str) -> None:
    """The cross in its rounded square."""
    path = QPainterPath()
    radius = box.width() * 0.21
    path.addRoundedRect(box, radius, radius)
    painter.fillPath(path, look.colour(fill))
    inset = box.width() * 0.16
    paint_icon(painter, "cross-filled", box.adjusted(inset, inset, -inset, -inset), ink)
