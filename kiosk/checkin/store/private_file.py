"""Files that only the kiosk's account reads: made, replaced as a whole, and destroyed."""

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

from kiosk.failure import FailureCode, KioskError

_CHUNK = 1 << 20
_NO_ROOM = {errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EFBIG}


def failure_of(error: OSError) -> KioskError:
    """What a file system raised as the failure that the desk knows: STORE_FULL or STORE_UNAVAILABLE."""
    code = FailureCode.STORE_FULL if error.errno in _NO_ROOM else FailureCode.STORE_UNAVAILABLE
    return KioskError(code, errno.errorcode.get(error.errno or 0, type(error).__name__))


def make_private_folder(folder: Path) -> None:
    """Makes the folder (0700) where it is absent.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_private_file(file: Path) -> None:
    """Makes an empty file (0600) where there is none, with its folder; what is there stays as it is.

    Raises:
        OSError: it cannot be made, or not be written.
    """
    make_private_folder(file.parent)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def replace_private(file: Path, content: bytes) -> None:
    """Puts `content` in the place of `file`, whole or not at all, also in a power cut.

    Raises:
        OSError: it cannot be written; the earlier content is still there.
    """
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        make_private_file(fresh)
        with fresh.open("r+b") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        fresh.replace(file)
        sync_folder(file.parent)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def sync_file(file: Path) -> None:
    """Waits until what was written is on the disk.

    Raises:
        OSError: the disk did not take it.
    """
    with file.open("r+b") as opened:
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    """The same for names in a folder; Windows keeps them without being asked."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def destroy(file: Path) -> None:
    """Overwrites a file with zeros and removes it, where it is there.

    On flash memory and copying file systems the old blocks may outlive it: only an encrypted disk is sure.

    Raises:
        OSError: it cannot be written or removed.
    """
    try:
        with file.open("r+b") as opened:
            left = file.stat().st_size
            while left > 0:
                left -= opened.write(bytes(min(left, _CHUNK)))
            opened.flush()
            os.fsync(opened.fileno())
    except FileNotFoundError:
        return
    file.unlink(missing_ok=True)
