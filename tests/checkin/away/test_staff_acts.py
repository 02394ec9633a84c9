"""What staff decide while the shared store is away counts at once, and stands in the shared audit as they said it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest, Priority, PriorityBasis, PriorityClaim
from kiosk.checkin.store.tables import visit
from kiosk.eligibility.decision import Verdict
from kiosk.eligibility.override import STAFF_DECIDED, Override, overridden

Requests = Callable[..., CheckInRequest]


def overruled(request: CheckInRequest, verdict: Verdict = Verdict.SELF_PAY) -> CheckInRequest:
    override = Override(verdict, "người bệnh không dùng thẻ", "lan")
    return replace(request, decision=overridden(request.decision, override), override=override)


def noted(journal: SqlJournal) -> list[tuple[str, str, str, Any]]:
    """Who did what about visits, oldest first, without what the merging notes of itself."""
    rows = [(row.happened, row.actor, row.reason, json.loads(row.detail)) for row in journal.audit.rows()]
    return [row for row in reversed(rows) if row[0] != "merged"]


def test_override_while_the_shared_store_is_away_counts_at_once_and_is_whole_there_afterwards(
    open_desk: Any, shared: SqlJournal, request_for: Requests
) -> None:
    desk = open_desk()
    request = request_for(1)
    desk.line.cut = True
    check_in = desk.journal.check_in(overruled(request))
    assert check_in.decision.verdict is Verdict.SELF_PAY
    before = request.decision.verdict.value
    told = [("decision-changed", "lan", "người bệnh không dùng thẻ", {"before": before, "after": "self-pay"})]
    assert noted(desk.spool.journal) == told

    desk.line.cut = False
    assert desk.journal.look_after().brought == 1
    assert noted(shared) == told
    with shared.store.transaction(reading=True) as connection:
        [kept] = connection.execute(select(visit.c.ticket, visit.c.verdict)).all()
    assert tuple(kept) == (check_in.ticket, "self-pay")
    brought = shared.slips.find(check_in.ticket, check_in.business_day)
    assert brought is not None
    assert brought.decision.reasons[0].code == STAFF_DECIDED


def test_priority_and_room_that_staff_chose_meanwhile_are_told_with_what_they_are(
    open_desk: Any, shared: SqlJournal, request_for: Requests
) -> None:
    desk = open_desk()
    desk.line.cut = True
    claim = PriorityClaim(Priority.PREGNANT, PriorityBasis.STAFF, "lan", "sổ khám thai")
    desk.journal.check_in(replace(request_for(1), claim=claim, room_code="P204"))
    desk.line.cut = False
    desk.journal.look_after()
    assert [(act, by, why, detail) for act, by, why, detail in noted(shared) if act != "room-changed"] == [
        ("priority-changed", "lan", "sổ khám thai", {"after": "pregnant"})
    ]
    assert [detail for act, _, _, detail in noted(shared) if act == "room-changed"] == [{"room": "P204"}]


def test_commit_that_the_line_broke_at_leaves_the_override_once_for_each_check_in_that_was_told(
    open_desk: Any, shared: SqlJournal, request_for: Requests
) -> None:
    desk = open_desk()
    desk.line.cut_at_commit = True
    check_in = desk.journal.check_in(overruled(request_for(1)))
    assert check_in.ticket.startswith("X")
    desk.line.cut = False
    assert desk.journal.look_after().doubled == 1
    about = [row.subject for row in shared.audit.rows() if row.happened == "decision-changed"]
    assert about.count(check_in.visit_id) == 1
