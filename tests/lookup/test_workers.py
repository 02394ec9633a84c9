"""Threads for exchanges: reused, as many as are busy at once, gone when closed, and without memory."""

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from kiosk.lookup.workers import MOST_IDLE, Workers
from tests.patience import WITHIN_S


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers("test-worker")
    yield workers
    workers.close()


def names() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "test-worker"]


def hang(let_go: threading.Event) -> None:
    let_go.wait(WITHIN_S)


def run_and_wait(workers: Workers) -> int:
    """The thread that did a job."""
    done, who = threading.Event(), []

    def job() -> None:
        who.append(threading.get_ident())
        done.set()

    workers.run(job)
    assert done.wait(WITHIN_S)
    return who[0]


def settle(is_so: Callable[[], bool]) -> None:
    """Waits until threads have gone their way."""
    turn, give_up_s = threading.Event(), time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < give_up_s, "never so"
        turn.wait(0.001)


def test_jobs_one_after_another_run_on_one_thread(workers: Workers) -> None:
    did = set()
    for _ in range(50):
        did.add(run_and_wait(workers))
        settle(lambda: len(workers._idle) == 1)  # a job is done a moment before its thread has put itself down
    assert len(did) == 1


def test_job_that_hangs_holds_up_no_other(workers: Workers) -> None:
    let_go = threading.Event()
    for _ in range(20):
        workers.run(partial(hang, let_go))
    run_and_wait(workers)
    let_go.set()
    settle(lambda: len(names()) <= MOST_IDLE)


def test_closing_ends_idle_threads_and_a_busy_one_after_its_job() -> None:
    workers, let_go = Workers("test-worker"), threading.Event()
    run_and_wait(workers)
    workers.run(partial(hang, let_go))
    workers.close()
    settle(lambda: len(names()) == 1)
    let_go.set()
    settle(lambda: not names())


def test_idle_thread_remembers_nothing_of_its_last_job(workers: Workers) -> None:
    class Told:
        """Something about somebody."""

    told = Told()
    gone = weakref.ref(told)
    done = threading.Event()

    def job(held: Told = told) -> None:
        assert held
        done.set()

    workers.run(job)
    assert done.wait(WITHIN_S)
    del told, job
    settle(lambda: gc.collect() >= 0 and gone() is None)
