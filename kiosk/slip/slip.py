"""The finished slip: a picture for the screen and the file, a job for the printer."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.record import CheckIn
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles
from kiosk.privacy import Personal
from kiosk.slip.escpos import encode
from kiosk.slip.files import write_whole
from kiosk.slip.layout import lay_out
from kiosk.slip.raster import WIDTHS_DOTS, render
from kiosk.text import Language


@dataclass(frozen=True, slots=True, repr=False)
class Slip(Personal):
    """`image` has mode `1`; `job` is ESC/POS."""

    image: Image.Image
    job: bytes


def make_slip(
    check_in: CheckIn, clinic: Clinic, language: Language, *, width_dots: int, fonts: FontFiles, training: bool
) -> Slip:
    """The slip of a committed check-in. `training`: with MẪU across its head.

    Raises:
        KioskError: SETTINGS_INVALID, a paper width that no printer here has.
    """
    image = render(lay_out(check_in, clinic, language, training=training), width_dots, fonts)
    return Slip(image, encode(image))


def save_png(slip: Slip, file: Path) -> None:
    """Saves the picture as PNG with its true dots per inch; whole or not at all.

    Raises:
        KioskError: OUTPUT_UNWRITABLE.
    """
    dpi = WIDTHS_DOTS[slip.image.width]
    written = io.BytesIO()
    slip.image.save(written, "PNG", dpi=(dpi, dpi), optimize=True)
    try:
        write_whole(file, written.getvalue())
    except OSError as error:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
