"""A printer of the operating system (CUPS, the Windows spooler): pages painted by Qt, their job followed in its queue.

Such a queue takes everything at once and says nothing of paper, so that a page is never more than passed on; see
`kiosk.slip.printers.spool`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication
from PySide6.QtPrintSupport import QPrinter

from kiosk.failure import FailureCode
from kiosk.slip.outcome import SPOOLED, PrintOutcome, PrintState
from kiosk.slip.page import SlipPage
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.spool import Spooler, follow, queue_status
from kiosk.slip.printers.system import system_spooler
from kiosk.slip.status import PrinterStatus
from kiosk.ui.page_painter import print_pages
from kiosk.ui.print_dialog import installed_printers, printer_named

log = logging.getLogger(__name__)

_DESK = Limits()
_NOT_TAKEN = PrintOutcome(PrintState.FAILED, FailureCode.PRINTER_UNREACHABLE.value)


@dataclass(frozen=True, slots=True)
class SystemPrinter:
    """The queue `name`; may be used in any thread.

    `device` makes what is painted on, `spooler` tells what becomes of it, `installed` which printers there are. Fonts
    need an `application`, which is kept here where nobody else does.
    """

    name: str
    limits: Limits = _DESK
    device: Callable[[str], QPrinter] = printer_named
    spooler: Spooler = field(default_factory=system_spooler)
    installed: Callable[[], tuple[str, ...]] = installed_printers
    application: QCoreApplication | None = None

    def print_page(self, page: SlipPage) -> PrintOutcome:
        """Paints it, and follows the jobs that are new in the queue since."""
        if self.name not in self.installed():
            log.warning("system printer is not installed")
            return _NOT_TAKEN
        before = self._jobs()
        if not print_pages([page], self.device(self.name)):
            log.warning("system printer did not take the page")
            return _NOT_TAKEN
        after = self._jobs()
        if before is None or after is None:
            return PrintOutcome(PrintState.UNCONFIRMED, SPOOLED)  # a queue that shows nothing prints all the same
        outcome = follow(self.spooler, self.name, after - before, self.limits)
        log.info("page %s: %s", outcome.state.value, outcome.reason)
        return outcome

    def status(self) -> PrinterStatus:
        """What the queue reports of its printer, mostly nothing.

        Raises:
            KioskError: PRINTER_UNREACHABLE.
        """
        return queue_status(self.spooler, self.name)

    def _jobs(self) -> frozenset[int] | None:
        try:
            return frozenset(self.spooler.jobs(self.name))
        except OSError as error:
            log.warning("print queue is not listed: %s", error)
            return None
