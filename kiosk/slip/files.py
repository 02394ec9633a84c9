"""Files that are there whole or not at all."""

import os
import tempfile
from pathlib import Path


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
