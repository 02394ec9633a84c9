"""A sandbox, a gateway that asks it, and a clock that both look at."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.dates import PartialDate
from kiosk.lookup.answer import Question
from kiosk.lookup.evidence import KeepReply, keep_nothing
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Account, GatewayOptions, Officer
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


class Clock:
    """Stands still at noon for dates and runs for time limits; `advance` moves both."""

    def __init__(self) -> None:
        self.advanced_s = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.advanced_s)

    def monotonic(self) -> float:
        return time.monotonic() + self.advanced_s

    def advance(self, seconds: float) -> None:
        self.advanced_s += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def advance(clock: Clock) -> Callable[[float], None]:
    """Moves the clock of sandbox and gateway on by some seconds."""
    return clock.advance


@pytest.fixture
def monotonic(clock: Clock) -> Callable[[], float]:
    """The time that limits and pauses are counted by."""
    return clock.monotonic


@pytest.fixture
def sandbox(people: tuple[Person, ...], clock: Clock) -> Iterator[GatewaySandbox]:
    with GatewaySandbox(people, delay_s=0.02, now=clock.now) as sandbox:
        yield sandbox


@pytest.fixture
def open_gateway(sandbox: GatewaySandbox, clock: Clock) -> Iterator[Callable[..., Gateway]]:
    """Makes gateways to the sandbox: keywords change options, `account`, `officer`, `now`, `keep`."""
    with ExitStack() as gateways:

        def open_one(
            account: Account | None = None,
            officer: Officer | Callable[[], Officer] | None = None,
            now: Callable[[], datetime] = clock.now,
            keep: KeepReply = keep_nothing,
            **changes: object,
        ) -> Gateway:
            usual = GatewayOptions(
                sandbox.base_url,
                connect_timeout_s=2,
                read_timeout_s=2,
                total_timeout_s=5,
                failures_before_pause=1000,
            )
            options = replace(usual, **changes)  # type: ignore[arg-type]  # fields by name
            gateway = Gateway(
                options,
                account or Account(sandbox.username, sandbox.password),
                officer or Officer(sandbox.officer_name, sandbox.officer_number),
                keep=keep,
                now=now,
                monotonic=clock.monotonic,
            )
            return gateways.enter_context(gateway)

        yield open_one


@pytest.fixture
def gateway(open_gateway: Callable[..., Gateway]) -> Gateway:
    return open_gateway()


@pytest.fixture
def question_of() -> Callable[[Person], Question]:
    """The question with a person's own data."""

    def question_of(person: Person) -> Question:
        born = person.date_of_birth
        return Question(person.number, person.full_name, PartialDate(born.year, born.month, born.day), person.number)

    return question_of


@pytest.fixture
def question(reference_person: Person, question_of: Callable[[Person], Question]) -> Question:
    """The reference person's question: covered."""
    return question_of(reference_person)


@pytest.fixture
def person_with(people: tuple[Person, ...]) -> Callable[[str], Person]:
    """The first person whose card has this result code."""
    return lambda code: next(p for p in people if p.insurance is not None and p.insurance.code == code)
