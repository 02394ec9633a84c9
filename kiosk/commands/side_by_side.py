"""Work on many things in processes of their own, side by side: results in order, as they come.

What breaks a process, or never ends in it, costs that one thing and nothing else; memory does not grow with the
number of things.
"""

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from kiosk.failure import FailureCode, KioskError

Thing = TypeVar("Thing")
Result = TypeVar("Result")

_AHEAD = 16
"""How many things for each process may be under way or wait for a slow one before them."""
_STARTS_WITHIN_S = 60.0
# A fork would inherit the locks of the caller's threads; and this is the only way that exists everywhere.
_CONTEXT = get_context("spawn")


class Lost(StrEnum):
    """Why there is no result."""

    DIED = "died"
    RAISED = "raised"
    TOO_LONG = "too-long"


class _Signal(Enum):
    READY = auto()
    """A process says that it has started."""
    OPEN = auto()
    """There is no result yet."""


@dataclass(slots=True)
class _Task(Generic[Thing, Result]):
    thing: Thing
    result: Result | Lost | _Signal = _Signal.OPEN


def in_order(
    work: Callable[[Thing], Result], things: Iterable[Thing], *, jobs: int, limit_s: float
) -> Generator[tuple[Thing, Result | Lost], None, None]:
    """Each thing with its result, in the order of the things; up to `jobs` processes, started when there is work.

    `work`, things and results are pickled. Things are taken only as there is room for them;
    closing the iterator ends the processes.

    Raises:
        KioskError: INTERNAL where processes cannot be started.
    """
    coming = iter(things)
    tasks: deque[_Task[Thing, Result]] = deque()
    workers: list[_Worker[Thing, Result]] = []
    try:
        while True:
            while len(tasks) < jobs * _AHEAD and sum(worker.is_busy for worker in workers) < jobs:
                try:
                    task: _Task[Thing, Result] = _Task(next(coming))
                except StopIteration:
                    break
                tasks.append(task)
                idle = next((worker for worker in workers if not worker.is_busy), None)
                if idle is None:
                    workers.append(idle := _Worker(work, limit_s))
                idle.give(task)
            if not tasks:
                return
            if tasks[0].result is _Signal.OPEN:
                _hear(workers)
            while tasks and not isinstance(result := tasks[0].result, _Signal):
                yield tasks.popleft().thing, result
            workers = [worker for worker in workers if worker.is_alive]
    finally:
        for worker in workers:
            worker.end()


def _hear(workers: "list[_Worker[Thing, Result]]") -> None:
    """Waits until one of the busy ones has something to say, or has had its time."""
    busy = [worker for worker in workers if worker.is_busy]
    soonest_s = min((worker.until_s for worker in busy), default=0.0)
    wait([worker.connection for worker in busy], max(0.0, soonest_s - time.monotonic()))
    for worker in busy:
        worker.hear()


class _Worker(Generic[Thing, Result]):
    """A process, what it has to do, and until when."""

    def __init__(self, work: Callable[[Thing], Result], limit_s: float) -> None:
        self.connection, theirs = _CONTEXT.Pipe()
        self.until_s = time.monotonic() + _STARTS_WITHIN_S
        self.is_alive = True
        self._limit_s = limit_s
        self._is_ready = False
        self._task: _Task[Thing, Result] | None = None
        self._process = _CONTEXT.Process(target=_serve, args=(theirs, work), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def is_busy(self) -> bool:
        """Whether its result is still to come."""
        return self._task is not None

    def give(self, task: _Task[Thing, Result]) -> None:
        """Lets it work on a thing."""
        self._task = task
        if self._is_ready:
            self.until_s = time.monotonic() + self._limit_s
        try:
            self.connection.send(task.thing)
        except OSError:
            self._lose(Lost.DIED)

    def hear(self) -> None:
        """Takes what it says; ends it when its time is over, which only counts where nothing has been said."""
        try:
            said: Any = self.connection.recv() if self.connection.poll() else _Signal.OPEN
        except (EOFError, OSError):
            self._lose(Lost.DIED)
            return
        match said:
            case _Signal.READY:
                self._is_ready = True
                self.until_s = time.monotonic() + self._limit_s
            case _Signal.OPEN if time.monotonic() < self.until_s:
                pass
            case _Signal.OPEN:
                self._lose(Lost.TOO_LONG)
            case _:
                self._done(said)

    def end(self) -> None:
        """Ends the process, whatever it does."""
        if self.is_alive:
            self.is_alive = False
            self._process.kill()
            self._process.join()
            self._process.close()
            self.connection.close()

    def _lose(self, lost: Lost) -> None:
        self.end()
        if not self._is_ready:
            # The next one would not start either.
            raise KioskError(FailureCode.INTERNAL, "no process starts")
        self._done(lost)

    def _done(self, result: Result | Lost) -> None:
        if self._task is not None:
            self._task.result, self._task = result, None


def _serve(connection: "Connection[Any, Any]", work: Callable[[Any], object]) -> None:
    """What the process does: one thing after the other until nobody gives any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to all of a terminal's processes; the first one ends us
    # Libraries that start a thread for each processor would fight with the other processes about them.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    connection.send(_Signal.READY)
    while True:
        try:
            thing = connection.recv()
        except (EOFError, OSError):
            return
        try:
            result = work(thing)
        except Exception:  # noqa: BLE001 - a traceback would quote what a stranger brought
            result = Lost.RAISED
        connection.send(result)
