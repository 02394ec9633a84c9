"""The same printer at a pseudo-terminal, as a serial port or as the kernel's `/dev/usb/lp0` is seen."""

import os
import select
import tempfile
import threading
from pathlib import Path

from kiosk.simulator.printer_paper import Paper
from kiosk.simulator.printer_tray import StandInPrinter

_AT_ONCE = 2048


class PrinterPty(StandInPrinter):
    """The printer as a context manager; `device` is there while it is plugged in. `fault` and `jobs` as of the tape.

    Raises:
        OSError: this system has no pseudo-terminals.
        KeyError: no such fault.
    """

    def __init__(self, out: Path | None = None, fault: str = "") -> None:
        super().__init__(out, fault)
        self._folder = tempfile.TemporaryDirectory(prefix="kiosk-printer-")
        self.device = Path(self._folder.name) / "printer"
        self._ends: tuple[int, int] | None = None
        self._paper = self._new_paper()
        self._wakes, self._wake = os.pipe()
        self._followed = threading.Event()
        self._stopping = False
        self._follow_fault()
        self._thread = threading.Thread(target=self._serve, name="printer-pty", daemon=True)
        self._thread.start()

    @property
    def serial_target(self) -> str:
        """As `printer.target` names it as a serial port."""
        return f"serial:{self.device}?baud=115200&flow=none"

    @property
    def usb_target(self) -> str:
        """As `printer.target` names it as the kernel's device file."""
        return f"usb:{self.device}"

    def close(self) -> None:
        """Pulls the cable and ends the thread."""
        self._stopping = True
        os.write(self._wake, b"s")
        self._thread.join()
        self._unplug()
        os.close(self._wake)
        os.close(self._wakes)
        self._folder.cleanup()

    def _fault_changed(self) -> None:
        self._followed.clear()
        os.write(self._wake, b"f")
        self._followed.wait()

    def _serve(self) -> None:
        while not self._stopping:
            ends = self._ends
            listened = [self._wakes, *([ends[0]] if ends and not self._tray.temper.is_deaf else [])]
            ready, _, _ = select.select(listened, [], [])
            if self._wakes in ready:
                os.read(self._wakes, 64)
                self._follow_fault()
                self._followed.set()
            elif ends is not None:
                self._paper.feed(os.read(ends[0], _AT_ONCE))
                if self._tray.temper.breaks_line:
                    self._unplug()

    def _follow_fault(self) -> None:
        """Plugged out and in again with each change: what lay in the line is gone with the old fault."""
        self._unplug()
        if not self._tray.temper.is_away:
            self._plug_in()

    def _plug_in(self) -> None:
        import tty  # not on Windows

        # The other end is held open here too: a line that nobody has open is no broken one.
        master, other = os.openpty()
        tty.setraw(other)
        self.device.symlink_to(os.ttyname(other))
        self._ends = (master, other)
        self._paper = self._new_paper()

    def _unplug(self) -> None:
        self.device.unlink(missing_ok=True)
        if self._ends is not None:
            master, other = self._ends
            self._ends = None
            os.close(master)
            os.close(other)

    def _new_paper(self) -> Paper:
        tray = self._tray
        return Paper(
            answer=lambda number: self._send(tray.temper.answer(number)),
            printed=tray.keep,
            may_print=lambda: tray.temper.may_print(),
            identify=lambda: self._send(tray.temper.name()),
        )

    def _send(self, answer: bytes) -> None:
        if answer and self._ends is not None:
            os.write(self._ends[0], answer)
