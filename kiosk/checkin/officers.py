"""The officers of this kiosk: who may sign in, in whose name cards are looked up, and a log of all of it.

A personal number is needed in clear for the gateway, so it is kept encrypted with the data key. A PIN is never needed
again: it is kept as a slow hash, peppered with the data key, so that the database alone gives nothing to try. Wrong
tries are counted in the log itself, which only grows: a restart forgets none of them.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, select, update

from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.duty_log import entries, note, wait_s
from kiosk.checkin.officer import (
    DutyEntry,
    Happened,
    KeptOfficer,
    ListedOfficer,
    Refused,
    by_given_name,
    initials_of,
)
from kiosk.checkin.officer_row import OfficerKeys, pin_columns, pin_of
from kiosk.checkin.pin import Cost, PinHash, weakness
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import officer
from kiosk.failure import FailureCode, KioskError
from kiosk.lookup.question import fold_name
from kiosk.reader.document import NumberKind
from kiosk.reader.number import number_kind

_LONGEST_NAME = 100
_SHORT_CODE = re.compile(r"[a-z0-9]{1,16}")
_LONGEST_TRIED = 200


class OpenKey(Protocol):
    """Where the data key comes from."""

    def __call__(self, *, create: bool = False) -> bytes | None:
        """The key, 32 bytes; None: there is none, and `create` did not ask for one."""
        ...


class Officers:
    """The officers in the journal's database; safe to use from several threads and processes at once.

    `open_key` is asked each time a number or a PIN is needed, `clock` gives the moment with its zone. After `tries`
    wrong ones in a row there are pauses that double.
    """

    def __init__(
        self,
        store: Store,
        open_key: OpenKey,
        clock: Callable[[], datetime],
        *,
        tries: int = 5,
        cost: Cost = Cost(),  # noqa: B008 - frozen
        audit: Audit | None = None,
    ) -> None:
        self._open_key, self._clock, self._cost = open_key, clock, cost
        self._tries = max(1, tries)
        self._transaction = store.transaction
        self.store = store
        self._audit = audit or Audit(store, clock)

    # -- who there is ---------------------------------------------------------------------------------------------
    def listed(self) -> tuple[ListedOfficer, ...]:
        """Who may sign in, by name; takes no key.

        Raises:
            KioskError: STORE_….
        """
        active = select(officer.c.short_code, officer.c.full_name).where(officer.c.removed_at.is_(None))
        with self._transaction(reading=True) as connection:
            rows = connection.execute(active.order_by(officer.c.short_code)).all()
        return tuple(
            sorted(
                (ListedOfficer(code, name) for code, name in rows), key=lambda listed: by_given_name(listed.full_name)
            )
        )

    def names(self) -> dict[str, str]:
        """Everybody's name by their id, those who were removed too; takes no key.

        Raises:
            KioskError: STORE_….
        """
        with self._transaction(reading=True) as connection:
            rows = connection.execute(select(officer.c.officer_id, officer.c.full_name)).all()
        return dict(row.tuple() for row in rows)

    def all(self) -> tuple[KeptOfficer, ...]:
        """Everybody, those who were removed too.

        Raises:
            KioskError: STORE_…, KEY_WRONG, KEYSTORE_….
        """
        with self._transaction(reading=True) as connection:
            rows = connection.execute(select(officer).order_by(officer.c.short_code)).mappings().all()
            if not rows:
                return ()
            keys = self._keys(connection)
            return tuple(keys.open(row) for row in rows)

    def name_of(self, number: str) -> str:
        """Whose personal number this is, also of somebody who was removed; empty: nobody's here.

        Raises:
            KioskError: STORE_…, KEY_WRONG, KEYSTORE_….
        """
        with self._transaction(reading=True) as connection:
            if not _any_row(connection):
                return ""
            digest = self._keys(connection).digest(number)
            named = select(officer.c.full_name).where(officer.c.number_digest == digest)
            return connection.execute(named).scalar_one_or_none() or ""

    def history(self) -> tuple[DutyEntry, ...]:
        """The whole log, oldest first.

        Raises:
            KioskError: STORE_….
        """
        with self._transaction(reading=True) as connection:
            return entries(connection)

    # -- changes --------------------------------------------------------------------------------------------------
    def add(self, full_name: str, number: str, pin: str, short_code: str = "") -> KeptOfficer:
        """Adds an officer, or takes one back who was removed; without `short_code` the name's initials.

        Raises:
            KioskError: INPUT_INVALID, PIN_REFUSED; STORE_…, KEY_WRONG, KEYSTORE_….
        """
        full_name = unicodedata.normalize("NFC", " ".join(full_name.split()))
        if not (0 < len(full_name) <= _LONGEST_NAME and full_name.isprintable()):
            raise KioskError(FailureCode.INPUT_INVALID, f"name: 1 to {_LONGEST_NAME} printable characters")
        if number_kind(number) is not NumberKind.PERSONAL:
            raise KioskError(FailureCode.INPUT_INVALID, "number: 12 digits")
        if short_code and not _SHORT_CODE.fullmatch(short_code):
            raise KioskError(FailureCode.INPUT_INVALID, "code: 1 to 16 of a-z and 0-9")
        _check_pin(pin, number)
        with self._transaction() as connection:
            keys = self._keys(connection, create=True)
            digest = keys.digest(number)
            before = connection.execute(select(officer).where(officer.c.number_digest == digest)).mappings().first()
            if before is not None and before["removed_at"] is None:
                raise KioskError(FailureCode.INPUT_INVALID, "an officer of this number is there already")
            officer_id = before["officer_id"] if before is not None else secrets.token_hex(16)
            code = _free_code(connection, officer_id, short_code, full_name)
            values = {
                "short_code": code,
                "full_name": full_name,
                "number_digest": digest,
                "sealed_number": keys.close(officer_id, number),
                **pin_columns(PinHash.of(pin, keys.pepper, self._cost)),
                "added_at": self._now().isoformat(),
                "removed_at": None,
            }
            if before is None:
                connection.execute(officer.insert().values(officer_id=officer_id, **values))
            else:
                connection.execute(update(officer).where(officer.c.officer_id == officer_id).values(values))
            self._log(connection, officer_id, Happened.ADDED)
            self._audit.note(connection, Act.OFFICER_ADDED, officer_id)
        return KeptOfficer(officer_id, code, full_name, number)

    def remove(self, short_code: str) -> None:
        """From now on this officer cannot sign in; what was looked up in their name keeps it.

        Raises:
            KioskError: INPUT_INVALID, nobody active has this code; STORE_….
        """
        with self._transaction() as connection:
            found = _active_by_code(connection, short_code)
            gone = update(officer).where(officer.c.officer_id == found["officer_id"])
            connection.execute(gone.values(removed_at=self._now().isoformat()))
            self._log(connection, found["officer_id"], Happened.REMOVED)
            self._audit.note(connection, Act.OFFICER_REMOVED, found["officer_id"])

    def set_pin(self, short_code: str, pin: str) -> None:
        """Another PIN; a pause ends.

        Raises:
            KioskError: INPUT_INVALID, nobody active has this code; PIN_REFUSED; STORE_…, KEY_WRONG, KEYSTORE_….
        """
        with self._transaction() as connection:
            found = _active_by_code(connection, short_code)
            keys = self._keys(connection)
            _check_pin(pin, keys.open(found).number)
            self._keep_pin(connection, found["officer_id"], PinHash.of(pin, keys.pepper, self._cost))
            self._log(connection, found["officer_id"], Happened.PIN_SET)
            self._audit.note(connection, Act.PIN_SET, found["officer_id"])

    def is_active(self, officer_id: str) -> bool:
        """Whether this officer has not been removed.

        Raises:
            KioskError: STORE_….
        """
        there = select(officer.c.officer_id).where(officer.c.officer_id == officer_id, officer.c.removed_at.is_(None))
        with self._transaction(reading=True) as connection:
            return connection.execute(there).first() is not None

    # -- signing in -----------------------------------------------------------------------------------------------
    def sign_in(self, who: str, pin: str) -> KeptOfficer | Refused:
        """Compares a PIN; `who` is a short code or a full name.

        The try is in the log before the PIN is looked at, so that a plug pulled in between is a wrong try. Names that
        nobody has are counted, made to wait and cost as much time as any other.

        Raises:
            KioskError: STORE_…, KEY_WRONG, KEYSTORE_….
        """
        who = _folded(who)
        with self._transaction() as connection:
            if not _any_row(connection):
                return Refused()
            keys = self._keys(connection)
            found = _active(connection, who)
            subject = found["officer_id"] if found is not None else keys.digest(f"tried:{who}")
            if wait_s := self._wait_s(connection, subject):
                self._log(connection, subject, Happened.PAUSED)
                return Refused(wait_s)
            self._log(connection, subject, Happened.TRIED)
        kept = PinHash.of_nobody(self._cost) if found is None else pin_of(found)
        is_right = kept.opens_with(pin, keys.pepper)
        # Written in either case and outside the first transaction: the hash takes longer than others should wait.
        with self._transaction() as connection:
            still = found if found is None else _active(connection, found["short_code"])
            if still is None or not is_right or still["pin_key"] != kept.key:
                self._log(connection, subject, Happened.REFUSED)
                return Refused(self._wait_s(connection, subject))
            if kept.cost != self._cost:
                self._keep_pin(connection, subject, PinHash.of(pin, keys.pepper, self._cost))
            self._log(connection, subject, Happened.SIGNED_IN)
            return keys.open(still)

    def log(self, officer_id: str, happened: Happened) -> None:
        """Adds to the log what happened to somebody who was signed in.

        Raises:
            KioskError: STORE_….
        """
        with self._transaction() as connection:
            self._log(connection, officer_id, happened)

    # -- the pieces -----------------------------------------------------------------------------------------------
    def _keys(self, connection: Connection, *, create: bool = False) -> OfficerKeys:
        """The keys, proven on somebody's number: a wrong one must not look like a wrong PIN.

        Raises:
            KioskError: KEY_WRONG, KEYSTORE_….
        """
        anybody = connection.execute(select(officer).limit(1)).mappings().first()
        # Over what an earlier key closed no new one is made: that one may be found again.
        key = self._open_key(create=create and anybody is None)
        if key is None:
            raise KioskError(FailureCode.KEY_WRONG, "no data key")
        keys = OfficerKeys.of(key)
        if anybody is not None:
            keys.open(anybody)
        return keys

    def _wait_s(self, connection: Connection, subject: str) -> float:
        return wait_s(connection, subject, self._tries, self._now())

    def _keep_pin(self, connection: Connection, officer_id: str, kept: PinHash) -> None:
        changed = update(officer).where(officer.c.officer_id == officer_id)
        connection.execute(changed.values(pin_columns(kept)))

    def _log(self, connection: Connection, subject: str, happened: Happened) -> None:
        note(connection, self._now(), subject, happened)

    def _now(self) -> datetime:
        return in_clinic(self._clock())


def _check_pin(pin: str, number: str) -> None:
    if found := weakness(pin, number):
        raise KioskError(FailureCode.PIN_REFUSED, found.value)


def _any_row(connection: Connection) -> bool:
    return connection.execute(select(officer.c.officer_id).limit(1)).first() is not None


def _active(connection: Connection, who: str) -> Mapping[Any, Any] | None:
    """The one who may sign in by this short code, or by this name where nobody shares it."""
    # A server's rows are locked, so that two desks do not count the same try; SQLite's transaction is alone anyway.
    rows = connection.execute(select(officer).where(officer.c.removed_at.is_(None)).with_for_update()).mappings().all()
    by_code = [row for row in rows if row["short_code"] == who]
    by_name = [row for row in rows if _folded(row["full_name"]) == who]
    named = by_code or by_name
    return named[0] if len(named) == 1 else None


def _active_by_code(connection: Connection, short_code: str) -> Mapping[Any, Any]:
    same = select(officer).where(officer.c.short_code == short_code, officer.c.removed_at.is_(None))
    found = connection.execute(same).mappings().one_or_none()
    if found is None:
        raise KioskError(FailureCode.INPUT_INVALID, "no officer of this code; kiosk officer list")
    return found


def _free_code(connection: Connection, officer_id: str, wanted: str, full_name: str) -> str:
    taken = set(
        connection.execute(select(officer.c.short_code).where(officer.c.officer_id != officer_id)).scalars().all()
    )
    if wanted:
        if wanted in taken:
            raise KioskError(FailureCode.INPUT_INVALID, "this code is another officer's")
        return wanted
    initials = initials_of(full_name)
    codes = (f"{initials}{count}" for count in range(2, len(taken) + 3))
    return next(code for code in (initials, *codes) if code not in taken)


def _folded(text: str) -> str:
    return fold_name(text[:_LONGEST_TRIED]).casefold()
