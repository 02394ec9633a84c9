"""Check-ins of the time away that the shared store refused: why, and what an officer may decide about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from kiosk.app.desk import clinic_of
from kiosk.app.keeping import away_file_of, away_key_of, clock_beside, journal_in, store_of
from kiosk.app.records import signed_in_officer
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.away.merge import Refusal, bring_renumbered, merge
from kiosk.checkin.away.queues import queues_of
from kiosk.checkin.away.spool import remove_merged
from kiosk.checkin.journal import SqlJournal, next_in_queue, ticket_text
from kiosk.checkin.store.store import Store, open_store
from kiosk.checkin.store.tables import print_log, visit
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings


@dataclass(frozen=True, slots=True)
class TriedAgain:
    """How many came in just now, and which ones still do not."""

    brought: int
    refusals: tuple[Refusal, ...]


class RefusedVisits:
    """What is left in the desk's own file; a kiosk may go on with both stores meanwhile."""

    def __init__(self, settings: Settings, shared: Store, own: Store) -> None:
        self._settings, self._shared, self._own = settings, shared, own
        self._clinic = clinic_of(settings)
        self._clock = clock_beside(shared).now
        self._journal: SqlJournal = journal_in(shared, settings, self._clinic, clock=self._clock)

    def try_again(self) -> TriedAgain:
        """Brings in what comes in now, and says why the others do not.

        Raises:
            KioskError: STORE_…, of either.
        """
        merged = merge(self._own, self._shared, **self._told)
        if merged.there:
            remove_merged(self._own, merged.there)
        return TriedAgain(merged.brought, merged.refusals)

    def renumber(self, ticket: str, officer_code: str) -> str:
        """Brings one in under the next number of its service, which the officer tells the person; gives the new ticket.

        Raises:
            KioskError: INPUT_INVALID: no refused one has this ticket; OFFICER_NEEDED; SERVICE_UNKNOWN; STORE_….
        """
        refusal = self._refused(ticket)
        with self._own.transaction(reading=True) as connection:
            same = visit.c.visit_id == refusal.visit_id
            code = connection.execute(select(visit.c.service_code).where(same)).scalar_one()
        if (service := self._clinic.service(code)) is None:
            raise KioskError(FailureCode.SERVICE_UNKNOWN, code)

        def number(connection: Connection, day: date) -> tuple[str, int, str]:
            taken = next_in_queue(connection, day, service.prefix)
            return service.prefix, taken, ticket_text(service.prefix, taken)

        with signed_in_officer(self._shared, self._settings, officer_code) as by:
            given = bring_renumbered(self._own, self._shared, refusal.visit_id, number=number, by=by, **self._told)
        self._forget(refusal)
        return given

    def drop(self, ticket: str, officer_code: str, reason: str) -> None:
        """Takes one out of the desk's file for good; who did and why stays in the shared store's audit.

        Raises:
            KioskError: INPUT_INVALID: no reason, or no refused one has this ticket; OFFICER_NEEDED; STORE_….
        """
        if not reason.strip():
            raise KioskError(FailureCode.INPUT_INVALID, "--reason TEXT")
        refusal = self._refused(ticket)
        trail = self._journal.audit
        with signed_in_officer(self._shared, self._settings, officer_code) as by:
            with self._shared.transaction() as connection:
                trail.note(connection, Act.SET_ASIDE, refusal.visit_id, reason, by=by, before=refusal.ticket)
            self._forget(refusal)

    @property
    def _told(self) -> dict[str, Any]:
        return {
            "desk": self._settings.desk_name,
            "now": self._clock(),
            "queues": queues_of(self._journal, self._clock),
            "trail": self._journal.audit,
        }

    def _refused(self, ticket: str) -> Refusal:
        wanted = ticket.strip().upper()
        for refusal in self.try_again().refusals:
            if refusal.ticket == wanted:
                return refusal
        raise KioskError(FailureCode.INPUT_INVALID, "no check-in of this ticket was refused")

    def _forget(self, refusal: Refusal) -> None:
        with self._own.transaction(reading=True) as connection:
            slips = connection.execute(select(print_log.c.id).where(print_log.c.visit_id == refusal.visit_id)).all()
        remove_merged(self._own, {refusal.visit_id: len(slips)})


@contextmanager
def refused_visits_of(settings: Settings) -> Iterator[RefusedVisits | None]:
    """This desk's, until the block ends; None: it has no file of its own.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_…; KEY_WRONG, KEYSTORE_….
    """
    file = away_file_of(settings)
    if not file.exists() or not settings.store_url.startswith("postgresql"):
        yield None
        return
    url = f"sqlite:///{file.as_posix()}"
    with store_of(settings) as shared, open_store(url, key=away_key_of(settings)) as own:
        yield RefusedVisits(settings, shared, own)
