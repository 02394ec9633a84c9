"""A small sample of the drills."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(900)  # hundreds of commits that wait for a disk, and servers that recover
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.skipif(sys.platform != "linux", reason="a private PostgreSQL is started on Linux")
def test_desks_and_servers_killed_a_few_times_lose_and_double_nothing() -> None:
    """In a process of its own, whose desks are forks of it: a test's threads must not be in them."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.drill.run", "--only-kills", "--share", "0.03", "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 3
    for row in rows:
        assert row["holds"], row["drill"]
        assert ": 0 lost, 0 twice, 0 gaps" in row["result"]
