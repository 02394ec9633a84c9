"""Files that are there whole or not at all."""

import os
import select
import tempfile
import time
from pathlib import Path

_BUSY_PAUSE_S = 0.02


def write_whole(file: Path, content: bytes) -> None:
    """Writes beside and renames; a device such as `/dev/usb/lp0` is written to as it is.

    Raises:
        OSError: the folder is absent, the disk full, the name a folder's; what was there before is untouched.
    """
    if file.exists() and not file.is_file():
        file.write_bytes(content)
        return
    handle, beside = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def write_device(file: Path, content: bytes, limit_s: float) -> None:
    """Writes all of it to a device file or pipe that may stop taking, as a printer without paper does.

    Raises:
        TimeoutError: it was not taken in time; how much of it was, nobody knows.
        OSError: it cannot be opened, or nobody is at its other end.
    """
    handle = os.open(file, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        send_all(handle, content, limit_s)
    finally:
        os.close(handle)


def send_all(handle: int, content: bytes, limit_s: float) -> None:
    """As `write_device`, to an open device file that never blocks."""
    until = time.monotonic() + limit_s
    rest = memoryview(content)
    while rest:
        _, writable, _ = select.select([], [handle], [], max(0.0, until - time.monotonic()))
        if not writable:
            raise TimeoutError
        try:
            rest = rest[os.write(handle, rest) :]
        except BlockingIOError:
            time.sleep(_BUSY_PAUSE_S)
