"""The person's picture, and what the camera sees."""

from math import pi, sin

from PySide6.QtCore import QElapsedTimer, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent, QShowEvent

from kiosk.reader.document import FaceImage
from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import Piece, paint_box
from kiosk.ui.widgets.scene import stroke

_RATIO = 4 / 3


class Portrait(Piece):
    """The photo of the chip, or a quiet silhouette where there is none."""

    def __init__(self, look: Look, image: QImage | None, spoken: str, *, width_mm: float = 39) -> None:
        super().__init__(look)
        self._image = image
        self._wide = look.mm(width_mm)
        self.setAccessibleName(spoken)

    @property
    def shows_photo(self) -> bool:
        """Whether a photo of somebody is held."""
        return self._image is not None

    def natural_width(self) -> int:
        """Of an ID photo."""
        return self._wide

    def least_width(self) -> int:
        """Still to be recognised."""
        return round(self._wide * 0.6)

    def natural_height(self, width: int) -> int:
        """3 : 4."""
        return round(min(width, self._wide) * _RATIO)

    def least_height(self, width: int) -> int:
        """Smaller where letters are larger."""
        return round(self.natural_height(width) * 0.6)

    def forget(self) -> None:
        """The photo is gone."""
        self._image = None
        self.setAccessibleName("")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Photo or silhouette, in rounded corners, at the top left."""
        painter, look = self.painter(), self.look
        width = min(self.width(), round(self.height() / _RATIO))
        box = QRectF(0, 0, width, width * _RATIO)
        clip = QPainterPath()
        clip.addRoundedRect(box, look.mm(3), look.mm(3))
        painter.setClipPath(clip)
        painter.fillRect(box, look.colour("disabled"))
        if self._image is not None:
            whole = QRectF(self._image.rect())
            tall = min(whole.height(), whole.width() * _RATIO)
            wide = min(whole.width(), whole.height() / _RATIO)
            source = QRectF((whole.width() - wide) / 2, (whole.height() - tall) / 2, wide, tall)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, self._image, source)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("paper_line"))
        unit = width / 100
        painter.drawEllipse(QPointF(50 * unit, 50 * unit), 24 * unit, 24 * unit)
        painter.drawEllipse(QRectF(8 * unit, 84 * unit, 84 * unit, 100 * unit))


def face_image(face: FaceImage | None) -> QImage | None:
    """The portrait for the screen; None when there is none or nobody can decode it."""
    if face is None:
        return None
    image = QImage.fromData(face.data)
    return _decode_jpeg2000(face) if image.isNull() else image


def _decode_jpeg2000(face: FaceImage) -> QImage | None:
    # Chips mostly hold JPEG 2000, which Qt's wheels cannot read.
    from io import BytesIO

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(face.data)) as opened:
            pixels = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    image = QImage(pixels.tobytes(), pixels.width, pixels.height, 3 * pixels.width, QImage.Format.Format_RGB888)
    return image.copy()


class Preview(Piece):
    """What the camera sees, mirrored as in a looking glass, with corners that say where to hold the code."""

    def __init__(self, look: Look, spoken: str, *, height_mm: tuple[float, float] = (60, 40)) -> None:
        super().__init__(look)
        self._natural, self._least = look.mm(height_mm[0]), look.mm(height_mm[1])
        self._frame: QImage | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(40)
        self._timer.timeout.connect(self.update)
        self.setAccessibleName(spoken)

    def show_frame(self, frame: QImage) -> None:
        """The newest picture."""
        self._frame = frame
        self.update()

    def forget(self) -> None:
        """The picture is gone."""
        self._frame = None
        self.update()

    @property
    def shows_photo(self) -> bool:
        """Whether a picture of the room is held."""
        return self._frame is not None

    def natural_width(self) -> int:
        """4 : 3."""
        return round(self._natural * 4 / 3)

    def least_width(self) -> int:
        """4 : 3."""
        return self._least

    def natural_height(self, width: int) -> int:
        """4 : 3, not more than it likes."""
        return max(self._least, min(self._natural, round(width * 3 / 4)))

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """Still to be aimed with."""
        return self._least

    def showEvent(self, event: QShowEvent) -> None:  # noqa: ARG002
        """The line starts to move."""
        if self.look.animated:
            self._clock.start()
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002
        """Rests, and keeps no picture."""
        self._timer.stop()
        self._frame = None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Picture, corners, line."""
        painter, look = self.painter(), self.look
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), look.mm(4), look.mm(4))
        painter.setClipPath(clip)
        paint_box(painter, self.rect(), look.mm(4), look.colour("device"))
        if self._frame is not None:
            self._paint_frame(painter, self._frame)
        side = min(self.width(), self.height()) * 0.66
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        if self._frame is None:
            inset = side * 0.24
            faint = QColor("#FFFFFF")
            faint.setAlphaF(0.28)
            paint_icon(painter, "qr", box.adjusted(inset, inset, -inset, -inset), "#6C7F8A")
        stroke(painter, _corners(box, side * 0.2), "#FFFFFF", max(3.0, look.mm(1.4)))
        moving = self.look.animated and self._clock.isValid()
        moment = self._clock.elapsed() / 1000 / 2.6 % 1.0 if moving else 0.3
        height = box.top() + side * (0.5 - 0.42 * sin(moment * 2 * pi))
        thick = look.mm(1.1)
        line = QRect(round(box.left() + side * 0.04), round(height), round(side * 0.92), thick)
        paint_box(painter, line, thick / 2, look.colour("glow"))

    def _paint_frame(self, painter: QPainter, frame: QImage) -> None:
        whole = QRectF(frame.rect())
        shape = self.width() / max(1, self.height())
        wide, tall = min(whole.width(), whole.height() * shape), min(whole.height(), whole.width() / shape)
        source = QRectF((whole.width() - wide) / 2, (whole.height() - tall) / 2, wide, tall)
        painter.save()
        painter.translate(self.width(), 0)
        painter.scale(-1, 1)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(self.rect()), frame, source)
        painter.restore()


def _corners(box: QRectF, length: float) -> QPainterPath:
    path = QPainterPath()
    for x, y, right, down in (
        (box.left(), box.top(), 1, 1),
        (box.right(), box.top(), -1, 1),
        (box.left(), box.bottom(), 1, -1),
        (box.right(), box.bottom(), -1, -1),
    ):
        path.moveTo(x + right * length, y)
        path.lineTo(x + right * length * 0.3, y)
        path.quadTo(x, y, x, y + down * length * 0.3)
        path.lineTo(x, y + down * length)
    return path
