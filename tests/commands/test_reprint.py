"""`kiosk reprint`: what is owed is listed, and printed again with its mark and its count."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.simulator.people import Person
from kiosk.simulator.printer import PrinterTape

if TYPE_CHECKING:
    from tests.commands.conftest import Run, Settings


@pytest.fixture
def tape() -> Iterator[PrinterTape]:
    with PrinterTape() as printer:
        yield printer


@pytest.fixture
def printing(desk: list[str], settings: "Settings", tape: PrinterTape) -> list[str]:
    """A desk whose printer is the tape."""
    return [*desk, *settings(f"printer.target={tape.target}")]


def check_in(run: "Run", printing: list[str], person: Person) -> str:
    words = ["--id", person.number, "--name", person.full_name, "--dob", "1990", "--json"]
    return str(run(*printing, "check-in", *words).json["ticket"])


def test_slip_that_did_not_come_out_is_listed_and_comes_out_later(
    run: "Run", printing: list[str], tape: PrinterTape, reference_person: Person, tmp_path: Path
) -> None:
    tape.fault = "paper-out"
    ticket = check_in(run, printing, reference_person)
    [owed] = run(*printing, "reprint", "--json").json["owed"]
    assert (owed["ticket"], owed["outcome"]) == (ticket, "failed:paper-out")

    failed = run(*printing, "reprint", "--ticket", ticket, "--json")
    assert failed.status == 1
    assert '"slip": "failed:paper-out"' in failed.out

    tape.fault = ""
    report = run(*printing, "reprint", "--ticket", ticket, "--json").json
    assert report == {"ticket": ticket, "reprint": 2, "slip": "printed"}
    first = tape.wait_for_job().paper
    assert run(*printing, "reprint", "--json").json == {"owed": []}

    assert run(*printing, "reprint", "--ticket", ticket, "--json").json["reprint"] == 3
    assert tape.wait_for_job().paper.tobytes() != first.tobytes(), "each reprint says which one it is"


def test_ticket_that_nobody_has_is_told_and_nothing_is_printed(
    run: "Run", printing: list[str], tape: PrinterTape
) -> None:
    assert run(*printing, "reprint", "--ticket", "Z999").told == "input-invalid"
    assert tape.jobs == []
