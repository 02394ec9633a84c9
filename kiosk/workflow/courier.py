"""The courier: asks again about those who were admitted without a check, when the service is back and nobody waits.

One thread beside the line. It works through the durable worklist one entry at a time, slowly, and stands aside while a
patient is being looked up.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.checkin.recheck import Claim, Worklist
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import WISHES_TO_END, KioskError, log_defect
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, AskedBecause, CardAnswer, NotAsked, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.asked_once import LookupForReason
from kiosk.workflow.pace import Pace, PaceRule
from kiosk.workflow.service_watch import ServiceWatch, WatchRule

log = logging.getLogger(__name__)

IDLE_S = 30.0
"""How often the list is looked at while nothing is due: another desk may have added to it."""

_OUTAGES = frozenset(
    {
        TroubleKind.UNREACHABLE,
        TroubleKind.TIMEOUT,
        TroubleKind.TLS,
        TroubleKind.SERVER_ERROR,
        TroubleKind.UNCLEAR,
        TroubleKind.RATE_LIMITED,
    }
)


class Rechecked(StrEnum):
    """How one round of the courier ended."""

    VERIFIED = "verified"
    NO_ANSWER = "no-answer"
    NOTHING_DUE = "nothing-due"
    NOT_POSSIBLE = "not-possible"


@dataclass(frozen=True, slots=True)
class Errand:
    """Everything outside that the courier touches, made by `app`.

    `ask` asks the service with the reason of a re-check; `question` says what to ask; `judge` decides for the visit
    and its day, which is not today for those of yesterday.
    """

    worklist: Worklist
    ask: Callable[[Question], Answer]
    question: Callable[[Identity, datetime], Question | NotAsked]
    judge: Callable[[Claim, Answer], Decision]
    now: Callable[[], datetime]


class Courier:
    """Asks again, in a thread of its own between `start` and `stop`, or by hand with `drain`."""

    def __init__(
        self,
        errand: Errand,
        *,
        pace: PaceRule = PaceRule(),  # noqa: B008 - frozen
        watch: WatchRule = WatchRule(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._errand = errand
        self._clock = clock
        self._pace = Pace(pace)
        self._watch = ServiceWatch(watch)
        self._looked_s: float | None = None
        self._patients = 0
        self._stopped = False
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None
        self._trouble: KioskError | None = None

    @property
    def trouble(self) -> KioskError | None:
        """Why the last round was not possible (no data key, another one, the store); None: it was."""
        return self._trouble

    @property
    def is_away(self) -> bool:
        """Whether the service counts as away."""
        with self._news:
            return self._watch.is_away

    def beside(self, lookup: LookupForReason) -> LookupForReason:
        """The lookup for patients: they go first, and what they hear of the service the courier hears too."""
        return _PatientsFirst(self, lookup)

    def start(self) -> None:
        """Begins to work through the list."""
        self._thread = threading.Thread(target=self._run, name="courier", daemon=False)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread after the re-check under way, which has its own time limit."""
        with self._news:
            self._stopped = True
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> "Courier":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def drain(self) -> list[Rechecked]:
        """Works until nothing is due, the service does not answer or `stop`; as slowly as the thread."""
        rounds: list[Rechecked] = []
        while self._wait_for_turn():
            rounds.append(self.recheck_one())
            if rounds[-1] is not Rechecked.VERIFIED:
                break
        return rounds

    def wait_s(self) -> float | None:
        """How long until the next round; 0: now, None: until a patient's lookup has ended."""
        with self._news:
            return self._wait_s()

    def recheck_one(self) -> Rechecked:
        """One round, at once: takes the entry that is longest due, asks, and keeps what came of it."""
        self._trouble = None
        try:
            claim = self._errand.worklist.claim()
            if claim is None:
                self._rest()
                return Rechecked.NOTHING_DUE
            return self._ask_about(claim)
        except KioskError as error:
            log.warning("re-check not possible: %s", error)
            self._trouble = error
            self._rest()
            return Rechecked.NOT_POSSIBLE

    def heard(self, answer: Answer) -> None:
        """Takes in how a lookup ended, a patient's or an own one."""
        match answer:
            case NotAsked():
                return
            case ServiceTrouble(kind) if kind not in _OUTAGES:
                return  # an account or a setting is wrong: the service itself is there, and no better for waiting
        with self._news:
            before = self._watch.is_away
            self._watch = self._watch.heard(answered=isinstance(answer, CardAnswer), at_s=self._clock())
            changed = self._watch.is_away is not before
            is_away = self._watch.is_away
        if changed:
            log.info("the insurance service counts as %s", "away" if is_away else "back")
        if changed and not is_away:
            self._make_due()

    def _ask_about(self, claim: Claim) -> Rechecked:
        question = self._errand.question(claim.identity, self._errand.now())
        with self._news:
            self._pace = self._pace.begin(self._clock())
        try:
            answer = question if isinstance(question, NotAsked) else self._ask(claim, question)
            decision = self._errand.judge(claim, answer)
            kept = self._errand.worklist.settle(claim, answer, decision)
        finally:
            with self._news:
                self._pace = self._pace.end(self._clock())
        self.heard(answer)
        if not kept:
            log.warning("a re-check took longer than its lease; only its proof was kept")
        verified = kept and decision.verdict is not Verdict.UNVERIFIED
        log.info("re-check: %s", decision.verdict.value)
        return Rechecked.VERIFIED if verified else Rechecked.NO_ANSWER

    def _ask(self, claim: Claim, question: Question) -> Answer:
        try:
            return self._errand.ask(question)
        except KioskError:
            # Nobody was asked, for want of an officer in whose name: that is no try of this person's.
            self._errand.worklist.release(claim)
            raise
        except WISHES_TO_END:
            raise
        except BaseException as error:  # noqa: BLE001 - the worker's edge, as for patients
            log_defect(log, "the lookup broke", error)
            return ServiceTrouble(TroubleKind.UNCLEAR, type(error).__name__, self._errand.now())

    def _make_due(self) -> None:
        try:
            self._errand.worklist.make_due()
        except KioskError as error:
            log.warning("the worklist keeps its rests: %s", error)
        with self._news:
            self._looked_s = None
            self._news.notify_all()

    def _rest(self) -> None:
        with self._news:
            self._looked_s = self._clock()

    def _run(self) -> None:
        while self._wait_for_turn():
            try:
                self.recheck_one()
            except BaseException as error:  # noqa: BLE001 - the thread's edge
                log_defect(log, "defect in the courier", error)
                self._rest()

    def _wait_for_turn(self) -> bool:
        """Waits until a round may begin; False: stopped."""
        with self._news:
            while not self._stopped:
                wait_s = self._wait_s()
                if wait_s == 0:
                    return True
                self._news.wait(wait_s)
            return False

    def _wait_s(self) -> float | None:
        if self._patients:
            return None
        now_s = self._clock()
        idle_s = 0.0 if self._looked_s is None else self._looked_s + IDLE_S - now_s
        return max(0.0, idle_s, self._pace.wait_s(now_s, is_away=self._watch.is_away))

    def _patient_comes(self) -> None:
        with self._news:
            self._patients += 1

    def _patient_goes(self) -> None:
        with self._news:
            self._patients -= 1
            self._news.notify_all()


class _PatientsFirst:
    """A patient's lookup: never held up, heard by the courier."""

    def __init__(self, courier: Courier, lookup: LookupForReason) -> None:
        self._courier = courier
        self._lookup = lookup

    def look_up(self, question: Question, because: AskedBecause = AskedBecause.VISIT) -> Answer:
        """Asks at once."""
        self._courier._patient_comes()
        try:
            answer = self._lookup.look_up(question, because)
        finally:
            self._courier._patient_goes()
        self._courier.heard(answer)
        return answer
