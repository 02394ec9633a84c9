"""The chain's ends outside the database: a file that is only ever added to, one line a day.

Whoever rewrites the whole chain, with every right on the database, does not fit this file any more. It may lie on
another computer's share, be printed, or be copied elsewhere: a line is a day, a row's number, its digest and, where the
desk had a data key, an HMAC of the three.
"""

import errno
import hashlib
import hmac
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.checkin.audit.entry import AuditKey
from kiosk.failure import FailureCode, KioskError

_LINE = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{1,18}) ([0-9a-f]{64})(?: ([0-9a-f]{64}))?", re.ASCII)
_HEAD = "# The audit's last row of each day: day, row, digest, seal. Compared by `kiosk audit verify`; keep it.\n"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's end on a day: the number and the digest of its last row."""

    business_day: date
    seq: int
    digest: str

    def written(self) -> str:
        """As a line begins."""
        return f"{self.business_day.isoformat()} {self.seq} {self.digest}"


@dataclass(frozen=True, slots=True)
class AnchorLines:
    """What the file holds; `unreadable` are the numbers of lines that are none or whose seal is another's."""

    anchors: tuple[Anchor, ...]
    unreadable: tuple[int, ...]


class AnchorFile:
    """The file; several desks may add to one, and each line is written whole and at once."""

    def __init__(self, file: Path, key: AuditKey | None = None) -> None:
        self._file, self._key = file, key

    def read(self) -> AnchorLines:
        """All lines; none where there is no file yet.

        Raises:
            KioskError: OUTPUT_UNWRITABLE: it cannot be read.
        """
        try:
            lines = self._file.read_text("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return AnchorLines((), ())
        except OSError as error:
            raise _named(error) from error
        anchors: list[Anchor] = []
        unreadable: list[int] = []
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            anchor = self._anchor(line)
            if anchor is None:
                unreadable.append(number)
            else:
                anchors.append(anchor)
        return AnchorLines(tuple(anchors), tuple(unreadable))

    def add(self, anchors: Iterable[Anchor]) -> None:
        """Adds lines and has them on the disk; folder (0700) and file (0600) are made when absent.

        Raises:
            KioskError: OUTPUT_UNWRITABLE.
        """
        lines = "".join(f"{self._line(anchor)}\n" for anchor in anchors)
        if not lines:
            return
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                whole = (_before(handle) + lines).encode()
                if os.write(handle, whole) != len(whole):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise _named(error) from error

    def _line(self, anchor: Anchor) -> str:
        written = anchor.written()
        return written if self._key is None else f"{written} {_seal(self._key, written)}"

    def _anchor(self, line: str) -> Anchor | None:
        if (found := _LINE.fullmatch(line.strip())) is None:
            return None
        day, seq, digest, seal = found.groups()
        try:
            anchor = Anchor(date.fromisoformat(day), int(seq), digest)
        except ValueError:
            return None
        # Without a key here, and of lines that were written without one, the digest is what there is to compare.
        if seal and self._key and not hmac.compare_digest(seal, _seal(self._key, anchor.written())):
            return None
        return anchor


def _before(handle: int) -> str:
    """What new lines need before them: the head of a new file, or the break that a torn line lacks."""
    if not (size := os.fstat(handle).st_size):
        return _HEAD
    os.lseek(handle, size - 1, os.SEEK_SET)
    return "" if os.read(handle, 1) == b"\n" else "\n"


def _seal(key: AuditKey, written: str) -> str:
    return hmac.new(key.key, f"anchor: {written}".encode(), hashlib.sha256).hexdigest()


def _named(error: OSError) -> KioskError:
    return KioskError(FailureCode.OUTPUT_UNWRITABLE, f"audit anchors: {error.strerror or type(error).__name__}")
