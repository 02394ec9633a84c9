"""The journal of a desk that shares its store: the shared one while it answers, the desk's own file otherwise."""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeVar

from kiosk.checkin.away.merge import Merged, Queues, Refusal, away_id, merge
from kiosk.checkin.away.shared_store import RETRY_S, Steady
from kiosk.checkin.away.spool import Spool
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.recheck import Claim
from kiosk.checkin.record import CheckIn, CheckInRequest
from kiosk.eligibility.decision import Decision
from kiosk.failure import KioskError
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, CardAnswer

_log = logging.getLogger(__name__)

_Given = TypeVar("_Given")

_FIRST_REST_S, _LONGEST_REST_S = 60.0, 3600.0
"""What a database refuses once it refuses again, until somebody changed something: the pause doubles."""


@dataclass(frozen=True, slots=True)
class StoreState:
    """What staff are told of the store. `numbers_left` and `to_merge` are of the desk's own file.

    `refusals`: which ones of `to_merge` the shared store did not take, and why.
    """

    is_away: bool
    numbers_left: int
    to_merge: int
    refusals: tuple[Refusal, ...] = ()

    @property
    def refused(self) -> int:
        """How many somebody has to decide about."""
        return len(self.refusals)


@dataclass(frozen=True, slots=True)
class _Rest:
    """A refused visit rests between two tries: `until` by the running clock, in seconds."""

    refusal: Refusal
    tries: int
    until: float


class SteadyJournal(Steady[SqlJournal, Merged]):
    """A journal that goes on without its shared store; safe to use from several threads.

    `open_shared` opens the journal in the shared store; when it is tried again says `Steady`, and no patient waits for
    it. `hear` is told what time the server says it is, each round.
    """

    news_of_trouble = "the desk's own file"

    def __init__(
        self,
        open_shared: Callable[[], SqlJournal],
        spool: Spool,
        *,
        desk: str,
        clock: Callable[[], datetime],
        queues: Callable[[SqlJournal], Queues],
        hear: Callable[[datetime], None] = lambda _: None,
        retry_s: float = RETRY_S,
        running_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(open_shared, keeper="store-keeper", retry_s=retry_s, ask_after=self._hear_time)
        self._spool = spool
        self._desk, self._clock, self._queues = desk, clock, queues
        self._hear, self._running_s = hear, running_s
        self._resting: dict[str, _Rest] = {}
        self._begin()

    # -- the journal --------------------------------------------------------------------------------------------------
    def check_in(self, request: CheckInRequest) -> CheckIn:
        """As `SqlJournal.check_in`; while the shared store is away, with one of this desk's own numbers.

        Raises:
            KioskError: as `SqlJournal.check_in`, and STORE_UNAVAILABLE where no own number is left.
        """
        visit_id = secrets.token_hex(16)
        return self._ask(
            lambda shared: shared.check_in(request, visit_id),
            lambda: self._spool.check_in(request, away_id(visit_id)),
        )

    def printed_again(self, check_in: CheckIn) -> CheckIn:
        """As `SqlJournal.printed_again`, where the check-in is."""
        return self._at_home(check_in.visit_id, lambda home: home.printed_again(check_in))

    def log_print(self, check_in: CheckIn, outcome: str) -> None:
        """As `SqlJournal.log_print`, where the check-in is."""
        self._at_home(check_in.visit_id, lambda home: home.log_print(check_in, outcome))

    def waiting(self) -> dict[str, int]:
        """As `SqlJournal.waiting`; while the shared store is away, of this desk's own check-ins."""
        return self._ask(lambda shared: shared.waiting(), lambda: self._spool.journal.waiting())

    def last_verified(self, identity: Identity) -> CardAnswer | None:
        """As `SqlJournal.last_verified`; what only the shared store knows is not known while it is away."""
        return self._ask(
            lambda shared: shared.last_verified(identity), lambda: self._spool.journal.last_verified(identity)
        )

    # -- the worklist, which is the shared store's alone --------------------------------------------------------------
    @property
    def worklist(self) -> Self:
        """Who has to be asked about again: nobody while the shared store is away."""
        return self

    def claim(self) -> Claim | None:
        """As `SqlWorklist.claim`.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: the shared store is away.
        """
        return self._needed().worklist.claim()

    def settle(self, claim: Claim, answer: Answer, decision: Decision) -> bool:
        """As `SqlWorklist.settle`.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: the shared store is away.
        """
        return self._needed().worklist.settle(claim, answer, decision)

    def release(self, claim: Claim) -> None:
        """As `SqlWorklist.release`.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: the shared store is away.
        """
        self._needed().worklist.release(claim)

    def make_due(self) -> None:
        """As `SqlWorklist.make_due`.

        Raises:
            KioskError: STORE_…; of STORE_UNAVAILABLE also: the shared store is away.
        """
        self._needed().worklist.make_due()

    # -- the keeper ---------------------------------------------------------------------------------------------------
    @property
    def state(self) -> StoreState:
        """What staff are told.

        Raises:
            KioskError: STORE_…, of the desk's own file.
        """
        return StoreState(
            self.is_away,
            self._spool.numbers_left(),
            self._spool.waiting_to_be_merged(),
            tuple(rest.refusal for rest in list(self._resting.values())),
        )

    def look_after(self) -> Merged:
        """One round: is the shared store there? Then what was checked in without it comes in, and numbers are taken."""
        return super().look_after() or Merged()

    def _bring(self, shared: SqlJournal) -> Merged:
        # Who checks in from here on is in the shared store; what is in the file comes after.
        self._is_back()
        merged = self._bring_in(shared)
        self._spool.prepare(shared.store)
        if merged.brought:
            _log.info("brought %d check-ins into the shared store, %d doubled", merged.brought, merged.doubled)
        return merged

    def _close_own(self) -> None:
        self._spool.close()

    def _hear_time(self, shared: SqlJournal) -> None:
        if (server_time := shared.store.server_time()) is not None:
            self._hear(server_time)

    def _at_home(self, visit_id: str, act: Callable[[SqlJournal], _Given]) -> _Given:
        """Does it where the check-in is; the file is neither merged nor begun anew meanwhile.

        What only the shared store has is refused while that is away, and whoever asks next is told so at once: a slip
        that came out half an hour later would be nobody's any more.
        """
        with self._spool.lock:
            if self._spool.holds(visit_id):
                return act(self._spool.journal)
        shared = self._needed()
        try:
            return act(shared)
        except KioskError as error:
            self._lost(error)
            raise

    def _bring_in(self, shared: SqlJournal) -> Merged:
        with self._spool.lock:
            here = self._spool.visit_ids()
            # Somebody may have decided about one meanwhile, in another program.
            self._resting = {visit_id: rest for visit_id, rest in self._resting.items() if visit_id in here}
            if not any(map(self._may_try, here)):
                return Merged()
            merged = merge(
                self._spool.store,
                shared.store,
                desk=self._desk,
                now=self._clock(),
                queues=self._queues(shared),
                trail=shared.audit,
                may_try=self._may_try,
            )
            self._let_rest(merged)
            if self._resting:
                self._spool.forget(merged.there)
            else:
                self._spool.renew(merged.seen)
        return merged

    def _may_try(self, visit_id: str) -> bool:
        rest = self._resting.get(visit_id)
        return rest is None or self._running_s() >= rest.until

    def _let_rest(self, merged: Merged) -> None:
        resting = {visit_id: rest for visit_id, rest in self._resting.items() if visit_id not in merged.there}
        for refusal in merged.refusals:
            before = resting.get(refusal.visit_id)
            tries = before.tries + 1 if before else 1
            if before is None:
                _log.error("the shared store does not take %s: %s, %s", refusal.ticket, refusal.why, refusal.detail)
            pause_s = min(_LONGEST_REST_S, _FIRST_REST_S * 2 ** (tries - 1))
            resting[refusal.visit_id] = _Rest(refusal, tries, self._running_s() + pause_s)
        self._resting = resting
