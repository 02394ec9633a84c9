"""Whoever decides otherwise, sets a priority, chooses a room or types somebody in stands in the audit with it."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest, Priority, PriorityBasis, PriorityClaim
from kiosk.eligibility.decision import Verdict
from kiosk.eligibility.override import Override, overridden
from kiosk.identity.person import Trust

Requests = Callable[..., CheckInRequest]


def noted(journal: SqlJournal) -> list[tuple[str, str, str, str]]:
    return [(row.happened, row.actor, row.reason, row.detail) for row in journal.audit.rows()]


def test_check_in_by_the_rules_is_nobodys_act(journal: SqlJournal, request_for: Requests) -> None:
    journal.check_in(request_for(1))
    assert noted(journal) == []


def test_override_stands_with_who_why_and_what_was_before(journal: SqlJournal, request_for: Requests) -> None:
    request = request_for(1)
    override = Override(Verdict.SELF_PAY, "người bệnh không dùng thẻ", "lan")
    journal.check_in(replace(request, decision=overridden(request.decision, override), override=override))
    before = request.decision.verdict.value
    detail = f'{{"after":"self-pay","before":"{before}"}}'
    assert noted(journal) == [("decision-changed", "lan", "người bệnh không dùng thẻ", detail)]


def test_override_that_changes_nothing_is_no_override(journal: SqlJournal, request_for: Requests) -> None:
    request = request_for(1)
    override = Override(Verdict.COVERED, "đã xem thẻ", "lan")
    journal.check_in(replace(request, decision=overridden(request.decision, override), override=override))
    assert noted(journal) == []


def test_priority_by_staff_and_their_room_stand_in_the_audit(journal: SqlJournal, request_for: Requests) -> None:
    claim = PriorityClaim(Priority.PREGNANT, PriorityBasis.STAFF, "lan", "sổ khám thai")
    check_in = journal.check_in(replace(request_for(1), claim=claim, room_code="P204"))
    assert check_in.room.code == "P204"
    acts = {act: (actor, reason) for act, actor, reason, _ in noted(journal)}
    assert acts["priority-changed"] == ("lan", "sổ khám thai")
    assert "room-changed" in acts


def test_what_the_patient_said_is_nobodys_act(journal: SqlJournal, request_for: Requests) -> None:
    journal.check_in(replace(request_for(1), claim=PriorityClaim(Priority.MERIT, PriorityBasis.ASKED)))
    assert noted(journal) == []


def test_whoever_is_typed_in_is_noted(journal: SqlJournal, request_for: Requests) -> None:
    request = request_for(1)
    journal.check_in(replace(request, identity=replace(request.identity, trust=Trust.TYPED)))
    assert [act for act, *_ in noted(journal)] == ["typed-in"]


def test_room_that_is_no_more_is_as_good_as_none(journal: SqlJournal, request_for: Requests) -> None:
    routed = journal.check_in(request_for(1)).room
    assert journal.check_in(replace(request_for(2), room_code="P999")).room in (
        routed,
        *journal.check_in(request_for(3)).service.rooms,
    )
