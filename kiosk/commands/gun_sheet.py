"""`kiosk gun-sheet`: the set-up sheet for barcode guns."""

import sys
from argparse import Namespace

from kiosk.commands.report import printable
from kiosk.fonts import find_fonts
from kiosk.settings import Settings
from kiosk.slip.gun_codes import OWN_CODES, load_own_codes
from kiosk.slip.gun_sheet import save_sheet
from kiosk.text import Language


def run(settings: Settings, given: Namespace) -> int:
    """Saves the sheet, with the clinic's own codes, and tells its files.

    Raises:
        KioskError: INPUT_INVALID, OUTPUT_UNWRITABLE, FONT_MISSING; SETTINGS_INVALID, the clinic's own codes.
    """
    own = load_own_codes(settings.path(OWN_CODES))
    for file in save_sheet(given.out, Language(given.language), find_fonts(settings.screen.font), own):
        sys.stdout.write(printable(str(file)) + "\n")
    return 0
