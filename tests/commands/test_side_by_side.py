"""Processes side by side: whatever one of them does, everything else comes, in order."""

import multiprocessing
import operator
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import count, islice
from typing import Any

import pytest

from kiosk.commands.side_by_side import Lost, in_order
from kiosk.failure import FailureCode, KioskError

LIMIT_S = 60.0
AT_ONCE_S = 2.0


def results_of(things: Iterable[object], *, jobs: int, limit_s: float = LIMIT_S) -> list[Any]:
    """What comes of things that are themselves what is to be called."""
    call: Callable[[Any], Any] = operator.call
    return [result for _, result in in_order(call, things, jobs=jobs, limit_s=limit_s)]


@pytest.fixture(autouse=True)
def processes_end() -> Iterator[None]:
    """Fails a test that leaves a process behind."""
    yield
    assert multiprocessing.active_children() == []


def test_results_come_in_the_order_of_the_things() -> None:
    things = range(-40, 40)
    assert list(in_order(abs, things, jobs=3, limit_s=LIMIT_S)) == [(thing, abs(thing)) for thing in things]


def test_no_things_need_no_process() -> None:
    assert list(in_order(abs, [], jobs=3, limit_s=LIMIT_S)) == []


def test_things_are_taken_only_as_there_is_room_for_them() -> None:
    taken = []

    def things() -> Iterator[int]:
        for number in count():
            taken.append(number)
            yield number

    with closing(in_order(abs, things(), jobs=2, limit_s=LIMIT_S)) as results:
        assert list(islice(results, 3)) == [(0, 0), (1, 1), (2, 2)]
    assert len(taken) < 3 + 2 * 16 + 2


def test_process_that_dies_costs_its_own_thing_only() -> None:
    things = [partial(abs, -1), partial(os._exit, 3), partial(abs, -2), partial(os.abort), partial(abs, -3)]
    assert results_of(things, jobs=1) == [1, Lost.DIED, 2, Lost.DIED, 3]


@pytest.mark.skipif(sys.platform == "win32", reason="there it cannot be killed from within")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_process_that_is_killed_costs_its_own_thing_only(number: signal.Signals) -> None:
    things = [partial(abs, -1), partial(signal.raise_signal, number), partial(abs, -2)]
    assert results_of(things, jobs=2) == [1, Lost.DIED, 2]


def test_what_never_ends_is_ended_at_its_time_and_the_others_come() -> None:
    things = [partial(abs, -1), partial(time.sleep, 3600), partial(abs, -2), partial(time.sleep, 3600), partial(bool)]
    assert results_of(things, jobs=2, limit_s=AT_ONCE_S) == [1, Lost.TOO_LONG, 2, Lost.TOO_LONG, False]


def test_slow_one_delays_those_behind_it_but_loses_none() -> None:
    things = [partial(time.sleep, 0.2), *(partial(abs, -number) for number in range(1, 60))]
    assert results_of(things, jobs=2) == [None, *range(1, 60)]


def test_interrupt_of_the_terminal_leaves_the_ending_to_us() -> None:
    things = [partial(signal.raise_signal, signal.SIGINT), partial(abs, -1)]
    assert results_of(things, jobs=1) == [None, 1]


def test_what_raises_says_so_and_quotes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    things = [partial(abs, -1), partial(int, "Nguyễn Văn Mẫu"), partial(abs, -2)]
    assert results_of(things, jobs=1) == [1, Lost.RAISED, 2]
    assert capfd.readouterr() == ("", "")


def test_process_that_cannot_start_is_told_and_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.commands.side_by_side._serve", os._exit)
    with pytest.raises(KioskError) as told:
        list(in_order(abs, [1, 2], jobs=1, limit_s=LIMIT_S))
    assert told.value.code is FailureCode.INTERNAL
