"""The audit's chain in the store: rows are added in the transaction of the act itself, both or neither.

Whoever adds a row holds the chain's own row until the transaction ends: numbers have no gaps under however many desks.
The first row of a business day keeps where the chain ended the day before. Out of the database these ends are carried
apart from any act: a share that hangs makes no patient wait.
"""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from kiosk.checkin.audit.anchors import Anchor, AnchorFile
from kiosk.checkin.audit.entry import (
    NO_DIGEST,
    Act,
    AuditKey,
    AuditRow,
    Value,
    written_actor,
    written_detail,
    written_reason,
    written_subject,
)
from kiosk.checkin.business_day import business_day, in_clinic
from kiosk.checkin.store.audit_tables import audit, audit_anchor, audit_chain
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.upsert import upsert

AT_THE_DESK = "desk"
"""Who acts where nobody is signed in."""

NEW_BEGINNING = "new-beginning"
"""The subject of a row that says why other rows are no more."""

_CHAIN = 1
_LISTED = 200

# Built once: a check-in has no time to put statements together.
_OURS = select(audit_chain).where(audit_chain.c.id == _CHAIN).with_for_update()
_NEW_ROW = audit.insert()
_NEW_END = (
    update(audit_chain)
    .where(audit_chain.c.id == _CHAIN)
    .values(seq=bindparam("last"), digest=bindparam("its_digest"), business_day=bindparam("today"))
)


class Audit:
    """Adds to the chain and reads it; safe to use from several threads and processes at once.

    `actor` says who acts now: an officer's id, or a name of the desk's. With `key` each row is sealed. `anchors` is
    where the days' ends are kept outside the database.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        actor: Callable[[], str] = lambda: AT_THE_DESK,
        *,
        key: AuditKey | None = None,
        anchors: AnchorFile | None = None,
    ) -> None:
        self._store, self._clock, self._actor = store, clock, actor
        self._key, self._anchors = key, anchors

    def note(
        self, connection: Connection, happened: Act, subject: str = "", reason: str = "", *, by: str = "",
        **detail: Value,
    ) -> int:  # fmt: skip
        """Adds a row in the act's own transaction and returns its number; `by` is who acted, where it is not `actor`.

        `subject` is a visit's id, a person's digest, an officer's id or a thing's name. `detail` takes the keys of
        `entry` only, with members of enumerations, codes, counts and days: no text of a person's fits.

        Raises:
            ValueError: a subject or a detail that the audit cannot hold: a defect of the caller.
        """
        now = in_clinic(self._clock())
        chain = _locked(connection)
        today = max(business_day(now), chain["business_day"] or date.min)
        if chain["business_day"] is not None and chain["business_day"] < today:
            _keep_anchor(connection, Anchor(chain["business_day"], chain["seq"], chain["digest"]), now)
        row = {
            "seq": chain["seq"] + 1,
            "at": now.isoformat(),
            "happened": happened.value,
            "actor": written_actor(by or self._actor()),
            "subject": written_subject(subject),
            "reason": written_reason(reason),
            "detail": written_detail(detail),
            "previous": chain["digest"],
        }
        digest = AuditRow(**row, digest="", seal="", key_id="").computed_digest()
        key = self._key
        sealed = {"seal": key.seal(digest) if key else "", "key_id": key.key_id if key else ""}
        connection.execute(_NEW_ROW, row | sealed | {"digest": digest})
        connection.execute(_NEW_END, {"last": row["seq"], "its_digest": digest, "today": today})
        return int(row["seq"])

    def anchor_now(self) -> Anchor | None:
        """Keeps where the chain ends at this moment, in the file too; None: there is no row yet.

        Raises:
            KioskError: STORE_…, OUTPUT_UNWRITABLE.
        """
        with self._store.transaction() as connection:
            chain = _locked(connection)
        self.carry_anchors_out()
        if chain["business_day"] is None:
            return None
        # Today's end goes to the file alone: the database keeps one a day, and today may have more rows.
        anchor = Anchor(chain["business_day"], chain["seq"], chain["digest"])
        if self._anchors is not None:
            self._anchors.add([anchor])
        return anchor

    def carry_anchors_out(self) -> int:
        """Adds the days' ends and the noted new beginnings that the file lacks, and returns how many.

        Raises:
            KioskError: STORE_…, OUTPUT_UNWRITABLE.
        """
        if self._anchors is None:
            return 0
        lines = self._anchors.read().anchors
        begun = [one for one in self._beginnings() if one not in lines]
        known = {(anchor.business_day, anchor.seq) for anchor in (*lines, *begun)}
        kept = [one for one in self.kept_anchors() if (one.business_day, one.seq) not in known]
        # A beginning first: what stands before its line is of the chain that it replaced.
        self._anchors.add([*begun, *kept])
        return len(begun) + len(kept)

    def _beginnings(self) -> list[Anchor]:
        noted = select(audit.c.at, audit.c.seq, audit.c.digest).where(audit.c.subject == NEW_BEGINNING)
        with self._store.transaction(reading=True) as connection:
            rows = connection.execute(noted.order_by(audit.c.seq)).all()
        return [Anchor(date.fromisoformat(at[:10]), seq, digest) for at, seq, digest in rows]

    def kept_anchors(self) -> tuple[Anchor, ...]:
        """The days' ends that the database keeps, oldest first.

        Raises:
            KioskError: STORE_….
        """
        kept = select(audit_anchor.c.business_day, audit_anchor.c.seq, audit_anchor.c.digest)
        with self._store.transaction(reading=True) as connection:
            rows = connection.execute(kept.order_by(audit_anchor.c.business_day)).all()
        return tuple(Anchor(day, seq, digest) for day, seq, digest in rows)

    def rows(
        self, *, since: date | None = None, until: date | None = None, subject: str = "", happened: str = "",
        actor: str = "", before: int | None = None, most: int = _LISTED,
    ) -> tuple[AuditRow, ...]:  # fmt: skip
        """The last rows, oldest first: of days from `since` to before `until`, about one visit, person or thing.

        `happened` is an act's word, `actor` who acted, `before` the number of a row of which older ones are wanted.

        Raises:
            KioskError: STORE_….
        """
        wanted = select(audit).order_by(audit.c.seq.desc()).limit(most)
        for column, value in ((audit.c.subject, subject), (audit.c.happened, happened), (audit.c.actor, actor)):
            if value:
                wanted = wanted.where(column == value)
        if since is not None:
            wanted = wanted.where(audit.c.at >= since.isoformat())
        if until is not None:
            wanted = wanted.where(audit.c.at < until.isoformat())
        if before is not None:
            wanted = wanted.where(audit.c.seq < before)
        with self._store.transaction(reading=True) as connection:
            rows = connection.execute(wanted).mappings().all()
        return tuple(AuditRow.of(row) for row in reversed(rows))


def _locked(connection: Connection) -> RowMapping:
    """The chain's row, this transaction's alone until it ends; made with the first act."""
    if (found := connection.execute(_OURS).mappings().one_or_none()) is not None:
        return found
    first = {"id": _CHAIN, "start_seq": 0, "start_digest": NO_DIGEST, "seq": 0, "digest": NO_DIGEST}
    connection.execute(upsert(connection, audit_chain).values(first).on_conflict_do_nothing())
    return connection.execute(_OURS).mappings().one()


def _keep_anchor(connection: Connection, anchor: Anchor, now: datetime) -> None:
    values = {"business_day": anchor.business_day, "seq": anchor.seq, "digest": anchor.digest, "at": now.isoformat()}
    connection.execute(upsert(connection, audit_anchor).values(values).on_conflict_do_nothing())
