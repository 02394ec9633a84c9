"""The settings' printer with the clinic's slips: copies, paper, and whether it can be asked how it is."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import pytest

from kiosk.app.printing import Glance, SlipMaker, paper_of, printer_of, status_of, template_of
from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.checkin.record import CheckIn
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings, load_settings
from kiosk.simulator.printer import PrinterTape
from kiosk.slip.outcome import PrintOutcome, PrintState, SlipPrinter
from kiosk.slip.page import PAPERS, SlipPage
from kiosk.slip.printers.target import open_printer
from kiosk.slip.sample import sample_facts
from tests.patience import WITHIN_S

MAU = Path(__file__).parents[2] / "config" / "clinics" / "mau.toml"


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return load_clinic(MAU)


@pytest.fixture(scope="module")
def check_in(clinic: Clinic) -> CheckIn:
    return sample_facts(clinic).check_in


@pytest.fixture
def tape(patient_with_printers: None) -> Iterator[PrinterTape]:
    with PrinterTape() as printer:
        yield printer


class Outcomes:
    """A printer of jobs that ends as it is told, one after the other."""

    def __init__(self, *outcomes: PrintOutcome) -> None:
        self.outcomes = list(outcomes)
        self.jobs: list[bytes] = []

    def write(self, job: bytes) -> PrintOutcome:
        self.jobs.append(job)
        return self.outcomes.pop(0)


class Pages:
    """A printer of pages."""

    def __init__(self) -> None:
        self.pages: list[SlipPage] = []

    def print_page(self, page: SlipPage) -> PrintOutcome:
        self.pages.append(page)
        return PrintOutcome(PrintState.UNCONFIRMED, "spooled")


@pytest.fixture
def maker(clinic: Clinic) -> Callable[..., SlipMaker]:
    def make(printer: SlipPrinter | Pages, *changes: str) -> SlipMaker:
        settings = load_settings(overrides=changes)
        return SlipMaker(clinic, printer, settings, template_of(settings), training=True)

    return make


PRINTED = PrintOutcome(PrintState.PRINTED)
SPOOLED = PrintOutcome(PrintState.UNCONFIRMED, "spooled")
PAPER_OUT = PrintOutcome(PrintState.FAILED, "paper-out")
UNKNOWN = PrintOutcome(PrintState.UNCONFIRMED, "status-unknown")


@pytest.mark.parametrize(
    ("outcomes", "jobs", "told"),
    [
        ([PRINTED, PRINTED], 2, PRINTED),
        ([SPOOLED, SPOOLED], 2, SPOOLED),
        ([PAPER_OUT, PRINTED], 1, PAPER_OUT),
        ([UNKNOWN, PRINTED], 1, UNKNOWN),
        ([PRINTED, PAPER_OUT], 2, PrintOutcome(PrintState.PRINTED, "paper-out")),
        ([PrintOutcome(PrintState.OFF), PRINTED], 1, PrintOutcome(PrintState.OFF)),
    ],
)
def test_each_copy_is_confirmed_before_the_next_and_the_first_is_the_patients(
    maker: Callable[..., SlipMaker], check_in: CheckIn, outcomes: list[PrintOutcome], jobs: int, told: PrintOutcome
) -> None:
    printer = Outcomes(*outcomes)
    assert maker(printer, "printer.copies=2").print(check_in) == told
    assert len(printer.jobs) == jobs
    assert len(set(printer.jobs)) == 1


def test_two_copies_come_out_of_a_real_line(
    maker: Callable[..., SlipMaker], check_in: CheckIn, tape: PrinterTape
) -> None:
    settings = load_settings(overrides=[f"printer.target={tape.target}"])
    printer = printer_of(settings)
    assert isinstance(printer, SlipPrinter)
    slips = maker(printer, "printer.copies=2", "printer.cut=full", "printer.feed_lines=2", "printer.lock_drawer=true")
    assert slips.print(check_in) == PRINTED
    first, second = tape.wait_for_job(), tape.wait_for_job()
    assert first.raw == second.raw
    assert first.unknown == b""
    assert first.raw.startswith(b"\x1b@\x1d(D")
    assert first.raw.endswith(b"\x1bJ\x3c\x1dVA\x00")


def test_printer_of_pages_gets_a_page_of_the_settings_paper(maker: Callable[..., SlipMaker], check_in: CheckIn) -> None:
    pages = Pages()
    slips = maker(pages, "printer.target=system:Any", "printer.paper=A6", "printer.copies=2")
    assert slips.print(check_in) == SPOOLED
    assert [(page.width_mm, page.height_mm) for page in pages.pages] == [(105.0, 148.0)] * 2


@pytest.mark.parametrize(
    ("change", "paper"),
    [("printer.width_dots=384", "58"), ("printer.width_dots=512", "80-512"), ("printer.target=system:X", "A5")],
)
def test_paper_is_the_printers(change: str, paper: str) -> None:
    assert paper_of(load_settings(overrides=[change])) == PAPERS[paper]


@pytest.mark.parametrize(
    ("target", "can"),
    [("tcp://127.0.0.1:9", True), ("usb:04b8:0202", True), ("serial:COM3", True), ("windows:X", True),
     ("file:/tmp/x", False), ("none", False)],
)  # fmt: skip
def test_printers_that_can_be_asked_how_they_are_are_watched(target: str, can: bool) -> None:
    printer = printer_of(load_settings(overrides=[f"printer.target={target}"]))
    assert (status_of(printer) is not None) == can


def test_system_printer_is_one_of_pages_and_can_be_asked(qapp: object) -> None:
    printer = printer_of(load_settings(overrides=["printer.target=system:Any"]))
    assert not isinstance(printer, SlipPrinter)
    assert status_of(printer) is not None


_WITHOUT_DISPLAY = """
import os
from kiosk.app.printing import printer_of
from kiosk.settings import load_settings
printer_of(load_settings(overrides=["printer.target=system:Any"]))
print(sorted(name for name in os.environ if name.startswith("QT_")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_system_printer_without_a_display_hides_from_nobody_that_there_is_none() -> None:
    bare = {name: value for name, value in os.environ.items() if "DISPLAY" not in name and not name.startswith("QT_")}
    ran = subprocess.run(
        [sys.executable, "-c", _WITHOUT_DISPLAY], env=bare, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "[]\n"), ran.stderr


@pytest.mark.parametrize("target", ["", "system:", "tcp://x"])
def test_target_that_is_none_is_told(target: str) -> None:
    with pytest.raises(KioskError) as caught:
        printer_of(load_settings(overrides=[f"printer.target={target}"]))
    expected = FailureCode.SETTINGS_INVALID if target else FailureCode.PRINTER_NOT_CONFIGURED
    assert caught.value.code is expected


@pytest.mark.parametrize("wrong", ["copies=0", "copies=4", "cut=half", "feed_lines=21", "paper=A3", "watch_s=-1"])
def test_settings_of_the_printer_that_make_no_sense_are_refused(wrong: str) -> None:
    with pytest.raises(KioskError) as caught:
        load_settings(overrides=[f"printer.{wrong}"])
    assert caught.value.code is FailureCode.SETTINGS_INVALID


def test_defaults_print_one_slip_and_cut_it(maker: Callable[..., SlipMaker], check_in: CheckIn) -> None:
    assert Settings().printer.copies == 1
    printer = Outcomes(PRINTED)
    assert maker(printer).print(check_in) == PRINTED
    assert printer.jobs[0].endswith(b"\x1dVB\x00")
    assert maker(Outcomes(PRINTED)).make(replace(check_in, reprints=2)).job != printer.jobs[0]


def test_paper_that_ends_after_the_first_of_three_copies_is_told_beside_the_printed_one(
    maker: Callable[..., SlipMaker], check_in: CheckIn, tape: PrinterTape
) -> None:
    line = open_printer(tape.target)

    class LastOfTheRoll:
        def write(self, job: bytes) -> PrintOutcome:
            outcome = line.write(job)
            tape.fault = "paper-out"
            return outcome

    assert maker(LastOfTheRoll(), "printer.copies=3").print(check_in) == PrintOutcome(PrintState.PRINTED, "paper-out")
    assert len(tape.jobs) == 1


class TestSlipWithoutTheQueue:
    def test_store_that_does_not_answer_delays_no_slip_and_is_not_asked_twice_at_once(
        self, maker: Callable[..., SlipMaker], check_in: CheckIn
    ) -> None:
        asked, gone = SimpleQueue[CheckIn](), threading.Event()

        def hangs(of: CheckIn) -> str:
            asked.put(of)
            gone.wait()
            return "A036"

        slips = replace(maker(Outcomes(PRINTED, PRINTED)), serving=hangs, glance=Glance(limit_s=0.01))
        try:
            assert slips.print(check_in) == slips.print(check_in) == PRINTED
            assert asked.get(timeout=WITHIN_S) == check_in
            assert asked.empty()
        finally:
            gone.set()

    @pytest.mark.parametrize("kind", [RuntimeError, type("PanicException", (BaseException,), {})])
    def test_broken_question_costs_the_slip_a_line_and_nothing_else(
        self, maker: Callable[..., SlipMaker], check_in: CheckIn, kind: type[BaseException],
        caplog: pytest.LogCaptureFixture,
    ) -> None:  # fmt: skip
        def breaks(_: CheckIn) -> str:
            raise kind("Nguyễn Văn Mẫu")

        silent = maker(Outcomes())
        slips = replace(silent, serving=breaks, glance=Glance(limit_s=WITHIN_S))
        assert slips.make(check_in).job == silent.make(check_in).job
        [told] = caplog.messages
        assert told.startswith(f"a slip without the number that is called: {kind.__name__} at ")

    def test_number_that_is_called_stands_on_the_slip_again_once_the_store_answers(
        self, maker: Callable[..., SlipMaker], check_in: CheckIn
    ) -> None:
        gone = threading.Event()
        answered: SimpleQueue[str] = SimpleQueue()

        def slow(_: CheckIn) -> str:
            gone.wait()
            answered.put("A036")
            return "A036"

        silent = maker(Outcomes())
        slips = replace(silent, serving=slow, glance=Glance(limit_s=0.01))
        assert slips.make(check_in).job == silent.make(check_in).job
        gone.set()
        answered.get(timeout=WITHIN_S)
        prompt = replace(slips, glance=Glance(limit_s=WITHIN_S))
        assert prompt.make(check_in).job == replace(silent, serving=lambda _: "A036").make(check_in).job

    def test_store_is_closed_only_when_nobody_asks_it_for_a_slip_any_more(
        self, maker: Callable[..., SlipMaker], check_in: CheckIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waited_for = threading.Event()
        join = threading.Thread.join

        def joined(thread: threading.Thread, timeout: float | None = None) -> None:
            waited_for.set()
            join(thread, timeout)

        def slow(_: CheckIn) -> str:
            waited_for.wait()
            return "A036"

        monkeypatch.setattr(threading.Thread, "join", joined)
        with Glance(limit_s=0.01) as glance:
            replace(maker(Outcomes()), serving=slow, glance=glance).make(check_in)
            assert "now-serving" in {thread.name for thread in threading.enumerate()}
        try:
            assert "now-serving" not in {thread.name for thread in threading.enumerate()}
            assert glance.at(lambda: "A037") == ""
        finally:
            waited_for.set()
