"""Signing in at a desk that shares its store: against the shared one while it answers, else against who was last known.

The desk keeps a copy of the officers in a file of its own, encrypted as every other, PINs as the same slow hashes. Who
may sign in while the shared store is away is whom that copy knows: a wrong PIN is as wrong, waits as long, and stands
in the copy's log, which comes into the shared one when that is back. Who was removed meanwhile is signed out then.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, func, select

from kiosk.checkin.officer import Happened, KeptOfficer, ListedOfficer, Refused
from kiosk.checkin.officers import Officers
from kiosk.checkin.store.errors import RowRefused
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import duty_log, officer
from kiosk.failure import FailureCode, KioskError

_log = logging.getLogger(__name__)

_Given = TypeVar("_Given")


class SteadyOfficers:
    """Who may sign in, whether the shared store is there or not; safe to use from several threads.

    `open_shared` opens the officers in the shared store and may take its time to say that it is away; while it is, only
    the keeper's thread tries again, every `retry_s` seconds. `known` are the officers in this desk's own file; both are
    closed with it.

    Raises:
        KioskError: STORE_…, but for a shared store that is away: that may be so from the beginning.
    """

    def __init__(self, open_shared: Callable[[], Officers], known: Officers, *, retry_s: float = 5.0) -> None:
        self._open_shared, self._known, self._retry_s = open_shared, known, retry_s
        self._lock = threading.Lock()
        self._round = threading.Lock()
        self._shared: Officers | None = None
        self._is_away = True
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        try:
            self._go_round()
        except KioskError as error:
            if not self._lost(error):
                self.close()
                raise

    # -- what a duty needs ----------------------------------------------------------------------------------------
    def sign_in(self, who: str, pin: str) -> KeptOfficer | Refused:
        """As `Officers.sign_in`.

        Raises:
            KioskError: as `Officers.sign_in`; STORE_UNAVAILABLE: the shared store is away and nobody is known here.
        """
        return self._ask(lambda officers: officers.sign_in(who, pin), needs_somebody=True)

    def is_active(self, officer_id: str) -> bool:
        """As `Officers.is_active`: only the shared store knows.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: the shared store is away.
        """
        if (shared := self._there()) is None:
            raise _away("who was removed")
        return shared.is_active(officer_id)

    def log(self, officer_id: str, happened: Happened) -> None:
        """As `Officers.log`; what is written here meanwhile comes into the shared log later.

        Raises:
            KioskError: STORE_….
        """
        self._ask(lambda officers: officers.log(officer_id, happened))

    def listed(self) -> tuple[ListedOfficer, ...]:
        """Whom this desk knows: a dialog never waits for a server.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: the shared store is away and nobody is known here.
        """
        listed = self._known.listed()
        if not listed and self._there() is None:
            raise _away("no officer is known at this desk")
        return listed

    # -- the keeper -----------------------------------------------------------------------------------------------
    @property
    def is_away(self) -> bool:
        """Whether the shared store counts as away."""
        return self._there() is None

    def look_after(self) -> None:
        """One round: is the shared store there? Then this desk's log goes in, and the copy is made anew."""
        try:
            self._go_round()
        except KioskError as error:
            if not self._lost(error):
                _log.warning("the officers known at this desk: %s", error)

    def start(self) -> None:
        """Goes its rounds in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="officers-keeper", daemon=False)
        self._thread.start()

    def close(self) -> None:
        """Ends the thread, brings in what is still here where that can be, and closes both stores."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        if self._there() is not None:
            self.look_after()
        with self._lock:
            if self._shared is not None:
                self._shared.store.close()
        self._known.store.close()

    def __enter__(self) -> Self:
        """Looked after until the block ends."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Closed."""
        self.close()

    # -- the pieces -----------------------------------------------------------------------------------------------
    def _run(self) -> None:
        while not self._stopped.wait(self._retry_s):
            self.look_after()

    def _go_round(self) -> None:
        with self._round:
            if (shared := self._shared) is None:
                shared = self._open_shared()
                with self._lock:
                    self._shared = shared
            _bring_log(self._known.store, shared.store)
            _copy(shared.store, self._known.store)
            with self._lock:
                self._is_away = False

    def _there(self) -> Officers | None:
        with self._lock:
            return None if self._is_away else self._shared

    def _ask(self, act: Callable[[Officers], _Given], *, needs_somebody: bool = False) -> _Given:
        if (shared := self._there()) is not None:
            try:
                return act(shared)
            except KioskError as error:
                if not self._lost(error):
                    raise
        if needs_somebody and not self._known.listed():
            raise _away("no officer is known at this desk")
        return act(self._known)

    def _lost(self, error: KioskError) -> bool:
        """Whether this error means that the shared store is away; it then counts as away until a round reaches it."""
        if error.code is not FailureCode.STORE_UNAVAILABLE or isinstance(error, RowRefused):
            return False
        with self._lock:
            was_there, self._is_away = not self._is_away, True
        if was_there:
            _log.warning("the shared store is away, officers sign in as this desk last knew them: %s", error)
        return True


def _away(what: str) -> KioskError:
    return KioskError(FailureCode.STORE_UNAVAILABLE, f"the shared store is away: {what}")


def _copy(shared: Store, known: Store) -> None:
    """The shared store's officers instead of those that were known here; nothing is written where they are the same."""
    theirs, ours = _officers(shared), _officers(known)
    if theirs == ours:
        return
    with known.transaction() as connection:
        connection.execute(officer.delete())
        if theirs:
            connection.execute(officer.insert(), theirs)


def _officers(store: Store) -> list[dict[str, Any]]:
    with store.transaction(reading=True) as connection:
        rows = connection.execute(select(officer).order_by(officer.c.officer_id)).mappings().all()
    return [dict(row) for row in rows]


def _bring_log(known: Store, shared: Store) -> None:
    """What happened here while the shared store was away, into its log: each row once, however often it is tried."""
    with known.transaction(reading=True) as connection:
        own = _not_brought(connection)
    if not own:
        return
    with shared.transaction() as connection:
        there = _those_there(connection, min(row["at"] for row in own))
        for row in own:
            same = (row["at"], row["subject"], row["happened"])
            if there[same]:
                there[same] -= 1  # an earlier try brought it in and was ended before that was noted here
            else:
                connection.execute(duty_log.insert().values(row))
    _mark_brought(known, own)


def _mark_brought(known: Store, brought: Sequence[Mapping[str, Any]]) -> None:
    """Rows are only ever added, so that wrong tries go on counting here: one more says how far they came."""
    with known.transaction() as connection:
        if len(_not_brought(connection)) != len(brought):
            return  # somebody signs in at this moment: the next round brings that, and knows the others
        mark = {**brought[-1], "subject": "", "happened": Happened.BROUGHT.value}
        connection.execute(duty_log.insert().values(mark))


def _not_brought(connection: Connection) -> list[Mapping[str, Any]]:
    last = select(func.coalesce(func.max(duty_log.c.id), 0)).where(duty_log.c.happened == Happened.BROUGHT.value)
    rows = select(duty_log.c.at, duty_log.c.subject, duty_log.c.happened).where(duty_log.c.id > last.scalar_subquery())
    return [dict(row) for row in connection.execute(rows.order_by(duty_log.c.id)).mappings()]


def _those_there(connection: Connection, since: str) -> Counter[tuple[str, str, str]]:
    rows = select(duty_log.c.at, duty_log.c.subject, duty_log.c.happened).where(duty_log.c.at >= since)
    return Counter((at, subject, what) for at, subject, what in connection.execute(rows))
