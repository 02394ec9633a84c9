"""The store's care: a damaged file that waits, and backups."""

from datetime import timedelta

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from kiosk.app.clock import now
from kiosk.app.doctor.finding import Finding, Health
from kiosk.app.store_care import newest_backup, put_aside_of
from kiosk.checkin.store.backup import backups_in
from kiosk.settings import Settings

_OLD = timedelta(days=2)


def examine_backup(settings: Settings) -> Finding:
    """Whether visits wait in a damaged file, and how old the newest backup is.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    try:
        is_file = make_url(settings.store_url).get_backend_name() == "sqlite"
    except ArgumentError:
        return Finding(Health.BAD, "store.url", "failure.settings-invalid.cure")
    if aside := put_aside_of(settings):
        return Finding(Health.ATTENTION, aside.name, "command.doctor.cure.put-aside")
    if settings.backup_folder is None:
        return Finding(Health.ATTENTION, "–", "command.doctor.cure.backup-none") if is_file else Finding(Health.GOOD)
    moment = now()
    newest = newest_backup(settings, moment)
    told = f"{len(backups_in(settings.backup_folder))}; {newest.isoformat(timespec='minutes') if newest else '–'}"
    if newest is None or moment - newest > _OLD:
        return Finding(Health.ATTENTION, told, "command.doctor.cure.backup-old")
    return Finding(Health.GOOD, told)
