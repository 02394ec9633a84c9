"""A Windows spooler without Windows: the functions of winspool.drv that a raw printer needs, over a queue in memory.

It is called as ctypes calls the real one, with pointers to fill, and lays structures out by itself [Win32 winspool].
"""

import ctypes
import struct
from dataclasses import dataclass, field
from typing import Any

Pointer = Any
"""What ctypes passes for one: a reference, a buffer or a handle."""

FAULTS = {
    "stuck": "jobs stay in the queue and nobody says why",
    "paper-out": "the job says that there is no paper",
    "offline": "the printer is marked as used offline",
    "door-open": "the printer says that it is open",
    "torn": "half of a job is taken",
    "gone-when-cancelled": "the job leaves in the moment in which it is taken out",
}
"""Name -> what it does."""

_INVALID_NAME, _INVALID_PARAMETER, _INSUFFICIENT_BUFFER = 1801, 87, 122
_JOB_1 = "@I6P5I8H0P"  # JOB_INFO_1W: number, six texts, five numbers, the time of submission
_PRINTER_4 = "@PPI0P"  # PRINTER_INFO_4W
_LOCAL = 2
_PAPER_OUT, _PRINTED = 0x40, 0x80
_PRINTER_STATUS = {"offline": 0x80, "door-open": 0x40_0000}
_CANCEL = 5


@dataclass(slots=True)
class SpooledJob:
    """One job: its name in the queue, its kind, its bytes; `looks_left`: how often it is still seen there."""

    document: str
    datatype: str
    data: bytes = b""
    status: int = 0
    looks_left: int = 2


@dataclass(slots=True)
class SpoolerTape:
    """A spooler with one printer. `printed` are the jobs that came out, `cancelled` those that were taken out."""

    printer: str
    fault: str = ""
    printed: list[SpooledJob] = field(default_factory=list)
    cancelled: list[SpooledJob] = field(default_factory=list)
    open_handles: int = 0
    _queue: dict[int, SpooledJob] = field(default_factory=dict)
    _writing: SpooledJob | None = None
    _numbers: int = 0
    _error: int = 0

    def last_error(self) -> int:
        """Why the last call refused."""
        return self._error

    def OpenPrinterW(self, name: str, handle: Pointer, _defaults: None) -> int:  # noqa: N802
        """Opens the printer of that name."""
        if name != self.printer:
            return self._refuse(_INVALID_NAME)
        handle._obj.value = 0x7FFF_0000_0001
        self.open_handles += 1
        return 1

    def ClosePrinter(self, _handle: Pointer) -> int:  # noqa: N802
        """Closes it."""
        self.open_handles -= 1
        return 1

    def StartDocPrinterW(self, _handle: Pointer, level: int, about: Pointer) -> int:  # noqa: N802
        """Begins a job."""
        if level != 1:
            return self._refuse(_INVALID_PARAMETER)
        document, _output, datatype = (getattr(about._obj, name) for name, _ in about._obj._fields_)
        self._writing = SpooledJob(document, datatype)
        self._numbers += 1
        return self._numbers

    def WritePrinter(self, _handle: Pointer, data: bytes, size: int, written: Pointer) -> int:  # noqa: N802
        """Takes bytes."""
        if self._writing is None:
            return self._refuse(_INVALID_PARAMETER)
        taken = data[: size // 2 if self.fault == "torn" else size]
        self._writing.data += taken
        written._obj.value = len(taken)
        return 1

    def AbortPrinter(self, _handle: Pointer) -> int:  # noqa: N802
        """Forgets the job under way."""
        self._writing = None
        return 1

    def EndDocPrinter(self, _handle: Pointer) -> int:  # noqa: N802
        """Puts it into the queue."""
        if self._writing is None:
            return self._refuse(_INVALID_PARAMETER)
        self._writing.status = _PAPER_OUT if self.fault == "paper-out" else 0
        self._queue[self._numbers], self._writing = self._writing, None
        return 1

    def EnumJobsW(  # noqa: N802
        self,
        _handle: Pointer,
        _first: int,
        _most: int,
        level: int,
        block: Pointer,
        size: int,
        needed: Pointer,
        count: Pointer,
    ) -> int:
        """Lists the queue into `block`, or says how large that must be."""
        if level != 1:
            return self._refuse(_INVALID_PARAMETER)
        needed._obj.value = len(self._queue) * struct.calcsize(_JOB_1)
        if size < needed._obj.value:
            return self._refuse(_INSUFFICIENT_BUFFER)
        told = [
            struct.pack(_JOB_1, number, *[0] * 6, job.status, *[0] * 4, *[0] * 8) for number, job in self._queue.items()
        ]
        listed = b"".join(told)
        ctypes.memmove(block, listed, len(listed))
        count._obj.value = len(told)
        self._go_on()
        return 1

    def EnumPrintersW(  # noqa: N802
        self,
        flags: int,
        _server: None,
        level: int,
        block: Pointer,
        size: int,
        needed: Pointer,
        count: Pointer,
    ) -> int:
        """Lists the one printer into `block`, its name behind the structure."""
        if level != 4 or not flags & _LOCAL:
            return self._refuse(_INVALID_PARAMETER)
        name = ctypes.create_unicode_buffer(self.printer)
        head = struct.calcsize(_PRINTER_4)
        needed._obj.value = head + ctypes.sizeof(name)
        if size < needed._obj.value:
            return self._refuse(_INSUFFICIENT_BUFFER)
        told = struct.pack(_PRINTER_4, ctypes.addressof(block) + head, 0, 0) + bytes(name)
        ctypes.memmove(block, told, len(told))
        count._obj.value = 1
        return 1

    def GetPrinterW(self, _handle: Pointer, level: int, info: Pointer, size: int, needed: Pointer) -> int:  # noqa: N802
        """The printer's status."""
        needed._obj.value = 4
        if level != 6 or size < 4:
            return self._refuse(_INVALID_PARAMETER)
        ctypes.memmove(info, struct.pack("I", _PRINTER_STATUS.get(self.fault, 0)), 4)
        return 1

    def SetJobW(self, _handle: Pointer, job: int, _level: int, _info: None, command: int) -> int:  # noqa: N802
        """Takes a job out."""
        if self.fault == "gone-when-cancelled":
            self.printed.append(self._queue.pop(job))
        if command != _CANCEL or job not in self._queue:
            return self._refuse(_INVALID_PARAMETER)
        self.cancelled.append(self._queue.pop(job))
        return 1

    def _go_on(self) -> None:
        """Each look at the queue finds it further on; a printed job is seen once more as such."""
        if self.fault in FAULTS:
            return
        for number, job in list(self._queue.items()):
            job.looks_left -= 1
            job.status = 0 if job.looks_left else _PRINTED
            if job.looks_left < 0:
                del self._queue[number]
            elif not job.looks_left:
                self.printed.append(job)

    def _refuse(self, error: int) -> int:
        self._error = error
        return 0
