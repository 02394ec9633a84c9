"""A server's own backup programs, where they are installed on this machine: `pg_dump` and `pg_restore`.

A hospital's server has its own backup; this is the copy of this program's database alone. Its password goes in the
environment of the program, never on a command line, where everybody on the machine could read it.
"""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL

from kiosk.checkin.store.private_file import make_private_file, make_private_folder, sync_file, sync_folder
from kiosk.checkin.store.soundness import named_file_errors
from kiosk.checkin.store.tables import visit
from kiosk.failure import FailureCode, KioskError

SUFFIX = ".pgdump"
_MAGIC = b"PGDMP"
_UNFINISHED = ".unfinished"
_WITHIN_S = 4 * 3600


def dump(url: URL, password: str, target: Path) -> None:
    """Writes the database, as it is at one moment, in `pg_dump`'s own compressed format; desks go on meanwhile.

    Raises:
        KioskError: STORE_UNAVAILABLE: `pg_dump` is not installed, or fails; OUTPUT_UNWRITABLE: the file exists;
            STORE_FULL.
    """
    if target.exists():
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, f"{target.name} exists")
    program = _program("pg_dump")
    unfinished = target.with_name(target.name + _UNFINISHED)
    with named_file_errors(None):
        make_private_folder(target.parent)
        unfinished.unlink(missing_ok=True)
        make_private_file(unfinished)
        try:
            _run([program, "--format=custom", "--no-owner", "--no-privileges", f"--file={unfinished}"], url, password)
            _run([_program("pg_restore"), "--list", str(unfinished)], None, "")
            sync_file(unfinished)
            unfinished.rename(target)
            sync_folder(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)


def put_back(backup: Path, url: URL, password: str) -> None:
    """Fills an empty database of a server from such a file, as a whole or not at all.

    Raises:
        KioskError: STORE_UNAVAILABLE: no such file or program, the database is not empty, or it fails; STORE_CORRUPT:
            the file is none of `pg_dump`'s.
    """
    with named_file_errors(None):
        if not is_dump(backup):
            raise KioskError(FailureCode.STORE_CORRUPT, f"{backup.name} is no dump")
    program = _program("pg_restore")
    if not _is_empty(url, password):
        raise KioskError(FailureCode.STORE_UNAVAILABLE, "the database is not empty: name a new one with --to")
    words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={url.database}"]
    _run([program, *words, str(backup)], url, password, database=False)


def is_dump(file: Path) -> bool:
    """Whether `pg_dump` wrote this.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC


def _is_empty(url: URL, password: str) -> bool:
    from kiosk.checkin.store.errors import named_errors
    from kiosk.checkin.store.postgres import engine_of

    engine = engine_of(url, password)
    try:
        with named_errors(), engine.connect() as connection:
            return not inspect(connection).has_table(visit.name)
    finally:
        engine.dispose()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise KioskError(FailureCode.STORE_UNAVAILABLE, f"{name} is not installed here: use the server's own backup")
    return found


def _run(words: list[str], url: URL | None, password: str, *, database: bool = True) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if url is not None:
        secret = str(url.password) if url.password is not None else password
        given = {
            "PGHOST": url.host,
            "PGPORT": str(url.port) if url.port else None,
            "PGUSER": url.username,
            "PGDATABASE": url.database if database else None,
            "PGPASSWORD": secret or None,
            "PGSSLMODE": str(url.query["sslmode"]) if "sslmode" in url.query else None,
            "PGSSLROOTCERT": str(url.query["sslrootcert"]) if "sslrootcert" in url.query else None,
        }
        environment.update({name: value for name, value in given.items() if value})
    words = [words[0], *(["--no-password"] if url is not None else []), *words[1:]]
    try:
        done = subprocess.run(  # noqa: S603 - a program by its full path, no shell
            words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_WITHIN_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise KioskError(FailureCode.STORE_UNAVAILABLE, f"{Path(words[0]).name}: no end") from None
    if done.returncode:
        # What it says may quote rows; only that it failed is told.
        if b"No space left" in done.stderr:
            raise KioskError(FailureCode.STORE_FULL, Path(words[0]).name)
        raise KioskError(FailureCode.STORE_UNAVAILABLE, f"{Path(words[0]).name} ended with {done.returncode}")
