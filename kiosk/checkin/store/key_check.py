"""A box beside the database that its key opens: a wrong key is told from a damaged file without touching either.

In it lies what a new database would need if the file were lost: the salt of the persons' digests, without which the
same person would be somebody else, and the file's first page as it was when it was last found sound, without which
nothing behind it is found.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from kiosk.checkin.store.private_file import replace_private
from kiosk.failure import FailureCode, KioskError
from kiosk.privacy import Personal
from kiosk.sealed import Seal

_PURPOSE = "store key check"


@dataclass(frozen=True, slots=True, repr=False)
class KeyCheck(Personal):
    """What the box holds; `first_page` is encrypted like the file itself."""

    person_salt: bytes = b""
    first_page: bytes = b""


def read_key_check(file: Path, key: bytes) -> KeyCheck | None:
    """What lies in the box; None: there is none.

    Raises:
        KioskError: KEY_WRONG: this key does not open it, or the box is damaged.
        OSError: it cannot be read.
    """
    try:
        box = file.read_bytes()
    except FileNotFoundError:
        return None
    kept = json.loads(Seal(key).open(box, _PURPOSE))
    return KeyCheck(*(base64.b64decode(kept[name]) for name in ("person_salt", "first_page")))


def write_key_check(file: Path, key: bytes, check: KeyCheck) -> None:
    """Puts it into the box.

    Raises:
        OSError: the disk does not take it; the earlier box is still there.
    """
    kept = {name: base64.b64encode(getattr(check, name)).decode() for name in ("person_salt", "first_page")}
    replace_private(file, Seal(key).close(json.dumps(kept).encode(), _PURPOSE))


def key_is_missing(detail: str) -> KioskError:
    """What is told where an encrypted database is opened without its key."""
    return KioskError(FailureCode.KEY_WRONG, detail)
