"""The camera's picture in the staff's window."""

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui.desk.grounds import paint_ring
from kiosk.ui.desk.look import DeskLook, DeskVoice


class CameraView(QWidget):
    """The camera's picture, and a sentence about what is held before it."""

    def __init__(self, look: DeskLook, name: str) -> None:
        super().__init__()
        self._look, self._frame, self._words = look, QImage(), ""
        self._setter = look.setter(DeskVoice.STRONG)
        self.setMinimumHeight(look.px(320))
        self.setAccessibleName(name)

    def show_frame(self, frame: QImage) -> None:
        """The next picture."""
        self._frame = frame
        self.update()

    def show_words(self, words: str) -> None:
        """What to do."""
        self._words = words
        self.update()

    def forget(self) -> None:
        """No picture."""
        self._frame, self._words = QImage(), ""

    def sizeHint(self) -> QSize:
        """Four to three."""
        return QSize(480, 360)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The picture as large as fits, the sentence below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        high = self.height() - self._setter.line - 12
        wide = min(self.width(), high * 4 // 3)
        box = QRect(0, 0, wide, wide * 3 // 4)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(box), 8, 8)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(box, self._look.colour("disabled"))
        if not self._frame.isNull():
            painter.drawImage(box, self._frame)
        painter.restore()
        area = QRect(0, box.bottom() + 10, self.width(), self._setter.line)
        self._setter.paint(painter, [self._setter.cut(self._words, self.width())], area, self._look.colour("ink"))
        if self.hasFocus():
            paint_ring(painter, box, self._look)
        painter.end()
