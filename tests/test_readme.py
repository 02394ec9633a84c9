"""The README says what is true: its failure codes, commands and files."""

import re
from pathlib import Path

import pytest

import kiosk
from kiosk.__main__ import parser
from kiosk.failure import FailureCode
from kiosk.text import Language, say

ROOT = Path(kiosk.__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("code", list(FailureCode))
def test_every_failure_stands_in_the_table_with_its_cure(code: FailureCode) -> None:
    happened, cure = (say(f"failure.{code.value}.{part}", Language.EN) for part in ("staff", "cure"))
    assert f"| `{code.value}` | {happened} | {cure} |" in README


def test_first_screen_names_the_two_commands() -> None:
    first_screen = "\n".join(README.splitlines()[:25])
    assert "make demo" in first_screen
    assert "make test" in first_screen


def test_every_command_is_named() -> None:
    commands = re.findall(r"\{([a-z,-]+)\}|^    ([a-z-]+) ", parser().format_help(), re.MULTILINE)
    names = {name for _, name in commands if name}
    assert names
    missing = {name for name in names if f"kiosk {name}" not in README}
    assert missing == set()


def test_every_folder_and_file_that_it_names_exists() -> None:
    named = re.findall(r"`((?:kiosk|config|tests)/[\w/.]*)`|\]\(([\w/.]+)\)", README)
    paths = {path for pair in named for path in pair if path}
    assert paths
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
