"""A whole kiosk for the feature tests: real journal, real HTTP, real TCP, and the card in memory or in pcscd."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.app.training import Training, open_training
from kiosk.checkin.record import Priority
from kiosk.settings import Settings, load_settings
from kiosk.simulator.people import Person
from kiosk.workflow import event as happened
from kiosk.workflow.event import Event
from kiosk.workflow.line import Line
from kiosk.workflow.state import State, Waiting
from kiosk.workflow.visitor import Visitor
from tests.patience import WITHIN_S

_LIMITS = ("lookup.connect_timeout_s", "lookup.read_timeout_s", "lookup.total_timeout_s")
PATIENT = [f"{limit}={WITHIN_S}" for limit in _LIMITS]
QUICK = [f"{limit}=1" for limit in _LIMITS]
"""For a service that never answers: where one does, a busy machine would make it late."""
NEVER_ANSWERS = {"timeout", "drip"}


@dataclass(slots=True)
class Walk:
    """One visit through the line: the states it went through."""

    states: list[State] = field(default_factory=list)

    @property
    def last(self) -> State:
        """Where it ended."""
        return self.states[-1]


@dataclass(frozen=True, slots=True)
class WholeKiosk:
    """A kiosk in training with everything behind it."""

    training: Training
    out: Path

    def visit(
        self, *, begins: Event | None = None, lays: Person | None = None, key: Event | None = None, service: str = "",
        interferes: Callable[[State], bool] = lambda _: False, claims: Priority = Priority.NONE,
        birth_date: str = "",
    ) -> Walk:  # fmt: skip
        """Lets a visitor go through the line once, until they are done or stuck; then they are forgotten.

        `interferes` is called with each state first; where it returns True the visitor does not act. `claims`: why
        they go first. `birth_date`: what they type who have no card with them.
        """
        walk = Walk()

        def see(state: State) -> None:
            walk.states.append(state)
            if lays is not None and isinstance(state, Waiting) and len(walk.states) == 1:
                self.training.lay(lays)
            if not interferes(state):
                visitor.see(state)

        line = Line(self.training.edges, on_state=see)
        visitor = Visitor(
            line.post, lambda _: line.stop(), begins=begins, key=key, service=service, claims=claims,
            birth_date=birth_date,
        )  # fmt: skip
        with self.training.listen(line):
            line.run()
        self.training.slot.remove()
        return walk

    def person(self, number: str) -> Person:
        """An invented person by personal number."""
        return next(person for person in self.training.people if person.number == number)

    def special(self, code: str) -> Person:
        """Somebody with a card whose lookup is answered with `code`."""
        return next(p for p in self.training.people if p.insurance and p.insurance.code == code and p.card != "none")

    def with_chip(self, chip: str) -> Person:
        """Somebody whose chip is of this kind."""
        return next(person for person in self.training.people if person.chip == chip)

    def code_of(self, person: Person) -> happened.CodeScanned:
        """The QR of their card, drawn and decoded."""
        return happened.CodeScanned(self.training.show_citizen_code(person))


MakeKiosk = Callable[..., WholeKiosk]


@pytest.fixture
def make_kiosk(tmp_path: Path, patient_with_printers: None) -> Iterator[MakeKiosk]:
    """Makes kiosks that are closed when the test ends; `settings` are overrides as on the command line."""
    with ExitStack() as opened:

        def make(*settings: str, pcsc: bool = False, gateway_fault: str = "", printer_fault: str = "") -> WholeKiosk:
            limits = QUICK if gateway_fault in NEVER_ANSWERS else PATIENT
            written: Settings = load_settings(overrides=[*limits, *settings])
            training = opened.enter_context(
                open_training(
                    written, tmp_path, pcsc=pcsc, gateway_fault=gateway_fault, printer_fault=printer_fault,
                    kept_slip=tmp_path / "slip.png",
                )
            )  # fmt: skip
            return WholeKiosk(training, tmp_path)

        yield make


@pytest.fixture
def kiosk(make_kiosk: MakeKiosk) -> WholeKiosk:
    """A kiosk with the card in memory."""
    return make_kiosk()
