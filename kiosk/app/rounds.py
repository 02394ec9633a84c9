"""What a kiosk does by itself beside its work, again and again, whatever one round of it broke on."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kiosk.failure import KioskError, log_defect

log = logging.getLogger(__name__)

Go = Callable[[Callable[[], bool]], object]
"""One round; it is handed whether the block is over, for a round that takes long."""


@contextmanager
def rounds_beside(name: str, go: Go, without: str, *, every_s: float, again_after_s: float) -> Iterator[None]:
    """While the block runs, a thread of this name goes a round every `every_s` seconds, and the block's end ends it.

    A round that breaks, on a failure or on a defect, is told in the log by what is `without` it, and the next one comes
    after `again_after_s`.
    """
    ended = threading.Event()

    def run() -> None:
        wait_s = every_s
        while not ended.wait(wait_s):
            wait_s = again_after_s
            try:
                go(ended.is_set)
                wait_s = every_s
            except KioskError as error:
                log.error("%s: %s", without, error)  # noqa: TRY400 - it is told by its code
            except BaseException as error:  # noqa: BLE001 - a thread that ended would never go the next round
                log_defect(log, without, error)

    thread = threading.Thread(target=run, name=name)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
