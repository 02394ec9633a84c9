"""`kiosk audit`, `kiosk person` and `kiosk retention` as scripts use them."""

import io
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.keystore import FileKeystore, data_key

if TYPE_CHECKING:
    from tests.commands.conftest import Run

NAME, NUMBER, BORN = "Nguyễn Văn Mẫu", "999090000123", "15/01/1990"
OFFICER, OFFICER_NUMBER, PIN = "Đào Thị Tiếp Đón", "999185000724", "7314"


@pytest.fixture
def kiosk(run: "Run", settings: Callable[..., list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Run":
    """Runs a command of a kiosk with a store, a keystore and anchors of its own; `said` is what a pipe brings."""
    words = settings(
        f"store.url=sqlite:///{tmp_path}/kiosk.db", "store.encryption=off", "secrets.keystore=file",
        f"secrets.file={tmp_path}/secrets.json", f"audit.anchors={tmp_path}/share/audit-anchors.txt",
        f"lookup.evidence_folder={tmp_path}/evidence", "printer.target=none",
    )  # fmt: skip

    def run_kiosk(*command: str | Path, said: str = "") -> object:
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        return run(*words, *command)

    return run_kiosk  # type: ignore[return-value]


@pytest.fixture
def officer(kiosk: "Run") -> str:
    """An officer's code; adding one makes the data key."""
    added = ("officer", "--json", "add", "--name", OFFICER, "--id", OFFICER_NUMBER)
    assert kiosk(*added, said=f"{PIN}\n{PIN}\n").status == 0
    return "dttd"


def tamper(tmp_path: Path, statement: str) -> None:
    with sqlite3.connect(tmp_path / "kiosk.db") as connection:
        connection.execute("INSERT INTO purge_pass VALUES (1)")
        connection.execute(statement)
        connection.execute("DELETE FROM purge_pass")
    connection.close()


@pytest.fixture
def key(tmp_path: Path) -> bytes | None:
    """The data key, there before anything happens."""
    return data_key(FileKeystore(tmp_path / "secrets.json"), create=True)


def test_a_whole_audit_is_verified_with_its_key_and_anchor(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path
) -> None:
    anchor = kiosk("audit", "--json", "anchor").json["anchor"]
    assert anchor in (tmp_path / "share" / "audit-anchors.txt").read_text()
    verified = kiosk("audit", "--json", "verify").json
    assert (verified["verified"], verified["rows"], verified["sealed"]) == (True, 1, 1)
    assert (verified["anchors"], verified["from_file"]) == (1, 1)


def test_a_changed_row_ends_verify_with_its_number(kiosk: "Run", officer: str, tmp_path: Path) -> None:
    tamper(tmp_path, "UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    ran = kiosk("audit", "--json", "verify")
    assert ran.error == "audit-broken"
    assert "changed: row 1" in ran.out
    assert kiosk("audit", "verify").told == "audit-broken"


def test_a_chain_that_was_cut_off_with_its_end_is_shown_by_the_anchors_file(
    kiosk: "Run", officer: str, tmp_path: Path
) -> None:
    kiosk("officer", "--json", "set-pin", officer, said="8426\n8426\n")
    kiosk("audit", "anchor")
    tamper(tmp_path, "DELETE FROM audit WHERE seq = 2")
    tamper(tmp_path, "UPDATE audit_chain SET seq = 1, digest = (SELECT digest FROM audit WHERE seq = 1)")
    assert "truncated: row 2" in kiosk("audit", "--json", "verify").out


def test_rows_without_a_key_are_stood_up_for_by_an_officer(kiosk: "Run", officer: str, tmp_path: Path) -> None:
    assert "unsealed: row 1" in kiosk("audit", "--json", "verify").out
    accepted = ("audit", "--json", "accept", "--first", "1", "--last", "1", "--reason", "lần đầu", "--officer", officer)
    assert kiosk(*accepted, said=f"{PIN}\n").json["seq"] == 2
    assert kiosk("audit", "--json", "verify").json["verified"]


def test_the_list_tells_who_did_what(kiosk: "Run", officer: str) -> None:
    [row] = kiosk("audit", "--json", "list").json["audit"]
    assert (row["happened"], row["actor"]) == ("officer-added", "command-line")
    assert "thêm nhân viên" in kiosk("audit", "list").out


def test_a_person_of_whom_nothing_is_kept_is_told(kiosk: "Run", officer: str, tmp_path: Path) -> None:
    export = ("person", "--json", "export", "--id", NUMBER, "--out", tmp_path / "out.json", "--officer", officer)
    ran = kiosk(*export, said=f"{PIN}\n")
    assert ran.error == "input-invalid"
    assert NUMBER not in ran.out


@pytest.mark.parametrize("said", ["0000\n", ""])
def test_nobodys_records_are_given_out_without_an_officers_pin(
    kiosk: "Run", officer: str, tmp_path: Path, said: str
) -> None:
    export = ("person", "--json", "export", "--id", NUMBER, "--out", tmp_path / "out.json")
    assert kiosk(*export).error == "officer-needed"
    assert kiosk(*export, "--officer", officer, said=said).error == "officer-needed"


def test_retention_shows_what_is_over_and_removes_it(kiosk: "Run", officer: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "kiosk.db") as connection:
        connection.execute(
            "INSERT INTO duty_log (at, subject, happened) VALUES ('2016-01-01T08:00:00+07:00','x','tried')"
        )
    connection.close()
    shown = {one["purpose"]: one for one in kiosk("retention", "--json", "show").json["retention"]}
    assert shown["duty-log"] == {"purpose": "duty-log", "days": 1826, "over": 1}
    assert kiosk("retention", "--json", "run", "--dry-run").json == kiosk("retention", "--json", "show").json
    assert kiosk("retention", "--json", "run").json == {"removed": {"duty-log": 1}}
    rows = kiosk("audit", "--json", "list").json["audit"]
    assert (rows[-1]["happened"], rows[-1]["detail"]["count"]) == ("purged", 1)


@pytest.mark.parametrize("setting", ["retention.audit=365", "retention.visits=1"])
def test_days_that_the_law_or_the_day_do_not_allow_are_refused(kiosk: "Run", setting: str) -> None:
    assert kiosk("--set", setting, "retention", "--json", "show").error == "settings-invalid"
