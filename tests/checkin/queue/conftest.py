"""A queue and a journal of one store, and acts of an invented desk."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.queue.entry import QueueEntry
from kiosk.checkin.queue.place import Refused
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.queue.sql_queue import SqlQueue
from kiosk.checkin.record import CheckIn, CheckInRequest, Priority, PriorityBasis, PriorityClaim
from kiosk.checkin.store.store import Store

BY = "desk-1"


class Clock(Protocol):
    """The clock of the folder above."""

    now: datetime

    def __call__(self) -> datetime: ...


@dataclass
class House:
    """A journal and a queue on one store, a minute between arrivals."""

    journal: SqlJournal
    queue: SqlQueue
    clock: Clock
    request_for: Callable[..., CheckInRequest]
    people: int = 0

    def arrive(self, service: str = "nhi", priority: Priority = Priority.NONE, *, person: int | None = None) -> CheckIn:
        """The next invented person, or this one again; by staff's claim with a priority."""
        self.people += person is None
        request = self.request_for(self.people if person is None else person, service)
        if priority is not Priority.NONE:
            request = replace(request, claim=PriorityClaim(priority, PriorityBasis.STAFF, BY, "seen"))
        self.wait(1)
        return self.journal.check_in(request)

    def wait(self, minutes: float) -> None:
        """Time goes by."""
        self.clock.now += timedelta(minutes=minutes)

    def next(self, room: str = "P105") -> QueueEntry:
        """Whom the room calls next; somebody waits."""
        called = self.queue.call_next(room, BY)
        assert called is not None
        return called

    def serve(self, minutes: float, room: str = "P105") -> QueueEntry:
        """Calls the next one, who is inside for so long."""
        called = self.next(room)
        done(self.queue.enter(called.visit_id, BY))
        self.wait(minutes)
        return done(self.queue.finish(called.visit_id, BY))


def done(result: QueueEntry | Refused) -> QueueEntry:
    assert isinstance(result, QueueEntry)
    return result


@pytest.fixture
def open_house(
    store: Store, clinic: Clinic, clock: Clock, request_for: Callable[..., CheckInRequest]
) -> Callable[..., House]:
    """A house with this rule on the test's store."""

    def open_one(rule: QueueRule = QueueRule(), clinic: Clinic = clinic) -> House:  # noqa: B008 - frozen
        journal = SqlJournal(store, clinic, clock, rule=rule)
        return House(journal, SqlQueue(store, clinic, clock, rule, journal.audit.note), clock, request_for)

    return open_one


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    return open_house()
