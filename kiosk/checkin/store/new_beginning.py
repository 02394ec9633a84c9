"""A damaged database is put aside and a new one begun, so that the hall goes on being served.

The new one gives no number that may already lie in somebody's hand, knows everybody by the same digest as before, and
has the officers and rooms of the damaged file or, where they cannot be read, of the newest backup. The visits come back
later, by `recovery`. Nothing of the damaged file is changed or removed.
"""

import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from kiosk.checkin.audit.beginning import ChainEnd, NoteBeginning
from kiosk.checkin.store.audit_tables import audit_chain
from kiosk.checkin.store.cipher import connect
from kiosk.checkin.store.given_numbers import MARK_AHEAD, Given, Queue
from kiosk.checkin.store.held_file import CHECK_WITHIN_S, prove_key
from kiosk.checkin.store.key_check import KeyCheck, read_key_check
from kiosk.checkin.store.numbering import go_on_after, queues_behind
from kiosk.checkin.store.place import BESIDE, Place
from kiosk.checkin.store.private_file import make_private_file, replace_private
from kiosk.checkin.store.recovery import aside_key_check, copy_tables_apart, read_out, tables_apart
from kiosk.checkin.store.schema import bring_up_to_date
from kiosk.checkin.store.soundness import named_file_errors, read_through
from kiosk.checkin.store.sqlite import durable, engine_of, file_of
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import journal, ticket_counter
from kiosk.failure import FailureCode, KioskError

_ALONE_WAIT_S = 30.0
_SALT_BYTES = 32

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PutAside:
    """What the staff are told until the visits are back: the damaged file's name, and since when a new one is used."""

    name: str
    at: str


def begin_anew(
    url: URL, key: bytes | None, backups: Sequence[Path] = (), note: NoteBeginning = lambda *_: None
) -> PutAside | None:
    """Puts the damaged file of this address aside and begins a new one; None: it is not damaged.

    `backups` are looked into, the first one that opens, for what the damaged file does not show. `note` writes the new
    audit's first row. Of two programs that come at once one does it, and the other finds it done.

    Raises:
        KioskError: KEY_WRONG: nothing was touched; STORE_FULL, STORE_…: the damaged file is still in its place.
        RetriableError: STORE_LOCKED: another program has it open.
    """
    place = Place(file_of(url))
    with named_file_errors(key), place.alone(wait_s=_ALONE_WAIT_S):
        if _is_sound(place, key):
            return None
        aside = free_name(place.file, "damaged")
        box = _box(place, key)
        # What a table's root leads to is read at once; the whole file only by `recover`.
        salvage = place.state / "salvage"
        try:
            read = _read_small(place.file, salvage, key, box)
            _prepare(place, key, read, box.person_salt, [salvage, *backups], note)
        finally:
            remove_database(salvage)
        if place.key_check.exists():
            shutil.copyfile(place.key_check, _private(aside_key_check(aside)))
        noted = PutAside(aside.name, datetime.now(UTC).isoformat(timespec="seconds"))
        replace_private(_note(place), json.dumps(asdict(noted)).encode())
        place.replace(aside)
        place.in_use.unlink(missing_ok=True)
    log.error("the damaged database was put aside as %s, a new one begun", aside.name)
    return noted


def put_aside(file: Path) -> PutAside | None:
    """Which damaged file still waits for `kiosk store recover`; None: none does."""
    try:
        noted = PutAside(**json.loads(_note(Place(file)).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return noted if file.with_name(noted.name).exists() else None


def is_recovered(file: Path, damaged: Path) -> None:
    """The damaged file's visits are back: the staff are no longer told of it."""
    noted = put_aside(file)
    if noted is not None and noted.name == damaged.name:
        with suppress(OSError):
            _note(Place(file)).unlink(missing_ok=True)


def free_name(file: Path, what: str) -> Path:
    """`kiosk.db.damaged-20261122T053000Z`, or with a number where that is taken."""
    moment = f"{file.name}.{what}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    names = (moment, *(f"{moment}-{at}" for at in range(2, 1000)))
    return next(free for name in names if not (free := file.with_name(name)).exists())


def remove_database(file: Path) -> None:
    """Removes a database that was only for a piece of work."""
    for suffix in (*BESIDE, ""):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _note(place: Place) -> Path:
    return place.state / "put-aside"


def _is_sound(place: Place, key: bytes | None) -> bool:
    try:
        prove_key(place, key)
        read_through(place.file, key, within_s=CHECK_WITHIN_S)
    except KioskError as error:
        if error.code is FailureCode.STORE_CORRUPT:
            return False
        raise
    return True


def _box(place: Place, key: bytes | None) -> KeyCheck:
    return (read_key_check(place.key_check, key) if key is not None else None) or KeyCheck()


@dataclass(frozen=True, slots=True)
class _Small:
    """What could be read at once: the digests' salt (else empty), the counters, where the audit's chain ended."""

    salt: bytes
    counters: dict[Queue, int]
    audit: ChainEnd | None


def _read_small(file: Path, salvage: Path, key: bytes | None, box: KeyCheck) -> _Small:
    """The small tables, where they can be read; the tables apart stay in `salvage`."""
    remove_database(salvage)
    small = {journal.name, ticket_counter.name, audit_chain.name, *(table.name for table in tables_apart())}
    read = read_out(file, salvage, key, box.first_page, small).read
    counters: dict[Queue, int] = {}
    salt, ended = b"", None
    with closing(connect(salvage, key)) as connection:
        if read.get(journal.name):
            (found,) = connection.execute(f"SELECT person_salt FROM {journal.name}").fetchone()  # noqa: S608
            salt = found if isinstance(found, bytes) and len(found) == _SALT_BYTES else b""
        if read.get(ticket_counter.name):
            for day, prefix, last in connection.execute("SELECT business_day, prefix, last FROM ticket_counter"):
                with suppress(ValueError, TypeError):
                    counters[date.fromisoformat(day), str(prefix)] = int(last)
        if read.get(audit_chain.name):
            ended = ChainEnd.read(connection.execute("SELECT seq, digest FROM audit_chain").fetchone())
    return _Small(salt, counters, ended)


def _prepare(
    place: Place, key: bytes | None, read: _Small, spare_salt: bytes, sources: Sequence[Path], note: NoteBeginning
) -> None:
    """Makes the new database, complete, where it waits to take its place."""
    make_private_file(place.fresh)
    known = _beyond(read.counters, place.numbers.read())
    engine = engine_of(URL.create("sqlite", database=str(place.fresh)), key)
    with Store(engine) as store, store.transaction() as connection:
        bring_up_to_date(connection)
        if salt := read.salt or spare_salt:
            connection.execute(journal.update().values(person_salt=salt))
        go_on_after(connection, queues_behind(connection, known, uncertain=True), datetime.now(UTC))
        note(store, connection, read.audit)
    with closing(durable(connect(place.fresh, key))) as connection:
        for source in sources:
            try:
                if any(copy_tables_apart(connection, source, key).values()):
                    break
            except Exception as error:
                if not hasattr(error, "sqlite_errorname"):
                    raise
                log.warning("%s does not open: %s", source.name, error.sqlite_errorname)


def _beyond(counters: dict[Queue, int], recorded: Mapping[Queue, Given]) -> dict[Queue, Given]:
    """The marks; where the record knows nothing of a queue, as many numbers after its counter as a mark is ahead."""
    latest = max((day for day, _ in counters), default=None)
    guessed = {
        queue: Given(last, last + MARK_AHEAD)
        for queue, last in counters.items()
        if queue not in recorded and queue[0] == latest
    }
    return {**guessed, **recorded}


def _private(file: Path) -> Path:
    make_private_file(file)
    return file
