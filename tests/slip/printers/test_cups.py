"""The queues of CUPS as its commands show them, and the one way in which every queue's jobs are followed."""

import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.simulator.cups import FAULTS, CupsTape
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printers import spool
from kiosk.slip.printers.cups import CupsSpooler, run_command
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.spool import follow, queue_status
from kiosk.slip.status import Readiness

QUEUE = "phieu-quay-1"


def test_job_that_left_the_queue_was_passed_on_and_no_more(quick: Limits) -> None:
    tape = CupsTape(QUEUE)
    number = tape.add()
    outcome = follow(CupsSpooler(tape.run), QUEUE, [number], quick)
    assert outcome == PrintOutcome(PrintState.UNCONFIRMED, "spooled")
    assert (tape.printed, tape.cancelled) == ([number], [])


OUTCOMES = {
    "stuck": PrintOutcome(PrintState.FAILED, "spooler-stuck"),
    "paper-out": PrintOutcome(PrintState.FAILED, "paper-out"),
    "cover-open": PrintOutcome(PrintState.FAILED, "cover-open"),
    "away": PrintOutcome(PrintState.FAILED, "offline"),
    "disabled": PrintOutcome(PrintState.FAILED, "offline"),
    "no-commands": PrintOutcome(PrintState.UNCONFIRMED, "spooler-stuck"),
    "gone-when-cancelled": PrintOutcome(PrintState.UNCONFIRMED, "spooled"),
}


def test_every_fault_has_an_expected_outcome() -> None:
    assert set(OUTCOMES) == set(FAULTS)


@pytest.mark.parametrize("fault", OUTCOMES)
def test_fault_ends_in_its_outcome_and_the_job_is_taken_out(
    impatient: Limits, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "time", Pauses())
    tape = CupsTape(QUEUE, fault)
    others, ours = tape.add(), tape.add()
    outcome = follow(CupsSpooler(tape.run), QUEUE, [ours], replace(impatient, spool_s=0.1))
    assert outcome == OUTCOMES[fault]
    assert tape.cancelled == ([ours] if outcome.state is PrintState.FAILED else [])
    assert others not in tape.cancelled


def test_trouble_that_passes_is_waited_for(quick: Limits) -> None:
    """A roll that is changed while the job waits."""
    tape = CupsTape(QUEUE, "paper-out")
    number, looks = tape.add(), 0

    def run(words: Sequence[str]) -> str:
        nonlocal looks
        looks += 1
        if looks == 6:
            tape.fault = ""
        return tape.run(words)

    outcome = follow(CupsSpooler(run), QUEUE, [number], replace(quick, trouble_s=60.0))
    assert outcome == PrintOutcome(PrintState.UNCONFIRMED, "spooled")
    assert tape.cancelled == []


class Pauses:
    """A clock that only pauses move."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def test_trouble_that_comes_and_goes_is_not_added_up(quick: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "time", Pauses())
    tape = CupsTape(QUEUE, "stuck")
    number, looks = tape.add(), 0

    def run(words: Sequence[str]) -> str:
        nonlocal looks
        looks += "-o" in words
        tape.fault = "paper-out" if looks % 2 else "stuck"
        return tape.run(words)

    outcome = follow(CupsSpooler(run), QUEUE, [number], replace(quick, spool_s=0.6, trouble_s=0.4))
    assert outcome.state is PrintState.FAILED
    assert looks > 0.4 / quick.pause_s, "all that it was told of together ends nothing"


@pytest.mark.parametrize(
    ("fault", "readiness"),
    [("", Readiness.UNKNOWN), ("paper-out", Readiness.PAPER_OUT), ("disabled", Readiness.OFFLINE)],
)
def test_status_is_what_the_queue_reports(fault: str, readiness: Readiness) -> None:
    assert queue_status(CupsSpooler(CupsTape(QUEUE, fault).run), QUEUE).readiness is readiness


def test_printers_are_listed_by_name() -> None:
    assert CupsSpooler(CupsTape(QUEUE).run).printers() == (QUEUE,)
    assert CupsSpooler(lambda _: "b\na\n").printers() == ("a", "b")


def test_queues_whose_names_begin_alike_are_told_apart() -> None:
    listed = "phieu-quay-1-7  a  1  now\nphieu-quay-1-2-8  a  1  now\nphieu-9  a  1  now\n"
    spooler = CupsSpooler(lambda words: listed if "-o" in words else "")
    assert list(spooler.jobs(QUEUE)) == [7]


@given(st.text(max_size=300))
def test_whatever_the_commands_print_is_read_without_a_crash(printed: str) -> None:
    spooler = CupsSpooler(lambda _: printed)
    assert all(number >= 0 for number in spooler.jobs(QUEUE))
    assert spooler.trouble(QUEUE) in {"", *Readiness}


class TestCommands:
    def test_what_a_command_prints_is_given(self) -> None:
        assert run_command((sys.executable, "-c", "print('printer')")).strip() == "printer"

    def test_locale_is_the_one_that_can_be_read(self) -> None:
        assert run_command((sys.executable, "-c", "import os; print(os.environ['LC_ALL'])")).strip() == "C"

    @pytest.mark.parametrize("command", [("no-such-command-here",), (sys.executable, "-c", "raise SystemExit(1)")])
    def test_command_that_is_absent_or_refuses_is_an_error(self, command: tuple[str, ...]) -> None:
        with pytest.raises(OSError):
            run_command(command)

    def test_command_that_does_not_end_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kiosk.slip.printers.cups._ANSWERS_WITHIN_S", 0.2)
        with pytest.raises(OSError, match="TimeoutExpired"):
            run_command((sys.executable, "-c", "import threading; threading.Event().wait(30)"))
