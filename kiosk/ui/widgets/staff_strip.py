"""The strip above a staff's window: who is on duty, and what only staff may do. A patient's window has none."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeySequence, QPaintEvent, QResizeEvent, QShortcut

from kiosk.privacy import Personal
from kiosk.text import Language, say
from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.header import MARGIN_MM
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.text import Typesetter
from kiosk.ui.widgets.toggle import Toggle

VISIT_KEY = Qt.Key.Key_F6
DUTY_KEY = Qt.Key.Key_F8
GUN_KEY = Qt.Key.Key_F9


@dataclass(frozen=True, slots=True, repr=False)
class OnDuty(Personal):
    """Who is signed in, and in whose name cards are looked up while nobody is; empty: in nobody's.

    `officer_id`: two officers may have one name.
    """

    name: str = ""
    stands_in: str = ""
    officer_id: str = ""

    @property
    def is_nobody(self) -> bool:
        """Whether nothing can be done here in anybody's name."""
        return not (self.name or self.stands_in)

    def is_same(self, other: "OnDuty | None") -> bool:
        """Whether the same officer is signed in."""
        return other is not None and (self.officer_id, self.name) == (other.officer_id, other.name)

    def told(self, language: Language) -> str:
        """In one line."""
        if self.name:
            return say("officer.strip.on_duty", language, name=self.name)
        if self.stands_in:
            return say("officer.strip.nobody", language, name=self.stands_in)
        return say("officer.strip.needed", language)


class StaffStrip(Piece):
    """`gun_asked`: the page that checks the barcode gun is wanted; `duty_asked`: signing in, or out.

    `visit_asked`: something is to be said of the visit. `on_duty` None: nobody can sign in at this window.
    `in_session`: there is somebody to say something about.
    """

    gun_asked = Signal()
    duty_asked = Signal()
    visit_asked = Signal()

    HEIGHT_MM = 15.0
    CONTROL_MM = 11.0
    LETTERS = 0.7
    GAP_MM = 4.0

    def __init__(
        self, look: Look, taps: Taps, language: Language, on_duty: OnDuty | None = None, *, in_session: bool = False
    ) -> None:
        super().__init__(look)
        # Staff sit at the desk: their letters are smaller than a patient's, their targets as large as a mouse needs.
        small = look.with_scale(replace(look.scale, room=look.scale.room * self.LETTERS))
        self.gun = Toggle(small, taps, say("gun.page.open", language), say("gun.page.title", language), on=False)
        self.gun.setParent(self)
        self.gun.tapped.connect(self.gun_asked)
        QShortcut(QKeySequence(GUN_KEY), self).activated.connect(self.gun_asked)
        self.visit: Toggle | None = None
        if in_session:
            self.visit = Toggle(small, taps, say("visit.open", language), say("visit.title", language), on=False)
            self.visit.setParent(self)
            self.visit.tapped.connect(self.visit_asked)
            QShortcut(QKeySequence(VISIT_KEY), self).activated.connect(self.visit_asked)
        self._on_duty = on_duty
        self._told = on_duty.told(language) if on_duty else ""
        self._setter = Typesetter(small.font(Voice.SOFT_STRONG))
        self.duty: Toggle | None = None
        if on_duty is not None:
            words = say(f"officer.strip.{'sign_out' if on_duty.name else 'sign_in'}", language)
            # Where nothing can be looked up before somebody signs in, that is the thing to do.
            is_first = not on_duty.name and not on_duty.stands_in
            self.duty = Toggle(small, taps, words, words, on=is_first)
            self.duty.setParent(self)
            self.duty.tapped.connect(self.duty_asked)
            QShortcut(QKeySequence(DUTY_KEY), self).activated.connect(self.duty_asked)
        self.setAccessibleName(self._told)

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A control and air."""
        return self.look.mm(self.HEIGHT_MM)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Right, where the header's controls end."""
        height, right = self.look.mm(self.CONTROL_MM), self.width() - self.look.mm(MARGIN_MM)
        for control in self._controls():
            wide = control.wanted_width()
            control.setGeometry(right - wide, (self.height() - height) // 2, wide, height)
            right -= wide + self.look.mm(self.GAP_MM)

    def _controls(self) -> list[Toggle]:
        """From the right."""
        return [control for control in (self.gun, self.duty, self.visit) if control is not None]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A tint that no page of the patient's has; another one where nothing can be looked up."""
        painter, look = self.painter(), self.look
        stands_still = self._on_duty is not None and self._on_duty.is_nobody
        pair = look.palette.tone(Tone.ATTENTION)
        ground, ink = (pair.ground, pair.ink) if stands_still else ("brand_tint", "ink")
        painter.fillRect(self.rect(), look.colour(ground))
        if self.duty is None or self._on_duty is None:
            return
        side, left = self._setter.line, look.mm(MARGIN_MM)
        icon = "warning" if stands_still else "person"
        box = QRectF(left, (self.height() - side) / 2, side, side)
        paint_icon(painter, icon, box, pair.ink if stands_still else look.palette.brand)
        left += side + look.mm(2.5)
        room = self._controls()[-1].x() - look.mm(self.GAP_MM) - left
        area = QRect(left, (self.height() - self._setter.line) // 2, room, self._setter.line)
        self._setter.paint(painter, [self._setter.cut(self._told, room)], area, look.colour(ink))
