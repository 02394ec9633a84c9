"""Runs the line: takes events one by one, lets `advance` say what follows, and does it.

One thread, the desk thread, owns the card. What waits for other machines runs beside it: what is asked of the gateway,
and the printer, which has one thread of its own, so that one thing is asked of it at a time.
"""

import logging
import queue
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from kiosk.checkin.clinic_clock import ClockState
from kiosk.checkin.record import CheckIn, Journal
from kiosk.failure import WISHES_TO_END, FailureCode, KioskError, log_defect
from kiosk.identity.identify import identify
from kiosk.identity.person import Identity
from kiosk.lookup.answer import (
    Answer,
    CardAnswer,
    CardLookup,
    CopayAnswer,
    NotAsked,
    Question,
    ServiceTrouble,
    TroubleKind,
)
from kiosk.reader.connection import CardConnection
from kiosk.reader.document import ChipDocument, ReadPhase
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.status import NEAR_END, PrinterStatus, Readiness
from kiosk.workflow import event as happened
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.effect import AskCopay, Commit, CountServices, Effect, LookUp, PrintSlip, ReadChip
from kiosk.workflow.event import Event
from kiosk.workflow.patience import patience_s
from kiosk.workflow.state import Assistance, Devices, DeviceState, Done, Failed, ServiceOffer, State, Waiting
from kiosk.workflow.transition import advance

log = logging.getLogger(__name__)

AskForCopay = Callable[[Question], CopayAnswer | ServiceTrouble]

_UNREACHABLE = FailureCode.PRINTER_UNREACHABLE.value
_CHATTER = (happened.ReaderChanged, happened.ScannerChanged, happened.PrinterSeen, happened.Printed)

ReadCard = Callable[[CardConnection, CardKeys, "Line"], ChipDocument]


@dataclass(frozen=True, slots=True)
class Edges:
    """Everything outside that the line touches, made by `app`.

    `connect` opens the card on the reader; `inspect` reads it, telling the line its phases; `question` says what to
    ask of the gateway; `print_slip` renders and prints, `again` with the mark of a reprint; `printer_status` asks the
    printer how it is, printing nothing; None: it cannot be asked. `copay` asks for the year's co-pay; None: that is not
    asked here. `last_verified` says what the journal has of a person's card. `visit_over` drops what the lookup
    remembers of the visit. `look_up_again` asks though there is an answer; None: that answer is given again.
    `clock_state` says whether this computer's clock can be believed; None: nothing else tells the time.
    """

    connect: Callable[[], AbstractContextManager[CardConnection]]
    inspect: ReadCard
    question: Callable[[Identity, datetime], Question | NotAsked]
    lookup: CardLookup
    journal: Journal
    offers: Callable[[], tuple[ServiceOffer, ...]]
    print_slip: Callable[[CheckIn], PrintOutcome]
    world: Callable[[date], World]
    now: Callable[[], datetime]
    printer_status: Callable[[], PrinterStatus] | None = None
    copay: AskForCopay | None = None
    last_verified: Callable[[Identity], CardAnswer | None] = lambda _: None
    visit_over: Callable[[], None] = lambda: None
    look_up_again: Callable[[Question], Answer] | None = None
    clock_state: Callable[[], ClockState] | None = None


class Line:
    """The line from the first card to the printed slip, for one screen.

    `on_state` and `on_devices` are called in the desk thread, each time something changed. `watch_printer_s`: so often
    the printer is asked how it is while nothing is printed and nobody is at work; None: never.
    """

    def __init__(
        self,
        edges: Edges,
        *,
        on_state: Callable[[State], None],
        on_devices: Callable[[Devices], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        watch_printer_s: float | None = None,
    ) -> None:
        self._edges = edges
        self._on_state = on_state
        self._on_devices = on_devices
        self._clock = clock
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._asking = ThreadPoolExecutor(max_workers=3, thread_name_prefix="lookup")
        self._printing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printer")
        self._slips_under_way = 0
        self._watch_printer_s = watch_printer_s if edges.printer_status is not None else None
        self._seen_printer_s = float("-inf")
        self._asking_printer = False
        self._asking_copay = False
        self._desk = Desk(Waiting())
        self._devices = Devices()
        self._last_sign_s = clock()

    @property
    def state(self) -> State:
        """The state on the screen."""
        return self._desk.state

    def post(self, event: Event) -> None:
        """Hands in an event, from any thread."""
        self._events.put(event)

    def stop(self) -> None:
        """Ends `run` after the event under way; from any thread."""
        self._events.put(None)

    def run(self) -> None:
        """Works until `stop`; what breaks in a step becomes a page, never the end of the line."""
        try:
            self._on_devices(self._devices)
            self._on_state(self._desk.state)
            while self._take_one():
                pass
        finally:
            # A lookup under way ends by its own deadline; its answer finds nobody.
            self._asking.shutdown(wait=True, cancel_futures=True)
            # A committed check-in's slip is still printed, and how that ended is kept.
            self._printing.shutdown(wait=True)
            self._edges.visit_over()

    # -- the watch that the chip's inspection calls -----------------------------------------------------------------
    def phase(self, phase: ReadPhase) -> None:
        """The chip reader goes on with `phase`."""
        self._handle(happened.PhaseReached(phase))

    def identity(self, document: ChipDocument) -> None:
        """The chip said who it is, before photo and proof."""
        self._handle(happened.IdentityRead(identify(document)))

    # -- the loop ---------------------------------------------------------------------------------------------------
    def _take_one(self) -> bool:
        limit_s = patience_s(self._desk)
        left_s = None if limit_s is None else max(0.0, self._last_sign_s + limit_s - self._clock())
        watch_s = self._until_watch_s()
        try:
            event = self._events.get(timeout=min((s for s in (left_s, watch_s) if s is not None), default=None))
        except queue.Empty:
            if watch_s is not None and (left_s is None or watch_s < left_s):
                self._look_at_printer()
                return True
            event = happened.TimedOut()
        if event is None:
            return False
        self._handle(event)
        return True

    def _handle(self, event: Event) -> None:
        match event:
            case happened.TimedOut() if patience_s(self._desk) is None:
                return  # the screen gave somebody up who has just gone on
            case happened.StaffCalled():
                log.info("staff called")
            case happened.ReaderChanged(state):
                self._tell_devices(replace(self._devices, reader=state))
            case happened.ScannerChanged(state, camera, gun):
                self._tell_devices(replace(self._devices, scanner=state, camera=camera, gun=gun))
            case happened.PrinterSeen(status):
                self._printer_seen(status)
            case happened.Printed(_, outcome):
                self._slip_ended(outcome)
            case happened.CardLaid() | happened.CardTaken():
                self._tell_devices(replace(self._devices, card_laid=isinstance(event, happened.CardLaid)))
        before = self._desk
        if not isinstance(event, _CHATTER) and not (isinstance(before.state, Done) and before.state.printing is None):
            # Devices may chatter by themselves for ever, and a slip is late however often the screen is touched.
            self._last_sign_s = self._clock()
        try:
            self._desk, effects = advance(before, event, self._edges.world(self._edges.now().date()))
        except KioskError as error:
            self._broke(error)
            return
        except BaseException as error:  # noqa: BLE001 - the worker's edge
            self._defect(f"deciding on {type(event).__name__}", error)
            return
        if self._desk.state is not before.state:
            self._last_sign_s = self._clock()
            if isinstance(self._desk.state, Waiting):
                self._edges.visit_over()
            self._on_state(self._desk.state)
        for effect in effects:
            self._perform(effect)

    def _perform(self, effect: Effect) -> None:
        try:
            match effect:
                case ReadChip(keys):
                    self._read_chip(keys)
                case LookUp(session, identity, again):
                    self._look_up(session, identity, again=again)
                case AskCopay(session, identity):
                    self._ask_copay(session, identity)
                case CountServices():
                    self._handle(happened.ServicesCounted(self._edges.offers()))
                case Commit(request):
                    self._handle(happened.Committed(self._edges.journal.check_in(request)))
                case PrintSlip(check_in, again):
                    self._print(check_in, again=again)
                case _:
                    assert_never(effect)
        except KioskError as error:
            self._broke(error)
        except BaseException as error:  # noqa: BLE001 - the worker's edge
            self._defect(type(effect).__name__, error)

    def _defect(self, step: str, error: BaseException) -> None:
        # The worker's edge: a defect ends on a page with a way out, and in the log for those who can mend it.
        if isinstance(error, WISHES_TO_END):
            raise error
        log_defect(log, f"defect in {step}", error)
        self._broke(KioskError(FailureCode.INTERNAL, type(error).__name__))

    def _broke(self, error: KioskError) -> None:
        log.warning("failed: %s", error)
        self._handle(happened.Broke(error.code))

    def _read_chip(self, keys: CardKeys) -> None:
        started_s = self._clock()
        with self._edges.connect() as connection:
            document = self._edges.inspect(connection, keys, self)
        log.info("chip read in %.0f ms", (self._clock() - started_s) * 1000)
        self._handle(happened.ChipRead(identify(document)))

    def _look_up(self, session: int, identity: Identity, *, again: bool) -> None:
        question = self._edges.question(identity, self._edges.now())
        if isinstance(question, NotAsked):
            self._handle(happened.Answered(session, question))
            return

        def answered(asked: Future[Answer]) -> None:
            if asked.cancelled():
                return
            if error := asked.exception():
                # Whatever is wrong with our asking, nobody is turned away for it [Decree 188/2025 art. 38].
                log_defect(log, "the lookup broke", error)
                answer: Answer = ServiceTrouble(TroubleKind.UNCLEAR, type(error).__name__, self._edges.now())
            else:
                answer = asked.result()
            earlier = self._last_verified(identity) if isinstance(answer, ServiceTrouble) else None
            self.post(happened.Answered(session, answer, earlier))

        anew = self._edges.look_up_again if again else None
        self._asking.submit(anew or self._edges.lookup.look_up, question).add_done_callback(answered)

    def _last_verified(self, identity: Identity) -> CardAnswer | None:
        """In the lookup's thread: the journal may be away too, and that changes nothing either."""
        try:
            return self._edges.last_verified(identity)
        except KioskError as error:
            log.warning("last verified card not known: %s", error)
        except BaseException as error:  # noqa: BLE001 - the worker's edge
            log_defect(log, "reading the last verified card broke", error)
        return None

    def _ask_copay(self, session: int, identity: Identity) -> None:
        ask = self._edges.copay
        if ask is None:
            return
        if self._asking_copay:
            # It may take a minute, and the next person's card lookup must never wait for it.
            log.warning("co-pay not asked: the one before is under way")
            return
        try:
            question = self._edges.question(identity, self._edges.now())
        except KioskError as error:
            log.warning("co-pay not asked: %s", error.code.value)
            return
        if isinstance(question, NotAsked):
            return

        def answered(asked: Future[CopayAnswer | ServiceTrouble]) -> None:
            self._asking_copay = False
            if asked.cancelled():
                return
            if error := asked.exception():
                log_defect(log, "asking for the co-pay broke", error)
                return
            match asked.result():
                case ServiceTrouble(kind):
                    log.warning("co-pay not known: %s", kind.value)
                case CopayAnswer(copay=copay):
                    self.post(happened.CopayAnswered(session, copay))

        # Not the future itself: it would keep somebody's answer until the next person is asked for.
        self._asking_copay = True
        self._asking.submit(ask, question).add_done_callback(answered)

    def _print(self, check_in: CheckIn, *, again: bool) -> None:
        self._slips_under_way += 1
        self._printing.submit(self._print_now, check_in, again=again)

    def _print_now(self, check_in: CheckIn, *, again: bool) -> None:
        """In the printer's thread. Nothing undoes the check-in any more: its number stands in journal and screen."""
        counted = not again
        try:
            if again:
                check_in = self._edges.journal.printed_again(check_in)
                counted = True
            outcome = self._edges.print_slip(check_in)
        except KioskError as error:
            log.warning("slip not printed: %s", error)
            outcome = PrintOutcome(PrintState.FAILED, error.code.value)
        except BaseException as error:  # noqa: BLE001 - the worker's edge
            log_defect(log, "defect in printing", error)
            outcome = PrintOutcome(PrintState.FAILED, FailureCode.INTERNAL.value)
        try:
            if counted:  # else no slip was asked of the printer, and the store that did not count has no time for more
                self._edges.journal.log_print(check_in, outcome.told)
        except KioskError as error:
            log.warning("printing not recorded: %s", error)
        except BaseException as error:  # noqa: BLE001 - the worker's edge
            log_defect(log, "defect in recording a print", error)
        self.post(happened.Printed(check_in.visit_id, outcome))

    # -- the printer's light ----------------------------------------------------------------------------------------
    def _slip_ended(self, outcome: PrintOutcome) -> None:
        self._slips_under_way -= 1
        printer = DeviceState.READY if outcome.is_in_order else DeviceState.TROUBLE
        reason = "" if outcome.is_in_order else outcome.reason
        self._tell_devices(replace(self._devices, printer=printer, printer_reason=reason))

    def _until_watch_s(self) -> float | None:
        """Seconds until the printer is asked how it is; None: not while somebody is at work or it prints."""
        match self._desk.state:
            case Waiting() | Failed() | Assistance() | Done() if self._watch_printer_s is not None:
                left_s = max(0.0, self._seen_printer_s + self._watch_printer_s - self._clock())
                return None if self._slips_under_way or self._asking_printer else left_s
        return None

    def _look_at_printer(self) -> None:
        self._asking_printer = True
        self._printing.submit(self._see_printer)

    def _see_printer(self) -> None:
        """In the printer's thread."""
        status: PrinterStatus | None = None
        try:
            if self._edges.printer_status is not None:
                status = self._edges.printer_status()
        except KioskError as error:
            log.info("printer: %s", error.code.value)
        except BaseException as error:  # noqa: BLE001 - the worker's edge
            log_defect(log, "asking the printer broke", error)
        self.post(happened.PrinterSeen(status))

    def _printer_seen(self, status: PrinterStatus | None) -> None:
        self._asking_printer = False
        self._seen_printer_s = self._clock()
        state, reason = self._devices.printer, self._devices.printer_reason
        match status:
            case None:
                state, reason = DeviceState.TROUBLE, _UNREACHABLE
            case PrinterStatus(Readiness.READY, near_end):
                state, reason = DeviceState.READY, NEAR_END if near_end else ""
            case PrinterStatus(Readiness.UNKNOWN):
                # It is there and does not say how it is: what the last slip showed still counts.
                if reason == _UNREACHABLE:
                    state, reason = DeviceState.READY, ""
            case PrinterStatus(readiness):
                state, reason = DeviceState.TROUBLE, readiness.value
        self._tell_devices(replace(self._devices, printer=state, printer_reason=reason))

    def _tell_devices(self, devices: Devices) -> None:
        if devices != self._devices:
            self._devices = devices
            self._on_devices(devices)
