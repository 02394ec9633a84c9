"""The reasons of evidence: a closed list, each with its sentence, and nothing outside it is ever said."""

import re
from pathlib import Path

import pytest

import kiosk
from kiosk.reader.document import Check, Outcome
from kiosk.reader.reason import Reason, tell
from kiosk.text import Language, catalog

OF_FILES = {Reason.HASH_MISMATCH, Reason.NOT_SIGNED}


def told(reason: str, language: Language = Language.EN) -> str:
    return tell(Check(Outcome.FAILED, reason), language)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_sentence(reason: Reason, language: Language) -> None:
    sentence = told(reason.of_file("DG13") if reason in OF_FILES else reason, language)
    assert sentence.endswith(".")
    assert ("DG13" in sentence) is (reason in OF_FILES)


def test_every_sentence_belongs_to_a_reason() -> None:
    keys = {key.removeprefix("evidence.reason.") for key in catalog(Language.EN) if key.startswith("evidence.reason.")}
    assert keys == {reason.value for reason in Reason}


def test_a_check_without_a_reason_says_nothing() -> None:
    assert tell(Check(Outcome.PASSED, ""), Language.VI) == ""


def test_a_reason_outside_the_list_is_an_error() -> None:
    with pytest.raises(KeyError):
        told("because")


@pytest.mark.parametrize("name", ["DG1", "DG16", "COM", "SOD"])
def test_a_reason_about_a_file_names_it(name: str) -> None:
    assert name in told(Reason.HASH_MISMATCH.of_file(name))


def test_what_the_signatures_module_cannot_compute_is_on_the_list() -> None:
    folder = Path(kiosk.__file__).parent / "reader" / "emrtd"
    raised = {
        found
        for file in folder.glob("*.py")
        for found in re.findall(r'UnsupportedError\("([a-z ]+)"\)', file.read_text("utf-8"))
    }
    assert {"signature algorithm", "key type", "curve"} <= raised
    assert {f"unsupported-{what.replace(' ', '-')}" for what in raised} <= {reason.value for reason in Reason}


def test_no_check_is_made_of_a_bare_text() -> None:
    folder = Path(kiosk.__file__).parent / "reader"
    bare = [
        (file.name, found)
        for file in folder.rglob("*.py")
        for found in re.findall(r'Check\(Outcome\.\w+, "([^"]+)"\)', file.read_text("utf-8"))
    ]
    assert bare == []
