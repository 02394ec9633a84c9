"""Copies of the database that are known to open: made while the kiosk works, put back, and rehearsed.

A file's copy is encrypted with the same key, so the key has to be kept elsewhere too (`kiosk secrets recovery-code`). A
copy counts only after it was read through; it appears under its name as a whole, readable by the kiosk's account alone.
"""

import logging
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import URL

from kiosk.checkin.audit.beginning import ChainEnd, NoteBeginning
from kiosk.checkin.audit.verify import verify as verify_audit
from kiosk.checkin.store import server_backup
from kiosk.checkin.store.cipher import connect, is_plain
from kiosk.checkin.store.new_beginning import free_name, remove_database
from kiosk.checkin.store.numbering import go_on_after, queues_behind, torn_queues
from kiosk.checkin.store.page import opens_first_page
from kiosk.checkin.store.place import BESIDE, Place
from kiosk.checkin.store.private_file import make_private_file, make_private_folder, sync_file, sync_folder
from kiosk.checkin.store.schema import bring_up_to_date
from kiosk.checkin.store.soundness import check_pages, glance, named_file_errors
from kiosk.checkin.store.sqlite import engine_of, file_of
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import officer, visit
from kiosk.failure import FailureCode, KioskError

_ALONE_WAIT_S = 30.0
_SUFFIX = ".kioskdb"
_PAGES_AT_ONCE = 2_000
_UNFINISHED = ".unfinished"
_FORGOTTEN_AFTER_S = 86_400

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds, read through: counts, the newest day, and the audit's last row where there is one."""

    visits: int
    officers: int
    newest_day: date | None
    audit_rows: int
    audit_head: str


def backup_name(now: datetime, *, of_server: bool = False) -> str:
    """`kiosk-20261122-200000.kioskdb`, of a server `….pgdump`: names of one folder sort by their time."""
    return f"kiosk-{now:%Y%m%d-%H%M%S}{server_backup.SUFFIX if of_server else _SUFFIX}"


def back_up(url: URL, key: bytes | None, target: Path) -> Contents:
    """Copies the file of this address while kiosks go on working in it, and reads the copy through.

    Raises:
        KioskError: STORE_FULL: no room for it, nothing is left of it; STORE_CORRUPT: the copy is not whole, so the file
            is not; OUTPUT_UNWRITABLE: there is something of that name already; STORE_….
    """
    if target.exists():
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, f"{target.name} exists")
    unfinished = target.with_name(target.name + _UNFINISHED)
    with named_file_errors(key):
        try:
            make_private_folder(target.parent)
            _remove_forgotten(target.parent)
            remove_database(unfinished)
            make_private_file(unfinished)
            _copy(file_of(url), unfinished, key)
            contents = read_contents(unfinished, key)
            sync_file(unfinished)
            unfinished.rename(target)
            sync_folder(target.parent)
        finally:
            with suppress(OSError):
                remove_database(unfinished)
    log.info("backed up: %d visits", contents.visits)
    return contents


def backups_in(folder: Path | None) -> list[Path]:
    """The finished backups of a folder, the newest first."""
    if folder is None or not folder.is_dir():
        return []
    ours = (_SUFFIX, server_backup.SUFFIX)
    return sorted((one for one in folder.glob("kiosk-*") if one.suffix in ours and one.is_file()), reverse=True)


def read_contents(file: Path, key: bytes | None) -> Contents:
    """Reads a copy through that nobody has open: its pages, its queues, its audit.

    Raises:
        KioskError: KEY_WRONG, STORE_CORRUPT, STORE_….
    """
    prove_copy(file, key)
    with named_file_errors(key), closing(connect(file, key)) as connection:
        check_pages(connection)
    with _opened(file, key) as store:
        return contents_of(store)


def contents_of(store: Store) -> Contents:
    """What an open database holds, its queues and its audit gone through.

    Raises:
        KioskError: STORE_CORRUPT: a number without a visit, or an audit that was changed; STORE_….
    """
    with store.transaction(reading=True) as connection:
        if torn := torn_queues(connection):
            raise KioskError(FailureCode.STORE_CORRUPT, f"gap in queue {', '.join(sorted({one for _, one in torn}))}")
        visits = int(connection.execute(select(func.count()).select_from(visit)).scalar_one())
        officers = int(connection.execute(select(func.count()).select_from(officer)).scalar_one())
        newest = connection.execute(select(func.max(visit.c.business_day))).scalar()
    audit = verify_audit(store)
    if audit.findings:
        raise KioskError(FailureCode.STORE_CORRUPT, f"audit: {audit.findings[0].found.value}")
    return Contents(visits, officers, newest, audit.rows, audit.digest)


def prove_copy(file: Path, key: bytes | None) -> None:
    """Whether this is a database that this key opens.

    Raises:
        KioskError: KEY_WRONG; STORE_CORRUPT; STORE_UNAVAILABLE: no such file.
    """
    if not file.is_file():
        raise KioskError(FailureCode.STORE_UNAVAILABLE, f"{file.name}: no such file")
    if key is not None and is_plain(file):
        raise KioskError(FailureCode.KEY_WRONG, f"{file.name} is not encrypted, store.encryption is on")
    with named_file_errors(key):
        if not file.stat().st_size:
            raise KioskError(FailureCode.STORE_CORRUPT, f"{file.name} is empty")
        if key is not None and not opens_first_page(file, key):
            # A copy has no box beside it: whether its key or its first page is another nobody can tell.
            raise KioskError(FailureCode.KEY_WRONG, f"{file.name} does not open")
    glance(file, key)


def restore(
    backup: Path, url: URL, key: bytes | None, note: NoteBeginning = lambda *_: None
) -> tuple[Contents, Path | None]:
    """Puts a backup in the place of the file of this address, which is kept beside it; where it went (None: none was).

    The copy is brought to today's tables and gives no number that was given since it was made; `note` writes the next
    row of its audit. Killed at any moment,
    the former file or the restored one is in place, whole.

    Raises:
        KioskError: KEY_WRONG, STORE_CORRUPT: of the backup; STORE_FULL, STORE_…. Nothing was changed.
        RetriableError: STORE_LOCKED: a kiosk has the database open.
    """
    prove_copy(backup, key)
    place = Place(file_of(url))
    with named_file_errors(key), place.alone(wait_s=_ALONE_WAIT_S):
        make_private_file(place.fresh)
        _copy(backup, place.fresh, key)
        known = place.numbers.read()
        with _opened(place.fresh, key) as store, store.transaction() as connection:
            bring_up_to_date(connection)
            go_on_after(connection, queues_behind(connection, known, uncertain=True), datetime.now(UTC))
            note(store, connection, _chain_end(place, key))
        contents = read_contents(place.fresh, key)
        aside = None if place.is_empty else free_name(place.file, "replaced")
        place.replace(aside or place.file.with_name(f"{place.file.name}.empty"), destroys=aside is None)
        place.in_use.unlink(missing_ok=True)
    log.warning("a backup was put back: %d visits", contents.visits)
    return contents, aside


def _chain_end(place: Place, key: bytes | None) -> ChainEnd | None:
    """Where the audit of the file ends that is replaced; None: there is none, or it cannot be read any more."""
    if place.is_empty:
        return None
    try:
        with closing(connect(place.file, key, read_only=True)) as replaced:
            return ChainEnd.read(replaced.execute("SELECT seq, digest FROM audit_chain").fetchone())
    except Exception as error:
        if not hasattr(error, "sqlite_errorname"):
            raise
        log.warning("where the replaced audit ended cannot be read: %s", error.sqlite_errorname)
        return None


def rehearse(backup: Path, key: bytes | None, folder: Path) -> Contents:
    """Whether this backup would do: opens a copy of it with today's program, reads it through, and removes the copy.

    `folder` is where the copy lies meanwhile.

    Raises:
        KioskError: as `restore`; STORE_UNAVAILABLE: it is of a newer program.
    """
    prove_copy(backup, key)
    make_private_folder(folder)
    with named_file_errors(key), tempfile.TemporaryDirectory(prefix=".rehearsal-", dir=folder) as apart:
        copy = Path(apart) / "rehearsal.db"
        make_private_file(copy)
        _copy(backup, copy, key)
        with _opened(copy, key) as store, store.transaction() as connection:
            bring_up_to_date(connection)
        return read_contents(copy, key)


def thin_out(backups: Sequence[Path], keep: int) -> int:
    """Removes all but the newest `keep` (0: none is removed); how many."""
    removed = 0
    for old in backups[keep:] if keep else ():
        with suppress(OSError):
            remove_database(old)
            removed += 1
    return removed


def _remove_forgotten(folder: Path) -> None:
    """What a backup left that was killed; another one may be at work now."""
    for left in folder.glob(f"kiosk-*{_SUFFIX}{_UNFINISHED}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _FORGOTTEN_AFTER_S:
                left.unlink()


@contextmanager
def _opened(file: Path, key: bytes | None) -> Iterator[Store]:
    """A store without what stands beside a kiosk's own file, for a copy; afterwards the copy is one file."""
    with Store(engine_of(URL.create("sqlite", database=str(file)), key)) as store:
        yield store
    with closing(connect(file, key)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()


def _copy(source: Path, target: Path, key: bytes | None) -> None:
    """Page by page, each as it was at one moment: the source may be written meanwhile."""
    with closing(connect(source, key, read_only=True)) as read, closing(connect(target, key)) as written:
        read.execute("BEGIN")
        read.execute("SELECT count(*) FROM sqlite_master").fetchall()
        # Within this one reading nothing changes, so the copy never has to begin again.
        read.backup(written, pages=_PAGES_AT_ONCE)
        read.execute("COMMIT")
        written.execute("PRAGMA journal_mode=DELETE").fetchall()
    for suffix in BESIDE:
        target.with_name(target.name + suffix).unlink(missing_ok=True)
