"""A database's file and what stands beside it in `FILE.state/`, so that it can be replaced while nobody uses it.

Beside the file stand: `lock`, which every open store holds; `in-use`, which is there from the first opening to the last
closing, so that it is found after a power cut; `numbers` (`given_numbers`); `key-check` (`key_check`); and `replacing`
while one file takes another's place.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.checkin.store.given_numbers import GivenNumbers
from kiosk.checkin.store.private_file import (
    destroy,
    make_private_file,
    make_private_folder,
    replace_private,
    sync_file,
    sync_folder,
)
from kiosk.failure import FailureCode, KioskError, RetriableError

BESIDE = ("-wal", "-shm", "-journal")
"""The files of SQLite's own that belong to a database of that name."""
_SHARED_WAIT_S = 30.0
_GLANCE_S = 0.05


@dataclass(frozen=True, slots=True)
class _Replacement:
    """One file takes another's place: `fresh` comes, what was there goes to `aside`, or is destroyed."""

    fresh: str
    aside: str
    destroys: bool


class Lock:
    """Who has the database open: many share it, whoever replaces it is alone. A killed process lets go."""

    def __init__(self, file: Path) -> None:
        make_private_file(file)
        # SQLite's own locks: the same on Windows, macOS and Linux, and let go when a process dies.
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=DELETE").close()

    def share(self) -> None:
        """Waits until nobody is alone with it.

        Raises:
            RetriableError: STORE_LOCKED.
        """
        self._release()
        self._wait(_SHARED_WAIT_S)
        try:
            self._connection.execute("BEGIN").close()
            self._connection.execute("SELECT count(*) FROM sqlite_master").close()
        except sqlite3.OperationalError:
            self._release()
            raise RetriableError(FailureCode.STORE_LOCKED, "another program works on the file as a whole") from None

    def take(self, *, wait_s: float = _GLANCE_S) -> bool:
        """Whether this one is alone with it now; what it shared before it has let go."""
        self._release()
        self._wait(wait_s)
        try:
            self._connection.execute("BEGIN EXCLUSIVE").close()
        except sqlite3.OperationalError:
            self._release()
            return False
        return True

    def close(self) -> None:
        """Lets go."""
        self._connection.close()

    def _wait(self, seconds: float) -> None:
        self._connection.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}").close()

    def _release(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK").close()


class Place:
    """A database's file with all that belongs to it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.state = file.with_name(f"{file.name}.state")
        self.in_use = self.state / "in-use"
        self.key_check = self.state / "key-check"
        self.numbers = GivenNumbers(self.state / "numbers")
        self._replacing = self.state / "replacing"

    @property
    def fresh(self) -> Path:
        """Where the next one is prepared; whoever is alone here owns it."""
        return self.file.with_name(f"{self.file.name}.fresh")

    @property
    def is_empty(self) -> bool:
        """Whether there is no database yet."""
        try:
            return self.file.stat().st_size == 0
        except FileNotFoundError:
            return True

    @property
    def needs_to_be_alone(self) -> bool:
        """Whether a replacement was cut short."""
        return self._replacing.exists()

    def lock(self) -> Lock:
        """Its lock, not yet held.

        Raises:
            OSError: the folder beside the database cannot be made.
        """
        make_private_folder(self.file.parent)  # itself: of a folder's parents none would be private
        make_private_folder(self.state)
        return Lock(self.state / "lock")

    @contextmanager
    def alone(self, *, wait_s: float = _GLANCE_S) -> Iterator[None]:
        """Nobody else has the database open until the block ends; what was cut short is ended first.

        Raises:
            RetriableError: STORE_LOCKED: somebody has.
        """
        with closing(self.lock()) as lock:
            if not lock.take(wait_s=wait_s):
                raise RetriableError(FailureCode.STORE_LOCKED, "a kiosk has it open")
            self.end_what_was_cut_short()
            yield

    def mark_in_use(self) -> None:
        """Leaves the mark that only the last closing takes away.

        Raises:
            OSError: the disk does not take it.
        """
        make_private_file(self.in_use)
        sync_folder(self.state)

    def replace(self, aside: Path, *, destroys: bool = False) -> None:
        """Puts `fresh`, which is complete, in the file's place; what was there goes to `aside` or is destroyed.

        Killed at any moment, `end_what_was_cut_short` ends it: there is always one whole database to be found.

        Raises:
            OSError: it could not be ended; the next opening does.
        """
        sync_file(self.fresh)
        intent = _Replacement(self.fresh.name, aside.name, destroys)
        replace_private(self._replacing, json.dumps(asdict(intent)).encode())
        self.end_what_was_cut_short()

    def end_what_was_cut_short(self) -> None:
        """Goes on with a replacement, or removes a fresh file that none was meant for; for whoever is alone here.

        Raises:
            OSError: the disk does not do it.
        """
        intent = self._intent()
        if intent is None:
            _remove(self.fresh)
            return
        fresh, aside = self.file.with_name(intent.fresh), self.file.with_name(intent.aside)
        if fresh.exists():
            for suffix in (*BESIDE, ""):
                source, target = _beside(self.file, suffix), _beside(aside, suffix)
                if source.exists() and not target.exists():
                    source.rename(target)
            sync_folder(self.file.parent)
            fresh.replace(self.file)
            sync_folder(self.file.parent)
        if intent.destroys:
            for suffix in (*BESIDE, ""):
                destroy(_beside(aside, suffix))
        self._replacing.unlink()

    def _intent(self) -> _Replacement | None:
        try:
            return _Replacement(**json.loads(self._replacing.read_bytes()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            raise KioskError(FailureCode.STORE_CORRUPT, f"{self._replacing.name}: not readable") from None


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _remove(file: Path) -> None:
    for suffix in (*BESIDE, ""):
        with suppress(FileNotFoundError):
            _beside(file, suffix).unlink()
