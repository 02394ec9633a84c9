"""What the camera sees, with a frame that says where to hold the code and a line that says how."""

from collections.abc import Mapping
from math import pi, sin

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent

from kiosk.ui.camera.advice import Hint
from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.motion import MovingPiece
from kiosk.ui.widgets.scene import stroke
from kiosk.ui.widgets.text import Typesetter

_ICONS = {
    Hint.AIM: "qr",
    Hint.CLOSER: "closer",
    Hint.FARTHER: "farther",
    Hint.HOLD_STILL: "hold-still",
    Hint.TOO_DARK: "moon",
    Hint.TOO_BRIGHT: "sun",
    Hint.SEEN: "check",
    Hint.STARTING: "clock",
    Hint.NO_PICTURE: "camera-off",
    Hint.USE_GUN: "qr",
}
_QUIET = (Hint.AIM, Hint.STARTING, Hint.USE_GUN)
_BLIND = (Hint.STARTING, Hint.NO_PICTURE, Hint.USE_GUN)
_WHITE, _OUTLINE, _SEEN, _ATTENTION = "#FFFFFF", "#10202B", "#35C3A4", "#FFC24D"
_SHAPE = 4 / 3
_PICTURE = 0.55
"""Of the width, at most, where the words stand beside the picture."""
_GUIDE = 0.74
"""Of the picture's shorter side."""
_SHADE = 0.5
"""Outside the guide: what counts is inside."""


class Preview(MovingPiece):
    """The camera's picture with the hint in words, below it or `beside` it. Tells assistive programs both."""

    seconds = 2.6
    still = 0.3

    def __init__(
        self,
        look: Look,
        spoken: str,
        words: Mapping[Hint, str],
        *,
        height_mm: tuple[float, float] = (60, 40),
        voice: Voice = Voice.HEADING,
        beside: bool = False,
    ) -> None:
        super().__init__(look)
        self._natural, self._least = look.mm(height_mm[0]), look.mm(height_mm[1])
        self._spoken, self._words = spoken, dict(words)
        self._setter, self._beside = Typesetter(look.font(voice)), beside
        self._frame: QImage | None = None
        self._fitted: QImage | None = None
        self._hint = Hint.AIM
        self._speak()

    def show_frame(self, frame: QImage) -> None:
        """The newest picture."""
        self._frame, self._fitted = frame, None
        self.update()

    def show_hint(self, hint: Hint) -> None:
        """What to do; without a picture the last one is gone."""
        self._hint = hint
        if hint in _BLIND:
            self._frame = self._fitted = None
        self._speak()
        self.update()

    def forget(self) -> None:
        """The picture is gone."""
        self._frame = self._fitted = None
        self.update()

    @property
    def shows_photo(self) -> bool:
        """Whether a picture of the room is held."""
        return self._frame is not None

    @property
    def hint(self) -> Hint:
        """What is said."""
        return self._hint

    def natural_width(self) -> int:
        """4 : 3, and room for the words."""
        return round(self._natural * _SHAPE) * (2 if self._beside else 1)

    def least_width(self) -> int:
        """Room to aim, and for the longest word."""
        word = max(map(self._setter.widest_word, self._words.values())) + self._chrome() + 1
        return round(self._least * _SHAPE) + word if self._beside else max(self._least, word)

    def natural_height(self, width: int) -> int:
        """4 : 3, not more than it likes, and the words."""
        if self._beside:
            return max(self._natural, self.least_height(width))
        return max(self._least, min(self._natural, round(width / _SHAPE))) + self._words_height(width)

    def least_height(self, width: int) -> int:
        """Still to be aimed with, and the words."""
        if self._beside:
            return max(self._least, self._words_height(width - round(self._least * _SHAPE)))
        return self._least + self._words_height(width)

    def moving_area(self) -> QRect:
        """The guide, while a line moves in it."""
        seen, _ = self._areas()
        return self._guide(seen).toAlignedRect() if self._hint is Hint.AIM else QRect()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rests, and keeps no picture."""
        super().hideEvent(event)
        self._frame = self._fitted = None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Picture and guide above, the hint below."""
        painter, look = self.painter(), self.look
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), look.mm(4), look.mm(4))
        painter.setClipPath(clip)
        seen, words = self._areas()
        painter.fillRect(seen, QColor(_OUTLINE))
        if self._frame is not None:
            self._paint_frame(painter, self._frame, seen)
        painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
        self._paint_guide(painter, seen)
        painter.setClipPath(clip)
        self._paint_hint(painter, words)

    def _areas(self) -> tuple[QRect, QRect]:
        """Where the picture is, and where the words are."""
        if self._beside:
            # As wide as the words leave it, which need no more lines than there is height for.
            word = max(map(self._setter.widest_word, self._words.values())) + self._chrome() + 1
            most = min(round(self.width() * _PICTURE), self.width() - word)
            wide = min(round(self.height() * _SHAPE), max(round(self._least * _SHAPE), most))
            while wide > self._least and self._words_height(self.width() - wide) > self.height():
                wide -= self.look.mm(2)
            return QRect(0, 0, wide, self.height()), QRect(wide, 0, self.width() - wide, self.height())
        tall = max(1, self.height() - self._words_height(self.width()))
        return QRect(0, 0, self.width(), tall), QRect(0, tall, self.width(), self.height() - tall)

    # -- the picture ---------------------------------------------------------------------------------------------
    def _paint_frame(self, painter: QPainter, frame: QImage, seen: QRect) -> None:
        # Once a frame, not once a step of the line over it: that costs more than all else here.
        if self._fitted is None or self._fitted.size() != seen.size():
            self._fitted = _filling(frame, seen.size())
        painter.drawImage(seen.topLeft(), self._fitted)

    def _paint_guide(self, painter: QPainter, seen: QRect) -> None:
        box = self._guide(seen)
        side = box.width()
        if self._frame is None:
            inset = side * 0.24
            icon = "camera-off" if self._hint is Hint.NO_PICTURE else "qr"
            paint_icon(painter, icon, box.adjusted(inset, inset, -inset, -inset), "#6C7F8A")
            if self._hint in (Hint.NO_PICTURE, Hint.USE_GUN):
                return  # nothing is aimed at
        else:
            self._paint_shade(painter, seen, box)
        width = max(4.0, self.look.mm(1.5), side * 0.014)
        path = _corners(box, side * (0.5 if self._hint is Hint.SEEN else 0.2))
        for arrow in _arrows(box, self._hint):
            path.addPath(arrow)
        # A dark edge, or white corners are lost before a white wall.
        stroke(painter, path, _OUTLINE, width * 1.7)
        stroke(painter, path, self._guide_colour(), width)
        if self._hint is Hint.AIM:
            self._paint_moving_line(painter, box)

    def _guide(self, seen: QRect) -> QRectF:
        side = min(seen.width(), seen.height()) * _GUIDE
        return QRectF(seen.center().x() - side / 2 + 0.5, seen.center().y() - side / 2 + 0.5, side, side)

    def _paint_shade(self, painter: QPainter, seen: QRect, box: QRectF) -> None:
        shade = QPainterPath()
        shade.addRect(QRectF(seen))
        inside = QPainterPath()
        inside.addRoundedRect(box, box.width() * 0.06, box.width() * 0.06)
        colour = QColor(_OUTLINE)
        colour.setAlphaF(_SHADE)
        painter.fillPath(shade.subtracted(inside), colour)

    def _paint_moving_line(self, painter: QPainter, box: QRectF) -> None:
        height = box.top() + box.height() * (0.5 - 0.42 * sin(self.moment * 2 * pi))
        path = QPainterPath(QPointF(box.left() + box.width() * 0.06, height))
        path.lineTo(box.right() - box.width() * 0.06, height)
        stroke(painter, path, self.look.palette.glow, self.look.mm(1))

    def _guide_colour(self) -> str:
        if self._hint is Hint.SEEN:
            return _SEEN
        return _WHITE if self._hint in _QUIET else _ATTENTION

    # -- the words -----------------------------------------------------------------------------------------------
    def _paint_hint(self, painter: QPainter, area: QRect) -> None:
        palette = self.look.palette
        if self._hint in _QUIET:
            ground, ink = palette.device, _WHITE
        else:
            pair = palette.tone(Tone.GOOD if self._hint is Hint.SEEN else Tone.ATTENTION)
            ground, ink = pair.ground, pair.ink
        painter.fillRect(area, QColor(ground))
        lines = self._setter.lines(self._words[self._hint], area.width() - self._chrome())
        top = area.top() + (area.height() - len(lines) * self._setter.line) // 2
        wide = max(round(self._setter.advance(one)) for one in lines)
        left = area.left() + (area.width() - wide - self._chrome()) // 2 + self._pad()
        side = self._side()
        icon = QRectF(left, area.top() + (area.height() - side) / 2, side, side)
        paint_icon(painter, _ICONS[self._hint], icon, ink)
        words = QRect(left + side + self._pad() // 2, top, wide, area.height())
        self._setter.paint(painter, lines, words, QColor(ink))

    def _words_height(self, width: int) -> int:
        # Room for the longest hint: the picture must not jump when another is said.
        most = max(self._setter.count(words, width - self._chrome()) for words in self._words.values())
        return most * self._setter.line + 2 * self.look.mm(2)

    def _side(self) -> int:
        return round(self._setter.font.pixelSize() * 1.3)

    def _pad(self) -> int:
        return self.look.mm(4)

    def _chrome(self) -> int:
        return self._side() + self._pad() // 2 + 2 * self._pad()

    def _speak(self) -> None:
        self.setAccessibleName(f"{self._spoken}. {self._words[self._hint]}")


def _filling(frame: QImage, size: QSize) -> QImage:
    """The middle of `frame`, as much as fills `size` without being stretched."""
    whole, shape = frame.size(), size.width() / max(1, size.height())
    wide, tall = min(whole.width(), whole.height() * shape), min(whole.height(), whole.width() / shape)
    source = QRectF((whole.width() - wide) / 2, (whole.height() - tall) / 2, wide, tall)
    filled = QImage(size, QImage.Format.Format_RGB32)
    painter = QPainter(filled)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(filled.rect()), frame, source)
    painter.end()
    return filled


def _corners(box: QRectF, length: float) -> QPainterPath:
    path = QPainterPath()
    for x, y, right, down in (
        (box.left(), box.top(), 1, 1),
        (box.right(), box.top(), -1, 1),
        (box.left(), box.bottom(), 1, -1),
        (box.right(), box.bottom(), -1, -1),
    ):
        path.moveTo(x + right * length, y)
        path.lineTo(x + right * box.width() * 0.06, y)
        path.quadTo(x, y, x, y + down * box.width() * 0.06)
        path.lineTo(x, y + down * length)
    return path


def _arrows(box: QRectF, hint: Hint) -> list[QPainterPath]:
    """Four arrows on the diagonals: outwards where the code has to grow, inwards where it has to shrink."""
    if hint not in (Hint.CLOSER, Hint.FARTHER):
        return []
    arrows, unit = [], box.width() / 2
    near, far = (0.42, 0.78)
    tip, tail = (far, near) if hint is Hint.CLOSER else (near, far)
    for right, down in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        point = box.center() + QPointF(right * tip * unit, down * tip * unit)
        start = box.center() + QPointF(right * tail * unit, down * tail * unit)
        back = 0.2 * unit * (-1 if hint is Hint.CLOSER else 1)
        path = QPainterPath(start)
        path.lineTo(point)
        path.moveTo(point + QPointF(right * back, 0))
        path.lineTo(point)
        path.lineTo(point + QPointF(0, down * back))
        arrows.append(path)
    return arrows
