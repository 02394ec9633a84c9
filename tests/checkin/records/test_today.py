"""Today's list for the desk: today's alone, newest first, with what is decided by now and where each stands."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.decision_row import written_decision
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.queue.place import PlaceState
from kiosk.checkin.queue.sql_queue import SqlQueue
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.records.today import TodayList
from kiosk.checkin.store.tables import visit_decision
from kiosk.eligibility.decision import Decision, Verdict

pytestmark = pytest.mark.both_databases
Ask = Callable[..., CheckInRequest]


class SetClock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


def test_list_holds_today_newest_first_with_where_each_stands(
    journal: SqlJournal, request_for: Ask, clock: SetClock, clinic: Clinic
) -> None:
    journal.check_in(request_for(1))
    clock.now += timedelta(days=1)
    first = journal.check_in(request_for(2))
    clock.now += timedelta(minutes=1)
    second = journal.check_in(request_for(3))
    queue = SqlQueue(journal.store, clinic, clock)
    queue.cancel(first.visit_id, "o1", "went home")
    listed = TodayList(journal.store, clock).visits()
    assert [(one.entry.visit_id, one.entry.state) for one in listed] == [
        (second.visit_id, PlaceState.WAITING),
        (first.visit_id, PlaceState.CANCELLED),
    ]
    assert [one.verdict for one in listed] == [second.decision.verdict, first.decision.verdict]
    assert listed[0].created_at == second.created_at


def test_later_decision_is_the_one_that_is_listed(journal: SqlJournal, request_for: Ask, clock: SetClock) -> None:
    made = journal.check_in(request_for(1))
    later = Decision(Verdict.COVERED, benefit_percent=95)
    with journal.store.transaction() as connection:
        row = {
            "visit_id": made.visit_id,
            "because": "recheck",
            "decided_at": clock().isoformat(),
            "decided_ms": 1,
            "decision": written_decision(later),
        }
        connection.execute(visit_decision.insert(), row)
    [listed] = TodayList(journal.store, clock).visits()
    assert (listed.verdict, listed.benefit_percent) == (Verdict.COVERED, 95)


def test_day_without_visits_is_an_empty_list(journal: SqlJournal, clock: SetClock) -> None:
    assert TodayList(journal.store, clock).visits() == ()
