"""The journal in trouble: full, locked, damaged, out of reach. Each is named, and nothing is half saved."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.store import open_store
from kiosk.failure import FailureCode, KioskError, RetriableError

Requests = Callable[..., CheckInRequest]
Clocks = Callable[[], datetime]


@contextmanager
def pragma_on_every_connection(pragma: str) -> Iterator[None]:
    """Sets a PRAGMA whenever a connection leaves the pool."""

    def impose(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA {pragma}").close()

    event.listen(Engine, "checkout", impose)
    try:
        yield
    finally:
        event.remove(Engine, "checkout", impose)


def test_full_disk_is_store_full_and_the_next_number_follows_without_a_gap(
    journal: SqlJournal, request_for: Requests
) -> None:
    given: list[int] = []
    with pragma_on_every_connection("max_page_count=120"), pytest.raises(KioskError) as caught:
        given.extend(journal.check_in(request_for(person)).number for person in range(10_000))
    assert caught.value.code is FailureCode.STORE_FULL
    assert given == list(range(1, len(given) + 1)) != []
    journal.verify()
    assert journal.waiting() == {"noi-tong-quat": len(given)}
    with pragma_on_every_connection("max_page_count=100000"):
        assert journal.check_in(request_for(99_999)).number == len(given) + 1


def test_store_that_became_read_only_is_store_full(journal: SqlJournal, request_for: Requests) -> None:
    with pragma_on_every_connection("query_only=ON"), pytest.raises(KioskError) as caught:
        journal.check_in(request_for(1))
    assert caught.value.code is FailureCode.STORE_FULL


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_quota_reached_while_writing_is_store_full(
    file: Path, journal: SqlJournal, writer_command: tuple[list[str], Mapping[str, str]]
) -> None:
    import resource

    command, environment = writer_command
    limit = file.stat().st_size + 1_000_000  # a checkpoint of the tables' making, and room for some hundred
    writer = subprocess.run(
        [*command, str(file), "0", "5000"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert f"KioskError: {FailureCode.STORE_FULL.value}" in writer.stderr
    assert 0 < len(writer.stdout.split()) < 5000
    assert journal.waiting() == {"noi-tong-quat": len(writer.stdout.split())}
    journal.verify()


def test_store_locked_by_a_backup_is_retriable_and_works_afterwards(
    journal: SqlJournal, file: Path, request_for: Requests
) -> None:
    backup = sqlite3.connect(file, isolation_level=None)
    backup.execute("BEGIN IMMEDIATE")
    with pragma_on_every_connection("busy_timeout=50"), pytest.raises(RetriableError) as caught:
        journal.check_in(request_for(1))
    assert caught.value.code is FailureCode.STORE_LOCKED
    assert journal.waiting() == {}, "readers are not locked out"
    backup.execute("ROLLBACK")
    backup.close()
    assert journal.check_in(request_for(1)).number == 1


@pytest.mark.parametrize(
    "content", [b"this is no database, whatever its name says" * 50, b"SQLite format 3\0" + b"x" * 9000]
)
def test_file_that_is_no_database_is_store_corrupt(file: Path, clinic: Clinic, clock: Clocks, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(KioskError) as caught:
        open_store(f"sqlite:///{file}")
    assert caught.value.code is FailureCode.STORE_CORRUPT
    assert file.read_bytes() == content, "the evidence is left as it was"


def test_damaged_page_is_store_corrupt_when_opened(
    journal: SqlJournal, file: Path, open_journal: Callable[[], SqlJournal], request_for: Requests
) -> None:
    for person in range(60):
        journal.check_in(request_for(person))
    journal.store.close()
    content = bytearray(file.read_bytes())
    content[-8192:] = b"\xa5" * 8192
    file.write_bytes(content)
    with pytest.raises(KioskError) as caught:
        open_journal()
    assert caught.value.code is FailureCode.STORE_CORRUPT


@pytest.mark.parametrize(
    "change", ["DELETE FROM visit WHERE number = 2", "UPDATE ticket_counter SET last = 7", "DELETE FROM visit"]
)
def test_gap_made_by_hand_is_found(journal: SqlJournal, file: Path, request_for: Requests, change: str) -> None:
    for person in range(3):
        journal.check_in(request_for(person))
    journal.verify()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(change)
    connection.close()
    with pytest.raises(KioskError, match="gap in queue A") as caught:
        journal.verify()
    assert caught.value.code is FailureCode.STORE_CORRUPT


def test_folder_that_cannot_be_made_is_store_unavailable(tmp_path: Path, clinic: Clinic, clock: Clocks) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(KioskError) as caught:
        open_store(f"sqlite:///{tmp_path}/taken/journal.db")
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE


def test_folder_in_place_of_the_file_is_store_unavailable(tmp_path: Path, clinic: Clinic, clock: Clocks) -> None:
    with pytest.raises(KioskError) as caught:
        open_store(f"sqlite:///{tmp_path}")
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE


def test_journal_that_failed_to_open_leaves_no_connection(file: Path, clinic: Clinic, clock: Clocks) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database" * 100)
    open_files = Path("/proc/self/fd")
    if not open_files.exists():
        pytest.skip("counts open files in /proc")
    before = len(list(open_files.iterdir()))
    for _ in range(5):
        with pytest.raises(KioskError):
            open_store(f"sqlite:///{file}")
    assert len(list(open_files.iterdir())) == before
