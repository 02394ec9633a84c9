"""A database that turns out damaged while the kiosk runs: the kiosk opens anew, which puts it aside, and goes on.

Staff are told of it until one of them has confirmed that it was seen.
"""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings
from kiosk.workflow.state import Failed, State

if TYPE_CHECKING:
    from kiosk.checkin.store.new_beginning import PutAside


class DamagedInUse(KioskError):  # noqa: N818 - a failure of the house, named by what happened
    """The database was found damaged at work: opened again, the kiosk goes on with a new one."""

    def __init__(self) -> None:
        super().__init__(FailureCode.STORE_CORRUPT, "found while it was used")


class DamageWatch:
    """Listens to the line's states; all of it happens in the desk thread.

    Whoever stood there reads the page to its end: only when it is left `stop` ends the line.
    """

    def __init__(self, on_state: Callable[[State], None], stop: Callable[[], None]) -> None:
        self._on_state, self._stop = on_state, stop
        self._was_told = False
        self._stopped = False

    def heard_state(self, state: State) -> None:
        """Passes it on."""
        self._on_state(state)
        if isinstance(state, Failed) and state.code is FailureCode.STORE_CORRUPT:
            self._was_told = True
        elif self._was_told and not self._stopped:
            self._stopped = True
            self._stop()

    def raise_if_damaged(self) -> None:
        """Raises `DamagedInUse` where the line ended for it, and not because somebody closed the kiosk."""
        if self._stopped:
            raise DamagedInUse


def unseen_put_aside(settings: Settings) -> "PutAside | None":
    """The damaged database that was put aside, until an officer has confirmed that it was seen; None: none is.

    While a shared store is away nobody knows whether somebody has.

    Raises:
        KioskError: STORE_…, KEY_WRONG, KEYSTORE_….
    """
    from kiosk.app.store_care import put_aside_of

    if (aside := put_aside_of(settings)) is None:
        return None
    from kiosk.app.auditing import audit_in
    from kiosk.app.keeping import store_of
    from kiosk.checkin.audit.entry import Act

    try:
        with store_of(settings) as store:
            seen = audit_in(store, settings).rows(subject=_subject(aside), happened=Act.DAMAGE_SEEN.value, most=1)
    except KioskError as error:
        if error.code is not FailureCode.STORE_UNAVAILABLE:
            raise
        return aside
    return None if seen else aside


def confirm_seen(settings: Settings, aside: "PutAside", officer_id: str) -> None:
    """Keeps in the audit that this officer saw it.

    Raises:
        KioskError: STORE_…, KEY_WRONG, KEYSTORE_….
    """
    from kiosk.app.auditing import audit_in
    from kiosk.app.keeping import store_of
    from kiosk.checkin.audit.entry import Act

    with store_of(settings) as store, store.transaction() as connection:
        audit_in(store, settings).note(connection, Act.DAMAGE_SEEN, _subject(aside), by=officer_id)


def _subject(aside: "PutAside") -> str:
    """The file's name as the audit takes it: with so many digits it could be a person's number."""
    return hashlib.sha256(aside.name.encode()).hexdigest()
