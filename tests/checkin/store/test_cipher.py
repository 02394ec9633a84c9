"""The file at rest: nothing of a person in it, another key told from damage, an unencrypted one made encrypted."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.cipher import is_plain, store_key
from kiosk.checkin.store.key import key_of_file
from kiosk.checkin.store.store import Store, open_store
from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.keystore import FileKeystore, SecretName, data_key, keep_data_key

Requests = Callable[..., CheckInRequest]
Clocks = Callable[[], datetime]

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
NAME = "Nguyễn Văn Mẫu"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def plain(url: str, clinic: Clinic, clock: Clocks, request_for: Requests) -> None:
    """A database of forty visits that anybody can read."""
    with open_store(url) as store:
        journal = SqlJournal(store, clinic, clock)
        for person in range(40):
            journal.check_in(request_for(person))


def everything(folder: Path) -> bytes:
    return b"".join(part.read_bytes() for part in sorted(folder.rglob("*")) if part.is_file())


def test_no_byte_of_a_name_or_a_table_is_on_the_disk(
    url: str, file: Path, clinic: Clinic, clock: Clocks, request_for: Requests
) -> None:
    with open_store(url, key=KEY) as store:
        journal = SqlJournal(store, clinic, clock)
        for person in range(40):
            journal.check_in(request_for(person))
        content = everything(file.parent)  # with the log, before it is folded in
        for word in (NAME.encode(), b"ticket_counter", b"noi-tong-quat", b"SQLite format"):
            assert word not in content
    assert NAME.encode() not in everything(file.parent)
    with open_store(url, key=KEY) as store:
        SqlJournal(store, clinic, clock).verify()


@pytest.mark.parametrize("key", [OTHER, None], ids=["another key", "no key"])
def test_wrong_key_is_told_and_nothing_is_touched(url: str, file: Path, key: bytes | None) -> None:
    open_store(url, key=KEY).close()
    before = everything(file.parent)
    with pytest.raises(KioskError) as caught:
        open_store(url, key=key)
    assert caught.value.code is FailureCode.KEY_WRONG
    assert everything(file.parent) == before
    open_store(url, key=KEY).close()


def test_wrong_key_creates_nothing_where_the_file_is_gone(url: str, file: Path) -> None:
    open_store(url, key=KEY).close()
    file.unlink()
    with pytest.raises(KioskError) as caught:
        open_store(url, key=OTHER)
    assert caught.value.code is FailureCode.KEY_WRONG


def test_wrong_key_without_its_box_is_still_no_damage(url: str, file: Path) -> None:
    open_store(url, key=KEY).close()
    (file.parent / f"{file.name}.state" / "key-check").unlink()
    with pytest.raises(KioskError) as caught:
        open_store(url, key=OTHER)
    assert caught.value.code is FailureCode.KEY_WRONG
    open_store(url, key=KEY).close()


def test_damaged_box_is_made_anew_where_the_key_opens_the_file(url: str, file: Path) -> None:
    open_store(url, key=KEY).close()
    box = file.parent / f"{file.name}.state" / "key-check"
    box.write_bytes(b"\x01" + os.urandom(5000))
    open_store(url, key=KEY).close()
    file.write_bytes(b"\xa5" * 4096 * 3)
    with pytest.raises(KioskError) as caught:
        open_store(url, key=KEY)
    assert caught.value.code is FailureCode.STORE_CORRUPT, "the box proves the key, so it is the file"


@pytest.mark.usefixtures("plain")
def test_unencrypted_file_is_encrypted_when_it_is_opened_and_no_copy_is_left(
    url: str, file: Path, clinic: Clinic, clock: Clocks, request_for: Requests
) -> None:
    assert NAME.encode() in everything(file.parent)
    with open_store(url, key=KEY) as store:
        journal = SqlJournal(store, clinic, clock)
        journal.verify()
        assert journal.check_in(request_for(3)).repeated
        assert journal.check_in(request_for(99)).number == 41
    assert not is_plain(file)
    assert NAME.encode() not in everything(file.parent)
    assert sorted(part.name for part in file.parent.iterdir()) == [file.name, f"{file.name}.state"]


@pytest.mark.usefixtures("plain")
def test_unencrypted_file_that_another_program_has_open_waits(
    url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.checkin.store.held_file._ALONE_WAIT_S", 0.05)
    with open_store(url), pytest.raises(RetriableError) as caught:
        open_store(url, key=KEY)
    assert caught.value.code is FailureCode.STORE_LOCKED
    assert is_plain(file)


@pytest.mark.usefixtures("plain")
def test_damaged_unencrypted_file_is_not_replaced(url: str, file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[8192 : 8192 + 4096] = b"\xff" * 4096
    file.write_bytes(content)
    with pytest.raises(KioskError) as caught:
        open_store(url, key=KEY)
    assert caught.value.code is FailureCode.STORE_CORRUPT
    assert file.read_bytes() == content


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("step", range(1, 20))
def test_killed_while_encrypting_the_old_or_the_new_is_whole(
    url: str, file: Path, clinic: Clinic, clock: Clocks, killed_at: Callable[..., int], step: int
) -> None:
    ended = killed_at(step, "open", file, KEY.hex())
    assert ended in {0, -signal.SIGKILL}
    with open_store(url, key=KEY) as store:
        journal = SqlJournal(store, clinic, clock)
        journal.verify()
        assert journal.waiting() == {"noi-tong-quat": 40}
    assert not is_plain(file)
    assert NAME.encode() not in everything(file.parent)
    assert sorted(part.name for part in file.parent.iterdir()) == [file.name, f"{file.name}.state"]


class TestKeyOfFile:
    @pytest.fixture
    def keystore(self, tmp_path: Path) -> FileKeystore:
        return FileKeystore(tmp_path / "secrets.json")

    def test_first_start_makes_the_data_key_and_derives_its_own(self, url: str, keystore: FileKeystore) -> None:
        key = key_of_file(url, keystore)
        kept = data_key(keystore)
        assert kept is not None
        assert key == store_key(kept) != kept
        assert key_of_file(url, keystore) == key

    def test_lost_key_is_never_made_anew(self, url: str, keystore: FileKeystore) -> None:
        open_store(url, key=key_of_file(url, keystore)).close()
        keystore.forget(SecretName.DATA_KEY)
        with pytest.raises(KioskError) as caught:
            key_of_file(url, keystore)
        assert caught.value.code is FailureCode.KEY_WRONG
        assert data_key(keystore) is None

    def test_lost_key_is_not_made_anew_where_the_file_is_lost_too(
        self, url: str, file: Path, keystore: FileKeystore
    ) -> None:
        open_store(url, key=key_of_file(url, keystore)).close()
        keystore.forget(SecretName.DATA_KEY)
        file.unlink()
        with pytest.raises(KioskError) as caught:
            key_of_file(url, keystore)
        assert caught.value.code is FailureCode.KEY_WRONG

    def test_another_key_in_the_keystore_is_told(self, url: str, keystore: FileKeystore) -> None:
        open_store(url, key=key_of_file(url, keystore)).close()
        keep_data_key(keystore, OTHER)
        with pytest.raises(KioskError) as caught:
            open_store(url, key=key_of_file(url, keystore))
        assert caught.value.code is FailureCode.KEY_WRONG

    def test_keystore_that_cannot_be_read_is_told_and_no_file_is_made(
        self, url: str, file: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "secrets.json").write_text("no JSON")
        (tmp_path / "secrets.json").chmod(0o600)
        with pytest.raises(KioskError) as caught:
            key_of_file(url, FileKeystore(tmp_path / "secrets.json"))
        assert caught.value.code is FailureCode.KEYSTORE_UNAVAILABLE
        assert not file.exists()

    def test_server_needs_none(self, keystore: FileKeystore) -> None:
        assert key_of_file("postgresql://kiosk@db.clinic.example/kiosk", keystore) is None
        assert data_key(keystore) is None


def test_full_and_locked_are_named_with_encryption_too(
    url: str, clinic: Clinic, clock: Clocks, request_for: Requests
) -> None:
    def fill(store: Store) -> None:
        with store.transaction() as connection:
            connection.exec_driver_sql("CREATE TABLE filler (content)")
            connection.exec_driver_sql("PRAGMA max_page_count=1")
            connection.exec_driver_sql("INSERT INTO filler VALUES (randomblob(10000000))")

    with open_store(url, key=KEY) as store:
        with pytest.raises(KioskError) as caught:
            fill(store)
        assert caught.value.code is FailureCode.STORE_FULL
        with store.transaction(), pytest.raises(RetriableError) as held:
            store.transaction().__enter__()
        assert held.value.code is FailureCode.STORE_LOCKED
        assert SqlJournal(store, clinic, clock).check_in(request_for(1)).number == 1
