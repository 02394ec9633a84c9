"""`kiosk gallery`: the patient's pages as pictures, from invented people, the same bytes every time."""

import os
import sys
from argparse import Namespace

from kiosk.app.desk import clinic_of
from kiosk.commands.report import printable
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings
from kiosk.text import Language


def run(settings: Settings, given: Namespace) -> int:
    """Writes the pictures and tells their files.

    Raises:
        KioskError: INPUT_INVALID, a page that there is not; OUTPUT_UNWRITABLE, SETTINGS_INVALID, FONT_MISSING.
    """
    # Before Qt is loaded: no picture depends on this computer's desktop.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from kiosk.ui.gallery import GLASSES, Dress, pictured, render_gallery

    clinic = clinic_of(settings)
    known = pictured(clinic)
    if unknown := [name for name in given.page or () if name not in known]:
        raise KioskError(FailureCode.INPUT_INVALID, f"--page {unknown[0]}; there are {', '.join(known)}")
    try:
        given.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
    written = render_gallery(
        given.out,
        clinic,
        glasses=[glass for glass in GLASSES if given.size in ("", glass.name)],
        languages=[language for language in Language if given.language in ("", language.value)],
        pages=given.page or (),
        dresses=[dress for dress in Dress if given.state in ("", dress.name.lower())],
        training=False,
    )
    for path in written:
        sys.stdout.write(printable(str(path)) + "\n")
    return 0
