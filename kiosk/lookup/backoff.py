"""Not asking a service that just said that it cannot answer."""

import math
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kiosk.lookup.answer import TroubleKind

LONGEST_PAUSE_S = 60.0
DEFAULT_RETRY_AFTER_S = 60.0
LONGEST_RETRY_AFTER_S = 900.0

_PAUSING = frozenset(
    {
        TroubleKind.UNREACHABLE,
        TroubleKind.TIMEOUT,
        TroubleKind.TLS,
        TroubleKind.SERVER_ERROR,
        TroubleKind.UNCLEAR,
        TroubleKind.ACCOUNT,  # whoever is refused again and again ends on a list
    }
)


_LASTING = frozenset({TroubleKind.RATE_LIMITED, TroubleKind.ACCOUNT_LOCKED})
"""What a lookup that was under way at the time does not end."""


class Backoff:
    """Pauses after outages in a row, so that no patient waits for a service that is known to be away.

    Each further outage doubles the pause; one answer ends it. After a pause one lookup goes ahead, and what it finds
    out holds for those who waited for it. A service that asks for a pause itself gets it, and a locked account is left
    alone until somebody says that it was put right.
    """

    def __init__(self, failures_before_pause: int, pause_s: float, monotonic: Callable[[], float]) -> None:
        self._failures_before_pause = failures_before_pause
        self._pause_s = pause_s
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._failures = 0
        self._until = 0.0
        self._ahead_until = 0.0
        self._kind: TroubleKind | None = None

    def current(self, wait_s: float = 0.0) -> TroubleKind | None:
        """Why nobody asks at the moment; None: ask, and `note` how it ended.

        Waits so long for a lookup that went ahead.
        """
        with self._changed:
            if self._changed.wait_for(lambda: not self._is_one_ahead(), wait_s):
                if self._monotonic() < self._until:
                    return self._kind
                if self._failures >= self._failures_before_pause or self._kind in _LASTING:
                    # Not everybody at once falls upon a service that may be coming back.
                    self._ahead_until = self._monotonic() + LONGEST_PAUSE_S
                return None
            return self._kind

    def note(self, kind: TroubleKind | None) -> None:
        """Takes in how a lookup ended; None: the service answered."""
        with self._changed:
            self._ahead_until = 0.0
            self._changed.notify_all()
            if kind is TroubleKind.ACCOUNT_LOCKED:
                self._kind, self._until = kind, math.inf
            elif kind in _PAUSING:
                self._failures += 1
                self._pause(kind)
            elif kind is not TroubleKind.RATE_LIMITED:
                self._failures = 0
                if not self._is_lasting():
                    self._until, self._kind = 0.0, None

    def obey(self, retry_after: str, now: datetime) -> None:
        """The service asked for fewer questions: `retry_after` is the header, seconds or a date."""
        with self._changed:
            if self._kind is not TroubleKind.ACCOUNT_LOCKED:
                self._kind = TroubleKind.RATE_LIMITED
                self._until = max(self._until, self._monotonic() + _seconds(retry_after, now))

    def forget_refusal(self) -> None:
        """The account was put right."""
        with self._changed:
            if self._kind in {TroubleKind.ACCOUNT, TroubleKind.ACCOUNT_LOCKED}:
                self._failures, self._until, self._kind = 0, 0.0, None

    def _pause(self, kind: TroubleKind) -> None:
        over = self._failures - self._failures_before_pause
        if over >= 0 and not self._is_lasting():
            self._kind = kind
            self._until = self._monotonic() + min(self._pause_s * 2.0 ** min(over, 10), LONGEST_PAUSE_S)

    def _is_lasting(self) -> bool:
        return self._kind in _LASTING and self._monotonic() < self._until

    def _is_one_ahead(self) -> bool:
        """Whether a lookup is finding out; one that never tells is not waited for without end."""
        return self._monotonic() < self._ahead_until and self._monotonic() >= self._until


def _seconds(retry_after: str, now: datetime) -> float:
    written = retry_after.strip()
    if written.isascii() and written.isdigit() and len(written) <= 9:
        wait_s = float(written)
    else:
        try:
            moment = parsedate_to_datetime(written)
        except ValueError:
            return DEFAULT_RETRY_AFTER_S
        wait_s = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return min(max(wait_s, 1.0), LONGEST_RETRY_AFTER_S)
