"""The record beside the database: exact where nothing broke, never behind what was given."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.store.given_numbers import MARK_AHEAD, Given, GivenNumbers

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "state" / "numbers"


def give(record: GivenNumbers, last: int, day: date = MONDAY, prefix: str = "A") -> None:
    for number in range(1, last + 1):
        record.reserve(day, prefix, number)
        record.gave(day, prefix, number)


@pytest.mark.parametrize("last", [1, MARK_AHEAD, MARK_AHEAD + 1, 5 * MARK_AHEAD + 7])
def test_mark_is_never_behind_and_at_most_twenty_ahead(record: Path, last: int) -> None:
    give(GivenNumbers(record), last)
    known = GivenNumbers(record).read()[MONDAY, "A"]
    assert known.last == last
    assert last <= known.mark < last + MARK_AHEAD


def test_one_wait_for_the_disk_is_enough_for_twenty(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[int] = []
    monkeypatch.setattr("kiosk.checkin.store.given_numbers.os.fsync", waits.append)
    give(GivenNumbers(record), 10 * MARK_AHEAD)
    assert len(waits) == 10


def test_queues_and_days_are_apart_and_days_that_are_over_are_dropped(record: Path) -> None:
    numbers = GivenNumbers(record)
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        give(numbers, 3, day)
        give(numbers, 5, day, "Đ")
    known = GivenNumbers(record).read()
    assert {queue: one.last for queue, one in known.items()} == {
        (TUESDAY, "A"): 3, (TUESDAY, "Đ"): 5, (WEDNESDAY, "A"): 3, (WEDNESDAY, "Đ"): 5,
    }  # fmt: skip


def test_two_programs_share_it(record: Path) -> None:
    one, other = GivenNumbers(record), GivenNumbers(record)
    for number in range(1, 61):
        turn = one if number % 2 else other
        turn.reserve(MONDAY, "A", number)
        turn.gave(MONDAY, "A", number)
    known = GivenNumbers(record).read()[MONDAY, "A"]
    assert known.last == 60
    assert 60 <= known.mark < 60 + MARK_AHEAD


def test_number_whose_mark_cannot_be_kept_may_not_be_given(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"a file where a folder should be")
    numbers = GivenNumbers(tmp_path / "taken" / "numbers")
    with pytest.raises(OSError, match="taken"):
        numbers.reserve(MONDAY, "A", 1)
    numbers.gave(MONDAY, "A", 1)  # a note that cannot be kept stops nobody


def test_torn_lines_are_left_out_and_spoil_no_other(record: Path) -> None:
    give(GivenNumbers(record), 30)
    whole = record.read_bytes()
    for cut in range(0, len(whole), 7):
        record.write_bytes(whole[:cut])
        numbers = GivenNumbers(record)
        known = numbers.read().get((MONDAY, "A"), Given())
        assert known.last <= 30
        numbers.reserve(MONDAY, "A", 31)
        numbers.gave(MONDAY, "A", 31)
        assert GivenNumbers(record).read()[MONDAY, "A"].last == 31


@given(content=st.binary(max_size=400))
def test_garbage_says_nothing(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("any") / "numbers"
    file.write_bytes(content)
    assert GivenNumbers(file).read() == {}
