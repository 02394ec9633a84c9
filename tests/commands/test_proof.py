"""`kiosk proof` and `kiosk recheck` as scripts use them: an outage, a return, and the evidence of both."""

import base64
import json
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.app.training import people_of_config
from kiosk.keystore import FileKeystore, SecretName
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person

if TYPE_CHECKING:
    from tests.commands.conftest import Run


@pytest.fixture
def sandbox() -> Iterator[GatewaySandbox]:
    with GatewaySandbox(people_of_config()) as gateway:
        yield gateway


@pytest.fixture
def kiosk(
    run: "Run", settings: Callable[..., list[str]], sandbox: GatewaySandbox, tmp_path: Path, account: None
) -> "Run":
    """Runs a command of a kiosk with the sandbox, a store and a keystore of its own."""
    words = settings(
        f"lookup.base_url={sandbox.base_url}", f"lookup.evidence_folder={tmp_path}/evidence",
        f"store.url=sqlite:///{tmp_path}/kiosk.db", "store.encryption=off",
        "secrets.keystore=file", f"secrets.file={tmp_path}/secrets.json",
        "printer.target=none", "recheck.pause_s=0", "recheck.most_per_minute=600",
    )  # fmt: skip
    return lambda *command: run(*words, *command)


@pytest.fixture
def admitted(
    kiosk: "Run", sandbox: GatewaySandbox, reference_person: Person, typed: Callable[[Person], list[str]]
) -> Person:
    """Somebody who was checked in during an outage that is over now."""
    sandbox.set_fault("http-500")
    assert kiosk("check-in", *typed(reference_person), "--json").json["verdict"] == "unverified"
    sandbox.set_fault("")
    return reference_person


def test_recheck_by_hand_verifies_and_tells_what_changed(kiosk: "Run", admitted: Person) -> None:
    [waiting] = kiosk("recheck", "--json", "--list").json["waiting"]
    assert (waiting["state"], waiting["attempts"], waiting["ticket"]) == ("waiting", 0, "A001")
    told = kiosk("recheck", "--json").json
    assert (told["verified"], told["without_answer"], told["waiting"]) == (1, 0, [])
    [change] = told["changes"]
    assert (change["before"], change["after"], change["because"]) == ("unverified", "covered", "recheck")
    assert {"field": "verdict", "before": "unverified", "after": "covered"} in change["differences"]
    assert kiosk("recheck", "--json").json["verified"] == 0


def test_recheck_during_the_outage_says_so_and_keeps_everybody(
    kiosk: "Run", sandbox: GatewaySandbox, admitted: Person
) -> None:
    sandbox.set_fault("http-500")
    told = kiosk("recheck", "--json").json
    assert (told["verified"], told["without_answer"]) == (0, 1)
    assert [entry["why"] for entry in told["waiting"]] == ["server-error"]


def test_recheck_for_people_names_nobody(kiosk: "Run", admitted: Person) -> None:
    done = kiosk("recheck")
    assert "Chưa xác minh thẻ BHYT → Thẻ BHYT hợp lệ" in done.out
    assert admitted.full_name not in done.out
    assert admitted.number not in done.out


def test_recheck_without_anybody_needs_no_gateway(kiosk: "Run", sandbox: GatewaySandbox) -> None:
    assert kiosk("recheck", "--json").json == {"verified": 0, "without_answer": 0, "waiting": [], "changes": []}
    assert sandbox.counts.logins == 0


@pytest.mark.parametrize("key", ["", base64.b64encode(b"\x09" * 32).decode()], ids=["missing", "another"])
def test_recheck_without_the_right_key_is_told_and_loses_nobody(
    kiosk: "Run", admitted: Person, tmp_path: Path, key: str
) -> None:
    keystore = FileKeystore(tmp_path / "secrets.json")
    right = keystore.read(SecretName.DATA_KEY)
    assert right is not None
    keystore.forget(SecretName.DATA_KEY)
    if key:
        keystore.write(SecretName.DATA_KEY, key)
    assert kiosk("recheck", "--json").error == ("key-wrong" if key else "keystore-unavailable")
    assert (keystore.read(SecretName.DATA_KEY) or "") == key, "no key is made over one that may come back"
    keystore.write(SecretName.DATA_KEY, right)
    assert kiosk("recheck", "--json").json["verified"] == 1


def test_list_shows_each_check_of_the_day(kiosk: "Run", admitted: Person) -> None:
    kiosk("recheck")
    proofs = kiosk("proof", "--json", "list").json["proofs"]
    assert [(one["ticket"], one["outcome"], one["because"]) for one in proofs] == [
        ("A001", "check-impossible", "visit"),
        ("A001", "valid", "recheck"),
    ]
    assert kiosk("proof", "--json", "list", "--day", "2001-01-01").json["proofs"] == []
    assert "Không tra cứu được" in kiosk("proof", "list").out


def test_export_with_the_question_can_be_verified_by_anybody(
    kiosk: "Run", run: "Run", admitted: Person, tmp_path: Path
) -> None:
    kiosk("recheck")
    exported = kiosk(
        "proof", "--json", "export", "--ticket", "A001", "--out", tmp_path / "claim", "--with-question"
    ).json
    written, page = map(Path, exported["files"])
    assert page.read_bytes().startswith(b"%PDF")
    if sys.platform != "win32":
        assert stat.S_IMODE(written.stat().st_mode) == stat.S_IMODE(page.stat().st_mode) == 0o600
    told = run("proof", "--json", "verify", written).json
    assert told == {"verified": True, "proofs": 2, "exchanges": 2, "questions": 2}
    document = json.loads(written.read_bytes())
    assert document["digest"] == exported["digest"]
    assert document["proofs"][0]["question"]["exchanges"][0]["number"] == admitted.number


def test_export_without_the_question_names_nobody_and_needs_no_key(
    kiosk: "Run", run: "Run", admitted: Person, tmp_path: Path
) -> None:
    FileKeystore(tmp_path / "secrets.json").forget(SecretName.DATA_KEY)
    visit = kiosk("proof", "--json", "list").json["proofs"][0]["visit"]
    done = kiosk("proof", "export", "--visit", visit, "--out", tmp_path / "claim")
    written, page = map(Path, done.out.split())
    assert written.stem == page.stem
    for secret in (admitted.full_name, admitted.number):
        assert secret not in written.read_text("utf-8")
        assert secret not in written.name
    assert run("proof", "--json", "verify", written).json["questions"] == 0


def test_changed_export_is_refused_by_verify(kiosk: "Run", run: "Run", admitted: Person, tmp_path: Path) -> None:
    kiosk("proof", "export", "--ticket", "A001", "--out", tmp_path)
    [file] = tmp_path.glob("proof-*.json")
    file.write_text(file.read_text("utf-8").replace("check-impossible", "valid"), "utf-8")
    assert run("proof", "--json", "verify", file).error == "input-invalid"


@pytest.mark.parametrize(
    "words", [["--ticket", "A777"], ["--visit", "0" * 32], ["--ticket", "A001", "--day", "2001-01-01"]]
)
def test_visit_that_is_not_in_the_journal_is_refused(
    kiosk: "Run", admitted: Person, tmp_path: Path, words: list[str]
) -> None:
    assert kiosk("proof", "--json", "export", *words, "--out", tmp_path / "claim").error == "input-invalid"
    assert not (tmp_path / "claim").exists()


def test_file_that_is_absent_or_a_folder_is_refused_by_verify(run: "Run", tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "absent.json"):
        assert run("proof", "--json", "verify", file).error == "input-invalid"


def test_folder_that_cannot_be_written_is_told(kiosk: "Run", admitted: Person, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    done = kiosk("proof", "--json", "export", "--ticket", "A001", "--out", tmp_path / "taken")
    assert done.error == "output-unwritable"


@pytest.mark.parametrize(("said", "routes"), [([], []), (["--emergency"], ["2"])], ids=["nothing", "emergency"])
def test_recheck_counts_what_staff_said_of_the_visit_at_its_check_in(
    kiosk: "Run",
    sandbox: GatewaySandbox,
    people: tuple[Person, ...],
    typed: Callable[[Person], list[str]],
    said: list[str],
    routes: list[str],
) -> None:
    from_elsewhere = next(person for person in people if person.number == "994193000205")
    sandbox.set_fault("http-500")
    assert kiosk("check-in", *typed(from_elsewhere), *said, "--json").json["verdict"] == "unverified"
    sandbox.set_fault("")
    [change] = kiosk("recheck", "--json").json["changes"]
    assert [one["after"] for one in change["differences"] if one["field"] == "route"] == routes
