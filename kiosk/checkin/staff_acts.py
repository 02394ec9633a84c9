"""What of a check-in somebody answers for: the audit's rows of it, in its transaction."""

from sqlalchemy import Connection

from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.record import CheckInRequest, PriorityBasis
from kiosk.eligibility.decision import Verdict
from kiosk.eligibility.override import STAFF_DECIDED
from kiosk.identity.person import Trust


def note_staff_acts(audit: Audit, connection: Connection, visit_id: str, request: CheckInRequest) -> None:
    """Notes who typed somebody in, who set a priority, who chose a room, and who decided otherwise than the rules."""
    if request.identity.trust is Trust.TYPED:
        audit.note(connection, Act.TYPED_IN, visit_id)
    claim = request.claim
    if claim is not None and claim.basis is PriorityBasis.STAFF:
        audit.note(connection, Act.PRIORITY_CHANGED, visit_id, claim.why, by=claim.by, after=claim.priority)
    if request.room_code:
        audit.note(connection, Act.ROOM_CHANGED, visit_id, room=request.room_code)
    override, reasons = request.override, request.decision.reasons
    if override is not None and reasons and reasons[0].code == STAFF_DECIDED:
        before = dict(reasons[0].values)["before"]
        decided = {"before": Verdict(before), "after": override.verdict}
        audit.note(connection, Act.DECISION_CHANGED, visit_id, override.why, by=override.by, **decided)
