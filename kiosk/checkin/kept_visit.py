"""A kept visit with all that was decided about it at check-in, and what it is worth when nobody can be asked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.decision_row import read_decision, written_decision
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.record import CheckIn
from kiosk.checkin.store.tables import first_decision, proof, visit, visit_decision, visit_person
from kiosk.checkin.visit_row import check_in_of
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Field, Verdict
from kiosk.eligibility.proof import VALID
from kiosk.eligibility.result_codes import USABLE_CODES
from kiosk.lookup.answer import CardAnswer, InsuranceCard

_LOOKED_THROUGH = 10
"""Proofs of one person, newest first: one of the first has a whole decision, or none has."""
_NEW_DECISION = first_decision.insert()


def keep_first_decision(connection: Connection, visit_id: str, decision: Decision) -> None:
    """Keeps everything that was decided at check-in, in its transaction."""
    connection.execute(_NEW_DECISION, {"visit_id": visit_id, "decision": written_decision(decision)})


def kept_check_in(connection: Connection, row: RowMapping, reprints: int = 0) -> CheckIn:
    """The check-in of a row of `visit`; one of an earlier release has the row's part of its decision only."""
    check_in = check_in_of(row, reprints)
    decided = _first_decision(connection, row["visit_id"])
    return check_in if decided is None else replace(check_in, decision=decided)


def last_verified_card(connection: Connection, person_key: str, since: datetime | None) -> CardAnswer | None:
    """The newest answer since a moment that verified this person's card, built from what was kept of it.

    The card has the name and birth year of the document that agreed with it, and what the decision says; None: there is
    none that is known in full.
    """
    return next(_verified(connection, person_key, since), None)


def _verified(connection: Connection, person_key: str, since: datetime | None) -> Iterator[CardAnswer]:
    # The tables know whose visit it was by digests only: another person's has another one.
    same_person = select(visit_person.c.visit_id).where(visit_person.c.person_key == person_key)
    good = (
        select(proof.c.proof_id, proof.c.code, proof.c.checked_at, proof.c.checked_ms, visit)
        .join(visit, visit.c.visit_id == proof.c.visit_id)
        .where(
            proof.c.visit_id.in_(same_person),
            proof.c.outcome.in_([outcome.value for outcome in VALID]),
            proof.c.verdict.in_([Verdict.COVERED.value, Verdict.ATTENTION.value]),
            proof.c.code.in_(sorted(USABLE_CODES)),
            proof.c.checked_ms >= (milliseconds(since) if since is not None else 0),
        )
        .order_by(proof.c.checked_ms.desc())
        .limit(_LOOKED_THROUGH)
    )
    for row in connection.execute(good).mappings().all():
        decided = _decided_with(connection, row)
        if decided is not None and decided.card_number and _is_the_documents(decided):
            yield CardAnswer(row["code"], "", _card(row, decided), in_clinic(datetime.fromisoformat(row["checked_at"])))


def _decided_with(connection: Connection, row: RowMapping) -> Decision | None:
    """What was decided with the answer of this proof; None: that was not kept."""
    later = select(visit_decision.c.decision).where(visit_decision.c.proof_id == row["proof_id"])
    if (written := connection.execute(later).scalar()) is not None:
        return read_decision(written)
    at = row["answered_at"]
    is_first = at is not None and milliseconds(datetime.fromisoformat(at)) == row["checked_ms"]
    return _first_decision(connection, row["visit_id"]) if is_first else None


def _is_the_documents(decided: Decision) -> bool:
    """Whether name and birth date were the same on both: only then the kept ones are the card's too."""
    return all(difference.field is Field.SEX for difference in decided.differences)


def _card(row: RowMapping, decided: Decision) -> InsuranceCard:
    born = row["birth_year"]
    return InsuranceCard(
        decided.card_number,
        row["full_name"],
        PartialDate(born) if born else None,
        facility=decided.facility,
        valid_from=decided.valid_from,
        valid_to=decided.valid_to,
        area=decided.area,
        next_card=decided.next_card,
    )


def _first_decision(connection: Connection, visit_id: str) -> Decision | None:
    kept = select(first_decision.c.decision).where(first_decision.c.visit_id == visit_id)
    written = connection.execute(kept).scalar()
    return None if written is None else read_decision(written)
