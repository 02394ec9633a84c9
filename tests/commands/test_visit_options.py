"""What the command line says of a visit reaches the decision of `look-up` and `check-in`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.simulator.people import Person

if TYPE_CHECKING:
    from tests.commands.conftest import Run

Typed = Callable[[Person], list[str]]
BOTH = pytest.mark.parametrize("command", ["look-up", "check-in"])


@pytest.fixture
def from_elsewhere(people: Sequence[Person]) -> Person:
    """Somebody whose card is good and of another facility."""
    return next(one for one in people if one.insurance and one.insurance.facility not in {"", "99001"})


def codes(report: Any) -> set[str]:
    return {reason["code"] for reason in report["reasons"]}


@BOTH
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--transfer"], "transfer-day-unknown"),
        (["--transfer", "01/02/2024"], "transfer-expired"),
        (["--transfer", "2024-02-01", "--transfer-one-year"], "transfer-expired"),
        (["--self-pay"], "insurance-not-used"),
    ],
)
def test_what_is_said_of_the_visit_is_among_the_reasons(
    run: "Run", desk: list[str], typed: Typed, from_elsewhere: Person, command: str, words: list[str], reason: str
) -> None:
    assert reason in codes(run(*desk, command, *typed(from_elsewhere), *words, "--json").json)


@BOTH
def test_nothing_said_is_as_before(
    run: "Run", desk: list[str], typed: Typed, from_elsewhere: Person, command: str
) -> None:
    told = codes(run(*desk, command, *typed(from_elsewhere), "--json").json)
    assert "other-facility" in told
    assert not told & {"transfer-day-unknown", "insurance-not-used"}


@BOTH
@pytest.mark.parametrize(
    "words",
    [["--transfer", "31/02/2026"], ["--transfer", "2026"], ["--transfer", "soon"], ["--transfer-one-year"]],
)
def test_day_of_a_form_that_is_none_is_refused(
    run: "Run", desk: list[str], typed: Typed, from_elsewhere: Person, command: str, words: list[str]
) -> None:
    assert run(*desk, command, *typed(from_elsewhere), *words, "--json").error == "input-invalid"
