"""A printer at USB on Linux, through the kernel's usblp: `/dev/usb/lp0` is written to and read from.

No library of its own is needed, and no driver is taken away from the system. Windows has such printers in its spooler.
"""

import errno
import os
import re
import select
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.slip.files import send_all

SYSFS = Path("/sys/class/usbmisc")

_NUMBER = re.compile(r"[0-9A-Fa-f]{4}")
_AT_ONCE = 256
_EMPTY_ANSWER_PAUSE_S = 0.02
_LPGETSTATUS = 0x060B  # <linux/lp.h>; for usblp the class request GET_PORT_STATUS [USB printer class 1.1 §4.2.2]
_PAPER_EMPTY = 0x20

PortStatus = Callable[[int], int]


def port_status(handle: int) -> int:
    """The status byte that the printer class itself has, beside any language that the printer speaks.

    Raises:
        OSError: the device has none.
    """
    import fcntl  # not on Windows

    answer = fcntl.ioctl(handle, _LPGETSTATUS, struct.pack("i", 0))
    return int(struct.unpack("i", answer)[0])


@dataclass(frozen=True, slots=True)
class UsbPrinter:
    """A printer that the kernel knows: its device file, the numbers of maker and product, and its own name."""

    device: Path
    vendor: int
    product: int
    name: str

    @property
    def target(self) -> str:
        """As `printer.target` names it, whichever socket it is plugged into."""
        return f"usb:{self.vendor:04x}:{self.product:04x}"


def usb_printers(sysfs: Path = SYSFS) -> tuple[UsbPrinter, ...]:
    """All of them, in the order of their device files; none on systems without usblp."""
    found = []
    for entry in sorted(sysfs.glob("lp*")):
        device = (entry / "device").resolve().parent  # the link leads to the interface
        vendor, product = _read(device / "idVendor"), _read(device / "idProduct")
        if _NUMBER.fullmatch(vendor) and _NUMBER.fullmatch(product):
            name = " ".join(filter(None, (_read(device / "manufacturer"), _read(device / "product"))))
            found.append(UsbPrinter(Path("/dev/usb") / entry.name, int(vendor, 16), int(product, 16), name))
    return tuple(found)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class UsbPort:
    """A device file."""

    device: Path
    status: PortStatus = port_status

    def open(self, limit_s: float) -> "UsbChannel":  # noqa: ARG002 - the kernel says at once whether it is there
        """Opens it; the kernel lets one in at a time."""
        if not hasattr(os, "O_NONBLOCK"):
            raise OSError("no device files here")  # Windows, whose spooler has such printers
        return UsbChannel(os.open(self.device, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY), self.status)


@dataclass(frozen=True, slots=True)
class UsbPortByNumber:
    """The first printer of a maker and product: its device file may be another one after each plugging in."""

    vendor: int
    product: int
    sysfs: Path = SYSFS

    def open(self, limit_s: float) -> "UsbChannel":
        """Finds and opens it."""
        for printer in usb_printers(self.sysfs):
            if (printer.vendor, printer.product) == (self.vendor, self.product):
                return UsbPort(printer.device).open(limit_s)
        raise FileNotFoundError(errno.ENOENT, "no such printer at USB")


class UsbChannel:
    """An open device file that never blocks."""

    def __init__(self, handle: int, status: PortStatus) -> None:
        self._handle = handle
        self._status = status

    def send(self, data: bytes, limit_s: float) -> None:
        """As the printer takes it: one without paper stops taking."""
        send_all(self._handle, data, limit_s)

    def receive(self, limit_s: float) -> bytes:
        """What came; a printer with nothing to say may send empty packets, and one without a way back never any."""
        readable, _, _ = select.select([self._handle], [], [], limit_s)
        if not readable:
            return b""
        try:
            heard = os.read(self._handle, _AT_ONCE)
        except BlockingIOError:
            heard = b""
        except OSError as error:
            if error.errno != errno.EINVAL:  # what usblp says of a printer that only listens
                raise
            heard = b""
        if not heard and limit_s > 0:
            time.sleep(min(limit_s, _EMPTY_ANSWER_PAUSE_S))
        return heard

    def transfer_s(self, size: int) -> float:  # noqa: ARG002
        """No matter."""
        return 0.0

    def paper_out(self) -> bool:
        """By the printer class's own status; only its paper bit is taken at its word, the others are often invented."""
        try:
            return bool(self._status(self._handle) & _PAPER_EMPTY)
        except OSError:
            return False

    def close(self) -> None:
        """Closes it."""
        os.close(self._handle)
