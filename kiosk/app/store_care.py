"""What a kiosk does for its database by itself: goes on with a new one where it is damaged, and backs it up daily."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.app.auditing import BY_ITSELF
from kiosk.app.clock import now
from kiosk.app.keeping import own_file_of, store_key_of, store_of, store_password_of
from kiosk.app.records import anchor_beginning, note_of_beginning, note_of_command
from kiosk.app.rounds import rounds_beside
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.checkin.store.new_beginning import PutAside

_LOOK_EVERY_S = 60.0
_AGAIN_AFTER_S = 1800.0
_STAMP = "kiosk-%Y%m%d-%H%M%S"


def go_on_where_damaged(settings: Settings) -> "PutAside | None":
    """Puts a damaged database aside and begins a new one before the window opens; None: it is sound, or a server's.

    A server is not even asked: it may be away, and the kiosk starts nevertheless.

    Raises:
        KioskError: KEY_WRONG, KEYSTORE_…, STORE_…, SETTINGS_INVALID.
    """
    if settings.store_url.startswith("postgresql"):
        return None
    try:
        store_of(settings).close()
    except KioskError as error:
        if error.code is not FailureCode.STORE_CORRUPT:
            raise
        from sqlalchemy.engine import make_url

        from kiosk.checkin.audit.entry import Act
        from kiosk.checkin.store.backup import backups_in
        from kiosk.checkin.store.new_beginning import begin_anew

        url = make_url(settings.store_url)
        note = note_of_beginning(settings, Act.BEGUN_ANEW, BY_ITSELF)
        begun = begin_anew(url, store_key_of(settings), backups_in(settings.backup_folder), note)
        if begun is not None:
            anchor_beginning(settings)
        return begun
    return None


def put_aside_of(settings: Settings) -> "PutAside | None":
    """The damaged database that waits for `kiosk store recover`, for the staff's screen and the doctor; None: none.

    Of a desk with a shared store it is the file for the time away: a server looks after its own.
    """
    from kiosk.checkin.store.new_beginning import put_aside

    return put_aside(own_file_of(settings))


def back_up_now(settings: Settings, target: Path) -> None:
    """One backup, of a file or of a server.

    Raises:
        KioskError: as `backup.back_up` and `server_backup.dump`.
    """
    from sqlalchemy.engine import make_url

    url = make_url(settings.store_url)
    if url.get_backend_name() == "sqlite":
        from kiosk.checkin.store.backup import back_up

        back_up(url, store_key_of(settings), target)
    else:
        from kiosk.checkin.store.server_backup import dump

        dump(url, store_password_of(settings), target)


def is_due(moment: datetime, hour: int, newest: datetime | None) -> bool:
    """Whether the latest `hour` o'clock that passed has no backup after it."""
    due = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
    if due > moment:
        due -= timedelta(days=1)
    return newest is None or newest < due


@contextmanager
def backed_up_daily(settings: Settings, clock: Callable[[], datetime] = now) -> Iterator[None]:
    """While the block runs, a thread makes the day's backup when it is due; a failure is logged and tried again later.

    The copying waits for nobody and nobody waits for it: it reads one moment's state while check-ins go on.
    """
    if settings.backup_folder is None:
        yield
        return

    def go(_: Callable[[], bool]) -> None:
        back_up_if_due(settings, clock())

    failed = "the daily backup failed"
    with rounds_beside("backup", go, failed, every_s=_LOOK_EVERY_S, again_after_s=_AGAIN_AFTER_S):
        yield


def back_up_if_due(settings: Settings, moment: datetime) -> Path | None:
    """Makes today's backup where it is due, and removes the oldest ones; None: it was not due.

    Raises:
        KioskError: STORE_…, KEY_WRONG, KEYSTORE_….
    """
    from kiosk.checkin.audit.entry import Act
    from kiosk.checkin.store.backup import backup_name, thin_out

    folder = settings.backup_folder
    if folder is None or not is_due(moment, settings.backup.hour, newest_backup(settings, moment)):
        return None
    target = folder / backup_name(moment, of_server=not settings.store_url.startswith("sqlite"))
    back_up_now(settings, target)
    note_of_command(settings, Act.BACKED_UP, by=BY_ITSELF)
    thin_out([file for _, file in _backups_by(folder, moment)], settings.backup.keep)
    return target


def newest_backup(settings: Settings, moment: datetime) -> datetime | None:
    """When the newest backup was made, by its name; None: there is none."""
    return next((at for at, _ in _backups_by(settings.backup_folder, moment)), None)


def _backups_by(folder: Path | None, moment: datetime) -> Iterator[tuple[datetime, Path]]:
    """When each backup was made, by its name, and its file, the newest first.

    Without those that were made after this moment: the clock was ahead then, and they are neither today's nor removed
    for it.
    """
    from kiosk.checkin.store.backup import backups_in

    for found in backups_in(folder):
        try:
            written = datetime.strptime(found.name.partition(".")[0], _STAMP)  # noqa: DTZ007 - the clinic's own time
        except ValueError:
            continue
        if (at := written.replace(tzinfo=moment.tzinfo)) <= moment:
            yield at, found
