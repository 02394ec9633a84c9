"""A kiosk of its own process: checks people in and prints each ticket after its commit, until done or killed.

Arguments: file, first person, how many persons, and optionally the number of database steps after which the process
kills itself with SIGKILL. A step is a begin, a statement's start or end, or a commit's start.
"""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, event

from kiosk.checkin.clinic import load_clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store import sqlite
from kiosk.checkin.store.store import open_store
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.identity.person import Identity, Trust
from tests.patience import WITHIN_MS

CLINIC = Path(__file__).parents[2] / "config" / "clinics" / "mau.toml"


def die_after(steps: int) -> None:
    left = [steps]

    def step(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("begin", "before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, step)


def main(file: str, first: int, count: int, steps: int = 0) -> None:
    sqlite._BUSY_TIMEOUT_MS = WITHIN_MS  # among several, whoever asks in the right moment is let in
    clinic = load_clinic(CLINIC)
    moment = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    if steps:
        die_after(steps)
    journal = SqlJournal(open_store(f"sqlite:///{file}"), clinic, lambda: moment)
    for person in range(first, first + count):
        identity = Identity(Trust.CHIP_VERIFIED, "Nguyễn Văn Mẫu", personal_number=f"999{person:09}")
        check_in = journal.check_in(CheckInRequest(identity, Decision(Verdict.COVERED), "noi-tong-quat"))
        sys.stdout.write(f"{check_in.ticket}\n")
        sys.stdout.flush()
    journal.store.close()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
