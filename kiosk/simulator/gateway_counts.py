"""What the gateway sandbox was asked, counted and timed, with nothing of a person in it."""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import quantiles
from typing import Any

from kiosk.simulator.gateway_history import VIETNAM

_RECENT, _TIMED = 40, 2000
_MOST_QUESTIONS = 20_000


@dataclass(slots=True)
class Counts:
    """Asked so far.

    `repeats` are lookups with one of the last 20,000 questions (number, name, birth date) that were asked before;
    `unauthorized` are requests answered 401. What a facility's account is put on the restricted list or locked for:
    `refused_logins` with a wrong account, of them `stubborn_logins` with credentials that had been refused before;
    `needless_logins` of a caller whose token had more than a minute left and had not been refused; `parallel_logins`
    begun while another one was under way; `impatient` requests before a Retry-After was over.
    """

    logins: int = 0
    refused_logins: int = 0
    stubborn_logins: int = 0
    needless_logins: int = 0
    parallel_logins: int = 0
    lookups: int = 0
    repeats: int = 0
    histories: int = 0
    copays: int = 0
    unauthorized: int = 0
    impatient: int = 0
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the steering page shows it: what kind, how it ended, how long that took."""

    at: datetime
    kind: str
    status: int
    code: str
    handled_ms: float
    fault: str


class Tally:
    """Counts, times and the last requests. Usable from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self.clear()

    def clear(self) -> None:
        """Begins again from nothing."""
        with self._lock:
            self.counts = Counts()
            self._questions: OrderedDict[int, None] = OrderedDict()
            self._recent: deque[Asked] = deque(maxlen=_RECENT)
            self._handled_ms: deque[float] = deque(maxlen=_TIMED)

    def add(self, **more: int) -> None:
        """Adds to counts by name."""
        with self._lock:
            for name, count in more.items():
                setattr(self.counts, name, getattr(self.counts, name) + count)

    def add_lookup(self, question: tuple[str, ...]) -> None:
        """Counts a lookup, whatever becomes of it. Of the question only its hash is kept."""
        with self._lock:
            self.counts.lookups += 1
            self.counts.repeats += hash(question) in self._questions
            self._questions[hash(question)] = None
            self._questions.move_to_end(hash(question))
            if len(self._questions) > _MOST_QUESTIONS:
                self._questions.popitem(last=False)

    @contextmanager
    def login(self) -> Iterator[None]:
        """Counts a login, and whether another one was under way when it came."""
        with self._lock:
            self.counts.logins += 1
            self.counts.parallel_logins += self._under_way > 0
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1

    def note(self, asked: Asked) -> None:
        """Remembers a request among the last ones. Times are of lookups that nothing was wrong with."""
        with self._lock:
            self._recent.appendleft(asked)
            if asked.kind == "lookup" and not asked.fault:
                self._handled_ms.append(asked.handled_ms)

    def state(self) -> dict[str, Any]:
        """All of it for JSON."""
        with self._lock:
            counts, recent, times = asdict(self.counts), list(self._recent), sorted(self._handled_ms)
        hundredths = quantiles(times, n=100) if len(times) > 1 else [0.0] * 99
        return {
            **counts,
            "handled_ms": {"median": round(hundredths[49], 3), "p95": round(hundredths[94], 3), "of": len(times)},
            "recent": [{**asdict(asked), "at": f"{asked.at.astimezone(VIETNAM):%H:%M:%S}"} for asked in recent],
        }
