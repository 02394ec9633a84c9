"""`kiosk run`: the kiosk with its real devices."""

from argparse import Namespace
from dataclasses import replace

from kiosk.app.window import run_window
from kiosk.settings import Settings


def run(settings: Settings, given: Namespace) -> int:
    """Opens the window and works until it is closed.

    Raises:
        KioskError: STORE_…, KEY_WRONG, LOOKUP_NOT_CONFIGURED, PRINTER_NOT_CONFIGURED and whatever else keeps it from
            starting.
    """
    mode = given.mode or settings.screen.mode
    return run_window(replace(settings, screen=replace(settings.screen, mode=mode)))
