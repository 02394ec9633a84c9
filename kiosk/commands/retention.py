"""`kiosk retention`: what is kept how long, and removing what is over."""

from argparse import Namespace

from kiosk.app.auditing import audit_in
from kiosk.app.keeping import store_of
from kiosk.app.records import retention_days_of, retention_in
from kiosk.checkin.records.kept import Purpose
from kiosk.commands.report import write_report
from kiosk.settings import Settings


def run(settings: Settings, given: Namespace) -> int:
    """Shows what is over, or removes it.

    Raises:
        KioskError: SETTINGS_INVALID; STORE_…, KEY_WRONG, KEYSTORE_….
    """
    days = retention_days_of(settings)
    with store_of(settings) as store:
        trail = audit_in(store, settings)
        retention = retention_in(store, settings, trail)
        if given.action == "show" or given.dry_run:
            due = retention.due()
            kept = [
                _described(purpose, days.of(purpose), due.get(purpose, 0), as_json=given.json) for purpose in Purpose
            ]
            write_report({"retention": kept}, as_json=given.json)
        else:
            removed = retention.run()
            trail.carry_anchors_out()
            write_report({"removed": {purpose.value: count for purpose, count in removed.items()}}, as_json=given.json)
    return 0


def _described(purpose: Purpose, days: int, due: int, *, as_json: bool) -> object:
    if as_json:
        return {"purpose": purpose.value, "days": days or None, "over": due}
    return f"{purpose.value}: {days or '∞'} · {due}"
