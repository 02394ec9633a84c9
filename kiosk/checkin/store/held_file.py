"""A database's file as one process has it open: looked after at the first opening and at the last closing.

How long a start takes does not grow with the file: it is read through where it is small or where the last end was not
a clean one (a power cut leaves the mark `in-use`), then for some seconds at most. Otherwise a glance has to do: every
encrypted page carries its own check sum and is refused when it is read.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, Engine, ExceptionContext, event, select

from kiosk.checkin.store.cipher import PAGE_BYTES, connect, export_encrypted, is_plain
from kiosk.checkin.store.errors import failure_named
from kiosk.checkin.store.key_check import KeyCheck, key_is_missing, read_key_check, write_key_check
from kiosk.checkin.store.numbering import go_on_after, queues_behind
from kiosk.checkin.store.page import opens_first_page
from kiosk.checkin.store.place import Place
from kiosk.checkin.store.private_file import make_private_file
from kiosk.checkin.store.soundness import glance, named_file_errors, read_through
from kiosk.checkin.store.tables import journal
from kiosk.failure import FailureCode, KioskError, RetriableError

SMALL_BYTES = 16 << 20
"""A file up to this size is read through at each start: a tenth of a second."""
CHECK_WITHIN_S = 10.0
_ALONE_WAIT_S = 30.0
_WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
"""How a write-ahead log begins [SQLite file format §4.1]."""

log = logging.getLogger(__name__)

Transaction = Callable[..., AbstractContextManager[Connection]]


class HeldFile:
    """The file of an open store.

    Raises:
        KioskError: KEY_WRONG: another key, or none; nothing was touched. STORE_CORRUPT, STORE_….
        RetriableError: STORE_LOCKED: another program replaces the file.
    """

    def __init__(self, file: Path, key: bytes | None) -> None:
        self.place = Place(file)
        self._key = key
        self._is_suspect = False
        self._has_let_go = False
        self._lost_transactions = False
        with named_file_errors(key):
            make_private_file(file)
            self._lock = self.place.lock()
            try:
                self._enter()
            except BaseException:
                self._lock.close()
                raise

    def watch(self, engine: Engine) -> None:
        """A page that turns out damaged while it is used lets the next start read the whole file."""
        event.listen(engine, "handle_error", self._look_at)

    def settle(self, transaction: Transaction) -> None:
        """After the tables are there: no number is given twice, and what a new database would need lies beside it.

        Raises:
            KioskError: STORE_….
        """
        with named_file_errors(self._key):
            known = self.place.numbers.read()
        with transaction(reading=True) as connection:
            behind = queues_behind(connection, known, uncertain=self._lost_transactions)
            salt = bytes(connection.execute(select(journal.c.person_salt)).scalar_one())
        if behind:
            with transaction() as connection:
                go_on_after(connection, behind, datetime.now(UTC))
            log.error("the database knows less than was given: %d queues go on after the mark", len(behind))
        if self._key is not None:
            with named_file_errors(self._key):
                self._remember(salt)

    def let_go(self) -> None:
        """After the last connection is closed; whoever is the last takes the mark away, unless damage was seen."""
        if self._has_let_go:
            return
        self._has_let_go = True
        with suppress(OSError):
            if self._lock.take(wait_s=0) and not self._is_suspect:
                self.place.in_use.unlink(missing_ok=True)
        self._lock.close()

    def _enter(self) -> None:
        if self._lock.take():
            self._look_after()
        else:
            self._lock.share()
            if self.place.needs_to_be_alone or (self._key is not None and is_plain(self.place.file)):
                if not self._lock.take(wait_s=_ALONE_WAIT_S):
                    raise RetriableError(FailureCode.STORE_LOCKED, "another program has the unencrypted file open")
                self._look_after()
            else:
                prove_key(self.place, self._key)
        self._lock.share()

    def _look_after(self) -> None:
        """Alone with the file: ends what was cut short, encrypts what is not yet, and looks whether it is whole."""
        self.place.end_what_was_cut_short()
        make_private_file(self.place.file)
        prove_key(self.place, self._key)
        if self._key is not None and is_plain(self.place.file):
            encrypt(self.place, self._key)
        ended_cleanly = not self.place.in_use.exists()
        if self.place.is_empty:
            self._lost_transactions = True
        else:
            self._lost_transactions = not ended_cleanly and not _has_log(self.place.file)
            self._look(ended_cleanly=ended_cleanly)
        self.place.mark_in_use()

    def _look(self, *, ended_cleanly: bool) -> None:
        if not ended_cleanly or self.place.file.stat().st_size <= SMALL_BYTES:
            if not read_through(self.place.file, self._key, within_s=CHECK_WITHIN_S):
                log.warning("the file was not read through in %.0f s after an unclean end", CHECK_WITHIN_S)
        else:
            glance(self.place.file, self._key)

    def _remember(self, salt: bytes) -> None:
        if self._key is None:
            return
        with self.place.file.open("rb") as opened:
            first_page = opened.read(PAGE_BYTES)
        try:
            known = read_key_check(self.place.key_check, self._key)
        except KioskError:
            known = None  # the database opened with this key, so it is the box that is damaged
        if len(first_page) < PAGE_BYTES:
            first_page = known.first_page if known else b""
        if known != (now := KeyCheck(salt, first_page)):
            write_key_check(self.place.key_check, self._key, now)

    def _look_at(self, context: ExceptionContext) -> None:
        name = getattr(context.original_exception, "sqlite_errorname", "")
        if name and failure_named(name).code is FailureCode.STORE_CORRUPT:
            self._is_suspect = True


class Holds(StrEnum):
    """What a store's file is, as far as it can be seen without opening it."""

    NOTHING = "nothing"
    PLAIN = "plain-database"
    ENCRYPTED = "encrypted-database"
    NO_DATABASE = "no-database"
    UNKNOWN = "unknown"
    """Whole pages, and no key to tell an encrypted database from anything else."""


def holds(place: Place, key: bytes | None) -> Holds:
    """What the file is; nothing is changed. A database whose first page is damaged is none any more.

    Raises:
        OSError: it cannot be read.
    """
    if place.is_empty:
        return Holds.NOTHING
    if is_plain(place.file):
        return Holds.PLAIN
    if place.file.stat().st_size % PAGE_BYTES:
        return Holds.NO_DATABASE
    if key is None:
        return Holds.UNKNOWN
    return Holds.ENCRYPTED if opens_first_page(place.file, key) else Holds.NO_DATABASE


def prove_key(place: Place, key: bytes | None) -> None:
    """Whether this key is the file's; nothing is changed.

    Raises:
        KioskError: KEY_WRONG; STORE_CORRUPT: the key is right and the file is no database, or it never was one.
        OSError: what lies beside it cannot be read.
    """
    is_encrypted = not place.is_empty and not is_plain(place.file)
    if key is None:
        if is_encrypted and place.key_check.exists():
            raise key_is_missing("the file is encrypted")
        return
    try:
        known = read_key_check(place.key_check, key)
    except KioskError:
        if not is_encrypted and not place.is_empty:
            return  # an unencrypted file was put here, and is encrypted next
        if is_encrypted and opens_first_page(place.file, key):
            return
        raise
    if known is None and is_encrypted and not opens_first_page(place.file, key):
        # Without a box nothing tells a wrong key from damage; a file of whole pages may still have its key somewhere.
        if place.file.stat().st_size % PAGE_BYTES:
            raise KioskError(FailureCode.STORE_CORRUPT, "no database")
        raise key_is_missing("does not open")


def encrypt(place: Place, key: bytes) -> None:
    """Makes an encrypted database of an unencrypted one, which is destroyed; for whoever is alone with the file.

    Killed at any moment, the old one is whole, or the new one is and the next opening destroys what is left of the old.

    Raises:
        KioskError: STORE_CORRUPT, STORE_FULL, STORE_…; the old one is as it was.
        OSError: the disk does not do it.
    """
    read_through(place.file, None)
    make_private_file(place.fresh)
    export_encrypted(place.file, place.fresh, key)
    read_through(place.fresh, key)
    if (plain := _counts(place.file, None)) != _counts(place.fresh, key):
        raise KioskError(FailureCode.STORE_CORRUPT, "the encrypted copy is not the same")
    place.replace(place.file.with_name(f"{place.file.name}.unencrypted"), destroys=True)
    log.warning("the database is encrypted now: %d tables", len(plain))


def _has_log(file: Path) -> bool:
    """Whether the log is there that an unclean end leaves, empty or with the header that it begins with."""
    try:
        with file.with_name(f"{file.name}-wal").open("rb") as log_file:
            header = log_file.read(len(_WAL_MAGIC[0]))
    except FileNotFoundError:
        return False
    return not header or header in _WAL_MAGIC


def _counts(file: Path, key: bytes | None) -> dict[str, int]:
    with closing(connect(file, key)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - its own name
            for (name,) in names
        }
