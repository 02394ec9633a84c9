"""The suite's own guards: each fails the test that it is there for."""

import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.patience import WITHIN_S, too_little_left_of_the_day_s

CONFTEST = Path(__file__).with_name("conftest.py")
PASSED, FAILED = 0, 1

LEAK = """
import threading

def test_leak():
    threading.Thread(target=threading.Event().wait, args=(30,), daemon=True, name="the leak").start()
"""
ENDS = """
import threading

def test_end():
    threading.Thread(target=lambda: None).start()
"""
LOGS = """
import logging

def test_log(people):
    number, name = "9" * 12, people[0].full_name
    logging.getLogger("kiosk.anything").{level}({line})
"""


def run(
    folder: Path, test: str, *words: str, threads_end_within_s: float = WITHIN_S, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs `test` under this suite's conftest in a process of its own."""
    source = CONFTEST.read_text("utf-8").replace(
        "\nTHREADS_END_WITHIN_S = WITHIN_S\n", f"\nTHREADS_END_WITHIN_S = {threads_end_within_s}\n"
    )
    (folder / "conftest.py").write_text(source, "utf-8")
    (folder / "test_inner.py").write_text(test, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:pytest-qt", *words, str(folder)],
        capture_output=True,
        check=False,
        cwd=folder,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", **environment},
        timeout=WITHIN_S,
    )


def test_thread_left_behind_fails_its_test_and_is_named(tmp_path: Path) -> None:
    result = run(tmp_path, LEAK, threads_end_within_s=0.2)
    assert result.returncode == FAILED
    assert "the leak" in result.stdout


def test_thread_that_ends_is_no_leak(tmp_path: Path) -> None:
    assert run(tmp_path, ENDS).returncode == PASSED


@pytest.mark.parametrize(
    ("level", "line", "status"),
    [
        ("debug", '"read %s", number', FAILED),
        ("info", '"hello " + name', FAILED),
        ("warning", '"hello %s", name.upper()', FAILED),
        ("warning", '"read %s digits", len(number)', PASSED),
    ],
    ids=["number-at-debug", "name-at-info", "name-in-capitals", "count"],
)
def test_log_line_about_a_person_fails_its_test(tmp_path: Path, level: str, line: str, status: int) -> None:
    assert run(tmp_path, LOGS.format(level=level, line=line)).returncode == status


WORKERS = """
import os
import pytest

@pytest.fixture
def pcscd():
    pass

@pytest.mark.parametrize("number", range(8))
{what_is_together}
    print("worker", os.environ["PYTEST_XDIST_WORKER"])
"""


@pytest.mark.parametrize(
    "what_is_together",
    ['@pytest.mark.xdist_group("one")\ndef test_of_one_group(number):', "def test_of_the_card_service(pcscd, number):"],
    ids=["group", "card-service"],
)
def test_what_belongs_together_runs_in_one_worker(tmp_path: Path, what_is_together: str) -> None:
    test = WORKERS.format(what_is_together=what_is_together)
    result = run(tmp_path, test, "-rP", "--numprocesses", "2", "--dist", "loadgroup")
    assert result.returncode == PASSED
    assert len(re.findall(r"worker (gw\d)", result.stdout)) == 8
    assert len(set(re.findall(r"worker (gw\d)", result.stdout))) == 1


DRAWS = """
import {module}
from hypothesis import given, settings, strategies as st

drawn = []

@given(st.text(), st.integers())
@settings(max_examples=300)
def draw(text, number):
    drawn.append((text, number))

def test_examples():
    draw()
    print("drawn", hash(tuple(map(ascii, drawn))))
"""


def test_examples_are_the_same_whatever_a_worker_has_loaded_before(tmp_path: Path) -> None:
    told = set()
    for module in ("json", "kiosk.checkin.journal"):
        folder = tmp_path / module
        folder.mkdir()
        result = run(folder, DRAWS.format(module=module), "-rP", PYTHONHASHSEED="1")
        assert result.returncode == PASSED
        told.update(re.findall(r"drawn .*", result.stdout))
    assert len(told) == 1


@pytest.mark.parametrize(
    ("moment", "waits_s"),
    [
        ("2026-12-31T23:59:30+07:00", 30),
        ("2026-12-31T16:59:30+00:00", 30),
        ("2027-01-01T06:59:59+07:00", 1),
        ("2028-02-28T23:59:59.500+00:00", 0.5),
        ("2026-11-22T00:00:00+07:00", 0),
        ("2026-11-22T23:58:00+07:00", 0),
        ("2026-11-22T12:00:00+07:00", 0),
    ],
)
def test_no_test_begins_as_a_day_of_tickets_or_of_certificates_ends(moment: str, waits_s: float) -> None:
    assert too_little_left_of_the_day_s(datetime.fromisoformat(moment)) == waits_s
