"""A program's window on a real display with a window manager, and the hands before it.

Whatever is waited for has a limit that a slow, busy machine keeps. What is pressed or typed goes to the window that has
the keyboard: so nothing is before the program has told that it is its own.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("Xvfb", "openbox", "xdotool", "setpriv")
NEEDS_A_REAL_SCREEN = [
    pytest.mark.skipif(
        not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)} (Debian packages xvfb openbox xdotool)"
    ),
    pytest.mark.timeout(900),  # many waits, each with a limit of its own
]
WAIT_S = 60.0
START_S = 300.0
"""A whole kiosk begins: the one thing that takes a processor for seconds even where nobody else wants it."""
_ENDS_WITHIN_S = 15.0
_POLL_S = 0.03

Shown = dict[str, Any]
_Made = TypeVar("_Made", bound="RealScreen")


@dataclass(frozen=True, slots=True)
class RealScreen:
    """The display and the program on it, one of those beside this file: see `shown_window`."""

    program: "subprocess.Popen[str]"
    folder: Path
    environment: dict[str, str]

    def shown(self) -> Shown:
        """What stands there now; nothing before the window is there."""
        try:
            shown: Shown = json.loads((self.folder / "shown.json").read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return shown

    def until(self, holds: Callable[[Shown], object], what: str, within_s: float = WAIT_S) -> Shown:
        """Waits for what the screen shows, with the keyboard where it belongs: in the window or its dialog."""
        give_up = time.monotonic() + within_s
        while not ((shown := self.shown()) and shown["active"] and holds(shown)):
            assert self.program.poll() is None, (f"the program has gone before: {what}", _last_words(self.folder))
            if time.monotonic() >= give_up:
                targets = [(target["name"], target["on"]) for target in shown.get("targets", ())]
                pytest.fail(f"{what}: {shown | {'targets': targets}} {_last_words(self.folder)}")
            select.select([], [], [], _POLL_S)
        return shown

    def beat(self, count: int = 2) -> None:
        """Lets the program handle what was done, for at least so many of its beats but one."""
        before = self.shown()["beats"]
        self.until(lambda shown: shown["beats"] >= before + count, f"{count} beats")

    def do(self, *words: str, beats: int = 2) -> None:
        """What hands at keyboard, mouse or glass do, once that reaches the window; then the window handles it."""
        self.until(lambda _: True, f"the keyboard is the window's before {words}")
        self.ask(*words)
        self.beat(beats)

    def where(self, name: str) -> list[int]:
        """The middle of the control of this name, once it can be touched."""
        place = place_of(self.until(lambda shown: place_of(shown, name), f"{name} can be touched"), name)
        assert place is not None
        return place

    def click_at(self, place: list[int], times: int = 1) -> None:
        """A finger there, or the mouse."""
        self.do("mousemove", *map(str, place), "click", "--repeat", str(times), "--delay", "40", "1")

    def ask(self, *words: str) -> str:
        """What the display answers."""
        return _xdotool(self.environment, *words, check=True).stdout

    def order(self, word: str) -> None:
        """Tells the program."""
        assert self.program.stdin is not None
        self.program.stdin.write(f"{word}\n")
        self.program.stdin.flush()


def place_of(shown: Shown, name: str) -> list[int] | None:
    """The middle of the control of this name where it can be touched: a page does not listen in its first moment."""
    if not shown["listens"]:
        return None
    return next((one["at"] for one in shown["targets"] if is_named(one, name) and one["on"]), None)


def is_named(target: Shown, name: str) -> bool:
    """Whether its name begins so."""
    return str(target["name"]).startswith(name)


@contextmanager
def real_screen(
    make: Callable[["subprocess.Popen[str]", Path, dict[str, str]], _Made], module: str, folder: Path, size: str
) -> Iterator[_Made]:
    """`module` on a display of `size`, WIDTHxHEIGHT in pixels; everything that was started ends with the block."""
    with _display(folder, size) as number:
        home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
        environment = {**os.environ, **home, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        with _running(["openbox"], folder / "openbox.log", env=environment) as manager:
            _wait_for_manager(manager, environment)
            words = [sys.executable, "-X", "faulthandler", "-m", module, str(folder)]
            with _running(words, folder / "program.log", env=environment, cwd=ROOT) as program:
                yield make(program, folder, environment)


@contextmanager
def _display(folder: Path, size: str) -> Iterator[str]:
    """A display that nobody sees; its number."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as told, os.fdopen(writing, "w") as tells:
        words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
        with _running(words, folder / "display.log", pass_fds=[writing]):
            tells.close()
            assert select.select([told], [], [], WAIT_S)[0], "no display"
            number = told.readline().strip()
            assert number, (folder / "display.log").read_text("utf-8", errors="replace")
            yield number


def _wait_for_manager(manager: "subprocess.Popen[str]", environment: dict[str, str]) -> None:
    give_up = time.monotonic() + WAIT_S
    while _xdotool(environment, "get_num_desktops", check=False).returncode != 0:
        assert manager.poll() is None, "the window manager has gone"
        assert time.monotonic() < give_up, "no window manager"
        select.select([], [], [], _POLL_S)


def _xdotool(environment: dict[str, str], *words: str, check: bool) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["xdotool", *words], env=environment, check=check, timeout=WAIT_S,
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip


@contextmanager
def _running(words: list[str], log: Path, **options: Any) -> Iterator["subprocess.Popen[str]"]:
    """A program in a group of its own, which ends with the block; with this process too, however that ends.

    It holds nothing of this process but what `options` pass: whoever reads a test run's output to its end is not kept
    waiting by a program that is left over.
    """
    with log.open("w") as said:
        program: subprocess.Popen[str] = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", *words],
            stdin=subprocess.PIPE, stdout=said, stderr=said, text=True, process_group=0, **options,
        )  # fmt: skip
    try:
        yield program
    finally:
        _signal(program, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            program.wait(_ENDS_WITHIN_S)
        _signal(program, signal.SIGKILL)
        program.wait()
        assert program.stdin is not None
        program.stdin.close()


def _signal(program: "subprocess.Popen[str]", what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(program.pid, what)


def _last_words(folder: Path) -> str:
    """What the program wrote last: where it broke."""
    return (folder / "program.log").read_text("utf-8", errors="replace")[-3000:]
