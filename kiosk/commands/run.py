"""`kiosk run`: the kiosk with its real devices."""

import logging
from argparse import Namespace
from dataclasses import replace

from kiosk.app.damage import DamagedInUse
from kiosk.app.window import run_window
from kiosk.settings import Settings

log = logging.getLogger(__name__)


def run(settings: Settings, given: Namespace) -> int:
    """Opens the window and works until it is closed; opens it again where the database turned out damaged meanwhile.

    Raises:
        KioskError: STORE_…, KEY_WRONG, LOOKUP_NOT_CONFIGURED, PRINTER_NOT_CONFIGURED and whatever else keeps it from
            starting.
    """
    mode = given.mode or settings.screen.mode
    wished = replace(settings, screen=replace(settings.screen, mode=mode))
    while True:
        try:
            return run_window(wished)
        except DamagedInUse as error:
            log.error("the kiosk opens anew: %s", error)  # noqa: TRY400 - it is told by its code
