"""A server that goes while it commits: nobody gets a second number, and no number is lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.errors import UnansweredCommit
from kiosk.checkin.store.postgres import AT_THE_DESK, engine_of
from kiosk.checkin.store.store import Store, open_store
from kiosk.failure import FailureCode, RetriableError
from kiosk.identity.person import Identity, Trust
from tests.patience import WITHIN_MS, WITHIN_S

Requests = Callable[..., CheckInRequest]


@pytest.fixture
def behind_the_line(
    postgresql_url: str, line: Any, clinic: Clinic, clock: Callable[[], datetime]
) -> Iterator[SqlJournal]:
    """A journal whose server is reached over the line that can be cut."""
    url = make_url(postgresql_url).set(port=line.port).render_as_string(hide_password=False)
    with open_store(url) as store:
        yield SqlJournal(store, clinic, clock)


@pytest.fixture
def beside_it(postgresql_url: str, clinic: Clinic, clock: Callable[[], datetime]) -> Iterator[SqlJournal]:
    """Another desk on the same database, whose line is whole."""
    with open_store(postgresql_url) as store:
        yield SqlJournal(store, clinic, clock)


def nameless(request: CheckInRequest) -> CheckInRequest:
    """Somebody whom no number names: only the visit's id can tell that a check-in is the same."""
    return replace(request, identity=Identity(Trust.TYPED, request.identity.full_name))


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("cut", ["BEFORE", "AFTER", "RESET"])
@pytest.mark.parametrize("known", [True, False], ids=["known-by-number", "nameless"])
def test_line_cut_at_the_commit_gives_one_number(
    behind_the_line: SqlJournal, beside_it: SqlJournal, line: Any, cuts: Any, request_for: Requests,
    cut: str, times: int, known: bool,
) -> None:  # fmt: skip
    request = request_for(1) if known else nameless(request_for(1))
    line.cuts = [cuts[cut]] * times
    check_in = behind_the_line.check_in(request)
    assert line.cuts == [], "the commit was cut"
    assert (check_in.number, check_in.repeated) == (1, False)
    assert beside_it.waiting() == {"noi-tong-quat": 1}
    assert beside_it.check_in(request_for(2)).number == 2
    beside_it.verify()


@pytest.mark.parametrize(("cut", "first", "second"), [("BEFORE", 2, 1), ("AFTER", 1, 2)])
def test_line_that_stays_cut_is_told_and_the_next_try_finds_what_was_saved(
    behind_the_line: SqlJournal, beside_it: SqlJournal, line: Any, cuts: Any, request_for: Requests,
    cut: str, first: int, second: int,
) -> None:  # fmt: skip
    line.cuts = [cuts[cut]] * 3
    with pytest.raises(UnansweredCommit) as caught:
        behind_the_line.check_in(request_for(1))
    assert (caught.value.code, isinstance(caught.value, RetriableError)) == (FailureCode.STORE_UNAVAILABLE, True)
    assert beside_it.check_in(request_for(2)).number == second
    assert behind_the_line.check_in(request_for(1)).number == first
    beside_it.verify()


def test_silent_line_holds_the_queue_no_longer_than_the_next_desk_waits(
    postgresql_url: str, line: Any, cuts: Any, clinic: Clinic, clock: Callable[[], datetime], request_for: Requests
) -> None:
    assert AT_THE_DESK.idle_in_transaction_ms < AT_THE_DESK.lock_ms < 1000 * AT_THE_DESK.answer_s
    # The second between the two is a lot to a clinic's server, and not to a machine that tests everything at once.
    waits = replace(AT_THE_DESK, statement_ms=WITHIN_MS, lock_ms=WITHIN_MS, answer_s=2 * WITHIN_S)
    url = make_url(postgresql_url)
    with (
        Store(engine_of(url.set(port=line.port), limits=waits)) as over_the_line,
        Store(engine_of(url, limits=waits)) as beside_it,
    ):
        behind, beside = (SqlJournal(store, clinic, clock) for store in (over_the_line, beside_it))
        line.cuts = [cuts.SILENT]
        assert behind.check_in(request_for(1)).number == 1
        assert beside.check_in(request_for(2)).number == 2
        beside.verify()


def test_pooled_connection_that_died_meanwhile_is_replaced_unnoticed(
    behind_the_line: SqlJournal, line: Any, request_for: Requests
) -> None:
    assert behind_the_line.check_in(request_for(1)).number == 1
    line.cut_now()
    assert behind_the_line.check_in(request_for(2)).number == 2
    line.cut_now()
    assert behind_the_line.waiting() == {"noi-tong-quat": 2}
