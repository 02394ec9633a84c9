"""What `printer.target` of the settings says -> the printer."""

import re
from pathlib import Path
from urllib.parse import parse_qsl

from kiosk.failure import FailureCode, KioskError
from kiosk.slip.outcome import SlipPrinter
from kiosk.slip.printers.escpos_printer import EscPosPrinter
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.no_line import FilePrinter, NoPrinter
from kiosk.slip.printers.serial_line import BAUDS, FLOWS, SerialPort
from kiosk.slip.printers.tcp import TcpPort
from kiosk.slip.printers.usb import UsbPort, UsbPortByNumber
from kiosk.slip.printers.windows import WindowsPrinter, winspool

SYSTEM = "system:"
"""Targets of printers that take pages and no jobs: opened where pages are painted."""

_TCP = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/:@\[\]]+):(?P<port>[0-9]{1,5})")
_USB_NUMBERS = re.compile(r"(?P<vendor>[0-9A-Fa-f]{4}):(?P<product>[0-9A-Fa-f]{4})")
_KINDS = (
    "tcp://HOST:PORT, usb:/dev/usb/lp0, usb:VENDOR:PRODUCT, serial:PORT?baud=115200, windows:NAME, system:NAME, "
    "file:PATH or none"
)


_DESK = Limits()


def open_printer(target: str, limits: Limits = _DESK) -> SlipPrinter:
    """The printer that the settings name. Nothing is contacted yet.

    `tcp://HOST:PORT`, `usb:/dev/usb/lp0`, `usb:VENDOR:PRODUCT` (hexadecimal), `serial:PORT?baud=…&flow=…`,
    `windows:PRINTER NAME` (raw), `file:PATH` or `none`.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    if target == "none":
        return NoPrinter()
    kind, colon, rest = target.partition(":")
    if colon and rest and target.isprintable():
        match kind:
            case "file" if file := _at_home(rest):
                return FilePrinter(file, limits.send_s)
            case "windows" if rest.strip() == rest:
                return WindowsPrinter(rest, limits, winspool)
            case "tcp" if (found := _TCP.fullmatch(rest.removeprefix("//"))) and rest.startswith("//"):
                if 0 < int(found["port"]) < 65536 and _can_be_looked_up(found["host"]):
                    return EscPosPrinter(TcpPort(found["host"].strip("[]"), int(found["port"])), limits)
            case "usb" if found := _USB_NUMBERS.fullmatch(rest):
                return EscPosPrinter(UsbPortByNumber(int(found["vendor"], 16), int(found["product"], 16)), limits)
            case "usb" if rest.startswith("/"):
                return EscPosPrinter(UsbPort(Path(rest)), limits)
            case "serial" if port := _serial(rest):
                return EscPosPrinter(port, limits)
    raise KioskError(FailureCode.SETTINGS_INVALID, f"printer.target: not {_KINDS}")


def _at_home(path: str) -> Path | None:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # there is no such home
        return None


def _can_be_looked_up(host: str) -> bool:
    """Whether its labels are neither empty nor longer than 63 letters: the resolver would refuse them its own way."""
    try:
        return bool(host.encode("idna"))
    except UnicodeError:
        return False


def _serial(rest: str) -> SerialPort | None:
    name, _, options = rest.partition("?")
    try:
        given = dict(parse_qsl(options, keep_blank_values=True, strict_parsing=True)) if options else {}
    except ValueError:
        return None
    baud, flow = given.pop("baud", "9600"), given.pop("flow", FLOWS[0])
    if given or not name or name.strip() != name or baud not in map(str, BAUDS) or flow not in FLOWS:
        return None
    return SerialPort(name, int(baud), flow)
