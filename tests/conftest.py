"""What every test may use, and what no test may do: leak threads, or log anything about a person.

Nor may a test end otherwise than on the run before: examples are the same in every run, and no day ends under a test.
"""

import gc
import logging
import os
import re
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pg8000.dbapi
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from pytestqt.qtbot import QtBot

import kiosk
from kiosk.checkin.store import postgres
from kiosk.checkin.store.store import open_store
from kiosk.simulator.pcscd import PcscDaemon
from kiosk.simulator.people import Person, load_people
from kiosk.simulator.pki import Pki, invent_pki
from kiosk.simulator.postgresql import OWNER, PostgresServer
from kiosk.simulator.travellers import Traveller, load_travellers
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.target import open_printer
from tests.by_chance import without_ids
from tests.patience import WITHIN_MS, WITHIN_S, too_little_left_of_the_day_s
from tests.warm_python import RunWarm, WarmPython

# The same examples in every run, and no limit on time: a busy machine is slow at inventing examples too.
settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
# Not with the constants of whatever modules this worker has loaded by then: no two runs had the same examples.
providers._get_local_constants = Constants

PEOPLE_FILE = Path(kiosk.__file__).parent.parent / "config" / "simulator" / "people.toml"
TODAY = date(2026, 11, 21)
THREADS_END_WITHIN_S = WITHIN_S
ANOTHER_RUN_ENDS_WITHIN_S = 90.0
TWELVE_DIGITS = re.compile(r"\d{12}")


@pytest.hookimpl(tryfirst=True)  # pytest-xdist's own looks at the groups then: one that is named later does nothing
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """There is one card service on a machine: what uses it stays in one of the parallel workers."""
    for item in items:
        if "pcscd" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("pcscd"))


@pytest.hookimpl(wrapper=True, tryfirst=True)  # before the limit on a test's time begins
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """No test begins as a day ends: what it keeps before midnight would not be today's any more when it looks."""
    threading.Event().wait(too_little_left_of_the_day_s(datetime.now(UTC)))
    return (yield)


@pytest.fixture(scope="session", autouse=True)
def nothing_of_this_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests neither see nor touch what a kiosk of this account keeps: its journal, its secrets."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def people() -> tuple[Person, ...]:
    """The invented people on 2026-11-21."""
    return load_people(PEOPLE_FILE, TODAY)


@pytest.fixture(scope="session")
def travellers() -> tuple[Traveller, ...]:
    """The invented foreigners."""
    return load_travellers(PEOPLE_FILE.with_name("passports.toml"))


@pytest.fixture(scope="session")
def reference_person(people: tuple[Person, ...]) -> Person:
    """The person whose card the figures are about."""
    return next(person for person in people if person.number == "999090000123")


@pytest.fixture(scope="session")
def pki() -> Pki:
    """The invented state that issues the virtual cards."""
    return invent_pki()


@pytest.fixture(autouse=True)
def windows_are_let_go_in_the_main_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Python looks for what refers to itself in whichever thread it likes: for a piece of a window the wrong one.

    So it does not look by itself where there are windows, as it does not in the kiosk (kiosk/ui/leftovers.py).
    """
    gc.collect(1)  # also what the fixtures of the module before have left
    if "qapp" not in request.fixturenames:
        gc.enable()
    yield
    gc.disable()
    gc.collect(1)


@pytest.fixture(autouse=True)
def threads_end_with_the_test() -> Iterator[None]:
    """Fails a test that leaves a thread behind; threads of session fixtures were there before it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + THREADS_END_WITHIN_S
    for thread in _new_threads(before):
        thread.join(max(0.0, deadline - time.monotonic()))
    leaked = [thread.name for thread in _new_threads(before)]
    assert not leaked, f"threads left behind: {leaked}"


@pytest.fixture(autouse=True)
def logs_name_nobody(
    caplog: pytest.LogCaptureFixture, people: tuple[Person, ...], travellers: tuple[Traveller, ...]
) -> Iterator[None]:
    """Fails a test whose log lines, down to DEBUG, hold twelve digits in a row or an invented person's full name.

    A test that logs such a thing on purpose ends with `caplog.clear()`.
    """
    caplog.set_level(logging.DEBUG, logger="kiosk")
    yield
    formatter = logging.Formatter()
    names = [name.casefold() for name in (*(one.full_name for one in people), *(one.full_name for one in travellers))]
    for phase in ("setup", "call"):
        for record in caplog.get_records(phase):
            line = without_ids(unicodedata.normalize("NFC", formatter.format(record)))
            # the line itself is not shown: it is what must not be seen
            assert not TWELVE_DIGITS.search(line), f"a log line of {record.name} holds a personal number"
            assert not any(name in line.casefold() for name in names), f"a log line of {record.name} names somebody"


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, whose waits last five seconds by themselves: too few on a machine with too much to do."""
    bot = QtBot(request)
    for wait in ("waitActive", "waitExposed", "waitSignal", "waitSignals", "waitUntil"):
        setattr(bot, wait, partial(getattr(bot, wait), timeout=WITHIN_MS))
    return bot


@pytest.fixture
def patient_with_printers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A printer that answers is waited for: at a desk one that is late counts as one that is silent."""
    waits = Limits(connect_s=WITHIN_S, answer_s=WITHIN_S, send_s=WITHIN_S, done_s=WITHIN_S)
    monkeypatch.setattr(open_printer, "__defaults__", (waits,))


@pytest.fixture(scope="module")
def pcscd() -> Iterator[PcscDaemon]:
    """A running pcscd with the virtual readers of vpcd; one test run at a time.

    It is started where none runs and fails, rather than skips, where it is not installed on Linux.
    """
    if sys.platform != "linux":
        pytest.skip("vpcd's virtual readers are tested on Linux")
    with (Path(tempfile.gettempdir()) / "kiosk-tests-pcscd.lock").open("w") as lock:
        _acquire(lock.fileno())
        with PcscDaemon() as daemon:
            yield daemon


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL of this worker's own, started when a test first wants one; a power cut would harm it.

    It fails, rather than skips, where PostgreSQL is not installed on Linux.
    """
    if sys.platform != "linux":
        pytest.skip("a private PostgreSQL is started on Linux")
    with PostgresServer(durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def make_database(postgresql_server: PostgresServer) -> Callable[..., str]:
    """Makes a database with today's tables, or an empty one, and returns its URL; it is gone with the server."""
    numbers = count()
    with open_store(_run(postgresql_server, "CREATE DATABASE with_tables", "with_tables")):
        pass

    def make(*, empty: bool = False) -> str:
        name = f"test_{next(numbers)}"
        template = "template0" if empty else "with_tables"
        return _run(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {template}", name)

    return make


@pytest.fixture
def postgresql_url(make_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a database with today's tables and nothing in them but a salt that all of one run share.

    Its server has more patience than a clinic's: it takes a test that a busy machine holds up for no desk that is gone.
    """
    waits = replace(
        postgres.AT_THE_DESK, connect_s=WITHIN_S, answer_s=2 * WITHIN_S, statement_ms=WITHIN_MS, lock_ms=WITHIN_MS,
        idle_in_transaction_ms=WITHIN_MS,
    )  # fmt: skip
    monkeypatch.setattr(postgres.engine_of, "__defaults__", ("", waits))
    return make_database()


@pytest.fixture(scope="session")
def warm_python() -> Iterator[WarmPython]:
    """A Python of this worker's own that has loaded the kiosk; started when a test first wants it."""
    if not hasattr(os, "fork"):
        pytest.skip("this system has no forks")
    with closing(WarmPython()) as python:
        yield python


@pytest.fixture(scope="session")
def run_warm(warm_python: WarmPython) -> RunWarm:
    """Runs a program, a file's path or `-m` and a module with its words, where what it imports is loaded already."""
    return warm_python.run


def _run(server: PostgresServer, statement: str, database: str) -> str:
    with closing(
        pg8000.dbapi.connect(OWNER, host="127.0.0.1", port=server.port, password=server.password, ssl_context=False)
    ) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)
    return server.url(database)


def _acquire(lock: int) -> None:
    import fcntl  # not on Windows, where nobody comes here

    deadline = time.monotonic() + ANOTHER_RUN_ENDS_WITHIN_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                pytest.fail("another test run holds the virtual readers")
            threading.Event().wait(0.2)
        else:
            return


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and not isinstance(thread, threading._DummyThread)  # foreign threads: Qt's own
    ]
