"""`kiosk recheck`: asks again about those who were admitted without a check, once and by hand, and lists them."""

from argparse import Namespace
from collections import Counter
from datetime import timedelta
from typing import Any

from kiosk.app.auditing import BY_COMMAND
from kiosk.app.clock import now
from kiosk.app.desk import clinic_of, courier_of, gateway_of, secrets_of
from kiosk.app.keeping import journal_of, seal_of
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.recheck import Change, WorklistEntry
from kiosk.commands.report import write_report
from kiosk.failure import KioskError
from kiosk.sealed import Seal
from kiosk.settings import Settings
from kiosk.text import Language, say
from kiosk.workflow.courier import Rechecked

_SHOWN_DAYS = 7


def run(settings: Settings, given: Namespace) -> int:
    """Works through the list until nothing is due or the service does not answer, as slowly as the courier does.

    Who rests after an earlier try is asked about now: somebody wants to know. With `--list` nobody is.

    Raises:
        KioskError: LOOKUP_NOT_CONFIGURED, SETTINGS_INVALID, STORE_…; KEYSTORE_… and KEY_WRONG where people wait and the
            data key does not open what was kept: they stay on the list.
    """
    clinic = clinic_of(settings)
    seal = None if given.list else _seal_of_those_who_wait(settings)
    with journal_of(settings, clinic, seal) as journal:
        rounds: list[Rechecked] = []
        if not given.list and journal.worklist.entries():
            with gateway_of(settings, secrets_of(settings)) as gateway:
                journal.worklist.make_due()
                courier = courier_of(settings, clinic, gateway, journal.worklist)
                rounds = courier.drain()
                with journal.store.transaction() as connection:
                    journal.audit.note(connection, Act.RECHECKED, by=BY_COMMAND, count=len(rounds))
                if courier.trouble is not None:
                    raise courier.trouble
        report = describe(journal, as_json=given.json)
    tried = Counter(rounds)
    asked = {"verified": tried[Rechecked.VERIFIED], "without_answer": tried[Rechecked.NO_ANSWER]}
    write_report(report if given.list else {**asked, **report}, as_json=given.json)
    return 0


def describe(journal: SqlJournal, *, as_json: bool) -> dict[str, Any]:
    """`waiting[], changes[]` of the command's JSON; no names: a terminal's scroll-back stays."""
    entries = journal.worklist.entries()
    changes = journal.worklist.changes(now() - timedelta(days=_SHOWN_DAYS))
    if as_json:
        return {"waiting": [_entry(entry) for entry in entries], "changes": [_change(change) for change in changes]}
    return {"waiting": [_entry_line(entry) for entry in entries], "changes": [_change_line(one) for one in changes]}


def _seal_of_those_who_wait(settings: Settings) -> Seal | None:
    """The data key, told by the courier's own failure where it is missing and somebody waits."""
    try:
        return seal_of(settings, create=False)
    except KioskError:
        return None


def _entry(entry: WorklistEntry) -> dict[str, Any]:
    return {
        "visit": entry.visit_id,
        "day": entry.business_day.isoformat(),
        "ticket": entry.ticket,
        "state": entry.state.value,
        "why": entry.why,
        "attempts": entry.attempts,
        "added_at": entry.added_at.isoformat(timespec="seconds"),
        "tried_at": entry.tried_at.isoformat(timespec="seconds") if entry.tried_at else None,
        "due_at": entry.due_at.isoformat(timespec="seconds") if entry.due_at else None,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "visit": change.visit_id,
        "day": change.business_day.isoformat(),
        "ticket": change.ticket,
        "because": change.because.value,
        "decided_at": change.decided_at.isoformat(timespec="seconds"),
        "before": change.before.verdict.value,
        "after": change.after.verdict.value,
        "differences": [
            {"field": one.field.value, "before": one.before, "after": one.after} for one in change.differences
        ],
    }


def _entry_line(entry: WorklistEntry) -> str:
    state = say(f"proof.recheck.{entry.state.value}", Language.VI)
    return f"{entry.business_day:%d/%m} {entry.ticket}  {state}  {entry.attempts}×  {entry.why}".rstrip()


def _change_line(change: Change) -> str:
    verdicts = (change.before.verdict, change.after.verdict)
    before, after = (say(f"decision.verdict.{verdict.value}.title", Language.VI) for verdict in verdicts)
    return f"{change.business_day:%d/%m} {change.ticket}  {before} → {after}"
