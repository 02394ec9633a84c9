"""`kiosk officer`: PINs go in by a pipe and never come out, numbers come out masked."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.app.doctor.officers import examine_officers
from kiosk.commands.officer import _new_pin
from kiosk.failure import KioskError

if TYPE_CHECKING:
    from tests.commands.conftest import Run, Settings

NAME, NUMBER, PIN = "Đào Thị Tiếp Đón", "999185000724", "7314"
MASKED = "999 ••• ••• 724"


@pytest.fixture
def where(tmp_path: Path, settings: "Settings") -> list[str]:
    return settings(
        "secrets.keystore=file",
        f"secrets.file={tmp_path}/secrets.json",
        f"store.url=sqlite:///{tmp_path}/kiosk.db",
        "store.encryption=off",  # what is sealed in it is told apart from the file's own key
    )


@pytest.fixture
def officer(run: "Run", where: list[str], monkeypatch: pytest.MonkeyPatch) -> "Run":
    def run_officer(*words: str, said: str = "", as_json: bool = True) -> object:
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        return run(*where, "officer", *(["--json"] if as_json else []), *words)

    return run_officer  # type: ignore[return-value]


@pytest.fixture
def added(officer: "Run") -> "Run":
    assert officer("add", "--name", NAME, "--id", NUMBER, said=f"{PIN}\n{PIN}\n").status == 0
    return officer


def test_added_officer_is_listed_with_code_and_masked_number(added: "Run") -> None:
    listed = added("list")
    assert listed.json == {"officers": [{"code": "dttd", "name": NAME, "number": MASKED, "active": True}]}
    assert NUMBER not in listed.out


def test_list_for_people_says_the_same_in_one_line(added: "Run") -> None:
    assert f"dttd  {NAME}  {MASKED}" in added("list", as_json=False).out


def test_list_of_nobody_is_empty_and_makes_no_key(officer: "Run", tmp_path: Path) -> None:
    assert officer("list").json == {"officers": []}
    assert not (tmp_path / "secrets.json").exists()


def test_removed_officer_stays_listed_as_removed(added: "Run") -> None:
    [entry] = added("remove", "DTTD").json["officers"]
    assert entry["active"] is False
    assert "đã gỡ" in added("list", as_json=False).out
    assert added("remove", "dttd").error == "input-invalid"


def test_pin_is_changed_by_two_lines(added: "Run") -> None:
    assert added("set-pin", "dttd", said="902638\n902638\n").status == 0
    assert [entry["happened"] for entry in added("log").json["duty_log"]] == ["added", "pin-set"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "pin-refused"),
        (f"{PIN}\n", "input-invalid"),
        (f"{PIN}\n7315\n", "input-invalid"),
        ("1234\n1234\n", "pin-refused"),
        ("1985\n1985\n", "pin-refused"),
        (" 7314\n 7314\n", "pin-refused"),
        ("9" * 5000 + "\n", "pin-refused"),
    ],
)
def test_pin_that_is_not_taken_adds_nobody_and_is_not_repeated(officer: "Run", said: str, code: str) -> None:
    refused = officer("add", "--name", NAME, "--id", NUMBER, said=said)
    assert refused.error == code
    assert not said.strip() or said.split("\n")[0] not in refused.out
    assert officer("list").json == {"officers": []}


def test_weak_pin_is_told_with_its_cure(officer: "Run") -> None:
    refused = officer("add", "--name", NAME, "--id", NUMBER, said="1234\n1234\n", as_json=False)
    assert refused.told == "pin-refused"
    assert "4 đến 12 chữ số" in refused.err


@pytest.mark.parametrize(
    "words",
    [
        ("add", "--name", NAME, "--id", "12"),
        ("add", "--name", " ", "--id", NUMBER),
        ("add", "--name", NAME, "--id", NUMBER, "--code", "Đ"),
        ("set-pin", "nobody"),
        ("remove", "nobody"),
        ("log", "--days", "0"),
    ],
)
def test_what_cannot_be_is_told_without_the_number(officer: "Run", words: tuple[str, ...]) -> None:
    refused = officer(*words, said=f"{PIN}\n{PIN}\n")
    assert refused.error == "input-invalid"
    assert NUMBER not in refused.out


def test_lost_data_key_is_told_and_nothing_is_removed(added: "Run", tmp_path: Path) -> None:
    kept = (tmp_path / "secrets.json").read_bytes()
    (tmp_path / "secrets.json").unlink()
    assert added("remove", "dttd").error == "key-wrong"
    assert added("add", "--name", "Lê Thị Mẫu", "--id", "999192000338", said="902638\n902638\n").error == "key-wrong"
    assert not (tmp_path / "secrets.json").exists()
    (tmp_path / "secrets.json").write_bytes(kept)
    (tmp_path / "secrets.json").chmod(0o600)
    [entry] = added("list").json["officers"]
    assert entry["active"]


def test_log_tells_people_when_who_and_what(added: "Run") -> None:
    assert f"{NAME}  được thêm" in added("log", as_json=False).out


def test_terminal_is_asked_twice_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answers = iter(["7314", "7314", "7314", "7315"])

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def getpass(prompt: str) -> str:
        asked.append(prompt)
        return next(answers)

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", getpass)
    assert _new_pin() == PIN
    assert len(set(asked)) == 2
    with pytest.raises(KioskError):
        _new_pin()


Doctor = Callable[..., tuple[str, str]]


@pytest.fixture
def doctor(run: "Run", where: list[str], settings: "Settings", monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Health and detail of the officers alone."""
    monkeypatch.setattr("kiosk.commands.doctor.EXAMINATIONS", {"officers": examine_officers})

    def examine(*changes: str) -> tuple[str, str]:
        [check] = json.loads(run(*where, *settings(*changes), "doctor", "--json").out)["checks"]
        assert bool(check["cure"]) is (check["health"] != "good")
        return check["health"], check["detail"]

    return examine


def test_doctor_says_how_many_can_sign_in_and_that_a_responsible_one_is_named(
    doctor: Doctor, added: "Run", account: None
) -> None:
    assert doctor("screen.mode=desk", "officer.required=true") == ("good", "1; ✔")
    added("remove", "dttd")
    assert doctor("screen.mode=desk") == ("attention", "0; ✔")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (("screen.mode=patient", "officer.required=true"), ("good", "0; ✔")),
        (("screen.mode=desk",), ("attention", "0; ✔")),
        (("screen.mode=desk", "officer.required=true"), ("bad", "0; ✔")),
    ],
)
def test_doctor_judges_a_kiosk_without_officers_by_who_would_need_them(
    doctor: Doctor, account: None, changes: tuple[str, ...], found: tuple[str, str]
) -> None:
    assert doctor(*changes) == found


def test_doctor_misses_the_responsible_officer(doctor: Doctor, no_account: None) -> None:
    assert doctor() == ("attention", "0; ✘")


def test_doctor_finds_a_lost_data_key(doctor: Doctor, added: "Run", account: None, tmp_path: Path) -> None:
    (tmp_path / "secrets.json").unlink()
    assert doctor()[0] == "bad"
