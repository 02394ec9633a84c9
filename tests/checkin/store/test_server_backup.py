"""A server's dump: made with its own programs, put into an empty database, its password on no command line."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.server_backup import dump, put_back
from kiosk.checkin.store.store import open_store
from kiosk.failure import FailureCode, KioskError

Requests = Callable[..., CheckInRequest]
Clocks = Callable[[], datetime]


@pytest.fixture
def busy(postgresql_url: str, clinic: Clinic, clock: Clocks, request_for: Requests) -> str:
    """A server's database in which three were checked in."""
    with open_store(postgresql_url) as store:
        journal = SqlJournal(store, clinic, clock)
        for person in range(3):
            journal.check_in(request_for(person))
    return postgresql_url


def test_dump_fills_an_empty_database(
    busy: str, make_database: Callable[..., str], tmp_path: Path, clinic: Clinic, clock: Clocks, request_for: Requests
) -> None:
    target, empty = tmp_path / "backups" / "one.pgdump", make_database(empty=True)
    dump(make_url(busy), "", target)
    assert [one.name for one in target.parent.iterdir()] == ["one.pgdump"]
    assert target.stat().st_mode & 0o077 == 0
    put_back(target, make_url(empty), "")
    with open_store(empty) as store:
        journal = SqlJournal(store, clinic, clock)
        journal.verify()
        assert journal.check_in(request_for(1)).repeated
        assert journal.check_in(request_for(9)).number == 4


def test_database_that_holds_something_is_not_filled(busy: str, tmp_path: Path) -> None:
    dump(make_url(busy), "", tmp_path / "one.pgdump")
    with pytest.raises(KioskError, match="not empty") as caught:
        put_back(tmp_path / "one.pgdump", make_url(busy), "")
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE


def test_file_that_is_no_dump_is_told(busy: str, tmp_path: Path) -> None:
    (tmp_path / "one.pgdump").write_bytes(b"no dump")
    with pytest.raises(KioskError) as caught:
        put_back(tmp_path / "one.pgdump", make_url(busy), "")
    assert caught.value.code is FailureCode.STORE_CORRUPT


def test_wrong_password_leaves_no_file(busy: str, tmp_path: Path) -> None:
    with pytest.raises(KioskError) as caught:
        dump(make_url(busy).set(password="wrong"), "", tmp_path / "one.pgdump")
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE
    assert list(tmp_path.iterdir()) == []


def test_machine_without_the_programs_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KioskError, match="pg_dump is not installed") as caught:
        dump(make_url("postgresql://kiosk@db.clinic.example/kiosk"), "", tmp_path / "one.pgdump")
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE
