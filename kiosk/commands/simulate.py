"""`kiosk simulate`: one stand-in by itself, until Ctrl+C, for scripts and for other programs' tests."""

import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from kiosk.app import training
from kiosk.settings import Settings


def run(_settings: Settings, given: Namespace) -> int:
    """Runs the stand-in for one device.

    Raises:
        KioskError: INPUT_INVALID, SIMULATOR_UNAVAILABLE.
    """
    with suppress(KeyboardInterrupt), _ended_by_signals():
        match given.device:
            case "card" if given.list:
                for person in training.people_of_config():
                    sys.stdout.write(f"{person.number}  {person.full_name}  {person.special}\n")
                for traveller in training.travellers_of_config():
                    sys.stdout.write(f"{traveller.number}  {traveller.full_name}  {traveller.special}\n")
            case "card":
                training.simulate_card(given.vpcd, given.person, _tell, profile=given.profile, trace=given.trace)
            case "gateway":
                options = training.SandboxOptions(
                    given.people, given.seed, given.dialect, given.schedule, given.lock_after
                )
                if given.list:
                    training.list_insured(given.list, options, _tell)
                else:
                    training.simulate_gateway(given.port, given.fault, _tell, options)
            case _:
                training.simulate_printer(given.port, given.out, given.fault, _tell, line=given.line)
    return 0


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Ctrl+C and SIGTERM are the way to end: card out, port free. A shell's background job ignores Ctrl+C else."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(_number: int, _frame: FrameType | None) -> None:
    # Once is enough: a second one must not break the tidying up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
