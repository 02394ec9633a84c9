"""The real screen itself: what breaks on it is told, and what it starts ends with it."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.features.real_screen import NEEDS_A_REAL_SCREEN, ROOT, WAIT_S, RealScreen, real_screen

pytestmark = NEEDS_A_REAL_SCREEN
NO_PROGRAM = "tests.features.nothing_of_this_name"
RUN_THAT_IS_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.features.real_screen import RealScreen, real_screen

with real_screen(RealScreen, "tests.features.breakout_screen", Path(sys.argv[1]), "656x496") as screen:
    print(screen.environment["DISPLAY"], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def is_there(display: str, size: str) -> bool:
    """By its size: another test's display may have the number as soon as it is free."""
    asked = subprocess.run(
        ["xdotool", "getdisplaygeometry"], env={**os.environ, "DISPLAY": display}, check=False, capture_output=True,
        text=True,
    )  # fmt: skip
    return asked.stdout.split() == size.split("x")


def break_on(folder: Path, displays: list[str]) -> None:
    with real_screen(RealScreen, NO_PROGRAM, folder, "640x480") as screen:
        displays.append(screen.environment["DISPLAY"])
        assert is_there(displays[0], "640x480")
        screen.until(lambda _: True, "a window")


def test_program_that_breaks_is_told_with_its_last_words_and_all_of_it_ends(tmp_path: Path) -> None:
    displays: list[str] = []
    with pytest.raises(AssertionError, match=f"the program has gone before: a window.*No module named {NO_PROGRAM}"):
        break_on(tmp_path, displays)
    assert not is_there(displays[0], "640x480")


def test_run_that_is_killed_leaves_nothing_that_holds_its_output_or_the_display(tmp_path: Path) -> None:
    words = [sys.executable, "-c", RUN_THAT_IS_KILLED, str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True, timeout=2 * WAIT_S)
    display = done.stdout.strip()
    assert display, done.stderr
    give_up = time.monotonic() + WAIT_S
    while is_there(display, "656x496"):
        assert time.monotonic() < give_up, "the display outlives the run"
        select.select([], [], [], 0.05)
