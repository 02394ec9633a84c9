"""`kiosk simulate`: one stand-in by itself, until Ctrl+C, for scripts and for other programs' tests."""

import sys
from argparse import Namespace

from kiosk.app import training
from kiosk.settings import Settings


def run(_settings: Settings, given: Namespace) -> int:
    """Runs the stand-in for one device.

    Raises:
        KioskError: INPUT_INVALID, SIMULATOR_UNAVAILABLE.
    """
    match given.device:
        case "card" if given.list:
            for person in training.people_of_config():
                sys.stdout.write(f"{person.number}  {person.full_name}  {person.special}\n")
        case "card":
            training.simulate_card(given.vpcd, given.person, _tell)
        case "gateway":
            training.simulate_gateway(given.port, given.fault, _tell)
        case _:
            training.simulate_printer(given.port, given.out, given.fault, _tell)
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
