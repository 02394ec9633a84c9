"""`kiosk secrets`: values go in by a pipe and never come out."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.keystore import FileKeystore, SecretName

if TYPE_CHECKING:
    from tests.commands.conftest import Run

WORD = "mau-khong-bao-mat"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secrets.json"


@pytest.fixture
def secrets(run: "Run", file: Path, monkeypatch: pytest.MonkeyPatch) -> "Run":
    def run_secrets(*words: str, said: str = "") -> object:
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        return run("--set", "secrets.keystore=file", "--set", f"secrets.file={file}", "secrets", "--json", *words)

    return run_secrets  # type: ignore[return-value]


def test_secret_from_a_pipe_is_kept_and_not_shown(secrets: "Run", file: Path) -> None:
    done = secrets("set", "gateway-password", said=f"{WORD}\n")
    assert done.json["kept"] == {name.value: name is SecretName.GATEWAY_PASSWORD for name in SecretName}
    assert WORD not in done.out
    assert FileKeystore(file).read(SecretName.GATEWAY_PASSWORD) == WORD


def test_forgotten_secret_is_no_longer_listed(secrets: "Run") -> None:
    secrets("set", "officer-id", said="999185000999\n")
    assert secrets("list").json["kept"]["officer-id"]
    assert not secrets("forget", "officer-id").json["kept"]["officer-id"]


@pytest.mark.parametrize("name", ["officer-name", "data-key"])
@pytest.mark.parametrize("said", ["", "   \n", "a\x1bb\n", "x" * 201])
def test_what_is_no_value_is_refused_without_being_repeated(secrets: "Run", name: str, said: str) -> None:
    refused = secrets("set", name, said=said)
    assert refused.error == "input-invalid"
    assert not secrets("list").json["kept"][name]


def test_data_key_that_is_none_is_refused(secrets: "Run") -> None:
    assert secrets("set", "data-key", said="too short\n").error == "input-invalid"


def test_account_of_the_keystore_is_used_where_the_environment_has_none(
    secrets: "Run", file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.app.desk import secrets_of
    from kiosk.settings import load_settings

    for name in ("KIOSK_GATEWAY_USERNAME", "KIOSK_GATEWAY_PASSWORD", "KIOSK_OFFICER_NAME", "KIOSK_OFFICER_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KIOSK_OFFICER_NAME", "Đào Thị Tiếp Đón")
    for name in ("gateway-username", "gateway-password", "officer-name"):
        secrets("set", name, said=f"{name}\n")
    known = secrets_of(load_settings(overrides=["secrets.keystore=file", f"secrets.file={file}"]))
    assert (known.username, known.password, known.officer_name) == (
        "gateway-username", "gateway-password", "Đào Thị Tiếp Đón",
    )  # fmt: skip
    assert known.missing == ("KIOSK_OFFICER_ID",)
