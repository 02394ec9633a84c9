"""`kiosk audit`, `kiosk person` and `kiosk retention` as scripts use them."""

import io
import json
import os
import re
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.app import store_care
from kiosk.app.clock import now
from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import AuditKey
from kiosk.checkin.clinic import load_clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.store import open_store
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.identity.person import Identity, Trust
from kiosk.keystore import FileKeystore, data_key
from kiosk.sealed import Seal
from kiosk.settings import Settings, config_folder, load_settings
from kiosk.text import Language, say

if TYPE_CHECKING:
    from tests.commands.conftest import Run

pytestmark = pytest.mark.usefixtures("quick_pins")
NAME, NUMBER, BORN = "Nguyễn Văn Mẫu", "999090000123", "15/01/1990"
OFFICER, OFFICER_NUMBER, PIN = "Đào Thị Tiếp Đón", "999185000724", "7314"


@pytest.fixture
def kiosk(run: "Run", words: list[str], monkeypatch: pytest.MonkeyPatch) -> "Run":
    """Runs a command of a kiosk with a store, a keystore and anchors of its own; `said` is what a pipe brings."""

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


def damage(file: Path) -> None:
    """Zeros over pages behind the first ones: the list of tables is read, the rest is not sound."""
    content = bytearray(file.read_bytes())
    content[:100] = bytes(100)
    file.write_bytes(content)


@pytest.fixture
def words(settings: Callable[..., list[str]], tmp_path: Path) -> list[str]:
    return settings(
        f"store.url=sqlite:///{tmp_path}/kiosk.db", "store.encryption=off", "secrets.keystore=file",
        f"secrets.file={tmp_path}/secrets.json", f"audit.anchors={tmp_path}/share/audit-anchors.txt",
        f"lookup.evidence_folder={tmp_path}/evidence", "printer.target=none",
    )  # fmt: skip


@pytest.fixture
def configured(words: list[str]) -> Settings:
    return load_settings(overrides=[word for before, word in pairwise(words) if before == "--set"])


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


def test_audit_is_verified_in_words(kiosk: "Run", key: bytes, officer: str) -> None:
    kiosk("audit", "anchor")
    told = kiosk("audit", "verify")
    assert (told.status, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[0] == say("audit.command.right", Language.VI)
    assert lines[1].startswith("1 dòng, từ dòng 1 đến dòng 1.")
    assert say("audit.command.anchors", Language.VI, anchors=1, outside=1) in lines
    assert not {"sealed", "foreign", "rows", "anchors", "from_file"} & set(re.findall(r"[a-z_]+", told.out))


def test_what_is_wrong_with_the_audit_is_told_in_words(kiosk: "Run", officer: str, tmp_path: Path) -> None:
    tamper(tmp_path, "UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    assert say("audit.break.changed", Language.VI, seq=1) in kiosk("audit", "verify").err


def test_damaged_store_begun_anew_is_a_noted_beginning_and_no_cut(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path, configured: Settings
) -> None:
    kiosk("officer", "--json", "set-pin", officer, said="8426\n8426\n")
    last = kiosk("audit", "--json", "anchor").json["anchor"].split()
    damage(tmp_path / "kiosk.db")
    assert store_care.go_on_where_damaged(configured) is not None
    verified = kiosk("audit", "--json", "verify").json
    [begun] = verified["beginnings"]
    assert (begun["seq"], begun["happened"], begun["by"]) == (1, "begun-anew", "kiosk")
    assert (str(begun["last"]), begun["digest"], begun["lost"]) == (last[1], last[2], 2)
    assert verified["replaced"] == 1
    told = kiosk("audit", "verify").out
    assert "bắt đầu lại ở dòng 1" in told
    assert last[2] in told


def test_damaged_store_is_begun_anew_while_the_share_of_the_anchors_is_away(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path, configured: Settings
) -> None:
    kiosk("audit", "anchor")
    (tmp_path / "share").rename(tmp_path / "elsewhere")
    (tmp_path / "share").touch()
    damage(tmp_path / "kiosk.db")
    assert store_care.go_on_where_damaged(configured) is not None
    (tmp_path / "share").unlink()
    (tmp_path / "elsewhere").rename(tmp_path / "share")
    [begun] = kiosk("audit", "--json", "verify").json["beginnings"]
    assert (begun["last"], begun["lost"]) == (0, 0), "neither the file nor the anchors could say"
    assert say("audit.command.unknown", Language.VI) in kiosk("audit", "verify").out.splitlines()


@pytest.mark.skipif(os.name != "posix", reason="a pipe stands in for a share that hangs")
def test_damaged_store_is_begun_anew_while_the_share_of_the_anchors_hangs(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path, configured: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.app.records._ANCHORS_WITHIN_S", 0.2)
    file = tmp_path / "share" / "audit-anchors.txt"
    file.parent.mkdir()
    os.mkfifo(file)
    damage(tmp_path / "kiosk.db")
    assert store_care.go_on_where_damaged(configured) is not None
    os.close(os.open(file, os.O_WRONLY))
    assert [row["happened"] for row in kiosk("audit", "--json", "list").json["audit"]] == ["begun-anew"]


def test_store_put_in_its_place_by_hand_is_a_cut(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path, configured: Settings
) -> None:
    """What an attacker can do who deletes the file: no note comes with it."""
    kiosk("officer", "--json", "set-pin", officer, said="8426\n8426\n")
    kiosk("audit", "anchor")
    for file in tmp_path.glob("kiosk.db*"):
        if file.is_file():
            file.unlink()
    ran = kiosk("audit", "--json", "verify")
    assert ran.error == "audit-broken"
    assert "truncated: row 2" in ran.out


def put_in_by_hand(kiosk: "Run", officer: str, tmp_path: Path) -> None:
    """A new file in the place of one whose anchors know more; the officers were added anew."""
    kiosk("officer", "--json", "set-pin", officer, said="8426\n8426\n")
    kiosk("audit", "anchor")
    for file in tmp_path.glob("kiosk.db*"):
        if file.is_file():
            file.unlink()
    kiosk("officer", "--json", "add", "--name", OFFICER, "--id", OFFICER_NUMBER, said=f"{PIN}\n{PIN}\n")


def test_officer_stands_up_for_a_beginning_without_a_note(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path
) -> None:
    put_in_by_hand(kiosk, officer, tmp_path)
    assert "truncated: row 2" in kiosk("audit", "--json", "verify").out
    reason = ("--reason", "máy hỏng, đã thay tệp ngày 20/11")
    accepted = kiosk("audit", "--json", "accept-beginning", *reason, "--officer", officer, said=f"{PIN}\n")
    assert [accepted.json[key] for key in ("seq", "first", "last")] == [2, 2, 2]
    verified = kiosk("audit", "--json", "verify").json
    [begun] = verified["beginnings"]
    assert (begun["seq"], begun["happened"], begun["last"], begun["lost"]) == (2, "beginning-accepted", 2, 1)
    assert begun["by"] not in ("kiosk", "command-line")
    told = kiosk("audit", "verify").out
    assert "không khớp các mốc neo cũ" in told
    assert "Ít nhất 1 dòng của nhật ký cũ (2 đến 2)" in told
    again = kiosk("audit", "--json", "accept-beginning", *reason, "--officer", officer, said=f"{PIN}\n")
    assert again.error == "input-invalid"


def test_what_comes_after_an_accepted_beginning_is_still_found(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path
) -> None:
    put_in_by_hand(kiosk, officer, tmp_path)
    kiosk("audit", "accept-beginning", "--reason", "đã thay tệp", "--officer", officer, said=f"{PIN}\n")
    kiosk("officer", "--json", "set-pin", officer, said="8426\n8426\n")
    kiosk("audit", "anchor")
    tamper(tmp_path, "DELETE FROM audit WHERE seq = 3")
    tamper(tmp_path, "UPDATE audit_chain SET seq = 2, digest = (SELECT digest FROM audit WHERE seq = 2)")
    assert "truncated: row 3" in kiosk("audit", "--json", "verify").out


def test_rows_that_were_taken_off_the_end_are_told_for_ever_after_they_were_stood_up_for(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path
) -> None:
    for _ in range(3):
        kiosk("officer", "--json", "set-pin", officer, said=f"{PIN}\n{PIN}\n")
    kiosk("audit", "anchor")
    tamper(tmp_path, "DELETE FROM audit WHERE seq > 2")
    tamper(tmp_path, "UPDATE audit_chain SET seq = 2, digest = (SELECT digest FROM audit WHERE seq = 2)")
    accepted = kiosk("audit", "accept-beginning", "--reason", "đã thay tệp", "--officer", officer, said=f"{PIN}\n").out
    assert "Không còn từ dòng: 3\nđến dòng: 4" in accepted
    for _ in range(3):
        kiosk("officer", "--json", "set-pin", officer, said=f"{PIN}\n{PIN}\n")
        [begun] = kiosk("audit", "--json", "verify").json["beginnings"]
        assert [begun[key] for key in ("happened", "seq", "first", "last", "lost")] == [
            "beginning-accepted",
            3,
            3,
            4,
            2,
        ]


def test_beginning_needs_an_officer_to_stand_up_for_it(kiosk: "Run", key: bytes, officer: str, tmp_path: Path) -> None:
    put_in_by_hand(kiosk, officer, tmp_path)
    tamper(tmp_path, "UPDATE officer SET removed_at = '2020-01-01T00:00:00+07:00'")
    ran = kiosk("audit", "--json", "accept-beginning", "--reason", "x")
    assert ran.error == "officer-needed"
    assert kiosk("audit", "--json", "verify").error == "audit-broken"


def test_what_no_beginning_explains_is_not_accepted(kiosk: "Run", key: bytes, officer: str, tmp_path: Path) -> None:
    put_in_by_hand(kiosk, officer, tmp_path)
    kiosk("audit", "anchor")
    file = tmp_path / "share" / "audit-anchors.txt"
    today, *_ = file.read_text().splitlines()[-1].split()
    tamper(
        tmp_path,
        "INSERT INTO audit_anchor (business_day, seq, digest, at) "
        f"SELECT '{today}', 0, '{'0' * 64}', at FROM audit WHERE seq = 1",
    )
    ran = kiosk("audit", "--json", "accept-beginning", "--reason", "x", "--officer", officer, said=f"{PIN}\n")
    assert ran.error == "audit-broken"
    assert kiosk("audit", "--json", "list").json["audit"][-1]["happened"] != "beginning-accepted"


@pytest.mark.parametrize(
    ("pin", "statement", "told"),
    [
        ("0000", "", "officer-needed"),
        (PIN, "UPDATE audit SET actor = 'nobody' WHERE seq = 1", "audit-broken"),
    ],
    ids=["whoever is not the officer", "a chain that is changed itself"],
)
def test_beginning_is_not_accepted(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path, pin: str, statement: str, told: str
) -> None:
    put_in_by_hand(kiosk, officer, tmp_path)
    if statement:
        tamper(tmp_path, statement)
    ran = kiosk("audit", "--json", "accept-beginning", "--reason", "x", "--officer", officer, said=f"{pin}\n")
    assert ran.error == told
    assert kiosk("audit", "--json", "verify").error == "audit-broken"


def test_beginning_is_not_accepted_without_the_key(kiosk: "Run", key: bytes, officer: str, tmp_path: Path) -> None:
    put_in_by_hand(kiosk, officer, tmp_path)
    (tmp_path / "secrets.json").unlink()
    ran = kiosk("audit", "--json", "accept-beginning", "--reason", "x", "--officer", officer, said=f"{PIN}\n")
    assert ran.status == 1
    assert ran.error in ("keystore-unavailable", "key-wrong")


def test_backup_put_back_is_a_noted_beginning_and_no_cut(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path
) -> None:
    kiosk("store", "--json", "backup", tmp_path / "a.kioskdb")
    kiosk("officer", "--json", "set-pin", officer, said="8426\n8426\n")
    last = kiosk("audit", "--json", "anchor").json["anchor"].split()
    assert kiosk("store", "--json", "restore", tmp_path / "a.kioskdb").status == 0
    verified = kiosk("audit", "--json", "verify").json
    [begun] = verified["beginnings"]
    assert (begun["seq"], begun["happened"], begun["by"]) == (2, "restored", "command-line")
    assert (str(begun["last"]), begun["digest"]) == (last[1], last[2])
    assert "bản sao lưu ở dòng 2" in kiosk("audit", "verify").out


def test_backup_put_elsewhere_leaves_this_stores_audit_whole(
    kiosk: "Run", key: bytes, officer: str, tmp_path: Path
) -> None:
    kiosk("store", "--json", "backup", tmp_path / "a.kioskdb")
    kiosk("audit", "anchor")
    assert kiosk("store", "restore", tmp_path / "a.kioskdb", "--to", f"sqlite:///{tmp_path}/other.db").status == 0
    verified = kiosk("audit", "--json", "verify").json
    assert verified["beginnings"] == []
    assert kiosk("audit", "--json", "list").json["audit"][-1]["happened"] == "restored"


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


@pytest.fixture
def came(tmp_path: Path, key: bytes) -> Callable[[int], str]:
    """Somebody came so many days ago, was not checked, and has a slip; the visit's id."""

    def come(days_ago: int) -> str:
        clinic = load_clinic(config_folder() / "clinics" / "mau.toml")
        identity = Identity(Trust.CHIP_VERIFIED, NAME, personal_number=NUMBER, date_of_birth=PartialDate(1990, 1, 15))
        with open_store(f"sqlite:///{tmp_path}/kiosk.db") as store:
            trail = Audit(store, now, key=AuditKey.of(key))
            journal = SqlJournal(store, clinic, lambda: now() - timedelta(days=days_ago), seal=Seal(key), audit=trail)
            request = CheckInRequest(identity, Decision(Verdict.UNVERIFIED), "noi-tong-quat")
            check_in = journal.check_in(request)
            journal.log_print(check_in, "printed")
            return check_in.visit_id

    return come


def test_a_person_gets_all_that_is_kept_of_them_as_files_that_only_this_account_reads(
    kiosk: "Run", key: bytes, officer: str, came: Callable[[int], str], tmp_path: Path
) -> None:
    visits = {came(9), came(2)}
    out = tmp_path / "given" / "record.json"
    export = ("person", "--json", "export", "--id", NUMBER, "--out", out, "--officer", officer, "--reason", "theo đơn")
    told = kiosk(*export, said=f"{PIN}\n").json
    files = [str(out.with_suffix(suffix)) for suffix in (".json", ".txt", ".pdf")]
    assert told == {"files": files, "visits": 2}
    assert out.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    assert kiosk(*(word if word != out else out.with_suffix(".pdf") for word in export), said=f"{PIN}\n").error == (
        "input-invalid"
    ), "the file for machines would be gone"
    record = json.loads(out.read_text("utf-8"))
    assert {one["visit"]["visit_id"] for one in record["visits"]} == visits
    assert all(one["to_ask"]["personal_number"] == NUMBER for one in record["visits"])
    assert NAME in out.with_suffix(".txt").read_text("utf-8")
    if os.name == "posix":
        assert {file.stat().st_mode & 0o077 for file in out.parent.iterdir()} == {0}
    rows = kiosk("audit", "--json", "list").json["audit"]
    assert {row["subject"] for row in rows if row["happened"] == "person-exported"} == visits
    assert all(row["reason"] == "theo đơn" for row in rows if row["happened"] == "person-exported")
    assert kiosk("audit", "--json", "verify").json["verified"] is True


def test_an_erased_person_is_nowhere_in_the_file_and_the_numbers_stay(
    kiosk: "Run", key: bytes, officer: str, came: Callable[[int], str], tmp_path: Path
) -> None:
    visit = came(2)
    erase = ("person", "--json", "erase", "--id", NUMBER, "--reason", "theo đơn", "--officer", officer)
    told = kiosk(*erase, said=f"{PIN}\n").json
    assert (told["visits"], told["swept"], told["replies"]) == (1, True, 0)
    content = b"".join(file.read_bytes() for file in tmp_path.glob("kiosk.db*") if file.is_file())
    assert NAME.encode() not in content
    assert NUMBER.encode() not in content
    assert kiosk(*erase, said=f"{PIN}\n").error == "input-invalid", "nothing is kept of them any more"
    assert kiosk("store", "--json", "check").json["visits"] == 1
    row = next(row for row in kiosk("audit", "--json", "list").json["audit"] if row["happened"] == "person-erased")
    assert (row["subject"], row["reason"]) == (visit, "theo đơn")
    assert kiosk("audit", "--json", "verify").json["verified"] is True
    assert "thêm nhân viên" in kiosk("audit", "list").out


def test_nobody_is_erased_while_their_visit_goes_on(kiosk: "Run", officer: str, came: Callable[[int], str]) -> None:
    came(0)
    erase = ("person", "--json", "erase", "--id", NUMBER, "--reason", "theo đơn", "--officer", officer)
    ran = kiosk(*erase, said=f"{PIN}\n")
    assert ran.error == "input-invalid"
    assert NUMBER not in ran.out
    assert kiosk("person", "--json", "export", "--id", NUMBER, "--out", "/dev/null/x.json", "--officer", officer,
                 said=f"{PIN}\n").error == "output-unwritable"  # fmt: skip


def test_visits_that_are_over_are_removed_with_the_person_and_their_numbers_stay_given(
    kiosk: "Run", key: bytes, officer: str, came: Callable[[int], str], tmp_path: Path
) -> None:
    old, recent = came(1900), came(2)
    assert old != recent
    removed = kiosk("retention", "--json", "run").json["removed"]
    assert removed["visits"] == 1
    (tmp_path / "kiosk.db.state" / "numbers").unlink()  # which would not remember a day so long ago
    assert kiosk("retention", "--json", "run").json["removed"] == {}
    out = tmp_path / "record.json"
    export = ("person", "--json", "export", "--id", NUMBER, "--out", out, "--officer", officer)
    assert kiosk(*export, said=f"{PIN}\n").json["visits"] == 1
    assert kiosk("audit", "--json", "verify").json["verified"] is True


def test_check_of_the_store_names_the_queue_in_which_a_number_is_missing(
    kiosk: "Run", came: Callable[[int], str], tmp_path: Path
) -> None:
    came(0)
    assert kiosk("store", "--json", "check").json["visits"] == 1
    tamper(tmp_path, "UPDATE ticket_counter SET last = 2")
    ran = kiosk("store", "--json", "check")
    assert ran.error == "store-corrupt"
    assert f"gap in queue A {now():%Y-%m-%d}" in ran.out
