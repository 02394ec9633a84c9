"""The gateway's token: one login at a time, and no login that could cost the account.

An account that fails too often is locked or put on a restricted list, for the whole facility. So a refused login is
remembered until somebody says that the cause is gone, and a fresh token that is refused stops logins for a while.
"""

import math
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from kiosk.lookup.answer import ServiceTrouble, TroubleKind
from kiosk.lookup.codec import Token
from kiosk.lookup.transport import Deadline

REFRESH_BEFORE_END_S = 60.0
LONGEST_LIFE_S = 600.0
"""The gateway's tokens live ten minutes."""
SHORTEST_LIFE_S = 120.0
"""Where this computer's clock is wrong a token seems nearly over; it must not mean a login for each lookup."""
PAUSE_AFTER_REFUSAL_S = 60.0
HOUR_S = 3600.0

_REFUSALS = frozenset({TroubleKind.ACCOUNT, TroubleKind.ACCOUNT_LOCKED})

Login = Callable[[Deadline], Token | ServiceTrouble]


class TokenCache:
    """The token of one account, shared by all lookups of this process."""

    def __init__(
        self, login: Login, now: Callable[[], datetime], monotonic: Callable[[], float], *, logins_per_hour: int = 0
    ) -> None:
        self._login = login
        self._now = now
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._is_renewal = False
        self._accepted: Token | None = None
        self._good_until = 0.0
        self._refusal: ServiceTrouble | None = None
        self._refused_until = 0.0
        self._attempts = 0
        self._trouble: ServiceTrouble | None = None
        self._logins_per_hour = logins_per_hour
        self._logged_in_at: deque[float] = deque(maxlen=logins_per_hour)

    def take(self, deadline: Deadline) -> Token | ServiceTrouble:
        """A token that lives at least another minute; logs in if there is none."""
        return self._take(deadline, None)

    def renew(self, refused: Token, deadline: Deadline) -> Token | ServiceTrouble:
        """A token other than the one that the gateway just refused; one login, whoever asks first."""
        return self._take(deadline, refused)

    def refuse(self, token: Token) -> None:
        """Notes that a fresh token was refused too: logging in does not help, for now."""
        with self._lock:
            if self._token is token:
                self._refuse()

    def accept(self, token: Token) -> None:
        """Notes that the gateway answered to this token: where it is refused later on, it was lost."""
        self._accepted = token

    def forget_refusal(self) -> None:
        """The account was put right: the next lookup may log in again."""
        with self._lock:
            self._refusal = None

    def _take(self, deadline: Deadline, refused: Token | None) -> Token | ServiceTrouble:
        attempts = self._attempts
        if not self._lock.acquire(timeout=deadline.remaining_s()):
            return ServiceTrouble(TroubleKind.TIMEOUT, "", self._now())
        try:
            if self._attempts != attempts and self._trouble is not None:
                return self._trouble  # of the login that this one waited for
            if self._refusal is not None and self._monotonic() < self._refused_until:
                return ServiceTrouble(self._refusal.kind, self._refusal.code, self._now())
            if self._token is not None and self._token is not refused and self._monotonic() < self._good_until:
                return self._token
            if refused is not None and refused is self._token and self._is_renewal and self._accepted is not refused:
                # Somebody else's second try is this one's first: both together are enough.
                return self._refuse()
            outcome = self._log_in(deadline)
            self._is_renewal = refused is not None
            return outcome
        finally:
            self._lock.release()

    def _refuse(self) -> ServiceTrouble:
        self._token = None
        self._refusal = ServiceTrouble(TroubleKind.ACCOUNT, "401", self._now())
        self._refused_until = self._monotonic() + PAUSE_AFTER_REFUSAL_S
        return self._refusal

    def _log_in(self, deadline: Deadline) -> Token | ServiceTrouble:
        self._token = self._refusal = None
        if self._has_logged_in_enough():
            return ServiceTrouble(TroubleKind.RATE_LIMITED, "", self._now())
        self._trouble = None
        outcome = self._login(deadline)
        self._attempts += 1
        match outcome:
            case Token() as token:
                # How long is told by one clock, the service's: this computer's may be wrong.
                left_s = (token.expires_at - (token.given_at or self._now().astimezone(UTC))).total_seconds()
                # A fresh token that seems over says only that a clock is wrong.
                life_s = min(max(left_s, SHORTEST_LIFE_S), LONGEST_LIFE_S) if left_s > 0 else LONGEST_LIFE_S
                self._token, self._good_until = token, self._monotonic() + life_s - REFRESH_BEFORE_END_S
                self._logged_in_at.append(self._monotonic())
                return token
            case ServiceTrouble() as trouble:
                self._trouble = trouble
                if trouble.kind in _REFUSALS:
                    # Refused by the gateway's own word, or by a status that a line change may cause as well.
                    pause_s = math.inf if trouble.code else PAUSE_AFTER_REFUSAL_S
                    self._refusal, self._refused_until = trouble, self._monotonic() + pause_s
                return trouble

    def _has_logged_in_enough(self) -> bool:
        """Whether tokens get lost so fast that logging in for each looks like an attack.

        Only logins that gave a token count: one that nobody answered costs the account nothing.
        """
        logins = self._logged_in_at
        return 0 < self._logins_per_hour == len(logins) and self._monotonic() - logins[0] < HOUR_S
