"""Icons: own SVG drawings on a 24-unit grid with a 2-unit stroke, coloured when they are painted."""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_FOLDER = files(__package__).joinpath("icons")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = _FOLDER.joinpath(f"{name}.svg").read_text("utf-8")
    return QSvgRenderer(drawing.replace("currentColor", colour).encode())


def paint_icon(painter: QPainter, name: str, box: QRectF, colour: str) -> None:
    """Paints the icon `name` into the square `box`."""
    _renderer(name, colour).render(painter, box)


def icon_pixmap(name: str, colour: str, side_px: int, ratio: float) -> QPixmap:
    """The icon for a label, sharp where `ratio` device pixels make one."""
    pixmap = QPixmap(round(side_px * ratio), round(side_px * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, name, QRectF(0, 0, side_px, side_px), colour)
    painter.end()
    return pixmap


def icon_names() -> tuple[str, ...]:
    """All icons of the set."""
    return tuple(sorted(entry.name.removesuffix(".svg") for entry in _FOLDER.iterdir() if entry.name.endswith(".svg")))
