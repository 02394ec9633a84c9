"""`kiosk store` and the data key on paper, as an IT person uses them."""

import io
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.app import store_care
from kiosk.app.clock import HO_CHI_MINH
from kiosk.app.doctor.finding import Health
from kiosk.app.doctor.store import examine_backup
from kiosk.app.keeping import store_of
from kiosk.commands.recovery_code import key_of_code, recovery_code
from kiosk.failure import FailureCode, KioskError
from kiosk.keystore import FileKeystore, SecretName, data_key
from kiosk.settings import Settings, load_settings
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.commands.conftest import Run

Kiosk = Callable[..., Any]


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    return [
        "secrets.keystore=file",
        f"secrets.file={tmp_path}/secrets.json",
        f"store.url=sqlite:///{tmp_path}/data/kiosk.db",
        f"backup.folder={tmp_path}/backups",
    ]


@pytest.fixture
def configured(words: list[str]) -> Settings:
    return load_settings(overrides=words)


@pytest.fixture
def kiosk(run: "Run", words: list[str], monkeypatch: pytest.MonkeyPatch) -> Kiosk:
    def run_it(command: str, *given_words: str | Path, said: str = "") -> Any:
        flags = [word for setting in words for word in ("--set", setting)]
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        return run(*flags, command, "--json", *map(str, given_words))

    return run_it


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kiosk.db"


def test_store_is_encrypted_from_its_first_start(kiosk: Kiosk, file: Path) -> None:
    assert kiosk("store", "check").json["visits"] == 0
    status = kiosk("store", "status").json
    assert (status["encrypted"], status["put_aside"], status["backups"]) == (True, "", 0)
    assert b"SQLite" not in file.read_bytes()


@pytest.mark.parametrize("encryption", ["on", "off"])
@pytest.mark.parametrize("action", ["status", "check"])
@pytest.mark.parametrize("place", ["folder", "under-a-file"])
def test_store_that_cannot_be_there_is_told_with_its_cure(
    kiosk: Kiosk, words: list[str], tmp_path: Path, place: str, action: str, encryption: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    where = {"folder": tmp_path / "folder", "under-a-file": tmp_path / "file" / "kiosk.db"}[place]
    words += [f"store.url=sqlite:///{where}", f"store.encryption={encryption}"]
    assert kiosk("store", action).error == "store-unavailable"


def test_file_that_is_no_database_is_told_as_damaged(kiosk: Kiosk, file: Path) -> None:
    assert kiosk("store", "check").status == 0
    file.write_text("no database")
    assert kiosk("store", "check").error == "store-corrupt"


@pytest.mark.parametrize(
    ("written", "encryption", "told"),
    [
        (b"no database", "on", "no-database"),
        (bytes(4096), "on", "no-database"),
        (b"no database", "off", "no-database"),
        (bytes(4096), "off", "unknown"),
        (b"", "on", "nothing"),
    ],
)
def test_status_calls_nothing_encrypted_that_is_no_database(
    kiosk: Kiosk, words: list[str], file: Path, written: bytes, encryption: str, told: str
) -> None:
    words.append(f"store.encryption={encryption}")
    assert kiosk("store", "check").status == 0
    file.write_bytes(written)
    status = kiosk("store", "status").json
    assert (status["holds"], status["encrypted"]) == (told, False)


@pytest.mark.parametrize(("encryption", "told"), [("on", "encrypted-database"), ("off", "plain-database")])
def test_status_says_what_the_file_holds(kiosk: Kiosk, words: list[str], encryption: str, told: str) -> None:
    words.append(f"store.encryption={encryption}")
    assert kiosk("store", "check").status == 0
    status = kiosk("store", "status").json
    assert (status["holds"], status["encrypted"]) == (told, encryption == "on")


def test_backup_restore_and_rehearsal(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk("store", "check")
    made = Path(kiosk("store", "backup").json["backup"])
    assert made.parent == tmp_path / "backups"
    assert kiosk("store", "rehearse", made).json["visits"] == 0
    aside = kiosk("store", "restore", made).json["put_aside"]
    assert (tmp_path / "data" / aside).exists()
    assert kiosk("store", "restore", made, "--to", f"sqlite:///{tmp_path}/other/kiosk.db").status == 0
    assert (tmp_path / "other" / "kiosk.db").exists()
    assert kiosk("store", "status").json["backups"] == 1
    assert kiosk("store", "backup", made).error == "output-unwritable"
    assert kiosk("store", "rehearse", tmp_path / "absent").error == "store-unavailable"


def test_unencrypted_store_is_encrypted_on_wish(kiosk: Kiosk, words: list[str], file: Path) -> None:
    store_of(load_settings(overrides=[*words, "store.encryption=off"])).close()
    assert file.read_bytes().startswith(b"SQLite format 3\0")
    assert kiosk("store", "encrypt").json["encrypted"] is True
    assert b"SQLite" not in file.read_bytes()


def test_damaged_store_is_told_put_aside_at_the_start_and_read_out(
    kiosk: Kiosk, configured: Settings, file: Path
) -> None:
    kiosk("store", "check")
    file.write_bytes(bytes(4096) + file.read_bytes()[4096:])
    assert kiosk("store", "check").error == "store-corrupt"
    noted = store_care.go_on_where_damaged(configured)
    assert noted is not None
    assert store_care.put_aside_of(configured) == noted
    assert kiosk("store", "status").json["put_aside"] == noted.name
    found = examine_backup(configured)
    assert (found.health, found.detail, found.cure_key) == (
        Health.ATTENTION, noted.name, "command.doctor.cure.put-aside",
    )  # fmt: skip
    assert kiosk("store", "recover", file.with_name(noted.name)).json["refused"] == 0
    assert store_care.put_aside_of(configured) is None
    assert store_care.go_on_where_damaged(configured) is None


def test_lost_key_is_told_and_its_paper_brings_it_back(kiosk: Kiosk, tmp_path: Path, file: Path) -> None:
    kiosk("store", "check")
    paper = kiosk("secrets", "recovery-code", "show").json["recovery_code"]
    before = file.read_bytes()
    kiosk("secrets", "forget", "data-key")
    assert kiosk("store", "check").error == "key-wrong"
    assert kiosk("store", "status").error == "key-wrong"
    assert file.read_bytes() == before
    assert not kiosk("secrets", "list").json["kept"]["data-key"], "no key was made over the lost one"

    other = "\n".join(recovery_code(bytes(32)))
    assert kiosk("secrets", "recovery-code", "enter", said=other).error == "key-wrong"
    mistaken = [paper[0][:-1] + ("0" if paper[0][-1] != "0" else "1"), *paper[1:]]
    assert kiosk("secrets", "recovery-code", "enter", said="\n".join(mistaken)).error == "input-invalid"
    entered = kiosk("secrets", "recovery-code", "enter", said="\n".join(paper).lower())
    assert entered.json["opens_the_store"] is True
    assert kiosk("store", "check").json["visits"] == 0


def test_code_never_replaces_a_key_that_nothing_disproves(kiosk: Kiosk, tmp_path: Path) -> None:
    keystore = FileKeystore(tmp_path / "secrets.json")
    kept = data_key(keystore, create=True)
    entered = kiosk("secrets", "recovery-code", "enter", said="\n".join(recovery_code(bytes(32))))
    assert entered.error == "input-invalid"
    assert data_key(keystore) == kept
    keystore.forget(SecretName.DATA_KEY)
    assert kiosk("secrets", "recovery-code", "enter", said="\n".join(recovery_code(bytes(32)))).status == 0
    assert data_key(keystore) == bytes(32)


def test_code_of_no_key_is_told(kiosk: Kiosk) -> None:
    assert kiosk("secrets", "recovery-code", "show").error == "keystore-unavailable"


@given(st.binary(min_size=32, max_size=32))
def test_every_key_comes_back_from_its_code(key: bytes) -> None:
    assert key_of_code(recovery_code(key)) == key
    assert key_of_code([line.replace("-", " ").lower() for line in recovery_code(key)]) == key


@given(st.binary(min_size=32, max_size=32), st.lists(st.text(max_size=30), max_size=5), st.permutations(range(4)))
def test_whatever_is_no_code_is_refused(key: bytes, lines: list[str], order: list[int]) -> None:
    with pytest.raises(KioskError) as caught:
        key_of_code(lines)
    assert caught.value.code is FailureCode.INPUT_INVALID
    code = recovery_code(key)
    if order != [0, 1, 2, 3]:
        with pytest.raises(KioskError, match="has a mistake"):
            key_of_code([code[at] for at in order])


class Looks:
    """A clock that counts how often it was asked."""

    def __init__(self) -> None:
        self._asked = threading.Semaphore(0)

    def __call__(self) -> datetime:
        self._asked.release()
        return at(21)

    def wait_for(self, times: int) -> None:
        for _ in range(times):
            assert self._asked.acquire(timeout=WITHIN_S)


def at(hour: int, day: int = 22, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HO_CHI_MINH)


@pytest.mark.parametrize(
    ("moment", "newest", "due"),
    [
        (at(20), None, True),
        (at(9), None, True),
        (at(20), at(20, 21), True),
        (at(20, minute=1), at(20), False),
        (at(19), at(20, 21, 5), False),
        (at(8), at(12, 21), True),
    ],
)
def test_backup_is_due_once_a_day_and_after_a_missed_hour(moment: datetime, newest: datetime | None, due: bool) -> None:
    assert store_care.is_due(moment, 20, newest) is due


def test_daily_backup_is_made_once_and_old_ones_go(kiosk: Kiosk, words: list[str], tmp_path: Path) -> None:
    configured = load_settings(overrides=[*words, "backup.keep=2"])
    kiosk("store", "check")
    made = [store_care.back_up_if_due(configured, at(20, day)) for day in (18, 18, 19, 20)]
    assert [one is not None for one in made] == [True, False, True, True]
    kept = sorted(one.name for one in (tmp_path / "backups").iterdir())
    assert kept == ["kiosk-20261119-200000.kioskdb", "kiosk-20261120-200000.kioskdb"]


def test_daily_dump_of_a_server_is_made_once_and_old_ones_go(
    words: list[str], tmp_path: Path, postgresql_url: str
) -> None:
    configured = load_settings(overrides=[*words, f"store.url={postgresql_url}", "backup.keep=2"])
    store_of(configured).close()
    made = [store_care.back_up_if_due(configured, at(20, day)) for day in (18, 18, 19, 20)]
    assert [one is not None for one in made] == [True, False, True, True]
    kept = sorted(one.name for one in (tmp_path / "backups").iterdir())
    assert kept == ["kiosk-20261119-200000.pgdump", "kiosk-20261120-200000.pgdump"]


def test_backup_from_a_time_when_the_clock_was_ahead_neither_stops_the_daily_one_nor_outlives_it(
    kiosk: Kiosk, words: list[str], tmp_path: Path
) -> None:
    configured = load_settings(overrides=[*words, "backup.keep=1"])
    kiosk("store", "check")
    ahead = store_care.back_up_if_due(configured, at(20).replace(year=2031))
    assert ahead is not None
    made = [store_care.back_up_if_due(configured, at(20, day)) for day in (21, 21, 22)]
    assert [one is not None for one in made] == [True, False, True]
    kept = sorted(one.name for one in (tmp_path / "backups").iterdir())
    assert kept == ["kiosk-20261122-200000.kioskdb", ahead.name], "nothing is removed for what may be the only good one"


def test_kiosk_that_runs_backs_up_by_itself(
    kiosk: Kiosk, configured: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kiosk("store", "check")
    monkeypatch.setattr(store_care, "_LOOK_EVERY_S", 0.01)
    looked = Looks()
    with store_care.backed_up_daily(configured, looked):
        looked.wait_for(3)
    assert len(list((tmp_path / "backups").iterdir())) == 1


@pytest.mark.parametrize("kind", [OSError, ValueError, type("PanicException", (BaseException,), {})])
def test_backup_that_breaks_is_told_in_the_log_and_made_the_next_time(
    kiosk: Kiosk, configured: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: type[BaseException],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def breaks(settings: Settings, target: Path) -> None:
        monkeypatch.setattr(store_care, "back_up_now", back_up_now)
        raise kind("Nguyễn Văn Mẫu")

    kiosk("store", "check")
    caplog.clear()
    back_up_now = store_care.back_up_now
    monkeypatch.setattr(store_care, "back_up_now", breaks)
    monkeypatch.setattr(store_care, "_LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(store_care, "_AGAIN_AFTER_S", 0.01)
    looked = Looks()
    with store_care.backed_up_daily(configured, looked):
        looked.wait_for(3)
    assert len(list((tmp_path / "backups").iterdir())) == 1
    assert caplog.text.count(f"the daily backup failed: {kind.__name__} at [") == 1
    assert "Mẫu" not in caplog.text


def test_without_a_folder_nothing_runs(words: list[str]) -> None:
    configured = load_settings(overrides=[*words, "backup.folder="])
    with store_care.backed_up_daily(configured):
        assert store_care.back_up_if_due(configured, at(20)) is None


def test_doctor_advises_a_backup_and_is_content_with_a_new_one(
    kiosk: Kiosk, configured: Settings, words: list[str], tmp_path: Path
) -> None:
    kiosk("store", "check")
    none = examine_backup(load_settings(overrides=[*words, "backup.folder="]))
    assert (none.health, none.cure_key) == (Health.ATTENTION, "command.doctor.cure.backup-none")
    assert examine_backup(configured).cure_key == "command.doctor.cure.backup-old"
    when_it_was_ahead = tmp_path / "backups" / "kiosk-20310101-200000.kioskdb"
    when_it_was_ahead.parent.mkdir(exist_ok=True)
    when_it_was_ahead.touch()
    assert examine_backup(configured).cure_key == "command.doctor.cure.backup-old", "it says nothing of today"
    when_it_was_ahead.unlink()
    kiosk("store", "backup")
    assert examine_backup(configured).health is Health.GOOD
    server = load_settings(overrides=[*words, "store.url=postgresql://k@db.clinic.example/k", "backup.folder="])
    assert examine_backup(server).health is Health.GOOD


def test_dump_put_into_a_new_server_is_a_noted_beginning_of_its_audit(
    kiosk: Kiosk, words: list[str], tmp_path: Path, postgresql_url: str, make_database: Callable[..., str]
) -> None:
    data_key(FileKeystore(tmp_path / "secrets.json"), create=True)
    words += [f"store.url={postgresql_url}", f"audit.anchors={tmp_path}/anchors.txt"]
    kiosk("officer", "add", "--name", "Lê Thị Mẫu", "--id", "999190000777", "--code", "lan", said="602914\n602914\n")
    made = kiosk("store", "backup", tmp_path / "a.pgdump").json["backup"]
    lost = kiosk("audit", "anchor").json["anchor"].split()
    new = make_database(empty=True)
    assert kiosk("store", "restore", made, "--to", new).status == 0
    words += [f"store.url={new}"]
    [begun] = kiosk("audit", "verify").json["beginnings"]
    assert (begun["happened"], begun["by"]) == ("restored", "command-line")
    assert (str(begun["last"]), begun["digest"]) == (lost[1], lost[2])
