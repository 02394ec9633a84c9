"""Icons: own SVG drawings on a 24-unit grid with a 2-unit stroke, coloured when they are painted."""

from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_FOLDER = files(__package__).joinpath("icons")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = _FOLDER.joinpath(f"{name}.svg").read_text("utf-8")
    return QSvgRenderer(drawing.replace("currentColor", colour).encode())


def paint_icon(painter: QPainter, name: str, box: QRectF, colour: str) -> None:
    """Paints the icon `name` into the square `box`: its lines once for each size, on whole pixels."""
    ratio = painter.device().devicePixelRatioF()
    turned = painter.transform()
    if turned.isScaling() or turned.isRotating():
        _renderer(name, colour).render(painter, box)
        return
    pixmap = _drawn(name, colour, max(1, round(box.width())), ratio)
    painter.drawPixmap(QPoint(round(box.left()), round(box.top())), pixmap)


@lru_cache(maxsize=256)
def _drawn(name: str, colour: str, side_px: int, ratio: float) -> QPixmap:
    return icon_pixmap(name, colour, side_px, ratio)


def icon_pixmap(name: str, colour: str, side_px: int, ratio: float) -> QPixmap:
    """The icon for a label, sharp where `ratio` device pixels make one."""
    pixmap = QPixmap(round(side_px * ratio), round(side_px * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _renderer(name, colour).render(painter, QRectF(0, 0, side_px, side_px))
    painter.end()
    return pixmap


def icon_names() -> tuple[str, ...]:
    """All icons of the set."""
    return tuple(sorted(entry.name.removesuffix(".svg") for entry in _FOLDER.iterdir() if entry.name.endswith(".svg")))
