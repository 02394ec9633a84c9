"""Backups: made while the kiosk works, known to open, put back without giving a number twice."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.backup import back_up, backup_name, backups_in, read_contents, rehearse, restore, thin_out
from kiosk.checkin.store.store import open_store
from kiosk.failure import FailureCode, KioskError, RetriableError

Requests = Callable[..., CheckInRequest]
Clocks = Callable[[], datetime]
Killed = Callable[..., int]

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
VISITS = 40


@pytest.fixture
def desk(file: Path, clinic: Clinic, clock: Clocks) -> Callable[[], SqlJournal]:
    return lambda: SqlJournal(open_store(f"sqlite:///{file}", key=KEY), clinic, clock)


@pytest.fixture
def journal(desk: Callable[[], SqlJournal], request_for: Requests) -> SqlJournal:
    """Forty were here this morning; closed by the test."""
    journal = desk()
    for person in range(VISITS):
        journal.check_in(request_for(person))
    return journal


@pytest.fixture
def saved(journal: SqlJournal, file: Path, tmp_path: Path) -> Path:
    """A backup of that, and the kiosk closed."""
    target = tmp_path / "apart" / "kiosk.kioskdb"
    back_up(make_url(f"sqlite:///{file}"), KEY, target)
    journal.store.close()
    return target


def test_backup_while_the_kiosk_works_is_one_moment_and_encrypted(
    journal: SqlJournal, file: Path, tmp_path: Path, request_for: Requests
) -> None:
    url = make_url(f"sqlite:///{file}")
    with ThreadPoolExecutor(1) as desk:
        working = [desk.submit(journal.check_in, request_for(1000 + at)) for at in range(100)]
        made = [back_up(url, KEY, tmp_path / f"{at}.kioskdb") for at in range(3)]
        given = [done.result().number for done in working]
    assert given == list(range(VISITS + 1, VISITS + 101)), "nobody waited in vain"
    assert VISITS <= made[0].visits <= made[1].visits <= made[2].visits <= VISITS + 100
    journal.store.close()
    target = tmp_path / "2.kioskdb"
    assert read_contents(target, KEY) == made[2], "its queues have no gap: it is one moment"
    content = target.read_bytes()
    assert "Nguyễn Văn Mẫu".encode() not in content
    assert b"SQLite" not in content[:16]
    assert sorted(one.name for one in tmp_path.glob("*kioskdb*")) == ["0.kioskdb", "1.kioskdb", "2.kioskdb"]
    if sys.platform != "win32":
        assert target.stat().st_mode & 0o077 == 0


def test_restored_backup_gives_no_number_that_was_given_since(
    saved: Path, desk: Callable[[], SqlJournal], file: Path, request_for: Requests
) -> None:
    journal = desk()
    for person in range(500, 510):
        journal.check_in(request_for(person))
    journal.store.close()
    contents, aside = restore(saved, make_url(f"sqlite:///{file}"), KEY)
    assert contents.visits == VISITS
    assert aside is not None
    assert read_contents(aside, KEY).visits == VISITS + 10, "what was there is kept"
    journal = desk()
    assert VISITS + 10 < journal.check_in(request_for(600)).number <= VISITS + 30
    assert journal.check_in(request_for(3)).repeated
    journal.verify()
    journal.store.close()


def test_restore_into_an_empty_place(saved: Path, tmp_path: Path, clinic: Clinic, clock: Clocks) -> None:
    url = f"sqlite:///{tmp_path}/elsewhere/kiosk.db"
    contents, aside = restore(saved, make_url(url), KEY)
    assert (contents.visits, aside) == (VISITS, None)
    with open_store(url, key=KEY) as store:
        SqlJournal(store, clinic, clock).verify()


def test_restore_beside_an_open_kiosk_is_refused(
    journal: SqlJournal, file: Path, tmp_path: Path, request_for: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.checkin.store.backup._ALONE_WAIT_S", 0.05)
    url = make_url(f"sqlite:///{file}")
    back_up(url, KEY, tmp_path / "one.kioskdb")
    with pytest.raises(RetriableError) as caught:
        restore(tmp_path / "one.kioskdb", url, KEY)
    assert caught.value.code is FailureCode.STORE_LOCKED
    assert journal.check_in(request_for(999)).number == VISITS + 1
    journal.store.close()


@pytest.mark.parametrize("damage", ["page", "cut", "key", "empty", "absent"])
def test_backup_that_would_not_do_is_told_and_nothing_is_changed(
    saved: Path, file: Path, tmp_path: Path, damage: str
) -> None:
    before = file.read_bytes()
    content = bytearray(saved.read_bytes())
    middle = len(content) // 4096 // 2 * 4096
    key = OTHER if damage == "key" else KEY
    match damage:
        case "page":
            content[middle : middle + 4096] = bytes(4096)
        case "cut":
            del content[middle + 100 :]
        case "empty":
            content.clear()
    saved.write_bytes(content)
    if damage == "absent":
        saved.unlink()
    others = {"key": FailureCode.KEY_WRONG, "absent": FailureCode.STORE_UNAVAILABLE}
    for attempt in (lambda: rehearse(saved, key, tmp_path), lambda: restore(saved, make_url(f"sqlite:///{file}"), key)):
        with pytest.raises(KioskError) as caught:
            attempt()
        assert caught.value.code is others.get(damage, FailureCode.STORE_CORRUPT)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob(".rehearsal*"))


def test_rehearsal_tells_what_is_in_it_and_leaves_nothing(saved: Path, tmp_path: Path) -> None:
    apart = tmp_path / "rehearsals"
    contents = rehearse(saved, KEY, apart)
    assert (contents.visits, contents.audit_rows) == (VISITS, 0)
    assert list(apart.iterdir()) == []


@pytest.mark.parametrize(
    "change", ["DELETE FROM visit WHERE number = 2", "UPDATE ticket_counter SET last = 99"], ids=["visit", "counter"]
)
def test_backup_with_a_missing_number_is_none(
    file: Path, tmp_path: Path, clinic: Clinic, clock: Clocks, request_for: Requests, change: str
) -> None:
    with open_store(f"sqlite:///{file}") as store:
        for person in range(3):
            SqlJournal(store, clinic, clock).check_in(request_for(person))
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(change)
    connection.close()
    with pytest.raises(KioskError, match="gap in queue A") as caught:
        back_up(make_url(f"sqlite:///{file}"), None, tmp_path / "one.kioskdb")
    assert caught.value.code is FailureCode.STORE_CORRUPT
    assert not list(tmp_path.glob("*kioskdb*"))


def test_backup_never_overwrites(saved: Path, file: Path) -> None:
    with pytest.raises(KioskError) as caught:
        back_up(make_url(f"sqlite:///{file}"), KEY, saved)
    assert caught.value.code is FailureCode.OUTPUT_UNWRITABLE


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_disk_full_during_a_backup_leaves_nothing_half(journal: SqlJournal, file: Path, tmp_path: Path) -> None:
    import resource

    journal.store.close()
    program = Path(__file__).with_name("store_process.py")
    done = subprocess.run(
        [sys.executable, str(program), "0", "backup", str(file), KEY.hex(), str(tmp_path / "full" / "one.kioskdb")],
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert f"KioskError: {FailureCode.STORE_FULL.value}" in done.stderr
    assert list((tmp_path / "full").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 23, 26, 30])
def test_killed_while_restoring_the_old_or_the_restored_is_whole(
    saved: Path, file: Path, desk: Callable[[], SqlJournal], request_for: Requests, killed_at: Killed, step: int
) -> None:
    journal = desk()
    for person in range(500, 510):
        journal.check_in(request_for(person))
    journal.store.close()
    assert killed_at(step, "restore", file, KEY.hex(), saved) in {0, -signal.SIGKILL}
    journal = desk()
    journal.verify()
    waiting = journal.waiting()["noi-tong-quat"]
    assert waiting in {VISITS, VISITS + 10}
    if waiting == VISITS:
        [aside] = file.parent.glob("*.replaced-*Z")
        assert read_contents(aside, KEY).visits == VISITS + 10
    assert journal.check_in(request_for(900)).number > VISITS + 10
    journal.store.close()


def test_oldest_backups_are_removed_and_the_newest_kept(tmp_path: Path) -> None:
    for day in range(1, 6):
        (tmp_path / backup_name(datetime(2026, 11, day, 20))).write_bytes(b"")  # noqa: DTZ001
    (tmp_path / "kiosk-by-hand.db").write_bytes(b"")
    assert thin_out(backups_in(tmp_path), 0) == 0
    assert thin_out(backups_in(tmp_path), 2) == 3
    assert [one.name[:14] for one in backups_in(tmp_path)] == ["kiosk-20261105", "kiosk-20261104"]
    assert (tmp_path / "kiosk-by-hand.db").exists()
