"""The store as the staff's window asks it: the shared one while it answers, with who is on duty beside each act."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.app.queues import queue_in
from kiosk.checkin.audit.entry import Act as Audited
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.clinic_clock import ClockState
from kiosk.checkin.queue.entry import QueueEntry
from kiosk.checkin.queue.place import Act, Refused
from kiosk.checkin.record import CheckIn, PriorityClaim
from kiosk.checkin.records.search import FoundVisit, VisitSearch, Wanted
from kiosk.checkin.records.today import TodayList
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity
from kiosk.settings import Settings
from kiosk.ui.desk.records import OpenedVisit, StoreNews, Today
from kiosk.workflow.line import Edges

if TYPE_CHECKING:
    from kiosk.checkin.away.steady import StoreState
    from kiosk.checkin.journal import SqlJournal
    from kiosk.checkin.queue.sql_queue import SqlQueue

FOUND_AT_ONCE = 40
"""So many visits of a search are listed; who wants another one types more."""


class SqlDeskRecords:
    """`DeskRecords` of a line's edges. `by` says who acts now; every method may be called from any thread."""

    def __init__(self, edges: Edges, settings: Settings, clinic: Clinic, by: Callable[[], str]) -> None:
        self._edges, self._settings, self._clinic, self._by = edges, settings, clinic, by

    # -- reading --------------------------------------------------------------------------------------------------
    def today(self) -> Today:
        """Today's list, the services with who waits, and how the store is."""
        news = self._news()
        if news.is_away:
            return Today(None, self._edges.offers(), news, self._clock())
        visits = TodayList(self._journal().store, self._now).visits()
        return Today(visits, self._edges.offers(), news, self._clock())

    def find(self, typed: str) -> tuple[FoundVisit, ...]:
        """Visits of any day by name, number or ticket, newest first."""
        return VisitSearch(self._journal().store).find(Wanted(typed), page=FOUND_AT_ONCE).visits

    def open(self, visit_id: str) -> OpenedVisit | None:
        """A kept person's record; whoever opened it is in the audit before it is shown."""
        journal = self._journal()
        if (visit := journal.proofs.of_visit(visit_id)) is None:
            return None
        with journal.store.transaction() as connection:
            journal.audit.note(connection, Audited.VISIT_SHOWN, visit_id, by=self._by())
        return OpenedVisit(visit, self._queue(journal).screens.history(visit_id))

    def slip_of(self, visit_id: str) -> CheckIn | None:
        """The check-in whose slip is wanted again, with its place in the queue."""
        journal = self._journal()
        visit = journal.proofs.of_visit(visit_id)
        return None if visit is None else journal.slips.find(visit.ticket, visit.business_day)

    def tickets_today(self, identity: Identity) -> tuple[str, ...]:
        """The numbers that somebody has today."""
        return self._journal().tickets_today(identity)

    # -- the queue ------------------------------------------------------------------------------------------------
    def call_next(self, room_code: str) -> QueueEntry | None:
        """Calls whose turn it is; None: nobody waits there."""
        return self._queue(self._journal()).call_next(room_code, self._by())

    def undo_call(self, room_code: str) -> QueueEntry | None:
        """Takes the room's last call back, which the audit keeps too."""
        return self._queue(self._journal()).undo_call(room_code, self._by())

    def act(self, act: Act, visit_id: str, reason: str = "", room_code: str = "") -> QueueEntry | Refused:
        """Moves a visit on; what turns a visit's way is in the audit too."""
        return self._acted(self._queue(self._journal()), act, visit_id, reason, room_code, self._by())

    def set_priority(self, visit_id: str, claim: PriorityClaim | None) -> QueueEntry | Refused:
        """Another lane, and why in the audit."""
        return self._queue(self._journal()).set_priority(visit_id, claim, self._by())

    # -- the pieces -----------------------------------------------------------------------------------------------
    def _acted(
        self, queue: "SqlQueue", act: Act, visit_id: str, reason: str, room_code: str, by: str
    ) -> QueueEntry | Refused:
        match act:
            case Act.RECALL:
                return queue.recall(visit_id, by)
            case Act.ENTER:
                return queue.enter(visit_id, by)
            case Act.FINISH:
                return queue.finish(visit_id, by)
            case Act.NO_SHOW:
                return queue.no_show(visit_id, by, reason)
            case Act.RETURN:
                return queue.come_back(visit_id, by, reason)
            case Act.MOVE:
                return queue.move(visit_id, by, room_code=room_code, reason=reason)
            case Act.CANCEL:
                return queue.cancel(visit_id, by, reason)
            case Act.CALL:
                return queue.call(visit_id, by, reason)
            case _:
                raise KioskError(FailureCode.INPUT_INVALID, f"no act of a desk: {act.value}")

    def _queue(self, journal: "SqlJournal") -> "SqlQueue":
        return queue_in(journal.store, self._settings, self._clinic, self._now, journal.audit.note)

    def _journal(self) -> "SqlJournal":
        """The journal that answers now.

        Raises:
            KioskError: STORE_UNAVAILABLE, the shared store is away.
        """
        from kiosk.checkin.journal import SqlJournal

        journal = self._edges.journal
        if isinstance(journal, SqlJournal):
            return journal
        from kiosk.checkin.away.steady import SteadyJournal

        shared = journal.shared if isinstance(journal, SteadyJournal) else None
        if shared is None:
            raise KioskError(FailureCode.STORE_UNAVAILABLE, "the shared store is away")
        return shared

    def _news(self) -> StoreNews:
        if (asked := store_state_of(self._edges)) is None:
            return StoreNews()
        state = asked()
        return StoreNews(state.is_away, state.numbers_left, state.to_merge, state.refused)

    def _clock(self) -> ClockState | None:
        asked = self._edges.clock_state
        return None if asked is None else asked()

    def _now(self) -> datetime:
        return self._edges.now()


def store_state_of(edges: Edges) -> "Callable[[], StoreState] | None":
    """How a shared store is; None: the store is this kiosk's own file."""
    from kiosk.checkin.away.steady import SteadyJournal

    journal = edges.journal
    return (lambda: journal.state) if isinstance(journal, SteadyJournal) else None
