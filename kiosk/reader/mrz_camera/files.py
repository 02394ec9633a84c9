"""Machine-readable zones in image files."""

from functools import cache
from pathlib import Path

from PIL import Image, ImageOps

from kiosk.reader.codes import Found, open_image
from kiosk.reader.mrz_camera.engine import WordReader, is_installed
from kiosk.reader.mrz_camera.looker import DECODER
from kiosk.reader.mrz_camera.reading import read_zone

_LARGEST_PX = 2400
_AGAIN, _RESAMPLED = 0.87, Image.Resampling.LANCZOS
_QUARTERS = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180)
"""How a page may lie in its picture, after the turn that the camera itself noted."""


def zones_in_file(path: Path) -> tuple[Found, ...]:
    """The zone of an image file, as `zones_in`.

    Raises:
        KioskError: IMAGE_UNREADABLE, as `kiosk.reader.codes.open_image`.
    """
    return zones_in(open_image(path)) if is_installed() else ()


def zones_in(gray: Image.Image) -> tuple[Found, ...]:
    """The zone of a picture, read twice the same; empty without one, or where the extra is not installed.

    A camera shows another frame for the second reading; here the picture is made somewhat smaller. The page may lie on
    any of its four sides.
    """
    if not is_installed():
        return ()
    corners = ((0, 0), (gray.width - 1, 0), (gray.width - 1, gray.height - 1), (0, gray.height - 1))
    noted = ImageOps.exif_transpose(gray)  # a copy
    noted.thumbnail((_LARGEST_PX, _LARGEST_PX), Image.Resampling.BOX)
    for quarter in _QUARTERS:
        turned = noted if quarter is None else noted.transpose(quarter)
        if first := read_zone(turned, _words()):
            smaller = turned.resize((round(turned.width * _AGAIN), round(turned.height * _AGAIN)), _RESAMPLED)
            second = read_zone(smaller, _words())
            is_sure = second is not None and second.text == first.text
            return (Found(first.text.encode("ascii"), corners, DECODER),) if is_sure else ()
    return ()


@cache
def _words() -> WordReader:
    """One engine for the process: commands read their files one after another."""
    return WordReader()
