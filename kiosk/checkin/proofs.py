"""The proofs of all checks in the journal: one row for each lookup, only ever added, in its check-in's transaction."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection, func, select

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.clinic import Bilingual
from kiosk.checkin.decision_row import read_decision
from kiosk.checkin.kept_visit import kept_check_in
from kiosk.checkin.proof_row import KeptProof, kept_proof_of, milliseconds, row_of_proof, seal_question
from kiosk.checkin.store.tables import proof, visit, visit_decision, visit_person
from kiosk.eligibility.decision import Decision
from kiosk.eligibility.proof import VALID, OfflineLimits, Proof, prove
from kiosk.lookup.answer import Answer, AskedBecause, NotAsked, Question
from kiosk.privacy import Personal
from kiosk.sealed import Seal

_VALID = [outcome.value for outcome in VALID]


class Transaction(Protocol):
    """Opens a transaction of the journal; `reading` takes no lock."""

    def __call__(self, *, reading: bool = False) -> AbstractContextManager[Connection]:
        """A connection, committed when its block ends well."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class ProvenVisit(Personal):
    """A visit with the proofs of all its checks, oldest first; `decision` is the one that holds now."""

    visit_id: str
    business_day: date
    ticket: str
    service: Bilingual
    full_name: str
    birth_year: int | None
    created_at: datetime
    decision: Decision
    proofs: tuple[KeptProof, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What keeping a proof takes besides the lookup: the journal's salt, the key of boxes, the settings' limits."""

    salt: bytes
    seal: Seal | None
    limits: OfflineLimits
    new_id: Callable[[], str]

    def keep(
        self,
        connection: Connection,
        visit_id: str,
        day: date,
        person_keys: Sequence[str],
        question: Question | NotAsked,
        answer: Answer,
        decision: Decision,
        because: AskedBecause = AskedBecause.VISIT,
    ) -> str:
        """Adds the proof of one lookup about a visit of `day` and returns its id."""
        previous = _last_valid(connection, person_keys)
        offline_since = _offline_since(connection)
        shown = prove(answer, decision, previous, offline_since, self.limits, salt=self.salt, day=day, because=because)
        proof_id = self.new_id()
        kept = KeptProof(proof_id, visit_id, shown, seal_question(self.seal, proof_id, question, answer))
        connection.execute(proof.insert(), row_of_proof(kept))
        return proof_id


class SqlProofs:
    """Reads proofs; nothing here changes one."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of_visit(self, visit_id: str) -> ProvenVisit | None:
        """The visit with its proofs; None: there is no such visit.

        Raises:
            KioskError: STORE_…
        """
        with self._transaction(reading=True) as connection:
            return _proven(connection, visit_id)

    def of_ticket(self, ticket: str, day: date) -> ProvenVisit | None:
        """The same by what the hall called on a day.

        Raises:
            KioskError: STORE_…
        """
        found = select(visit.c.visit_id).where(visit.c.ticket == ticket, visit.c.business_day == day)
        with self._transaction(reading=True) as connection:
            visit_id = connection.execute(found).scalars().first()
            return _proven(connection, visit_id) if visit_id else None

    def of_day(self, day: date) -> tuple[ProvenVisit, ...]:
        """Every visit of a day with its proofs, in the order of the tickets.

        Raises:
            KioskError: STORE_…
        """
        visits = select(visit.c.visit_id).where(visit.c.business_day == day).order_by(visit.c.prefix, visit.c.number)
        with self._transaction(reading=True) as connection:
            proven = [_proven(connection, visit_id) for visit_id in connection.execute(visits).scalars().all()]
        return tuple(one for one in proven if one is not None)


def is_proven(connection: Connection, visit_id: str, answer: Answer) -> bool:
    """Whether this very answer has its proof with this visit."""
    same = select(proof.c.id).where(proof.c.visit_id == visit_id, proof.c.checked_ms == milliseconds(answer.checked_at))
    return connection.execute(same.limit(1)).scalar() is not None


def person_keys_of(connection: Connection, visit_id: str) -> list[str]:
    """The digests by which a visit's person is known."""
    keys = select(visit_person.c.person_key).where(visit_person.c.visit_id == visit_id)
    return sorted(connection.execute(keys).scalars().all())


def _proven(connection: Connection, visit_id: str) -> ProvenVisit | None:
    row = connection.execute(select(visit).where(visit.c.visit_id == visit_id)).mappings().one_or_none()
    if row is None:
        return None
    check_in = kept_check_in(connection, row)
    later = (
        select(visit_decision.c.decision)
        .where(visit_decision.c.visit_id == visit_id)
        .order_by(visit_decision.c.id.desc())
        .limit(1)
    )
    written = connection.execute(later).scalar()
    kept = connection.execute(select(proof).where(proof.c.visit_id == visit_id).order_by(proof.c.id)).mappings()
    return ProvenVisit(
        visit_id=visit_id,
        business_day=check_in.business_day,
        ticket=check_in.ticket,
        service=check_in.service.name,
        full_name=check_in.full_name,
        birth_year=check_in.birth_year,
        created_at=check_in.created_at,
        decision=check_in.decision if written is None else read_decision(written),
        proofs=tuple(kept_proof_of(one) for one in kept),
    )


def _last_valid(connection: Connection, person_keys: Sequence[str]) -> Proof | None:
    same_person = select(visit_person.c.visit_id).where(visit_person.c.person_key.in_(person_keys))
    valid = (
        select(proof)
        .where(proof.c.visit_id.in_(same_person), proof.c.outcome.in_(_VALID))
        .order_by(proof.c.id.desc())
        .limit(1)
    )
    row = connection.execute(valid).mappings().one_or_none()
    return None if row is None else kept_proof_of(row).proof


def _offline_since(connection: Connection) -> datetime | None:
    """When the service was first found away without an answer to anybody since; who was not asked says nothing."""
    last_answer = select(func.max(proof.c.checked_ms)).where(proof.c.answered.is_(True)).scalar_subquery()
    away = (
        select(proof.c.checked_at)
        .where(
            proof.c.answered.is_(False),
            proof.c.checked_ms > func.coalesce(last_answer, -1),
            proof.c.trouble.not_like("missing-%"),
        )
        .order_by(proof.c.checked_ms)
        .limit(1)
    )
    first = connection.execute(away).scalar()
    return None if first is None else in_clinic(datetime.fromisoformat(first))
