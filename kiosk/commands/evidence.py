"""`kiosk evidence`: the gateway's replies that could not be understood, for staff who must clear them up."""

from argparse import Namespace
from typing import Any

from kiosk.app.evidence import evidence_of
from kiosk.app.records import note_of_command
from kiosk.checkin.audit.entry import Act
from kiosk.commands.report import write_report
from kiosk.lookup.evidence import KeptReply
from kiosk.settings import Settings


def run(settings: Settings, given: Namespace) -> int:
    """Lists what is kept, or shows one reply; only who may read the data key can.

    Raises:
        KioskError: INPUT_INVALID: none of this name; KEY_WRONG, KEYSTORE_…; STORE_…: a reply is shown to nobody of whom
            the audit does not know.
    """
    folder = evidence_of(settings)
    if given.action == "show":
        kept = folder.reply(given.name)
        note_of_command(settings, Act.EVIDENCE_SHOWN, digest=kept.digest)
        text = kept.body.decode("utf-8", "replace")
        write_report({**_head(kept), "body": text if given.json else text.splitlines()}, as_json=given.json)
        return 0
    heads = [_head(kept) for kept in folder.kept()]
    kept_replies = heads if given.json else [_line(head) for head in heads]
    report = {
        "folder": str(settings.evidence_folder),
        "kept_replies": kept_replies,
        "unopened": list(folder.unopened()),
    }
    write_report(report, as_json=given.json)
    return 0


def _head(kept: KeptReply) -> dict[str, Any]:
    return {
        "name": kept.name,
        "kept_at": kept.kept_at.isoformat(timespec="seconds"),
        "call": kept.call,
        "http_status": kept.http_status,
        "server_date": kept.server_date,
        "size": kept.size,
        "digest": kept.digest,
    }


def _line(head: dict[str, Any]) -> str:
    return f"{head['name']}  {head['kept_at']}  {head['call']}  HTTP {head['http_status']}  {head['size']} B"
