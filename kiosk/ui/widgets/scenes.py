"""The drawings: where the card goes, what to show the camera, how to type, the slip that comes out."""

from math import pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath

from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.scene import (
    CARD,
    Scene,
    arrow_down,
    ease,
    lying,
    paint_card,
    paint_reader,
    paint_reader_lights,
    rounded,
    stroke,
)


class CardScene(Scene):
    """The card shows its chip, tips forward and lies down on the reader, chip below."""

    units = (208.0, 134.0)
    seconds = 4.6
    still = 0.08
    _middle = QPointF(100, 92)

    def __init__(self, look: Look, spoken: str, *, on_brand: bool, height_mm: tuple[float, float] = (62, 30)) -> None:
        super().__init__(look, spoken, height_mm=height_mm)
        self._counter = look.palette.brand_soft if on_brand else look.palette.disabled
        self._arrow = look.palette.on_brand if on_brand else look.palette.brand

    def paint_ground(self, painter: QPainter) -> None:
        """The reader."""
        paint_reader(painter, self.look, self._middle, ground=self._counter)

    def paint(self, painter: QPainter, moment: float) -> None:
        """One round: shown, laid, read, lifted."""
        lowered = ease(moment, 0.18, 0.5) * (1 - ease(moment, 0.86, 0.99))
        lies = ease(moment, 0.5, 0.56) * (1 - ease(moment, 0.84, 0.88))
        middle = self._middle
        pulse = 0.5 + 0.5 * sin(moment * 10 * pi)
        covered = lowered > 0.72
        paint_reader_lights(painter, self.look, middle, lies * (0.6 + 0.4 * pulse), covered=covered)
        angle = -14 - (122 - 14) * lowered
        painter.save()
        painter.translate(middle.x(), 33 + (middle.y() + 4 - 33) * lowered)
        painter.rotate(-3 * (1 - lowered))
        painter.setTransform(lying(angle), combine=True)
        if angle > -90:
            paint_card(painter, self.look, chip_side=True)
        else:
            painter.scale(1, -1)
            paint_card(painter, self.look, chip_side=False)
        painter.restore()
        if lowered < 0.5:
            painter.setOpacity(1 - 2 * lowered)
            arrow_down(painter, QPointF(174, 62 + 3 * sin(moment * 12 * pi)), 38, self._arrow, 5)
            painter.setOpacity(1)


class ReadingScene(Scene):
    """The card lies on the reader; waves say that it is being read."""

    units = (216.0, 132.0)
    seconds = 2.2
    still = 0.35
    _middle = QPointF(108, 84)

    def paint_ground(self, painter: QPainter) -> None:
        """The card does not move: neither should the patient's."""
        middle = self._middle
        paint_reader(painter, self.look, middle, ground=self.look.palette.disabled)
        painter.save()
        painter.translate(middle.x(), middle.y() - 1)
        painter.setTransform(lying(58), combine=True)
        paint_card(painter, self.look, chip_side=False)
        painter.restore()

    def paint(self, painter: QPainter, moment: float) -> None:
        """The reader's light, and waves."""
        palette = self.look.palette
        paint_reader_lights(painter, self.look, self._middle, 0.7 + 0.3 * sin(moment * 2 * pi), covered=True)
        for ring in range(3):
            along = (moment + ring / 3) % 1.0
            colour = QColor(palette.brand)
            colour.setAlphaF(0.75 * (1 - along))
            painter.setPen(Qt.PenStyle.NoPen)
            path = QPainterPath()
            radius = 20 + 52 * along
            path.arcMoveTo(QRectF(108 - radius, 62 - radius * 0.72, 2 * radius, 1.44 * radius), 40)
            path.arcTo(QRectF(108 - radius, 62 - radius * 0.72, 2 * radius, 1.44 * radius), 40, 100)
            stroke(painter, path, colour.name(QColor.NameFormat.HexArgb), 4)


class CodeScene(Scene):
    """A phone and a card, each with its QR; a line of light passes over them."""

    units = (150.0, 118.0)
    seconds = 3.4
    still = 0.42
    _screen = QRectF(28.5, 15, 47, 88)
    _code = QRectF(34, 31, 36, 36)

    def paint_ground(self, painter: QPainter) -> None:
        """The phone in front."""
        palette = self.look.palette
        painter.save()
        painter.translate(102, 62)
        painter.rotate(7)
        painter.scale(0.92, 0.92)
        rounded(painter, CARD, 4.5, palette.brand_tint, palette.brand, 2)
        _paint_code(painter, QRectF(11, -13, 26, 26), palette.brand)
        painter.restore()
        screen = self._screen
        rounded(painter, screen.adjusted(-4.5, -9, 4.5, 9), 10, palette.device)
        rounded(painter, screen, 4, "#FFFFFF")
        _paint_code(painter, self._code, "#10202B")
        for at, width in ((62.0, 26.0), (70.0, 18.0)):
            rounded(painter, QRectF(screen.center().x() - width / 2, screen.top() + at, width, 4), 2, "#C9D5D1")

    def paint(self, painter: QPainter, moment: float) -> None:
        """The light."""
        screen, code = self._screen, self._code
        height = code.top() - 5 + (code.height() + 10) * (0.5 - 0.5 * sin(moment * 2 * pi + pi / 2))
        beam = QColor(self.look.palette.glow)
        rounded(painter, QRectF(screen.left() + 3, height, screen.width() - 6, 3), 1.5, beam)


class TypingScene(Scene):
    """Keys, one after the other pressed."""

    units = (128.0, 118.0)
    seconds = 6.0
    still = 0.46
    _order = "079201004583"

    def paint_ground(self, painter: QPainter) -> None:
        """Three by four."""
        for key in "1234567890":
            self._paint_key(painter, key, pressed=False)

    def paint(self, painter: QPainter, moment: float) -> None:
        """One of them."""
        self._paint_key(painter, self._pressed(moment), pressed=True)

    def pose(self, moment: float) -> object:
        """The key."""
        return self._pressed(moment)

    def _pressed(self, moment: float) -> str:
        return self._order[int(moment * len(self._order)) % len(self._order)]

    def _paint_key(self, painter: QPainter, key: str, *, pressed: bool) -> None:
        palette = self.look.palette
        row, column = divmod("123456789 0".index(key), 3)
        box = QRectF(10 + column * 37, 3 + row * 28.5, 33, 25)
        rounded(painter, box, 6, palette.brand if pressed else palette.brand_tint, palette.brand, 1.6)
        painter.setFont(self.look.letters.sized(QFont.Weight.DemiBold, 15, tabular=True))
        painter.setPen(QColor(palette.on_brand if pressed else palette.brand))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)


class NumberScene(Scene):
    """Where the number stands on the card."""

    units = (122.0, 78.0)
    seconds = 3.0
    still = 0.25

    def paint_ground(self, painter: QPainter) -> None:
        """The portrait's side of a card."""
        palette = self.look.palette
        rounded(painter, QRectF(2, 2, 118, 74), 6, palette.paper, palette.paper_line, 1.2)
        rounded(painter, QRectF(10, 10, 46, 5), 2.5, palette.brand)
        rounded(painter, QRectF(10, 24, 27, 36), 2.5, palette.hairline)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.paper_line))
        painter.drawEllipse(QRectF(17.5, 30, 12, 12))
        painter.drawChord(QRectF(12.5, 45, 22, 30), 0, 180 * 16)
        for at, width in ((43, 58), (51, 40), (59, 50), (67, 30)):
            rounded(painter, QRectF(43, at, width, 3.6), 1.8, palette.paper_line)

    def paint(self, painter: QPainter, moment: float) -> None:
        """The number's line is marked."""
        mark = self.look.palette.tone(Tone.ATTENTION)
        swell = 0.8 * sin(moment * 2 * pi)
        frame = QRectF(42, 21.5, 72, 15).adjusted(-swell, -swell, swell, swell)
        rounded(painter, frame, 4, mark.ground, mark.ink, 1.6)
        painter.setFont(self.look.letters.sized(QFont.Weight.DemiBold, 8, tabular=True))
        painter.setPen(QColor(mark.ink))
        painter.drawText(QRectF(42, 21.5, 72, 15), Qt.AlignmentFlag.AlignCenter, "0•• ••• ••• •••")


class SlipScene(Scene):
    """The slip comes out of the printer."""

    units = (150.0, 130.0)
    seconds = 3.2
    still = 0.66

    def paint(self, painter: QPainter, moment: float) -> None:
        """Out, and a moment's rest."""
        palette = self.look.palette
        out = ease(moment, 0.05, 0.62)
        painter.save()
        painter.setClipRect(QRectF(0, 50, 150, 80))
        slip = QRectF(47, 50 - 66 * (1 - out), 56, 70)
        rounded(painter, slip, 2, palette.paper, palette.paper_line, 1.4)
        rounded(painter, QRectF(slip.left() + 9, slip.top() + 14, 38, 15), 3, palette.brand)
        for at, width in ((37, 38), (45, 28), (53, 33)):
            rounded(painter, QRectF(slip.left() + 9, slip.top() + at, width, 3.4), 1.7, palette.paper_line)
        painter.restore()
        rounded(painter, QRectF(22, 14, 106, 40), 9, palette.device)
        rounded(painter, QRectF(40, 46, 70, 4.4), 2.2, "#000000")
        light = QColor(palette.glow)
        light.setAlphaF(0.6 + 0.4 * sin(moment * 6 * pi))
        rounded(painter, QRectF(34, 24, 12, 5), 2.5, light)


class StaffScene(Scene):
    """Somebody is coming."""

    units = (150.0, 130.0)
    seconds = 2.8
    still = 0.3

    def paint_ground(self, painter: QPainter) -> None:
        """A person at the counter."""
        palette = self.look.palette
        rounded(painter, QRectF(10, 0, 130, 130), 65, palette.tone(Tone.INFO).ground)
        circle = QPainterPath()
        circle.addEllipse(QRectF(10, 0, 130, 130))
        painter.save()
        painter.setClipPath(circle)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.brand))
        body = QPainterPath(QPointF(26, 136))
        body.cubicTo(26, 98, 44, 82, 75, 82)
        body.cubicTo(106, 82, 124, 98, 124, 136)
        body.closeSubpath()
        painter.drawPath(body)
        painter.setBrush(QColor(palette.device))
        painter.drawEllipse(QRectF(53, 28, 44, 44))
        collar = QPainterPath(QPointF(62, 84))
        collar.lineTo(75, 101)
        collar.lineTo(88, 84)
        stroke(painter, collar, palette.on_brand, 3)
        painter.restore()

    def paint(self, painter: QPainter, moment: float) -> None:
        """Waves of a call."""
        for ring in range(2):
            along = (moment + ring / 2) % 1.0
            colour = QColor(self.look.palette.tone(Tone.INFO).ink)
            colour.setAlphaF(1 - along)
            wave = QPainterPath()
            radius = 9 + 13 * along
            wave.arcMoveTo(QRectF(102 - radius, 34 - radius, 2 * radius, 2 * radius), -45)
            wave.arcTo(QRectF(102 - radius, 34 - radius, 2 * radius, 2 * radius), -45, 90)
            stroke(painter, wave, colour.name(QColor.NameFormat.HexArgb), 3.6)


def _paint_code(painter: QPainter, box: QRectF, colour: str) -> None:
    """The look of a QR, not a readable one."""
    painter.setPen(Qt.PenStyle.NoPen)
    unit = box.width() / 11
    ink = QColor(colour)
    for column, row in ((0, 0), (7, 0), (0, 7)):
        ring = QPainterPath()
        corner = QRectF(box.left() + column * unit, box.top() + row * unit, 4 * unit, 4 * unit)
        ring.addRoundedRect(corner, unit * 0.5, unit * 0.5)
        ring.addRect(corner.adjusted(unit * 0.85, unit * 0.85, -unit * 0.85, -unit * 0.85))
        painter.fillPath(ring, ink)
        painter.fillRect(corner.adjusted(unit * 1.45, unit * 1.45, -unit * 1.45, -unit * 1.45), ink)
    for column, row in ((5, 0), (5, 2), (5, 4), (0, 5), (2, 5), (7, 5), (9, 5), (6, 7), (8, 7), (10, 7),
                        (7, 8), (9, 9), (5, 8), (6, 10), (8, 10), (10, 10), (10, 9)):  # fmt: skip
        painter.fillRect(QRectF(box.left() + column * unit, box.top() + row * unit, unit * 0.94, unit * 0.94), ink)
