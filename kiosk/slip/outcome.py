"""How printing ended. A value: a slip that did not come out does not undo a check-in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class PrintState(StrEnum):
    """What is known of the paper."""

    PRINTED = "printed"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """`reason` is a failure code's value or a printer's state (`paper-out`, `cover-open`); empty when printed.

    UNCONFIRMED: the job was sent, or begun, and the printer did not say that it is done; OFF: no printer by the
    settings.
    """

    state: PrintState
    reason: str = ""


class SlipPrinter(Protocol):
    """The edge to the printer: one method."""

    def write(self, job: bytes) -> PrintOutcome:
        """Prints one job within its time limit; trouble is an outcome, not an exception."""
        ...
