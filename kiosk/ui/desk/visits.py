"""The store behind the window: today's list, what was searched for, and every act on a visit, as errands."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk.checkin.queue.entry import QueueEntry
from kiosk.checkin.queue.place import Act, PlaceState, Refused
from kiosk.checkin.record import CheckIn, PriorityClaim
from kiosk.failure import FailureCode, KioskError
from kiosk.text import Language, say
from kiosk.ui.desk.clock import told_clock
from kiosk.ui.desk.records import DeskRecords, OpenedVisit, StoreNews, Today
from kiosk.ui.errands import Errand, Errands
from kiosk.ui.theme.palette import Tone

if TYPE_CHECKING:
    from kiosk.checkin.clinic_clock import ClockState
    from kiosk.checkin.records.search import FoundVisit
    from kiosk.checkin.records.today import ListedVisit
    from kiosk.identity.person import Identity
    from kiosk.workflow.state import ServiceOffer

REFRESH_MS = 4000
_SEARCH_AFTER_MS = 150

Found = TypeVar("Found")


class Visits(QObject):
    """`changed`: there is something else to list; `told` carries a sentence and its tone.

    `back`: the store that was away or failed says again what there is. `opened` carries an `OpenedVisit`, `slip_found`
    a `CheckIn`, `acted` the id of the visit that an act was about.
    """

    changed = Signal()
    back = Signal()
    told = Signal(str, object)
    opened = Signal(object)
    slip_found = Signal(object)
    acted = Signal(str)

    def __init__(self, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened: DeskRecords | None = None
        self._errands = errands
        self.language = Language.VI
        self.visits: Sequence[ListedVisit] = ()
        self.offers: tuple[ServiceOffer, ...] = ()
        self.found: Sequence[FoundVisit] = ()
        self.store = StoreNews()
        self.clock: ClockState | None = None
        self.fails = False
        self.is_away = False
        self.is_wanted = True
        self._is_over = False
        self._asking: Errand[Today] | None = None
        self._again = False
        self._generation = self._under_way = 0
        self._wanted = ""
        self._searching: Errand[tuple[FoundVisit, ...]] | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(REFRESH_MS)
        self._tick.timeout.connect(self.refresh)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SEARCH_AFTER_MS)
        self._later.timeout.connect(self._search)

    def serve(self, records: DeskRecords) -> None:
        """The store is open: today's list is looked at from now on."""
        if self._is_over:
            return
        self._opened = records
        self._tick.start()
        self.refresh()

    def stop(self) -> None:
        """Nothing is asked any more, and nothing of it is kept."""
        self._is_over, self._again = True, False
        self._tick.stop()
        self.forget()

    def forget(self) -> None:
        """Nobody is listed; what is on its way is for nobody."""
        self._generation += 1
        self.forget_search()
        self.visits = ()
        self.changed.emit()

    # -- reading ----------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Asks what there is today, once at a time."""
        if self._is_over or self._opened is None or not self.is_wanted:
            return
        if self._asking is not None:
            self._again = True
            return
        generation = self._generation

        def came(today: Today) -> None:
            self._asking = None
            if generation == self._generation:
                self._take(today)
            self._once_more()

        def failed(error: KioskError) -> None:
            self._asking = None
            if not self.fails:
                self.told.emit(error.told(self.language), Tone.ATTENTION)
            self.fails = True
            self.changed.emit()
            self._once_more()

        self._asking = self._errands.run(self._records.today, came, failed)

    def search(self, typed: str) -> None:
        """Asks the store for what was typed, when no more is."""
        self._drop_search()
        self._wanted = "" if self._is_over else typed.strip()
        if self._wanted:
            self._later.start()
        elif self.found:
            self.found = ()
            self.changed.emit()

    def forget_search(self) -> None:
        """Nothing is looked for."""
        self._drop_search()
        self._wanted, self.found = "", ()

    def open(self, visit_id: str) -> None:
        """Asks for a kept record."""
        self._ask(lambda: self._records.open(visit_id), self._record_came)

    def find_tickets(self, identity: "Identity", then: Callable[[tuple[str, ...]], None]) -> None:
        """Asks for the numbers that somebody has today; where nobody can say, nothing is said."""
        if self._is_over:
            return
        generation = self._generation

        def came(tickets: tuple[str, ...]) -> None:
            self._under_way -= 1
            if generation == self._generation:
                then(tickets)

        def failed(_: KioskError) -> None:
            self._under_way -= 1

        self._under_way += 1
        self._errands.run(lambda: self._records.tickets_today(identity), came, failed)

    def find_slip(self, visit_id: str) -> None:
        """Asks for the check-in whose slip is wanted again."""
        self._ask(lambda: self._records.slip_of(visit_id), self._slip_came)

    # -- acts -------------------------------------------------------------------------------------------------------
    def call_next(self, room_code: str) -> None:
        """Calls whose turn it is in a room."""

        def called(entry: QueueEntry | None) -> None:
            if entry is None:
                self.told.emit(say("desk.queue.nobody", self.language, room=room_code), Tone.INFO)
            else:
                words = say("desk.queue.called", self.language, ticket=entry.ticket, room=entry.room_code)
                self.told.emit(words, Tone.GOOD)
                self.acted.emit(entry.visit_id)
            self.refresh()

        self._ask(lambda: self._records.call_next(room_code), called)

    def undo_call(self, room_code: str) -> None:
        """Takes a room's last call back."""

        def undone(entry: QueueEntry | None) -> None:
            if entry is None:
                self.told.emit(say("queue.command.nobody_called", self.language), Tone.INFO)
            else:
                self._tell_done(entry)
            self.refresh()

        self._ask(lambda: self._records.undo_call(room_code), undone)

    def act(self, act: Act, visit_id: str, reason: str = "", room_code: str = "") -> None:
        """Moves a visit on."""
        self._ask(lambda: self._records.act(act, visit_id, reason, room_code), self._acted)

    def set_priority(self, visit_id: str, claim: PriorityClaim | None) -> None:
        """Another lane."""
        self._ask(lambda: self._records.set_priority(visit_id, claim), self._acted)

    @property
    def _records(self) -> DeskRecords:
        """The store.

        Raises:
            KioskError: STORE_UNAVAILABLE, it is still being opened.
        """
        if self._opened is None:
            raise KioskError(FailureCode.STORE_UNAVAILABLE, "still being opened")
        return self._opened

    # -- what came ----------------------------------------------------------------------------------------------------
    def _ask(self, work: Callable[[], Found], then: Callable[[Found], None]) -> None:
        if self._is_over:
            return
        generation = self._generation

        def came(found: Found) -> None:
            self._under_way -= 1
            if generation == self._generation:
                then(found)

        def failed(error: KioskError) -> None:
            self._under_way -= 1
            self._failed(error)

        self._under_way += 1
        self._errands.run(work, came, failed)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is on its way."""
        return not self._under_way and self._asking is None and self._searching is None and not self._later.isActive()

    def _take(self, today: Today) -> None:
        was_away = self.fails or self.is_away
        self.fails = False
        self.store, self.is_away = today.store, today.visits is None
        self.visits = today.visits or ()
        self.offers = today.offers
        self._hear_clock(today.clock)
        self.changed.emit()
        if was_away and not self.is_away:
            self.back.emit()

    def _hear_clock(self, clock: "ClockState | None") -> None:
        """Told once when it begins to be doubted; the lower edge says it as long as it lasts."""
        was_believed = self.clock is None or not self.clock.wrong
        self.clock = clock
        if was_believed and (words := told_clock(clock, self.language)):
            self.told.emit(words, Tone.ATTENTION)

    def _once_more(self) -> None:
        if self._again:
            self._again = False
            self.refresh()

    def _drop_search(self) -> None:
        self._later.stop()
        if self._searching is not None:
            self._searching.drop()
            self._searching = None

    def _search(self) -> None:
        wanted = self._wanted

        def came(found: "tuple[FoundVisit, ...]") -> None:
            self._searching = None
            if wanted == self._wanted:
                self.found = found
                self.changed.emit()

        def failed(error: KioskError) -> None:
            self._searching = None
            self._failed(error)

        self._searching = self._errands.run(lambda: self._records.find(wanted), came, failed)

    def _acted(self, done: QueueEntry | Refused) -> None:
        if isinstance(done, Refused):
            self.told.emit(done.told(self.language), Tone.ATTENTION)
        else:
            self._tell_done(done)
        self.refresh()

    def _tell_done(self, entry: QueueEntry) -> None:
        state = say(f"queue.state.{entry.state.value}", self.language)
        words = say("desk.queue.done", self.language, ticket=entry.ticket, state=state, room=entry.room_code)
        self.told.emit(words, Tone.GOOD if entry.state is not PlaceState.CANCELLED else Tone.INFO)
        self.acted.emit(entry.visit_id)

    def _record_came(self, opened: OpenedVisit | None) -> None:
        if opened is None:
            self.told.emit(say("desk.queue.gone", self.language), Tone.ATTENTION)
        else:
            self.opened.emit(opened)

    def _slip_came(self, check_in: CheckIn | None) -> None:
        if check_in is None:
            self.told.emit(say("desk.queue.gone", self.language), Tone.ATTENTION)
        else:
            self.slip_found.emit(check_in)

    def _failed(self, error: KioskError) -> None:
        self.told.emit(error.told(self.language), Tone.STOP)
