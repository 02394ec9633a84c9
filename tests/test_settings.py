"""Settings: the file shows the defaults, and nothing unknown or misshapen is taken."""

from pathlib import Path

import pytest

from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Secrets, Settings, as_utf8, config_folder, load_settings


def refused(overrides: list[str] | None = None, file: Path | None = None) -> KioskError:
    with pytest.raises(KioskError) as caught:
        load_settings(file, overrides or [])
    assert caught.value.code is FailureCode.SETTINGS_INVALID
    return caught.value


def test_shipped_file_shows_every_key_with_its_default() -> None:
    assert load_settings() == Settings(folder=config_folder())


def test_every_key_of_the_shipped_file_has_a_comment_in_its_section() -> None:
    lines = (config_folder() / "kiosk.toml").read_text("utf-8").splitlines()
    for at, line in enumerate(lines):
        if line.startswith("["):
            assert any(following.startswith("#") for following in lines[at + 1 : at + 4]), line


def test_override_replaces_one_key_and_keeps_the_rest() -> None:
    settings = load_settings(overrides=["printer.target=tcp://127.0.0.1:9100", "reader.photo=false"])
    assert settings.printer.target == "tcp://127.0.0.1:9100"
    assert settings.reader.photo is False
    assert settings.printer.width_dots == Settings().printer.width_dots


def test_value_may_contain_equal_signs() -> None:
    url = "sqlite:///x.db?mode=ro"
    assert load_settings(overrides=[f"store.url={url}"]).store.url == url


@pytest.mark.parametrize(
    ("override", "named"),
    [
        ("nonsense.key=1", "nonsense"),
        ("printer.nonsense=1", "printer.nonsense"),
        ("printer.width_dots=577", "576"),
        ("printer.width_dots=wide", "number"),
        ("reader.photo=maybe", "true or false"),
        ("lookup.read_timeout_s=-1", "negative"),
        ("printer", "SECTION.KEY=VALUE"),
        ("printer.target", "SECTION.KEY=VALUE"),
        ("folder.x=1", "folder"),
    ],
)
def test_wrong_override_is_refused_and_named(override: str, named: str) -> None:
    assert named in refused([override]).detail


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[printer]\nwidth = 576\n", "printer.width"),
        ("[printr]\n", "printr"),
        ("[printer]\nwidth_dots = '576'\n", "printer.width_dots"),
        ("loose = 1\n", "loose"),
        ("[printer\n", "kiosk.toml"),
    ],
)
def test_wrong_file_is_refused_and_named(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(text, "utf-8")
    assert named in refused(file=file).detail


def test_missing_file_is_refused(tmp_path: Path) -> None:
    assert "absent.toml" in refused(file=tmp_path / "absent.toml").detail


def test_whole_number_is_taken_where_a_fraction_may_stand(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("[lookup]\ntotal_timeout_s = 5\n", "utf-8")
    assert load_settings(file).lookup.total_timeout_s == 5.0


def test_relative_path_is_found_beside_the_settings_file_first(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text("", "utf-8")
    settings = load_settings(tmp_path / "kiosk.toml")
    assert settings.path("clinics/mau.toml") == config_folder() / "clinics/mau.toml"
    (tmp_path / "clinics").mkdir()
    (tmp_path / "clinics/mau.toml").write_text("", "utf-8")
    assert settings.path("clinics/mau.toml") == tmp_path.resolve() / "clinics/mau.toml"


def test_secrets_name_what_is_missing_and_never_show_themselves() -> None:
    secrets = Secrets.from_environment({"KIOSK_GATEWAY_USERNAME": "99001_BV", "KIOSK_GATEWAY_PASSWORD": "hidden-word"})
    assert secrets.missing == ("KIOSK_OFFICER_NAME", "KIOSK_OFFICER_ID")
    assert "hidden-word" not in repr(secrets)


@pytest.mark.parametrize("text", ["", "plain", "Đào Thị Tiếp Đón", "Đào".encode().decode("ascii", "surrogateescape")])
def test_text_of_the_environment_is_the_utf_8_that_it_was(text: str) -> None:
    assert as_utf8(text) == text.encode("utf-8", "surrogateescape").decode("utf-8")


def test_bytes_that_are_no_utf_8_are_left_as_they_came() -> None:
    odd = b"\xff\xfe".decode("ascii", "surrogateescape")
    assert as_utf8(odd) == odd


@pytest.mark.parametrize(
    ("mode", "full_screen", "fills"),
    [("patient", "true", True), ("patient", "false", False), ("desk", "true", False), ("desk", "false", False)],
)
def test_only_a_patients_screen_is_filled(mode: str, full_screen: str, *, fills: bool) -> None:
    settings = load_settings(overrides=[f"screen.mode={mode}", f"screen.full_screen={full_screen}"])
    assert settings.screen.fills_screen is fills
