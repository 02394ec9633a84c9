"""Who is on duty at this desk: in whose name the next card is looked up."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from kiosk.checkin.officer import Happened, KeptOfficer, Refused
from kiosk.failure import FailureCode, KioskError
from kiosk.lookup.options import Officer

_log = logging.getLogger(__name__)


class SignsIn(Protocol):
    """What a duty needs of the officers."""

    def sign_in(self, who: str, pin: str) -> KeptOfficer | Refused:
        """Compares a PIN."""
        ...

    def is_active(self, officer_id: str) -> bool:
        """Whether this officer has not been removed."""
        ...

    def log(self, officer_id: str, happened: Happened) -> None:
        """Adds to the log."""
        ...


class Duty:
    """One desk's duty; every method may be called from any thread.

    Without anybody signed in the kiosk's `responsible` officer is asked for, unless signing in is `required` or none is
    named. Whoever was not heard of for `idle_s` is signed out, at the latest when the next lookup asks; 0: never.
    """

    def __init__(
        self,
        responsible: Officer,
        officers: SignsIn,
        *,
        required: bool = False,
        idle_s: float = 0.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._responsible, self._officers = responsible, officers
        self._required, self._idle_s, self._clock = required, idle_s, clock
        self._lock = threading.Lock()
        self._on_duty: KeptOfficer | None = None
        self._heard_s = clock()
        self._thread = threading.local()

    @property
    def signed_in(self) -> KeptOfficer | None:
        """Who is signed in."""
        with self._lock:
            return self._on_duty

    @property
    def stands_in(self) -> str:
        """The name in which cards are looked up while nobody is signed in; empty: then none is."""
        return "" if self._required or not self.names_responsible else self._responsible.name

    def officer_on_duty(self) -> Officer:
        """In whose name a lookup that begins now is made; it keeps this officer, whatever changes meanwhile.

        Raises:
            KioskError: OFFICER_NEEDED.
        """
        if getattr(self._thread, "unattended", False):
            return self._responsible
        self.expire()
        with self._lock:
            if self._on_duty is not None:
                return self._on_duty.for_gateway
        if not self.stands_in:
            raise KioskError(FailureCode.OFFICER_NEEDED)
        return self._responsible

    @property
    def names_responsible(self) -> bool:
        """Whether the kiosk has a responsible officer."""
        return bool(self._responsible.number)

    @contextmanager
    def unattended(self) -> Iterator[None]:
        """What this thread looks up in the block was asked for by nobody at the desk: the responsible officer's.

        Raises:
            KioskError: OFFICER_NEEDED, none is named.
        """
        if not self.names_responsible:
            raise KioskError(FailureCode.OFFICER_NEEDED)
        self._thread.unattended = True
        try:
            yield
        finally:
            self._thread.unattended = False

    def sign_in(self, who: str, pin: str) -> KeptOfficer | Refused:
        """Puts somebody on duty, in the place of whoever was; takes a slow hash's time.

        Raises:
            KioskError: STORE_…, KEY_WRONG, KEYSTORE_….
        """
        signed = self._officers.sign_in(who, pin)
        if isinstance(signed, Refused):
            return signed
        with self._lock:
            before, self._on_duty, self._heard_s = self._on_duty, signed, self._clock()
        self._log_end(before, Happened.RELIEVED)
        return signed

    def sign_out(self, why: Happened = Happened.SIGNED_OUT) -> None:
        """Nobody is signed in any more, even where that cannot be recorded."""
        with self._lock:
            before, self._on_duty = self._on_duty, None
        self._log_end(before, why)

    def heard(self) -> None:
        """Somebody works at this desk."""
        if not self.expire():
            with self._lock:
                self._heard_s = self._clock()

    def expire(self) -> bool:
        """Signs out whoever was not heard of for too long; True: somebody was."""
        with self._lock:
            late = self._idle_s > 0 and self._clock() - self._heard_s >= self._idle_s
            if self._on_duty is None or not late:
                return False
            before, self._on_duty = self._on_duty, None
        self._log_end(before, Happened.IDLE)
        return True

    def confirm(self) -> None:
        """Signs out whoever was removed meanwhile; where the store does not say, they stay until it does."""
        signed = self.signed_in
        try:
            if signed is None or self._officers.is_active(signed.officer_id):
                return
        except KioskError as error:
            _log.warning("not known whether the officer on duty was removed: %s", error)
            return
        with self._lock:
            is_still_there = self._on_duty is signed
            self._on_duty = None if is_still_there else self._on_duty
        self._log_end(signed if is_still_there else None, Happened.SIGNED_OUT)

    def _log_end(self, before: KeptOfficer | None, why: Happened) -> None:
        if before is None:
            return
        try:
            self._officers.log(before.officer_id, why)
        except KioskError as error:
            _log.warning("end of a duty not recorded: %s", error)
