"""Secrets: kept whole or not at all, never read where others can read them too."""

import base64
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from kiosk.failure import FailureCode, KioskError
from kiosk.keystore import FileKeystore, Keystore, SecretName, SystemKeystore, data_key, open_keystore

NAME = SecretName.GATEWAY_PASSWORD
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


class MemoryKeyring(KeyringBackend):
    """A system's keystore, which can be locked."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._unlocked()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._unlocked()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._unlocked()
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]

    def _unlocked(self) -> None:
        if self.locked:
            raise KeyringLocked("hidden-word")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk" / "secrets.json"


@pytest.fixture
def system() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture(params=["file", "system"])
def keystore(request: pytest.FixtureRequest, file: Path) -> Keystore:
    if request.param == "system":
        request.getfixturevalue("system")
    return open_keystore(request.param, file)


def test_nothing_is_kept_at_first(keystore: Keystore) -> None:
    assert [keystore.read(name) for name in SecretName] == [None] * len(SecretName)


def test_kept_secret_is_read_back_beside_others(keystore: Keystore) -> None:
    keystore.write(NAME, "mẫu-không-bảo-mật")
    keystore.write(SecretName.OFFICER_NAME, "Đào Thị Tiếp Đón")
    keystore.write(NAME, "mẫu-mới")
    assert keystore.read(NAME) == "mẫu-mới"
    assert keystore.read(SecretName.OFFICER_NAME) == "Đào Thị Tiếp Đón"


def test_forgotten_secret_is_gone_and_forgetting_twice_is_harmless(keystore: Keystore) -> None:
    keystore.write(NAME, "x")
    keystore.forget(NAME)
    keystore.forget(NAME)
    assert keystore.read(NAME) is None


def test_data_key_is_made_once(keystore: Keystore) -> None:
    assert data_key(keystore) is None
    made = data_key(keystore, create=True)
    assert made is not None
    assert len(made) == 32
    assert data_key(keystore, create=True) == made == data_key(keystore)


@pytest.mark.parametrize("written", ["no base64!", base64.b64encode(b"short").decode(), ""])
def test_data_key_that_is_none_is_told_and_never_replaced(keystore: Keystore, written: str) -> None:
    keystore.write(SecretName.DATA_KEY, written)
    with pytest.raises(KioskError) as error:
        data_key(keystore, create=True)
    assert error.value.code is FailureCode.KEYSTORE_UNAVAILABLE
    assert keystore.read(SecretName.DATA_KEY) == written


@posix_only
def test_file_is_for_its_owner_alone(file: Path) -> None:
    FileKeystore(file).write(NAME, "x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.name for one in file.parent.iterdir()] == [file.name]


@posix_only
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622])
def test_file_that_others_can_reach_is_not_used(file: Path, mode: int) -> None:
    store = FileKeystore(file)
    store.write(NAME, "x")
    file.chmod(mode)
    for use in _uses(store):
        with pytest.raises(KioskError) as error:
            use()
        assert error.value.code is FailureCode.KEYSTORE_EXPOSED


@pytest.mark.parametrize("written", ["", "[]", "{", '{"gateway-password": 1}', "null", '"x"', " " * 70_000])
def test_file_of_something_else_is_told_and_kept(file: Path, written: str) -> None:
    file.parent.mkdir()
    file.write_text(written, "utf-8")
    file.chmod(0o600)
    for use in _uses(FileKeystore(file)):
        with pytest.raises(KioskError) as error:
            use()
        assert error.value.code is FailureCode.KEYSTORE_UNAVAILABLE
    assert file.read_text("utf-8") == written


@posix_only
def test_file_that_cannot_be_replaced_keeps_the_earlier_secret(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileKeystore(file)
    store.write(NAME, "earlier")

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("kiosk.keystore.os.fsync", full)
    with pytest.raises(KioskError) as error:
        store.write(NAME, "later")
    assert error.value.code is FailureCode.KEYSTORE_UNAVAILABLE
    assert json.loads(file.read_text("utf-8")) == {NAME.value: "earlier"}
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_locked_system_keystore_is_told_without_its_own_words(system: MemoryKeyring) -> None:
    store = SystemKeystore()
    system.locked = True
    for use in _uses(store):
        with pytest.raises(KioskError) as error:
            use()
        assert error.value.code is FailureCode.KEYSTORE_UNAVAILABLE
        assert "hidden-word" not in str(error.value)
        assert error.value.__cause__ is None


@pytest.mark.parametrize(
    ("platform", "kind"), [("linux", FileKeystore), ("win32", SystemKeystore), ("darwin", SystemKeystore)]
)
def test_auto_is_settled_by_the_system_alone(
    platform: str, kind: type, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.keystore.sys.platform", platform)
    assert isinstance(open_keystore("auto", file), kind)
    assert isinstance(open_keystore("system", file), SystemKeystore)
    assert isinstance(open_keystore("file", file), FileKeystore)


def test_place_names_the_file_or_the_backend(file: Path, system: MemoryKeyring) -> None:
    assert FileKeystore(file).place == str(file)
    assert SystemKeystore().place.endswith("MemoryKeyring")


def _uses(store: Keystore) -> list[Callable[[], object]]:
    return [partial(store.read, NAME), partial(store.write, NAME, "y"), partial(store.forget, NAME)]
