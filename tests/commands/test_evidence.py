"""`kiosk evidence`: what was kept can be read by who holds the data key."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.app.clock import now
from kiosk.app.desk import gateway_of
from kiosk.app.evidence import evidence_of
from kiosk.dates import PartialDate
from kiosk.lookup.answer import Question, ServiceTrouble
from kiosk.lookup.transport import HttpReply
from kiosk.settings import Secrets, load_settings
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person

if TYPE_CHECKING:
    from tests.commands.conftest import Run

QUESTION = Question("999090000123", "Nguyễn Văn Mẫu", PartialDate(1990))
SECRETS = Secrets(
    GatewaySandbox.username, GatewaySandbox.password, GatewaySandbox.officer_name, GatewaySandbox.officer_number
)


@pytest.fixture
def written(tmp_path: Path) -> list[str]:
    return [
        f"lookup.evidence_folder={tmp_path / 'evidence'}",
        "secrets.keystore=file",
        f"secrets.file={tmp_path / 'secrets.json'}",
        f"store.url=sqlite:///{tmp_path}/kiosk.db",
        f"audit.anchors={tmp_path}/audit-anchors.txt",
    ]


@pytest.fixture
def evidence(run: "Run", written: list[str]) -> "Run":
    words = [word for one in written for word in ("--set", one)]
    return lambda *more: run(*words, "evidence", *more)


@pytest.fixture
def name(written: list[str], people: tuple[Person, ...]) -> str:
    """The name of a web page that a captive portal gave instead of an answer."""
    with GatewaySandbox(people, fault="html") as sandbox:
        settings = load_settings(overrides=[*written, f"lookup.base_url={sandbox.base_url}"])
        with gateway_of(settings, SECRETS) as gateway:
            answer = gateway.look_up(QUESTION)
    assert isinstance(answer, ServiceTrouble)
    return answer.receipts[0].evidence


def test_kept_reply_is_listed_and_shown(evidence: "Run", name: str) -> None:
    [head] = evidence("--json", "list").json["kept_replies"]
    assert (head["name"], head["call"], head["http_status"]) == (name, "lookup", 200)
    shown = evidence("--json", "show", name).json
    assert shown["body"].startswith("<!doctype html>")
    assert shown["digest"] == head["digest"]


def test_people_read_it_line_by_line(evidence: "Run", name: str) -> None:
    listed, shown = evidence("list"), evidence("show", name)
    assert (listed.status, shown.status) == (0, 0)
    assert f"  - {name}  2" in listed.out
    assert "<!doctype html>" in shown.out


def test_nothing_kept_is_an_empty_list_and_makes_no_key(evidence: "Run", tmp_path: Path) -> None:
    assert evidence("--json", "list").json["kept_replies"] == []
    assert not (tmp_path / "secrets.json").exists()


def test_unknown_name_is_refused(evidence: "Run", name: str) -> None:
    assert evidence("--json", "show", "0123456789abcdef").error == "input-invalid"
    assert evidence("--json", "show", "../secrets").error == "input-invalid"


def test_without_its_key_nothing_is_shown(evidence: "Run", name: str, tmp_path: Path) -> None:
    (tmp_path / "secrets.json").unlink()
    assert evidence("--json", "list").error == "key-wrong"
    assert evidence("--json", "show", name).error == "key-wrong"


def test_damaged_box_is_told_and_the_others_are_listed(evidence: "Run", name: str, tmp_path: Path) -> None:
    (tmp_path / "evidence" / "00000000000000ff.box").write_bytes(b"")
    listed = evidence("--json", "list").json
    assert [head["name"] for head in listed["kept_replies"]] == [name]
    assert listed["unopened"] == ["00000000000000ff"]
    assert "  - 00000000000000ff" in evidence("list").out


def test_reply_that_commands_a_terminal_is_shown_as_text(
    evidence: "Run", written: list[str], people: tuple[Person, ...]
) -> None:
    folder = evidence_of(load_settings(overrides=written))
    hostile = "\x1b]52;c;cm0gLXJm\x07\x1b[2J\x9b2J\u202eok\r\x00".encode()
    kept = folder.keep("lookup", HttpReply(200, hostile, date="\x1b[2J"), now())
    for shown in (evidence("show", kept), evidence("--json", "show", kept), evidence("list")):
        assert shown.status == 0
        assert all(char.isprintable() for line in shown.out.split("\n") for char in line)


def test_no_replies_wanted_in_the_settings_none_kept(
    written: list[str], people: tuple[Person, ...], evidence: "Run"
) -> None:
    with GatewaySandbox(people, fault="html") as sandbox:
        more = [f"lookup.base_url={sandbox.base_url}", "lookup.evidence_replies=0"]
        with gateway_of(load_settings(overrides=[*written, *more]), SECRETS) as gateway:
            gateway.look_up(QUESTION)
    assert evidence("--json", "list").json["kept_replies"] == []
