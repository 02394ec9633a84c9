"""Replies that nobody could understand: kept encrypted, few, small, not for long, and only for who holds the key."""

import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.failure import FailureCode, KioskError
from kiosk.lookup.answer import CardAnswer, Question, ServiceTrouble
from kiosk.lookup.evidence import EvidenceFolder, EvidenceLimits
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.transport import HttpReply
from kiosk.sealed import Seal
from kiosk.simulator.gateway import GatewaySandbox

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
KEY = bytes(range(32))
PAGE = HttpReply(200, b"<html>c\xe1\xbb\x95ng</html>", date="Sat, 21 Nov 2026 05:00:45 GMT")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "evidence"


@pytest.fixture
def evidence(folder: Path) -> EvidenceFolder:
    return EvidenceFolder(folder, lambda: Seal(KEY), EvidenceLimits(replies=3, kib_each=1, days=30))


@pytest.fixture
def keeping(open_gateway: Callable[..., Gateway], evidence: EvidenceFolder) -> Gateway:
    return open_gateway(keep=evidence.keep)


def boxes(folder: Path) -> list[Path]:
    return sorted(folder.glob("*")) if folder.exists() else []


@pytest.mark.parametrize("fault", ["html", "garbage", "http-500"])
def test_unclear_reply_is_kept_and_named_by_its_receipt(
    fault: str, keeping: Gateway, evidence: EvidenceFolder, sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault(fault)
    answer = keeping.look_up(question)
    assert isinstance(answer, ServiceTrouble)
    [receipt] = answer.receipts
    [kept] = evidence.kept()
    assert (kept.name, kept.digest) == (receipt.evidence, receipt.reply_digest)
    assert (kept.call, kept.http_status, kept.size) == ("lookup", receipt.http_status, len(kept.body))
    assert hashlib.sha256(kept.body).hexdigest() == receipt.reply_digest
    assert kept.server_date.endswith("GMT")


@pytest.mark.parametrize("fault", ["", "empty", "timeout", "drip", "down", "rate-limit", "locked", "unauthorized"])
def test_what_is_understood_or_holds_nothing_is_not_kept(
    fault: str, open_gateway: Callable[..., Gateway], evidence: EvidenceFolder, sandbox: GatewaySandbox,
    question: Question, folder: Path,
) -> None:  # fmt: skip
    limits = {"total_timeout_s": 0.5} if fault in {"timeout", "drip"} else {}
    sandbox.set_fault(fault)
    open_gateway(keep=evidence.keep, **limits).look_up(question)
    assert boxes(folder) == []


def test_answer_about_a_person_is_never_kept(
    keeping: Gateway, sandbox: GatewaySandbox, question: Question, folder: Path
) -> None:
    sandbox.set_fault("unknown-code")
    assert isinstance(keeping.look_up(question), CardAnswer)
    assert boxes(folder) == []


def test_file_shows_nothing_and_is_its_owners_alone(evidence: EvidenceFolder, folder: Path) -> None:
    name = evidence.keep("lookup", PAGE, NOW)
    [file] = boxes(folder)
    assert file.name == f"{name}.box"
    assert b"html" not in file.read_bytes()
    assert b"lookup" not in file.read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_mode_does_not_depend_on_the_umask(evidence: EvidenceFolder, folder: Path) -> None:
    before = os.umask(0)
    try:
        evidence.keep("lookup", PAGE, NOW)
    finally:
        os.umask(before)
    assert not any(stat.S_IMODE(file.stat().st_mode) & 0o077 for file in boxes(folder))


def test_wrong_key_opens_nothing_and_removes_nothing(evidence: EvidenceFolder, folder: Path) -> None:
    name = evidence.keep("lookup", PAGE, NOW)
    stranger = EvidenceFolder(folder, lambda: Seal(bytes(32)), EvidenceLimits())
    for look in (lambda: stranger.reply(name), lambda: list(stranger.kept())):
        with pytest.raises(KioskError) as caught:
            look()
        assert caught.value.code is FailureCode.KEY_WRONG
    assert evidence.reply(name).body == PAGE.body


def test_changed_box_does_not_open(evidence: EvidenceFolder, folder: Path) -> None:
    name = evidence.keep("lookup", PAGE, NOW)
    [file] = boxes(folder)
    box = bytearray(file.read_bytes())
    box[-1] ^= 1
    file.write_bytes(box)
    with pytest.raises(KioskError):
        evidence.reply(name)


@pytest.mark.parametrize("damaged", [b"", b"\x01", b"\x01" + bytes(60)])
def test_one_damaged_box_hides_no_other(evidence: EvidenceFolder, folder: Path, damaged: bytes) -> None:
    name = evidence.keep("lookup", PAGE, NOW)
    (folder / "00000000000000ff.box").write_bytes(damaged)
    assert [kept.name for kept in evidence.kept()] == [name]
    assert evidence.unopened() == ("00000000000000ff",)


@pytest.mark.parametrize("name", ["00000000000000ff.box", "notes.box", "00000000000000FF.box"])
def test_what_is_no_box_of_this_folder_is_left_alone(evidence: EvidenceFolder, folder: Path, name: str) -> None:
    evidence.keep("lookup", PAGE, NOW)
    (folder / name).mkdir()
    (folder / "list.box").write_text("somebody's own")
    names = [evidence.keep("lookup", PAGE, NOW + timedelta(seconds=at)) for at in range(5)]
    assert [kept.name for kept in evidence.kept()] == names[:1:-1]
    assert evidence.unopened() == ()
    assert (folder / "list.box").exists()


def test_newest_replies_push_the_oldest_out(evidence: EvidenceFolder) -> None:
    names = [evidence.keep("lookup", PAGE, NOW + timedelta(seconds=at)) for at in range(5)]
    assert [kept.name for kept in evidence.kept()] == names[:1:-1]


def test_old_replies_go_with_the_next_one(evidence: EvidenceFolder) -> None:
    evidence.keep("lookup", PAGE, NOW - timedelta(days=31))
    evidence.keep("lookup", PAGE, NOW - timedelta(days=29))
    evidence.keep("lookup", PAGE, NOW)
    assert [(NOW - kept.kept_at).days for kept in evidence.kept()] == [0, 29]


def test_old_replies_go_without_a_next_one_when_somebody_purges(evidence: EvidenceFolder, folder: Path) -> None:
    evidence.keep("lookup", PAGE, NOW)
    evidence.purge(NOW + timedelta(days=31))
    assert boxes(folder) == []


def test_large_reply_is_cut_and_its_size_and_digest_are_told(evidence: EvidenceFolder) -> None:
    body = b"x" * 5000
    kept = evidence.reply(evidence.keep("history", HttpReply(200, body), NOW))
    assert (kept.size, len(kept.body), kept.digest) == (5000, 1024, hashlib.sha256(body).hexdigest())


def test_no_replies_wanted_none_kept_and_no_key_needed(folder: Path) -> None:
    def no_key() -> Seal:
        raise AssertionError("the key was asked for")

    assert EvidenceFolder(folder, no_key, EvidenceLimits(replies=0)).keep("lookup", PAGE, NOW) == ""
    assert boxes(folder) == []


@pytest.mark.parametrize("name", ["", "0" * 16, "../../secrets", "*", "0" * 15 + "/"])
def test_name_of_nothing_is_refused(name: str, evidence: EvidenceFolder) -> None:
    with pytest.raises(KioskError) as caught:
        evidence.reply(name)
    assert caught.value.code is FailureCode.INPUT_INVALID


def unwritable(folder: Path) -> Iterator[EvidenceFolder]:
    """Folders that cannot be written, and a key that cannot be had."""
    folder.parent.mkdir()
    folder.write_bytes(b"a file where the folder should be")
    yield EvidenceFolder(folder, lambda: Seal(KEY), EvidenceLimits())

    def locked() -> Seal:
        raise KioskError(FailureCode.KEYSTORE_UNAVAILABLE, "locked")

    yield EvidenceFolder(folder.with_name("other"), locked, EvidenceLimits())


def test_lookup_goes_on_where_evidence_cannot_be_kept(
    open_gateway: Callable[..., Gateway],
    sandbox: GatewaySandbox,
    question: Question,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sandbox.set_fault("html")
    for evidence in unwritable(folder):
        answer = open_gateway(keep=evidence.keep).look_up(question)
        assert isinstance(answer, ServiceTrouble)
        assert [receipt.evidence for receipt in answer.receipts] == [""]
        assert any(message.startswith("evidence not kept: ") for message in caplog.messages)
        caplog.clear()
    assert folder.read_bytes() == b"a file where the folder should be"


def test_kept_reply_shows_nothing_of_itself(evidence: EvidenceFolder) -> None:
    assert repr(evidence.reply(evidence.keep("lookup", PAGE, NOW))) == "<KeptReply>"
