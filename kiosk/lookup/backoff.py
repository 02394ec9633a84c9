"""Not asking a service that just said that it cannot answer."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kiosk.lookup.answer import TroubleKind

LONGEST_PAUSE_S = 60.0
DEFAULT_RETRY_AFTER_S = 60.0
LONGEST_RETRY_AFTER_S = 900.0

_OUTAGES = frozenset(
    {TroubleKind.UNREACHABLE, TroubleKind.TIMEOUT, TroubleKind.TLS, TroubleKind.SERVER_ERROR, TroubleKind.UNCLEAR}
)


class Backoff:
    """Pauses after outages in a row, so that no patient waits for a service that is known to be away.

    Each further outage doubles the pause; one answer ends it. A service that asks for a pause itself gets it.
    """

    def __init__(self, failures_before_pause: int, pause_s: float, monotonic: Callable[[], float]) -> None:
        self._failures_before_pause = failures_before_pause
        self._pause_s = pause_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._kind: TroubleKind | None = None

    def current(self) -> TroubleKind | None:
        """Why nobody asks at the moment; None: ask."""
        with self._lock:
            return self._kind if self._monotonic() < self._until else None

    def note(self, kind: TroubleKind | None) -> None:
        """Takes in how a lookup ended; None: the service answered."""
        with self._lock:
            if kind not in _OUTAGES:
                self._failures = 0
                if kind is None and self._kind is not TroubleKind.RATE_LIMITED:
                    self._until = 0.0
                return
            self._failures += 1
            over = self._failures - self._failures_before_pause
            if over >= 0:
                self._kind = kind
                self._until = self._monotonic() + min(self._pause_s * 2.0 ** min(over, 10), LONGEST_PAUSE_S)

    def obey(self, retry_after: str, now: datetime) -> None:
        """The service asked for fewer questions: `retry_after` is the header, seconds or a date."""
        with self._lock:
            self._kind = TroubleKind.RATE_LIMITED
            self._until = self._monotonic() + _seconds(retry_after, now)


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
