"""A courier of its own process: settles entries of a journal one after the other, until none is due or it is killed.

Arguments: file, and optionally the number of database steps after which the process kills itself with SIGKILL.
"""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, event

from kiosk.checkin.clinic import load_clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.recheck import RecheckLimits
from kiosk.checkin.store.store import open_store
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.lookup.answer import CardAnswer
from kiosk.sealed import Seal

CLINIC = Path(__file__).parents[2] / "config" / "clinics" / "mau.toml"
MOMENT = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)


def die_after(steps: int) -> None:
    left = [steps]

    def step(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("begin", "before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, step)


def main(file: str, steps: int = 0) -> None:
    limits = RecheckLimits(rest_s=0)
    clinic = load_clinic(CLINIC)
    with open_store(f"sqlite:///{file}") as store:
        journal = SqlJournal(store, clinic, lambda: MOMENT, seal=Seal(b"\x05" * 32), recheck=limits)
        if steps:
            die_after(steps)
        while claim := journal.worklist.claim():
            journal.worklist.settle(claim, CardAnswer("000", "", None, MOMENT), Decision(Verdict.COVERED))
            sys.stdout.write(f"{claim.visit_id}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
