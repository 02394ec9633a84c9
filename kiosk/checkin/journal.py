"""The durable journal of check-ins: one transaction gives the number and keeps the visit, or neither.

Numbers count from 1 without gaps per business day and queue, also over kiosks that share the journal, kills and
power cuts: the number is taken inside the transaction that keeps the visit.
"""

import hashlib
import hmac
import logging
import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import Connection, RowMapping, bindparam, func, select
from sqlalchemy.sql.dml import ReturningInsert

from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.business_day import business_day, in_clinic
from kiosk.checkin.clinic import Clinic, Service
from kiosk.checkin.kept_visit import keep_first_decision, kept_check_in, last_verified_card
from kiosk.checkin.notice_row import keep_notice
from kiosk.checkin.printed_slips import REPRINT, SqlSlips, reprints_of
from kiosk.checkin.priority import claim_of
from kiosk.checkin.proofs import Ledger, SqlProofs, is_proven
from kiosk.checkin.queue.arrivals import Arrivals
from kiosk.checkin.queue.rooms import people_waiting
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.recheck import RecheckLimits
from kiosk.checkin.record import CheckIn, CheckInRequest, Priority
from kiosk.checkin.records.searchable import keep_searchable
from kiosk.checkin.staff_acts import note_staff_acts
from kiosk.checkin.store.errors import LostRace, UnansweredCommit
from kiosk.checkin.store.numbering import torn_queues
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import journal, print_log, ticket_counter, visit, visit_person
from kiosk.checkin.store.upsert import upsert_for
from kiosk.checkin.visit_row import row_of
from kiosk.checkin.worklist import SqlWorklist
from kiosk.eligibility.decision import Verdict
from kiosk.eligibility.proof import OfflineLimits
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import CardAnswer
from kiosk.lookup.question import question_for
from kiosk.sealed import Seal

_TRIES = 3
"""Of one check-in: another desk may win a race, a server may fall silent at the commit. More is no race any more."""
_SOCIAL_NUMBER = re.compile(r"[0-9]{10}$")
_log = logging.getLogger(__name__)

NextNumber = Callable[[Connection, date, str], int]
"""Takes a queue's next number of a day, in the transaction that keeps the visit; raises where there is none."""


def ticket_text(prefix: str, number: int) -> str:
    """What the hall calls: the queue's prefix and at least three digits, `A042`, `A1000`."""
    return f"{prefix}{number:03}"


class SqlJournal:
    """The journal in a store; safe to use from several threads and processes at once.

    `clock` gives the moment with its zone, `new_id` a visit's random 32 hex characters. `seal` encrypts whom to ask
    about again and what was asked; without it neither is kept. `offline` says how long going without a check is borne,
    `recheck` how long it is tried again. `store` is closed by who opened it. `audit` keeps
    who acted; without it a desk of no name does. `next_number` gives the numbers; without it they count from 1.

    Raises:
        KioskError: STORE_….
    """

    def __init__(
        self,
        store: Store,
        clinic: Clinic,
        clock: Callable[[], datetime],
        *,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
        seal: Seal | None = None,
        offline: OfflineLimits = OfflineLimits(),  # noqa: B008 - frozen
        recheck: RecheckLimits = RecheckLimits(),  # noqa: B008 - frozen
        rule: QueueRule = QueueRule(),  # noqa: B008 - frozen
        audit: Audit | None = None,
        next_number: NextNumber | None = None,
    ) -> None:
        self._next_number = next_number or next_in_queue
        self._clinic = clinic
        self._clock = clock
        self._new_id = new_id
        self._transaction = store.transaction
        self.store = store
        self.audit = audit or Audit(store, clock)
        with self._transaction(reading=True) as connection:
            self._person_salt = bytes(connection.execute(select(journal.c.person_salt)).scalar_one())
        self._ledger = Ledger(self._person_salt, seal, offline, new_id)
        self._offline = offline
        self._arrivals = Arrivals(clinic, rule)
        self._worklist = SqlWorklist(self._transaction, self._ledger, recheck, clock, self.audit)
        self._warn_of_a_clock_behind()

    @property
    def worklist(self) -> SqlWorklist:
        """Who has to be asked about again."""
        return self._worklist

    @property
    def proofs(self) -> SqlProofs:
        """What each lookup showed."""
        return SqlProofs(self._transaction)

    @property
    def arrivals(self) -> Arrivals:
        """How check-ins join their queues."""
        return self._arrivals

    @property
    def slips(self) -> SqlSlips:
        """What became of the slips."""
        return SqlSlips(self._transaction, self._arrivals, self._clock)

    def check_in(self, request: CheckInRequest, visit_id: str = "") -> CheckIn:
        """Commits a check-in, or gives back today's one of the same person and service; a new one is `visit_id`.

        A repeated one shows the name and birth year of *this* request: whoever types a stranger's number learns
        nothing from the slip.

        Raises:
            KioskError: STORE_FULL, STORE_LOCKED, STORE_UNAVAILABLE, STORE_CORRUPT, SERVICE_UNKNOWN; nothing was saved.
            UnansweredCommit: the server went while it saved and is not back; whoever tries again finds what it saved.
        """
        service = self._clinic.service(request.service_code)
        if service is None:
            raise KioskError(FailureCode.SERVICE_UNKNOWN, request.service_code)
        visit_id, now = visit_id or self._new_id(), in_clinic(self._clock())
        tried_before = False
        for _ in range(_TRIES - 1):
            try:
                return self._check_in_once(request, service, visit_id, now, tried_before=tried_before)
            except (LostRace, UnansweredCommit) as error:
                _log.warning("a check-in is tried again: %s", error)
                tried_before = True
        return self._check_in_once(request, service, visit_id, now, tried_before=True)

    def _check_in_once(
        self, request: CheckInRequest, service: Service, visit_id: str, now: datetime, *, tried_before: bool
    ) -> CheckIn:
        """One transaction; one that was tried before under the same `visit_id` may have been saved unanswered."""
        day = business_day(now)
        person_keys = self._person_keys(request.identity, request.decision.card_number)
        with self._transaction() as connection:
            # The counter's row first: from here on this transaction is alone with the queue, and an earlier one whose
            # commit nobody answered has ended in one way or the other.
            number = self._next_number(connection, day, service.prefix)
            if tried_before and (saved := _saved(connection, visit_id)):
                connection.rollback()
                connection.begin()
                return replace(self._arrivals.again(connection, saved, now), repeated=False)
            visits = _of_today(connection, person_keys, day)
            also_today = _other_tickets(visits, service, request.identity)
            if known := _known(connection, visits, service):
                connection.rollback()
                connection.begin()
                self._prove_again(connection, known.visit_id, person_keys, request)
                known = self._arrivals.again(connection, replace(known, claim=claim_of(request, day)), now)
                name, birth_year = _name(request.identity), _birth_year(request.identity)
                return replace(known, full_name=name, birth_year=birth_year, also_today=also_today)
            claim = claim_of(request, day)
            check_in = CheckIn(
                visit_id=visit_id,
                business_day=day,
                ticket=ticket_text(service.prefix, number),
                number=number,
                service=service,
                priority=claim.priority if claim else Priority.NONE,
                full_name=_name(request.identity),
                birth_year=_birth_year(request.identity),
                trust=request.identity.trust,
                decision=request.decision,
                created_at=now,
                claim=claim,
                also_today=also_today,
            )
            self.store.reserve(day, service.prefix, number)
            connection.execute(_NEW_VISIT, row_of(check_in, request.answered_at))
            keep_first_decision(connection, check_in.visit_id, request.decision)
            keep_searchable(connection, check_in)
            if request.notice_seen is not None:
                keep_notice(connection, check_in.visit_id, request.notice_seen)
            if person_keys:
                known_by = {"business_day": day, "service_code": service.code, "visit_id": visit_id}
                connection.execute(_NEW_KEYS, [{"person_key": key, **known_by} for key in person_keys])
            self._prove(connection, check_in.visit_id, person_keys, request)
            if request.decision.verdict is Verdict.UNVERIFIED:
                self._worklist.add(connection, check_in.visit_id, request)
            check_in = self._arrivals.enqueue(connection, check_in, request.room_code)
            note_staff_acts(self.audit, connection, visit_id, request)
        self.store.gave(day, service.prefix, number)
        return check_in

    def last_verified(self, identity: Identity) -> CardAnswer | None:
        """What last verified this person's card, within the settings' days; None: nothing that is kept in full.

        A person is who their personal number names; without one, their insurance number, then their document.

        Raises:
            KioskError: STORE_…
        """
        if (key := self._naming_key(identity)) is None:
            return None
        days = self._offline.last_check_days
        since = in_clinic(self._clock()) - timedelta(days=days) if days else None
        with self._transaction(reading=True) as connection:
            return last_verified_card(connection, key, since)

    def tickets_today(self, identity: Identity) -> tuple[str, ...]:
        """The numbers that this person has today; none for whoever only typed a number.

        Raises:
            KioskError: STORE_…
        """
        if identity.trust is Trust.TYPED:
            return ()
        with self._transaction(reading=True) as connection:
            visits = _of_today(connection, self._person_keys(identity), business_day(in_clinic(self._clock())))
        return tuple(dict.fromkeys(row["ticket"] for row in visits))

    def printed_again(self, check_in: CheckIn) -> CheckIn:
        """Counts one more slip of the same check-in and returns it with its new `reprints`.

        Raises:
            KioskError: STORE_…; nothing was counted.
        """
        with self._transaction() as connection:
            self._log_print(connection, check_in, REPRINT)
            self.audit.note(connection, Act.REPRINTED, check_in.visit_id)
            return replace(check_in, reprints=reprints_of(connection, check_in.visit_id))

    def log_print(self, check_in: CheckIn, outcome: str) -> None:
        """Keeps how printing a slip ended (`printed`, `unconfirmed`, `failed:paper-out`); rows are only ever added.

        Raises:
            KioskError: STORE_…
        """
        with self._transaction() as connection:
            self._log_print(connection, check_in, outcome)

    def waiting(self) -> dict[str, int]:
        """How many people wait for each service code now; services for which nobody waits are absent.

        Raises:
            KioskError: STORE_…
        """
        today = business_day(self._clock())
        with self._transaction(reading=True) as connection:
            return people_waiting(connection, today)

    def verify(self) -> None:
        """Reads the database through and compares the counters with the visits.

        Raises:
            KioskError: STORE_CORRUPT, or another STORE_… when it cannot be read.
        """
        self.store.check_integrity()
        with self._transaction(reading=True) as connection:
            if torn := torn_queues(connection):
                raise KioskError(
                    FailureCode.STORE_CORRUPT, f"gap in queue {', '.join(sorted({one for _, one in torn}))}"
                )

    def latest_day(self) -> date | None:
        """The newest business day of which there are tickets; None: there are none.

        Raises:
            KioskError: STORE_…
        """
        with self._transaction(reading=True) as connection:
            return connection.execute(select(func.max(ticket_counter.c.business_day))).scalar()

    def _warn_of_a_clock_behind(self) -> None:
        latest = self.latest_day()
        today = business_day(self._clock())
        if latest is not None and latest > today:
            _log.warning("clock is behind: tickets of %s exist and the clock says %s", latest, today)

    def _person_keys(self, identity: Identity, card_number: str = "") -> list[str]:
        """Digests of the numbers that name the person; none when nothing does: namesakes get a ticket each.

        The number of social insurance ends every insurance card's number, so the citizen card and the insurance card
        lead to the same ticket once the gateway told the card's number.
        """
        social = {_SOCIAL_NUMBER.search(number) for number in (identity.insurance_number, card_number)}
        named = {
            *({f"personal:{identity.personal_number}"} if identity.personal_number else ()),
            *(f"social:{found[0]}" for found in social if found),
            *({f"document:{identity.nationality}:{identity.document_number}"} if identity.document_number else ()),
        }
        return sorted(self._digest(name) for name in named)

    def _naming_key(self, identity: Identity) -> str | None:
        """The digest of the one number that names a person best; None: nothing names them."""
        if identity.personal_number:
            return self._digest(f"personal:{identity.personal_number}")
        if social := _SOCIAL_NUMBER.search(identity.insurance_number):
            return self._digest(f"social:{social[0]}")
        if identity.document_number:
            return self._digest(f"document:{identity.nationality}:{identity.document_number}")
        return None

    def _digest(self, name: str) -> str:
        return hmac.new(self._person_salt, name.encode(), hashlib.sha256).hexdigest()

    def _prove(
        self, connection: Connection, visit_id: str, person_keys: list[str], request: CheckInRequest
    ) -> str | None:
        if (answer := request.answer) is None:
            return None
        question = question_for(request.identity, answer.checked_at)
        # A repeated check-in is of the same day: that is what makes it one.
        today = business_day(self._clock())
        return self._ledger.keep(connection, visit_id, today, person_keys, question, answer, request.decision)

    def _prove_again(
        self, connection: Connection, visit_id: str, person_keys: list[str], request: CheckInRequest
    ) -> None:
        """A repeated check-in takes no number, but its lookup was one, and may bring what the first one lacked.

        The answer may be the first one's, given again: that is one lookup and has its proof.
        """
        if request.answer is None or is_proven(connection, visit_id, request.answer):
            return
        if proof_id := self._prove(connection, visit_id, person_keys, request):
            self._worklist.answered_at_the_desk(connection, visit_id, proof_id, request.decision)

    def _log_print(self, connection: Connection, check_in: CheckIn, outcome: str) -> None:
        at = in_clinic(self._clock()).isoformat()
        connection.execute(print_log.insert().values(visit_id=check_in.visit_id, at=at, outcome=outcome))


@cache
def next_number_statement(database: str) -> ReturningInsert[int]:
    """Takes a queue's next number in one statement, for `sqlite` or `postgresql`; a day's first is `last`."""
    return (
        upsert_for(database, ticket_counter)
        .on_conflict_do_update(index_elements=["business_day", "prefix"], set_={"last": ticket_counter.c.last + 1})
        .returning(ticket_counter.c.last)
    )


def next_in_queue(connection: Connection, day: date, prefix: str) -> int:
    """The number after the queue's last one; the queue's row is locked until the transaction ends."""
    queue = {"business_day": day, "prefix": prefix, "last": 1}
    return int(connection.execute(next_number_statement(connection.dialect.name), queue).scalar_one())


# Built once: putting them together took longer than the database takes to answer them.
_NEW_VISIT = visit.insert()
_NEW_KEYS = visit_person.insert()
_SAME_PERSON_TODAY = (
    select(visit)
    .join(visit_person)
    .where(
        visit_person.c.person_key.in_(bindparam("person_keys", expanding=True)),
        visit_person.c.business_day == bindparam("day"),
    )
    .order_by(visit.c.number)
)


def _of_today(connection: Connection, person_keys: list[str], day: date) -> Sequence[RowMapping]:
    """The person's visits of that day, for each service the first number first."""
    if not person_keys:
        return ()
    return connection.execute(_SAME_PERSON_TODAY, {"person_keys": person_keys, "day": day}).mappings().all()


def _known(connection: Connection, visits: Sequence[RowMapping], service: Service) -> CheckIn | None:
    """The one among them that this service already has."""
    row = next((row for row in visits if row["service_code"] == service.code), None)
    return None if row is None else kept_check_in(connection, row, reprints_of(connection, row["visit_id"]))


def _other_tickets(visits: Sequence[RowMapping], service: Service, identity: Identity) -> tuple[str, ...]:
    """Their tickets of other services; whoever only typed a number learns nothing about whose it is."""
    if identity.trust is Trust.TYPED:
        return ()
    return tuple(dict.fromkeys(row["ticket"] for row in visits if row["service_code"] != service.code))


def _saved(connection: Connection, visit_id: str) -> CheckIn | None:
    row = connection.execute(select(visit).where(visit.c.visit_id == visit_id)).mappings().first()
    return None if row is None else kept_check_in(connection, row)


def _name(identity: Identity) -> str:
    """Composed; without the zero character, which a server's texts cannot hold and nobody's name has."""
    return unicodedata.normalize("NFC", identity.full_name).replace("\0", "")


def _birth_year(identity: Identity) -> int | None:
    return identity.date_of_birth.year if identity.date_of_birth else None
