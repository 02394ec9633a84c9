"""The small pieces of the staff's window: words, badges, cards, buttons that show their key."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from kiosk.ui.desk.grounds import paint_keycap, paint_ring
from kiosk.ui.desk.look import TARGET_PX, DeskLook, DeskVoice
from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.palette import Tone

ICONS = {Tone.GOOD: "check", Tone.ATTENTION: "warning", Tone.STOP: "stop", Tone.INFO: "info"}
_PAD_PX, _RADIUS = 14, 6.0


class Words(QLabel):
    """A text painted by the house's typesetter: wrapped, or with `one_line` cut where there is no room for all of it.

    What is cut is told in full by its tool tip. `broad`: its lines are as long as there is width for.
    """

    def __init__(
        self,
        look: DeskLook,
        text: str = "",
        voice: DeskVoice = DeskVoice.BODY,
        colour: str = "ink",
        *,
        one_line: bool = False,
        broad: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__(text)
        self._look, self._setter, self._colour = look, look.setter(voice, broad=broad), colour
        self._one_line, self._align = one_line, align
        self._beside = self._setter.overhang
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(not one_line)
        self.setSizePolicy(policy)

    def tell(self, text: str, colour: str | None = None) -> None:
        """Says something else."""
        self._colour = colour or self._colour
        self._setter.forget()
        self.setText(text)
        self.setToolTip("")
        self.updateGeometry()
        self.update()

    def forget(self) -> None:
        """Says nothing."""
        self.tell("")

    @property
    def is_cut(self) -> bool:
        """Whether something of it cannot be read here."""
        return self._one_line and self._setter.width(self.text()) > self.width() - 2 * self._beside

    def hasHeightForWidth(self) -> bool:
        """Wrapped words are as high as they must be."""
        return not self._one_line

    def heightForWidth(self, width: int) -> int:
        """All lines at `width`."""
        room = max(1, width - 2 * self._beside)
        return self._setter.line * (1 if self._one_line else self._setter.count(self.text(), room))

    def sizeHint(self) -> QSize:
        """On one line."""
        wide = self._setter.width(self.text()) + 2 + 2 * self._beside
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        """Of the longest word; what may be cut needs a few letters."""
        if self._one_line:
            return QSize(min(self.sizeHint().width(), self._look.px(48)), self._setter.line)
        return QSize(self._setter.widest_word(self.text()) + 2 + 2 * self._beside, self._setter.line)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The lines, in the middle of spare height where it is one."""
        if not (text := self.text()):
            return
        room = max(1, self.width() - 2 * self._beside)
        lines = [self._setter.cut(text, room)] if self._one_line else self._setter.lines(text, room)
        if self._one_line:
            self.setToolTip(text if self.is_cut else "")
        top = max(0, (self.height() - len(lines) * self._setter.line) // 2)
        painter = QPainter(self)
        area = QRect(self._beside, top, room, self.height() - top)
        self._setter.paint(painter, lines, area, self._look.colour(self._colour), self._align)
        painter.end()


class Badge(QLabel):
    """A few words on their tone's ground, with the tone's sign; without a tone they step back."""

    def __init__(self, look: DeskLook, text: str, tone: Tone | None, *, icon: str = "", loud: bool = False) -> None:
        super().__init__(text)
        self._look, self._tone = look, tone
        self._setter = look.setter(DeskVoice.HEADING if loud else DeskVoice.SMALL_STRONG)
        self._icon = icon or (ICONS[tone] if tone is not None else "")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def forget(self) -> None:
        """Says nothing."""
        self.clear()
        self._setter.forget()

    def sizeHint(self) -> QSize:
        """Sign, words, air."""
        side = self._setter.line
        icon = round(side * 0.8) + self._look.px(6) if self._icon else 0
        return QSize(self._setter.width(self.text()) + icon + 2 * self._look.px(9) + 1, side + self._look.px(6))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A rounded ground, the sign, the words."""
        palette = self._look.palette
        ink, ground = palette.ink_soft, palette.disabled
        if self._tone is not None:
            pair = palette.tone(self._tone)
            ink, ground = pair.ink, pair.ground
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(ground))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        left, line = self._look.px(9), self._setter.line
        top = (self.height() - line) // 2
        if self._icon:
            side = round(line * 0.8)
            paint_icon(painter, self._icon, QRectF(left, (self.height() - side) / 2, side, side), ink)
            left += side + self._look.px(6)
        words = self._setter.cut(self.text(), self.width() - left)
        self._setter.paint(painter, [words], QRect(left, top, self.width() - left, line), self._look.colour(ink))
        painter.end()


class Card(QFrame):
    """A sheet on the ground, with a hairline and a small title."""

    def __init__(self, look: DeskLook, title: str = "") -> None:
        super().__init__()
        self.look = look
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(20, 16, 20, 18)
        self.inside.setSpacing(look.px(8))
        if title:
            self.inside.addWidget(Words(look, title, DeskVoice.SMALL_STRONG, "ink_soft"))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Surface and hairline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.look.colour("hairline"), 1))
        painter.setBrush(self.look.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()


class DeskButton(QPushButton):
    """Words and, on the right, the key that does the same. Space presses it; Enter never does.

    A gun that is no longer told from a hand ends with Enter, and Enter has one meaning in the whole window.
    """

    def __init__(
        self, look: DeskLook, text: str, key: str = "", *, primary: bool = False, grave: bool = False, note: str = ""
    ) -> None:
        super().__init__(text)
        self._look, self._key, self._primary, self._grave, self._note = look, key, primary, grave, note
        self._missing = ""
        self._setter = look.setter(DeskVoice.STRONG if primary else DeskVoice.BODY)
        self._cap = look.setter(DeskVoice.SMALL)
        self.setFont(look.font(DeskVoice.BODY))
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def tell(self, text: str, note: str = "") -> None:
        """Says something else; `note` stands before the key, more quietly."""
        if (text, note) != (self.text(), self._note):
            self._note = note
            self.setText(text)
            self._name()
            self.updateGeometry()
            self.update()

    @property
    def missing(self) -> str:
        """What is missing before it can be pressed; empty: nothing."""
        return self._missing

    def tell_missing(self, words: str) -> None:
        """Shut while something is missing, and says so to whoever points at it or hears it; empty: open."""
        self.setEnabled(not words)
        if words != self._missing:
            self._missing = words
            self._name()

    def _name(self) -> None:
        self.setAccessibleName(f"{self.text()}, {self._note}" if self._note else self.text())
        self.setAccessibleDescription(". ".join(filter(None, (self._key, self._missing))))
        named = f"{self.text()} ({self._key})" if self._key else self.text()
        self.setToolTip("\n".join(filter(None, (named, self._missing))))

    def sizeHint(self) -> QSize:
        """On one line."""
        wide = self._setter.width(self.text()) + self._taken() + 2 * _PAD_PX + 2
        return QSize(wide, self._least_height())

    def minimumSizeHint(self) -> QSize:
        """On two lines at worst."""
        widest = max(self._setter.widest_word(self.text()), self._setter.width(self.text()) // 2)
        return QSize(widest + self._taken() + 2 * _PAD_PX + 2, self._least_height())

    def hasHeightForWidth(self) -> bool:
        """Where there is little room the words go on below."""
        return True

    def heightForWidth(self, width: int) -> int:
        """All lines and air."""
        lines = self._setter.count(self.text(), max(1, width - self._taken() - 2 * _PAD_PX))
        return max(self._least_height(), lines * self._setter.line + self._look.px(14))

    def _least_height(self) -> int:
        return max(TARGET_PX, self._look.px(52 if self._primary else TARGET_PX))

    def _taken(self) -> int:
        note = self._cap.width(self._note) + self._look.px(10) if self._note else 0
        return note + (self._cap.width(self._key) + self._look.px(14) + self._look.px(10) if self._key else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the window's, also on desktops where it presses buttons."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Ground, words, keycap, ring."""
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, edge, ink = palette.surface, palette.line, palette.ink
        if not self.isEnabled():
            ground, edge, ink = palette.ground, palette.hairline, palette.ink_soft
        elif self._primary:
            ground = edge = palette.brand_pressed if self.isDown() else palette.brand
            ink = palette.on_brand
        elif self._grave:
            ink = palette.tone(Tone.STOP).ink
        if self.isEnabled() and not self._primary and (self.isDown() or self.isChecked() or self.underMouse()):
            ground = palette.brand_tint
        if self.isChecked():
            edge = palette.brand
        painter.setPen(QPen(self._look.colour(edge), 2 if self.isChecked() else 1))
        painter.setBrush(self._look.colour(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        right = self._paint_key(painter, ink)
        if self._note:
            width = self._cap.width(self._note) + 1
            right -= width
            area = QRect(right, (self.height() - self._cap.line) // 2, width, self._cap.line)
            soft = ink if self._primary else palette.ink_soft
            self._cap.paint(painter, [self._note], area, self._look.colour(soft))
            right -= self._look.px(10)
        lines = self._setter.lines(self.text(), max(1, right - _PAD_PX))
        top = (self.height() - len(lines) * self._setter.line) // 2
        area = QRect(_PAD_PX, top, right - _PAD_PX, self.height() - top)
        self._setter.paint(painter, lines, area, self._look.colour(ink))
        if self.hasFocus():
            paint_ring(painter, self.rect(), self._look)
        painter.end()

    def _paint_key(self, painter: QPainter, ink: str) -> int:
        """The keycap at the right edge; how far the words may go."""
        right = self.width() - _PAD_PX
        if not self._key:
            return right
        wide, tall = self._cap.width(self._key) + self._look.px(14), self._cap.line + 2
        cap = QRectF(right - wide, (self.height() - tall) / 2, wide, tall)
        paint_keycap(painter, cap, self._key, self._look, ink if self._primary else "")
        return right - wide - self._look.px(10)
