"""Several kiosks on one journal, and kiosks that die in the middle: no gap, no double, no half."""

import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from tests.patience import WITHIN_S

Requests = Callable[..., CheckInRequest]
Command = tuple[list[str], Mapping[str, str]]
RunWarm = Callable[..., Any]
WRITER = Path(__file__).with_name("writer_process.py")

pytestmark = pytest.mark.usefixtures("patient_desks")


@pytest.mark.both_databases
def test_sixteen_threads_get_every_number_once(journal: SqlJournal, request_for: Requests) -> None:
    with ThreadPoolExecutor(16) as desks:
        numbers = list(desks.map(lambda person: journal.check_in(request_for(person)).number, range(160)))
    assert sorted(numbers) == list(range(1, 161))
    journal.verify()


@pytest.mark.both_databases
def test_same_person_at_sixteen_desks_at_once_gets_one_ticket(
    open_journal: Callable[[], SqlJournal], request_for: Requests
) -> None:
    desks = [open_journal() for _ in range(4)]
    with ThreadPoolExecutor(16) as threads:
        given = list(threads.map(lambda at: desks[at % 4].check_in(request_for(1)), range(16)))
    assert len({check_in.visit_id for check_in in given}) == 1
    assert sum(not check_in.repeated for check_in in given) == 1
    desks[0].verify()


def test_four_processes_that_make_the_file_together_get_every_number_once(
    file: Path, writer_command: Command, open_journal: Callable[[], SqlJournal]
) -> None:
    command, environment = writer_command
    kiosks = [
        subprocess.Popen([*command, str(file), str(first), "40"], env=environment, stdout=subprocess.PIPE, text=True)
        for first in (0, 40, 80, 100)
    ]
    tickets = []
    for kiosk in kiosks:
        printed, _ = kiosk.communicate(timeout=WITHIN_S)
        assert kiosk.returncode == 0
        tickets.append(printed.split())
    given = {ticket for kiosk in tickets for ticket in kiosk}
    assert len(given) == 140, "persons 100 to 119 came to two kiosks and have one ticket each"
    assert given == {f"A{number:03}" for number in range(1, 141)}
    open_journal().verify()


def test_kiosk_that_opens_a_new_file_while_another_reads_it_waits_its_turn(
    file: Path, open_journal: Callable[[], SqlJournal], monkeypatch: pytest.MonkeyPatch
) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("CREATE TABLE theirs (at)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM theirs").fetchall()
    waits: list[float] = []

    def other_ends(seconds: float) -> None:
        waits.append(seconds)
        other.execute("COMMIT")

    monkeypatch.setattr("kiosk.checkin.store.sqlite.time.sleep", other_ends)
    try:
        open_journal().verify()
    finally:
        other.close()
    assert len(waits) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("seed", range(20))
def test_kiosk_killed_at_any_step_leaves_before_or_after(
    seed: int, file: Path, run_warm: RunWarm, open_journal: Callable[[], SqlJournal], request_for: Requests
) -> None:
    chance = random.Random(seed)
    before = open_journal()
    steps = chance.randint(10, 90)
    before.check_in(request_for(0))
    killed = run_warm(WRITER, file, 1, 1000, steps)
    assert killed.status == -signal.SIGKILL, killed.err
    seen = killed.out.split()
    assert seen == [f"A{number:03}" for number in range(2, len(seen) + 2)]

    after = open_journal()
    after.verify()
    kept = after.waiting()["noi-tong-quat"]
    assert kept - 1 in (len(seen), len(seen) + 1), "at most the one whose paper was not yet printed"
    tickets = [after.check_in(request_for(person)).number for person in range(1, kept + 1)]
    assert tickets == list(range(2, kept + 2)), "those who were kept have their number, the next one the next"


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_kiosk_killed_while_it_makes_the_file_leaves_a_file_that_opens(
    file: Path, run_warm: RunWarm, open_journal: Callable[[], SqlJournal], request_for: Requests
) -> None:
    for steps in (1, 3, 6, 9, 14):
        assert run_warm(WRITER, file, 1, 1, steps).status == -signal.SIGKILL
    assert open_journal().check_in(request_for(1)).number == 1


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_kiosk_killed_from_outside_while_writing_loses_no_printed_ticket(
    file: Path, writer_command: Command, open_journal: Callable[[], SqlJournal]
) -> None:
    command, environment = writer_command
    seen = 0
    for round_ in range(4):
        kiosk = subprocess.Popen(
            [*command, str(file), str(round_ * 10_000), "10000"], env=environment, stdout=subprocess.PIPE, text=True,
            pipesize=4096,  # where nobody reads for a while, it has not checked in thousands before it is killed
        )  # fmt: skip
        assert kiosk.stdout is not None
        for _ in range(random.Random(round_).randint(1, 40)):
            assert kiosk.stdout.readline()
        kiosk.kill()
        seen += len(kiosk.communicate()[0].split())
        after = open_journal()
        after.verify()
        assert after.waiting()["noi-tong-quat"] >= seen
