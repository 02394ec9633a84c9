"""The person's picture."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent

from kiosk.reader.document import FaceImage
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import Piece

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
