"""One value exchanged in place: comments stay, it means what was wished, nothing invalid or secret is written."""

import stat
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.app.settings_file import BACKUPS_KEPT, SettingsFile, exchanged, told_value, toml_of
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings, config_folder, load_settings
from kiosk.text import Language, catalog

NOON = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001 - a name of a file
WHOLE = (config_folder() / "kiosk.toml").read_text("utf-8")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
COMMENTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "kiosk.toml"
    written.write_text(WHOLE, "utf-8")
    return written


def refused(file: Path, section: str, name: str, written: str) -> KioskError:
    before = file.read_bytes()
    with pytest.raises(KioskError) as error:
        SettingsFile(file).draft(section, name, written)
    assert error.value.code is FailureCode.SETTINGS_INVALID
    assert file.read_bytes() == before
    return error.value


def test_every_key_of_the_program_is_read_with_its_default(file: Path) -> None:
    keys = {key.place: key for key in SettingsFile(file).read()}
    written = tomllib.loads(WHOLE)
    assert set(keys) == {f"{section}.{name}" for section, names in written.items() for name in names}
    assert all(key.value == key.default for key in keys.values())
    assert keys["printer.width_dots"].allowed == (576, 512, 384)


@pytest.mark.parametrize("language", list(Language))
def test_every_key_is_explained_in_the_language_chosen_and_no_explanation_is_of_a_key_that_is_gone(
    file: Path, language: Language
) -> None:
    start = "settings.help."
    explained = {key.removeprefix(start): text for key, text in catalog(language).items() if key.startswith(start)}
    assert set(explained) == {key.place for key in SettingsFile(file).read()}
    other = catalog(Language.EN if language is Language.VI else Language.VI)
    assert [place for place, text in explained.items() if not text or text == other[start + place]] == []


@pytest.mark.parametrize(
    ("place", "written", "said"),
    [
        ("printer.copies", "one", "cần số nguyên"),
        ("log.level", "loud", "chỉ nhận một trong: debug"),
        ("reader.deadline_s", "-1", "không nhận giá trị này"),
        ("store.url", "postgresql://kiosk:hoasen@db.example/kiosk", "không ghi mật khẩu ở đây"),
        ("printer.absent", "1", "Không có mục"),
    ],
)
def test_refusal_is_told_in_the_language_chosen(file: Path, place: str, written: str, said: str) -> None:
    section, _, name = place.partition(".")
    error = refused(file, section, name, written)
    assert said in error.told(Language.VI)
    assert error.told(Language.EN) == error.detail
    assert "hoasen" not in error.told(Language.VI)


def test_comments_order_and_everything_else_stay(file: Path) -> None:
    draft = SettingsFile(file).draft("printer", "copies", "2")
    before, after = WHOLE.splitlines(), draft.text.splitlines()
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [("copies = 1", "copies = 2")]


def test_comment_behind_a_value_stays_with_windows_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_bytes(b"# ours\r\n[printer]\r\ntarget = 'none' # quay 2\r\n")
    draft = SettingsFile(file).draft("printer", "target", "tcp://192.0.2.10:9100")
    assert draft.text == '# ours\r\n[printer]\r\ntarget = "tcp://192.0.2.10:9100" # quay 2\r\n'
    assert (draft.before, draft.after) == ("none", "tcp://192.0.2.10:9100")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "[log]\nlevel = 1\n", id="empty file"),
        pytest.param("[gun]\nbaud = 1", "[gun]\nbaud = 1\n\n[log]\nlevel = 1\n", id="no section, no line end"),
        pytest.param("[log]\n", "[log]\nlevel = 1\n", id="empty section"),
        pytest.param("[log]\n# x\n\n[gun]\n", "[log]\nlevel = 1\n# x\n\n[gun]\n", id="section without the key"),
    ],
)
def test_key_that_is_not_there_is_added_in_its_section(text: str, expected: str) -> None:
    assert exchanged(text, "log", "level", 1) == expected


@given(TEXTS)
def test_any_text_is_read_back_as_it_was_given(value: str) -> None:
    text = exchanged(WHOLE, "reader", "name", value)
    said: dict[str, Any] = tomllib.loads(text)
    assert said.pop("reader")["name"] == value
    was = tomllib.loads(WHOLE)
    was.pop("reader")
    assert said == was


@given(st.one_of(st.booleans(), st.integers(0, 2**53), st.floats(0, 1e15), TEXTS))
def test_values_are_written_as_toml_reads_them(value: bool | float | str) -> None:
    read = tomllib.loads(f"value = {toml_of(value)}")["value"]
    assert (read, type(read)) == (value, type(value))


@given(COMMENTS, COMMENTS, st.sampled_from(["\n", "\r\n"]), TEXTS)
def test_no_comment_is_taken_for_anything_else(above: str, behind: str, end: str, value: str) -> None:
    text = end.join((f"# {above}", "[reader]", f"name = 'a#b' # {behind}", "photo = true", ""))
    changed = exchanged(text, "reader", "name", value)
    assert changed.startswith(f"# {above}{end}[reader]{end}name = ")
    assert changed.endswith(f" # {behind}{end}photo = true{end}")
    assert tomllib.loads(changed)["reader"] == {"name": value, "photo": True}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('printer.target = "none"\n', id="dotted key"),
        pytest.param('printer = { target = "none" }\n', id="inline table"),
        pytest.param('[printer]\ntarget = """\nnone"""\n', id="several lines"),
        pytest.param('["printer"]\ntarget = "none"\n', id="quoted section"),
        pytest.param('[printer]\n"target" = "none"\n', id="quoted key"),
        pytest.param("[gun]\nport = '''\n[printer]\ntarget = 1\n'''\n[printer]\ncopies = 1\n", id="like a section"),
    ],
)
def test_unforeseen_ways_of_writing_are_refused_not_guessed(tmp_path: Path, text: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(text)
    outcome: KioskError | None = None
    changed = text
    try:
        changed = SettingsFile(file).draft("printer", "target", "tcp://192.0.2.10:9100").text
    except KioskError as error:
        outcome = error
    wanted = tomllib.loads(text)
    if outcome is None:  # where it can be done, it means that and nothing else
        wanted.setdefault("printer", {})["target"] = "tcp://192.0.2.10:9100"
    assert outcome is None or outcome.code is FailureCode.SETTINGS_INVALID
    assert tomllib.loads(changed) == wanted


@pytest.mark.parametrize(
    ("section", "name", "written"),
    [
        ("printer", "copies", "4"),
        ("printer", "copies", "one"),
        ("reader", "deadline_s", "-1"),
        ("reader", "photo", "yes"),
        ("log", "level", "loud"),
        ("printer", "absent", "1"),
        ("absent", "key", "1"),
        ("reader", "name", "\ud800"),
    ],
)
def test_what_the_program_would_refuse_is_never_drafted(file: Path, section: str, name: str, written: str) -> None:
    assert section in refused(file, section, name, written).detail


def test_what_an_examination_refuses_is_never_drafted(file: Path) -> None:
    def examine(settings: Settings, section: str) -> None:
        assert (section, settings.queue.priority_per_normal) == ("queue", "9")
        # Files that are named are looked for where they will be.
        assert settings.folder == file.parent
        raise KioskError(FailureCode.SETTINGS_INVALID, "queue.priority_per_normal")

    with pytest.raises(KioskError):
        SettingsFile(file, examine).draft("queue", "priority_per_normal", "9")


@pytest.mark.parametrize(
    ("section", "name", "written"),
    [
        ("store", "url", "postgresql://kiosk:geheim@db.example/kiosk"),
        ("store", "url", "postgresql://db.example/kiosk?password=geheim"),
        ("lookup", "base_url", "https://user:geheim@gateway.example"),
        ("lookup", "proxy", "http://user:geheim@proxy.example:3128"),
    ],
)
def test_passwords_are_refused_and_not_repeated(file: Path, section: str, name: str, written: str) -> None:
    assert "geheim" not in str(refused(file, section, name, written))


def test_values_with_secrets_or_long_numbers_are_not_shown() -> None:
    assert told_value("store.url", "postgresql://kiosk:geheim@db.example/k") == "postgresql://kiosk:•••@db.example/k"
    assert told_value("desk.name", "999090000123") == "<12 digits>"
    assert told_value("reader.photo", True) == "true"


def test_written_file_is_what_was_drafted_and_the_old_one_lies_beside(file: Path) -> None:
    file.chmod(0o640)
    settings_file = SettingsFile(file)
    backup = settings_file.write(settings_file.draft("gun", "key_gap_ms", "60"), NOON)
    assert load_settings(file).gun.key_gap_ms == 60
    assert backup.name == "kiosk.toml.20261122-120000.bak"
    assert backup.read_text("utf-8") == WHOLE
    assert {stat.S_IMODE(one.stat().st_mode) for one in (file, backup)} == {0o640}


def test_file_that_somebody_changed_meanwhile_is_left_alone(file: Path) -> None:
    settings_file = SettingsFile(file)
    draft = settings_file.draft("gun", "key_gap_ms", "60")
    file.write_text(WHOLE + "# theirs\n", "utf-8")
    with pytest.raises(KioskError, match="changed elsewhere meanwhile"):
        settings_file.write(draft, NOON)
    assert file.read_text("utf-8").endswith("# theirs\n")


def test_old_backups_make_room(file: Path) -> None:
    settings_file = SettingsFile(file)
    for minute in range(BACKUPS_KEPT + 2):
        draft = settings_file.draft("gun", "key_gap_ms", str(50 + minute))
        settings_file.write(draft, NOON + timedelta(minutes=minute))
    kept = sorted(one.name for one in file.parent.glob("*.bak"))
    assert len(kept) == BACKUPS_KEPT
    assert kept[0] == "kiosk.toml.20261122-120200.bak"


def test_folder_that_cannot_be_written_changes_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    settings_file = SettingsFile(file)
    draft = settings_file.draft("gun", "key_gap_ms", "60")
    monkeypatch.setattr("kiosk.app.settings_file.write_whole", full)
    with pytest.raises(KioskError, match="No space left"):
        settings_file.write(draft, NOON)
    assert file.read_text("utf-8") == WHOLE


def test_full_disk_while_a_change_is_tried_out_is_told_as_one_and_not_as_a_defect(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.app.settings_file.tempfile.TemporaryDirectory", full)
    with pytest.raises(KioskError) as caught:
        SettingsFile(file).draft("gun", "key_gap_ms", "60")
    assert (caught.value.code, caught.value.detail) == (FailureCode.OUTPUT_UNWRITABLE, "No space left on device")


def test_old_backup_that_cannot_be_removed_does_not_say_that_nothing_was_changed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute in range(BACKUPS_KEPT):
        file.with_name(f"kiosk.toml.20261121-12{minute:02}00.bak").write_text("", "utf-8")
    unlink = Path.unlink

    def kept(one: Path, missing_ok: bool = False) -> None:
        if one.suffix == ".bak":
            raise PermissionError(13, "Permission denied")
        unlink(one, missing_ok)

    monkeypatch.setattr(Path, "unlink", kept)
    settings_file = SettingsFile(file)
    before = settings_file.write(settings_file.draft("gun", "key_gap_ms", "60"), NOON)
    assert before.read_text("utf-8") == WHOLE
    assert tomllib.loads(file.read_text("utf-8"))["gun"]["key_gap_ms"] == 60


def test_change_that_is_taken_back_leaves_the_file_as_it_was(file: Path) -> None:
    file.chmod(0o640)
    settings_file = SettingsFile(file)
    before = settings_file.write(settings_file.draft("gun", "key_gap_ms", "60"), NOON)
    settings_file.take_back(before)
    assert file.read_text("utf-8") == WHOLE
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert not before.exists()
