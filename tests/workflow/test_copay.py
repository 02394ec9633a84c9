"""The year's co-pay, asked beside everything else: when, once, over HTTP, and that its trouble changes nothing."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.checkin.record import CheckIn, CheckInRequest
from kiosk.dates import PartialDate
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity
from kiosk.lookup.answer import AskedBecause, CardAnswer, Copay, CopayAnswer, NotAsked, Question, ServiceTrouble
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Account, GatewayOptions, Officer
from kiosk.lookup.question import question_for
from kiosk.reader.connection import CardConnection
from kiosk.reader.document import TypedDocument
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.workflow import event as happened
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.effect import AskCopay, Effect
from kiosk.workflow.event import Event
from kiosk.workflow.line import AskForCopay, Edges, Line
from kiosk.workflow.state import Found, ServiceOffer, State, Waiting
from kiosk.workflow.transition import advance

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PAID = happened.CopayAnswered(1, Copay(20_000_000))
FIVE_YEARS_OF = "998155000201"
"""Insured for five years, with 95 percent and less paid this year than the limit."""


@pytest.fixture
def asks(world: World) -> World:
    return replace(world, ask_copay="five-years")


@pytest.fixture
def for_five_years(covered: CardAnswer) -> CardAnswer:
    assert covered.card is not None
    return replace(covered, card=replace(covered.card, five_year_date=date(2025, 3, 1)))


def go(desk: Desk, world: World, events: Sequence[Event]) -> tuple[Desk, list[Effect]]:
    asked: list[Effect] = []
    for event in events:
        desk, effects = advance(desk, event, world)
        asked += effects
    return desk, asked


def found(person: Identity, *, reading: bool = False) -> Desk:
    return Desk(Found(person, reading, None, None))


def permille(desk: Desk) -> int | None:
    assert isinstance(desk.state, Found)
    assert desk.state.decision is not None
    return desk.state.decision.fund_permille


class TestWhatFollows:
    def test_five_years_reached_asks_once(self, asks: World, person: Identity, for_five_years: CardAnswer) -> None:
        heard = happened.Answered(1, for_five_years)
        _, asked = go(found(person, reading=True), asks, [heard, heard, happened.ChipRead(person), PAID, heard])
        assert asked == [AskCopay(1, person)]

    def test_settings_may_leave_it_to_staff(self, world: World, person: Identity, for_five_years: CardAnswer) -> None:
        assert go(found(person), world, [happened.Answered(1, for_five_years)])[1] == []

    @pytest.mark.parametrize("reached", [None, date(2026, 11, 22)])
    def test_five_years_not_reached_ask_nothing(
        self, asks: World, person: Identity, covered: CardAnswer, reached: date | None
    ) -> None:
        assert covered.card is not None
        answer = replace(covered, card=replace(covered.card, five_year_date=reached))
        assert go(found(person), asks, [happened.Answered(1, answer)])[1] == []

    @pytest.mark.parametrize("reading", [True, False])
    def test_who_paid_enough_pays_no_more(
        self, asks: World, person: Identity, for_five_years: CardAnswer, reading: bool
    ) -> None:
        answered, _ = go(found(person, reading=reading), asks, [happened.Answered(1, for_five_years)])
        desk, asked = go(answered, asks, [PAID, happened.ChipRead(person)])
        assert (permille(answered), permille(desk), asked) == (800, 1000, [])

    def test_another_persons_is_dropped(self, asks: World, person: Identity, for_five_years: CardAnswer) -> None:
        desk, _ = go(found(person), asks, [happened.Answered(1, for_five_years)])
        assert go(desk, asks, [replace(PAID, session=2)]) == (desk, [])

    def test_next_person_has_none_of_it(self, asks: World, person: Identity, for_five_years: CardAnswer) -> None:
        desk, _ = go(found(person), asks, [happened.Answered(1, for_five_years), PAID, happened.TimedOut()])
        assert desk.copay == Copay()


@dataclass
class Beside:
    """A line at a real gateway; what it shows, and how often a co-pay was asked for."""

    lookup: Gateway
    world: World
    person: Person
    copay: AskForCopay | None
    until: int | None
    """So many decisions; None: until the co-pay was asked for."""
    question: Callable[[Identity, datetime], Question | NotAsked] = question_for
    decisions: list[set[str]] = field(default_factory=list)
    line: Line = field(init=False)

    def run(self) -> None:
        self.line = Line(self.edges(), on_state=self.see)
        self.line.run()

    def see(self, state: State) -> None:
        match state:
            case Waiting() if not self.decisions:
                born = self.person.date_of_birth
                typed = TypedDocument(
                    self.person.number, self.person.full_name, PartialDate(born.year, born.month, born.day)
                )
                self.line.post(happened.PersonTyped(typed))
            case Found(decision=decision) if decision is not None:
                self.decisions.append({reason.code for reason in decision.reasons})
        if len(self.decisions) == self.until:
            self.line.stop()

    def edges(self) -> Edges:
        return Edges(
            connect=self.no_card,
            inspect=lambda *_: pytest.fail("no card was connected"),
            question=self.question,
            lookup=self.lookup,
            journal=self,
            offers=tuple[ServiceOffer, ...],
            print_slip=lambda _: PrintOutcome(PrintState.OFF),
            world=lambda _: self.world,
            now=lambda: NOON,
            copay=self.ask if self.copay is not None else None,
        )

    def ask(self, question: Question) -> CopayAnswer | ServiceTrouble:
        assert self.copay is not None
        try:
            return self.copay(question)
        finally:
            if self.until is None:
                self.line.stop()  # which waits for what is under way

    def no_card(self) -> AbstractContextManager[CardConnection]:
        raise KioskError(FailureCode.CARD_MISSING)

    def check_in(self, request: CheckInRequest) -> CheckIn:
        raise AssertionError(request)

    def printed_again(self, check_in: CheckIn) -> CheckIn:
        raise AssertionError(check_in)

    def log_print(self, check_in: CheckIn, outcome: str) -> None:
        raise AssertionError(check_in, outcome)

    def waiting(self) -> dict[str, int]:
        return {}


def gateway_at(sandbox: GatewaySandbox, **options: str) -> Gateway:
    return Gateway(
        GatewayOptions(base_url=sandbox.base_url, **options),  # type: ignore[arg-type]
        Account(sandbox.username, sandbox.password),
        Officer(sandbox.officer_name, sandbox.officer_number),
        now=lambda: NOON,
    )


def asking(gateway: Gateway) -> AskForCopay:
    return lambda question: gateway.copay_so_far(question, AskedBecause.FIVE_YEARS)


class TestOverHttp:
    @pytest.fixture
    def for_long(self, people: Sequence[Person]) -> Person:
        return next(person for person in people if person.number == FIVE_YEARS_OF)

    def test_answer_is_decided_with_while_the_person_looks(
        self, people: Sequence[Person], for_long: Person, asks: World
    ) -> None:
        with GatewaySandbox(people, now=lambda: NOON) as sandbox, gateway_at(sandbox) as gateway:
            beside = Beside(gateway, asks, for_long, asking(gateway), 2)
            beside.run()
            assert sandbox.counts.copays == 1
        first, second = beside.decisions
        assert "co-pay-below-limit" not in first
        assert "co-pay-below-limit" in second

    def test_trouble_changes_nothing_and_is_logged_by_kind(
        self, people: Sequence[Person], for_long: Person, asks: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.WARNING)
        with GatewaySandbox(people, now=lambda: NOON) as sandbox, \
                gateway_at(sandbox, copay_path="/api/absent") as gateway:  # fmt: skip
            beside = Beside(gateway, asks, for_long, asking(gateway), None)
            beside.run()
        assert "co-pay not known: unclear" in caplog.text
        assert "co-pay-below-limit" not in beside.decisions[0]

    def test_defect_changes_nothing_and_its_text_stays_out_of_the_log(
        self, people: Sequence[Person], for_long: Person, asks: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(question: Question) -> CopayAnswer | ServiceTrouble:
            raise ZeroDivisionError(question.full_name)

        with GatewaySandbox(people, now=lambda: NOON) as sandbox, gateway_at(sandbox) as gateway:
            beside = Beside(gateway, asks, for_long, broken, None)
            beside.run()
        assert "asking for the co-pay broke: ZeroDivisionError" in caplog.text
        assert for_long.full_name not in caplog.text

    def test_nobody_on_duty_any_more_is_no_failure(
        self, people: Sequence[Person], for_long: Person, asks: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        asked: list[Identity] = []

        def question(identity: Identity, at: datetime) -> Question | NotAsked:
            asked.append(identity)
            if len(asked) > 1:
                raise KioskError(FailureCode.OFFICER_NEEDED)
            return question_for(identity, at)

        with GatewaySandbox(people, now=lambda: NOON) as sandbox, gateway_at(sandbox) as gateway:
            beside = Beside(gateway, asks, for_long, asking(gateway), 1, question)
            beside.run()
            assert sandbox.counts.copays == 0
        assert "co-pay not asked: officer-needed" in caplog.text

    def test_where_it_is_not_asked_nothing_is_sent(
        self, people: Sequence[Person], for_long: Person, asks: World
    ) -> None:
        with GatewaySandbox(people, now=lambda: NOON) as sandbox, gateway_at(sandbox) as gateway:
            Beside(gateway, asks, for_long, None, 1).run()
            assert sandbox.counts.copays == 0
