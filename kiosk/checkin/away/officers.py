"""Signing in at a desk that shares its store: against the shared one while it answers, else against who was last known.

The desk keeps a copy of the officers in a file of its own, encrypted as every other, PINs as the same slow hashes. Who
may sign in while the shared store is away is whom that copy knows: a wrong PIN is as wrong, waits as long, and stands
in the copy's log, which comes into the shared one when that is back. Who was removed meanwhile is signed out then.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from kiosk.checkin.away.shared_store import RETRY_S, Steady, store_is_away
from kiosk.checkin.officer import Happened, KeptOfficer, ListedOfficer, Refused
from kiosk.checkin.officers import Officers
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import duty_log, officer
from kiosk.failure import KioskError


class SteadyOfficers(Steady[Officers, None]):
    """Who may sign in, whether the shared store is there or not; safe to use from several threads.

    `open_shared` opens the officers in the shared store; when it is tried again says `Steady`. `known` are the officers
    in this desk's own file; both are closed with it.

    Raises:
        KioskError: STORE_…, but for a shared store that is away: that may be so from the beginning.
    """

    news_of_absence = "the shared store is away, officers sign in as this desk last knew them"
    news_of_trouble = "the officers known at this desk"

    def __init__(self, open_shared: Callable[[], Officers], known: Officers, *, retry_s: float = RETRY_S) -> None:
        super().__init__(open_shared, keeper="officers-keeper", retry_s=retry_s)
        self._known = known
        self._begin()

    # -- what a duty needs ----------------------------------------------------------------------------------------
    def sign_in(self, who: str, pin: str) -> KeptOfficer | Refused:
        """As `Officers.sign_in`.

        Raises:
            KioskError: as `Officers.sign_in`; STORE_UNAVAILABLE: the shared store is away and nobody is known here.
        """
        return self._ask(lambda officers: officers.sign_in(who, pin), lambda: self._sign_in_here(who, pin))

    def is_active(self, officer_id: str) -> bool:
        """As `Officers.is_active`: only the shared store knows.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: the shared store is away.
        """
        return self._needed("who was removed").is_active(officer_id)

    def log(self, officer_id: str, happened: Happened) -> None:
        """As `Officers.log`; what is written here meanwhile comes into the shared log later.

        Raises:
            KioskError: STORE_….
        """
        self._ask(lambda officers: officers.log(officer_id, happened), lambda: self._known.log(officer_id, happened))

    def listed(self) -> tuple[ListedOfficer, ...]:
        """Whom this desk knows: a dialog never waits for a server.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: the shared store is away and nobody is known here.
        """
        listed = self._known.listed()
        if not listed and self.is_away:
            raise _nobody_known()
        return listed

    def close(self) -> None:
        """Ends the thread, brings in what is still here where that can be, and closes both stores."""
        self._end_rounds()
        if not self.is_away:
            self.look_after()
        super().close()

    # -- the pieces -----------------------------------------------------------------------------------------------
    def _bring(self, shared: Officers) -> None:
        """This desk's log goes in, and the copy is made anew; then only the shared store counts who tried."""
        _bring_log(self._known.store, shared.store)
        _copy(shared.store, self._known.store)
        self._is_back()

    def _close_own(self) -> None:
        self._known.store.close()

    def _sign_in_here(self, who: str, pin: str) -> KeptOfficer | Refused:
        if not self._known.listed():
            raise _nobody_known()
        return self._known.sign_in(who, pin)


def _nobody_known() -> KioskError:
    return store_is_away("no officer is known at this desk")


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
