"""How printing ended. A value: a slip that did not come out does not undo a check-in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from kiosk.slip.page import SlipPage
from kiosk.slip.status import PrinterStatus


class PrintState(StrEnum):
    """What is known of the paper. WAITING is said meanwhile; all others are final."""

    WAITING = "waiting"
    PRINTED = "printed"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    OFF = "off"


SPOOLED = "spooled"
"""The reason of a job that an operating system's queue took and passed on: more it cannot tell."""

SPOOLER_STUCK = "spooler-stuck"
"""The reason of a job that its queue never passed on."""


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """`reason` is a failure code's value, a printer's state (`paper-out`, `cover-open`), SPOOLED or SPOOLER_STUCK.

    It is empty when printed, unless a further copy was wanted and did not come out. UNCONFIRMED: the job was sent, or
    begun, and the printer did not say that it is done; OFF: no printer by the settings.
    """

    state: PrintState
    reason: str = ""

    @property
    def is_final(self) -> bool:
        """Whether nothing more is to be heard of this slip."""
        return self.state is not PrintState.WAITING

    @property
    def is_in_order(self) -> bool:
        """Whether nobody has to look after the printer, as far as is known."""
        return (self.state in (PrintState.PRINTED, PrintState.OFF) and not self.reason) or self.reason == SPOOLED

    @property
    def told(self) -> str:
        """As the journal keeps it: `printed`, `failed:paper-out`."""
        return ":".join(filter(None, (self.state.value, self.reason)))


@runtime_checkable
class PagePrinter(Protocol):
    """The edge to a printer that is given pages and not bytes: one of the operating system's."""

    def print_page(self, page: SlipPage) -> PrintOutcome:
        """Prints one page within its time limit; trouble is an outcome, not an exception."""
        ...


@runtime_checkable
class SlipPrinter(Protocol):
    """The edge to the printer: one method."""

    def write(self, job: bytes) -> PrintOutcome:
        """Prints one job within its time limit; trouble is an outcome, not an exception."""
        ...


@runtime_checkable
class CanBeAsked(Protocol):
    """A printer that says how it is without printing."""

    def status(self) -> PrinterStatus:
        """What it says of itself.

        Raises:
            KioskError: PRINTER_UNREACHABLE.
        """
        ...
