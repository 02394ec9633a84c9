"""What the staff's further pages show and do, against this kiosk's store and its exports.

Everything here may take its time: pages run it through their errands, never in the main thread.
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kiosk.app.auditing import anchor_file_of, audit_key_of
from kiosk.app.clock import now
from kiosk.app.keeping import journal_in, seal_if_any, store_of
from kiosk.checkin.audit.entry import Act, AuditRow
from kiosk.checkin.clinic import Clinic
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import find_fonts
from kiosk.keystore import data_key
from kiosk.settings import Settings
from kiosk.slip.slip import save_file
from kiosk.text import Language, catalog, say

if TYPE_CHECKING:
    # SQLAlchemy costs time that a window's start has not: these come with the first page that asks for them.
    from kiosk.checkin.audit.verify import Verified
    from kiosk.checkin.journal import SqlJournal
    from kiosk.checkin.proofs import ProvenVisit
    from kiosk.checkin.records.statistics import Period
    from kiosk.ui.desk.pages.audit import AuditFilter, AuditListing, Heard
    from kiosk.ui.desk.pages.recheck import OpenedProof, RecheckList
    from kiosk.ui.desk.pages.statistics import TwoPeriods

CHANGES_OF = timedelta(days=7)
"""So long a later decision is listed."""

_AT_ONCE = 1_000


class OpenedStore:
    """This kiosk's store for the pages, opened when the first of them asks, and again after it was away.

    `actor` says who acts: an officer's id, or the desk's name.
    """

    def __init__(
        self, settings: Settings, clinic: Clinic, actor: Callable[[], str], clock: Callable[[], datetime] = now
    ) -> None:
        self.settings, self.clinic, self.actor, self.clock = settings, clinic, actor, clock
        self._lock = Lock()
        self._journal: SqlJournal | None = None

    def journal(self) -> "SqlJournal":
        """The journal.

        Raises:
            KioskError: STORE_…, SETTINGS_INVALID, KEY_WRONG, KEYSTORE_….
        """
        with self._lock:
            if self._journal is None:
                store = store_of(self.settings)
                try:
                    seal = seal_if_any(self.settings, create=False)
                    self._journal = journal_in(store, self.settings, self.clinic, seal, self.clock, self.actor)
                except BaseException:
                    store.close()
                    raise
            return self._journal

    def close(self) -> None:
        """Closes it; who asks again opens it again."""
        with self._lock:
            if self._journal is not None:
                self._journal.store.close()
                self._journal = None


class Exports:
    """Where staff find what pages save for them; the folder is made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, name: str, content: bytes) -> Path:
        """Writes a file whole or not at all.

        Raises:
            KioskError: OUTPUT_UNWRITABLE.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
        save_file(content, self.folder / name)
        return self.folder / name


class Rechecks:
    """The worklist's page."""

    def __init__(self, opened: OpenedStore, exports: Exports) -> None:
        self._opened, self._exports = opened, exports

    def listed(self) -> "RecheckList":
        """What is open, and what was decided anew within the week, newest first."""
        from kiosk.ui.desk.pages.recheck import RecheckList

        worklist = self._opened.journal().worklist
        changes = worklist.changes(self._opened.clock() - CHANGES_OF)
        return RecheckList(worklist.entries(), tuple(reversed(changes)))

    def ask_again(self, visit_id: str) -> bool:
        """A given-up entry begins anew; one that rests need not any longer."""
        from kiosk.checkin.recheck import RecheckState

        worklist = self._opened.journal().worklist
        if worklist.ask_again(visit_id):
            return True
        waits = any(
            entry.visit_id == visit_id and entry.state is not RecheckState.GIVEN_UP for entry in worklist.entries()
        )
        if waits:
            worklist.make_due()
        return waits

    def set_aside(self, visit_id: str, reason: str) -> bool:
        """Off the list, with the officer's words in the audit."""
        return self._opened.journal().worklist.set_aside(visit_id, reason)

    def open_proof(self, visit_id: str) -> "OpenedProof | None":
        """The record, its reading noted before anybody sees it."""
        from kiosk.checkin.proof_document import write_document
        from kiosk.ui.desk.pages.recheck import OpenedProof

        visit = self._read(visit_id, Act.PROOF_SHOWN)
        if visit is None:
            return None
        document = write_document(self._opened.clinic, visit, self._opened.clock())
        return OpenedProof(visit_id, visit.full_name, document)

    def save_proof(self, visit_id: str) -> Path | None:
        """PDF and JSON side by side, names and numbers masked in both."""
        from kiosk.checkin.proof_document import write_document
        from kiosk.slip.proof_sheet import make_proof_sheet

        visit = self._read(visit_id, Act.PROOF_EXPORTED)
        if visit is None:
            return None
        clinic, stem = self._opened.clinic, f"proof-{visit.business_day.isoformat()}-{visit.ticket}"
        document = write_document(clinic, visit, self._opened.clock())
        fonts = find_fonts(self._opened.settings.screen.font)
        sheet = make_proof_sheet(document, clinic.health_department[Language.VI], f"{stem}.json", fonts)
        self._exports.save(f"{stem}.json", (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())
        return self._exports.save(f"{stem}.pdf", sheet)

    def _read(self, visit_id: str, act: Act) -> "ProvenVisit | None":
        journal = self._opened.journal()
        visit = journal.proofs.of_visit(visit_id)
        if visit is not None:
            with journal.store.transaction() as connection:
                journal.audit.note(connection, act, visit_id)
        return visit


class Counts:
    """The statistics' page."""

    def __init__(self, opened: OpenedStore, exports: Exports, language: Language) -> None:
        self._opened, self._exports, self._language = opened, exports, language

    def count(self, period: "Period") -> "TwoPeriods":
        """A period and the one before it."""
        from kiosk.checkin.records.statistics import SqlStatistics
        from kiosk.ui.desk.pages.statistics import TwoPeriods

        statistics = SqlStatistics(self._opened.journal().store)
        clinic = self._opened.clinic
        names = tuple((service.code, service.name[self._language]) for service in (*clinic.services, clinic.desk))
        return TwoPeriods(statistics.of(period), statistics.of(period.before()), names)

    def save_csv(self, name: str, content: str) -> Path:
        """With the mark by which spreadsheets know UTF-8."""
        return self._exports.save(name, content.encode("utf-8-sig"))


class AuditTrail:
    """The audit's page."""

    def __init__(self, opened: OpenedStore, exports: Exports, language: Language) -> None:
        self._opened, self._exports, self._language = opened, exports, language

    def rows(self, wanted: "AuditFilter") -> "AuditListing":
        """A page of them, newest first, with the officers' names."""
        from kiosk.ui.desk.pages.audit import A_PAGE, AuditListing

        return AuditListing(self._rows(wanted, A_PAGE), self._names())

    def verify(self, heard: "Heard") -> "Verified":
        """Row after row, seals and anchors too."""
        from kiosk.checkin.audit.verify import verify

        settings, journal = self._opened.settings, self._opened.journal()
        key = audit_key_of(settings)
        return verify(journal.store, key, anchor_file_of(settings, key).read(), heard=heard)

    def anchor(self) -> str:
        """The chain's end, into the file."""
        anchor = self._opened.journal().audit.anchor_now()
        return anchor.written() if anchor is not None else "–"

    def save_csv(self, wanted: "AuditFilter") -> Path:
        """All pages; that they were given out is in the audit before the file is there."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\r\n")
        columns = ("seq", "at", "actor", "act", "subject", "detail", "reason")
        writer.writerow([say(f"staff.audit.csv.{column}", self._language) for column in columns])
        names, before = self._names(), None
        count = newest = 0
        while rows := self._rows(replace(wanted, before=before), _AT_ONCE):
            writer.writerows(self._csv_row(row, names) for row in rows)
            before, newest, count = rows[-1].seq, newest or rows[0].seq, count + len(rows)
        journal = self._opened.journal()
        # A subject that rows were found of is one that the audit can hold.
        subject = wanted.subject if count else ""
        with journal.store.transaction() as connection:
            journal.audit.note(connection, Act.AUDIT_EXPORTED, subject, rows=count, first=before or 0, last=newest)
        name = f"audit-{self._opened.clock():%Y%m%d-%H%M%S}.csv"
        return self._exports.save(name, written.getvalue().encode("utf-8-sig"))

    def _csv_row(self, row: AuditRow, names: dict[str, str]) -> list[str]:
        from kiosk.ui.desk.pages.figures import safe_cell

        act = catalog(self._language).get(f"audit.act.{row.happened}", row.happened)
        cells = (str(row.seq), row.at, names.get(row.actor, row.actor), act, row.subject, row.detail, row.reason)
        return [safe_cell(cell) for cell in cells]

    def _rows(self, wanted: "AuditFilter", most: int) -> tuple[AuditRow, ...]:
        day = wanted.day
        rows = self._opened.journal().audit.rows(
            since=day,
            until=day + timedelta(days=1) if day is not None else None,
            subject=wanted.subject,
            happened=wanted.happened,
            actor=wanted.actor,
            before=wanted.before,
            most=most,
        )
        return tuple(reversed(rows))

    def _names(self) -> dict[str, str]:
        from kiosk.checkin.officers import Officers

        key = partial(data_key, self._opened.settings.keystore)
        return Officers(self._opened.journal().store, key, self._opened.clock).names()


def today_of(clock: Callable[[], datetime]) -> Callable[[], date]:
    """The day by the clinic's clock."""
    from kiosk.checkin.business_day import business_day

    return lambda: business_day(clock())
