"""A drawn room as a camera would show it: somebody holds a card with a code. Nobody real, for pictures and tests."""

from functools import cache

import segno
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath

from kiosk.ui.camera.advice import Hint

_WIDE, _TALL = 1280, 720
_TEXT = "999048000123||Nguyễn Văn Mẫu|15011948|Nam|Số 1, Phường Mẫu|10052021"
_CARD = {Hint.CLOSER: 0.17, Hint.FARTHER: 1.75, Hint.SEEN: 1.0, Hint.TOO_BRIGHT: 1.0}
"""How large the card is held, 1: as it should be; absent: 0.85."""
_BLUR_PX = {Hint.CLOSER: 2, Hint.HOLD_STILL: 12, Hint.FARTHER: 20}


def draw_room(hint: Hint) -> QImage:
    """What the camera sees where `hint` is said: too small a card, too large a one, blurred, dark, or blinding."""
    image = QImage(_WIDE, _TALL, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_wall(painter)
    _paint_person(painter)
    if hint is not Hint.AIM:
        _paint_card(painter, _CARD.get(hint, 0.85))
    painter.end()
    image = _blurred(image, _BLUR_PX.get(hint, 1))
    _light(image, hint)
    return image.convertToFormat(QImage.Format.Format_Grayscale8)


def _paint_wall(painter: QPainter) -> None:
    wall = QLinearGradient(0, 0, _WIDE, _TALL)
    wall.setColorAt(0, QColor("#D9DCDB"))
    wall.setColorAt(1, QColor("#8E9794"))
    painter.fillRect(0, 0, _WIDE, _TALL, wall)
    painter.fillRect(QRectF(90, 60, 250, 330), QColor("#F4F6F5"))
    painter.fillRect(QRectF(980, 180, 200, 540), QColor("#6E7875"))


def _paint_person(painter: QPainter) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#4A5451"))
    painter.drawEllipse(QPointF(640, 880), 430, 420)
    painter.setBrush(QColor("#A9A19B"))
    painter.drawEllipse(QPointF(640, 270), 120, 155)
    painter.setBrush(QColor("#2E3432"))
    painter.drawChord(QRectF(512, 95, 256, 260), 0, 180 * 16)


def _paint_card(painter: QPainter, size: float) -> None:
    painter.save()
    painter.translate(_WIDE / 2, _TALL / 2 + 20)
    painter.rotate(-4)
    painter.scale(size, size)
    painter.setBrush(QColor("#C9BFB7"))
    painter.drawRoundedRect(QRectF(120, 90, 240, 420), 60, 60)
    card = QPainterPath()
    card.addRoundedRect(QRectF(-300, -190, 600, 380), 22, 22)
    painter.fillPath(card, QColor("#EEF1F0"))
    for at, wide in enumerate((200, 150, 220, 180, 120)):
        painter.fillRect(QRectF(-270, -120 + at * 44, wide, 16), QColor("#B4BDBA"))
    rows = _modules()
    module = 290 / len(rows)
    painter.translate(-5, -150)
    painter.fillRect(QRectF(0, 0, 290, 290), QColor("#FFFFFF"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                painter.fillRect(QRectF(x * module, y * module, module, module), QColor("#15191A"))
    painter.restore()


@cache
def _modules() -> tuple[bytes, ...]:
    """The code on the card, row by row; finding its best mask takes longer than all the rest."""
    return tuple(bytes(row) for row in segno.make_qr(_TEXT, error="m").matrix_iter(border=2))


def _blurred(image: QImage, by_px: int) -> QImage:
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.scaled(_WIDE // by_px, _TALL // by_px, mode=smooth)
    return small.scaled(_WIDE, _TALL, mode=smooth)


def _light(image: QImage, hint: Hint) -> None:
    painter = QPainter(image)
    if hint is Hint.TOO_DARK:
        painter.fillRect(image.rect(), QColor(0, 0, 0, 249))
    elif hint is Hint.TOO_BRIGHT:
        painter.fillRect(image.rect(), QColor(255, 255, 255, 249))
    painter.end()
