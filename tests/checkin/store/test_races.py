"""Desks at the same instant, each over a connection of its own: one number each, one ticket a person, none lost."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import event, text

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckIn, CheckInRequest
from kiosk.checkin.store.store import open_store
from tests.patience import WITHIN_S

Requests = Callable[..., CheckInRequest]

pytestmark = pytest.mark.usefixtures("patient_desks")


@pytest.fixture
def open_desk(store_url: str, clinic: Clinic, clock: Callable[[], datetime]) -> Iterator[Callable[..., SqlJournal]]:
    """Opens desks of one database, each with connections of its own."""
    with ExitStack() as opened:

        def open_one(its_clinic: Clinic = clinic) -> SqlJournal:
            return SqlJournal(opened.enter_context(open_store(store_url)), its_clinic, clock)

        yield open_one


def at_once(work: Sequence[Callable[[], CheckIn]]) -> list[CheckIn]:
    together = Barrier(len(work))

    def one(step: Callable[[], CheckIn]) -> CheckIn:
        together.wait()
        return step()

    with ThreadPoolExecutor(len(work)) as desks:
        return list(desks.map(one, work))


@pytest.mark.both_databases
def test_person_at_two_kiosks_in_one_instant_has_one_visit_and_the_second_sees_it(
    open_desk: Callable[..., SqlJournal], request_for: Requests
) -> None:
    kiosks = [open_desk(), open_desk()]
    for person in range(1, 11):
        given = at_once([partial(kiosk.check_in, request_for(person)) for kiosk in kiosks])
        assert {check_in.number for check_in in given} == {person}, "no number is lost to the second one"
        assert sorted(check_in.repeated for check_in in given) == [False, True]
    kiosks[0].verify()


@pytest.mark.both_databases
def test_desks_of_one_queue_at_once_get_the_next_numbers(
    open_desk: Callable[..., SqlJournal], request_for: Requests
) -> None:
    desks = [open_desk() for _ in range(4)]
    for turn in range(5):
        work = [partial(desks[at].check_in, request_for(turn * 4 + at)) for at in range(4)]
        assert sorted(given.number for given in at_once(work)) == list(range(turn * 4 + 1, turn * 4 + 5))
    desks[0].verify()


@pytest.fixture
def database() -> str:
    """What a test is on that is not marked for both: only a server lets two desks write at once."""
    return "postgresql"


def test_person_whom_two_queues_take_at_once_is_kept_by_the_first_and_no_number_is_lost(
    open_desk: Callable[..., SqlJournal], clinic: Clinic, request_for: Requests
) -> None:
    """Desks whose clinic's files differ do not wait for each other's counter: the person's row tells them apart."""
    other = replace(clinic, services=tuple(replace(one, prefix="Z") for one in clinic.services))
    first, second, watcher = open_desk(), open_desk(other), open_desk()
    second_waits, writing = Event(), Event()

    def hold(_: Any) -> None:
        writing.set()
        assert second_waits.wait(WITHIN_S)

    engine = first.store._engine
    event.listen(engine, "commit", hold)
    with ThreadPoolExecutor(2) as desks:
        winner = desks.submit(first.check_in, request_for(1))
        assert writing.wait(WITHIN_S)
        loser = desks.submit(second.check_in, request_for(1))
        while not loser.done() and not _somebody_waits(watcher):
            second_waits.wait(0.005)
        second_waits.set()
        assert (winner.result().ticket, winner.result().repeated) == ("A001", False)
        assert (loser.result().ticket, loser.result().repeated) == ("A001", True)
    assert second.check_in(request_for(2)).ticket == "Z001"
    first.verify()


def _somebody_waits(watcher: SqlJournal) -> bool:
    with watcher.store.transaction(reading=True) as connection:
        return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())
