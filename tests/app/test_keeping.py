"""Where the password of a server comes from."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.app.keeping import store_of, store_password_of
from kiosk.failure import FailureCode, KioskError
from kiosk.keystore import FileKeystore, SecretName
from kiosk.settings import Settings, load_settings
from kiosk.simulator.postgresql import PostgresServer

SERVER = "postgresql://kiosk@db.clinic.example/kiosk"


@pytest.fixture
def settings_of(tmp_path: Path) -> Callable[[str], Settings]:
    def make(url: str) -> Settings:
        secrets = tmp_path / "secrets.json"
        return load_settings(overrides=[f"store.url={url}", "secrets.keystore=file", f"secrets.file={secrets}"])

    return make


@pytest.fixture
def keystore(tmp_path: Path) -> FileKeystore:
    return FileKeystore(tmp_path / "secrets.json")


def test_password_of_the_environment_goes_before_the_keystores(
    settings_of: Callable[[str], Settings], keystore: FileKeystore
) -> None:
    settings = settings_of(SERVER)
    assert store_password_of(settings, {}) == ""
    keystore.write(SecretName.STORE_PASSWORD, "kept")
    assert store_password_of(settings, {}) == "kept"
    assert store_password_of(settings, {"KIOSK_STORE_PASSWORD": "given"}) == "given"


@pytest.mark.parametrize("url", ["sqlite:////tmp/kiosk.db", "postgresql://kiosk:own@db.clinic.example/kiosk"])
def test_keystore_is_not_opened_for_an_address_that_needs_no_password_of_it(
    settings_of: Callable[[str], Settings], tmp_path: Path, url: str
) -> None:
    (tmp_path / "secrets.json").write_text("no keystore")
    assert store_password_of(settings_of(url), {"KIOSK_STORE_PASSWORD": "given"}) == ""


def test_store_opens_with_the_kept_password_and_refuses_a_wrong_one(
    settings_of: Callable[[str], Settings], keystore: FileKeystore, postgresql_server: PostgresServer,
    postgresql_url: str,
) -> None:  # fmt: skip
    settings = settings_of(postgresql_url.replace(f":{postgresql_server.password}@", "@"))
    keystore.write(SecretName.STORE_PASSWORD, postgresql_server.password)
    with store_of(settings) as store:
        assert store.database == "postgresql"
    keystore.write(SecretName.STORE_PASSWORD, "wrong")
    with pytest.raises(KioskError) as caught:
        store_of(settings)
    assert (caught.value.code, caught.value.detail) == (FailureCode.STORE_UNAVAILABLE, "user or password refused")
