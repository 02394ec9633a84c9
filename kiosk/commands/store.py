"""`kiosk store`: how the database is, its backups, and what to do when it is damaged."""

import logging
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from kiosk.app.auditing import BY_COMMAND
from kiosk.app.clock import now
from kiosk.app.keeping import away_key_of, own_file_of, store_key_of, store_of, store_password_of
from kiosk.app.records import anchor_beginning, note_of_beginning, note_of_command
from kiosk.app.refused import refused_visits_of
from kiosk.app.store_care import newest_backup, put_aside_of
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.store.backup import (
    Contents,
    back_up,
    backup_name,
    backups_in,
    contents_of,
    rehearse,
    restore,
)
from kiosk.checkin.store.cipher import is_plain
from kiosk.checkin.store.held_file import Holds, holds, prove_key
from kiosk.checkin.store.new_beginning import is_recovered
from kiosk.checkin.store.numbering import torn_queues
from kiosk.checkin.store.place import Place
from kiosk.checkin.store.recovery import recover
from kiosk.checkin.store.server_backup import dump, put_back
from kiosk.checkin.store.soundness import named_file_errors
from kiosk.checkin.store.sqlite import file_of
from kiosk.checkin.store.store import Store, open_store
from kiosk.commands.report import write_report
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings
from kiosk.text import Language, say

log = logging.getLogger(__name__)


def run(settings: Settings, given: Namespace) -> int:
    """Tells how the store is, copies it, puts a copy back, tries one, reads a damaged file out, or encrypts.

    Raises:
        KioskError: STORE_…, KEY_WRONG, KEYSTORE_…, OUTPUT_UNWRITABLE, SETTINGS_INVALID.
    """
    url = _url(settings.store_url)
    match given.action:
        case "status":
            report = _status(settings, url, as_json=given.json)
        case "check":
            with store_of(settings) as store:
                store.check_integrity()
                _check_numbers(store)
                report = _described(contents_of(store))
        case "encrypt":
            report = _encrypt(settings, url)
        case "backup":
            report = _back_up(settings, url, given.file)
            note_of_command(settings, Act.BACKED_UP)
        case "restore":
            report = _restore(settings, _url(given.to) if given.to else url, given.file)
        case "rehearse":
            key = store_key_of(settings)
            report = _described(rehearse(given.file, key, settings.data_folder))
        case "refused":
            report = _refused(settings, given)
        case _:
            report = _recover(settings, url, given.file)
    write_report(report, as_json=given.json)
    return 0


def _status(settings: Settings, url: URL, *, as_json: bool) -> dict[str, Any]:
    """What can be seen without opening the database: it works beside a damaged one too."""
    backups = backups_in(settings.backup_folder)
    newest = newest_backup(settings, now())
    report: dict[str, Any] = {"database": url.get_backend_name()}
    if _is_file(url):
        place = Place(file_of(url))
        with named_file_errors(None):
            there = not place.is_empty
            key = store_key_of(settings) if there else None
            found = holds(place, key)
            report["file"] = str(place.file)
            report["size"] = place.file.stat().st_size if there else 0
            if as_json:
                report |= {"encrypted": found is Holds.ENCRYPTED, "holds": found.value}
            else:
                report["holds"] = say(f"store.holds.{found.value}", Language.VI)
            if there:
                prove_key(place, key)
    aside = put_aside_of(settings)
    report["put_aside"] = aside.name if aside else ""
    report["backups"] = len(backups)
    report["newest_backup"] = newest.isoformat(timespec="seconds") if newest else ""
    return report


def _check_numbers(store: Store) -> None:
    with store.transaction(reading=True) as connection:
        torn = torn_queues(connection)
    if torn:
        queues = ", ".join(f"{prefix} {day.isoformat()}" for day, prefix in torn)
        raise KioskError(FailureCode.STORE_CORRUPT, f"gap in queue {queues}")


def _encrypt(settings: Settings, url: URL) -> dict[str, Any]:
    """Opening does it; this says whether it is done."""
    _need_file(url)
    if settings.store.encryption != "on":
        raise KioskError(FailureCode.SETTINGS_INVALID, 'store.encryption is "off"')
    store_of(settings).close()
    return {"file": str(file_of(url)), "encrypted": not is_plain(file_of(url))}


def _back_up(settings: Settings, url: URL, file: Path | None) -> dict[str, Any]:
    if file is None and settings.backup_folder is None:
        raise KioskError(FailureCode.SETTINGS_INVALID, "backup.folder is empty: name a FILE")
    target = file or (settings.backup_folder or Path()) / backup_name(now(), of_server=not _is_file(url))
    if not _is_file(url):
        dump(url, store_password_of(settings), target)
        return {"backup": str(target), "size": target.stat().st_size}
    contents = back_up(url, store_key_of(settings), target)
    return {"backup": str(target), "size": target.stat().st_size, **_described(contents)}


def _restore(settings: Settings, url: URL, file: Path) -> dict[str, Any]:
    note = note_of_beginning(settings, Act.RESTORED, BY_COMMAND)
    if not _is_file(url):
        password = store_password_of(settings)
        put_back(file, url, password)
        with (
            open_store(url.render_as_string(hide_password=False), password) as store,
            store.transaction() as connection,
        ):
            note(store, connection, None)
        _note_restored(settings, url)
        return {"database": url.get_backend_name()}
    contents, aside = restore(file, url, store_key_of(settings), note)
    _note_restored(settings, url)
    return {"file": str(file_of(url)), "put_aside": aside.name if aside else "", **_described(contents)}


def _note_restored(settings: Settings, url: URL) -> None:
    """Of this kiosk's own store the beginning goes to the anchors; that a copy went elsewhere is noted in its audit."""
    if url == _url(settings.store_url):
        anchor_beginning(settings)
        return
    try:
        note_of_command(settings, Act.RESTORED)
    except KioskError as error:
        log.warning("this kiosk's own store is not there to note it: %s", error)  # which is why one is put elsewhere


def _recover(settings: Settings, url: URL, damaged: Path) -> dict[str, Any]:
    """Into the store's file; beside a shared store into the desk's own, from which the kiosk brings them in."""
    running = own_file_of(settings)
    done = recover(damaged, running, store_key_of(settings) if _is_file(url) else away_key_of(settings))
    is_recovered(running, damaged)
    return asdict(done)


def _refused(settings: Settings, given: Namespace) -> dict[str, Any]:
    """Tries again what the shared store refused, and does what an officer decided about one of them."""
    with refused_visits_of(settings) as refused:
        if refused is None:
            return {"brought": 0, "refused": []}
        if given.renumber:
            new = refused.renumber(given.renumber, given.officer)
            return {"told": say("store.refused.renumbered", Language.VI, before=given.renumber, after=new)}
        if given.drop:
            refused.drop(given.drop, given.officer, given.reason)
            return {"told": say("store.refused.dropped", Language.VI, ticket=given.drop)}
        tried = refused.try_again()
    listed: list[Any] = [asdict(one) | {"business_day": one.business_day.isoformat()} for one in tried.refusals]
    if not given.json:
        listed = [
            say(f"store.refused.{one.why.value}", Language.VI, ticket=one.ticket, day=f"{one.business_day:%d/%m/%Y}")
            for one in tried.refusals
        ]
    return {"brought": tried.brought, "refused": listed}


def _described(contents: Contents) -> dict[str, Any]:
    return {**asdict(contents), "newest_day": contents.newest_day.isoformat() if contents.newest_day else ""}


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _need_file(url: URL) -> None:
    if not _is_file(url):
        raise KioskError(FailureCode.STORE_UNAVAILABLE, "a server looks after its own")


def _url(written: str) -> URL:
    try:
        return make_url(written)
    except ArgumentError as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"store.url: {type(error).__name__}") from None
