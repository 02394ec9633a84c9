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
from kiosk.checkin.store.store import Store, open_store
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.identity.person import Identity, Trust
from tests.patience import WITHIN_MS

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


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: runs once on SQLite and once on PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What uses `store`, or is marked `both_databases`, runs on each."""
    marked = metafunc.definition.get_closest_marker("both_databases") and "database" in metafunc.fixturenames
    if marked or "store" in metafunc.fixturenames:
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which one a test runs on; SQLite unless it is marked `both_databases`."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def store_url(database: str, request: pytest.FixtureRequest) -> str:
    """A database of the test's own: a file that is not there yet, or a server's with today's tables."""
    if database == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return f"sqlite:///{request.getfixturevalue('file')}"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store; each test that uses it runs on both databases."""
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def open_journal(store_url: str, clinic: Clinic, clock: Clock) -> Iterator[Callable[[], SqlJournal]]:
    """Opens journals of the same database, as several kiosks do; closes them after the test."""
    opened = []

    def open_one() -> SqlJournal:
        opened.append(SqlJournal(open_store(store_url), clinic, clock))
        return opened[-1]

    yield open_one
    for journal in opened:
        journal.store.close()


@pytest.fixture
def journal(open_journal: Callable[[], SqlJournal]) -> SqlJournal:
    return open_journal()


@pytest.fixture
def patient_desks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many at one file wait as long as it takes: SQLite lets in whoever asks in the right moment, not who waited."""
    monkeypatch.setattr("kiosk.checkin.store.sqlite._BUSY_TIMEOUT_MS", WITHIN_MS)


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
