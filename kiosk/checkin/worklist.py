"""The worklist of re-checks in the journal's database: durable, shared by desks, each entry asked about by one only.

An entry is taken by one UPDATE that names the desk and the end of its lease: a desk that dies holds an entry up until
then and no longer. The desks' clocks have to agree to within seconds, as every network's do.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Update, or_, select, update

from kiosk.checkin.asked_person import open_person, seal_person
from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.decision_row import read_decision, written_decision
from kiosk.checkin.kept_visit import kept_check_in
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.proofs import Ledger, Transaction, person_keys_of
from kiosk.checkin.recheck import Change, Claim, RecheckLimits, RecheckState, WorklistEntry, differences_of
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.tables import recheck, visit, visit_decision
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.lookup.answer import Answer, AskedBecause, CardAnswer, NotAsked, ServiceTrouble
from kiosk.lookup.question import question_for

NO_KEY = "no-key"
"""Why an entry can never be asked about by machine: there was no key to keep its person with."""

_KEY_REST_S = 300.0
_WAITING = RecheckState.WAITING.value
_GIVEN_UP = RecheckState.GIVEN_UP.value


class SqlWorklist:
    """The worklist of one journal; safe to use from several threads and processes at once."""

    def __init__(
        self, transaction: Transaction, ledger: Ledger, limits: RecheckLimits, clock: Callable[[], datetime],
        audit: Audit,
    ) -> None:  # fmt: skip
        self._transaction = transaction
        self._ledger = ledger
        self._limits = limits
        self._clock = clock
        self._audit = audit

    def add(self, connection: Connection, visit_id: str, request: CheckInRequest) -> None:
        """Puts a visit on the list, in its check-in's transaction.

        Without a data key nobody can be kept to ask about: the entry then is the staff's from the beginning.
        """
        seal, now_ms = self._ledger.seal, self._now_ms()
        connection.execute(
            recheck.insert().values(
                visit_id=visit_id,
                state=_GIVEN_UP if seal is None else _WAITING,
                sealed=None if seal is None else seal_person(seal, visit_id, request.identity, request.visit),
                added_ms=now_ms,
                due_ms=now_ms + round(self._limits.rest_s * 1000),
                attempts=0,
                why=NO_KEY if seal is None else "",
                leased_until_ms=0,
                finished_ms=now_ms if seal is None else None,
            )
        )

    def claim(self) -> Claim | None:
        """Takes the entry that is longest due, for this desk alone; None: none is due.

        Raises:
            KioskError: KEYSTORE_UNAVAILABLE (no data key) or KEY_WRONG (another one): the entry stays, not counted as
                tried; STORE_….
        """
        lease, now_ms = secrets.token_hex(16), self._now_ms()
        with self._transaction() as connection:
            connection.execute(give_up_statement(now_ms, self._limits))
            connection.execute(_forget_statement(now_ms, self._limits))
        if (seal := self._ledger.seal) is None:
            if any(entry.state is not RecheckState.GIVEN_UP for entry in self.entries()):
                raise KioskError(FailureCode.KEYSTORE_UNAVAILABLE, "data-key: people wait to be asked about again")
            return None
        with self._transaction() as connection:
            row = connection.execute(claim_statement(lease, now_ms, self._limits)).mappings().one_or_none()
            if row is None:
                return None
            day = connection.execute(select(visit.c.business_day).where(visit.c.visit_id == row["visit_id"]))
            claim_of = (row["visit_id"], day.scalar_one(), lease, row["attempts"])
        try:
            return Claim(*claim_of, *open_person(seal, row["visit_id"], row["sealed"]))
        except KioskError as error:
            self._free(row["visit_id"], lease, why=error.code.value, rest_s=_KEY_REST_S)
            raise

    def settle(self, claim: Claim, answer: Answer, decision: Decision) -> bool:
        """Keeps the proof of the lookup; with an answer also the new decision, and the entry is done.

        False: the lease was lost meanwhile, and only the proof was kept.

        Raises:
            KioskError: STORE_…; nothing was kept.
        """
        now = in_clinic(self._clock())
        question = question_for(claim.identity, now)
        with self._transaction() as connection:
            keys = person_keys_of(connection, claim.visit_id)
            because = AskedBecause.RECHECK
            proof_id = self._ledger.keep(
                connection, claim.visit_id, claim.business_day, keys, question, answer, decision, because
            )
            if decision.verdict is Verdict.UNVERIFIED:
                return self._rest(connection, claim, answer)
            mine = _held(claim.visit_id, claim.lease)
            if connection.execute(mine.values(_done(self._now_ms(), tried=True))).rowcount == 0:
                return False
            self._decide(connection, claim.visit_id, proof_id, because, decision, now)
            return True

    def answered_at_the_desk(self, connection: Connection, visit_id: str, proof_id: str, decision: Decision) -> None:
        """The person came again and this time the card was found valid: the entry is done, where it was not.

        Anything less may be about whoever typed the number, and the machine goes on asking about the person.
        """
        if decision.verdict not in {Verdict.COVERED, Verdict.ATTENTION}:
            return
        undone = update(recheck).where(recheck.c.visit_id == visit_id, recheck.c.state.in_([_WAITING, _GIVEN_UP]))
        if connection.execute(undone.values(_done(self._now_ms(), tried=False))).rowcount:
            self._decide(connection, visit_id, proof_id, AskedBecause.VISIT, decision, in_clinic(self._clock()))

    def release(self, claim: Claim) -> None:
        """Gives an entry back that nobody was asked about; not counted as tried.

        Raises:
            KioskError: STORE_…
        """
        self._free(claim.visit_id, claim.lease, why="", rest_s=0.0)

    def make_due(self) -> None:
        """Ends every entry's rest: the service is back.

        Raises:
            KioskError: STORE_…
        """
        now_ms = self._now_ms()
        with self._transaction() as connection:
            resting = update(recheck).where(recheck.c.state == _WAITING, recheck.c.due_ms > now_ms)
            connection.execute(resting.values(due_ms=now_ms))

    def ask_again(self, visit_id: str) -> bool:
        """Staff want a given-up entry to be tried once more from the beginning; False: there is none to ask about.

        Raises:
            KioskError: STORE_…
        """
        now_ms = self._now_ms()
        given_up = update(recheck).where(
            recheck.c.visit_id == visit_id, recheck.c.state == _GIVEN_UP, recheck.c.sealed.is_not(None)
        )
        again = given_up.values(state=_WAITING, attempts=0, added_ms=now_ms, due_ms=now_ms, finished_ms=None)
        with self._transaction() as connection:
            found = connection.execute(again).rowcount > 0
            if found:
                self._audit.note(connection, Act.ASKED_AGAIN, visit_id)
            return found

    def set_aside(self, visit_id: str, reason: str = "") -> bool:
        """Staff dealt with an entry by hand: it leaves the list, and what was kept to ask with is removed.

        `reason` is an officer's own words, for the audit.

        Raises:
            KioskError: STORE_…
        """
        with self._transaction() as connection:
            undone = update(recheck).where(recheck.c.visit_id == visit_id, recheck.c.state.in_([_WAITING, _GIVEN_UP]))
            aside = undone.values(_done(self._now_ms(), tried=False) | {"state": RecheckState.SET_ASIDE.value})
            found = connection.execute(aside).rowcount > 0
            if found:
                self._audit.note(connection, Act.SET_ASIDE, visit_id, reason)
            return found

    def entries(self, *, finished: bool = False) -> tuple[WorklistEntry, ...]:
        """Those who wait, are asked about or were given up, oldest first; `finished` adds what is done.

        Raises:
            KioskError: STORE_…
        """
        now_ms = self._now_ms()
        listed = select(visit, recheck).join(recheck, recheck.c.visit_id == visit.c.visit_id)
        if not finished:
            listed = listed.where(recheck.c.state.in_([_WAITING, _GIVEN_UP]))
        with self._transaction(reading=True) as connection:
            rows = connection.execute(listed.order_by(recheck.c.added_ms, visit.c.number)).mappings().all()
        return tuple(_entry(row, now_ms) for row in rows)

    def changes(self, since: datetime) -> tuple[Change, ...]:
        """Every visit's later decision since a moment, oldest first, beside the one that it follows.

        Raises:
            KioskError: STORE_…
        """
        later = (
            select(visit_decision.c.id.label("decision_id"), visit_decision.c.because, visit_decision.c.decided_at)
            .add_columns(visit_decision.c.decision.label("decided"), visit)
            .join(visit, visit.c.visit_id == visit_decision.c.visit_id)
        )
        wanted = later.where(visit_decision.c.decided_ms >= milliseconds(since)).order_by(visit_decision.c.id)
        with self._transaction(reading=True) as connection:
            rows = connection.execute(wanted).mappings().all()
            return tuple(_change(connection, row) for row in rows)

    def _rest(self, connection: Connection, claim: Claim, answer: Answer) -> bool:
        rest_s = min(self._limits.rest_s * 2.0 ** min(claim.attempt - 1, 30), self._limits.longest_rest_s)
        now_ms = self._now_ms()
        rested = _held(claim.visit_id, claim.lease).values(
            leased_by=None, leased_until_ms=0, tried_ms=now_ms, due_ms=now_ms + round(rest_s * 1000), why=_why(answer)
        )
        return connection.execute(rested).rowcount > 0

    def _free(self, visit_id: str, lease: str, *, why: str, rest_s: float) -> None:
        freed = _held(visit_id, lease).values(
            leased_by=None,
            leased_until_ms=0,
            attempts=recheck.c.attempts - 1,
            due_ms=self._now_ms() + round(rest_s * 1000),
            why=why,
        )
        with self._transaction() as connection:
            connection.execute(freed)

    def _decide(
        self, connection: Connection, visit_id: str, proof_id: str, because: AskedBecause, decision: Decision,
        now: datetime,
    ) -> None:  # fmt: skip
        row = {"visit_id": visit_id, "proof_id": proof_id, "because": because.value, "decided_at": now.isoformat()}
        decided = {"decided_ms": milliseconds(now), "decision": written_decision(decision)}
        connection.execute(visit_decision.insert().values(row | decided))

    def _now_ms(self) -> int:
        return milliseconds(self._clock())


def claim_statement(lease: str, now_ms: int, limits: RecheckLimits) -> Any:  # noqa: ANN401 - SQLAlchemy's own type
    """Takes the entry that is longest due in one statement, for `sqlite` and `postgresql`.

    Two desks may find the same entry; the outer conditions let only one have it. Where a server can, the second desk
    takes the next entry instead.
    """
    free = (
        (recheck.c.state == _WAITING)
        & (recheck.c.due_ms <= now_ms)
        & (recheck.c.leased_until_ms <= now_ms)
        & recheck.c.sealed.is_not(None)
    )
    longest_due = select(recheck.c.visit_id).where(free).order_by(recheck.c.due_ms, recheck.c.visit_id).limit(1)
    return (
        update(recheck)
        .where(free, recheck.c.visit_id == longest_due.with_for_update(skip_locked=True).scalar_subquery())
        .values(
            leased_by=lease,
            leased_until_ms=now_ms + round(limits.lease_s * 1000),
            attempts=recheck.c.attempts + 1,
        )
        .returning(recheck.c.visit_id, recheck.c.sealed, recheck.c.attempts)
    )


def give_up_statement(now_ms: int, limits: RecheckLimits) -> Update:
    """Ends the asking about entries that were tried often or long enough, those being asked about excepted."""
    oldest_ms = now_ms - round(timedelta(days=limits.days).total_seconds() * 1000)
    over = or_(recheck.c.attempts >= limits.tries, recheck.c.added_ms <= oldest_ms)
    waiting = (recheck.c.state == _WAITING) & (recheck.c.leased_until_ms <= now_ms)
    return update(recheck).where(waiting & over).values(state=_GIVEN_UP, finished_ms=now_ms)


def _forget_statement(now_ms: int, limits: RecheckLimits) -> Update:
    """Nobody acted on a given-up entry: it stays on the list, and whom it was about is no longer kept beside it."""
    oldest_ms = now_ms - round(timedelta(days=limits.forget_days).total_seconds() * 1000)
    given_up = (recheck.c.state == _GIVEN_UP) & recheck.c.sealed.is_not(None)
    return update(recheck).where(given_up, recheck.c.finished_ms <= oldest_ms).values(sealed=None)


def _held(visit_id: str, lease: str) -> Update:
    return update(recheck).where(
        recheck.c.visit_id == visit_id, recheck.c.leased_by == lease, recheck.c.state == _WAITING
    )


def _done(now_ms: int, *, tried: bool) -> dict[str, Any]:
    done: dict[str, Any] = {
        "state": RecheckState.VERIFIED.value,
        "sealed": None,
        "leased_by": None,
        "leased_until_ms": 0,
        "why": "",
        "finished_ms": now_ms,
    }
    return done | ({"tried_ms": now_ms} if tried else {})


def _why(answer: Answer) -> str:
    match answer:
        case ServiceTrouble(kind):
            return kind.value
        case NotAsked(missing):
            return f"missing-{missing}"
        case CardAnswer(code=code):
            return code


def _entry(row: RowMapping, now_ms: int) -> WorklistEntry:
    state = RecheckState(row["state"])
    if state is RecheckState.WAITING and row["leased_until_ms"] > now_ms:
        state = RecheckState.ASKING
    return WorklistEntry(
        visit_id=row["visit_id"],
        business_day=row["business_day"],
        ticket=row["ticket"],
        service_code=row["service_code"],
        full_name=row["full_name"],
        birth_year=row["birth_year"],
        state=state,
        why=row["why"],
        attempts=row["attempts"],
        added_at=_moment(row["added_ms"]),
        tried_at=_moment(row["tried_ms"]) if row["tried_ms"] is not None else None,
        due_at=_moment(row["due_ms"]) if state is RecheckState.WAITING else None,
        finished_at=_moment(row["finished_ms"]) if row["finished_ms"] is not None else None,
    )


def _change(connection: Connection, row: RowMapping) -> Change:
    earlier = (
        select(visit_decision.c.decision)
        .where(visit_decision.c.visit_id == row["visit_id"], visit_decision.c.id < row["decision_id"])
        .order_by(visit_decision.c.id.desc())
        .limit(1)
    )
    written = connection.execute(earlier).scalar()
    before = kept_check_in(connection, row).decision if written is None else read_decision(written)
    after = read_decision(row["decided"])
    return Change(
        visit_id=row["visit_id"],
        business_day=row["business_day"],
        ticket=row["ticket"],
        full_name=row["full_name"],
        because=AskedBecause(row["because"]),
        decided_at=in_clinic(datetime.fromisoformat(row["decided_at"])),
        before=before,
        after=after,
        differences=differences_of(before, after),
    )


def _moment(ms: int) -> datetime:
    return in_clinic(datetime.fromtimestamp(ms / 1000, UTC))
