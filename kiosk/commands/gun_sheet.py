"""`kiosk gun-sheet`: the set-up sheet for barcode guns."""

import sys
from argparse import Namespace

from kiosk.commands.report import printable
from kiosk.fonts import find_fonts
from kiosk.settings import Settings
from kiosk.slip.gun_sheet import save_sheet
from kiosk.text import Language


def run(settings: Settings, given: Namespace) -> int:
    """Saves the sheet and tells its file.

    Raises:
        KioskError: INPUT_INVALID, OUTPUT_UNWRITABLE, FONT_MISSING.
    """
    save_sheet(given.out, Language(given.language), find_fonts(settings.screen.font))
    sys.stdout.write(printable(str(given.out)) + "\n")
    return 0
