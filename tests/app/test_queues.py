"""The queues of a kiosk that runs: its tiles, and the number that is called on its slips."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.app.desk import clinic_of
from kiosk.app.printing import SlipMaker, template_of
from kiosk.app.queues import offers_of, queue_in, serving_of
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.queue.sql_queue import SqlQueue
from kiosk.checkin.queue.waits import WaitRange
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.store import Store, open_store
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.settings import load_settings
from kiosk.slip.outcome import PrintOutcome, PrintState

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SETTINGS = load_settings()
CLINIC = clinic_of(SETTINGS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'kiosk.db'}") as opened:
        yield opened


@pytest.fixture
def queue(store: Store) -> SqlQueue:
    return queue_in(store, SETTINGS, CLINIC, lambda: FRIDAY)


@pytest.fixture
def journal(store: Store) -> SqlJournal:
    return SqlJournal(store, CLINIC, lambda: FRIDAY)


def request(person: int) -> CheckInRequest:
    identity = Identity(Trust.TYPED, "Nguyễn Văn Mẫu", personal_number=f"999{person:09}")
    return CheckInRequest(identity, Decision(Verdict.COVERED), "nhi")


def test_tiles_say_who_really_waits_where_and_how_long(queue: SqlQueue, journal: SqlJournal) -> None:
    offers = offers_of(queue, CLINIC)
    for person in range(3):
        journal.check_in(request(person))
    queue.call_next("P105", "desk-1")
    tiles = {offer.service.code: offer for offer in offers()}
    assert list(tiles) == [service.code for service in CLINIC.services]
    child = tiles["nhi"]
    assert child.room is not None
    assert (child.waiting, child.room.code, child.wait, child.opens_at) == (2, "P105", WaitRange(20, 30), None)
    assert tiles["mat"].waiting == 0


class Kept:
    """A printer that keeps what it was given."""

    def __init__(self) -> None:
        self.jobs: list[bytes] = []

    def write(self, job: bytes) -> PrintOutcome:
        self.jobs.append(job)
        return PrintOutcome(PrintState.PRINTED)


def test_slip_knows_the_number_that_the_room_called_last(queue: SqlQueue, journal: SqlJournal) -> None:
    first, second = (journal.check_in(request(person)) for person in range(2))
    serving = serving_of(queue)
    assert serving(second) == ""
    queue.call_next("P105", "desk-1")
    assert serving(second) == first.ticket == "B001"
    silent = SlipMaker(CLINIC, Kept(), SETTINGS, template_of(SETTINGS))
    told = replace(silent, serving=serving)
    assert told._facts(second).now_serving == "B001"
    assert silent._facts(second).now_serving == ""


def test_slip_is_printed_all_the_same_when_the_store_cannot_say(
    queue: SqlQueue, journal: SqlJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_in = journal.check_in(request(1))

    def lost(**_: object) -> AbstractContextManager[object]:
        raise KioskError(FailureCode.STORE_UNAVAILABLE, "away")

    unavailable: Callable[..., AbstractContextManager[object]] = lost
    monkeypatch.setattr(queue.screens, "_transaction", unavailable)
    printer = Kept()
    slips = SlipMaker(CLINIC, printer, SETTINGS, template_of(SETTINGS), serving=serving_of(queue))
    assert slips.print(check_in).state is PrintState.PRINTED
    assert printer.jobs
