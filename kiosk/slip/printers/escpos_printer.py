"""A printer job -> paper, confirmed: the same for every line on which a printer can answer.

That a line accepted a job proves nothing: a printer without paper accepts it too. So the printer is asked before the
job and again until it is at rest after it, and an unclear answer stays unclear.
"""

import logging
import time
from contextlib import closing
from dataclasses import dataclass

from kiosk.failure import FailureCode, KioskError
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printers.channel import Channel, Port, ask, ask_model
from kiosk.slip.printers.limits import Limits
from kiosk.slip.status import PrinterStatus, Readiness

_log = logging.getLogger(__name__)

_UNREACHABLE = FailureCode.PRINTER_UNREACHABLE.value
_PASSING = (Readiness.READY, Readiness.UNKNOWN, Readiness.OFFLINE)
"""What a printer may say while it prints; anything else ends the wait."""


@dataclass(frozen=True, slots=True)
class EscPosPrinter:
    """An ESC/POS printer at a port. The line is open for one job only: printers serve one caller at a time."""

    port: Port
    limits: Limits

    def write(self, job: bytes) -> PrintOutcome:
        """Asks, prints, and asks until the printer is at rest."""
        try:
            channel = self.port.open(self.limits.connect_s)
        except OSError as error:
            _log.warning("printer unreachable: %s", type(error).__name__)
            return PrintOutcome(PrintState.FAILED, _UNREACHABLE)
        with closing(channel):
            outcome = self._print(channel, job)
        if outcome.state is not PrintState.PRINTED:
            _log.warning("slip %s: %s", outcome.state.value, outcome.reason)
        return outcome

    def status(self) -> PrinterStatus:
        """What the printer says of itself; nothing is printed.

        Raises:
            KioskError: PRINTER_UNREACHABLE.
        """
        try:
            with closing(self.port.open(self.limits.connect_s)) as channel:
                return ask(channel, self.limits.answer_s)
        except OSError as error:
            raise KioskError(FailureCode.PRINTER_UNREACHABLE, type(error).__name__) from error

    def model(self) -> str:
        """The printer's name for itself, such as `TM-T88V`; empty: it does not say. Asked only of a ready printer.

        Raises:
            KioskError: PRINTER_UNREACHABLE.
        """
        try:
            with closing(self.port.open(self.limits.connect_s)) as channel:
                return ask_model(channel, self.limits.answer_s)
        except OSError as error:
            raise KioskError(FailureCode.PRINTER_UNREACHABLE, type(error).__name__) from error

    def _print(self, channel: Channel, job: bytes) -> PrintOutcome:
        try:
            before = ask(channel, self.limits.answer_s)
        except OSError:
            return PrintOutcome(PrintState.FAILED, _UNREACHABLE)
        if before.readiness not in (Readiness.READY, Readiness.UNKNOWN):
            return PrintOutcome(PrintState.FAILED, before.readiness.value)
        if before.paper_near_end:
            _log.warning("printer paper near its end")
        try:
            channel.send(job, self.limits.send_s + channel.transfer_s(len(job)))
            answers = before.readiness is Readiness.READY
            return self._wait_until_done(channel, self.limits.done_s if answers else self.limits.mute_s)
        except OSError:
            if channel.paper_out():
                return PrintOutcome(PrintState.FAILED, Readiness.PAPER_OUT.value)
            # Some of the job left this machine; how much of it is paper, nobody knows.
            return PrintOutcome(PrintState.UNCONFIRMED, _UNREACHABLE)

    def _wait_until_done(self, channel: Channel, done_s: float) -> PrintOutcome:
        sent = time.monotonic()
        last = Readiness.UNKNOWN
        while (waited := time.monotonic() - sent) < done_s:
            last = ask(channel, self.limits.answer_s).readiness
            if last is Readiness.READY and waited >= self.limits.settle_s:
                return PrintOutcome(PrintState.PRINTED)
            if last not in _PASSING:
                return PrintOutcome(PrintState.FAILED, last.value)
            time.sleep(self.limits.pause_s)
        if last is Readiness.OFFLINE:
            return PrintOutcome(PrintState.FAILED, last.value)
        return PrintOutcome(PrintState.UNCONFIRMED, Readiness.UNKNOWN.value)
