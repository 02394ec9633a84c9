"""Which slips are still owed to somebody, and the check-in that one is printed again of."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from kiosk.checkin.business_day import business_day
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.printed_slips import NEVER_ENDED
from kiosk.checkin.record import CheckInRequest

RequestFor = Callable[..., CheckInRequest]


@pytest.fixture
def today(clock: Callable[[], object]) -> date:
    return business_day(clock())  # type: ignore[arg-type]  # the tests' clock gives moments


def test_slips_that_came_out_are_owed_to_nobody(journal: SqlJournal, request_for: RequestFor, today: date) -> None:
    for person, outcome in enumerate(("printed", "printed:paper-out", "off", "unconfirmed:spooled"), start=1):
        journal.log_print(journal.check_in(request_for(person)), outcome)
    assert journal.slips.owed(today) == ()


def test_slips_that_did_not_or_may_not_have_are_owed(journal: SqlJournal, request_for: RequestFor, today: date) -> None:
    outcomes = ("failed:paper-out", "printed", "unconfirmed:status-unknown", "unconfirmed:printer-unreachable")
    tickets = []
    for person, outcome in enumerate(outcomes, start=1):
        check_in = journal.check_in(request_for(person))
        journal.log_print(check_in, outcome)
        tickets.append(check_in.ticket)
    assert [(slip.ticket, slip.outcome) for slip in journal.slips.owed(today)] == [
        (tickets[0], outcomes[0]),
        (tickets[2], outcomes[2]),
        (tickets[3], outcomes[3]),
    ]


def test_last_try_decides(journal: SqlJournal, request_for: RequestFor, today: date) -> None:
    check_in = journal.check_in(request_for(1))
    journal.log_print(check_in, "failed:cover-open")
    again = journal.printed_again(check_in)
    assert [slip.outcome for slip in journal.slips.owed(today)] == ["failed:cover-open"]
    journal.log_print(again, "printed")
    assert journal.slips.owed(today) == ()


def test_other_days_slips_are_not_listed(journal: SqlJournal, request_for: RequestFor) -> None:
    journal.log_print(journal.check_in(request_for(1)), "failed:paper-out")
    assert journal.slips.owed(date(2020, 1, 1)) == ()


def test_ticket_leads_to_its_check_in_with_its_place_and_its_reprints_are_counted(
    journal: SqlJournal, request_for: RequestFor, today: date
) -> None:
    journal.check_in(request_for(1))
    check_in = journal.check_in(request_for(2))
    found = journal.slips.find(check_in.ticket, today)
    assert found is not None
    assert (found.visit_id, found.full_name) == (check_in.visit_id, check_in.full_name)
    assert found.placement == check_in.placement
    assert [journal.printed_again(found).reprints for _ in range(2)] == [1, 2]


@pytest.mark.both_databases
def test_ticket_found_again_knows_how_often_its_slip_was_printed(
    journal: SqlJournal, request_for: RequestFor, today: date
) -> None:
    check_in = journal.check_in(request_for(1))
    for _ in range(2):
        journal.printed_again(check_in)
    found = journal.slips.find(check_in.ticket, today)
    assert found is not None
    assert found.reprints == 2


@pytest.mark.parametrize("ticket", ["", "Z999", "a001", "A001' or '1'='1"])
def test_ticket_that_nobody_has_leads_to_nothing(
    journal: SqlJournal, request_for: RequestFor, today: date, ticket: str
) -> None:
    journal.check_in(request_for(1))
    assert journal.slips.find(ticket, today) is None


def test_slip_of_a_program_that_ended_before_it_came_out_is_owed(
    journal: SqlJournal, request_for: RequestFor, today: date, clock: Any
) -> None:
    check_in = journal.check_in(request_for(1))
    assert journal.slips.owed(today) == (), "it may still be under way"
    clock.now += timedelta(minutes=2)
    assert [(slip.ticket, slip.outcome) for slip in journal.slips.owed(today)] == [(check_in.ticket, NEVER_ENDED)]
    journal.log_print(check_in, "printed")
    assert journal.slips.owed(today) == ()
