"""A clinic, invented people and journals that are closed again."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.store import open_store
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.identity.person import Identity, Trust

ROOT = Path(__file__).parents[2]


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 2, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def clinic() -> Clinic:
    return load_clinic(ROOT / "config" / "clinics" / "mau.toml")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store" / "journal.db"


@pytest.fixture
def open_journal(file: Path, clinic: Clinic, clock: Clock) -> Iterator[Callable[[], SqlJournal]]:
    """Opens journals of the same file, as several kiosks do; closes them after the test."""
    opened = []

    def open_one() -> SqlJournal:
        opened.append(SqlJournal(open_store(f"sqlite:///{file}"), clinic, clock))
        return opened[-1]

    yield open_one
    for journal in opened:
        journal.store.close()


@pytest.fixture
def journal(open_journal: Callable[[], SqlJournal]) -> SqlJournal:
    return open_journal()


@pytest.fixture
def request_for() -> Callable[..., CheckInRequest]:
    """A request of the n-th invented person."""

    def make(
        person: int,
        service: str = "noi-tong-quat",
        *,
        name: str = "Nguyễn Văn Mẫu",
        born: PartialDate | None = PartialDate(1990, 1, 15),  # noqa: B008
        decision: Decision = Decision(Verdict.COVERED),  # noqa: B008
    ) -> CheckInRequest:
        identity = Identity(Trust.CHIP_VERIFIED, name, personal_number=f"999{person:09}", date_of_birth=born)
        return CheckInRequest(identity, decision, service)

    return make


@pytest.fixture(scope="session")
def writer_command() -> tuple[list[str], Mapping[str, str]]:
    """How to start the writer process beside this file, and its environment."""
    command = [sys.executable, "-W", "error", str(Path(__file__).with_name("writer_process.py"))]
    return command, {**os.environ, "PYTHONPATH": str(ROOT)}
