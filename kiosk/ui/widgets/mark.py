"""Small signs: a state's mark, an icon in a line of text, a calm bar while something is asked, a large number."""

from math import pi, sin

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPaintEvent

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.motion import MovingPiece
from kiosk.ui.widgets.piece import Piece, paint_box
from kiosk.ui.widgets.signed import TONE_ICONS
from kiosk.ui.widgets.text import Typesetter

_AIR = 0.95
"""Height of a number by its letter size: capitals and figures need no room for marks, the tail of a Q does."""


class Mark(Piece):
    """A state as a round tint with its icon."""

    def __init__(self, look: Look, tone: Tone, *, icon: str = "", size_mm: float = 15) -> None:
        super().__init__(look)
        self._tone, self._icon = tone, icon or TONE_ICONS[tone]
        self._side = look.mm(size_mm)

    def least_width(self) -> int:
        """A circle."""
        return self._side

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A circle."""
        return self._side

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Tint and icon."""
        painter, pair = self.painter(), self.look.palette.tone(self._tone)
        box = QRectF((self.width() - self._side) / 2, (self.height() - self._side) / 2, self._side, self._side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour(pair.ground))
        painter.drawEllipse(box)
        inset = self._side * 0.23
        paint_icon(painter, self._icon, box.adjusted(inset, inset, -inset, -inset), pair.ink)


class Icon(Piece):
    """An icon as large as the letters beside it."""

    def __init__(self, look: Look, name: str, voice: Voice, colour: str) -> None:
        super().__init__(look)
        self._name, self._colour = name, colour
        self._side = round(look.font(voice).pixelSize() * 1.15)

    def least_width(self) -> int:
        """A square."""
        return self._side

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A square."""
        return self._side

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The icon."""
        box = QRectF(0, (self.height() - self._side) / 2, self._side, self._side)
        paint_icon(self.painter(), self._name, box, self.look.colour(self._colour).name())


class CalmBar(MovingPiece):
    """Something is being asked; nobody knows how long it takes."""

    seconds = 2.4
    still = 0.08

    def __init__(self, look: Look, spoken: str) -> None:
        super().__init__(look)
        self.setAccessibleName(spoken)

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A thick line."""
        return self.look.mm(2.4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A short bar that goes to and fro."""
        painter, radius = self.painter(), self.height() / 2
        paint_box(painter, self.rect(), radius, self.look.colour("hairline"))
        along = 0.5 - 0.5 * sin(self.moment * 2 * pi + pi / 2)
        short = round(self.width() * 0.34)
        bar = QRect(round((self.width() - short) * along), 0, short, self.height())
        paint_box(painter, bar, radius, self.look.colour("brand"))


class TicketNumber(Piece):
    """What the hall will call, as large as there is room."""

    def __init__(self, look: Look, ticket: str, *, centred: bool, least_points: float = 150.0) -> None:
        super().__init__(look)
        self._ticket, self._centred, self._least_points = ticket, centred, least_points
        self.setAccessibleName(ticket)

    def natural_width(self) -> int:
        """At full size."""
        return self._setter(self._full()).width(self._ticket)

    def least_width(self) -> int:
        """At the least size that is read from three metres."""
        return self._setter(self._small()).width(self._ticket) + 2

    def natural_height(self, width: int) -> int:
        """Letters and little air."""
        return round(self._fitting(width, 1 << 20) * _AIR)

    def least_height(self, width: int) -> int:
        """The least size."""
        return round(min(self._small(), self._fitting(width, 1 << 20)) * _AIR)

    def forget(self) -> None:
        """No number."""
        self._ticket = ""
        self.setAccessibleName("")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Figures stand in the middle of the height: capitals have no marks to leave room for."""
        painter = self.painter()
        setter = self._setter(self._fitting(self.width(), self.height()))
        tall = setter.line
        area = QRect(0, (self.height() - tall) // 2, self.width(), tall)
        align = Qt.AlignmentFlag.AlignHCenter if self._centred else Qt.AlignmentFlag.AlignLeft
        setter.paint(painter, [self._ticket], area, self.look.colour("brand"), align)

    def _full(self) -> int:
        return self._look_pixels(Voice.TICKET.points)

    def _small(self) -> int:
        return self._look_pixels(self._least_points)

    def _look_pixels(self, points: float) -> int:
        # Already larger than any wish for larger letters.
        return self.look.scale.with_text(1.0, self.look.scale.room).points(points)

    def _setter(self, pixels: int) -> Typesetter:
        return Typesetter(self.look.letters.sized(QFont.Weight.Bold, pixels, tabular=True))

    def _fitting(self, width: int, height: int) -> int:
        full = self._full()
        by_width = full * (width - 2) / max(1, self._setter(full).width(self._ticket))
        return max(1, int(min(full, by_width, height / _AIR)))
