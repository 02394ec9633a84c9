"""A picture of paper, sharp, with a hairline around it: as large as there is room, or legible and scrolled."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.ui.desk.look import DeskLook

_LEGIBLE_PX = 380
"""As wide as a roll of 80 mm is read at arm's length."""


class Picture(QWidget):
    """Shows a PNG's picture, never larger than it is. `legible`: as wide as can be read, for an area that scrolls."""

    def __init__(self, look: DeskLook, name: str, *, legible: bool = False) -> None:
        super().__init__()
        self._look, self._legible, self.image = look, legible, QImage()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_png(self, content: bytes) -> None:
        """Another picture; empty bytes: none."""
        self.image = QImage.fromData(content) if content else QImage()
        self.updateGeometry()
        self.update()

    def forget(self) -> None:
        """Shows nothing."""
        self.show_png(b"")

    def sizeHint(self) -> QSize:
        """Enough to read it."""
        return QSize(self._look.px(260), self._look.px(300))

    def minimumSizeHint(self) -> QSize:
        """Enough to recognise it, or to read it."""
        if self._legible and not self.image.isNull():
            wide = min(self.image.width(), self._look.px(_LEGIBLE_PX))
            return QSize(wide, round(self.image.height() * wide / self.image.width()))
        return QSize(self._look.px(160), self._look.px(160))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """White paper in the middle."""
        if self.image.isNull():
            return
        size = self.image.size()
        if size.width() > self.width() or size.height() > self.height():
            size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        place = QRectF(left, top, size.width(), size.height())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(place, Qt.GlobalColor.white)
        ratio = self.devicePixelRatio()
        sharp = self.image.convertToFormat(QImage.Format.Format_Grayscale8).scaled(
            round(size.width() * ratio),
            round(size.height() * ratio),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter.drawImage(place, sharp)
        painter.setPen(QPen(self._look.colour("line"), 1))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()
