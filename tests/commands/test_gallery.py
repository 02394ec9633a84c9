"""`kiosk gallery`: the pictures that were asked for, the same in every process."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.__main__ import main
from kiosk.__main__ import parser as command_line
from kiosk.ui.gallery import GLASSES, Dress

if TYPE_CHECKING:
    from tests.commands.conftest import Run


def gallery(out: Path) -> dict[str, str]:
    """Each picture's digest by its name, made by a process that a shell starts: of forks all would hash alike."""
    words = ["gallery", "--out", str(out), "--page", "confirming", "--size", "1366x768", "--language", "vi"]
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", *words], check=True, capture_output=True, text=True, timeout=100
    )
    written = [Path(line) for line in done.stdout.splitlines()]
    assert sorted(written) == sorted(out.iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written}


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = gallery(tmp_path / "one"), gallery(tmp_path / "two")
    assert one == two
    assert set(one) == {f"confirming-vi-1366x768{dress.value}.png" for dress in Dress}
    assert len(set(one.values())) == len(Dress)


def test_page_that_is_none_is_refused_with_those_that_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gallery", "--out", str(tmp_path), "--page", "nowhere"]) == 1
    told = capsys.readouterr().err
    assert "--page nowhere" in told
    assert "waiting-no-slips" in told
    assert list(tmp_path.iterdir()) == []


def test_every_size_and_state_can_be_asked_for(tmp_path: Path) -> None:
    for glass in GLASSES:
        for dress in Dress:
            words = ["gallery", "--out", str(tmp_path), "--size", glass.name, "--state", dress.name.lower()]
            given = command_line().parse_args(words)
            assert (given.size, given.state) == (glass.name, dress.name.lower())


@pytest.mark.parametrize(
    ("window", "page", "pictures"), [("desk", "found-covered", 3), ("staff-pages", "statistics", 3)]
)
def test_staff_windows_are_pictured_too(
    run_forked: "Run", tmp_path: Path, window: str, page: str, pictures: int
) -> None:
    words = ["gallery", "--out", tmp_path, "--window", window, "--language", "vi", "--state", "normal", "--page", page]
    ran = run_forked(*words)
    assert ran.status == 0
    assert len(ran.out.splitlines()) >= pictures
    assert all(one.stat().st_size > 5_000 for one in tmp_path.iterdir())


@pytest.mark.parametrize("words", [["--size", "1x1"], ["--window", "desk", "--page", "nowhere"]])
def test_what_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(["gallery", "--out", str(tmp_path), *words]) == 1
    assert "there are" in capsys.readouterr().err
