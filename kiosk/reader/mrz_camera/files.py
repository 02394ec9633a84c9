"""Machine-readable zones in image files."""

from functools import cache
from pathlib import Path

from PIL import Image

from kiosk.reader.codes import Found, open_image
from kiosk.reader.mrz_camera.engine import WordReader, is_installed
from kiosk.reader.mrz_camera.looker import DECODER
from kiosk.reader.mrz_camera.reading import read_zone

_LARGEST_PX = 2400
_AGAIN = 0.87


def zones_in_file(path: Path) -> tuple[Found, ...]:
    """The zone of an image file, read twice the same; empty without one, or where the extra is not installed.

    A camera shows another frame for the second reading; here the picture is made somewhat smaller.

    Raises:
        KioskError: IMAGE_UNREADABLE, as `kiosk.reader.codes.open_image`.
    """
    if not is_installed():
        return ()
    gray = open_image(path)
    gray.thumbnail((_LARGEST_PX, _LARGEST_PX), Image.Resampling.BOX)
    first = read_zone(gray, _words())
    if first is None:
        return ()
    smaller = gray.resize((round(gray.width * _AGAIN), round(gray.height * _AGAIN)), Image.Resampling.LANCZOS)
    second = read_zone(smaller, _words())
    if second is None or second.text != first.text:
        return ()
    right, bottom = gray.width - 1, gray.height - 1
    return (Found(first.text.encode("ascii"), ((0, 0), (right, 0), (right, bottom), (0, bottom)), DECODER),)


@cache
def _words() -> WordReader:
    """One engine for the process: commands read their files one after another."""
    return WordReader()
