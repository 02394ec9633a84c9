"""Icons: own SVG drawings on a 24-unit grid with a 2-unit stroke, coloured when they are painted."""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

_FOLDER = files(__package__).joinpath("icons")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = _FOLDER.joinpath(f"{name}.svg").read_text("utf-8")
    return QSvgRenderer(drawing.replace("currentColor", colour).encode())


def paint_icon(painter: QPainter, name: str, box: QRectF, colour: str) -> None:
    """Paints the icon `name` into the square `box`."""
    _renderer(name, colour).render(painter, box)


def icon_names() -> tuple[str, ...]:
    """All icons of the set."""
    return tuple(sorted(entry.name.removesuffix(".svg") for entry in _FOLDER.iterdir() if entry.name.endswith(".svg")))
