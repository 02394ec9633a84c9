"""Forks of a warm Python: each is a program as the interpreter runs it, and none outlives whoever asked for it."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.patience import WITHIN_S
from tests.warm_python import WarmPython

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no forks")

TELLS = """
import os, sys
print(__name__, sys.argv[1:], sys.stdin.read(), os.environ["WHO"], os.getcwd(), sys.stdout is sys.__stdout__)
print("beside", file=sys.stderr)
"""
AT_ITS_END = """
import atexit, threading
atexit.register(print, "last")
threading.Timer(0.05, print, ["late"]).start()
"""
STAYS = """
import os, signal, sys
pipe = os.open(sys.argv[1], os.O_WRONLY)
os.fork()
os.write(pipe, b"there ")
signal.pause()
"""


@pytest.fixture
def own() -> Iterator[WarmPython]:
    """One that a test may end."""
    with closing(WarmPython()) as python:
        yield python


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A named pipe."""
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def program(folder: Path, text: str) -> Path:
    file = folder / "program.py"
    file.write_text(text, "utf-8")
    return file


def test_it_has_its_own_words_streams_environment_and_folder(warm_python: WarmPython, tmp_path: Path) -> None:
    file = program(tmp_path, TELLS)
    ended = warm_python.run(file, "a", 1, env={"WHO": "Mẫu"}, cwd=tmp_path, stdin=b"given")
    assert ended.status == 0
    assert ended.out == f"__main__ ['a', '1'] given Mẫu {tmp_path} True\n"
    assert ended.err == "beside\n"


INTERRUPTED = """
import signal

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever began the tests may have it ignored
signal.raise_signal(signal.SIGINT)
"""


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        ("", 0),
        ("raise SystemExit(7)", 7),
        ("raise SystemExit('why')", 1),
        ("raise ValueError", 1),
        ("import os; os._exit(3)", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        (INTERRUPTED, -signal.SIGINT),
        ("import warnings; warnings.warn('an error here')", 1),
    ],
)
def test_it_ends_as_a_process_of_the_interpreter_does(
    warm_python: WarmPython, tmp_path: Path, ends: str, status: int
) -> None:
    file = program(tmp_path, ends)
    started = subprocess.run([sys.executable, "-W", "error", file], check=False, capture_output=True, text=True)
    forked = warm_python.run(file)
    assert forked.status == started.returncode == status
    assert forked.out == started.stdout
    assert forked.err.splitlines()[-1:] == started.stderr.splitlines()[-1:]


def test_what_it_does_at_its_very_end_is_done(warm_python: WarmPython, tmp_path: Path) -> None:
    assert warm_python.run(program(tmp_path, AT_ITS_END)).out == "late\nlast\n"


def test_several_run_at_once(warm_python: WarmPython, tmp_path: Path, pipe: Path) -> None:
    file = program(tmp_path, "import sys; open(sys.argv[1], sys.argv[2]).close()")  # done when both ends are open
    with ThreadPoolExecutor(2) as two:
        ended = list(two.map(lambda mode: warm_python.run(file, pipe, mode), ("r", "w")))
    assert [one.status for one in ended] == [0, 0]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="Linux tells which threads and files there are")
def test_nothing_that_a_fork_would_break_or_should_not_see_is_there(own: WarmPython) -> None:
    assert own.run("-m", "kiosk", "--help").status == 0
    process = Path(f"/proc/{own.pid}")
    assert len(list((process / "task").iterdir())) == 1
    ours, theirs = ({str((one / "fd" / at).readlink()) for at in "12"} for one in (Path("/proc/self"), process))
    assert not (ours - {os.devnull}) & theirs


def test_what_does_not_end_in_time_is_killed_with_what_it_began(
    warm_python: WarmPython, tmp_path: Path, pipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = select.select
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as told:

        def time_is_over_once_both_are_there(answers: Sequence[Any], *_: object) -> tuple[list[Any], ...]:
            assert wait([told], [], [], WITHIN_S)[0]
            os.set_blocking(told.fileno(), True)
            assert told.read(12) == b"there there "
            return wait(answers, [], [], 0)

        monkeypatch.setattr("tests.warm_python.select.select", time_is_over_once_both_are_there)
        with pytest.raises(subprocess.TimeoutExpired):
            warm_python.run(program(tmp_path, STAYS), pipe)
        assert told.read() == b"", "this comes to its end when both have"


def test_what_still_runs_is_killed_when_it_closes(own: WarmPython, tmp_path: Path, pipe: Path) -> None:
    with ThreadPoolExecutor(1) as another:
        running = another.submit(own.run, program(tmp_path, STAYS), pipe)
        with pipe.open("rb") as told:
            assert told.read(12) == b"there there "
            own.close()
            assert told.read() == b"", "both are gone"
        with pytest.raises(RuntimeError, match="is gone"):
            running.result()
