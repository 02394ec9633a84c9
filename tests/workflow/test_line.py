"""The line's loop: what it survives, when it gives up waiting, and what it tells of the devices."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.checkin.record import CheckIn, CheckInRequest, Priority
from kiosk.eligibility.decision import Verdict
from kiosk.failure import WISHES_TO_END, FailureCode, KioskError
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, CardAnswer, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.question import question_for
from kiosk.reader.connection import CardConnection
from kiosk.slip.outcome import SPOOLED, PrintOutcome, PrintState
from kiosk.slip.status import PrinterStatus, Readiness
from kiosk.workflow import event as happened
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.line import Edges, Line
from kiosk.workflow.patience import CALL_S, IDLE_S, RESULT_S, SLOW_PRINT_S, patience_s
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    Assistance,
    Choosing,
    Devices,
    DeviceState,
    Done,
    Failed,
    Found,
    Reading,
    ServiceOffer,
    State,
    TypingNumber,
    Waiting,
)
from tests.patience import WITHIN_S

CITIZEN_QR = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PanicException = type("PanicException", (BaseException,), {})
DEFECTS = (ZeroDivisionError("secret detail"), PanicException("secret detail"))
"""What nobody foresaw; a library in Rust breaks by what is no Exception."""


@dataclass
class Paper:
    """A journal, a gateway and a printer on paper: they answer what a test tells them to, or raise it."""

    world: World
    answer: Answer | BaseException
    offers: tuple[ServiceOffer, ...]
    outcome: PrintOutcome | KioskError = field(default_factory=lambda: PrintOutcome(PrintState.PRINTED))
    log_fails: bool = False
    requests: list[CheckInRequest] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    reprints: int = 0

    def look_up(self, question: Question) -> Answer:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    def check_in(self, request: CheckInRequest) -> CheckIn:
        self.requests.append(request)
        service = next(offer.service for offer in self.offers if offer.service.code == request.service_code)
        return CheckIn(
            "0" * 32, date(2026, 11, 21), "A001", 1, service, Priority.NONE, request.identity.full_name, 1990,
            request.identity.trust, request.decision, NOW,
        )  # fmt: skip

    def printed_again(self, check_in: CheckIn) -> CheckIn:
        self.reprints += 1
        return replace(check_in, reprints=self.reprints)

    def log_print(self, check_in: CheckIn, outcome: str) -> None:
        if self.log_fails:
            raise KioskError(FailureCode.STORE_FULL)
        self.logged.append(outcome)

    def waiting(self) -> dict[str, int]:
        return {}

    def print_slip(self, check_in: CheckIn) -> PrintOutcome:
        if isinstance(self.outcome, KioskError):
            raise self.outcome
        return self.outcome

    def no_card(self) -> AbstractContextManager[CardConnection]:
        raise KioskError(FailureCode.CARD_MISSING)

    def edges(self) -> Edges:
        return Edges(
            connect=self.no_card,
            inspect=lambda *_: pytest.fail("no card was connected"),
            question=question_for,
            lookup=self,
            journal=self,
            offers=lambda: self.offers,
            print_slip=self.print_slip,
            world=lambda _: self.world,
            now=lambda: NOW,
        )


@pytest.fixture
def paper(world: World, covered: CardAnswer, offers: tuple[ServiceOffer, ...]) -> Paper:
    return Paper(world, covered, offers)


def run(paper: Paper, acts: Callable[[State, Line], None], *, limit: int = 50) -> list[State]:
    """Runs a line in which `acts` follows every state, until it stops the line."""
    states: list[State] = []

    def on_state(state: State) -> None:
        states.append(state)
        if len(states) > limit:
            line.stop()
        acts(state, line)

    line = Line(paper.edges(), on_state=on_state)
    line.run()
    return states


def patient(state: State, line: Line) -> None:
    """Shows a code, confirms, chooses, and goes when the printer is done."""
    match state:
        case Waiting():
            line.post(happened.CodeScanned(CITIZEN_QR))
        case Found(reading=False, decision=decision) if decision is not None:
            line.post(happened.Confirmed())
        case Choosing():
            line.post(happened.ServiceChosen("NOI"))
        case Done() as done if done.is_over:
            line.stop()
        case Failed():
            line.stop()
        case _:
            pass


@pytest.mark.parametrize("error", [*DEFECTS, KioskError(FailureCode.INTERNAL)])
def test_defect_in_the_lookup_turns_nobody_away(
    paper: Paper, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    paper.answer = error
    last = run(paper, patient)[-1]
    assert isinstance(last, Done)
    assert last.check_in.decision.verdict is Verdict.UNVERIFIED
    assert "the lookup broke" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("error", [*DEFECTS, KioskError(FailureCode.STORE_LOCKED)])
def test_journal_that_cannot_be_read_in_an_outage_turns_nobody_away(
    paper: Paper, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    def unreadable(_: Identity) -> CardAnswer | None:
        raise error

    paper.answer = ServiceTrouble(TroubleKind.TIMEOUT, "", NOW)
    edges = replace(paper.edges(), last_verified=unreadable)
    paper.edges = lambda: edges  # type: ignore[method-assign]
    last = run(paper, patient)[-1]
    assert isinstance(last, Done)
    assert last.check_in.decision.verdict is Verdict.UNVERIFIED
    assert "last verified card" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("error", DEFECTS)
def test_defect_in_the_printing_leaves_the_number_on_the_screen(
    paper: Paper, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    def print_slip(check_in: CheckIn) -> PrintOutcome:
        raise error

    paper.print_slip = print_slip  # type: ignore[method-assign]
    last = run(paper, patient)[-1]
    assert isinstance(last, Done)
    assert last.printing == PrintOutcome(PrintState.FAILED, "internal")
    assert paper.logged == ["failed:internal"]
    assert type(error).__name__ in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("error", DEFECTS)
def test_defect_in_the_journal_ends_on_a_page_and_its_text_stays_out_of_the_log(
    paper: Paper, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    paper.offers = (replace(paper.offers[0], service=replace(paper.offers[0].service, code="NOI")),)

    def check_in(request: CheckInRequest) -> CheckIn:
        raise error

    paper.check_in = check_in  # type: ignore[method-assign]
    assert run(paper, patient)[-1] == Failed(FailureCode.INTERNAL)
    assert type(error).__name__ in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("wish", WISHES_TO_END)
def test_whoever_ends_the_program_in_a_step_is_not_told_of_a_defect(
    paper: Paper, wish: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    def check_in(request: CheckInRequest) -> CheckIn:
        raise wish

    paper.check_in = check_in  # type: ignore[method-assign]
    with pytest.raises(wish):
        run(paper, patient)
    assert "defect" not in caplog.text


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (PrintOutcome(PrintState.PRINTED), PrintState.PRINTED),
        (PrintOutcome(PrintState.UNCONFIRMED, "status-unknown"), PrintState.UNCONFIRMED),
        (KioskError(FailureCode.FONT_MISSING), PrintState.FAILED),
    ],
)
def test_whatever_the_printer_does_the_number_stays_on_the_screen(
    paper: Paper, outcome: PrintOutcome | KioskError, state: PrintState
) -> None:
    paper.outcome = outcome
    last = run(paper, patient)[-1]
    assert isinstance(last, Done)
    assert last.check_in.ticket == "A001"
    assert last.printing is not None
    assert last.printing.state is state
    assert paper.logged[0].startswith(state.value)


def test_printing_that_cannot_be_recorded_does_not_spoil_the_slip(paper: Paper) -> None:
    paper.log_fails = True
    last = run(paper, patient)[-1]
    assert isinstance(last, Done)
    assert last.printing == PrintOutcome(PrintState.PRINTED)


def test_reprint_is_counted_and_printed(paper: Paper) -> None:
    def asks_again(state: State, line: Line) -> None:
        if isinstance(state, Done) and state.printing is not None and paper.reprints == 0:
            line.post(happened.ReprintAsked())
        else:
            patient(state, line)

    run(paper, asks_again)
    assert paper.reprints == 1
    assert paper.logged == ["printed", "printed"]


def test_reprint_that_the_store_cannot_count_is_told_at_once_and_never_comes_later(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: CheckIn) -> CheckIn:
        raise KioskError(FailureCode.STORE_UNAVAILABLE, "the shared store is away")

    monkeypatch.setattr(paper, "printed_again", away)
    told: list[str] = []

    def asks_again(state: State, line: Line) -> None:
        if isinstance(state, Done) and state.printing is not None and not told:
            line.post(happened.ReprintAsked())
            told.append("asked")
        elif isinstance(state, Done) and state.printing is not None and state.printing.reason:
            told.append(state.printing.reason)
            line.stop()
        elif not isinstance(state, Done):
            patient(state, line)

    run(paper, asks_again)
    assert told == ["asked", "store-unavailable"]
    assert paper.logged == ["printed"], "no second slip was asked of the printer"


class TestLateSlip:
    """A printer that takes its time: the number counts, and how the slip ended is still heard."""

    @pytest.fixture
    def held(self, paper: Paper) -> Iterator[threading.Event]:
        """The printer ends when this is set."""
        release = threading.Event()

        def print_slip(check_in: CheckIn) -> PrintOutcome:
            assert release.wait(WITHIN_S)
            return paper.outcome if isinstance(paper.outcome, PrintOutcome) else pytest.fail("no outcome")

        paper.print_slip = print_slip  # type: ignore[method-assign]
        yield release
        release.set()

    def test_it_is_told_within_two_seconds_and_corrected_at_the_end(
        self, paper: Paper, held: threading.Event, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert SLOW_PRINT_S < 2.0
        monkeypatch.setattr("kiosk.workflow.patience.SLOW_PRINT_S", 0.05)
        paper.outcome = PrintOutcome(PrintState.FAILED, "paper-out")
        said: list[PrintOutcome | None] = []

        def acts(state: State, line: Line) -> None:
            if isinstance(state, Done):
                said.append(state.printing)
                line.post(happened.TimedOut())  # a screen that gave somebody up changes nothing here
                if state.printing == PrintOutcome(PrintState.WAITING):
                    held.set()
            patient(state, line)

        run(paper, acts)
        assert said == [None, PrintOutcome(PrintState.WAITING), paper.outcome]

    def test_touching_the_screen_does_not_put_it_off(self, paper: Paper, held: threading.Event) -> None:
        now_s = 0.0
        states: list[State] = []

        def on_state(state: State) -> None:
            nonlocal now_s
            states.append(state)
            match state:
                case Done(printing=None):
                    now_s += SLOW_PRINT_S
                    line.post(happened.Touched())
                    return
                case Done(printing=printing) if printing is not None and not printing.is_final:
                    held.set()
            patient(state, line)

        line = Line(paper.edges(), on_state=on_state, clock=lambda: now_s)
        line.run()
        assert [state.printing for state in states if isinstance(state, Done)] == [
            None,
            PrintOutcome(PrintState.WAITING),
            PrintOutcome(PrintState.PRINTED),
        ]

    def test_next_person_need_not_wait_for_it_and_never_sees_how_it_ended(
        self, paper: Paper, held: threading.Event
    ) -> None:
        paper.outcome = PrintOutcome(PrintState.FAILED, "cover-open")
        states: list[State] = []
        devices: list[Devices] = []

        def on_state(state: State) -> None:
            states.append(state)
            match state:
                case Done(printing=None):
                    line.post(happened.WentBack())
                case Waiting() if len(states) > 1:
                    line.post(happened.StartedTyping())
                case TypingNumber():
                    held.set()
                case _:
                    patient(state, line)

        def on_devices(seen: Devices) -> None:
            devices.append(seen)
            if seen.printer_reason:
                line.stop()

        line = Line(paper.edges(), on_state=on_state, on_devices=on_devices)
        line.run()
        assert states[-1] == TypingNumber()
        assert devices[-1].printer is DeviceState.TROUBLE
        assert devices[-1].printer_reason == "cover-open"
        assert paper.logged == ["failed:cover-open"]

    def test_line_that_ends_meanwhile_still_keeps_how_it_ended(self, paper: Paper, held: threading.Event) -> None:
        def acts(state: State, line: Line) -> None:
            patient(state, line)
            if isinstance(state, Done):
                line.stop()
                held.set()

        run(paper, acts)
        assert paper.logged == ["printed"]


class TestPrinterWatch:
    """The idle printer's light."""

    def watched(self, paper: Paper, seen: list[PrinterStatus | KioskError | Exception]) -> list[Devices]:
        """What is told of the devices while the printer answers one after the other."""
        told: list[Devices] = []
        answers = iter(seen)

        def status() -> PrinterStatus:
            answer = next(answers, None)
            if answer is None:
                line.stop()
                raise KioskError(FailureCode.PRINTER_UNREACHABLE)
            if isinstance(answer, Exception):
                raise answer
            return answer

        edges = replace(paper.edges(), printer_status=status)
        line = Line(edges, on_state=lambda _: None, on_devices=told.append, watch_printer_s=0.0)
        line.run()
        return told

    def test_it_follows_the_printer_without_a_restart(self, paper: Paper) -> None:
        told = self.watched(
            paper,
            [
                PrinterStatus(Readiness.READY),
                PrinterStatus(Readiness.PAPER_OUT),
                PrinterStatus(Readiness.READY, paper_near_end=True),
                PrinterStatus(Readiness.READY),
                KioskError(FailureCode.PRINTER_UNREACHABLE),
                PrinterStatus(Readiness.READY),
            ],
        )
        assert [(devices.printer, devices.printer_reason) for devices in told] == [
            (DeviceState.READY, ""),
            (DeviceState.TROUBLE, "paper-out"),
            (DeviceState.READY, "near-end"),
            (DeviceState.READY, ""),
            (DeviceState.TROUBLE, "printer-unreachable"),
            (DeviceState.READY, ""),
        ]

    def test_printer_that_does_not_say_keeps_its_light_and_only_stops_being_away(self, paper: Paper) -> None:
        unknown = PrinterStatus(Readiness.UNKNOWN)
        told = self.watched(paper, [unknown, PrinterStatus(Readiness.CUTTER), unknown])
        assert [devices.printer_reason for devices in told] == ["", "cutter"]
        told = self.watched(paper, [KioskError(FailureCode.PRINTER_UNREACHABLE), unknown])
        assert [devices.printer_reason for devices in told] == ["", "printer-unreachable", ""]

    def test_defect_in_asking_is_logged_and_does_not_end_the_line(
        self, paper: Paper, caplog: pytest.LogCaptureFixture
    ) -> None:
        told = self.watched(paper, [ZeroDivisionError(), PrinterStatus(Readiness.READY)])
        assert [devices.printer for devices in told] == [DeviceState.READY, DeviceState.TROUBLE, DeviceState.READY]
        assert "ZeroDivisionError" in caplog.text

    def test_it_is_not_asked_while_somebody_is_at_work(self, paper: Paper) -> None:
        asked: list[State] = []

        def status() -> PrinterStatus:
            asked.append(line.state)
            return PrinterStatus(Readiness.READY)

        edges = replace(paper.edges(), printer_status=status)
        line = Line(edges, on_state=lambda state: patient(state, line), watch_printer_s=0.0)
        line.run()
        assert all(isinstance(state, Waiting) or (isinstance(state, Done) and state.is_over) for state in asked)

    def test_it_goes_on_after_a_slip_that_did_not_come_out(self, paper: Paper) -> None:
        paper.outcome = PrintOutcome(PrintState.FAILED, "paper-out")
        told: list[Devices] = []

        def on_devices(devices: Devices) -> None:
            told.append(devices)
            if len(told) > 1 and devices.printer is DeviceState.READY:
                line.stop()

        def on_state(state: State) -> None:
            if not isinstance(state, Done):
                patient(state, line)

        edges = replace(paper.edges(), printer_status=lambda: PrinterStatus(Readiness.READY))
        line = Line(edges, on_state=on_state, on_devices=on_devices, watch_printer_s=0.0)
        line.run()
        assert [devices.printer_reason for devices in told] == ["", "paper-out", ""]

    def test_printer_that_cannot_be_asked_is_not(self, paper: Paper) -> None:
        states = run(paper, patient)
        assert isinstance(states[-1], Done)
        line = Line(paper.edges(), on_state=lambda _: line.stop(), watch_printer_s=0.0)
        line.run()


@pytest.mark.parametrize(
    ("outcome", "printer", "reason"),
    [
        (PrintOutcome(PrintState.PRINTED), DeviceState.READY, ""),
        (PrintOutcome(PrintState.OFF), DeviceState.READY, ""),
        (PrintOutcome(PrintState.UNCONFIRMED, SPOOLED), DeviceState.READY, ""),
        (PrintOutcome(PrintState.PRINTED, "paper-out"), DeviceState.TROUBLE, "paper-out"),
        (PrintOutcome(PrintState.UNCONFIRMED, "status-unknown"), DeviceState.TROUBLE, "status-unknown"),
    ],
)
def test_printers_light_after_a_slip(paper: Paper, outcome: PrintOutcome, printer: DeviceState, reason: str) -> None:
    paper.outcome = outcome
    told: list[Devices] = []
    line = Line(paper.edges(), on_state=lambda state: patient(state, line), on_devices=told.append)
    line.run()
    assert (told[-1].printer, told[-1].printer_reason) == (printer, reason)


def test_devices_are_told_once_for_each_change(paper: Paper) -> None:
    told: list[Devices] = []
    line = Line(paper.edges(), on_state=lambda _: None, on_devices=told.append)
    for event in (
        happened.ReaderChanged(DeviceState.READY),
        happened.ReaderChanged(DeviceState.READY),
        happened.ScannerChanged(DeviceState.TROUBLE),
        happened.CardLaid(),
        happened.CardTaken(),
        happened.ReaderChanged(DeviceState.TROUBLE),
    ):
        line.post(event)
    line.stop()
    line.run()
    assert told == [
        Devices(),
        Devices(reader=DeviceState.READY),
        Devices(reader=DeviceState.READY, scanner=DeviceState.TROUBLE),
        Devices(reader=DeviceState.READY, scanner=DeviceState.TROUBLE, card_laid=True),
        Devices(reader=DeviceState.READY, scanner=DeviceState.TROUBLE),
        Devices(reader=DeviceState.TROUBLE, scanner=DeviceState.TROUBLE),
    ]


def test_nobody_there_for_too_long_is_forgotten(paper: Paper) -> None:
    """The clock stands past the patience at once, so the loop's next wait is over before it begins."""
    seconds = iter(range(0, 100_000, 1_000))
    states: list[State] = []

    def on_state(state: State) -> None:
        states.append(state)
        if isinstance(state, Waiting) and len(states) == 1:
            line.post(happened.StartedTyping())
        elif isinstance(state, Waiting):
            line.stop()

    line = Line(paper.edges(), on_state=on_state, clock=lambda: float(next(seconds)))
    line.run()
    assert states == [Waiting(), TypingNumber(), Waiting()]


@pytest.mark.parametrize(
    "chatter", [happened.ScannerChanged(DeviceState.TROUBLE), happened.ReaderChanged(DeviceState.READY)]
)
def test_devices_that_chatter_keep_nobodys_session_alive(paper: Paper, chatter: happened.Event) -> None:
    now_s = 0.0
    states: list[State] = []

    def on_state(state: State) -> None:
        nonlocal now_s
        states.append(state)
        if isinstance(state, TypingNumber):
            now_s = IDLE_S - 1
            line.post(chatter)
        elif len(states) > 1:
            line.stop()

    def on_devices(_: Devices) -> None:
        nonlocal now_s
        if states and isinstance(states[-1], TypingNumber):
            now_s = IDLE_S

    line = Line(paper.edges(), on_state=on_state, on_devices=on_devices, clock=lambda: now_s)
    line.post(happened.StartedTyping())
    ends = threading.Timer(WITHIN_S, line.stop)
    ends.start()
    line.run()
    ends.cancel()
    ends.join()
    assert states == [Waiting(), TypingNumber(), Waiting()]


def test_time_out_that_comes_too_late_does_not_take_a_card_that_lies_there(paper: Paper) -> None:
    line = Line(paper.edges(), on_state=(states := list[State]()).append)
    for event in (happened.StartedTyping(), happened.CardLaid(), happened.TimedOut()):
        line.post(event)
    line.stop()
    line.run()
    assert states == [Waiting(), TypingNumber(), AskingKey()]


def test_calling_staff_is_written_down_without_a_person(paper: Paper, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    line = Line(paper.edges(), on_state=lambda _: None)
    line.post(happened.StaffCalled())
    line.stop()
    line.run()
    assert "staff called" in caplog.text


def test_stop_from_another_thread_ends_a_line_that_waits(paper: Paper) -> None:
    line = Line(paper.edges(), on_state=lambda _: None)
    thread = threading.Thread(target=line.run)
    thread.start()
    line.stop()
    thread.join(WITHIN_S)
    assert not thread.is_alive()


class TestPatience:
    def test_a_result_stays_twenty_seconds(self) -> None:
        assert patience_s(Desk(Failed(FailureCode.CARD_REMOVED))) == RESULT_S

    def test_staff_have_time_to_come(self) -> None:
        assert patience_s(Desk(Assistance())) == CALL_S

    def test_nobody_is_timed_out_while_their_card_lies_there(self, person: Identity) -> None:
        for state in (AskingKey(), Found(person, False, None, None)):
            assert patience_s(Desk(state, card_laid=True)) is None
            assert patience_s(Desk(state, card_laid=False)) == IDLE_S

    def test_waiting_and_working_pages_wait_for_ever(self) -> None:
        from kiosk.reader.document import ReadPhase

        assert patience_s(Desk(Waiting())) is None
        assert patience_s(Desk(Reading(ReadPhase.PHOTO))) is None

    def test_a_page_that_asks_gives_up(self) -> None:
        assert patience_s(Desk(AskingCard())) == IDLE_S
        assert patience_s(Desk(TypingNumber())) == IDLE_S
