"""`kiosk audit`: who read whose record and who changed what, and whether that is as it was written."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from kiosk.app.auditing import BY_COMMAND, anchor_file_of, audit_in, audit_key_of
from kiosk.app.clock import now
from kiosk.app.keeping import store_of
from kiosk.app.records import signed_in_officer
from kiosk.checkin.audit.beginning import ChainEnd, note_beginning
from kiosk.checkin.audit.entry import Act, AuditRow
from kiosk.checkin.audit.verify import Break, Verified, verify
from kiosk.checkin.store.store import Store
from kiosk.commands.report import printable, write_report
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings
from kiosk.text import Language, catalog, say

_LISTED = 1_000
_VI = Language.VI


def run(settings: Settings, given: Namespace) -> int:
    """Verifies the chain, lists its last rows, writes where it ends, stands up for unsealed rows or a new beginning.

    Raises:
        KioskError: AUDIT_BROKEN, naming what is wrong and the first row that shows it; OUTPUT_UNWRITABLE;
            OFFICER_NEEDED; STORE_…, KEY_WRONG, KEYSTORE_….
    """
    with store_of(settings) as store:
        match given.action:
            case "verify":
                _verify(store, settings, as_json=given.json)
            case "list":
                _list(store, settings, given)
            case "anchor":
                anchor = audit_in(store, settings).anchor_now()
                line = anchor.written() if anchor else ""
                write_report({"anchor": line, "file": str(settings.anchors_file)}, as_json=given.json)
            case "accept":
                _accept(store, settings, given)
            case "accept-beginning":
                _accept_beginning(store, settings, given)
    return 0


def _verify(store: Store, settings: Settings, *, as_json: bool) -> None:
    key = audit_key_of(settings)
    verified = verify(store, key, anchor_file_of(settings, key).read())
    if verified.findings:
        raise KioskError(FailureCode.AUDIT_BROKEN, _broken(verified, as_json=as_json))
    if as_json:
        write_report(_counted(verified, with_key=key is not None), as_json=True)
        return
    sys.stdout.write("".join(f"{printable(line)}\n" for line in _told(verified, with_key=key is not None)))


def _counted(verified: Verified, *, with_key: bool) -> dict[str, Any]:
    return {
        "verified": True,
        "rows": verified.rows,
        "first": verified.first,
        "last": verified.last,
        "digest": verified.digest,
        "sealed": verified.sealed,
        "foreign": verified.foreign,
        "unsealed": verified.unsealed,
        "anchors": verified.anchors,
        "from_file": verified.from_file,
        "replaced": verified.replaced,
        "beginnings": [
            {
                "seq": one.seq,
                "happened": one.happened.value,
                "at": one.at,
                "by": one.actor,
                "first": one.first,
                "last": one.last,
                "digest": one.last_digest,
                "lost": one.lost,
            }
            for one in verified.beginnings
        ],
        "checked_with_key": with_key,
    }


def _told(verified: Verified, *, with_key: bool) -> Iterator[str]:
    """What was gone through and what it shows, in sentences."""
    yield say("audit.command.right", _VI)
    if verified.rows:
        counts = {"rows": verified.rows, "first": verified.first, "last": verified.last}
        yield say("audit.command.rows", _VI, **counts, digest=verified.digest)
    for one in verified.beginnings:
        at, by = f"{datetime.fromisoformat(one.at):%d/%m/%Y %H:%M:%S}", one.actor
        yield say(f"audit.command.{one.happened.value}", _VI, seq=one.seq, at=at, by=by)
        if not one.last:
            yield say("audit.command.unknown", _VI)
        if one.lost:
            key = "gone" if one.happened is Act.BEGINNING_ACCEPTED else "lost"
            counts = {"lost": one.lost, "first": one.first, "last": one.last}
            yield say(f"audit.command.{key}", _VI, **counts, digest=one.last_digest)
    if with_key:
        counts = {"sealed": verified.sealed, "foreign": verified.foreign, "unsealed": verified.unsealed}
        yield say("audit.command.seals", _VI, **counts)
    else:
        yield say("audit.command.no_key", _VI)
    yield say("audit.command.anchors", _VI, anchors=verified.anchors, outside=verified.from_file)
    if verified.replaced:
        yield say("audit.command.replaced", _VI, count=verified.replaced)


def _broken(verified: Verified, *, as_json: bool) -> str:
    """The first bad row first: in words, or for scripts as `changed: row 4; anchor: row 6`."""
    if as_json:
        return "; ".join(f"{one.found.value}: row {one.seq}" for one in verified.findings)
    return "; ".join(say(f"audit.break.{one.found.value}", _VI, seq=one.seq) for one in verified.findings)


def _list(store: Store, settings: Settings, given: Namespace) -> None:
    since = None if given.subject else (now() - timedelta(days=given.days)).date()
    rows = audit_in(store, settings).rows(since=since, subject=given.subject, most=_LISTED)
    write_report({"audit": [_described(row, as_json=given.json) for row in rows]}, as_json=given.json)


def _described(row: AuditRow, *, as_json: bool) -> Any:  # noqa: ANN401 - an entry of a report
    detail = json.loads(row.detail)
    if as_json:
        told = {"seq": row.seq, "at": row.at, "happened": row.happened, "actor": row.actor, "subject": row.subject}
        return told | {"reason": row.reason, "detail": detail}
    act = catalog(_VI).get(f"audit.act.{row.happened}", row.happened)
    values = " ".join(f"{name}={value}" for name, value in detail.items())
    at = f"{datetime.fromisoformat(row.at):%d/%m/%Y %H:%M:%S}"
    return "  ".join(filter(None, (str(row.seq), at, row.actor, act, row.subject, values, row.reason)))


def _accept(store: Store, settings: Settings, given: Namespace) -> None:
    if audit_key_of(settings) is None:
        raise KioskError(FailureCode.KEYSTORE_UNAVAILABLE, "no data key to stand up with")
    if not given.reason.strip() or given.first > given.last:
        raise KioskError(FailureCode.INPUT_INVALID, "--first N --last N --reason TEXT")
    with signed_in_officer(store, settings, given.officer) as officer:
        trail = audit_in(store, settings, lambda: officer)
        with store.transaction() as connection:
            seq = trail.note(connection, Act.UNSEALED_ACCEPTED, "", given.reason, first=given.first, last=given.last)
    write_report({"seq": seq, "happened": say("audit.act.unsealed-accepted", _VI)}, as_json=given.json)


def _accept_beginning(store: Store, settings: Settings, given: Namespace) -> None:
    """Of a database that took another's place without a note: the chain is whole, and only older anchors contradict."""
    if (key := audit_key_of(settings)) is None:
        raise KioskError(FailureCode.KEYSTORE_UNAVAILABLE, "no data key to stand up with")
    if not given.reason.strip():
        raise KioskError(FailureCode.INPUT_INVALID, "--reason TEXT")
    if (alone := verify(store, key)).findings:
        raise KioskError(FailureCode.AUDIT_BROKEN, _broken(alone, as_json=given.json))
    lines = anchor_file_of(settings, key).read()
    found = verify(store, key, lines)
    if all(one.found is Break.ANCHOR_UNREADABLE for one in found.findings):
        raise KioskError(FailureCode.INPUT_INVALID, "no anchor contradicts the audit")
    others = tuple(line for line in lines.anchors if line not in found.contradicting)
    rest = verify(store, key, replace(lines, anchors=others))
    if any(one.found is not Break.ANCHOR_UNREADABLE for one in rest.findings):
        raise KioskError(FailureCode.AUDIT_BROKEN, _broken(rest, as_json=given.json))
    known = [ChainEnd(line.seq, line.digest) for line in found.contradicting]
    latest = max(line.business_day for line in found.contradicting)
    # Rows behind one that is another were others too, and so were those that this chain had not reached.
    first = min(found.last + 1, *(end.seq for end in known))
    with signed_in_officer(store, settings, given.officer) as officer:
        if officer == BY_COMMAND:
            raise KioskError(FailureCode.OFFICER_NEEDED, "there is no officer: kiosk officer add")
        trail = audit_in(store, settings, lambda: officer)
        with store.transaction() as connection:
            seq = note_beginning(trail, connection, Act.BEGINNING_ACCEPTED, officer, known, latest, first, given.reason)
        trail.carry_anchors_out()
    report = {"seq": seq, "happened": say("audit.act.beginning-accepted", _VI)}
    write_report(report | {"first": first, "last": max(end.seq for end in known)}, as_json=given.json)
