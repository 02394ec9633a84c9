"""The bar at the top: whose kiosk it is, the time, the language, larger letters."""

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton

from kiosk.text import Language, say
from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import Piece, paint_box
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.text import Typesetter

MARGIN_MM = 14.0
"""Left and right of bars and pages alike."""


class Toggle(QPushButton):
    """A small switch of the header; `side` rounds only one end where two stand together."""

    tapped = Signal()

    def __init__(self, look: Look, taps: Taps, text: str, spoken: str, *, on: bool, side: str = "both") -> None:
        super().__init__(text)
        self._look, self._taps, self._on, self._side = look, taps, on, side
        self._setter = Typesetter(look.font(Voice.SOFT_STRONG))
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clicked.connect(self._finger_left_inside)

    def wanted_width(self) -> int:
        """The word and air, at least a finger."""
        return max(self._look.mm(20), self._setter.width(self.text()) + 2 * self._look.mm(5.5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A finger that was there before the page does not press."""
        if self._taps.may_press():
            super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Filled when on."""
        look, painter = self._look, QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        radius, thickness = look.mm(3), max(2, look.mm(0.4))
        # One end is pushed out of the widget, so that the two halves meet in a straight line.
        area = self.rect().adjusted(
            -2 * radius if self._side == "right" else 0, 0, 2 * radius if self._side == "left" else 0, 0
        )
        fill = "brand" if self._on else "brand_tint" if self.isDown() else "surface"
        paint_box(painter, area, radius, look.colour(fill), look.colour("brand" if self._on else "line"), thickness)
        ink = look.colour("on_brand" if self._on else "ink")
        box = QRect(0, (self.height() - self._setter.line) // 2, self.width(), self._setter.line)
        self._setter.paint(painter, [self.text()], box, ink, Qt.AlignmentFlag.AlignHCenter)

    def _finger_left_inside(self) -> None:
        if self._taps.accept(self):
            self.tapped.emit()


class Header(Piece):
    """Clinic and department left, clock, language and letter size right."""

    language_chosen = Signal(object)
    larger_letters = Signal(bool)

    HEIGHT_MM = 27.0
    CONTROL_MM = 20.0

    def __init__(
        self, look: Look, taps: Taps, clinic: str, department: str, language: Language, *, large: bool
    ) -> None:
        super().__init__(look)
        self._taps, self._clinic, self._department = taps, clinic, department
        self._language, self._large = language, large
        self._name = Typesetter(look.font(Voice.SOFT_STRONG))
        self._clock_setter = Typesetter(look.font(Voice.SOFT, tabular=True))
        self._clock = ""
        self._toggles: list[Toggle] = []
        self.setAccessibleName(f"{clinic} · {department}")

    def show_clock(self, text: str) -> None:
        """The time of day."""
        if text != self._clock:
            self._clock = text
            self.update()

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A finger and air."""
        return self.look.mm(self.HEIGHT_MM)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Long words where they fit beside the clinic's name, short ones where not."""
        for toggle in self._toggles:
            toggle.hide()
            toggle.deleteLater()
        self._toggles = self._make(short=False)
        if self._name_room() < self._name.width(self._clinic):
            for toggle in self._toggles:
                toggle.deleteLater()
            self._toggles = self._make(short=True)
        left = self.width() - self._margin() - self._controls_width()
        height, top = self.look.mm(self.CONTROL_MM), (self.height() - self.look.mm(self.CONTROL_MM)) // 2
        for toggle, space_after in zip(self._toggles, (0, self._between(), 0), strict=True):
            toggle.setParent(self)
            toggle.setGeometry(left, top, toggle.wanted_width(), height)
            toggle.show()
            left += toggle.wanted_width() + space_after

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Mark, name, clock, a hairline below."""
        painter, look = self.painter(), self.look
        painter.fillRect(self.rect(), look.colour("surface"))
        painter.setPen(QPen(look.colour("hairline"), 2))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        side = look.mm(14)
        mark = QRectF(self._margin(), (self.height() - side) / 2, side, side)
        path = QPainterPath()
        path.addRoundedRect(mark, look.mm(3), look.mm(3))
        painter.fillPath(path, look.colour("brand"))
        inset = side * 0.16
        paint_icon(painter, "cross-filled", mark.adjusted(inset, inset, -inset, -inset), look.palette.on_brand)
        for number, line in enumerate(lines := self._name_lines()):
            top = (self.height() - len(lines) * self._name.line) // 2 + number * self._name.line
            self._name.paint(painter, [line], QRect(self._name_left(), top, 1, 1), look.colour("ink"))
        if self._clock and self._clock_fits():
            right = self.width() - self._margin() - self._controls_width() - look.mm(6)
            top = (self.height() - self._clock_setter.line) // 2
            area = QRect(right - self._clock_setter.width(self._clock), top, self._clock_setter.width(self._clock), 1)
            self._clock_setter.paint(painter, [self._clock], area, look.colour("ink_soft"))

    def _make(self, *, short: bool) -> list[Toggle]:
        look, taps, language = self.look, self._taps, self._language
        vi, en = ("VI", "EN") if short else ("Tiếng Việt", "English")
        size = say(f"screen.header.{'normal' if self._large else 'large'}{'_short' if short else ''}", language)
        spoken = say(f"screen.header.{'normal' if self._large else 'large'}_spoken", language)
        left = Toggle(look, taps, vi, "Tiếng Việt", on=language is Language.VI, side="left")
        right = Toggle(look, taps, en, "English", on=language is Language.EN, side="right")
        letters = Toggle(look, taps, size, spoken, on=self._large)
        left.tapped.connect(self._choose_vietnamese)
        right.tapped.connect(self._choose_english)
        letters.tapped.connect(self._change_letters)
        return [left, right, letters]

    def _choose_vietnamese(self) -> None:
        self.language_chosen.emit(Language.VI)

    def _choose_english(self) -> None:
        self.language_chosen.emit(Language.EN)

    def _change_letters(self) -> None:
        self.larger_letters.emit(not self._large)

    def _name_lines(self) -> list[str]:
        whole = f"{self._clinic} · {self._department}"
        clock = self._clock_setter.width("00:00") + self.look.mm(6)
        if self._name.width(whole) <= self._name_room() - clock:
            return [whole]
        if self._name.width(self._clinic) <= self._name_room():
            return [self._clinic]
        return self._name.lines(self._clinic, self._name_room())[:2]

    def _clock_fits(self) -> bool:
        name = max(self._name.width(line) for line in self._name_lines())
        return name + self._clock_setter.width(self._clock) + self.look.mm(12) <= self._name_room()

    def _name_left(self) -> int:
        return self._margin() + self.look.mm(14) + self.look.mm(6)

    def _name_room(self) -> int:
        return self.width() - self._name_left() - self._controls_width() - self._margin() - self.look.mm(6)

    def _controls_width(self) -> int:
        return sum(toggle.wanted_width() for toggle in self._toggles) + self._between()

    def _between(self) -> int:
        return self.look.mm(6)

    def _margin(self) -> int:
        return self.look.mm(MARGIN_MM)
