"""A printer in the Windows spooler, raw: its queue takes the job's bytes as they are [Win32 winspool]."""

import ctypes
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from kiosk.failure import FailureCode
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.spool import Trouble, follow, queue_status
from kiosk.slip.status import PrinterStatus, Readiness

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Winspool:
    """The functions of winspool.drv, as ctypes calls them, and why the last one refused."""

    functions: Any
    last_error: Callable[[], int]

    def refused(self, call: str) -> OSError:
        """The error of a call that returned nothing."""
        return OSError(f"{call}: error {self.last_error()}")


_JOB_CANCEL = 5  # JOB_CONTROL_DELETE
_MOST_JOBS = 0xFFFF
_LOCAL_AND_CONNECTED = 2 | 4  # PRINTER_ENUM_LOCAL, PRINTER_ENUM_CONNECTIONS
_ERROR_INVALID_PARAMETER = 87  # what SetJob says of a job that has gone
_GONE = 0x0080 | 0x0100 | 0x1000  # JOB_STATUS_PRINTED, DELETED, COMPLETE
_JOB_TROUBLES = (
    (0x0040, Readiness.PAPER_OUT),  # JOB_STATUS_PAPEROUT
    (0x0020, Readiness.OFFLINE),  # OFFLINE
    (0x0002 | 0x0200 | 0x0400, Readiness.ERROR),  # ERROR, BLOCKED_DEVQ, USER_INTERVENTION
)
_PRINTER_TROUBLES = (
    (0x0040_0000, Readiness.COVER_OPEN),  # PRINTER_STATUS_DOOR_OPEN
    (0x0010 | 0x0040, Readiness.PAPER_OUT),  # PAPER_OUT, PAPER_PROBLEM
    (0x0008, Readiness.CUTTER),  # PAPER_JAM
    (0x0080 | 0x1000, Readiness.OFFLINE),  # OFFLINE, NOT_AVAILABLE
    (0x0002 | 0x0010_0000, Readiness.ERROR),  # ERROR, USER_INTERVENTION
)


class SystemTime(ctypes.Structure):
    """SYSTEMTIME."""

    _fields_ = (("words", ctypes.c_uint16 * 8),)


class JobInfo(ctypes.Structure):
    """JOB_INFO_1W."""

    _fields_ = (
        ("job_id", ctypes.c_uint32),
        ("printer_name", ctypes.c_wchar_p),
        ("machine_name", ctypes.c_wchar_p),
        ("user_name", ctypes.c_wchar_p),
        ("document", ctypes.c_wchar_p),
        ("datatype", ctypes.c_wchar_p),
        ("status_text", ctypes.c_wchar_p),
        ("status", ctypes.c_uint32),
        ("priority", ctypes.c_uint32),
        ("position", ctypes.c_uint32),
        ("total_pages", ctypes.c_uint32),
        ("pages_printed", ctypes.c_uint32),
        ("submitted", SystemTime),
    )


class DocInfo(ctypes.Structure):
    """DOC_INFO_1W."""

    _fields_ = (
        ("document", ctypes.c_wchar_p),
        ("output_file", ctypes.c_wchar_p),
        ("datatype", ctypes.c_wchar_p),
    )


class PrinterInfo(ctypes.Structure):
    """PRINTER_INFO_6: nothing but the status."""

    _fields_ = (("status", ctypes.c_uint32),)


class PrinterName(ctypes.Structure):
    """PRINTER_INFO_4W."""

    _fields_ = (
        ("name", ctypes.c_wchar_p),
        ("server", ctypes.c_wchar_p),
        ("attributes", ctypes.c_uint32),
    )


def winspool() -> Winspool:
    """The system's own.

    Raises:
        OSError: this is no Windows.
    """
    load: Callable[..., Any] | None = getattr(ctypes, "WinDLL", None)
    if load is None:
        raise OSError("no winspool here")
    library = load("winspool.drv", use_last_error=True)
    # A handle is as wide as a pointer: without their types ctypes would cut it to 32 bits.
    handle, word, text, block = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_wchar_p, ctypes.c_void_p
    library.OpenPrinterW.argtypes = (text, ctypes.POINTER(handle), block)
    library.ClosePrinter.argtypes = (handle,)
    library.StartDocPrinterW.argtypes = (handle, word, block)
    library.EndDocPrinter.argtypes = library.AbortPrinter.argtypes = (handle,)
    library.WritePrinter.argtypes = (handle, block, word, ctypes.POINTER(word))
    library.EnumJobsW.argtypes = (
        handle, word, word, word, block, word, ctypes.POINTER(word), ctypes.POINTER(word),
    )  # fmt: skip
    library.EnumPrintersW.argtypes = (
        word, text, word, block, word, ctypes.POINTER(word), ctypes.POINTER(word),
    )  # fmt: skip
    library.GetPrinterW.argtypes = (handle, word, block, word, ctypes.POINTER(word))
    library.SetJobW.argtypes = (handle, word, word, block, word)
    return Winspool(library, getattr(ctypes, "get_last_error"))  # noqa: B009 - only Windows has it


@dataclass(frozen=True, slots=True)
class WindowsSpooler:
    """The spooler's queues; `load` gives its library."""

    load: Callable[[], Winspool]

    def print_raw(self, printer: str, document: str, job: bytes) -> int:
        """Hands a job over, whole or not at all; its number in the queue.

        Raises:
            OSError: no such printer, or the spooler did not take it.
        """
        with self._opened(printer) as (library, handle):
            about = DocInfo(document, None, "RAW")
            number = library.functions.StartDocPrinterW(handle, 1, ctypes.byref(about))
            if not number:
                raise library.refused("StartDocPrinter")
            written = ctypes.c_uint32()
            taken = library.functions.WritePrinter(handle, job, len(job), ctypes.byref(written))
            if not taken or written.value != len(job):
                library.functions.AbortPrinter(handle)
                raise library.refused("WritePrinter")
            if not library.functions.EndDocPrinter(handle):
                raise library.refused("EndDocPrinter")
            return int(number)

    def printers(self) -> tuple[str, ...]:
        """Those of this computer, and those of others that it is connected to."""
        library = self.load()

        def listed(block: Buffer, size: int, needed: Count, count: Count) -> int:
            return int(library.functions.EnumPrintersW(_LOCAL_AND_CONNECTED, None, 4, block, size, needed, count))

        return tuple(sorted(info.name for info in _enumerated(library, "EnumPrinters", PrinterName, listed)))

    def jobs(self, printer: str) -> Mapping[int, Trouble]:
        """The jobs in its queue."""
        with self._opened(printer) as (library, handle):
            trouble = _first(_PRINTER_TROUBLES, _printer_status(library, handle))
            return {
                job: _first(_JOB_TROUBLES, status) or trouble
                for job, status in _jobs(library, handle)
                if not status & _GONE
            }

    def trouble(self, printer: str) -> Trouble:
        """What the spooler reports of the printer."""
        with self._opened(printer) as (library, handle):
            return _first(_PRINTER_TROUBLES, _printer_status(library, handle))

    def cancel(self, printer: str, job: int) -> bool:
        """Takes one out."""
        with self._opened(printer) as (library, handle):
            done = library.functions.SetJobW(handle, job, 0, None, _JOB_CANCEL)
            if not done and library.last_error() != _ERROR_INVALID_PARAMETER:
                raise library.refused("SetJob")
            return bool(done)

    @contextmanager
    def _opened(self, printer: str) -> Iterator[tuple[Winspool, ctypes.c_void_p]]:
        library = self.load()
        handle = ctypes.c_void_p()
        if not library.functions.OpenPrinterW(printer, ctypes.byref(handle), None):
            raise library.refused("OpenPrinter")
        try:
            yield library, handle
        finally:
            library.functions.ClosePrinter(handle)


@dataclass(frozen=True, slots=True)
class WindowsPrinter:
    """A queue that is given ESC/POS and passes it on; `load` gives the spooler's library."""

    name: str
    limits: Limits
    load: Callable[[], Winspool]

    def write(self, job: bytes) -> PrintOutcome:
        """Hands it over and follows it until it has left the queue."""
        spooler = WindowsSpooler(self.load)
        try:
            number = spooler.print_raw(self.name, DOCUMENT, job)
        except OSError as error:
            _log.warning("spooler did not take the slip: %s", error)
            return PrintOutcome(PrintState.FAILED, FailureCode.PRINTER_UNREACHABLE.value)
        return follow(spooler, self.name, (number,), self.limits)

    def status(self) -> PrinterStatus:
        """What the spooler reports of it, mostly nothing.

        Raises:
            KioskError: PRINTER_UNREACHABLE.
        """
        return queue_status(WindowsSpooler(self.load), self.name)


DOCUMENT = "kiosk"
"""The job's name in queues, which others read: it says nothing of anybody."""


def _jobs(library: Winspool, handle: ctypes.c_void_p) -> Iterator[tuple[int, int]]:
    def listed(block: Buffer, size: int, needed: Count, count: Count) -> int:
        return int(library.functions.EnumJobsW(handle, 0, _MOST_JOBS, 1, block, size, needed, count))

    for info in _enumerated(library, "EnumJobs", JobInfo, listed):
        yield info.job_id, info.status


Buffer = Any
"""A block of memory to fill."""

Count = Any
"""A reference to a number."""

Info = TypeVar("Info", bound=ctypes.Structure)


def _enumerated(
    library: Winspool, call: str, kind: type[Info], listed: Callable[[Buffer, int, Count, Count], int]
) -> Iterator[Info]:
    """What a call lists: asked with no room first, it says how much it wants, and that may grow meanwhile."""
    needed, count = ctypes.c_uint32(), ctypes.c_uint32()
    size = 0
    while True:
        block = ctypes.create_string_buffer(max(size, 1))
        if listed(block, size, ctypes.byref(needed), ctypes.byref(count)):
            break
        if needed.value <= size:
            raise library.refused(call)
        size = needed.value
    # The texts lie in the block too: it has to stay while they are read.
    yield from (kind * count.value).from_buffer(block) if count.value else ()


def _printer_status(library: Winspool, handle: ctypes.c_void_p) -> int:
    info, needed = PrinterInfo(), ctypes.c_uint32()
    if not library.functions.GetPrinterW(handle, 6, ctypes.byref(info), ctypes.sizeof(info), ctypes.byref(needed)):
        raise library.refused("GetPrinter")
    return int(info.status)


def _first(troubles: tuple[tuple[int, Readiness], ...], status: int) -> Trouble:
    return next((readiness.value for bits, readiness in troubles if status & bits), "")
