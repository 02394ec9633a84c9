"""Whether the audit is as it was written: row after row, its seals, its beginning and its end, and the anchors.

A plain chain shows what was changed, taken out or put in between, but whoever may write the database can compute it
anew from there. The seals take the data key for that, and the anchors are where that somebody cannot write.

A chain that was begun anew for a noted reason contradicts the anchors of the one before. Only a row with this key's
seal explains that, and only lines of the file that stand before its own: whoever has the database alone can take rows
out, but neither write such a row nor move an old one behind the anchors that came later.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain as joined

from sqlalchemy import Connection, func, select

from kiosk.checkin.audit.anchors import Anchor, AnchorLines
from kiosk.checkin.audit.beginning import Beginning
from kiosk.checkin.audit.entry import NO_DIGEST, Act, AuditKey, AuditRow, read_detail
from kiosk.checkin.store.audit_tables import audit, audit_anchor, audit_chain
from kiosk.checkin.store.metadata import purge_pass
from kiosk.checkin.store.store import Store

NO_LINES = AnchorLines((), ())
_BATCH = 2_000
_MOST_ROWS = 1 << 62


class Break(StrEnum):
    """What is wrong; its words are `audit.break.<value>`.

    CHANGED: the row's digest is not that of what it says. MISSING: rows before it were taken out. UNLINKED: the row
    before it is another than when it was written: put in, exchanged or moved. TRUNCATED: the end was taken off. ADDED:
    rows at the end that the chain does not know. SEAL_WRONG: written without the key. UNSEALED: as if without a key.
    ANCHOR: the chain was computed anew. ANCHORS_DIFFER: database and file name other ends of one day. ANCHOR_GONE: the
    file has an end of a day that the database lost. ANCHOR_UNREADABLE: a line of the file. PASS_LEFT: the guard of rows
    that are only ever added stands open.
    """

    CHANGED = "changed"
    MISSING = "missing"
    UNLINKED = "unlinked"
    BEGINNING_GONE = "beginning-gone"
    TRUNCATED = "truncated"
    ADDED = "added"
    SEAL_WRONG = "seal-wrong"
    UNSEALED = "unsealed"
    ANCHOR = "anchor"
    ANCHORS_DIFFER = "anchors-differ"
    ANCHOR_GONE = "anchor-gone"
    ANCHOR_UNREADABLE = "anchor-unreadable"
    PASS_LEFT = "pass-left"  # noqa: S105 - no password


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and the number of the first row (of ANCHOR_UNREADABLE: the line) that shows it."""

    found: Break
    seq: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What was gone through. `first` and `last` are rows' numbers, 0 where there is none.

    `sealed` rows have this key's seal, `foreign` ones another key's, `unsealed` ones none; without a key all three say
    only what is there. `anchors` were compared, of which `from_file` stood outside the database. `beginnings` are
    noted with this key, and `replaced` lines of the file are of the chains before them. `contradicting` are lines of
    the file that neither this chain nor a noted beginning explains, `besides` what is wrong also without those lines.
    """

    rows: int
    first: int
    last: int
    digest: str
    sealed: int
    foreign: int
    unsealed: int
    anchors: int
    from_file: int
    findings: tuple[Finding, ...]
    beginnings: tuple[Beginning, ...] = ()
    replaced: int = 0
    contradicting: tuple[Anchor, ...] = ()
    besides: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Walk:
    """Where going through the chain stands."""

    seq: int
    digest: str
    rows: int = 0
    first: int = 0
    broken: Finding | None = None
    sealed: int = 0
    foreign: int = 0
    unsealed: list[int] = field(default_factory=list)
    accepted: list[tuple[int, int]] = field(default_factory=list)
    removed_to: set[int] = field(default_factory=set)
    digests: dict[int, str] = field(default_factory=dict)
    beginnings: list[Beginning] = field(default_factory=list)
    first_at: str = ""


def verify(
    store: Store, key: AuditKey | None = None, outside: AnchorLines = NO_LINES, *,
    heard: Callable[[int, int], None] | None = None,
) -> Verified:  # fmt: skip
    """Goes through the whole chain; `key` checks the seals, `outside` is what the anchors' file holds.

    `heard` is told now and then how many rows are done and how many there are.

    Raises:
        KioskError: STORE_….
    """
    with store.transaction(reading=True) as connection:
        kept = tuple(
            Anchor(day, seq, digest)
            for day, seq, digest in connection.execute(
                select(audit_anchor.c.business_day, audit_anchor.c.seq, audit_anchor.c.digest)
            )
        )
        ends = connection.execute(select(audit_chain)).mappings().one_or_none()
        start_seq, start_digest = (ends["start_seq"], ends["start_digest"]) if ends else (0, NO_DIGEST)
        end_seq, end_digest = (ends["seq"], ends["digest"]) if ends else (0, NO_DIGEST)
        walk = _Walk(start_seq, start_digest)
        walk.digests[start_seq] = start_digest
        wanted = {anchor.seq for anchor in joined(kept, outside.anchors)}
        for row in _rows(connection):
            _step(walk, row, key, wanted)
            if heard is not None and walk.rows % _BATCH == 0:
                heard(walk.rows, end_seq - start_seq)
            if walk.broken is not None:
                break
        passes = connection.execute(select(func.count()).select_from(purge_pass)).scalar_one()
    findings = [walk.broken] if walk.broken else _end(walk, end_seq, end_digest)
    if key is not None:
        findings += _unsealed(walk)
    if walk.broken is None and start_seq and start_seq not in walk.removed_to:
        findings.append(Finding(Break.BEGINNING_GONE, start_seq))
    before = _of_chains_before(walk, outside.anchors)
    over = _past_asking(walk, start_seq, kept, outside.anchors)
    lines = tuple(one for one in outside.anchors if one not in before | over)
    if passes:
        findings.append(Finding(Break.PASS_LEFT, 0))
    contradicting = tuple(one for one in lines if one.seq >= start_seq and walk.digests.get(one.seq) != one.digest)
    others = tuple(one for one in lines if one not in contradicting)
    besides = [*findings, *_anchors(walk, start_seq, kept, replace(outside, anchors=others))]
    findings += _anchors(walk, start_seq, kept, replace(outside, anchors=lines))
    return Verified(
        walk.rows, walk.first, walk.seq, walk.digest, walk.sealed, walk.foreign, len(walk.unsealed),
        len({*kept, *lines}), len(set(lines)), _ordered(findings), tuple(walk.beginnings), len(before), contradicting,
        _ordered(besides),
    )  # fmt: skip


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: one.seq))


def _rows(connection: Connection) -> Iterator[AuditRow]:
    """All rows, also such as somebody put back before the chain's recorded start."""
    last = -_MOST_ROWS
    while rows := (
        connection.execute(select(audit).where(audit.c.seq > last).order_by(audit.c.seq).limit(_BATCH)).mappings().all()
    ):
        yield from map(AuditRow.of, rows)
        last = rows[-1]["seq"]


def _step(walk: _Walk, row: AuditRow, key: AuditKey | None, wanted: set[int]) -> None:
    if row.computed_digest() != row.digest:
        walk.broken = Finding(Break.CHANGED, row.seq)
    elif row.seq > walk.seq + 1:
        walk.broken = Finding(Break.MISSING, walk.seq + 1)
    elif row.seq <= walk.seq or row.previous != walk.digest:
        walk.broken = Finding(Break.UNLINKED, row.seq)
    elif key is not None and row.key_id == key.key_id and row.seal != key.seal(row.digest):
        walk.broken = Finding(Break.SEAL_WRONG, row.seq)
    if walk.broken is not None:
        return
    if not row.seal:
        walk.unsealed.append(row.seq)
    elif key is None or row.key_id == key.key_id:
        walk.sealed += 1
        if row.happened == Act.UNSEALED_ACCEPTED:
            detail = read_detail(row.detail)
            walk.accepted.append((int(detail.get("first", 0)), int(detail.get("last", 0))))
        if key is not None and (begun := Beginning.of(row)) is not None:
            walk.beginnings.append(begun)
    else:
        walk.foreign += 1
    if row.happened == Act.PURGED and (removed_to := read_detail(row.detail).get("last")) is not None:
        walk.removed_to.add(int(removed_to))
    walk.first, walk.first_at = walk.first or row.seq, walk.first_at or row.at
    walk.rows += 1
    walk.seq, walk.digest = row.seq, row.digest
    if row.seq in wanted:
        walk.digests[row.seq] = row.digest


def _end(walk: _Walk, end_seq: int, end_digest: str) -> list[Finding]:
    if walk.seq < end_seq:
        return [Finding(Break.TRUNCATED, walk.seq + 1)]
    if walk.seq > end_seq:
        return [Finding(Break.ADDED, end_seq + 1)]
    return [] if walk.digest == end_digest else [Finding(Break.UNLINKED, walk.seq)]


def _unsealed(walk: _Walk) -> list[Finding]:
    """The first row without a seal for which nobody stood up later, with the key."""
    open_rows = (seq for seq in walk.unsealed if not any(first <= seq <= last for first, last in walk.accepted))
    first = next(open_rows, None)
    return [] if first is None else [Finding(Break.UNSEALED, first)]


def _of_chains_before(walk: _Walk, lines: Sequence[Anchor]) -> frozenset[Anchor]:
    """The file's lines that contradict this chain and that a noted new beginning explains."""
    explained: set[Anchor] = set()
    for begun in walk.beginnings:
        own = (at for at, one in enumerate(lines) if (one.seq, one.digest) == (begun.seq, begun.digest))
        before = lines[: next(own, len(lines))]
        explained.update(one for one in before if one.business_day <= begun.day and begun.may_have(one.seq))
    return frozenset(one for one in explained if walk.digests.get(one.seq) != one.digest)


def _past_asking(walk: _Walk, start_seq: int, kept: Sequence[Anchor], lines: Sequence[Anchor]) -> frozenset[Anchor]:
    """Lines of days of which no row is left: the note that would explain one was removed in time with the others."""
    if start_seq not in walk.removed_to:
        return frozenset()
    over, days = walk.first_at[:10], {anchor.business_day for anchor in kept}
    old = (one for one in lines if one.business_day.isoformat() < over)
    return frozenset(
        one
        for one in old
        if walk.digests.get(one.seq) != one.digest and (one.seq >= start_seq or one.business_day not in days)
    )


def _anchors(walk: _Walk, start_seq: int, kept: tuple[Anchor, ...], outside: AnchorLines) -> list[Finding]:
    findings = [Finding(Break.ANCHOR_UNREADABLE, number) for number in outside.unreadable[:1]]
    findings += _first(Break.ANCHORS_DIFFER, _differing(kept, outside.anchors))
    # An end by command may be of a day that goes on: only the last of each day has to be in the database, once it has
    # one of that day or of a later one.
    newest = max((anchor.business_day for anchor in kept), default=None)
    days = {anchor.business_day for anchor in kept}
    gone = (one for one in outside.anchors if newest and one.business_day <= newest and one.business_day not in days)
    findings += _first(Break.ANCHOR_GONE, gone)
    every = sorted({*kept, *outside.anchors}, key=lambda anchor: anchor.seq)
    if walk.broken is None:
        findings += _first(Break.TRUNCATED, (anchor for anchor in every if anchor.seq > walk.seq))
    compared = (anchor for anchor in every if start_seq <= anchor.seq <= walk.seq)
    findings += _first(Break.ANCHOR, (one for one in compared if walk.digests.get(one.seq) != one.digest))
    return findings


def _differing(kept: tuple[Anchor, ...], outside: Iterable[Anchor]) -> Iterator[Anchor]:
    by_day: Mapping[object, Anchor] = {anchor.business_day: anchor for anchor in kept}
    for one in outside:
        same = by_day.get(one.business_day)
        if same is not None and one.seq >= same.seq and one != same:
            yield one


def _first(found: Break, anchors: Iterable[Anchor]) -> list[Finding]:
    first = min(anchors, key=lambda anchor: anchor.seq, default=None)
    return [] if first is None else [Finding(found, first.seq)]
