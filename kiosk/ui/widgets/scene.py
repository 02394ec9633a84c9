"""The base of drawings that move gently, and the card and the reader that several of them share."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QTransform

from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.motion import MovingPiece
from kiosk.ui.widgets.piece import SMOOTH

CARD = QRectF(-43, -27, 86, 54)
"""An ID-1 card in drawing units, its middle at the origin [ISO/IEC 7810: 85.60 × 53.98 mm]."""


class Scene(MovingPiece):
    """A drawing on its own unit area, scaled to what it gets."""

    units = (200.0, 150.0)

    def __init__(self, look: Look, spoken: str, *, height_mm: tuple[float, float] = (72, 30)) -> None:
        super().__init__(look)
        self._natural, self._least = look.mm(height_mm[0]), look.mm(height_mm[1])
        self._ground: QPixmap | None = None
        self.setAccessibleName(spoken)

    def paint_ground(self, painter: QPainter) -> None:
        """Paints in its units what never moves and lies below all that does: once, not for each picture."""

    def paint(self, painter: QPainter, moment: float) -> None:
        """Paints the drawing in its units at `moment`, 0 to 1 of its round."""
        raise NotImplementedError

    def natural_width(self) -> int:
        """From its height."""
        return round(self._natural * self.units[0] / self.units[1])

    def least_width(self) -> int:
        """From its least height."""
        return round(self._least * self.units[0] / self.units[1])

    def natural_height(self, width: int) -> int:
        """What the width allows."""
        return max(self._least, min(self._natural, round(width * self.units[1] / self.units[0])))

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """Small, still to be understood."""
        return self._least

    def moving_area(self) -> QRect:
        """The drawing, without the ground beside it."""
        return self._drawn()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rests, and holds no picture for nobody."""
        super().hideEvent(event)
        self._ground = None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Centred, as large as it fits."""
        painter, drawn = self.painter(), self._drawn()
        # Nothing is drawn outside: that would stand there for ever.
        painter.setClipRect(drawn)
        painter.drawPixmap(drawn.topLeft(), self._ground_of(drawn.size()))
        self._to_units(painter, drawn)
        self.paint(painter, self.moment)

    def _ground_of(self, size: QSize) -> QPixmap:
        ratio = self.devicePixelRatioF()
        if self._ground is None or self._ground.size() != size * ratio:
            ground = QPixmap(size * ratio)
            ground.setDevicePixelRatio(ratio)
            ground.fill(Qt.GlobalColor.transparent)
            painter = QPainter(ground)
            painter.setRenderHints(SMOOTH)
            self._to_units(painter, QRect(QPoint(), size))
            self.paint_ground(painter)
            painter.end()
            self._ground = ground
        return self._ground

    def _to_units(self, painter: QPainter, drawn: QRect) -> None:
        painter.translate(drawn.topLeft())
        painter.scale(drawn.width() / self.units[0], drawn.height() / self.units[1])

    def _drawn(self) -> QRect:
        """On whole pixels: what moves and what does not must not be half a pixel apart."""
        wide, tall = self.units
        factor = min(self.width() / wide, self.height() / tall)
        box = QRect(0, 0, round(wide * factor), round(tall * factor))
        box.moveCenter(self.rect().center())
        return box


def ease(moment: float, start: float, end: float) -> float:
    """0 before `start`, 1 after `end`, smooth between."""
    along = min(1.0, max(0.0, (moment - start) / (end - start)))
    return along * along * (3 - 2 * along)


def rounded(
    painter: QPainter, box: QRectF, radius: float, fill: str | QColor, edge: str = "", pen: float = 1.5
) -> None:
    """A rounded box in drawing units."""
    painter.setPen(QPen(QColor(edge), pen) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(box, radius, radius)


def stroke(painter: QPainter, path: QPainterPath, colour: str, width: float) -> None:
    """A round-ended line."""
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def arrow_down(painter: QPainter, tip: QPointF, length: float, colour: str, width: float) -> None:
    """An arrow whose tip is at `tip`."""
    path = QPainterPath(QPointF(tip.x(), tip.y() - length))
    path.lineTo(tip)
    head = length * 0.32
    path.moveTo(tip.x() - head, tip.y() - head)
    path.lineTo(tip)
    path.lineTo(tip.x() + head, tip.y() - head)
    stroke(painter, path, colour, width)


def lying(angle: float) -> QTransform:
    """A plane turned about its own horizontal axis: 0 faces us, 58 lies on the counter."""
    return QTransform().rotate(angle, Qt.Axis.XAxis)


def paint_card(painter: QPainter, look: Look, *, chip_side: bool) -> None:
    """A card around the origin: the side with the chip and the lines for machines, or the side with the portrait."""
    palette = look.palette
    rounded(painter, CARD, 4.5, palette.paper, palette.paper_line, 0.8)
    if chip_side:
        _paint_chip(painter, palette.chip)
        for at, width in ((-15.5, 26), (-9.5, 32), (-3.5, 24)):
            rounded(painter, QRectF(-3, at, width, 3.2), 1.6, palette.paper_line)
        for row in range(3):
            rounded(painter, QRectF(-36, 8.5 + row * 5.2, 72, 2.6), 1.3, palette.hairline)
        return
    rounded(painter, QRectF(-36, -12, 20, 27), 2, palette.hairline)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(palette.paper_line))
    painter.drawEllipse(QRectF(-30.5, -7.5, 9, 9))
    painter.drawChord(QRectF(-34, 3.5, 16, 23), 0, 180 * 16)
    rounded(painter, QRectF(-36, -21.5, 34, 4), 2, palette.brand)
    for at, width in ((-10, 44), (-3, 36), (4, 44), (11, 28)):
        rounded(painter, QRectF(-9, at, width, 3.2), 1.6, palette.paper_line)


def _paint_chip(painter: QPainter, colour: str) -> None:
    chip = QRectF(-35, -17, 19, 15.5)
    rounded(painter, chip, 2.6, colour)
    lines = QPainterPath()
    for x in (chip.left() + 6.3, chip.left() + 12.7):
        lines.moveTo(x, chip.top())
        lines.lineTo(x, chip.bottom())
    for y in (chip.top() + 5.2, chip.top() + 10.3):
        lines.moveTo(chip.left(), y)
        lines.lineTo(chip.left() + 6.3, y)
        lines.moveTo(chip.left() + 12.7, y)
        lines.lineTo(chip.right(), y)
    stroke(painter, lines, QColor(colour).darker(150).name(), 0.9)


_PLATE = QRectF(-62, -43, 124, 86)
"""The reader's top, seen from above."""


def paint_reader(painter: QPainter, look: Look, middle: QPointF, *, ground: str) -> None:
    """A flat reader on the counter, its middle at `middle`."""
    palette = look.palette
    painter.save()
    painter.translate(middle.x(), middle.y() + 15)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawEllipse(QRectF(-88, -20, 176, 42))
    painter.restore()
    for lift, colour, inset, radius in (
        (11.0, palette.device, 0.0, 11.0),
        (0.0, palette.device_edge, 0.0, 11.0),
        (0.0, palette.device, 1.6, 9.5),
    ):
        painter.save()
        painter.translate(middle.x(), middle.y() + lift)
        painter.setTransform(lying(58), combine=True)
        rounded(painter, _PLATE.adjusted(inset, inset, -inset, -inset), radius, colour)
        painter.restore()


def paint_reader_lights(painter: QPainter, look: Look, middle: QPointF, glow: float, *, covered: bool = False) -> None:
    """What shines on it: `glow` lights its edge, and its waves unless it is `covered` by a card."""
    light = QColor(look.palette.glow)
    if not covered:
        painter.save()
        painter.translate(middle)
        painter.setTransform(lying(58), combine=True)
        light.setAlphaF(0.35 + 0.65 * glow)
        waves = QPainterPath()
        for radius in (8.0, 16.0, 24.0):
            waves.arcMoveTo(QRectF(-radius - 4, -radius, 2 * radius, 2 * radius), -52)
            waves.arcTo(QRectF(-radius - 4, -radius, 2 * radius, 2 * radius), -52, 104)
        pen = QPen(light, 3.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(waves)
        painter.restore()
    light.setAlphaF(0.45 + 0.55 * glow)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(light)
    painter.drawRoundedRect(QRectF(middle.x() - 36, middle.y() + 28.9, 72, 3.2), 1.6, 1.6)
