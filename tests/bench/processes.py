"""Programs of this project in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(compiled: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment; compiled modules are kept in `compiled`, as an installed program has them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(compiled), "QT_QPA_PLATFORM": "offscreen", **(more or {})}


def output_of(arguments: list[str], env: Mapping[str, str]) -> str:
    """What Python prints on stdout with these arguments.

    Raises:
        SystemExit: it failed.
    """
    output, status, errors = outcome_of(arguments, env)
    if status:
        raise SystemExit(f"{' '.join(arguments[:2])} failed: {errors[-500:]}")
    return output


def outcome_of(arguments: list[str], env: Mapping[str, str]) -> tuple[str, int, str]:
    """The same with its status, negative for a signal, and what it printed on stderr."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done.stdout, done.returncode, done.stderr


@contextmanager
def running(arguments: list[str]) -> Iterator[str]:
    """Python with these arguments beside the block; yields the first line that it prints.

    Raises:
        SystemExit: it ended without one.
    """
    with subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise SystemExit(f"{' '.join(arguments[:4])} did not start")
            yield line
        finally:
            process.terminate()
