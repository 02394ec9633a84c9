"""The slip printer that the settings name, and the clinic's slips on it."""

import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Self

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.record import CheckIn
from kiosk.failure import FailureCode, KioskError, log_defect
from kiosk.fonts import find_fonts
from kiosk.settings import Settings
from kiosk.slip.escpos import Finish
from kiosk.slip.facts import SlipFacts
from kiosk.slip.outcome import SPOOLED, CanBeAsked, PagePrinter, PrintOutcome, PrintState, SlipPrinter
from kiosk.slip.page import PAPERS, Paper, roll_of
from kiosk.slip.printers.target import SYSTEM, open_printer
from kiosk.slip.slip import Slip, make_page, make_slip, save_png
from kiosk.slip.status import PrinterStatus
from kiosk.slip.template import Template, load_template
from kiosk.text import Language

_log = logging.getLogger(__name__)

Printer = SlipPrinter | PagePrinter

_GLANCE_S = 0.4
_ENDS_WITHIN_S = 15.0
"""A store that has just gone away says so after ten seconds."""


def printer_of(settings: Settings) -> Printer:
    """The slip printer. Nothing is contacted yet.

    One of the system needs a Qt application. A window has opened its own by now; where there is none, pages are painted
    without a display.

    Raises:
        KioskError: PRINTER_NOT_CONFIGURED, or SETTINGS_INVALID for a target that is none.
    """
    target = settings.printer.target
    if not target:
        raise KioskError(FailureCode.PRINTER_NOT_CONFIGURED, "printer.target")
    if name := target.removeprefix(SYSTEM) if target.startswith(SYSTEM) else "":
        return _system_printer(name)
    return open_printer(target)


def template_of(settings: Settings) -> Template:
    """What stands on the clinic's slips.

    Raises:
        KioskError: SETTINGS_INVALID, naming the template's file and key.
    """
    return load_template(settings.path(settings.printer.template))


def finish_of(settings: Settings) -> Finish:
    """What is done with the paper after the slip."""
    written = settings.printer
    return Finish(written.cut, written.feed_lines, written.lock_drawer)


def paper_of(settings: Settings) -> Paper:
    """What the settings' printer prints on: a roll of so many dots, or the sheet that the system's printers have.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    if settings.printer.target.startswith(SYSTEM):
        return PAPERS[settings.printer.paper]
    if (roll := roll_of(settings.printer.width_dots)) is None:
        raise KioskError(FailureCode.SETTINGS_INVALID, "printer.width_dots")
    return roll


def status_of(printer: Printer) -> Callable[[], PrinterStatus] | None:
    """How the printer is asked how it is; None: it cannot be."""
    return printer.status if isinstance(printer, CanBeAsked) else None


def _system_printer(name: str) -> PagePrinter:
    from PySide6.QtWidgets import QApplication

    from kiosk.ui.system_printer import SystemPrinter

    has_display = any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")))
    # Not by the environment: whoever opens a window afterwards must still be told that there is no display.
    blind = [] if has_display or sys.platform != "linux" else ["-platform", "offscreen"]
    return SystemPrinter(name, application=QApplication.instance() or QApplication(["kiosk", *blind]))


class Glance:
    """Asks for what a slip can do without, in a thread of its own, and goes on after `limit_s` seconds.

    A store that has just gone away may take ten seconds to say so, and a patient waits for paper. Whoever closes the
    store ends this first: as a context manager it waits until nobody asks any more.
    """

    def __init__(self, limit_s: float = _GLANCE_S) -> None:
        self._limit_s = limit_s
        self._under_way = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        if self._thread is not None:
            self._thread.join(_ENDS_WITHIN_S)

    def at(self, ask: Callable[[], str]) -> str:
        """The answer; empty: none in time, the question broke, an earlier one has no answer yet, or this is over."""
        if self._is_over or not self._under_way.acquire(blocking=False):
            return ""
        answers: SimpleQueue[str] = SimpleQueue()

        def answer() -> None:
            try:
                answers.put(ask())
            except KioskError as error:
                _log.warning("a slip without the number that is called: %s", error)
                answers.put("")
            except BaseException as error:  # noqa: BLE001 - the thread's edge: no slip is lost for want of this
                log_defect(_log, "a slip without the number that is called", error)
                answers.put("")
            finally:
                self._under_way.release()

        self._thread = threading.Thread(target=answer, name="now-serving", daemon=True)
        self._thread.start()
        try:
            return answers.get(timeout=self._limit_s)
        except Empty:
            _log.warning("a slip without the number that is called: no answer in time")
            return ""


@dataclass(frozen=True, slots=True)
class SlipMaker:
    """Makes this clinic's slips and prints them; the picture of the last one is kept in `kept`, where that is set.

    `serving`: which ticket a check-in's room called last; without it, and where the answer takes too long, no slip says
    so.
    """

    clinic: Clinic
    printer: Printer
    settings: Settings
    template: Template
    training: bool = False
    kept: Path | None = None
    serving: Callable[[CheckIn], str] = field(default=lambda _: "")
    glance: Glance = field(default_factory=Glance)

    def make(self, check_in: CheckIn) -> Slip:
        """The slip of a committed check-in as picture and printer job."""
        return make_slip(
            self._facts(check_in),
            self.template,
            self.template.spoken(Language(self.settings.printer.language)),
            width_dots=self.settings.printer.width_dots,
            fonts=find_fonts(self.settings.screen.font),
            finish=finish_of(self.settings),
        )

    def print(self, check_in: CheckIn) -> PrintOutcome:
        """Makes and prints it, as often as the settings say."""
        if isinstance(self.printer, PagePrinter):
            page = make_page(
                self._facts(check_in),
                self.template,
                self.template.spoken(Language(self.settings.printer.language)),
                paper=paper_of(self.settings),
                fonts=find_fonts(self.settings.screen.font),
            )
            pages = self.printer
            outcome = _copies(lambda: pages.print_page(page), self.settings.printer.copies)
            if self.kept is not None:
                save_png(self.make(check_in), self.kept)
            return outcome
        slip, jobs = self.make(check_in), self.printer
        outcome = _copies(lambda: jobs.write(slip.job), self.settings.printer.copies)
        if self.kept is not None:
            save_png(slip, self.kept)
        return outcome

    def _facts(self, check_in: CheckIn) -> SlipFacts:
        serving = self.glance.at(lambda: self.serving(check_in))
        return SlipFacts(check_in, self.clinic, self.training, serving)


def _copies(print_one: Callable[[], PrintOutcome], copies: int) -> PrintOutcome:
    """Prints one after the other, each confirmed; none after one that did not come out.

    The patient's is the first: whether there is a slip to take is how that one ended. What went wrong with a further
    one stands beside it as the reason.
    """
    first = print_one()
    for _ in range(1, copies):
        if first.state is not PrintState.PRINTED and first.reason != SPOOLED:
            break
        further = print_one()
        if further != first:
            return PrintOutcome(first.state, further.reason)
    return first
