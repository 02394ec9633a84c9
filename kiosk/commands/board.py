"""`kiosk board`: the hall's call board, on a screen and as a page for televisions."""

import sys
from argparse import Namespace
from dataclasses import replace

from kiosk.app.board import run_board
from kiosk.settings import Settings


def run(settings: Settings, given: Namespace) -> int:
    """Shows the board until its window is closed or Ctrl+C.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_…, DISPLAY_MISSING, FONT_MISSING.
    """
    board = settings.board
    if given.web is not None:
        board = replace(board, web=given.web)
    if given.screen is not None:
        board = replace(board, screen=given.screen)
    return run_board(replace(settings, board=board), with_window=not given.no_window, tell=_tell)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
