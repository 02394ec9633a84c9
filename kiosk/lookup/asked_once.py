"""One lookup per person and visit: what was asked a moment ago is not asked again without a reason."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.lookup.answer import Answer, AskedBecause, Question, ServiceTrouble
from kiosk.lookup.question import fold_name
from kiosk.privacy import Personal

LONGEST_VISIT_S = 600.0
TROUBLE_HOLDS_S = 20.0
"""After so long trouble is worth another question, for which the person before it waits anyway."""

_Key = tuple[str, str, str]


class LookupForReason(Protocol):
    """A lookup that is told why: `Gateway`."""

    def look_up(self, question: Question, because: AskedBecause = AskedBecause.VISIT) -> Answer:
        """As `CardLookup.look_up`."""
        ...


@dataclass(slots=True, repr=False)
class _Asked(Personal):
    at_s: float
    answer: "Future[Answer]" = field(default_factory=Future)


class AskedOnce:
    """A lookup in front of the gateway that remembers one visit: the questions about one person, and their answers.

    The same question has the same answer, also while it is under way. The same person under another number, or with a
    corrected name or birth date, is asked about anew, and the reason is stated; so is trouble after 20 s. Whoever is
    another person begins another visit. A visit ends with `forget`, at the latest after ten minutes.
    """

    def __init__(self, gateway: LookupForReason, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._gateway = gateway
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._asked: dict[_Key, _Asked] = {}

    def look_up(self, question: Question, because: AskedBecause = AskedBecause.VISIT) -> Answer:
        """The answer to this question in this visit; any `because` other than VISIT asks anew."""
        key = _key(question)
        with self._lock:
            self._drop_others(key)
            shared = self._asked.get(key) if because is AskedBecause.VISIT else None
            if shared is None or self._is_worn_out(shared):
                shared = None
                because = self._reason(key, because)
                mine = self._asked[key] = _Asked(self._monotonic())
        return shared.answer.result() if shared is not None else self._ask(question, because, key, mine)

    def forget(self) -> None:
        """The visit is over: nothing of it is left. A lookup under way still answers whoever waits for it."""
        with self._lock:
            self._asked.clear()

    def _ask(self, question: Question, because: AskedBecause, key: _Key, asked: _Asked) -> Answer:
        try:
            answer = self._gateway.look_up(question, because)
        except BaseException as error:
            with self._lock:
                if self._asked.get(key) is asked:
                    del self._asked[key]
            asked.answer.set_exception(error)
            raise
        asked.answer.set_result(answer)
        return answer

    def _drop_others(self, key: _Key) -> None:
        """Ends the visit before, where this one is another person's or it lasted too long."""
        now_s = self._monotonic()
        is_same = any(known[0] == key[0] or known[1:] == key[1:] for known in self._asked)
        if not is_same or any(now_s - asked.at_s > LONGEST_VISIT_S for asked in self._asked.values()):
            self._asked.clear()

    def _is_worn_out(self, asked: _Asked) -> bool:
        """Whether it is trouble that may be over by now."""
        return (
            asked.answer.done()
            and isinstance(asked.answer.result(), ServiceTrouble)
            and self._monotonic() - asked.at_s > TROUBLE_HOLDS_S
        )

    def _reason(self, key: _Key, because: AskedBecause) -> AskedBecause:
        if because is not AskedBecause.VISIT or not self._asked:
            return because
        if key in self._asked:
            return AskedBecause.RECHECK
        return AskedBecause.CORRECTED if any(known[0] == key[0] for known in self._asked) else AskedBecause.OTHER_NUMBER


def _key(question: Question) -> _Key:
    return question.number, fold_name(question.full_name).casefold(), str(question.date_of_birth)
