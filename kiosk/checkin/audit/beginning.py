"""A chain that begins anew for a reason: with its first row after damage, with its next one after a backup came back.

The row is written into the new file before that takes the old one's place, so no file ever lives without it, and its
line goes into the anchors' file. Of a file that took another's place without it, an officer may say so later. It names
the last row that the chain before is known to have had. What it proves: somebody who had this installation's data key
(the kiosk itself at its start, or whoever gave the command) replaced the file at that moment, and everything before the
row is what was there then. What it does not prove: that the damage was no purpose, or what stood in the rows that went.
They lie in the file that was put aside, whose chain has to end with the seal that the row names.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import Connection

from kiosk.checkin.audit.chain import NEW_BEGINNING, Audit
from kiosk.checkin.audit.entry import NO_DIGEST, Act, AuditRow, Value, read_detail
from kiosk.checkin.store.store import Store

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST = 1_000_000_000
"""No audit has so many rows: a larger number is damage, and must not keep a new file from beginning."""


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The last known row of a chain: its number and digest."""

    seq: int
    digest: str

    @classmethod
    def read(cls, row: Iterable[object] | None) -> Self | None:
        """`seq` and `digest` of a chain's own row; None: a damaged file gave something else."""
        match tuple(row or ()):
            case (int(seq), str(digest)) if 0 <= seq < _MOST and _DIGEST.fullmatch(digest):
                return cls(seq, digest)
            case _:
                return None


NoteBeginning = Callable[[Store, Connection, ChainEnd | None], None]
"""Notes in the new file, before it is used, why it takes another's place; the end is of the chain before, if known."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A noted new beginning: what happened, when (ISO) and by whom, and where the chain before is known to have ended.

    `seq` and `digest` are the note's own; `last` and `last_digest` the replaced chain's, 0 and zeros: nothing is known.
    From `first` on its rows are in no chain any more: from the note's own number, or where an anchor tells another.
    `day` is the note's or the newest one known of the chain before, whose clock may have been ahead.
    """

    seq: int
    digest: str
    happened: Act
    at: str
    actor: str
    last: int
    last_digest: str
    day: date
    first: int

    def may_have(self, seq: int) -> bool:
        """Whether the chain before had a row of this number, as far as is known."""
        return not self.last or seq <= self.last

    @property
    def lost(self) -> int:
        """How many rows of the chain before are known to be in no chain any more; accepted later: so many at least."""
        return max(0, self.last - self.first + 1)

    @classmethod
    def of(cls, row: AuditRow) -> Self | None:
        """What a row notes; None: it notes no beginning."""
        detail: Mapping[str, Any] = read_detail(row.detail)
        if row.subject != NEW_BEGINNING:
            return None
        last, digest = int(detail["last"]), str(detail.get("digest", NO_DIGEST))
        day = date.fromisoformat(max(row.at[:10], str(detail.get("day", ""))))
        first = int(detail.get("first", row.seq))
        return cls(row.seq, row.digest, Act(row.happened), row.at, row.actor, last, digest, day, first)


def note_beginning(
    trail: Audit, connection: Connection, happened: Act, by: str, known: Iterable[ChainEnd | None],
    latest: date | None = None, first: int | None = None, reason: str = "",
) -> int:  # fmt: skip
    """Notes it with the furthest known end of the chain before, and its latest known day; the row's number.

    `first`: the first of its rows that is known to be gone, where that is not the note's own number.
    """
    last = max((end for end in known if end is not None), key=lambda end: end.seq, default=ChainEnd(0, NO_DIGEST))
    detail: dict[str, Value] = {"last": last.seq, "digest": last.digest}
    if latest is not None:
        detail["day"] = latest
    if first is not None:
        detail["first"] = first
    return trail.note(connection, happened, NEW_BEGINNING, reason, by=by, **detail)
