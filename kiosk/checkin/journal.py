"""The durable journal of check-ins: one transaction gives the number and keeps the visit, or neither.

Numbers count from 1 without gaps per business day and queue, also over kiosks that share the journal, kills and
power cuts: the number is taken inside the transaction that keeps the visit.
"""

import hashlib
import hmac
import logging
import secrets
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import Connection, RowMapping, func, select
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.checkin.business_day import business_day, in_clinic
from kiosk.checkin.clinic import Bilingual, Clinic, Room, Service
from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import CheckIn, CheckInRequest, Priority
from kiosk.checkin.store import check_integrity, named_errors, open_store
from kiosk.checkin.tables import SCHEMA_VERSION, journal, metadata, print_log, ticket_counter, visit
from kiosk.eligibility.decision import Decision, Reason, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust

_REPRINT = "reprint"
_log = logging.getLogger(__name__)


def ticket_text(prefix: str, number: int) -> str:
    """What the hall calls: the queue's prefix and at least three digits, `A042`, `A1000`."""
    return f"{prefix}{number:03}"


class SqlJournal:
    """A journal in a SQL database; safe to use from several threads and processes at once.

    `url` is SQLAlchemy's (`sqlite:////var/lib/kiosk/journal.db`), `clock` gives the moment with its zone, `new_id` a
    visit's random 32 hex characters.

    Raises:
        KioskError: SETTINGS_INVALID (the URL), STORE_… (the database cannot be opened, is damaged or is newer than
            this program).
    """

    def __init__(
        self,
        url: str,
        clinic: Clinic,
        clock: Callable[[], datetime],
        *,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._clinic = clinic
        self._clock = clock
        self._new_id = new_id
        self._engine = open_store(url)
        try:
            self._person_salt = self._open_schema()
            self._warn_of_a_clock_behind()
        except BaseException:
            self.close()
            raise

    def check_in(self, request: CheckInRequest) -> CheckIn:
        """Commits a check-in, or gives back today's one of the same person and service.

        A repeated one shows the name and birth year of *this* request: whoever types a stranger's number learns
        nothing from the slip.

        Raises:
            KioskError: STORE_FULL, STORE_LOCKED, STORE_UNAVAILABLE, STORE_CORRUPT, SERVICE_UNKNOWN; nothing was saved.
        """
        service = self._clinic.service(request.service_code)
        if service is None:
            raise KioskError(FailureCode.SERVICE_UNKNOWN, request.service_code)
        now = in_clinic(self._clock())
        day = business_day(now)
        person_key = self._person_key(request.identity)
        with self._transaction() as connection:
            # The counter's row first: from here on this transaction is alone with the queue.
            number = _next_number(connection, day, service.prefix)
            if known := self._find(connection, person_key, day, service):
                connection.rollback()
                return replace(known, full_name=_name(request.identity), birth_year=_birth_year(request.identity))
            check_in = CheckIn(
                visit_id=self._new_id(),
                business_day=day,
                ticket=ticket_text(service.prefix, number),
                number=number,
                service=service,
                priority=priority_of(request.identity.date_of_birth, day),
                full_name=_name(request.identity),
                birth_year=_birth_year(request.identity),
                trust=request.identity.trust,
                decision=request.decision,
                created_at=now,
            )
            connection.execute(visit.insert().values(_row(check_in, person_key, request.answered_at)))
        return check_in

    def printed_again(self, check_in: CheckIn) -> CheckIn:
        """Counts one more slip of the same check-in and returns it with its new `reprints`.

        Raises:
            KioskError: STORE_…; nothing was counted.
        """
        with self._transaction() as connection:
            self._log_print(connection, check_in, _REPRINT)
            return replace(check_in, reprints=_reprints(connection, check_in.visit_id))

    def log_print(self, check_in: CheckIn, outcome: str) -> None:
        """Keeps how printing a slip ended (`printed`, `unconfirmed`, `failed:paper-out`); rows are only ever added.

        Raises:
            KioskError: STORE_…
        """
        with self._transaction() as connection:
            self._log_print(connection, check_in, outcome)

    def waiting(self) -> dict[str, int]:
        """How many tickets each service code gave today; services without one are absent.

        Raises:
            KioskError: STORE_…
        """
        today = business_day(self._clock())
        count = select(visit.c.service_code, func.count()).where(visit.c.business_day == today)
        with self._transaction(reading=True) as connection:
            rows = connection.execute(count.group_by(visit.c.service_code)).all()
            return {str(code): int(number) for code, number in rows}

    def verify(self) -> None:
        """Reads the database through and compares the counters with the visits.

        Raises:
            KioskError: STORE_CORRUPT, or another STORE_… when it cannot be read.
        """
        last = func.coalesce(func.max(visit.c.number), 0)
        same_queue = (visit.c.business_day == ticket_counter.c.business_day) & (
            visit.c.prefix == ticket_counter.c.prefix
        )
        torn = (
            select(ticket_counter.c.prefix)
            .outerjoin(visit, same_queue)
            .group_by(ticket_counter.c.business_day, ticket_counter.c.prefix, ticket_counter.c.last)
            .having((last != ticket_counter.c.last) | (func.count(visit.c.visit_id) != ticket_counter.c.last))
        )
        with self._transaction(reading=True) as connection:
            check_integrity(connection)
            if prefixes := connection.execute(torn).scalars().all():
                raise KioskError(FailureCode.STORE_CORRUPT, f"gap in queue {', '.join(sorted(set(prefixes)))}")

    def close(self) -> None:
        """Closes every connection; the journal is of no use afterwards."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """The open journal, closed when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()

    @contextmanager
    def _transaction(self, *, reading: bool = False) -> Iterator[Connection]:
        with named_errors(), self._engine.connect() as connection:
            connection = connection.execution_options(reading=reading)
            connection.begin()
            yield connection
            connection.commit()

    def _open_schema(self) -> bytes:
        """Makes the tables when there are none, all or nothing; returns the salt of the person keys."""
        with self._transaction() as connection:
            check_integrity(connection)
            metadata.create_all(connection)
            found = connection.execute(select(journal)).mappings().one_or_none()
            if found is None:
                salt = secrets.token_bytes(32)
                connection.execute(journal.insert().values(schema_version=SCHEMA_VERSION, person_salt=salt))
                return salt
            if found["schema_version"] != SCHEMA_VERSION:
                detail = f"schema version {found['schema_version']}, this program knows {SCHEMA_VERSION}"
                raise KioskError(FailureCode.STORE_UNAVAILABLE, detail)
            return bytes(found["person_salt"])

    def _warn_of_a_clock_behind(self) -> None:
        with self._transaction(reading=True) as connection:
            latest = connection.execute(select(func.max(ticket_counter.c.business_day))).scalar()
        today = business_day(self._clock())
        if latest is not None and latest > today:
            _log.warning("clock is behind: tickets of %s exist and the clock says %s", latest, today)

    def _person_key(self, identity: Identity) -> str | None:
        """A digest of the number that names the person; None when nothing does: namesakes get a ticket each."""
        for kind in ("personal_number", "insurance_number", "document_number"):
            if number := getattr(identity, kind):
                named = f"{kind}:{identity.nationality if kind == 'document_number' else ''}:{number}"
                return hmac.new(self._person_salt, named.encode(), hashlib.sha256).hexdigest()
        return None

    def _find(self, connection: Connection, person_key: str | None, day: date, service: Service) -> CheckIn | None:
        if person_key is None:
            return None
        same = select(visit).where(
            visit.c.person_key == person_key, visit.c.business_day == day, visit.c.service_code == service.code
        )
        row = connection.execute(same).mappings().one_or_none()
        return None if row is None else _check_in(row, _reprints(connection, row["visit_id"]))

    def _log_print(self, connection: Connection, check_in: CheckIn, outcome: str) -> None:
        at = in_clinic(self._clock()).isoformat()
        connection.execute(print_log.insert().values(visit_id=check_in.visit_id, at=at, outcome=outcome))


def _next_number(connection: Connection, day: date, prefix: str) -> int:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    counted = (
        insert(ticket_counter)
        .values(business_day=day, prefix=prefix, last=1)
        .on_conflict_do_update(index_elements=["business_day", "prefix"], set_={"last": ticket_counter.c.last + 1})
        .returning(ticket_counter.c.last)
    )
    return int(connection.execute(counted).scalar_one())


def _reprints(connection: Connection, visit_id: str) -> int:
    counted = select(func.count()).where(print_log.c.visit_id == visit_id, print_log.c.outcome == _REPRINT)
    return int(connection.execute(counted).scalar_one())


def _name(identity: Identity) -> str:
    return unicodedata.normalize("NFC", identity.full_name)


def _birth_year(identity: Identity) -> int | None:
    return identity.date_of_birth.year if identity.date_of_birth else None


def _row(check_in: CheckIn, person_key: str | None, answered_at: datetime | None) -> dict[str, Any]:
    decision = check_in.decision
    return {
        "visit_id": check_in.visit_id,
        "business_day": check_in.business_day,
        "prefix": check_in.service.prefix,
        "number": check_in.number,
        "ticket": check_in.ticket,
        "service_code": check_in.service.code,
        "service": asdict(check_in.service),
        "person_key": person_key,
        "full_name": check_in.full_name,
        "birth_year": check_in.birth_year,
        "trust": check_in.trust.value,
        "priority": check_in.priority.value,
        "verdict": decision.verdict.value,
        "reasons": [{"code": reason.code, "values": dict(reason.values)} for reason in decision.reasons],
        "benefit_percent": decision.benefit_percent,
        "route": decision.route,
        "card_number": decision.card_number,
        "valid_from": decision.valid_from,
        "valid_to": decision.valid_to,
        "facility": decision.facility,
        "area": decision.area,
        "created_at": check_in.created_at.isoformat(),
        "answered_at": in_clinic(answered_at).isoformat() if answered_at else None,
    }


def _check_in(row: RowMapping, reprints: int) -> CheckIn:
    return CheckIn(
        visit_id=row["visit_id"],
        business_day=row["business_day"],
        ticket=row["ticket"],
        number=row["number"],
        service=_service(row["service"]),
        priority=Priority(row["priority"]),
        full_name=row["full_name"],
        birth_year=row["birth_year"],
        trust=Trust(row["trust"]),
        decision=Decision(
            verdict=Verdict(row["verdict"]),
            reasons=tuple(Reason(reason["code"], tuple(reason["values"].items())) for reason in row["reasons"]),
            benefit_percent=row["benefit_percent"],
            route=row["route"],
            card_number=row["card_number"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            facility=row["facility"],
            area=row["area"],
        ),
        created_at=in_clinic(datetime.fromisoformat(row["created_at"])),
        repeated=True,
        reprints=reprints,
    )


def _service(kept: Mapping[str, Any]) -> Service:
    room = kept["room"]
    return Service(
        code=kept["code"],
        name=Bilingual(**kept["name"]),
        prefix=kept["prefix"],
        room=Room(room["code"], Bilingual(**room["name"]), Bilingual(**room["place"])),
        price_vnd=kept["price_vnd"],
    )
