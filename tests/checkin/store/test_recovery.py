"""Damaged files, byte by byte: service goes on, no number is given twice, and the visits come back."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.cipher import PAGE_BYTES
from kiosk.checkin.store.gap_tables import number_gap
from kiosk.checkin.store.new_beginning import PutAside, begin_anew, is_recovered, put_aside
from kiosk.checkin.store.raw_pages import RawPages
from kiosk.checkin.store.raw_rows import RawRows
from kiosk.checkin.store.recovery import recover
from kiosk.checkin.store.store import Store, open_store
from kiosk.checkin.store.tables import officer, visit
from kiosk.failure import FailureCode, KioskError, RetriableError

Requests = Callable[..., CheckInRequest]
Clocks = Callable[[], datetime]
Desk = Callable[[], SqlJournal]
Break = Callable[[Path], None]

KEY = bytes(range(32))
BEFORE = 150


@pytest.fixture(params=[KEY, None], ids=["encrypted", "plain"])
def key(request: pytest.FixtureRequest) -> bytes | None:
    given: bytes | None = request.param
    return given


@pytest.fixture
def desk(file: Path, key: bytes | None, clinic: Clinic, clock: Clocks) -> Desk:
    """Opens the journal as the kiosk does; each is closed by its test."""
    return lambda: SqlJournal(open_store(f"sqlite:///{file}", key=key), clinic, clock)


@pytest.fixture(scope="module")
def busy_days() -> Iterator[Path]:
    """Where a file of such a day is kept for the next test, one for each key."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def busy_day(busy_days: Path, file: Path, key: bytes | None, desk: Desk, request_for: Requests) -> None:
    """150 people were here, and the kiosk was closed."""
    kept = busy_days / ("plain" if key is None else "encrypted")
    if kept.exists():
        shutil.copytree(kept, file.parent, copy_function=shutil.copyfile)
        return
    journal = desk()
    for person in range(BEFORE):
        journal.check_in(request_for(person))
    journal.store.close()
    shutil.copytree(file.parent, kept, copy_function=shutil.copyfile)


def pages(file: Path) -> int:
    return file.stat().st_size // PAGE_BYTES


def overwrite(file: Path, at: int, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(content)


def zero_a_page_in_the_middle(file: Path) -> None:
    overwrite(file, pages(file) // 2 * PAGE_BYTES, bytes(PAGE_BYTES))


def garbage_over_many_pages(file: Path) -> None:
    for page in range(pages(file) // 3, pages(file) // 2):
        overwrite(file, page * PAGE_BYTES, b"\x5a" * PAGE_BYTES)


def garbage_header(file: Path) -> None:
    overwrite(file, 0, b"\xa5" * 100)


def cut_off_the_end(file: Path) -> None:
    os.truncate(file, file.stat().st_size * 2 // 3 + 1000)


DAMAGES: list[Break] = [zero_a_page_in_the_middle, garbage_over_many_pages, garbage_header, cut_off_the_end]


def begin(file: Path, key: bytes | None) -> PutAside:
    noted = begin_anew(make_url(f"sqlite:///{file}"), key)
    assert noted is not None
    return noted


def numbers(store: Store) -> list[int]:
    with store.transaction(reading=True) as connection:
        return list(connection.execute(select(visit.c.number).order_by(visit.c.number)).scalars())


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: str(damage.__name__))
@pytest.mark.usefixtures("busy_day")
def test_damage_is_found_at_the_next_start_and_the_file_is_left_as_it_is(file: Path, desk: Desk, damage: Break) -> None:
    damage(file)
    content = file.read_bytes()
    with pytest.raises(KioskError) as caught:
        desk()
    assert caught.value.code is FailureCode.STORE_CORRUPT
    assert file.read_bytes() == content


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: str(damage.__name__))
@pytest.mark.usefixtures("busy_day")
def test_service_goes_on_with_numbers_that_nobody_holds_and_visits_come_back(
    file: Path, key: bytes | None, desk: Desk, request_for: Requests, damage: Break
) -> None:
    damage(file)
    content = file.read_bytes()
    noted = begin(file, key)
    aside = file.with_name(noted.name)
    assert aside.read_bytes() == content, "the damaged file is kept as it was"
    assert put_aside(file) == noted

    journal = desk()
    try:
        first = journal.check_in(request_for(10_000)).number
        assert BEFORE < first <= BEFORE + 20
        journal.verify()

        done = recover(aside, file, key)
        is_recovered(file, aside)
        assert put_aside(file) is None
        back = done.brought_back.get("visit", 0)
        assert numbers(journal.store)[-1] == first
        assert len(numbers(journal.store)) == back + 1
        if damage is not garbage_header or key is not None:
            assert back > BEFORE // 3
        if key is not None and damage is garbage_header:
            assert back == BEFORE
        journal.verify()
        assert recover(aside, file, key).brought_back.get("visit", 0) == 0, "a second time brings nothing twice"
        assert journal.check_in(request_for(10_001)).number == first + 1
        journal.verify()
    finally:
        journal.store.close()


@pytest.mark.usefixtures("busy_day")
def test_person_of_before_the_damage_is_known_by_the_same_digest(
    file: Path, desk: Desk, key: bytes | None, request_for: Requests
) -> None:
    garbage_over_many_pages(file)
    aside = file.with_name(begin(file, key).name)
    journal = desk()
    try:
        recover(aside, file, key)
        known = [journal.check_in(request_for(person)) for person in range(BEFORE)]
        assert sum(check_in.repeated for check_in in known) > BEFORE // 3
        assert len({check_in.number for check_in in known}) == BEFORE
        journal.verify()
    finally:
        journal.store.close()


@pytest.mark.usefixtures("busy_day")
def test_officers_of_the_damaged_file_can_sign_in_at_once(file: Path, desk: Desk, key: bytes | None) -> None:
    journal = desk()
    kept = dict.fromkeys(("officer_id", "short_code", "full_name", "number_digest", "added_at"), "x")
    secret = dict.fromkeys(("sealed_number", "pin_salt", "pin_key"), b"x")
    with journal.store.transaction() as connection:
        connection.execute(officer.insert().values(**kept, **secret, pin_n=1, pin_r=1, pin_p=1))
    journal.store.close()
    overwrite(file, (pages(file) - 1) * PAGE_BYTES, b"\xff" * PAGE_BYTES)
    begin(file, key)
    journal = desk()
    with closing(journal.store), journal.store.transaction(reading=True) as connection:
        assert connection.execute(select(func.count()).select_from(officer)).scalar_one() == 1


@pytest.mark.usefixtures("busy_day")
def test_file_that_is_not_damaged_is_not_put_aside(file: Path, key: bytes | None) -> None:
    assert begin_anew(make_url(f"sqlite:///{file}"), key) is None
    assert put_aside(file) is None


@pytest.mark.usefixtures("busy_day")
def test_file_that_a_kiosk_has_open_is_not_put_aside(
    file: Path, key: bytes | None, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.checkin.store.new_beginning._ALONE_WAIT_S", 0.05)
    journal = desk()
    with closing(journal.store), pytest.raises(RetriableError) as caught:
        begin(file, key)
    assert caught.value.code is FailureCode.STORE_LOCKED


def unclean(file: Path, desk: Desk, request_for: Requests, folder: Path) -> None:
    """The kiosk's files as a power cut leaves them, thirty check-ins after the last clean end."""
    journal = desk()
    for person in range(BEFORE, BEFORE + 30):
        journal.check_in(request_for(person))
    for part in file.parent.rglob("*"):
        target = folder / part.relative_to(file.parent)
        if part.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(part, target)
    journal.store.close()
    shutil.rmtree(file.parent)
    folder.rename(file.parent)


@pytest.mark.usefixtures("busy_day")
@pytest.mark.parametrize("log", ["missing", "garbage", "garbage in the middle"])
def test_lost_log_gives_no_number_twice(
    file: Path, desk: Desk, request_for: Requests, tmp_path: Path, log: str
) -> None:
    unclean(file, desk, request_for, tmp_path / "after")
    wal = file.with_name(f"{file.name}-wal")
    size = wal.stat().st_size
    if log == "missing":
        wal.unlink()
    elif log == "garbage":
        wal.write_bytes(b"\x5a" * size)
    else:
        overwrite(wal, size // 2, b"\x5a" * 5000)
    journal = desk()
    try:
        number = journal.check_in(request_for(10_000)).number
        assert BEFORE + 30 < number <= BEFORE + 50
        journal.verify()
        with journal.store.transaction(reading=True) as connection:
            assert connection.execute(select(number_gap.c.last)).scalar_one() == number - 1
    finally:
        journal.store.close()


@pytest.mark.usefixtures("busy_day")
def test_power_cut_alone_costs_no_number(file: Path, desk: Desk, request_for: Requests, tmp_path: Path) -> None:
    unclean(file, desk, request_for, tmp_path / "after")
    journal = desk()
    try:
        assert journal.check_in(request_for(10_000)).number == BEFORE + 31
        journal.verify()
    finally:
        journal.store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.usefixtures("busy_day")
@pytest.mark.parametrize("key", [KEY], indirect=True, ids=["encrypted"])
@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30])
def test_killed_while_it_begins_anew_the_next_one_ends_it(
    file: Path, key: bytes, desk: Desk, request_for: Requests, killed_at: Callable[..., int], step: int
) -> None:
    cut_off_the_end(file)
    content = file.read_bytes()
    assert killed_at(step, "begin-anew", file, key.hex()) in {0, -signal.SIGKILL}
    begin_anew(make_url(f"sqlite:///{file}"), key)
    noted = put_aside(file)
    assert noted is not None
    assert file.with_name(noted.name).read_bytes() == content
    journal = desk()
    assert BEFORE < journal.check_in(request_for(10_000)).number <= BEFORE + 20
    journal.verify()
    journal.store.close()


@pytest.mark.usefixtures("busy_day")
@pytest.mark.parametrize("key", [KEY], indirect=True, ids=["encrypted"])
def test_of_two_programs_that_find_the_damage_at_once_one_begins_anew(
    file: Path, key: bytes, desk: Desk, request_for: Requests
) -> None:
    garbage_header(file)
    program = str(Path(__file__).with_name("store_process.py"))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    words = [sys.executable, program, "0", "begin-anew", str(file), key.hex()]
    both = [subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(one.communicate(timeout=60)[0] for one in both)
    assert [one.returncode for one in both] == [0, 0]
    assert said[0].startswith(f"{file.name}.damaged-")
    assert said[1] == "sound"
    assert len([one for one in file.parent.glob("*.damaged-*") if "key-check" not in one.name]) == 1
    journal = desk()
    assert BEFORE < journal.check_in(request_for(10_000)).number <= BEFORE + 20
    journal.store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.usefixtures("busy_day")
@pytest.mark.parametrize("key", [KEY], indirect=True, ids=["encrypted"])
@pytest.mark.parametrize("step", [3, 5, 7, 9])
def test_killed_while_visits_come_back_the_next_time_brings_the_rest(
    file: Path, key: bytes, desk: Desk, killed_at: Callable[..., int], step: int
) -> None:
    garbage_header(file)
    aside = file.with_name(begin(file, key).name)
    killed_at(step, "recover", file, key.hex(), aside)
    recover(aside, file, key)
    journal = desk()
    journal.verify()
    assert len(numbers(journal.store)) == BEFORE
    journal.store.close()


def test_file_of_garbage_has_nothing_to_bring_back(file: Path, tmp_path: Path, desk: Desk, key: bytes | None) -> None:
    desk().store.close()
    (tmp_path / "garbage").write_bytes(os.urandom(40_960))
    with pytest.raises(KioskError) as caught:
        recover(tmp_path / "garbage", file, key)
    assert caught.value.code is FailureCode.STORE_CORRUPT


@given(st.binary(max_size=6000), st.binary(max_size=9000))
def test_any_bytes_are_read_without_an_error(content: bytes, log: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "any.db"
        file.write_bytes(b"SQLite format 3\0" + content)
        file.with_name("any.db-wal").write_bytes(log)
        for given_key in (None, KEY):
            with RawPages(file, given_key) as opened:
                list(RawRows(opened, {}).all())


@given(st.data())
def test_changed_database_is_read_without_an_error(sample: bytes, data: st.DataObject) -> None:
    content = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 30))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "changed.db"
        file.write_bytes(content)
        with RawPages(file, None) as opened:
            assert len(list(RawRows(opened, {}).all())) < 3000


@pytest.fixture(scope="module")
def sample() -> bytes:
    """A small database of four pages and some more, in which a row spills over pages."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute("CREATE TABLE visit (visit_id TEXT, number INTEGER, price REAL, photo BLOB)")
        rows = [(f"{at:032x}", at * 10**6 - 5, at / 7, bytes(at * 30)) for at in range(200)]
        memory.executemany("INSERT INTO visit VALUES (?, ?, ?, ?)", [*rows, ("0" * 32, 1, 1.5, bytes(9000))])
        memory.commit()
        return memory.serialize()


def test_rows_are_read_as_sqlite_reads_them(sample: bytes, tmp_path: Path) -> None:
    file = tmp_path / "sample.db"
    file.write_bytes(sample)
    with RawPages(file, None) as opened:
        found = [row for table, row in RawRows(opened, {}).all() if table.name == "visit"]
    with closing(sqlite3.connect(file)) as connection:
        told = connection.execute("SELECT rowid, visit_id, number, price, photo FROM visit ORDER BY rowid").fetchall()
    assert [(number, *values) for number, values in found] == told
